//! DynamoDB tables; clusters and instances on the RDS API.

use std::collections::BTreeMap;

use crate::estate::links::Link;
use crate::estate::replicas::{GlobalOf, listed_members};
use crate::inventory::kinds::applicationautoscaling::ScalableTarget;
use crate::inventory::kinds::{dynamodb, rds};
use crate::inventory::{Arn, GapKey, Kind, Region, not_collected};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const TABLE: &[Fact] = &[
    Fact {
        name: "replica_regions",
        doc: "Regions with an active replica, its own included, united over what every Region says.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let (regions, gaps) = world.estate().table_regions(index);
            world.regions(&regions, &gaps)
        },
    },
    Fact {
        name: "all_replicas",
        doc: "Every replica that any Region describes, each Region once.",
        ty: |types, _| Type::list(types.replica.clone()),
        get: all_replicas,
    },
    Fact {
        name: "namesakes",
        doc: "Tables of the same name in other Regions of the account, replicas or not.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let own = world.resource_at(index);
            let all = world.estate().tables_named(&own.account, &own.name);
            let others = all.iter().copied().filter(|at| *at != index);
            world.objects(others, &elsewhere(world, index, Kind::DynamoDbTable))
        },
    },
    Fact {
        name: "scaling",
        doc: "Scalable targets of its capacity and of that of its indexes.",
        ty: |types, _| types.list(Kind::ScalableTarget),
        get: |world, index| {
            let found = world.estate().scalable_targets(index).iter().copied();
            world.objects(found, &here(world, index, Kind::ScalableTarget))
        },
    },
    Fact {
        name: "read_ceiling",
        doc: "Most reads a second that this replica may grow to: its limit on demand, else what scaling allows, else what is provisioned; null when nothing limits it.",
        ty: |_, _| Type::Int.nullable(),
        get: read_ceiling,
    },
    Fact {
        name: "consumers",
        doc: "Event source mappings that read its change stream.",
        ty: |types, _| types.list(Kind::LambdaEventSourceMapping),
        get: super::events::mappings,
    },
];

pub(super) const CLUSTER: &[Fact] = &[
    Fact {
        name: "global_database",
        doc: "The global cluster that it is a member of; null when it is in none.",
        ty: |types, _| types.maybe(Kind::RdsGlobalCluster),
        get: |world, index| match world.estate().global_cluster(index) {
            GlobalOf::Cluster(global) => world.object(global),
            GlobalOf::None => Value::Null,
            GlobalOf::Unknown(gaps) => world.unknown(&gaps),
        },
    },
    Fact {
        name: "instances",
        doc: "Its instances.",
        ty: |types, _| types.list(Kind::RdsDbInstance),
        get: |world, index| {
            let own = world.resource_at(index);
            let link = Link::Of(Kind::RdsDbInstance, Kind::RdsDbCluster);
            let found = world.estate().linked(link, own, &own.name);
            world.objects(
                found.iter().copied(),
                &here(world, index, Kind::RdsDbInstance),
            )
        },
    },
];

pub(super) const INSTANCE: &[Fact] = &[
    Fact {
        name: "cluster",
        doc: "The cluster that it belongs to; null when it stands alone.",
        ty: |types, _| types.maybe(Kind::RdsDbCluster),
        get: |world, index| {
            let own = world.resource_at(index);
            let id = own
                .of::<rds::DbInstance>()
                .and_then(|it| it.cluster_id.as_deref());
            let Some(id) = id else { return Value::Null };
            let found = world.estate().linked(Link::Id(Kind::RdsDbCluster), own, id);
            match found.first() {
                Some(cluster) => world.object(*cluster),
                None => absent(world, &here(world, index, Kind::RdsDbCluster)),
            }
        },
    },
    Fact {
        name: "replica_regions",
        doc: "Regions of its read replicas outside of its own.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let own = world.resource_at(index);
            let instance = own.of::<rds::DbInstance>();
            let arns = instance
                .into_iter()
                .flat_map(|it| &it.replicas)
                .map(|it| Arn::parse(it));
            let regions: std::collections::BTreeSet<Region> = arns
                .flatten()
                .map(|arn| Region::from(arn.region))
                .filter(|region| *region != own.region)
                .collect();
            let regions: Vec<Region> = regions.into_iter().collect();
            world.regions(&regions, own.unread("replicas"))
        },
    },
];

pub(super) const GLOBAL_CLUSTER: &[Fact] = &[Fact {
    name: "member_clusters",
    doc: "Its member clusters that were read.",
    ty: |types, _| types.list(Kind::RdsDbCluster),
    get: |world, index| listed(world, index, Kind::RdsDbCluster),
}];

