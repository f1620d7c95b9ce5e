//! What serves in one Region and is missing in another: load balancers, what answers behind them, and
//! queues.

use crate::change::site::{Refusal, Site};
use crate::inventory::kinds::autoscaling::AutoScalingGroup;
use crate::inventory::kinds::ecs::Service;
use crate::inventory::kinds::elbv2::{LoadBalancer, TargetGroup};
use crate::inventory::{Kind, Region};

/// What computes behind a name.
const SERVING: [Kind; 3] = [
    Kind::AutoScalingGroup,
    Kind::EcsService,
    Kind::LambdaFunction,
];

/// Every component that serves stands in every active Region, and runs there.
pub(super) fn serving(site: &mut Site<'_, '_>) -> Result<(), Refusal> {
    let active = site.active();
    for kind in SERVING {
        for at in site.members(kind) {
            let home = site.resource(at).region.clone();
            if !active.contains(&home) || site.estate.names_to(at).next().is_none() {
                continue;
            }
            for region in active.iter().filter(|it| **it != home) {
                let there = site.there(at, region)?;
                wake(site, at, there);
            }
        }
    }
    Ok(())
}

/// Each active Region has a load balancer with targets that answer.
pub(super) fn answering(site: &mut Site<'_, '_>) -> Result<(), Refusal> {
    let active = site.active();
    let balancers = site.members(Kind::ElbLoadBalancer);
    let mut fronts = Vec::new();
    for at in balancers {
        let serves = site.estate.names_to(at).next().is_some();
        if serves && active.contains(&site.resource(at).region) && answers(site, at) {
            fronts.push(at);
        }
    }
    for region in &active {
        let here = site.members(Kind::ElbLoadBalancer).into_iter();
        let mut here = here.filter(|it| site.resource(*it).region == *region);
        if here.any(|it| answers(site, it)) {
            continue;
        }
        for front in &fronts {
            site.front_there(*front, region)?;
        }
    }
    Ok(())
}

/// The queue stands where what feeds or drains it does, and is used there.
pub(super) fn queue(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let home = site.resource(at).region.clone();
    for region in site.active().into_iter().filter(|it| *it != home) {
        site.there(at, &region)?;
        for function in site.members(Kind::LambdaFunction) {
            if site.resource(function).region == region {
                site.lead(function, at, &region);
            }
        }
    }
    Ok(())
}

fn groups_of(site: &Site<'_, '_>, balancer: u32) -> Vec<u32> {
    let arn = &site.resource(balancer).arn;
    let groups = site.all(Kind::ElbTargetGroup).into_iter();
    let of = |it: &u32| {
        site.of::<TargetGroup>(*it)
            .is_some_and(|it| it.load_balancers.contains(arn))
    };
    groups.filter(of).collect()
}

fn answers(site: &Site<'_, '_>, balancer: u32) -> bool {
    let groups = groups_of(site, balancer);
    let mut targets = groups
        .iter()
        .filter_map(|it| site.of::<TargetGroup>(*it))
        .flat_map(|it| &it.targets);
    targets.any(|it| matches!(&*it.health, "healthy" | "unavailable"))
}

/// A twin that stood there and runs nothing runs what the other runs.
fn wake(site: &mut Site<'_, '_>, at: u32, there: u32) {
    let wanted = site.of::<AutoScalingGroup>(at).map(|it| it.desired);
    let wanted = wanted
        .or_else(|| site.of::<Service>(at).map(|it| it.desired))
        .unwrap_or_default();
    let idle = site.of::<AutoScalingGroup>(there).map(|it| it.desired == 0);
    let idle = idle.or_else(|| site.of::<Service>(there).map(|it| it.desired == 0));
    if idle == Some(true) && wanted > 0 {
        super::capacity::run(site, there, wanted);
        site.draft
            .edit::<Service>(there, "is active", |it| "ACTIVE".clone_into(&mut it.status));
    }
}

impl Site<'_, '_> {
    /// A load balancer of another Region with targets that answer as here.
    pub(in crate::change) fn front_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let there = self.there(at, region)?;
        self.draft
            .edit::<LoadBalancer>(there, "is active", |it| "active".clone_into(&mut it.state));
        for group in groups_of(self, at) {
            let other = self.there(group, region)?;
            let arn = self.resource(there).arn.clone();
            self.draft
                .edit::<TargetGroup>(other, "is behind its load balancer", |it| {
                    if !it.load_balancers.contains(&arn) {
                        it.load_balancers.push(arn);
                    }
                });
            for mechanism in ["elb", "asg", "ecs"] {
                for behind in self.ends(group, mechanism) {
                    let made = self.there(behind, region)?;
                    wake(self, behind, made);
                    self.register(behind, made, group, region);
                }
            }
            let home = self.resource(group).region.clone();
            let own = self
                .of::<TargetGroup>(group)
                .map(|it| it.targets.clone())
                .unwrap_or_default();
            let own: Vec<_> = own
                .into_iter()
                .map(|mut it| {
                    it.id = self.text_in(&it.id, &home, region);
                    it.zone = it.zone.map(|it| self.text_in(&it, &home, region));
                    it
                })
                .collect();
            self.draft
                .edit::<TargetGroup>(other, "has targets that answer", |it| {
                    if !it.targets.iter().any(|it| it.health == "healthy") {
                        it.targets = own;
                    }
                });
        }
        Ok(there)
    }
}
