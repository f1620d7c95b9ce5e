//! S3 buckets, what they replicate, and the access points before them.

use crate::estate::lookups::Found;
use crate::inventory::Kind;
use crate::inventory::kinds::{account, s3};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const BUCKET: &[Fact] = &[
    Fact {
        name: "replications",
        doc: "Its replication rules, each with where it leads.",
        ty: |types, _| Type::list(types.replication.clone()),
        get: replications,
    },
    Fact {
        name: "replicated_from",
        doc: "Buckets with a rule in force that replicates to this one.",
        ty: |types, kind| types.list(kind),
        get: replicated_from,
    },
    Fact {
        name: "public_access_open",
        doc: "Settings of Block Public Access that neither the bucket nor its account turns on, such as `block_public_policy`; none when all are on.",
        ty: |_, _| Types::strings(),
        get: public_access_open,
    },
    Fact {
        name: "access_points",
        doc: "Multi-Region Access Points that it stands behind.",
        ty: |types, _| types.list(Kind::S3MultiRegionAccessPoint),
        get: |world, index| {
            let name = &world.resource_at(index).name;
            let found = world.estate().access_points_of(name).iter().copied();
            world.objects(found, world.hiding(Kind::S3MultiRegionAccessPoint))
        },
    },
];

pub(super) const ACCESS_POINT: &[Fact] = &[Fact {
    name: "members",
    doc: "The buckets behind it, each with its route.",
    ty: |types, _| Type::list(types.access_point_member.clone()),
    get: members,
}];

/// What the bucket itself blocks needs no account.
fn public_access_open(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    if let Some(gap) = own.unread("public_access_block") {
        return world.unknown([gap]);
    }
    let bucket = own.of::<s3::Bucket>();
    let bucket = bucket.and_then(|it| it.public_access_block.clone());
    let by_bucket = settings(&bucket.unwrap_or_default());
    let left = || {
        by_bucket
            .iter()
            .filter(|(_, on)| !on)
            .map(|(name, _)| *name)
    };
    if left().next().is_none() {
        return Value::list(Vec::new());
    }
    let account = match world.estate().account(&own.account) {
        Found::Resource(at) => world.resource_at(at),
        Found::Unknown(gaps) => return world.list(Vec::new(), &gaps),
        Found::Absent => return world.list(Vec::new(), [&outside()]),
    };
    if let Some(gap) = account.unread("public_access_block") {
        return world.list(Vec::new(), [gap]);
    }
    let account = account.of::<account::Account>();
    let account = account.map(|it| settings(&it.public_access_block));
    let by_account = account.unwrap_or_default();
    Value::strings(left().filter(|name| !by_account.contains(&(*name, true))))
}

fn settings(it: &s3::PublicAccessBlock) -> [(&'static str, bool); 4] {
    [
        ("block_public_acls", it.block_public_acls),
        ("block_public_policy", it.block_public_policy),
        ("ignore_public_acls", it.ignore_public_acls),
        ("restrict_public_buckets", it.restrict_public_buckets),
    ]
}

fn replications(world: &World<'_>, index: u32) -> Value {
    let resource = world.resource_at(index);
    if let Some(gap) = resource.unread("replication") {
        return world.unknown([gap]);
    }
    let rules = rules(world, index).map(|rule| {
        let (region, bucket) = destination(world, &rule.destination_bucket);
        let maybe = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::string);
        world.record(
            |types| &types.replication,
            vec![
                Value::string(rule.id.as_str()),
                Value::string(rule.status.as_str()),
                Value::string(rule.prefix.as_str()),
                Value::strings(rule.tag_keys.iter().map(String::as_str)),
                Value::string(rule.destination_bucket.as_str()),
                region,
                bucket,
                maybe(&rule.storage_class),
                maybe(&rule.replica_kms_key),
                Value::Bool(rule.sse_kms_objects),
                Value::Bool(rule.replica_modifications),
                Value::Bool(rule.delete_markers),
                Value::Bool(rule.time_control),
                Value::Bool(rule.metrics),
                returned(world, index, &rule.destination_bucket),
            ],
        )
    });
    Value::list(rules.collect())
}

/// Whether the destination has a rule in force that leads back.
fn returned(world: &World<'_>, index: u32, destination: &str) -> Value {
    let other = match world.estate().bucket(destination) {
        Found::Resource(other) => other,
        Found::Absent => return world.unknown([&outside()]),
        Found::Unknown(gaps) => return world.unknown(&gaps),
    };
    if let Some(gap) = world.resource_at(other).unread("replication") {
        return world.unknown([gap]);
    }
    let own = &world.resource_at(index).name;
    let back =
        |rule: &s3::ReplicationRule| rule.status == "Enabled" && rule.destination_bucket == *own;
    Value::Bool(rules(world, other).any(back))
}

fn members(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let Some(point) = own.of::<s3::MultiRegionAccessPoint>() else {
        return world.unknown([]);
    };
    let dial = |bucket: &str| {
        if let Some(gap) = own.unread("routes") {
            world.unknown([gap])
        } else {
            let route = point.routes.iter().find(|route| route.bucket == bucket);
            Value::Int(route.map_or(0, |route| route.traffic_dial))
        }
    };
    let members = point.buckets.iter().map(|it| {
        world.record(
            |types| &types.access_point_member,
            vec![
                Value::string(it.bucket.as_str()),
                Value::string(it.region.as_str()),
                dial(&it.bucket),
                match world.estate().bucket(&it.bucket) {
                    Found::Resource(bucket) => world.object(bucket),
                    Found::Absent => world.unknown([&outside()]),
                    Found::Unknown(gaps) => world.unknown(&gaps),
                },
            ],
        )
    });
    Value::list(members.collect())
}

fn rules<'w>(world: &World<'w>, index: u32) -> impl Iterator<Item = &'w s3::ReplicationRule> {
    let bucket = world.estate().resource(index).of::<s3::Bucket>();
    bucket
        .and_then(|it| it.replication.as_ref())
        .into_iter()
        .flat_map(|it| &it.rules)
}

/// Region and bucket of a destination. One outside of the accounts that were read has a Region
/// too, only nobody here knows it.
fn destination(world: &World<'_>, name: &str) -> (Value, Value) {
    match world.estate().bucket(name) {
        Found::Resource(bucket) => {
            let region = world.estate().resource(bucket).region.as_str();
            (Value::string(region), world.object(bucket))
        }
        Found::Absent => (world.unknown([&outside()]), Value::Null),
        Found::Unknown(gaps) => (world.unknown(&gaps), world.unknown(&gaps)),
    }
}

/// Stands for what an account that was not read would tell.
pub(super) fn outside() -> crate::inventory::GapKey {
    crate::inventory::not_collected(
        Kind::S3Bucket,
        &"another account".into(),
        &crate::inventory::Region::global(),
    )
}

fn replicated_from(world: &World<'_>, index: u32) -> Value {
    let (found, gaps) = world.estate().replicators(&world.resource_at(index).name);
    world.objects(found, &gaps)
}
