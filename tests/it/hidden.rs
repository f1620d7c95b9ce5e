//! What a kind hides that could not be listed somewhere: no verdict that a full read contradicts.
//!
//! The faults of the live tests do the same to calls; here each kind is hidden in each place, and
//! half of it too, as when a page is missing.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use mrlint::check::{Options, check};
use mrlint::inventory::{
    AccountId, Cause, Gap, GapKey, Inventory, Kind, Reading, Region, Resource, snapshot,
};
use mrlint::report::json;
use mrlint::rule::RuleSet;
use serde_json::Value;

use crate::support::honest::contradictions;

fn estate() -> Inventory {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/examples/estate.jsonl");
    snapshot::load(&path).expect("the sample estate")
}

fn judged(inventory: &Inventory, rules: &RuleSet) -> Value {
    let report = check(inventory, rules, &Options::default());
    let mut text = Vec::new();
    json::render(&report, &mut text).expect("JSON");
    serde_json::from_slice(&text).expect("JSON")
}

type Place = (AccountId, Region, Kind);

/// The estate as it is read where a kind cannot be listed, or not to its end.
fn without(estate: &Inventory, (account, region, kind): &Place, half: bool) -> Inventory {
    let mut seen = false;
    let stays = |it: &&Resource| {
        let hidden = it.account == *account && it.region == *region && it.kind() == *kind;
        seen ^= hidden;
        !hidden || (half && seen)
    };
    let resources: Vec<Resource> = estate.resources().iter().filter(stays).cloned().collect();
    let gap = Gap {
        key: GapKey {
            account: account.clone(),
            region: region.clone(),
            operation: "test:List".to_owned(),
            cause: Cause::Denied,
        },
        action: None,
        message: None,
        hides: [*kind].into(),
        calls: 1,
    };
    let readings = estate.readings().map(|mut reading: Reading| {
        if reading.account == *account && reading.region == *region {
            reading.kinds.remove(kind);
        }
        reading
    });
    let gaps = estate.gaps().cloned().chain([gap]);
    Inventory::new(estate.header().clone(), resources, gaps, readings)
}

#[test]
fn what_is_hidden_is_neither_passed_nor_failed() {
    let (estate, rules) = (estate(), RuleSet::builtin().expect("the rules"));
    let full = judged(&estate, &rules);
    let places: BTreeSet<Place> = estate
        .resources()
        .iter()
        .map(|it| (it.account.clone(), it.region.clone(), it.kind()))
        .collect();
    let wrong = Mutex::new(Vec::new());
    let next = Mutex::new(places.iter().flat_map(|it| [(it, false), (it, true)]));
    let take = || next.lock().expect("places").next();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((place, half)) = take() {
                    let part = judged(&without(&estate, place, half), &rules);
                    let found = contradictions(&part, &full);
                    if !found.is_empty() {
                        let (account, region, kind) = place;
                        let part = if half { "half of " } else { "" };
                        let line = format!("{part}{kind} in {account} {region}: {found:?}");
                        wrong.lock().expect("what is wrong").push(line);
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("what is wrong");
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
