//! Route 53 record sets: members for Regions that lack one, health that is looked at, answers that
//! are not kept too long.

use std::collections::BTreeSet;

use super::{accelerators, access_points, distributions};
use crate::change::site::{Refusal, Site};
use crate::inventory::Kind;
use crate::inventory::kinds::route53::{Alias, GeoLocation, RecordSet};

/// Seconds that a health-checked answer is kept from now on.
const TTL: i64 = 60;

/// The member is answered only while what it leads to stands.
pub(super) fn healthy(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    site.healthy(at)
}

/// A primary with health, and a secondary in another Region.
pub(super) fn failover(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    site.healthy(at)?;
    let set = site.set_of(at);
    let secondary = |it: &u32| {
        let record = site.of::<RecordSet>(*it);
        record.is_some_and(|it| it.failover.as_deref() == Some("SECONDARY"))
    };
    if set.iter().any(secondary) {
        return Ok(());
    }
    let own = site.leaf_region(at);
    let region = site
        .regions()
        .into_iter()
        .find(|it| Some(it) != own.as_ref());
    let region = region.ok_or_else(|| {
        format!(
            "there is no other Region that {} could fail over to",
            site.called(at)
        )
    })?;
    let mut member = site.member_there(at, &region)?;
    if let Some(it) = member.of_mut::<RecordSet>() {
        it.failover = Some("SECONDARY".to_owned());
        it.health_check_id = None;
    }
    let made = site
        .draft
        .add(member, format!("made as the secondary in {region}"));
    site.healthy(made)
}

/// Answers are kept for a minute at most, and a failed check is seen within half a minute.
pub(super) fn quick(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    shorter(site, at);
    let check = site
        .of::<RecordSet>(at)
        .and_then(|it| it.health_check_id.clone());
    check.map_or(Ok(()), |id| site.notice_soon(at, &id))
}

pub(super) fn shorter(site: &mut Site<'_, '_>, at: u32) {
    let most = site.number("max_ttl").unwrap_or(TTL);
    site.draft
        .edit::<RecordSet>(at, format!("is kept for {most} s at most"), |it| {
            it.ttl = it.ttl.map(|ttl| ttl.min(most));
        });
}

/// A name of one Region is routed over all that serve.
pub(super) fn routed(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let name = site.resource(at).name.clone();
    let mut ends = BTreeSet::new();
    for record in site.estate.public_records(&name) {
        ends.insert(site.end_of(record));
    }
    for record in ends {
        let door = site.host_of(record).and_then(|it| it.1);
        match door.map(|it| (it, site.resource(it).kind())) {
            Some((door, Kind::CloudFrontDistribution)) => distributions::second_origin(site, door)?,
            Some((door, Kind::GlobalAcceleratorAccelerator)) => {
                for listener in site.estate.listeners_of_accelerator(door) {
                    accelerators::complete(site, *listener)?;
                }
            }
            Some((door, Kind::S3MultiRegionAccessPoint)) => access_points::complete(site, door)?,
            _ => site.route(record)?,
        }
    }
    Ok(())
}

/// A member for each active Region that has none; those of Regions that are no longer ours go.
pub(super) fn complete(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let (set, ours) = (site.set_of(at), site.regions());
    let mut held = BTreeSet::new();
    for member in &set {
        let regions = site.estate.resolve(&[*member]).regions();
        if !regions.is_empty() && regions.iter().all(|it| !ours.contains(it)) {
            site.draft.remove(
                *member,
                "is no longer answered: its Region is none of the workload",
            );
        } else {
            held.extend(regions);
        }
    }
    for region in site.active() {
        if !held.contains(&region) {
            site.add_member(&set, &region)?;
        }
    }
    Ok(())
}

/// Clients of no place in the set are answered from wherever something stands.
pub(super) fn default_location(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let set = site.set_of(at);
    let own = site.resource(at).clone();
    let name = format!("any.{}", own.name);
    for member in set {
        site.healthy(member)?;
        let mut copy = site.resource(member).clone();
        let id = copy
            .of::<RecordSet>()
            .and_then(|it| it.set_identifier.clone())
            .unwrap_or_default();
        copy.arn = format!("{}/any", copy.arn);
        copy.name.clone_from(&name);
        if let Some(it) = copy.of_mut::<RecordSet>() {
            "weighted".clone_into(&mut it.policy);
            it.weight = Some(1);
            it.geolocation = None;
        }
        site.draft.add(
            copy,
            format!("made beside {id}, for clients of every place"),
        );
    }
    let mut default = own.clone();
    default.arn = format!("{}/default", own.arn);
    if let Some(it) = default.of_mut::<RecordSet>() {
        it.set_identifier = Some("default".to_owned());
        it.geolocation = Some(GeoLocation {
            country: Some("*".to_owned()),
            ..GeoLocation::default()
        });
        it.health_check_id = None;
        it.values.clear();
        it.ttl = None;
        it.alias = Some(Alias {
            zone_id: it.zone_id.clone(),
            dns_name: name,
            evaluate_target_health: true,
        });
    }
    site.draft.add(default, "made as the default location");
    Ok(())
}

/// Traffic goes to every Region of the set.
pub(super) fn spread(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let set = site.set_of(at);
    let active = site.active();
    let weights = set
        .iter()
        .filter_map(|it| site.of::<RecordSet>(*it)?.weight);
    let most = weights.max().unwrap_or(1).max(1);
    for member in &set {
        let region = site.leaf_region(*member);
        let Some(region) = region.filter(|it| active.contains(it)) else {
            continue;
        };
        site.draft
            .edit::<RecordSet>(*member, "gets its share of the traffic", |it| {
                if it.policy == "weighted" {
                    it.weight = Some(most);
                } else {
                    "latency".clone_into(&mut it.policy);
                    it.failover = None;
                    it.latency_region = Some(region.to_string());
                }
            });
        site.healthy(*member)?;
    }
    Ok(())
}

/// What is answered over IPv4 is answered over IPv6.
pub(super) fn both_families(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let Some(own) = site.of::<RecordSet>(at) else {
        return Err(format!("{} is no record set", site.called(at)));
    };
    let (zone, name) = (own.zone_id.clone(), site.resource(at).name.clone());
    let four = site.estate.record_set(&zone, &name, "A").to_vec();
    let six = site.estate.record_set(&zone, &name, "AAAA").to_vec();
    let aliases = |it: &u32| {
        site.of::<RecordSet>(*it)
            .is_some_and(|it| it.alias.is_some())
    };
    if !four.iter().all(aliases) {
        return Err(format!(
            "{name} answers addresses of IPv4, of which none of IPv6 follow"
        ));
    }
    for at in six {
        site.draft.remove(at, "gives way to those that follow IPv4");
    }
    for at in four {
        let mut copy = site.resource(at).clone();
        copy.arn = format!("{}/ipv6", copy.arn);
        if let Some(it) = copy.of_mut::<RecordSet>() {
            "AAAA".clone_into(&mut it.record_type);
        }
        site.draft.add(copy, "made for IPv6, as for IPv4");
    }
    Ok(())
}
