//! What every resource has: identity, tags, twins.

use std::sync::Arc;

use crate::estate::edges::Relation;
use crate::inventory::kinds::{elasticache, rds};
use crate::inventory::state::DATA_CLASS;
use crate::inventory::{Kind, Resource};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Common, Fact, World};
use crate::workload::select::Fit;

/// Known of a resource of any kind, even where the kind is not.
pub(in crate::vocabulary) const COMMON: &[Common] = &[
    Common {
        name: "arn",
        doc: "The ARN, or a stable synthetic one where AWS has none.",
        ty: |_| Type::STRING,
        get: |world, index| Value::string(world.resource_at(index).arn.as_str()),
    },
    Common {
        name: "kind",
        doc: "The kind: its CloudFormation type name.",
        ty: |_| Type::STRING,
        get: |world, index| Value::string(world.resource_at(index).kind().name()),
    },
    Common {
        name: "account",
        doc: "Account that holds it.",
        ty: |_| Type::STRING,
        get: |world, index| Value::string(world.resource_at(index).account.as_str()),
    },
    Common {
        name: "region",
        doc: "Region that holds it; `aws-global` for what belongs to none.",
        ty: |_| Type::STRING,
        get: |world, index| Value::string(world.resource_at(index).region.as_str()),
    },
    Common {
        name: "name",
        doc: "What its owners call it.",
        ty: |_| Type::STRING,
        get: |world, index| Value::string(world.resource_at(index).name.as_str()),
    },
    Common {
        name: "tags",
        doc: "Tags.",
        ty: |_| Type::map(Type::STRING),
        get: tags,
    },
    Common {
        name: "data_class",
        doc: "Tag `mrlint:data-class`: what its owners say the data is worth (`ephemeral`, `derived`, `cache`, `regional-by-design`; of a cache also `session`, `state`); null when they say nothing.",
        ty: |_| Type::STRING.nullable(),
        get: |world, index| tag(world, index, DATA_CLASS),
    },
    Common {
        name: "stack",
        doc: "CloudFormation stack that made it; null when none did.",
        ty: |_| Type::STRING.nullable(),
        get: |world, index| tag(world, index, "aws:cloudformation:stack-name"),
    },
    Common {
        name: "production",
        doc: "False where a tag `env`, `environment` or `stage` (in any case) says that it is something else: development, a test, staging, a sandbox; true where none says so.",
        ty: |_| Type::Bool,
        get: production,
    },
    Common {
        name: "reached_from",
        doc: "Names of the entry points from which clients reach it.",
        ty: |_| Type::list(Type::STRING),
        get: |world, index| {
            let (names, gaps) = world.estate().reached_from(index);
            world.list(names.into_iter().map(Value::string).collect(), &gaps)
        },
    },
    Common {
        name: "edges_out",
        doc: "What hangs on it or what it leads to: replicas, targets, consumers, what its configuration names.",
        ty: |edge| Type::list(edge.clone()),
        get: |world, index| edges(world, index, true),
    },
    Common {
        name: "edges_in",
        doc: "What leads to it: sources of replication, names, load balancers, configuration; incomplete where such a source was not read.",
        ty: |edge| Type::list(edge.clone()),
        get: |world, index| edges(world, index, false),
    },
    Common {
        name: "bounded",
        doc: "Whether the boundary of the workload is about what it holds; false without a boundary.",
        ty: |_| Type::Bool,
        get: bounded,
    },
];

/// On every kind, typed by it.
pub(super) const EACH: &[Fact] = &[
    Fact {
        name: "twins",
        doc: "The same component in other Regions, by native grouping, stack, name or code.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let twins = world.twins(index);
            world.objects(twins.others, &twins.gaps)
        },
    },
    Fact {
        name: "group",
        doc: "Itself and its twins.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let twins = world.twins(index);
            let mut all = twins.others;
            all.push(index);
            all.sort_unstable();
            world.objects(all, &twins.gaps)
        },
    },
    Fact {
        name: "pairing_confidence",
        doc: "How sure the pairing with its twins is, from 0 to 1; 1 without twins.",
        ty: |_, _| Type::Double,
        get: |world, index| Value::Double(f64::from(world.estate().pairing_percent(index)) / 100.0),
    },
    Fact {
        name: "pairing_reason",
        doc: "What the pairing rests on; null without twins.",
        ty: |_, _| Type::STRING.nullable(),
        get: |world, index| match world.estate().twin_set(index) {
            Some(set) => Value::string(set.reason),
            None => Value::Null,
        },
    },
];

