//! What a mend sees: the estate as it is, the workload, and the draft that it changes.
//!
//! Says where a workload is to be and what stands there for a resource; how each family of stores
//! gets its data there is for [`super::stores`].

use std::collections::BTreeSet;

use super::copy::Move;
use super::draft::{Draft, called};
use crate::estate::Estate;
use crate::estate::edges::{Relation, Target};
use crate::estate::links::Link;
use crate::inventory::kinds::{
    applicationautoscaling, autoscaling, ec2, ecs, elasticache, elbv2, lambda, rds,
};
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

impl<'a> Site<'_, 'a> {
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
            regions = self.workload.standby.clone();
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

    /// The same component in another Region; made, with all that it needs, where there is none.
    pub(super) fn there(&mut self, at: u32, region: &Region) -> Result<u32, Refusal> {
        let own = self.resource(at);
        if own.region == *region || own.region.is_global() {
            return Ok(at);
        }
        if let Some(made) = self.draft.there.get(&(at, region.clone())) {
            return Ok(*made);
        }
        if let Some(copied) = self.store_there(at, region) {
            let there = copied?;
            self.note(at, region, there);
            return Ok(there);
        }
        if let Some(found) = self.standing(at, region) {
            self.note(at, region, found);
            return Ok(found);
        }
        Ok(self.twin(at, region))
    }

    /// A twin of what holds no data.
    fn twin(&mut self, at: u32, region: &Region) -> u32 {
        self.place(at, region);
        let from = self.resource(at).region.clone();
        let copy = self.copy(at, region);
        let made = self.draft.add(copy, format!("made as its twin in {from}"));
        self.note(at, region, made);
        let (needs, front) = (self.needs(at), self.front(at));
        for other in needs.iter().chain(&front) {
            if let Err(why) = self.there(*other, region) {
                self.draft.leave(why);
            }
        }
        if !self.draft.is_old(made) {
            let copy = self.copy(at, region);
            self.draft.settle(made, copy);
        }
        for group in front {
            self.register(at, made, group, region);
        }
        made
    }

    /// The network of the other Region that takes the place of its own. Networks themselves are not
    /// modelled.
    fn place(&mut self, at: u32, region: &Region) {
        let own = self.resource(at);
        let (account, link) = (own.account.clone(), Link::Of(Kind::Ec2Subnet, Kind::Ec2Vpc));
        let mut ids: BTreeSet<String> = vpc_of(own).into_iter().map(str::to_owned).collect();
        for subnet in subnets_of(own) {
            let found = self.estate.linked(Link::Id(Kind::Ec2Subnet), own, subnet);
            let found = found.iter().filter_map(|at| self.of::<ec2::Subnet>(*at));
            ids.extend(found.map(|it| it.vpc_id.clone()));
        }
        for id in ids {
            let Some(vpc) = self.estate.vpc(&id) else {
                continue;
            };
            let own = self.members(Kind::Ec2Vpc).into_iter();
            let mut own = own.filter(|it| {
                let it = self.resource(*it);
                it.region == *region && it.account == account
            });
            let Some(other) = self.standing(vpc, region).or_else(|| own.next()) else {
                continue;
            };
            let subnets = |at: u32| -> Vec<String> {
                let vpc = self.resource(at);
                let Some(it) = vpc.of::<ec2::Vpc>() else {
                    return Vec::new();
                };
                let all = self.estate.linked(link, vpc, &it.vpc_id).iter();
                let all = all.filter_map(|at| self.of::<ec2::Subnet>(*at));
                all.map(|it| it.subnet_id.clone()).collect()
            };
            let (here, there) = (subnets(vpc), subnets(other));
            for (here, there) in here.into_iter().zip(there.iter().cycle()) {
                let key = (here, region.clone());
                self.draft.known.insert(key, there.clone());
            }
            self.note(vpc, region, other);
        }
    }

    /// What serves only together with it, in its own Region.
    fn needs(&self, at: u32) -> Vec<u32> {
        if !self.draft.is_old(at) {
            return Vec::new();
        }
        let own = self.resource(at);
        let mut needs = BTreeSet::new();
        for edge in self.estate.edges_from(at) {
            let needed = match edge.relation {
                Relation::Routes | Relation::Reads | Relation::Decrypts | Relation::Runs => true,
                Relation::Invokes => edge.mechanism != "rotation",
                Relation::Replicates | Relation::Delivers | Relation::Scales => false,
            };
            if let (true, Target::Resource(to)) = (needed, &edge.to) {
                needs.insert(*to);
            }
        }
        needs.extend(self.estate.scalable_targets(at));
        if let Some(service) = own.of::<ecs::Service>() {
            needs.extend(self.estate.by_arn(&service.cluster));
        }
        if let Some(group) = own.of::<autoscaling::AutoScalingGroup>() {
            let template = group.launch_template.iter();
            let link = Link::Id(Kind::Ec2LaunchTemplate);
            needs.extend(template.flat_map(|id| self.estate.linked(link, own, id)));
        }
        if own.kind() == Kind::LambdaFunction {
            // What reads a table's changes would act upon each of them in every Region.
            let mappings = self.estate.mappings_of(at).iter().copied();
            needs.extend(mappings.filter(|it| {
                let mapping = self.of::<lambda::EventSourceMapping>(*it);
                mapping.is_some_and(|it| it.source_service.as_deref() != Some("dynamodb"))
            }));
        }
        if own.kind() == Kind::LambdaEventSourceMapping {
            needs.extend(self.estate.source_of(own));
        }
        if let Some(group) = own.of::<elbv2::TargetGroup>() {
            let balancers = group.load_balancers.iter();
            needs.extend(balancers.filter_map(|arn| self.estate.by_arn(arn)));
        }
        let near = |it: &u32| self.resource(*it).region == own.region && *it != at;
        needs.into_iter().filter(near).collect()
    }

    /// The target groups in front of it.
    fn front(&self, at: u32) -> Vec<u32> {
        if !self.draft.is_old(at) {
            return Vec::new();
        }
        let into = self.estate.edges_to(at);
        let groups = into.filter(|it| it.relation == Relation::Routes);
        let groups = groups.map(|it| it.from);
        let of_kind = |it: &u32| self.resource(*it).kind() == Kind::ElbTargetGroup;
        let found: BTreeSet<u32> = groups.filter(of_kind).collect();
        found.into_iter().collect()
    }

    /// Lets a target group that stood there before send to a twin that did not.
    pub(super) fn register(&mut self, at: u32, made: u32, group: u32, region: &Region) {
        let Some(there) = self.standing(group, region) else {
            return;
        };
        let from = self.resource(at).region.clone();
        let ids = target_ids(self.resource(at));
        let all = self.of::<elbv2::TargetGroup>(group);
        let named = all.into_iter().flat_map(|it| &it.targets);
        let own: Vec<elbv2::Target> = named
            .filter(|it| ids.contains(&it.id))
            .map(|it| elbv2::Target {
                id: self.text_in(&it.id, &from, region),
                zone: it.zone.as_deref().map(|it| self.text_in(it, &from, region)),
                ..it.clone()
            })
            .collect();
        let what = format!("sends to {}", self.called(made));
        self.draft.edit::<elbv2::TargetGroup>(there, what, |it| {
            for target in own {
                if !it.targets.iter().any(|known| known.id == target.id) {
                    it.targets.push(target);
                }
            }
        });
    }
}

/// What it is registered by in target groups.
fn target_ids(resource: &Resource) -> Vec<String> {
    if let Some(it) = resource.of::<ec2::Instance>() {
        return vec![it.instance_id.clone()];
    }
    if let Some(it) = resource.of::<autoscaling::AutoScalingGroup>() {
        return it
            .instances
            .iter()
            .map(|it| it.instance_id.clone())
            .collect();
    }
    vec![resource.arn.clone()]
}

fn vpc_of(resource: &Resource) -> Option<&str> {
    if let Some(it) = resource.of::<elbv2::LoadBalancer>() {
        it.vpc_id.as_deref()
    } else if let Some(it) = resource.of::<elbv2::TargetGroup>() {
        it.vpc_id.as_deref()
    } else if let Some(it) = resource.of::<lambda::Function>() {
        it.vpc_id.as_deref()
    } else if let Some(it) = resource.of::<rds::DbInstance>() {
        it.vpc_id.as_deref()
    } else {
        None
    }
}

fn subnets_of(resource: &Resource) -> &[String] {
    if let Some(it) = resource.of::<autoscaling::AutoScalingGroup>() {
        &it.subnets
    } else if let Some(it) = resource.of::<ecs::Service>() {
        &it.subnets
    } else {
        &[]
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
