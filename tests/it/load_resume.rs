//! Runs that are killed at any point and gone on with: the inventory in the end is that of a run that
//! nobody disturbed.

use std::fs;

use serde_json::{Value, json};

use crate::support::binary::Mrlint;
use crate::support::load::{collected, load};
use crate::support::server::{Server, scratch};

/// Folders that keep a run, and how often each run is killed.
const RUNS: u64 = 5;
const KILLS: u64 = 4;

/// Without the times of its header.
fn timeless(mut inventory: Vec<Value>) -> Vec<Value> {
    for name in ["started", "finished"] {
        inventory[0][name] = Value::Null;
    }
    inventory
}

fn calls(server: &Server) -> u64 {
    server.known_stats()["calls"].as_u64().expect("calls")
}

#[test]
fn a_run_killed_anywhere_goes_on_to_the_same_inventory() {
    let server = load(&["healthy"]);
    let slow = json!({"latency_ms": 20});
    server.control(&slow);
    let undisturbed = timeless(collected(&server, &[]));
    let all = calls(&server);

    let (mut killed, mut asked) = (0, Vec::new());
    for run in 0..RUNS {
        let folder = scratch("state");
        let state = ["--state-dir", folder.to_str().expect("a path in UTF-8")];
        for kill in 0..KILLS {
            // Another place each time, and all the kills of a run short of its end.
            let after = 5 + all * (kill * RUNS + run) * 2 / (KILLS * RUNS * 5);
            let resume = (kill > 0).then_some("--resume");
            let command = ["collect", "-o", "inventory.jsonl"];
            let args = command.iter().chain(&state).copied().chain(resume);
            let mrlint = Mrlint::new(args).against(&server);
            server.control(&slow);
            let ran = mrlint.killed(|| calls(&server) >= after);
            assert_eq!(ran.code, None, "kill {kill} of run {run}: {}", ran.stderr);
            killed += 1;
        }
        server.control(&slow);
        let inventory = collected(&server, &[&state[..], &["--resume"]].concat());
        asked.push(calls(&server));
        assert_eq!(timeless(inventory), undisturbed, "run {run}");
        let left = fs::read_dir(&folder).map_or(0, Iterator::count);
        assert_eq!(left, 0, "the folder still keeps what the inventory holds");
    }
    assert_eq!(killed, RUNS * KILLS);
    // What was read whole is not asked again; a run that is killed early has read nothing whole.
    assert!(
        asked.iter().sum::<u64>() < all * RUNS,
        "{asked:?} of {all} calls"
    );
}
