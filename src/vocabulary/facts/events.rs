//! Event source mappings, and what they stand between.

use super::databases::{absent, here};
use crate::inventory::Kind;
use crate::rule::expr::Value;
use crate::vocabulary::{Fact, World};

pub(super) const MAPPING: &[Fact] = &[
    Fact {
        name: "function",
        doc: "The function that it calls; null when that is gone.",
        ty: |types, _| types.maybe(Kind::LambdaFunction),
        get: |world, index| {
            let own = world.resource_at(index);
            match world.estate().function_of(own) {
                Some(function) => world.object(function),
                None => absent(world, &here(world, index, Kind::LambdaFunction)),
            }
        },
    },
    Fact {
        name: "source",
        doc: "The table or queue that it reads from; null for any other source, and for what is not of these accounts.",
        ty: |types, _| types.any().nullable(),
        get: source,
    },
];

pub(super) const QUEUE: &[Fact] = &[Fact {
    name: "consumers",
    doc: "Event source mappings that read from it.",
    ty: |types, _| types.list(Kind::LambdaEventSourceMapping),
    get: mappings,
}];

/// The mappings of a function, table or queue.
pub(super) fn mappings(world: &World<'_>, index: u32) -> Value {
    let found = world.estate().mappings_of(index).iter().copied();
    let hidden = here(world, index, Kind::LambdaEventSourceMapping);
    world.objects(found, &hidden)
}

fn source(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    if let Some(found) = world.estate().source_of(own) {
        return world.object(found);
    }
    let mapping = own.of::<crate::inventory::kinds::lambda::EventSourceMapping>();
    match mapping.and_then(|it| it.source_service.as_deref()) {
        Some("dynamodb") => absent(world, &here(world, index, Kind::DynamoDbTable)),
        Some("sqs") => absent(world, &here(world, index, Kind::SqsQueue)),
        _ => Value::Null,
    }
}
