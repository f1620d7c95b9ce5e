//! What configuration names in AWS, and where that is.

use crate::estate::lookups::Found;
use crate::estate::network::Sought;
use crate::inventory::kinds::lambda;
use crate::inventory::{Arn, Reference};
use crate::rule::expr::Value;
use crate::vocabulary::World;

pub(super) fn of_function(world: &World<'_>, index: u32) -> Value {
    world.references(index, || work_out(world, index))
}

fn work_out(world: &World<'_>, index: u32) -> Value {
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
    let (region, resource, vpc) = match bucket.map(|name| estate.bucket(name)) {
        Some(Found::Resource(at)) => (
            Value::string(estate.resource(at).region.as_str()),
            world.object(at),
            Value::Null,
        ),
        Some(Found::Unknown(gaps)) => (world.unknown(&gaps), world.unknown(&gaps), Value::Null),
        Some(Found::Absent) => (Value::Null, Value::Null, Value::Null),
        None => {
            let target = &reference.target;
            let vpc = match arn {
                None => private(world, target),
                Some(_) => Value::Null,
            };
            let (region, resource) = named(world, target, stated);
            (region, resource, vpc)
        }
    };
    world.record(
        |types| &types.resolved_reference,
        vec![
            Value::string(reference.key.as_str()),
            Value::string(reference.target.as_str()),
            region,
            resource,
            vpc,
        ],
    )
}

/// Region and resource of an ARN or a host name. Where a host name states no Region, its resource's
/// counts.
fn named(world: &World<'_>, target: &str, stated: Value) -> (Value, Value) {
    let estate = world.estate();
    let Some(at) = estate.by_arn(target).or_else(|| estate.answering(target)) else {
        return match estate.hosts_hidden(target) {
            gaps if gaps.is_empty() => (stated, Value::Null),
            gaps if matches!(stated, Value::Null) => (world.unknown(&gaps), world.unknown(&gaps)),
            gaps => (stated, world.unknown(&gaps)),
        };
    };
    let region = &estate.resource(at).region;
    let told = matches!(stated, Value::Null) && !region.is_global();
    let region = told.then(|| Value::string(region.as_str()));
    (region.unwrap_or(stated), world.object(at))
}

/// The VPC that a host has its address in, when that is no public one.
fn private(world: &World<'_>, host: &str) -> Value {
    match world.estate().private_to(host) {
        Sought::Resource(vpc) => world.object(vpc),
        Sought::None => Value::Null,
        Sought::Unknown(gaps) => world.unknown(&gaps),
    }
}
