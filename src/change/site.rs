//! What a mend sees: the estate as it is, the workload, and the draft that it changes.
//!
//! Says where a workload is to be and what stands there for a resource; how each family of stores
//! gets its data there is for [`super::stores`].

use super::copy::Move;
use super::draft::{Draft, called};
use crate::estate::Estate;
use crate::inventory::kinds::{applicationautoscaling, ec2, elasticache, elbv2, rds};
use crate::inventory::{Arn, Kind, OfKind, Region, Resource};
use crate::rule::RuleOption;
use crate::rule::expr::Value;
use crate::workload::Workload;
use crate::workload::select::Fit;

/// Why something cannot be modelled.
pub(super) type Refusal = String;

/// A pairing that is less sure than this, in hundredths, is not taken for one.
const SURE_PERCENT: u8 = 70;

/// Where a mend works.
pub(super) struct Site<'s, 'a> {
    pub(super) estate: &'s Estate<'a>,
    pub(super) workload: &'s Workload,
    pub(super) draft: &'s mut Draft,
    /// What the rule lets teams choose.
    pub(super) options: &'s [RuleOption],
}

impl Site<'_, '_> {
    /// A number that the rule lets teams choose.
    pub(super) fn number(&self, option: &str) -> Option<i64> {
        let found = self.options.iter().find(|it| it.name == option)?;
        match found.value() {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The Regions that serve.
    pub(super) fn active(&self) -> Vec<Region> {
        let active = self.workload.active.get();
        active.map(|it| it.regions.clone()).unwrap_or_default()
    }

    /// The Regions that serve, then those that wait.
    pub(super) fn regions(&self) -> Vec<Region> {
        let mut regions = self.active();
        let waiting = self.workload.standby.iter();
        let more: Vec<Region> = waiting
            .filter(|it| !regions.contains(it))
            .cloned()
            .collect();
        regions.extend(more);
        regions
    }

    /// The active Regions that data of a resource should be in beside its own; standby Regions
    /// where it is in the only active one. Says which its boundary forbids.
    pub(super) fn copies_of(&mut self, at: u32) -> Vec<Region> {
        let own = self.resource(at).region.clone();
        let mut regions = self.active();
        regions.retain(|it| *it != own);
        if regions.is_empty() {
            regions.clone_from(&self.workload.standby);
            regions.retain(|it| *it != own);
        }
        regions.retain(|it| self.allows(at, it));
        regions
    }

    fn allows(&mut self, at: u32, region: &Region) -> bool {
        let Some(boundary) = &self.workload.objectives.boundary else {
            return true;
        };
        let bound = !matches!(boundary.covers(self.resource(at)), Fit::No);
        if bound && !boundary.regions.contains(region) {
            let what = called(self.resource(at));
            let name = boundary.name.clone();
            self.draft.leave(format!(
                "{what} is not copied to {region}: outside of boundary {name}"
            ));
            return false;
        }
        true
    }

    pub(super) fn resource(&self, at: u32) -> &Resource {
        self.draft.resource(at)
    }

    pub(super) fn called(&self, at: u32) -> String {
        called(self.resource(at))
    }

    pub(super) fn of<T: OfKind>(&self, at: u32) -> Option<&T> {
        self.resource(at).of::<T>()
    }

    /// Whether a resource is part of the workload, or was added.
    pub(super) fn is_ours(&self, at: u32) -> bool {
        !self.draft.is_old(at) || self.workload.members.binary_search(&at).is_ok()
    }

    /// Members of the workload of a kind, ascending.
    pub(super) fn members(&self, kind: Kind) -> Vec<u32> {
        let range = self.estate.of_kind(kind);
        range.filter(|at| self.is_ours(*at)).collect()
    }

    /// What is the same component in another Region, if anything is.
    pub(super) fn standing(&self, at: u32, region: &Region) -> Option<u32> {
        if *self.resource(at).region == **region {
            return Some(at);
        }
        if let Some(made) = self.draft.there.get(&(at, region.clone())) {
            return Some(*made);
        }
        let set = self.estate.twin_set(at).filter(|_| self.draft.is_old(at))?;
        let mut members = set.members.iter().copied();
        let found = members.find(|it| self.resource(*it).region == *region);
        found.filter(|_| set.percent >= SURE_PERCENT)
    }

    /// Notes what stands for a resource in another Region, and what its names are there.
    pub(super) fn note(&mut self, at: u32, region: &Region, there: u32) {
        self.draft.there.insert((at, region.clone()), there);
        let (own, other) = (self.resource(at), self.resource(there));
        let pairs = names(own).into_iter().zip(names(other));
        let known: Vec<(String, String)> = pairs
            .filter_map(|(own, other)| Some((own?.to_owned(), other?.to_owned())))
            .collect();
        for (own, other) in known {
            self.draft.known.insert((own, region.clone()), other);
        }
    }

    /// What a text that belongs to one Region reads in another.
    pub(super) fn text_in(&self, text: &str, from: &Region, to: &Region) -> String {
        let known = &self.draft.known;
        Move { from, to, known }.text(text)
    }

    /// The copy of a resource in another Region, not yet added.
    pub(super) fn copy(&self, at: u32, region: &Region) -> Resource {
        let own = self.resource(at);
        let go = Move {
            from: &own.region,
            to: region,
            known: &self.draft.known,
        };
        go.resource(own)
    }
}

/// What it is called by others, in an order of its kind.
fn names(resource: &Resource) -> Vec<Option<&str>> {
    let mut names = vec![Some(resource.arn.as_str())];
    if let Some(it) = resource.of::<elbv2::LoadBalancer>() {
        names.push(it.dns_name.as_deref());
    } else if let Some(it) = resource.of::<rds::DbCluster>() {
        names.extend([it.endpoint.as_deref(), it.reader_endpoint.as_deref()]);
    } else if let Some(it) = resource.of::<rds::DbInstance>() {
        names.push(it.endpoint.as_deref());
    } else if let Some(it) = resource.of::<elasticache::ReplicationGroup>() {
        names.extend([it.endpoint.as_deref(), it.reader_endpoint.as_deref()]);
    } else if let Some(it) = resource.of::<ec2::Vpc>() {
        names.push(Some(&it.vpc_id));
    } else if let Some(it) = resource.of::<ec2::Instance>() {
        names.push(Some(&it.instance_id));
    } else if let Some(it) = resource.of::<crate::inventory::kinds::kms::Key>() {
        names.push(Some(&it.key_id));
    } else if let Some(it) = resource.of::<applicationautoscaling::ScalableTarget>() {
        names.push(Some(&it.resource_id));
    } else if resource.kind() == Kind::S3Bucket {
        names.push(Some(&resource.name));
    }
    names
}

/// The ARN of a thing of the same kind and place with another name at its end.
pub(super) fn renamed(arn: &str, name: &str, new: &str) -> String {
    let Some(parsed) = Arn::parse(arn) else {
        return format!("{arn}-{new}");
    };
    let resource = parsed.resource.strip_suffix(name);
    let resource = resource.map_or_else(
        || format!("{}-{new}", parsed.resource),
        |it| format!("{it}{new}"),
    );
    Arn {
        resource: &resource,
        ..parsed
    }
    .to_string()
}
