//! The same component in another Region: found, or made with all that it needs.

use std::collections::BTreeSet;

use super::site::{Refusal, Site};
use crate::estate::edges::{Relation, Target};
use crate::estate::links::Link;
use crate::inventory::kinds::{autoscaling, ec2, ecs, elbv2, lambda, rds};
use crate::inventory::{Kind, Region, Resource};

impl Site<'_, '_> {
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
                Relation::Replicates
                | Relation::Delivers
                | Relation::Scales
                | Relation::Recovers => false,
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
            // What reads a table's changes acts upon each of them in every Region: it is made only
            // where it is meant to.
            let mappings = self.estate.mappings_of(at).iter().copied();
            needs.extend(mappings.filter(|it| {
                let mapping = self.of::<lambda::EventSourceMapping>(*it);
                let changes =
                    mapping.is_some_and(|it| it.source_service.as_deref() == Some("dynamodb"));
                !changes || self.estate.twin_set(*it).is_some()
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
