//! What goes wrong for long: services that hang, throttle without end or talk garbage, credentials
//! that run out, policies that shut a Region, a user who stops it all. Every run ends in reasonable
//! time, says what it does not know, and keeps what it read.

use std::fs;
use std::time::{Duration, Instant};

use mrlint::collect::operations;
use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};
use crate::support::reports::report;
use crate::support::server::{Server, scratch};
use crate::support::venv::lab_dir;

/// Tables of [`many_tables`]: a call each would take minutes where each call takes seconds.
const TABLES: usize = 60;

fn lab(faults: &str) -> Server {
    lab_with("", faults)
}

fn lab_with(records: &str, faults: &str) -> Server {
    let file = scratch("outage.yaml");
    fs::write(&file, format!("{records}faults:\n{faults}")).expect("the faults");
    Server::lab_of(&[lab_dir().join("worlds/healthy"), file])
}

fn many_tables() -> String {
    let mut records = "records:\n  - in: main/eu-west-1\n    dynamodb:\n      tables:\n".to_owned();
    for number in 0..TABLES {
        records += &format!("        - {{TableName: many-{number}}}\n");
    }
    records
}

/// A machine that is busy needs seconds for an answer; a test must not.
const SECONDS: [&str; 2] = ["--timeout", "5"];

fn scan(lab: &Server, args: &[&str]) -> (Ran, Duration) {
    let all = ["scan"].iter().chain(args);
    let start = Instant::now();
    let ran = Mrlint::new(all).against(lab).run();
    (ran, start.elapsed())
}

/// Incomplete, and no finding but the one that says so.
fn assert_open(ran: &Ran) -> Value {
    let report = report(ran);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let findings = report["findings"].as_array().expect("findings");
    let about_gaps = |it: &Value| it["rule"] == "GOV-INV-001";
    assert!(findings.iter().all(about_gaps), "{findings:#?}");
    assert!(
        ran.stderr.contains(" gaps; unknown verdicts: "),
        "{}",
        ran.stderr
    );
    report
}

fn gap<'r>(report: &'r Value, operation: &str, cause: &str) -> &'r Value {
    let gaps = report["gaps"].as_array().expect("gaps");
    let found = gaps
        .iter()
        .find(|it| it["operation"] == operation && it["cause"] == cause);
    found.unwrap_or_else(|| panic!("no gap {operation} {cause} in {gaps:#?}"))
}

fn asked(lab: &Server, operation: &str) -> usize {
    let requests = lab.requests();
    requests
        .iter()
        .filter(|it| it["operation"] == operation)
        .count()
}

#[test]
fn a_service_that_hangs_is_given_up() {
    let faults = "  - {in: main/eu-west-1, service: dynamodb, operation: DescribeTable, do: hang, seconds: 90}\n";
    let lab = lab_with(&many_tables(), faults);
    let (ran, took) = scan(
        &lab,
        &[&SECONDS[..], &["-f", "json", "--min-coverage", "1"]].concat(),
    );
    let report = assert_open(&ran);
    let gap = gap(&report, "dynamodb:DescribeTable", "timeout");
    assert_eq!(gap["action"], "dynamodb:DescribeTable");
    // Eight in a row, and the four that were on their way.
    assert!(
        asked(&lab, "DescribeTable") < 20 + 3,
        "{}",
        asked(&lab, "DescribeTable")
    );
    assert!(took < Duration::from_mins(1), "{took:?}");
}

#[test]
fn a_throttle_without_end_is_given_up() {
    let faults =
        "  - {in: main/eu-west-1, service: dynamodb, operation: DescribeTable, do: throttle}\n";
    let lab = lab_with(&many_tables(), faults);
    let (ran, took) = scan(&lab, &["-f", "json", "--min-coverage", "1"]);
    let report = assert_open(&ran);
    gap(&report, "dynamodb:DescribeTable", "throttled");
    // Six attempts each of three calls, and of the four beside them.
    assert!(
        asked(&lab, "DescribeTable") < 50,
        "{}",
        asked(&lab, "DescribeTable")
    );
    assert!(took < Duration::from_mins(1), "{took:?}");
    assert!(!ran.stderr.contains("(0 throttled)"), "{}", ran.stderr);
}

