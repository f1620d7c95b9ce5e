//! Load balancers, target groups, instances, groups of instances, functions.

use std::collections::BTreeSet;

use super::databases::{absent, here};
use super::launch::{attached_volumes, launch};
use super::references::of_function;
use crate::estate::links::Link;
use crate::inventory::kinds::{autoscaling, elbv2};
use crate::inventory::{GapKey, Kind, Resource};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const BALANCER: &[Fact] = &[
    Fact {
        name: "listeners",
        doc: "Its listeners.",
        ty: |types, _| types.list(Kind::ElbListener),
        get: |world, index| of_arn(world, index, Kind::ElbListener, Kind::ElbLoadBalancer),
    },
    Fact {
        name: "target_groups",
        doc: "The target groups that it sends to.",
        ty: |types, _| types.list(Kind::ElbTargetGroup),
        get: |world, index| of_arn(world, index, Kind::ElbTargetGroup, Kind::ElbLoadBalancer),
    },
    Fact {
        name: "listens_on",
        doc: "Protocol and port of each of its listeners (`HTTPS 443`), sorted.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let gaps = here(world, index, Kind::ElbListener);
            let of = Link::Of(Kind::ElbListener, Kind::ElbLoadBalancer);
            summed_up(world, index, of, &gaps, |it| {
                let it = it.of::<elbv2::Listener>()?;
                let port = it.port.map(|port| port.to_string());
                joined(it.protocol.as_deref(), port.as_deref())
            })
        },
    },
    Fact {
        name: "target_checks",
        doc: "Protocol and path by which its target groups check their targets (`HTTP /health`), sorted, each once.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let gaps = here(world, index, Kind::ElbTargetGroup);
            let of = Link::Of(Kind::ElbTargetGroup, Kind::ElbLoadBalancer);
            summed_up(world, index, of, &gaps, |it| {
                let check = &it.of::<elbv2::TargetGroup>()?.health_check;
                joined(check.protocol.as_deref(), check.path.as_deref())
            })
        },
    },
];

/// What the resources that name a load balancer say, sorted, each once.
fn summed_up(
    world: &World<'_>,
    index: u32,
    link: Link,
    gaps: &[GapKey],
    say: fn(&Resource) -> Option<String>,
) -> Value {
    let own = world.resource_at(index);
    let found = world.estate().linked(link, own, &own.arn).iter();
    let said: BTreeSet<String> = found.filter_map(|at| say(world.resource_at(*at))).collect();
    world.list(
        said.iter().map(|it| Value::string(it.as_str())).collect(),
        gaps,
    )
}

