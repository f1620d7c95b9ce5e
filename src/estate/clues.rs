//! What the estate says to whoever works out a workload: names clients use, twins, members.
//! Draws no conclusion from them.

use std::collections::{BTreeMap, BTreeSet};

use super::Estate;
use super::names::{Leaf, LeafKind, plain};
use crate::inventory::kinds::route53;
use crate::inventory::{GapKey, Kind, Region};
use crate::workload::infer::Clues;
use crate::workload::select::Fit;
use crate::workload::{EntryPoint, Undecided};

/// Kinds that a component is made of, rather than the network around it.
const COMPONENTS: &[Kind] = &[
    Kind::AutoScalingGroup,
    Kind::DynamoDbTable,
    Kind::EcsService,
    Kind::ElbLoadBalancer,
    Kind::LambdaFunction,
    Kind::RdsDbCluster,
    Kind::RdsDbInstance,
    Kind::S3Bucket,
];

impl Estate<'_> {
    /// What may belong to a workload: what does, ascending, and what nobody can tell.
    pub fn candidates(&self) -> (Vec<u32>, Vec<Undecided>) {
        let (mut members, mut undecided) = (Vec::new(), Vec::new());
        for (at, resource) in (0..).zip(self.inventory.resources()) {
            match self.membership(at).fit(resource) {
                Fit::Yes => members.push(at),
                Fit::No => {}
                Fit::Unread(gap) => undecided.push(Undecided { resource: at, gap }),
            }
        }
        (members, undecided)
    }

    /// What is selected and its parts, as far as they may belong to a workload: a part that its
    /// owner leaves out stays out, and unread tags leave it open.
    pub fn belonging(&self, selected: BTreeSet<u32>) -> (BTreeSet<u32>, Vec<Undecided>) {
        let (mut members, mut undecided) = (BTreeSet::new(), Vec::new());
        for at in self.with_parts(selected) {
            let resource = self.resource(at);
            match self.membership(at).fit(resource) {
                Fit::Yes => {
                    members.insert(at);
                }
                Fit::No => {}
                Fit::Unread(gap) => undecided.push(Undecided { resource: at, gap }),
            }
        }
        (members, undecided)
    }

    /// What there is to guess about a workload of these members, ascending, and these names.
    pub fn clues_of(&self, members: Vec<u32>, entry_points: Vec<EntryPoint>) -> Clues {
        Clues {
            entry_points,
            names_hidden: self.names_hidden(),
            twin_regions: self.twin_regions(&members),
            components_hidden: self.hidden_anywhere(COMPONENTS),
            fullest: self.fullest(&members),
            members,
        }
    }

    /// Names of the entry points from which traffic reaches one of these.
    pub fn names_reaching<'m>(
        &self,
        members: impl IntoIterator<Item = &'m u32>,
    ) -> BTreeSet<String> {
        let names = members.into_iter().flat_map(|at| self.names_to(*at));
        names.map(str::to_owned).collect()
    }

    /// The entry point of that name, and the record sets and front doors on its ways.
    pub fn entered_by(&self, name: String, records: &[u32]) -> (EntryPoint, BTreeSet<u32>) {
        let resolved = self.resolve(records);
        let gaps: BTreeSet<GapKey> = if records.is_empty() {
            self.names_hidden().into_iter().collect()
        } else {
            resolved.gaps.iter().cloned().collect()
        };
        let ways = records.iter().chain(&resolved.records);
        let ways = ways.chain(&resolved.doors).copied().collect();
        let entry = EntryPoint {
            name,
            regions: resolved.regions(),
            spread: self.spread(&resolved),
            gaps: gaps.into_iter().collect(),
            all_serve: resolved.regions() == resolved.serving(),
        };
        (entry, ways)
    }

    fn is_component(&self, index: u32) -> bool {
        COMPONENTS.contains(&self.resource(index).kind())
    }

    /// Regions of paired components. Below 70 hundredths a pairing says too little.
    fn twin_regions(&self, members: &[u32]) -> Vec<Region> {
        let paired = members.iter().filter(|it| {
            self.is_component(**it) && self.twin_set(**it).is_some_and(|set| set.percent >= 70)
        });
        let regions: BTreeSet<Region> =
            paired.map(|it| self.resource(*it).region.clone()).collect();
        regions.into_iter().collect()
    }

    /// The first in order of those that hold the most components.
    fn fullest(&self, members: &[u32]) -> Option<Region> {
        let mut counts = BTreeMap::<&Region, usize>::new();
        for member in members.iter().filter(|it| self.is_component(**it)) {
            *counts.entry(&self.resource(*member).region).or_default() += 1;
        }
        let most = counts.values().max().copied()?;
        counts
            .into_iter()
            .find(|(_, count)| *count == most)
            .map(|(region, _)| region.clone())
    }

    /// Public names that lead into AWS and that no other record set leads to, sorted.
    pub fn entry_points(&self) -> Vec<EntryPoint> {
        self.entry_names()
            .into_iter()
            .filter_map(|(name, records)| self.entry_point(name, &records))
            .collect()
    }

    /// Gaps that leave open to what public names lead, and so whose they are: ends of names that are
    /// of these accounts, as far as anybody knows, and were not read.
    pub fn names_whose(&self) -> &[GapKey] {
        self.names_whose.get_or_init(|| {
            let names = self.entry_names();
            let ends = names.values().flat_map(|it| self.resolve(it).leaves);
            let unread = ends.filter(|it| it.resource.is_none());
            let gaps: BTreeSet<GapKey> = unread.flat_map(|it| self.may_hide(&it)).collect();
            gaps.into_iter().collect()
        })
    }

    /// Gaps that may hide what answers at the end of a name.
    fn may_hide(&self, end: &Leaf) -> Vec<GapKey> {
        let kind = match end.kind {
            LeafKind::LoadBalancer => Some(Kind::ElbLoadBalancer),
            LeafKind::Bucket | LeafKind::Website => Some(Kind::S3Bucket),
            LeafKind::FunctionUrl => Some(Kind::LambdaFunction),
            kind => kind.door(),
        };
        let hidden = kind.map(|it| self.hidden_kind(it)).unwrap_or_default();
        let there = |gap: &&GapKey| {
            let region = end.region.as_ref();
            gap.region.is_global() || region.is_none_or(|it| *it == gap.region)
        };
        hidden.iter().filter(there).cloned().collect()
    }

    /// The record sets of public names that no other record set leads to, by name.
    pub fn entry_names(&self) -> BTreeMap<String, Vec<u32>> {
        let mut names = BTreeMap::<String, Vec<u32>>::new();
        for at in self.of_kind(Kind::Route53RecordSet) {
            let resource = self.resource(at);
            let entry = resource.of::<route53::RecordSet>().is_some_and(|it| {
                !it.private && matches!(it.record_type.as_str(), "A" | "AAAA" | "CNAME" | "HTTPS")
            });
            if entry {
                names.entry(plain(&resource.name)).or_default().push(at);
            }
        }
        let mut pointed = BTreeSet::<String>::new();
        for resource in names.values().flatten().map(|at| self.resource(*at)) {
            if let Some(record) = resource.of::<route53::RecordSet>() {
                let own = plain(&resource.name);
                let alias = record.alias.iter().map(|alias| plain(&alias.dns_name));
                let values = record.values.iter().map(|value| plain(value));
                pointed.extend(alias.chain(values).filter(|target| *target != own));
            }
        }
        names.retain(|name, _| !pointed.contains(name));
        names
    }

    fn entry_point(&self, name: String, records: &[u32]) -> Option<EntryPoint> {
        let resolved = self.resolve(records);
        let in_aws = |kind: LeafKind| !matches!(kind, LeafKind::Outside | LeafKind::Address);
        if !resolved.ends.iter().any(|end| in_aws(end.kind)) {
            return None;
        }
        Some(self.entered_by(name, records).0)
    }
}
