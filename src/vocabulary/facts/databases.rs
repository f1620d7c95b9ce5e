//! DynamoDB tables; clusters and instances on the RDS API.

use std::collections::BTreeMap;

use crate::estate::links::Link;
use crate::estate::replicas::{GlobalOf, listed_members};
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
fn why_missing(world: &World<'_>, arn: &str, kind: Kind) -> Vec<GapKey> {
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
    let own = world.resource_at(index);
    world
        .estate()
        .inventory()
        .hiding(kind, &own.account, &own.region)
}

/// Gaps that may hide resources of a kind in the other Regions of the account of a resource.
fn elsewhere(world: &World<'_>, index: u32, kind: Kind) -> Vec<GapKey> {
    let own = world.resource_at(index);
    let inventory = world.estate().inventory();
    let regions = inventory
        .header()
        .scope
        .get(&own.account)
        .into_iter()
        .flatten();
    regions
        .filter(|region| **region != own.region && !region.is_global())
        .flat_map(|region| inventory.hiding(kind, &own.account, region))
        .collect()
}