fn joined(first: Option<&str>, second: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [first, second].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

pub(super) const TARGET_GROUP: &[Fact] = &[
    Fact {
        name: "balancers",
        doc: "The load balancers that send to it.",
        ty: |types, _| types.list(Kind::ElbLoadBalancer),
        get: |world, index| {
            let group = world.resource_at(index).of::<elbv2::TargetGroup>();
            let arns = group.into_iter().flat_map(|it| &it.load_balancers);
            let found = arns
                .filter_map(|arn| world.estate().by_arn(arn))
                .collect::<Vec<_>>();
            world.objects(found, &here(world, index, Kind::ElbLoadBalancer))
        },
    },
    Fact {
        name: "registered_instances",
        doc: "The instances that are registered in it by id.",
        ty: |types, _| types.list(Kind::Ec2Instance),
        get: |world, index| {
            let own = world.resource_at(index);
            if let Some(gap) = own.unread("targets") {
                return world.unknown([gap]);
            }
            let group = own
                .of::<elbv2::TargetGroup>()
                .filter(|it| it.target_type == "instance");
            let ids = group.into_iter().flat_map(|it| &it.targets);
            let link = Link::Id(Kind::Ec2Instance);
            let found = ids
                .flat_map(|it| world.estate().linked(link, own, &it.id))
                .copied();
            world.objects(
                found.collect::<Vec<_>>(),
                &here(world, index, Kind::Ec2Instance),
            )
        },
    },
];

pub(super) const INSTANCE: &[Fact] = &[
    Fact {
        name: "auto_scaling_group",
        doc: "The Auto Scaling group that keeps it; null when none does.",
        ty: |types, _| types.maybe(Kind::AutoScalingGroup),
        get: |world, index| {
            let own = world.resource_at(index);
            let link = Link::Of(Kind::AutoScalingGroup, Kind::Ec2Instance);
            match world
                .estate()
                .linked(link, own, &own_id(world, index))
                .first()
            {
                Some(group) => world.object(*group),
                None => absent(world, &here(world, index, Kind::AutoScalingGroup)),
            }
        },
    },
    Fact {
        name: "target_groups",
        doc: "The target groups that it is registered in by id.",
        ty: |types, _| types.list(Kind::ElbTargetGroup),
        get: |world, index| {
            let own = world.resource_at(index);
            let link = Link::Of(Kind::ElbTargetGroup, Kind::Ec2Instance);
            let found = world.estate().linked(link, own, &own_id(world, index));
            world.objects(found.iter().copied(), &targets_hidden(world, index))
        },
    },
    Fact {
        name: "managed_by",
        doc: "What looks after it instead of an owned group (`auto-scaling`, `eks`, `karpenter`, `ecs`, `elastic-beanstalk`, `emr`, `batch`, `fleet`), from the tags that these set; null when nothing does.",
        ty: |_, _| Type::STRING.nullable(),
        get: managed_by,
    },
    Fact {
        name: "attached_volumes",
        doc: "Its volumes.",
        ty: |types, _| types.list(Kind::Ec2Volume),
        get: attached_volumes,
    },
    Fact {
        name: "subnet",
        doc: "Its subnet; null when it was not read and is of another account.",
        ty: |types, _| types.maybe(Kind::Ec2Subnet),
        get: |world, index| {
            let own = world.resource_at(index);
            let instance = own.of::<crate::inventory::kinds::ec2::Instance>();
            let Some(id) = instance.and_then(|it| it.subnet_id.as_deref()) else {
                return Value::Null;
            };
            match world
                .estate()
                .linked(Link::Id(Kind::Ec2Subnet), own, id)
                .first()
            {
                Some(subnet) => world.object(*subnet),
                None => absent(world, &here(world, index, Kind::Ec2Subnet)),
            }
        },
    },
];

pub(super) const GROUP: &[Fact] = &[
    Fact {
        name: "group_subnets",
        doc: "The subnets that it starts instances in.",
        ty: |types, _| types.list(Kind::Ec2Subnet),
        get: |world, index| {
            let own = world.resource_at(index);
            let group = own.of::<autoscaling::AutoScalingGroup>();
            let ids = group.into_iter().flat_map(|it| &it.subnets);
            let link = Link::Id(Kind::Ec2Subnet);
            let found = ids
                .flat_map(|id| world.estate().linked(link, own, id))
                .copied();
            world.objects(
                found.collect::<Vec<_>>(),
                &here(world, index, Kind::Ec2Subnet),
            )
        },
    },
    Fact {
        name: "launch",
        doc: "What its launch template starts instances from; null for a group without a template.",
        ty: |types, _| types.launch.clone().nullable(),
        get: launch,
    },
];

pub(super) const FUNCTION: &[Fact] = &[
    Fact {
        name: "vpc",
        doc: "The VPC that it runs in; null when it runs in none, or in one of another account.",
        ty: |types, _| types.maybe(Kind::Ec2Vpc),
        get: |world, index| {
            let own = world.resource_at(index);
            let function = own.of::<crate::inventory::kinds::lambda::Function>();
            let Some(id) = function.and_then(|it| it.vpc_id.as_deref()) else {
                return Value::Null;
            };
            let link = Link::Id(Kind::Ec2Vpc);
            match world.estate().linked(link, own, id).first() {
                Some(vpc) => world.object(*vpc),
                None => absent(world, &here(world, index, Kind::Ec2Vpc)),
            }
        },
    },
    Fact {
        name: "resolved_references",
        doc: "What its configuration names in AWS: variables, dead letters, layers, file systems, key.",
        ty: |types, _| Type::list(types.resolved_reference.clone()),
        get: of_function,
    },
    Fact {
        name: "minutes_unchanged",
        doc: "Minutes between its last change and the end of collecting; null when either is not known.",
        ty: |_, _| Type::Int.nullable(),
        get: minutes_unchanged,
    },
    Fact {
        name: "event_sources",
        doc: "Event source mappings that call it.",
        ty: |types, _| types.list(Kind::LambdaEventSourceMapping),
        get: super::events::mappings,
    },
];

fn minutes_unchanged(world: &World<'_>, index: u32) -> Value {
    let resource = world.resource_at(index);
    if let Some(gap) = resource.unread("last_modified") {
        return world.unknown([gap]);
    }
    let function = resource.of::<crate::inventory::kinds::lambda::Function>();
    let changed = function.and_then(|it| it.last_modified.as_deref());
    // Lambda writes its offset without the colon that the standard asks for.
    let changed = changed.map(|text| text.replace("+0000", "Z"));
    minutes_since(world, changed.as_deref())
}

/// Minutes between a time and the end of collecting; null when either is not known.
pub(super) fn minutes_since(world: &World<'_>, time: Option<&str>) -> Value {
    let parse = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let finished = parse(&world.estate().inventory().header().finished);
    match (time.and_then(parse), finished) {
        (Some(time), Some(finished)) => Value::Int(finished.duration_since(time).as_secs() / 60),
        _ => Value::Null,
    }
}

fn own_id(world: &World<'_>, index: u32) -> String {
    let instance = world
        .resource_at(index)
        .of::<crate::inventory::kinds::ec2::Instance>();
    instance
        .map(|it| it.instance_id.clone())
        .unwrap_or_default()
}

/// Resources of a kind that name the ARN of a resource.
fn of_arn(world: &World<'_>, index: u32, kind: Kind, owner: Kind) -> Value {
    let own = world.resource_at(index);
    let found = world.estate().linked(Link::Of(kind, owner), own, &own.arn);
    world.objects(found.iter().copied(), &here(world, index, kind))
}

/// Target groups that were not listed, or whose targets were not read, in the same place.
fn targets_hidden(world: &World<'_>, index: u32) -> Vec<GapKey> {
    let own = world.resource_at(index);
    let mut gaps = here(world, index, Kind::ElbTargetGroup);
    gaps.extend(world.estate().unread_targets(own).cloned());
    gaps
}

fn managed_by(world: &World<'_>, index: u32) -> Value {
    const MARKS: [(&str, &str); 12] = [
        ("aws:autoscaling:groupName", "auto-scaling"),
        ("aws:eks:cluster-name", "eks"),
        ("eks:cluster-name", "eks"),
        ("eks:eks-cluster-name", "eks"),
        ("karpenter.sh/nodepool", "karpenter"),
        ("karpenter.sh/provisioner-name", "karpenter"),
        ("aws:ecs:clusterName", "ecs"),
        ("elasticbeanstalk:environment-name", "elastic-beanstalk"),
        ("aws:elasticmapreduce:job-flow-id", "emr"),
        ("AWSBatchServiceTag", "batch"),
        ("aws:ec2:fleet-id", "fleet"),
        ("aws:ec2spot:fleet-request-id", "fleet"),
    ];
    let own = world.resource_at(index);
    if let Some(gap) = own.unread("tags") {
        return world.unknown([gap]);
    }
    let found = MARKS.iter().find(|(tag, _)| own.tags.contains_key(*tag));
    found.map_or(Value::Null, |(_, manager)| Value::string(*manager))
}
