//! Region switch plans: what they do when a Region is lost.

use std::collections::BTreeSet;

use crate::estate::recovery::{Recovery, Taken};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, World};

pub(super) const PLAN: &[Fact] = &[Fact {
    name: "recoveries",
    doc: "What it does for each of the Regions whose loss it is for, played as AWS runs it then: ungracefully. Active-passive plans are for the loss of their primary Region, where they name one.",
    ty: |types, _| Type::list(types.recovery.clone()),
    get: |world, index| {
        if let Some(gap) = world.resource_at(index).unread("workflows") {
            return world.unknown([gap]);
        }
        let all = world.estate().recoveries(index);
        Value::list(all.iter().map(|it| recovery(world, it)).collect())
    },
}];

fn recovery(world: &World<'_>, it: &Recovery<'_>) -> Value {
    let whole = |value: Value| {
        if it.gaps.is_empty() {
            value
        } else {
            world.unknown(&it.gaps)
        }
    };
    let steps = it.steps();
    let moved = steps.iter().filter(|taken| taken.step.moves_database());
    let moved = moved.flat_map(|taken| &taken.step.resources);
    let databases: BTreeSet<&str> = moved.map(|it| it.arn.as_str()).collect();
    let longest = it.stages.iter().filter_map(|stage| stage.longest());
    let path = longest.map(|it| format!("{} ({} min)", it.step.name, it.minutes()));
    let steps = steps.into_iter().map(|it| step(world, it)).collect();
    let databases = databases.into_iter().map(Value::string).collect();
    world.record(
        |types| &types.recovery,
        vec![
            Value::string(&*it.lost),
            Value::string(it.action),
            world.list(steps, &it.gaps),
            whole(Value::Int(it.minutes())),
            whole(Value::Int(it.minutes_side_by_side())),
            whole(Value::strings(path)),
            world.list(databases, &it.gaps),
        ],
    )
}

fn step(world: &World<'_>, it: &Taken<'_>) -> Value {
    let targets = it.step.resources.iter().map(|it| it.arn.as_str());
    world.record(
        |types| &types.recovery_step,
        vec![
            Value::string(world.resource_at(it.plan).arn.as_str()),
            Value::string(it.step.name.as_str()),
            Value::string(it.step.block.as_str()),
            Value::Int(it.minutes()),
            match &it.acts {
                Ok(acts) => Value::Bool(*acts),
                Err(gaps) => world.unknown(gaps),
            },
            it.step.run_in.as_deref().map_or(Value::Null, Value::string),
            Value::strings(targets),
        ],
    )
}
