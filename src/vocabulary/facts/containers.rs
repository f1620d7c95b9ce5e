//! Container services, what they run and what they run on; what scales.

use std::collections::BTreeSet;

use super::compute::{minutes_since, resolved};
use super::databases::{absent, here, why_missing};
use crate::estate::links::Link;
use crate::inventory::kinds::{ec2, ecs};
use crate::inventory::{GapKey, Image, Kind, not_collected};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const SERVICE: &[Fact] = &[
    Fact {
        name: "task",
        doc: "The task definition that it runs.",
        ty: |types, _| types.one(Kind::EcsTaskDefinition),
        get: |world, index| {
            let service = world.resource_at(index).of::<ecs::Service>();
            let arn = service.map_or("", |it| it.task_definition.as_str());
            match world.estate().by_arn(arn) {
                Some(found) => world.object(found),
                None => world.unknown(&why_missing(world, arn, Kind::EcsTaskDefinition)),
            }
        },
    },
    Fact {
        name: "scaling",
        doc: "The scalable target of its number of tasks; null when nothing scales it.",
        ty: |types, _| types.maybe(Kind::ScalableTarget),
        get: |world, index| match world.estate().scalable_targets(index).first() {
            Some(target) => world.object(*target),
            None => absent(world, &here(world, index, Kind::ScalableTarget)),
        },
    },
    Fact {
        name: "capacity",
        doc: "What its tasks run on by its own strategy, else by that of its cluster; empty when a launch type says so.",
        ty: |types, _| Type::list(types.capacity.clone()),
        get: capacity,
    },
    Fact {
        name: "zones",
        doc: "Availability Zones of its subnets; empty when its tasks use the addresses of instances.",
        ty: |_, _| Types::strings(),
        get: zones,
    },
    Fact {
        name: "minutes_unchanged",
        doc: "Minutes between its last roll-out and the end of collecting; null when either is not known.",
        ty: |_, _| Type::Int.nullable(),
        get: |world, index| {
            let service = world.resource_at(index).of::<ecs::Service>();
            let newest = service.and_then(|it| it.deployments.first());
            minutes_since(world, newest.and_then(|it| it.updated.as_deref()))
        },
    },
];

pub(super) const TASK_DEFINITION: &[Fact] = &[
    Fact {
        name: "images",
        doc: "The images of its containers, taken apart.",
        ty: |types, _| Type::list(types.container_image.clone()),
        get: images,
    },
    Fact {
        name: "resolved_references",
        doc: "What its configuration names in AWS: variables, secrets, files of variables.",
        ty: |types, _| Type::list(types.resolved_reference.clone()),
        get: |world, index| {
            let own = world.resource_at(index);
            let definition = own.of::<ecs::TaskDefinition>();
            let references = definition.into_iter().flat_map(|it| &it.references);
            let items = references.map(|it| resolved(world, it)).collect();
            world.list(items, own.unread("references"))
        },
    },
];

pub(super) const SCALABLE_TARGET: &[Fact] = &[Fact {
    name: "scaled",
    doc: "What it scales; null when that is not collected or gone.",
    ty: |types, _| types.any().nullable(),
    get: |world, index| {
        let own = world.resource_at(index);
        if let Some(found) = world.estate().scaled_by(own) {
            return world.object(found);
        }
        let kind = world.estate().scaled_kind(own);
        let hidden = kind.map(|kind| here(world, index, kind));
        absent(world, &hidden.unwrap_or_default())
    },
}];

fn capacity(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let Some(service) = own.of::<ecs::Service>() else {
        return world.unknown([]);
    };
    if service.launch_type.is_some() || !service.capacity_providers.is_empty() {
        return shares(world, index, &service.capacity_providers);
    }
    let cluster = world.estate().by_arn(&service.cluster);
    match cluster.and_then(|at| world.resource_at(at).of::<ecs::Cluster>()) {
        Some(cluster) => shares(world, index, &cluster.default_strategy),
        None => world.unknown(&why_missing(world, &service.cluster, Kind::EcsCluster)),
    }
}

fn shares(world: &World<'_>, index: u32, shares: &[ecs::CapacityShare]) -> Value {
    let items = shares.iter().map(|share| {
        let (option, group) = bought(world, index, &share.provider);
        let fields = vec![
            Value::string(share.provider.as_str()),
            Value::Int(share.base),
            Value::Int(share.weight),
            option,
            group,
        ];
        world.record(|types| &types.capacity, fields)
    });
    world.list(items.collect(), [])
}

/// How the capacity of a provider is bought, and the Auto Scaling group behind it.
fn bought(world: &World<'_>, index: u32, name: &str) -> (Value, Value) {
    match name {
        "FARGATE" => return (Value::string("ON_DEMAND"), Value::Null),
        "FARGATE_SPOT" => return (Value::string("SPOT"), Value::Null),
        _ => {}
    }
    let own = world.resource_at(index);
    let link = Link::Id(Kind::EcsCapacityProvider);
    let found = world.estate().linked(link, own, name).first();
    let provider = found.and_then(|at| world.resource_at(*at).of::<ecs::CapacityProvider>());
    let Some(provider) = provider else {
        let gaps = hidden(world, index, Kind::EcsCapacityProvider);
        return (world.unknown(&gaps), world.unknown(&gaps));
    };
    let option = provider.capacity_option.as_deref();
    let group = provider.auto_scaling_group.as_deref();
    let group = group.map(|arn| match world.estate().by_arn(arn) {
        Some(found) => world.object(found),
        None => world.unknown(&why_missing(world, arn, Kind::AutoScalingGroup)),
    });
    (
        option.map_or(Value::Null, Value::string),
        group.unwrap_or(Value::Null),
    )
}

/// Why something of the same place that is named is not there.
fn hidden(world: &World<'_>, index: u32, kind: Kind) -> Vec<GapKey> {
    let own = world.resource_at(index);
    match here(world, index, kind) {
        none if none.is_empty() => vec![not_collected(kind, &own.account, &own.region)],
        gaps => gaps,
    }
}

fn zones(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let (mut found, mut missing) = (BTreeSet::new(), false);
    let service = own.of::<ecs::Service>();
    for id in service.into_iter().flat_map(|it| &it.subnets) {
        let link = Link::Id(Kind::Ec2Subnet);
        let subnet = world.estate().linked(link, own, id).first();
        let subnet = subnet.and_then(|at| world.resource_at(*at).of::<ec2::Subnet>());
        match subnet {
            Some(subnet) => _ = found.insert(subnet.zone.as_str()),
            None => missing = true,
        }
    }
    let gaps = if missing {
        hidden(world, index, Kind::Ec2Subnet)
    } else {
        Vec::new()
    };
    world.list(found.into_iter().map(Value::string).collect(), &gaps)
}

fn images(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let definition = own.of::<ecs::TaskDefinition>();
    let maybe = |text: Option<&str>| text.map_or(Value::Null, Value::string);
    let items = definition.into_iter().flat_map(|it| &it.containers);
    let items = items.map(|container| {
        let image = Image::parse(&container.image);
        let fields = vec![
            Value::string(container.name.as_str()),
            Value::string(container.image.as_str()),
            maybe(image.registry),
            image.region().map_or(Value::Null, Value::string),
            Value::string(image.repository),
            maybe(image.tag),
            maybe(image.digest),
        ];
        world.record(|types| &types.container_image, fields)
    });
    world.list(items.collect(), own.unread("containers"))
}
