//! Witnesses that nobody here wrote: what moto and MiniStack can hold of the sample estate, built
//! there through boto3, gives the same findings as the lab's.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::server::{Server, scratch, shared_lab};

/// Declared, because neither emulator is given the load balancers that names lead to.
const REGIONS: &str = "eu-central-1,eu-west-1,us-east-1";

/// Rules about things that every server names by an id of its own.
const NAMED_BY_ID: [&str; 4] = [
    "NET-PEER-001",
    "ROUTE-R53-004",
    "ROUTE-R53-006",
    "ROUTE-R53-007",
];

/// Rules that both emulators hold everything for.
const BOTH: [&str; 12] = [
    "DATA-S3-001",
    "DATA-S3-003",
    "DATA-S3-011",
    "NET-PEER-001",
    "ROUTE-R53-001",
    "ROUTE-R53-002",
    "ROUTE-R53-003",
    "ROUTE-R53-008",
    "ROUTE-R53-010",
    "ROUTE-R53-011",
    "ROUTE-R53-015",
    "ROUTE-R53-016",
];

/// Collects, and judges what was collected as if it were old enough: everything in an emulator was
/// made a moment ago, and what is that young is left alone.
fn judged(server: &Server) -> Value {
    let file = scratch("witness.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let collected = Mrlint::new(["collect", "--regions", REGIONS, "-o", name])
        .against(server)
        .run();
    assert_eq!(collected.code, Some(0), "{}", collected.stderr);
    let text = fs::read_to_string(&file).expect("the inventory");
    fs::write(&file, without_ages(&text)).expect("the older inventory");
    let checked = Mrlint::new(["check", name, "--active", REGIONS, "-f", "json"]).run();
    serde_json::from_str(&checked.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", checked.stderr))
}

fn without_ages(inventory: &str) -> String {
    let older = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        if let Some(created) = line.pointer_mut("/resource/properties/created") {
            *created = Value::Null;
        }
        line.to_string()
    };
    inventory.lines().map(older).collect::<Vec<_>>().join("\n")
}

/// Rule, Region and name of the findings of some rules. The emulators have an account of their own.
fn findings(report: &Value, rules: &[&str]) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().expect("findings").iter();
    let lines = found.map(|it| {
        let (rule, resource) = (text(&it["rule"]), &it["resource"]);
        let name = if NAMED_BY_ID.contains(&rule.as_str()) {
            ""
        } else {
            &text(&resource["name"])
        };
        (
            rule.clone(),
            format!("{rule} {} {name}", text(&resource["region"])),
        )
    });
    lines
        .filter(|(rule, _)| rules.contains(&rule.as_str()))
        .map(|(_, line)| line)
        .collect()
}

fn assert_same(witness: &Value, rules: &[&str]) {
    let lab = findings(&judged(shared_lab(&["demo"])), rules);
    assert!(
        rules
            .iter()
            .all(|rule| lab.iter().any(|line| line.starts_with(rule))),
        "{lab:#?}"
    );
    assert_eq!(findings(witness, rules), lab);
}

/// moto knows no global tables and forgets replica modifications and filters of S3 rules.
#[test]
fn moto_agrees() {
    let moto = Server::moto();
    moto.fill("demo");
    let more = ["ROUTE-R53-004", "ROUTE-R53-006", "ROUTE-R53-007"];
    assert_same(&judged(&moto), &[&BOTH[..], &more].concat());
}

/// MiniStack forgets what health checks are told, and recovery settings of replicas.
#[test]
fn ministack_agrees() {
    let ministack = Server::ministack();
    ministack.fill("demo");
    let more = ["DATA-DDB-001", "DATA-DDB-002", "DATA-S3-004"];
    assert_same(&judged(&ministack), &[&BOTH[..], &more].concat());
}
