//! Faults beside a run without any, on the load server: nothing is lost or changed but what a gap
//! names, and no verdict contradicts those of the whole read.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

use serde_json::{Value, json};

use crate::support::binary::Mrlint;
use crate::support::honest::contradictions;
use crate::support::load::load_before_fake;
use crate::support::reports::report;
use crate::support::server::{Server, scratch};
use crate::support::unsaid::unsaid;

/// Both estates: one full of defects, one without any.
const WORLDS: [&str; 2] = ["demo", "healthy"];

/// How many seeds are tried; `MRLINT_SEEDS` says another number.
const SEEDS: u64 = 20;

/// Runs at once: most of them wait most of the time.
const WORKERS: usize = 3;

/// A world under conditions.
struct Case {
    world: &'static str,
    control: Value,
}

/// What a run left.
struct Read {
    inventory: PathBuf,
    report: Value,
}

fn scan(server: &Server) -> Result<Read, String> {
    let inventory = scratch("faulty.jsonl");
    let name = inventory.to_str().expect("a path in UTF-8");
    let args = ["scan", "-f", "json", "--save", name];
    let ran = Mrlint::new(args).against(server).run();
    if ran.code == Some(4) {
        return Err(ran.stderr);
    }
    Ok(Read {
        inventory,
        report: report(&ran),
    })
}

/// The world without a fault, read once for the process.
fn whole(world: &'static str) -> &'static Read {
    static READS: [OnceLock<Read>; WORLDS.len()] = [const { OnceLock::new() }; WORLDS.len()];
    let index = WORLDS.iter().position(|it| *it == world);
    let read = || {
        let read = scan(&load_before_fake(&[world])).expect("a whole read");
        assert_eq!(read.report["gaps"], json!([]));
        read
    };
    READS[index.expect("one of the worlds")].get_or_init(read)
}

/// What is wrong with a read of the server under these conditions, and how many gaps it has. No
/// read at all is honest too.
fn problems(server: &Server, case: &Case) -> (Vec<String>, usize) {
    let Case { world, control } = case;
    server.control(control);
    let Ok(part) = scan(server) else {
        return (Vec::new(), 0);
    };
    server.known_stats();
    let full = whole(world);
    let unsaid = unsaid(&full.inventory, &part.inventory);
    let wrong = contradictions(&part.report, &full.report);
    let all = unsaid.into_iter().chain(wrong);
    let context = |it| format!("{world}: {it}\n    under {control}");
    let gaps = part.report["gaps"].as_array().map_or(0, Vec::len);
    (all.map(context).collect(), gaps)
}

/// Tries all cases, a few at once, and fails with everything that is wrong; how many gaps each left.
fn try_all(cases: &[Case]) -> Vec<usize> {
    let next = AtomicUsize::new(0);
    let work = || {
        let servers = WORLDS.map(|world| load_before_fake(&[world]));
        let (mut found, mut gaps) = (Vec::new(), Vec::new());
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(index) else {
                return (found, gaps);
            };
            let server = &servers[usize::from(case.world != WORLDS[0])];
            let (more, some) = problems(server, case);
            found.extend(more);
            gaps.push((index, some));
        }
    };
    let ends: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        let ends = workers.into_iter().map(ScopedJoinHandle::join);
        ends.map(|it| it.expect("a worker ends")).collect()
    });
    let found: Vec<&str> = ends
        .iter()
        .flat_map(|it| &it.0)
        .map(String::as_str)
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let mut gaps: Vec<(usize, usize)> = ends.into_iter().flat_map(|it| it.1).collect();
    gaps.sort_unstable();
    gaps.into_iter().map(|(_, gaps)| gaps).collect()
}

/// Every fault where it strikes all calls to a service of one Region, and where it strikes every
/// other call there is in one Region.
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
    let case = |kind: &str, world, mut fault: Value| {
        fault["do"] = json!(kind);
        fault["seconds"] = json!(0.2);
        let control = json!({"faults": [fault], "seed": 1});
        Case { world, control }
    };
    let cases = kinds.iter().flat_map(|kind| {
        let service = json!({"service": "dynamodb", "region": "eu-west-1"});
        let half = json!({"service": "[a-rt-z]*", "region": "eu-central-1", "probability": 0.5});
        [case(kind, WORLDS[0], service), case(kind, WORLDS[1], half)]
    });
    let cases: Vec<Case> = cases.collect();
    for (case, gaps) in cases.iter().zip(try_all(&cases)) {
        let kind = &case.control["faults"][0]["do"];
        let passes = kind == "slow" || kind == "throttle";
        assert!(gaps > 0 || passes, "no gap under {}", case.control);
    }
}

#[test]
fn all_faults_at_random() {
    let seeds = std::env::var("MRLINT_SEEDS").ok();
    let seeds = seeds.map_or(SEEDS, |it| it.parse().expect("a number of seeds"));
    let case = |seed: u64| Case {
        world: WORLDS[usize::from(seed.is_multiple_of(2))],
        control: json!({"faults": faults(seed), "seed": seed}),
    };
    let cases: Vec<Case> = (1..=seeds).map(case).collect();
    let gaps = try_all(&cases);
    let without = gaps.iter().filter(|gaps| **gaps == 0).count();
    assert!(without * 10 < gaps.len(), "{without} runs without a gap");
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
