//! Route 53: what names lead to, and what their health hangs on.

use std::collections::BTreeSet;

use super::databases::absent;
use crate::estate::lookups::Found;
use crate::estate::names::{Leaf, LeafKind, Resolution};
use crate::inventory::Kind;
use crate::inventory::kinds::route53;
use crate::rule::expr::{Type, Value};
use crate::simulate::time::Span;
use crate::vocabulary::world::seconds;
use crate::vocabulary::{Fact, Types, World};

/// Words for what stands at the end of a name.
pub(in crate::vocabulary) const LEAF_KINDS: [&str; 13] = [
    "load-balancer",
    "website",
    "bucket",
    "api",
    "distribution",
    "accelerator",
    "access-point",
    "vpc-endpoint",
    "function-url",
    "instance",
    "address",
    "aws",
    "outside",
];

fn moves(world: &World<'_>, index: u32) -> Value {
    let resolved = world.estate().resolve(&[index]);
    let moved = world.simulation().moved(index, &resolved.regions());
    let items = moved.iter().map(|it| {
        let lost = Value::string(it.lost.as_str());
        let regions = world.regions(&it.regions, &it.gaps);
        let time = |span: Option<Span>| match span {
            _ if !it.gaps.is_empty() => world.unknown(&it.gaps),
            Some(span) => seconds(span.typical),
            None => Value::Null,
        };
        let fields = vec![lost, regions, time(it.detect), time(it.lookup)];
        world.record(|types| &types.moved, fields)
    });
    world.list(items.collect(), &resolved.gaps)
}

fn leaf_kind(kind: LeafKind) -> &'static str {
    match kind {
        LeafKind::LoadBalancer => "load-balancer",
        LeafKind::Website => "website",
        LeafKind::Bucket => "bucket",
        LeafKind::Api => "api",
        LeafKind::Distribution => "distribution",
        LeafKind::Accelerator => "accelerator",
        LeafKind::AccessPoint => "access-point",
        LeafKind::VpcEndpoint => "vpc-endpoint",
        LeafKind::FunctionUrl => "function-url",
        LeafKind::Instance => "instance",
        LeafKind::Address => "address",
        LeafKind::Aws => "aws",
        LeafKind::Outside => "outside",
    }
}

