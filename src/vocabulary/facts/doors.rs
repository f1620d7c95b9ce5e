//! Global front doors: what stands behind each path, listener and endpoint group.

use super::databases::absent;
use super::dns::leaves;
use crate::estate::doors::LEADING;
use crate::inventory::Kind;
use crate::inventory::kinds::cloudfront::{CacheBehavior, Distribution, Origin, OriginGroup};
use crate::inventory::kinds::globalaccelerator::{EndpointGroup, Listener};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const DISTRIBUTION: &[Fact] = &[
    Fact {
        name: "paths",
        doc: "What each cache behavior leads to, in the order in which CloudFront matches them; the default is last.",
        ty: |types, _| Type::list(types.path.clone()),
        get: |world, index| {
            let each = |it: &Distribution| {
                let paths = it.cache_behaviors.iter();
                Value::list(
                    paths
                        .map(|behavior| path(world, index, it, behavior))
                        .collect(),
                )
            };
            read(world, index, each)
        },
    },
    Fact {
        name: "failovers",
        doc: "Its origin groups that fail over, with their origins.",
        ty: |types, _| Type::list(types.failover.clone()),
        get: |world, index| {
            let each = |it: &Distribution| {
                let groups = it.origin_groups.iter();
                let all = groups.filter_map(|group| failover(world, index, it, group));
                Value::list(all.collect())
            };
            read(world, index, each)
        },
    },
    Fact {
        name: "regions",
        doc: "Regions that its origins lead to, each once; those that no cache behavior names too.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let all = |it: &Distribution| {
                let origins: Vec<_> = it.origins.iter().map(|origin| (origin, false)).collect();
                regions(world, index, &origins)
            };
            read(world, index, all)
        },
    },
];

pub(super) const ACCELERATOR: &[Fact] = &[Fact {
    name: "listeners",
    doc: "Its listeners.",
    ty: |types, _| types.list(Kind::GlobalAcceleratorListener),
    get: |world, index| {
        let found = world.estate().listeners_of_accelerator(index);
        let hidden = world.hiding(Kind::GlobalAcceleratorListener);
        world.objects(found.iter().copied(), hidden)
    },
}];

pub(super) const LISTENER: &[Fact] = &[
    Fact {
        name: "accelerator",
        doc: "Its accelerator; null when that was deleted meanwhile.",
        ty: |types, _| types.maybe(Kind::GlobalAcceleratorAccelerator),
        get: accelerator,
    },
    Fact {
        name: "endpoint_groups",
        doc: "Its endpoint groups, one for each Region.",
        ty: |types, _| types.list(Kind::GlobalAcceleratorEndpointGroup),
        get: |world, index| {
            let found = world.estate().groups_of_listener(index);
            let hidden = world.hiding(Kind::GlobalAcceleratorEndpointGroup);
            world.objects(found.iter().copied(), hidden)
        },
    },
];

pub(super) const ENDPOINT_GROUP: &[Fact] = &[
    Fact {
        name: "listener",
        doc: "Its listener; null when that was deleted meanwhile.",
        ty: |types, _| types.maybe(Kind::GlobalAcceleratorListener),
        get: |world, index| match listener(world, index) {
            Some(listener) => world.object(listener),
            None => absent(world, world.hiding(Kind::GlobalAcceleratorListener)),
        },
    },
    Fact {
        name: "accelerator",
        doc: "Its accelerator; null when that was deleted meanwhile.",
        ty: |types, _| types.maybe(Kind::GlobalAcceleratorAccelerator),
        get: |world, index| match listener(world, index) {
            Some(listener) => accelerator(world, listener),
            None => absent(world, world.hiding(Kind::GlobalAcceleratorListener)),
        },
    },
];

fn listener(world: &World<'_>, group: u32) -> Option<u32> {
    let group = world.resource_at(group).of::<EndpointGroup>()?;
    world.estate().by_arn(&group.listener_arn)
}

fn accelerator(world: &World<'_>, listener: u32) -> Value {
    let own = world.resource_at(listener).of::<Listener>();
    match own.and_then(|it| world.estate().by_arn(&it.accelerator_arn)) {
        Some(accelerator) => world.object(accelerator),
        None => absent(world, world.hiding(Kind::GlobalAcceleratorAccelerator)),
    }
}

/// A fact over where a distribution leads; unknown where that was not read.
fn read(world: &World<'_>, index: u32, fact: impl Fn(&Distribution) -> Value) -> Value {
    let own = world.resource_at(index);
    let unread: Vec<_> = LEADING.iter().filter_map(|name| own.unread(name)).collect();
    match own.of::<Distribution>() {
        Some(it) if unread.is_empty() => fact(it),
        _ => world.unknown(unread),
    }
}

fn regions(world: &World<'_>, index: u32, origins: &[(&Origin, bool)]) -> Value {
    let resolved = world.estate().origins_lead(index, origins);
    world.regions(&resolved.regions(), &resolved.gaps)
}

fn path(world: &World<'_>, index: u32, of: &Distribution, it: &CacheBehavior) -> Value {
    let origins = of.origins_of(it);
    let each = origins
        .iter()
        .map(|(at, waits)| origin(world, index, at, *waits));
    let chooses = it.functions.iter().filter(|it| {
        matches!(
            (it.runtime.as_str(), it.event.as_str()),
            ("lambda", "origin-request") | ("cloudfront", "viewer-request")
        )
    });
    let group = of.group(it).map(|group| group.id.as_str());
    world.record(
        |types| &types.path,
        vec![
            Value::string(it.path_pattern.as_str()),
            group.map_or(Value::Null, Value::string),
            Value::strings(it.allowed_methods.iter().map(String::as_str)),
            Value::list(each.collect()),
            regions(world, index, &origins),
            Value::strings(chooses.map(|it| it.arn.as_str())),
        ],
    )
}

fn origin(world: &World<'_>, index: u32, it: &Origin, waits: bool) -> Value {
    let resolved = world.estate().origins_lead(index, &[(it, waits)]);
    world.record(
        |types| &types.path_origin,
        vec![
            Value::string(it.id.as_str()),
            Value::string(it.domain_name.as_str()),
            Value::Bool(waits),
            world.regions(&resolved.regions(), &resolved.gaps),
            leaves(world, &resolved),
            Value::Int(connect_seconds(it)),
        ],
    )
}

/// Three attempts of ten seconds is what CloudFront does where nobody said otherwise.
fn connect_seconds(it: &Origin) -> i64 {
    let attempts = it.connection_attempts.unwrap_or(3);
    attempts.saturating_mul(it.connection_timeout.unwrap_or(10))
}

/// `None` for a group that chooses by quality, or lacks one of its origins.
fn failover(
    world: &World<'_>,
    index: u32,
    of: &Distribution,
    group: &OriginGroup,
) -> Option<Value> {
    let members: Vec<_> = of.members(group).collect();
    let [(primary, false), (secondary, true)] = members[..] else {
        return None;
    };
    let used = of.cache_behaviors.iter();
    let used = used
        .filter_map(|it| of.group(it))
        .any(|it| it.id == group.id);
    let codes = group.status_codes.iter().copied().map(Value::Int);
    let fields = vec![
        Value::string(group.id.as_str()),
        Value::Bool(used),
        Value::list(codes.collect()),
        origin(world, index, primary, false),
        origin(world, index, secondary, true),
    ];
    Some(world.record(|types| &types.failover, fields))
}
