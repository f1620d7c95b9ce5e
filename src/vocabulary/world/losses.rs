//! Losses that were played through, as rules read them. Works nothing out.

use crate::inventory::GapKey;
use crate::rule::expr::Value;
use crate::simulate::time::Seconds;
use crate::simulate::{Fate, Matter, Outcome, Phase, Simulation};
use crate::vocabulary::World;
use crate::workload::Known;

/// The losses of the workload.
pub(super) fn value(world: &World<'_>) -> Value {
    let workload = world.workload();
    let items = world.losses().iter().map(|it| loss(world, it)).collect();
    let names = if Simulation::serves(workload) {
        Vec::new()
    } else {
        world.estate().names_hidden()
    };
    let regions = match &workload.active {
        Known::Is(active) => &active.gaps,
        Known::Unknown(unread) => unread,
    };
    world.list(items, names.iter().chain(regions))
}

fn loss(world: &World<'_>, it: &Outcome) -> Value {
    let open = |matters: &[Matter]| -> Vec<&GapKey> {
        let gaps = matters.iter().filter_map(|matter| it.open.get(matter));
        gaps.flatten().collect()
    };
    // Where clients end decides what they need.
    let needs = it.about(Matter::Need).filter(|it| it.makes == Fate::Fails);
    let needs = needs.map(|it| need(world, &it.path)).collect();
    let route = open(&[Matter::Route]);
    let time = |phase| {
        if route.is_empty() {
            seconds(it.lasts(phase).typical)
        } else {
            world.unknown(route.iter().copied())
        }
    };
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
        world.list(needs, open(&[Matter::Route, Matter::Need])),
        time(Phase::Detect),
        time(Phase::Route),
        world.regions(&it.serving, route.iter().copied()),
        world.list(stores(world, it), open(&[Matter::Data])),
    ];
    world.record(|types| &types.loss, fields)
}

fn need(world: &World<'_>, way: &[String]) -> Value {
    let name = way.last().map(String::as_str).unwrap_or_default();
    let fields = vec![
        Value::string(name),
        Value::strings(way.iter().map(String::as_str)),
    ];
    world.record(|types| &types.need, fields)
}

fn stores(world: &World<'_>, it: &Outcome) -> Vec<Value> {
    let store = |fields| world.record(|types| &types.lost_store, fields);
    let copied = it.stand_ins.iter().map(|it| {
        store(vec![
            Value::string(it.store.as_str()),
            Value::string(it.by),
            Value::string(it.region.as_str()),
            seconds(it.rpo.upper),
        ])
    });
    let gone = it.gone.iter().map(|name| {
        store(vec![
            Value::string(name.as_str()),
            Value::Null,
            Value::Null,
            Value::Null,
        ])
    });
    copied.chain(gone).collect()
}

/// Null for no end.
pub(in crate::vocabulary) fn seconds(it: Seconds) -> Value {
    match it {
        Seconds::Of(seconds) => Value::Int(i64::try_from(seconds).unwrap_or(i64::MAX)),
        Seconds::Never => Value::Null,
    }
}