pub(super) const RECORD_SET: &[Fact] = &[
    Fact {
        name: "set",
        doc: "All members of its routed set, itself included: the same zone, name and type.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let own = record(world, index);
            let name = &world.resource_at(index).name;
            let found = world
                .estate()
                .record_set(&own.zone_id, name, &own.record_type);
            records(world, found.iter().copied())
        },
    },
    Fact {
        name: "same_name",
        doc: "Record sets of the same zone and name with other types.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let own = record(world, index);
            let found = world
                .estate()
                .records_named(&own.zone_id, &world.resource_at(index).name);
            let others = found.iter().copied();
            records(
                world,
                others.filter(|at| record(world, *at).record_type != own.record_type),
            )
        },
    },
    Fact {
        name: "leaves",
        doc: "Where it leads in the end, through aliases, CNAMEs and global front doors. A front door stands here itself only where nobody knows what is behind it, or nothing is.",
        ty: |types, _| Type::list(types.leaf.clone()),
        get: |world, index| {
            let resolved = world.estate().resolve(&[index]);
            leaves(world, &resolved)
        },
    },
    Fact {
        name: "leaf_regions",
        doc: "Regions that it leads to in the end, each once, those behind global front doors included. Hosts outside of AWS have none.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let resolved = world.estate().resolve(&[index]);
            world.regions(&resolved.regions(), &resolved.gaps)
        },
    },
    Fact {
        name: "serving_regions",
        doc: "Regions that it sends clients to while all is well: without those that only take over (a secondary record or origin, weight 0, a dial at 0).",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let resolved = world.estate().resolve(&[index]);
            world.regions(&resolved.serving(), &resolved.gaps)
        },
    },
    Fact {
        name: "moves",
        doc: "Where its clients are sent, and after how long, once one of the Regions is lost that it leads to, each of them in turn: to what it still leads to, else to the members of its set that take over; by geolocation that is the member for the next larger place.",
        ty: |types, _| Type::list(types.moved.clone()),
        get: moves,
    },
    Fact {
        name: "front_doors",
        doc: "Host names of the CloudFront distributions, accelerators and Multi-Region Access Points that DNS leads to from here.",
        ty: |_, _| Types::strings(),
        get: front_doors,
    },
    Fact {
        name: "ways",
        doc: "Every record set on the ways from here to where it leads, itself included.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let resolved = world.estate().resolve(&[index]);
            let ways: BTreeSet<u32> = resolved.records.iter().copied().chain([index]).collect();
            world.objects(ways, &resolved.gaps)
        },
    },
    Fact {
        name: "health_check",
        doc: "The health check that decides whether it is answered; null when it has none, or one of another account.",
        ty: |types, _| types.maybe(Kind::Route53HealthCheck),
        get: |world, index| {
            let own = world.resource_at(index);
            if let Some(gap) = own.unread("health_check_id") {
                return world.unknown([gap]);
            }
            match record(world, index).health_check_id.as_deref() {
                None => Value::Null,
                Some(id) => check(world, id),
            }
        },
    },
    Fact {
        name: "alias_records",
        doc: "The record sets that its alias names, all members of that set.",
        ty: |types, kind| types.list(kind),
        get: |world, index| records(world, alias_records(world, index)),
    },
    Fact {
        name: "alias_parents",
        doc: "The record sets whose alias names its set.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let (own, name) = (record(world, index), &world.resource_at(index).name);
            let estate = world.estate();
            let parents = estate.aliases_of(&own.zone_id, name, &own.record_type);
            records(world, parents.iter().copied())
        },
    },
    Fact {
        name: "zone",
        doc: "Its hosted zone.",
        ty: |types, _| types.maybe(Kind::Route53HostedZone),
        get: |world, index| match world.estate().zone(&record(world, index).zone_id) {
            Some(zone) => world.object(zone),
            None => absent(world, world.hiding(Kind::Route53HostedZone)),
        },
    },
];

pub(super) const HEALTH_CHECK: &[Fact] = &[
    Fact {
        name: "used_by",
        doc: "Record sets that it decides about, also through calculated checks that count it.",
        ty: |types, _| types.list(Kind::Route53RecordSet),
        get: used_by,
    },
    Fact {
        name: "probed_records",
        doc: "Record sets that the names it probes lead through.",
        ty: |types, _| types.list(Kind::Route53RecordSet),
        get: |world, index| {
            let probed = probed(world, index);
            world.objects(probed.records, &probed.gaps)
        },
    },
    Fact {
        name: "probed_regions",
        doc: "Regions of what it probes, its children included.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let probed = probed(world, index);
            world.regions(&probed.regions(), &probed.gaps)
        },
    },
    Fact {
        name: "child_checks",
        doc: "The checks that a calculated one counts, as far as they are of these accounts.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let (mut found, mut gaps) = (Vec::new(), Vec::new());
            for child in &health_check(world, index).children {
                match world.estate().health_check(child) {
                    Found::Resource(at) => found.push(at),
                    Found::Absent => {}
                    Found::Unknown(hidden) => gaps.extend(hidden),
                }
            }
            world.objects(found, &gaps)
        },
    },
];

pub(super) const ZONE: &[Fact] = &[
    Fact {
        name: "records",
        doc: "Its record sets.",
        ty: |types, _| types.list(Kind::Route53RecordSet),
        get: |world, index| {
            let zone = world.resource_at(index).of::<route53::HostedZone>();
            let found = zone.map(|zone| world.estate().records_of(&zone.zone_id));
            records(world, found.unwrap_or_default().iter().copied())
        },
    },
    Fact {
        name: "same_name_zones",
        doc: "Other zones of the same name.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let name = &world.resource_at(index).name;
            let all = world.estate().zones_named(name).iter().copied();
            let others = all.filter(|at| *at != index);
            world.objects(others, world.hiding(Kind::Route53HostedZone))
        },
    },
];