#[test]
fn an_answer_slower_than_the_timeout_is_a_gap_and_a_quicker_one_is_none() {
    let faults = "  - {service: rds, operation: DescribeDBClusters, do: slow, seconds: 12}\n";
    let lab = lab(faults);
    let args = [&SECONDS[..], &["-f", "json", "--min-coverage", "1"]].concat();
    let (ran, _) = scan(&lab, &args);
    gap(&assert_open(&ran), "rds:DescribeDBClusters", "timeout");
    let (ran, _) = scan(&lab, &["-f", "json"]);
    assert_eq!(report(&ran)["gaps"], Value::Array(vec![]), "{}", ran.stderr);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn nobody_waits_for_ever_for_a_sign_in() {
    for fault in ["hang, seconds: 90", "garbage", "reset", "throttle"] {
        let lab = lab(&format!("  - {{service: sts, do: {fault}}}\n"));
        let (ran, took) = scan(&lab, &SECONDS);
        assert_eq!(ran.code, Some(4), "{fault}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("sts:GetCallerIdentity"),
            "{fault}: {}",
            ran.stderr
        );
        assert!(took < Duration::from_secs(30), "{fault}: {took:?}");
    }
}

/// Every operation of the collectors that is not needed to find accounts and Regions.
fn everything(fault: &str) -> String {
    let mut services: Vec<&str> = operations()
        .iter()
        .filter_map(|it| it.name.split(':').next())
        .map(|it| {
            if it == "elasticloadbalancing" {
                "elbv2"
            } else {
                it
            }
        })
        .map(|it| {
            if it == "tag" {
                "resourcegroupstaggingapi"
            } else {
                it
            }
        })
        .filter(|it| !["sts", "ec2"].contains(it))
        .collect();
    services.dedup();
    let mut faults = String::new();
    for service in services {
        faults += &format!("  - {{service: {service}, do: {fault}}}\n");
    }
    // All of EC2 but what says which Regions there are.
    for operation in ["Describe[!R]*", "DescribeRo*", "Get*"] {
        faults += &format!("  - {{service: ec2, operation: \"{operation}\", do: {fault}}}\n");
    }
    faults
}

#[test]
fn whatever_all_services_do_nothing_is_claimed() {
    for (fault, cause) in [
        ("expired-token", "credentials"),
        ("denied", "denied"),
        ("garbage", "other"),
        ("truncated", "other"),
        ("reset", "other"),
    ] {
        let lab = lab(&everything(fault));
        let (ran, took) = scan(&lab, &["-f", "json"]);
        let report = assert_open(&ran);
        let listing = gap(&report, "dynamodb:ListTables", cause);
        assert_eq!(listing["action"], "dynamodb:ListTables", "{fault}");
        assert_eq!(report["coverage"]["share"].as_f64(), Some(0.0), "{fault}");
        for verdict in report["verdicts"].as_array().expect("verdicts") {
            assert_eq!(verdict["pass"], 0, "{fault}: {verdict}");
        }
        assert!(took < Duration::from_secs(90), "{fault}: {took:?}");
    }
}

#[test]
fn a_region_that_a_policy_shuts_is_said_once() {
    let lab = lab("  - {in: main/eu-north-1, do: denied-by-scp}\n");
    let (ran, _) = scan(&lab, &["-f", "json"]);
    let gaps = assert_open(&ran)["gaps"].as_array().expect("gaps").len();
    assert!(gaps > 10, "{gaps}");
    let (ran, _) = scan(&lab, &[]);
    let shut = |line: &&str| line.contains("eu-north-1") && line.contains("denied by a service");
    assert_eq!(ran.stdout.lines().filter(shut).count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains(" operations: denied"), "{}", ran.stdout);
}

/// A user who may ask some services and not others.
#[test]
fn half_a_permission_is_half_an_answer() {
    let mut faults = String::new();
    for service in ["dynamodb", "rds", "lambda", "kms"] {
        faults += &format!("  - {{service: {service}, do: denied}}\n");
    }
    let lab = lab(&faults);
    let (ran, _) = scan(&lab, &["-f", "json"]);
    let open = assert_open(&ran);
    for gap in open["gaps"].as_array().expect("gaps") {
        assert_eq!(gap["cause"], "denied", "{gap}");
        let action = gap["action"].as_str().unwrap_or_default();
        assert!(action.contains(':'), "{gap}");
    }
    // What was read is judged.
    let passed = |it: &Value| it["rule"] == "ROUTE-R53-002" && it["pass"].as_u64() > Some(0);
    assert!(
        open["verdicts"]
            .as_array()
            .expect("verdicts")
            .iter()
            .any(passed)
    );
    let (ran, _) = scan(&lab, &["--min-coverage", "0", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[test]
fn ctrl_c_leaves_an_inventory_that_can_be_judged() {
    let lab = lab("  - {service: lambda, do: hang, seconds: 90}\n");
    for command in [["scan", "--save"], ["collect", "-o"]] {
        let file = scratch("interrupted.jsonl.zst");
        let name = file.to_str().expect("a path in UTF-8");
        let started = lab.requests().len();
        let mrlint = Mrlint::new(command.iter().chain(&[name])).against(&lab);
        let start = Instant::now();
        let ran = mrlint.interrupted(|| {
            let requests = lab.requests();
            let hung = |it: &Value| it["service"] == "lambda";
            requests.len() > started + 60 && requests[started..].iter().any(hung)
        });
        assert_eq!(ran.code, Some(130), "{}", ran.stderr);
        assert!(start.elapsed() < Duration::from_mins(1));
        assert!(ran.stderr.contains("interrupted; read "), "{}", ran.stderr);
        let checked = Mrlint::new(["check", name, "-f", "json"]).run();
        let open = assert_same_as_unread(&checked);
        let gaps = open["gaps"].as_array().expect("gaps");
        let lambda = |it: &&Value| it["operation"] == "AWS::Lambda::Function";
        let gap = gaps.iter().find(lambda).expect("a gap for what hung");
        assert_eq!(gap["cause"], "not_collected");
        assert!(
            open["run"]["resources"].as_u64() > Some(0),
            "{}",
            open["run"]
        );
    }
}

fn assert_same_as_unread(ran: &Ran) -> Value {
    let report = report(ran);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(report["coverage"]["unknown"].as_u64() > Some(0));
    report
}
