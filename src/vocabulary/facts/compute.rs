//! Load balancers, target groups, instances, groups of instances, functions.

use std::collections::BTreeSet;

use super::databases::{absent, here};
use crate::estate::links::Link;
use crate::estate::lookups::Found;
use crate::inventory::kinds::{autoscaling, elbv2, lambda};
use crate::inventory::{Arn, GapKey, Kind, Reference, Resource};
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

pub(super) const GROUP: &[Fact] = &[Fact {
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
}];

pub(super) const FUNCTION: &[Fact] = &[
    Fact {
        name: "resolved_references",
        doc: "What its configuration names in AWS: variables, dead letters, layers, file systems, key.",
        ty: |types, _| Type::list(types.resolved_reference.clone()),
        get: resolved_references,
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

fn resolved_references(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let Some(function) = own.of::<lambda::Function>() else {
        return world.unknown([]);
    };
    let named = |key: &str, arn: &String| Reference {
        key: key.to_owned(),
        target: arn.clone(),
        region: crate::inventory::reference::region_of(arn),
    };
    let mut references = function.references.clone();
    references.extend(function.layers.iter().map(|arn| named("Layers", arn)));
    references.extend(
        function
            .dead_letter
            .iter()
            .map(|arn| named("DeadLetterConfig", arn)),
    );
    references.extend(function.kms_key.iter().map(|arn| named("KMSKeyArn", arn)));
    references.extend(
        function
            .file_systems
            .iter()
            .map(|arn| named("FileSystemConfigs", arn)),
    );
    let items: Vec<Value> = references.iter().map(|it| resolved(world, it)).collect();
    world.list(items, own.unread("references"))
}

/// A bucket's ARN names no Region: it is where the bucket is.
pub(super) fn resolved(world: &World<'_>, reference: &Reference) -> Value {
    let estate = world.estate();
    let arn = Arn::parse(&reference.target);
    let bucket = arn.filter(|arn| arn.service == "s3" && arn.account.is_empty());
    let bucket = bucket.and_then(|arn| arn.resource.split('/').next());
    let stated = reference
        .region
        .as_deref()
        .map_or(Value::Null, Value::string);
    let (region, resource) = match bucket.map(|name| estate.bucket(name)) {
        Some(Found::Resource(at)) => (
            Value::string(estate.resource(at).region.as_str()),
            world.object(at),
        ),
        Some(Found::Unknown(gaps)) => (world.unknown(&gaps), world.unknown(&gaps)),
        Some(Found::Absent) => (Value::Null, Value::Null),
        None => {
            let named = || estate.by_host(&reference.target).map(|(at, _)| at);
            let found = estate.by_arn(&reference.target).or_else(named);
            match found {
                Some(at) => {
                    let region = &estate.resource(at).region;
                    let told = matches!(stated, Value::Null) && !region.is_global();
                    let region = told.then(|| Value::string(region.as_str()));
                    (region.unwrap_or(stated), world.object(at))
                }
                None => match estate.hosts_hidden(&reference.target) {
                    gaps if gaps.is_empty() => (stated, Value::Null),
                    gaps if matches!(stated, Value::Null) => {
                        (world.unknown(&gaps), world.unknown(&gaps))
                    }
                    gaps => (stated, world.unknown(&gaps)),
                },
            }
        }
    };
    world.record(
        |types| &types.resolved_reference,
        vec![
            Value::string(reference.key.as_str()),
            Value::string(reference.target.as_str()),
            region,
            resource,
        ],
    )
}
