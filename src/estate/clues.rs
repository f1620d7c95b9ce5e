//! What the estate says to whoever works out a workload: names clients use, twins, members.
//! Draws no conclusion from them.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{LeafKind, Resolution, plain};
use super::{Estate, index};
use crate::inventory::kinds::route53;
use crate::inventory::{GapKey, Kind, Region};
use crate::workload::infer::Clues;
use crate::workload::{EntryPoint, Membership};

/// Kinds that a component is made of, rather than the network around it.
const COMPONENTS: &[Kind] = &[
    Kind::AutoScalingGroup,
    Kind::DynamoDbTable,
    Kind::ElbLoadBalancer,
    Kind::LambdaFunction,
    Kind::RdsDbCluster,
    Kind::RdsDbInstance,
    Kind::S3Bucket,
];

impl Estate<'_> {
    /// What there is to guess a workload from.
    pub fn clues(&self) -> Clues {
        let resources = self.inventory.resources();
        let header = self.inventory.header();
        let members: Vec<u32> = resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| Membership::of(resource, header) == Membership::Member)
            .map(|(at, _)| index(at))
            .collect();
        Clues {
            entry_points: self.entry_points(),
            names_hidden: self.names_hidden(),
            twin_regions: self.twin_regions(&members),
            components_hidden: self.hidden_anywhere(COMPONENTS),
            fullest: self.fullest(&members),
            members,
        }
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

    /// The record sets of public names that no other record set leads to, by name.
    pub(super) fn entry_names(&self) -> BTreeMap<String, Vec<u32>> {
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
        if !resolved.leaves.iter().any(|leaf| in_aws(leaf.kind)) {
            return None;
        }
        let gaps: Vec<GapKey> = resolved.gaps.clone();
        Some(EntryPoint {
            name,
            regions: resolved.regions(),
            gaps,
            all_serve: self.all_serve(&resolved),
        })
    }

    /// Whether no record set on the way keeps a target waiting.
    fn all_serve(&self, resolved: &Resolution) -> bool {
        let mut records = resolved
            .records
            .iter()
            .filter_map(|at| self.resource(*at).of::<route53::RecordSet>());
        records.all(|record| record.failover.is_none() && record.weight != Some(0))
    }
}