fn bounded(world: &World<'_>, index: u32) -> Value {
    let Some(boundary) = &world.workload().objectives.boundary else {
        return Value::Bool(false);
    };
    match boundary.covers(world.resource_at(index)) {
        Fit::Yes => Value::Bool(true),
        Fit::No => Value::Bool(false),
        Fit::Unread(gap) => world.unknown([&gap]),
    }
}

fn tags(world: &World<'_>, index: u32) -> Value {
    let resource = world.resource_at(index);
    match resource.unread("tags") {
        Some(gap) => world.unknown([gap]),
        None => Value::map(
            resource
                .tags
                .iter()
                .map(|(key, value)| (Arc::from(key.as_str()), Value::string(value.as_str()))),
        ),
    }
}

fn tag(world: &World<'_>, index: u32, key: &str) -> Value {
    let resource = world.resource_at(index);
    match (resource.unread("tags"), resource.tags.get(key)) {
        (Some(gap), _) => world.unknown([gap]),
        (None, Some(value)) => Value::string(value.as_str()),
        (None, None) => Value::Null,
    }
}

/// What people call an environment that no client depends on, in lower case and without a number.
const NOT_PRODUCTION: [&str; 22] = [
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "tst",
    "qa",
    "uat",
    "sit",
    "stage",
    "staging",
    "stg",
    "sandbox",
    "sbx",
    "preview",
    "preprod",
    "pre-prod",
    "pre-production",
    "nonprod",
    "non-prod",
    "nonproduction",
    "non-production",
];

fn production(world: &World<'_>, index: u32) -> Value {
    let resource = world.resource_at(index);
    if let Some(gap) = resource.unread("tags") {
        return world.unknown([gap]);
    }
    let said = resource.environment().map(|(_, value)| {
        let value = value.trim().to_ascii_lowercase();
        let word = value.trim_end_matches(|it: char| it.is_ascii_digit());
        word.trim_end_matches(['-', '_']).to_owned()
    });
    Value::Bool(!said.is_some_and(|word| NOT_PRODUCTION.contains(&word.as_str())))
}

/// What can be unread and makes no edge.
const NO_EDGE: [&str; 2] = ["parameters", "tags"];

/// Edges are incomplete where what makes them was not read.
fn edges(world: &World<'_>, index: u32, out: bool) -> Value {
    let estate = world.estate();
    let edges = if out {
        estate.edges_from(index)
    } else {
        estate.edges_to(index)
    };
    let items = edges.map(|edge| {
        let other = if out {
            edge.to.resource()
        } else {
            Some(edge.from)
        };
        let target = match other {
            Some(other) => estate.resource(other).arn.clone(),
            None => edge.to.text().to_owned(),
        };
        let region = match other {
            Some(other) => Some(estate.resource(other).region.clone()),
            None => edge.to_region.clone(),
        };
        world.record(
            |types| &types.edge,
            vec![
                Value::string(edge.relation.text()),
                Value::string(edge.mechanism),
                other.map_or(Value::Null, |other| world.object(other)),
                Value::string(target),
                match region {
                    Some(region) => Value::string(region.as_str()),
                    // A copy lies somewhere, only nobody here knows where.
                    None if edge.relation == Relation::Replicates => {
                        world.unknown([&super::storage::outside()])
                    }
                    None => Value::Null,
                },
            ],
        )
    });
    let items: Vec<Value> = items.collect();
    let own = world.resource_at(index);
    if !out {
        return world.list(items, &*estate.edges_to_hidden(index));
    }
    let told = told_elsewhere(own)
        .iter()
        .flat_map(|kind| world.hiding(*kind));
    let own_unread = own
        .unread
        .iter()
        .filter(|(name, _)| !NO_EDGE.contains(&name.as_str()));
    world.list(items, own_unread.map(|(_, gap)| gap).chain(told))
}

/// The kinds that say where a resource is copied to, because it does not say so itself.
fn told_elsewhere(own: &Resource) -> &'static [Kind] {
    if let Some(cluster) = own.of::<rds::DbCluster>() {
        // Only clusters of plain RDS can have their backups replicated.
        match cluster.engine.as_str() {
            "mysql" | "postgres" => &[Kind::RdsGlobalCluster, Kind::RdsAutomatedBackup],
            _ => &[Kind::RdsGlobalCluster],
        }
    } else if own
        .of::<elasticache::ReplicationGroup>()
        .is_some_and(|it| it.global_datastore.is_some())
    {
        &[Kind::CacheGlobalReplicationGroup]
    } else {
        &[]
    }
}
