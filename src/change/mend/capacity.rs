//! Auto Scaling groups and container services: large enough, now and at most, for the load of a lost
//! Region.

use std::collections::BTreeSet;

use crate::change::site::{Refusal, Site};
use crate::estate::links::Link;
use crate::inventory::Kind;
use crate::inventory::kinds::applicationautoscaling::ScalableTarget;
use crate::inventory::kinds::autoscaling::AutoScalingGroup;
use crate::inventory::kinds::ec2::Subnet;
use crate::inventory::kinds::ecs::Service;

/// Ceilings with which any one Region can be lost.
pub(super) fn ceilings(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let set = site
        .estate
        .twin_set(at)
        .map(|it| it.members.clone())
        .unwrap_or_default();
    let regions = site.regions();
    let ours: Vec<u32> = set
        .into_iter()
        .filter(|it| regions.contains(&site.resource(*it).region))
        .collect();
    let active = site.active();
    let count = ours
        .iter()
        .filter(|it| active.contains(&site.resource(**it).region))
        .count();
    let survivors = count.checked_sub(1).filter(|it| *it > 0);
    let Some(survivors) = survivors.and_then(|it| i64::try_from(it).ok()) else {
        return Err(format!(
            "{} has no twin that could carry its load",
            site.called(at)
        ));
    };
    let load: i64 = ours.iter().map(|it| wanted(site, *it)).sum();
    let most = load.div_euclid(survivors) + i64::from(load.rem_euclid(survivors) > 0);
    for member in ours {
        raise(site, member, most);
    }
    Ok(())
}

/// Runs now what its largest twin runs.
pub(super) fn running(site: &mut Site<'_, '_>, at: u32) {
    let set = site
        .estate
        .twin_set(at)
        .map(|it| it.members.clone())
        .unwrap_or_default();
    let active = site.active();
    let twins = set
        .iter()
        .filter(|it| **it != at && active.contains(&site.resource(**it).region));
    let most = twins.map(|it| wanted(site, *it)).max().unwrap_or_default();
    run(site, at, most);
}

/// Starts instances in every zone that its network has.
pub(super) fn zones(site: &mut Site<'_, '_>, at: u32) {
    let own = site.resource(at);
    let Some(group) = own.of::<AutoScalingGroup>() else {
        return;
    };
    let subnet = |id: &String| {
        let found = site
            .estate
            .linked(Link::Id(Kind::Ec2Subnet), own, id)
            .first();
        found.and_then(|at| site.of::<Subnet>(*at))
    };
    let networks: BTreeSet<&str> = group
        .subnets
        .iter()
        .filter_map(subnet)
        .map(|it| it.vpc_id.as_str())
        .collect();
    let link = Link::Of(Kind::Ec2Subnet, Kind::Ec2Vpc);
    let beside = networks
        .iter()
        .flat_map(|id| site.estate.linked(link, own, id));
    let beside: Vec<&Subnet> = beside.filter_map(|at| site.of::<Subnet>(*at)).collect();
    let mut zones: BTreeSet<String> = group.zones.iter().cloned().collect();
    let mut subnets = group.subnets.clone();
    for subnet in beside {
        if zones.insert(subnet.zone.clone()) {
            subnets.push(subnet.subnet_id.clone());
        }
    }
    if zones.len() < 2 {
        let region = own.region.clone();
        zones.extend(["a", "b", "c"].map(|zone| format!("{region}{zone}")));
        let called = site.called(at);
        site.draft.leave(format!(
            "no subnet of {called} in another zone was read: there are taken to be some"
        ));
    }
    site.draft.edit::<AutoScalingGroup>(
        at,
        format!(
            "starts instances in {}",
            zones.iter().cloned().collect::<Vec<_>>().join(", ")
        ),
        |it| {
            it.zones = zones.into_iter().collect();
            it.subnets = subnets;
        },
    );
}

fn wanted(site: &Site<'_, '_>, at: u32) -> i64 {
    let group = site.of::<AutoScalingGroup>(at).map(|it| it.desired);
    group
        .or_else(|| site.of::<Service>(at).map(|it| it.desired))
        .unwrap_or_default()
}

fn raise(site: &mut Site<'_, '_>, at: u32, most: i64) {
    let what = format!("may grow to {most}");
    site.draft
        .edit::<AutoScalingGroup>(at, what.clone(), |it| it.max_size = it.max_size.max(most));
    for target in site.estate.scalable_targets(at).to_vec() {
        site.draft
            .edit::<ScalableTarget>(target, what.clone(), |it| {
                it.max = it.max.max(most);
                it.scale_out_suspended = false;
            });
    }
}

/// Lets a group or a service run at least so many.
pub(super) fn run(site: &mut Site<'_, '_>, at: u32, count: i64) {
    let what = format!("runs {count} now");
    site.draft.edit::<AutoScalingGroup>(at, what.clone(), |it| {
        it.desired = it.desired.max(count);
        it.max_size = it.max_size.max(it.desired);
    });
    site.draft.edit::<Service>(at, what, |it| {
        it.desired = it.desired.max(count);
        it.running = it.running.max(it.desired);
    });
}
