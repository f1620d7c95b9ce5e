//! Faults beside a run without any, on the load server: nothing is lost or changed but what a gap
//! names, and no verdict contradicts those of the whole read.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::support::binary::Mrlint;
use crate::support::honest::{contradictions, unsaid};
use crate::support::load::load_before_fake;
use crate::support::reports::report;
use crate::support::server::{Server, scratch};

/// Both estates: one full of defects, one without any.
const WORLDS: [&str; 2] = ["demo", "healthy"];

/// How many seeds are tried; `MRLINT_SEEDS` says another number.
const SEEDS: u64 = 24;

/// What a run left.
struct Read {
    inventory: PathBuf,
    report: Value,
}

fn scan(server: &Server) -> Result<Read, String> {
    let inventory = scratch("faulty.jsonl");
    let name = inventory.to_str().expect("a path in UTF-8");
    let args = ["scan", "--timeout", "5", "-f", "json", "--save", name];
    let ran = Mrlint::new(args).against(server).run();
    if ran.code == Some(4) {
        return Err(ran.stderr);
    }
    Ok(Read {
        inventory,
        report: report(&ran),
    })
}

/// What is wrong with a read of the server under these conditions, and how many gaps it has. No
/// read at all is honest too.
fn problems(server: &Server, full: &Read, control: &Value) -> (Vec<String>, usize) {
    server.control(control);
    let Ok(part) = scan(server) else {
        return (Vec::new(), 0);
    };
    let stats = server.known_stats();
    let unsaid = unsaid(&full.inventory, &part.inventory);
    let wrong = contradictions(&part.report, &full.report);
    let all = unsaid.into_iter().chain(wrong);
    let context = |it| format!("{it} ({} faults)\n    under {control}", stats["faults"]);
    let gaps = part.report["gaps"].as_array().map_or(0, Vec::len);
    (all.map(context).collect(), gaps)
}

/// Every fault, where it strikes one service in one Region, all of them in one Region, and half of
/// all calls.
#[test]
fn each_fault_alone() {
    let kinds = [
        "denied",
        "denied-by-scp",
        "throttle",
        "internal",
        "expired-token",
        "clock-skew",
        "invalid-token",
        "opt-in-required",
        "reset",
        "slow",
        "half",
        "garbage",
    ];
    let mut found = Vec::new();
    for world in WORLDS {
        let server = load_before_fake(&[world]);
        let full = scan(&server).expect("a whole read");
        for kind in kinds {
            for place in [
                json!({"service": "dynamodb", "region": "eu-west-1"}),
                json!({"service": "[a-rt-z]*", "region": "eu-central-1", "probability": 0.5}),
            ] {
                let mut fault = place;
                fault["do"] = json!(kind);
                fault["seconds"] = json!(0.2);
                let (more, gaps) = problems(&server, &full, &json!({"faults": [fault], "seed": 1}));
                let passes = ["slow", "throttle"].contains(&kind);
                assert!(gaps > 0 || passes, "{world}: {kind} leaves no gap");
                found.extend(more);
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn all_faults_at_random() {
    let seeds = std::env::var("MRLINT_SEEDS").ok();
    let seeds = seeds.map_or(SEEDS, |it| it.parse().expect("a number of seeds"));
    let next = AtomicU64::new(0);
    let work = || {
        let worlds = WORLDS.map(|world| {
            let server = load_before_fake(&[world]);
            let full = scan(&server).expect("a whole read");
            (server, full)
        });
        let (mut found, mut gaps) = (Vec::new(), 0);
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return (found, gaps);
            }
            let (server, full) = &worlds[usize::from(seed.is_multiple_of(2))];
            let control = json!({"faults": faults(seed), "seed": seed});
            let (more, some) = problems(server, full, &control);
            found.extend(more.into_iter().map(|it| format!("seed {seed}: {it}")));
            gaps += some;
        }
    };
    let all: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        let ends = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.map(|it| it.expect("a worker ends")).collect()
    });
    let found: Vec<&str> = all
        .iter()
        .flat_map(|it| &it.0)
        .map(String::as_str)
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let gaps: usize = all.iter().map(|it| it.1).sum();
    assert!(
        u64::try_from(gaps).expect("few gaps") > seeds,
        "{gaps} gaps"
    );
}

/// About every fifth operation suffers, always or now and then, everywhere or in one Region; and of
/// all calls some fail for no reason.
fn faults(seed: u64) -> Vec<Value> {
    let operations: BTreeSet<&str> = mrlint::collect::ALL
        .iter()
        .flat_map(|collector| collector.operations)
        .map(|operation| operation.name)
        .collect();
    let mut state = seed.wrapping_add(1);
    let mut next = |below: usize| {
        // The constants are Knuth's.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let kinds = [
        "denied",
        "denied",
        "denied-by-scp",
        "throttle",
        "internal",
        "expired-token",
        "clock-skew",
        "reset",
        "slow",
        "half",
        "garbage",
    ];
    let regions = ["*", "*", "us-east-1", "eu-west-1", "eu-central-1"];
    let shares = [1.0, 1.0, 0.5, 0.1];
    let mut faults = Vec::new();
    for operation in operations {
        if next(5) == 0 {
            let (service, name) = operation.split_once(':').expect("service:Operation");
            faults.push(json!({
                "service": service, "operation": name, "region": regions[next(regions.len())],
                "do": kinds[next(kinds.len())], "probability": shares[next(shares.len())],
                "seconds": 0.2,
            }));
        }
    }
    for kind in ["internal", "reset", "half", "throttle"] {
        faults.push(json!({"do": kind, "probability": 0.02}));
    }
    faults
}