fn record<'w>(world: &World<'w>, index: u32) -> &'w route53::RecordSet {
    static NONE: std::sync::LazyLock<route53::RecordSet> =
        std::sync::LazyLock::new(Default::default);
    world.estate().resource(index).of().unwrap_or(&NONE)
}

fn health_check<'w>(world: &World<'w>, index: u32) -> &'w route53::HealthCheck {
    static NONE: std::sync::LazyLock<route53::HealthCheck> =
        std::sync::LazyLock::new(Default::default);
    world.estate().resource(index).of().unwrap_or(&NONE)
}

fn records(world: &World<'_>, found: impl IntoIterator<Item = u32>) -> Value {
    world.objects(found, world.hiding(Kind::Route53RecordSet))
}

fn check(world: &World<'_>, id: &str) -> Value {
    match world.estate().health_check(id) {
        Found::Resource(check) => world.object(check),
        Found::Absent => Value::Null,
        Found::Unknown(gaps) => world.unknown(&gaps),
    }
}

/// An alias to another name of the same zone leads to the set of that name and its own type.
fn alias_records(world: &World<'_>, index: u32) -> Vec<u32> {
    let own = record(world, index);
    let Some(alias) = own
        .alias
        .as_ref()
        .filter(|alias| alias.zone_id == own.zone_id)
    else {
        return Vec::new();
    };
    world
        .estate()
        .record_set(&own.zone_id, &alias.dns_name, &own.record_type)
        .to_vec()
}

/// DNS alone tells these: what stands behind them does not matter.
fn front_doors(world: &World<'_>, index: u32) -> Value {
    let estate = world.estate();
    let resolved = estate.resolve(&[index]);
    let doors = resolved.ends.iter().filter(|end| {
        matches!(
            end.kind,
            LeafKind::Distribution | LeafKind::Accelerator | LeafKind::AccessPoint
        )
    });
    let hosts: Vec<Value> = doors.map(|end| Value::string(end.host.as_str())).collect();
    let unread = resolved.gaps.iter().filter(|gap| {
        let own = &world.resource_at(index).unread;
        own.values().any(|it| it == *gap) || estate.names_hidden().contains(gap)
    });
    world.list(hosts, unread)
}

pub(super) fn leaves(world: &World<'_>, resolved: &Resolution) -> Value {
    let leaf = |leaf: &Leaf| {
        world.record(
            |types| &types.leaf,
            vec![
                Value::string(leaf_kind(leaf.kind)),
                Value::string(leaf.host.as_str()),
                leaf.region
                    .as_ref()
                    .map_or(Value::Null, |region| Value::string(region.as_str())),
                leaf.resource
                    .map_or(Value::Null, |resource| world.object(resource)),
                Value::Bool(leaf.waits),
            ],
        )
    };
    world.list(resolved.leaves.iter().map(leaf).collect(), &resolved.gaps)
}

fn probed(world: &World<'_>, index: u32) -> Resolution {
    world
        .estate()
        .probed(&health_check(world, index).health_check_id)
}

fn used_by(world: &World<'_>, index: u32) -> Value {
    let estate = world.estate();
    let mut open = vec![health_check(world, index).health_check_id.as_str()];
    let (mut seen, mut users) = (BTreeSet::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        users.extend(estate.users_of_check(id).iter().copied());
        let parents = estate.checks_counting(id).iter();
        open.extend(parents.map(|at| health_check(world, *at).health_check_id.as_str()));
    }
    let hidden = [Kind::Route53RecordSet, Kind::Route53HealthCheck];
    world.objects(users, &estate.hidden_anywhere(&hidden))
}