/// What any Region says of this replica goes before what the table says.
fn read_ceiling(world: &World<'_>, index: u32) -> Value {
    let estate = world.estate();
    let own = world.resource_at(index);
    let Some(table) = own.of::<dynamodb::Table>() else {
        return world.unknown([]);
    };
    let on_demand = table.billing_mode == "PAY_PER_REQUEST";
    let mut members = vec![index];
    if let Some(set) = estate.twin_set(index).filter(|set| set.percent == 100) {
        members.clone_from(&set.members);
    }
    let members = members.iter().map(|at| estate.resource(*at));
    let told = members
        .filter_map(|it| it.of::<dynamodb::Table>())
        .flat_map(|it| &it.replicas)
        .filter(|it| *it.region == *own.region);
    let mut overrides = told.filter_map(|it| {
        if on_demand {
            it.on_demand_max_reads_override
        } else {
            it.read_capacity_override
        }
    });
    if on_demand {
        let limit = overrides.next().or(table.on_demand_max_reads);
        return limit.map_or(Value::Null, Value::Int);
    }
    let targets = estate.scalable_targets(index).iter();
    let mut targets = targets.filter_map(|at| estate.resource(*at).of::<ScalableTarget>());
    let reads = targets.find(|it| it.dimension == "dynamodb:table:ReadCapacityUnits");
    let hidden = here(world, index, Kind::ScalableTarget);
    match (reads, overrides.next()) {
        (Some(target), _) => Value::Int(target.max),
        (None, _) if !hidden.is_empty() => world.unknown(&hidden),
        (None, limit) => Value::Int(limit.unwrap_or(table.read_capacity)),
    }
}

fn all_replicas(world: &World<'_>, index: u32) -> Value {
    let estate = world.estate();
    let mut members = vec![index];
    if let Some(set) = estate.twin_set(index).filter(|set| set.percent == 100) {
        members.clone_from(&set.members);
    }
    let mut replicas = BTreeMap::<&str, (&str, Option<&str>)>::new();
    let mut gaps = Vec::new();
    for resource in members.iter().map(|at| estate.resource(*at)) {
        gaps.extend(resource.unread("replicas").cloned());
        let Some(table) = resource.of::<dynamodb::Table>() else {
            continue;
        };
        for replica in &table.replicas {
            let known = replicas
                .entry(&replica.region)
                .or_insert((&replica.status, None));
            if known.0 == "ACTIVE" {
                known.0 = &replica.status;
            }
            known.1 = known.1.or(replica.inaccessible_since.as_deref());
        }
    }
    for resource in members.iter().map(|at| estate.resource(*at)) {
        if let Some(table) = resource.of::<dynamodb::Table>() {
            replicas
                .entry(&resource.region)
                .or_insert((&table.status, None));
        }
    }
    let items = replicas.into_iter().map(|(region, (status, since))| {
        let since = since.map_or(Value::Null, Value::string);
        world.record(
            |types| &types.replica,
            vec![Value::string(region), Value::string(status), since],
        )
    });
    world.list(items.collect(), &gaps)
}

/// What something global lists as its members. One that is not there was not read: the list itself
/// says that it exists.
pub(super) fn listed(world: &World<'_>, index: u32, kind: Kind) -> Value {
    let estate = world.estate();
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for arn in listed_members(world.resource_at(index)) {
        match estate.by_arn(arn) {
            Some(member) => found.push(member),
            None => gaps.extend(why_missing(world, arn, kind)),
        }
    }
    world.objects(found, &gaps)
}

/// Why a resource that exists is not in the inventory; one that was deleted meanwhile counts as
/// not collected.
pub(super) fn why_missing(world: &World<'_>, arn: &str, kind: Kind) -> Vec<GapKey> {
    let Some(parts) = Arn::parse(arn) else {
        return Vec::new();
    };
    let (account, region) = (parts.account.into(), parts.region.into());
    let hiding = world.estate().inventory().hiding(kind, &account, &region);
    if hiding.is_empty() {
        vec![not_collected(kind, &account, &region)]
    } else {
        hiding
    }
}

/// Null when everything was read, else unknown.
pub(super) fn absent(world: &World<'_>, gaps: &[GapKey]) -> Value {
    if gaps.is_empty() {
        Value::Null
    } else {
        world.unknown(gaps)
    }
}

/// Gaps that may hide resources of a kind in the account and Region of a resource.
pub(super) fn here(world: &World<'_>, index: u32, kind: Kind) -> Vec<GapKey> {
    world.estate().hidden_here(index, kind).to_vec()
}

/// Gaps that may hide resources of a kind in the other Regions of the account of a resource.
fn elsewhere(world: &World<'_>, index: u32, kind: Kind) -> Vec<GapKey> {
    let others = world.estate().hidden_elsewhere(index, kind).iter();
    let regional = others.filter(|(region, _)| !region.is_global());
    regional.flat_map(|(_, gaps)| gaps).cloned().collect()
}
