//! Losses that were played through, as rules read them. Works nothing out.

use std::collections::BTreeSet;

use crate::inventory::GapKey;
use crate::rule::expr::Value;
use crate::simulate::time::Seconds;
use crate::simulate::{Fate, Matter, Outcome, Simulation};
use crate::vocabulary::World;
use crate::workload::Known;

/// The losses of the workload.
pub(super) fn all(world: &World<'_>) -> Value {
    let items = world.losses().iter().map(|it| loss(world, it)).collect();
    world.list(items, &unplayed(world))
}

/// What leaves open whether there are more losses to play through.
fn unplayed(world: &World<'_>) -> BTreeSet<GapKey> {
    let workload = world.workload();
    let regions = match &workload.active {
        Known::Is(active) => &active.gaps,
        Known::Unknown(unread) => unread,
    };
    let mut gaps: BTreeSet<GapKey> = regions.iter().cloned().collect();
    if !Simulation::serves(workload) {
        gaps.extend(world.estate().names_hidden());
    }
    gaps
}

fn loss(world: &World<'_>, it: &Outcome) -> Value {
    let outcome = if it.fate == Fate::Unknown {
        world.unknown(it.gaps())
    } else {
        Value::string(it.fate.text())
    };
    let regions: Vec<_> = it.loss.regions().into_iter().collect();
    let fields = vec![
        Value::string(it.loss.to_string().as_str()),
        world.regions(&regions, []),
        outcome,
        world.regions(&it.serving, open(it, &[Matter::Route])),
    ];
    world.record(|types| &types.loss, fields)
}

fn open<'o>(it: &'o Outcome, matters: &[Matter]) -> Vec<&'o GapKey> {
    let gaps = matters.iter().filter_map(|matter| it.open.get(matter));
    gaps.flatten().collect()
}

/// What the losses of one Region each come to together.
fn together<'w>(
    world: &'w World<'_>,
    matters: &[Matter],
    of: impl Fn(&str, &'w Outcome) -> Vec<Value>,
) -> Value {
    let mut items = Vec::new();
    let mut gaps = unplayed(world);
    for it in world.losses() {
        if it.loss.regions().len() == 1 {
            items.extend(of(&it.loss.to_string(), it));
            gaps.extend(open(it, matters).into_iter().cloned());
        }
    }
    world.list(items, &gaps)
}

/// Where clients end decides what they need.
pub(super) fn needs(world: &World<'_>) -> Value {
    together(world, &[Matter::Route, Matter::Need], |lost, it| {
        let needs = it.about(Matter::Need);
        let needs = needs.filter(|it| it.makes == Fate::Fails);
        needs.map(|it| need(world, lost, &it.path)).collect()
    })
}

fn need(world: &World<'_>, lost: &str, way: &[String]) -> Value {
    let name = way.last().map(String::as_str).unwrap_or_default();
    let fields = vec![
        Value::string(lost),
        Value::string(name),
        Value::strings(way.iter().map(String::as_str)),
    ];
    world.record(|types| &types.lost_need, fields)
}

pub(super) fn stores(world: &World<'_>) -> Value {
    together(world, &[Matter::Data], |lost, it| {
        let store = |name: &str, by, region, rpo| {
            let fields = vec![Value::string(lost), Value::string(name), by, region, rpo];
            world.record(|types| &types.lost_store, fields)
        };
        let copied = it.stand_ins.iter().map(|it| {
            let (by, region) = (Value::string(it.by), Value::string(it.region.as_str()));
            store(&it.store, by, region, seconds(it.rpo.upper))
        });
        let gone = it.gone.iter();
        let gone = gone.map(|name| store(name, Value::Null, Value::Null, Value::Null));
        copied.chain(gone).collect()
    })
}

/// Null for no end.
pub(in crate::vocabulary) fn seconds(it: Seconds) -> Value {
    match it {
        Seconds::Of(seconds) => Value::Int(i64::try_from(seconds).unwrap_or(i64::MAX)),
        Seconds::Never => Value::Null,
    }
}
