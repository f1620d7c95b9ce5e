//! What fails on the way: each failure is a gap with its cause, and never a false alarm.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::reports::{assert_same, lines, report};
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::lab_dir;

fn faulty(faults: &str) -> Server {
    let file = scratch("faults.yaml");
    fs::write(&file, format!("faults:\n{faults}")).expect("the faults");
    Server::lab_of(&[lab_dir().join("worlds/healthy"), file])
}

/// Findings of an estate in which everything is right can only be false, but for the one that says
/// that it was not listed whole.
fn without_false_alarm(faults: &str) -> Value {
    let lab = faulty(faults);
    let ran = Mrlint::new(["scan", "-f", "json"]).against(&lab).run();
    let report = report(&ran);
    assert_same(&lines(&report), &incomplete(&report));
    assert_ne!(ran.code, Some(1), "{}", ran.stderr);
    report
}

/// The finding that there has to be where a gap hides kinds of the account's own.
fn incomplete(report: &Value) -> BTreeSet<String> {
    let counts = |gap: &&Value| {
        let cause = gap["cause"].as_str().unwrap_or_default();
        let operation = gap["operation"].as_str().unwrap_or_default();
        let passed_over = ["unsupported_in_region", "region_disabled", "not_collected"];
        gap["hides"].as_array().is_some_and(|it| !it.is_empty())
            && !passed_over.contains(&cause)
            && !operation.starts_with("organizations:")
    };
    let gaps = report["gaps"].as_array().expect("gaps");
    let line = |gap: &Value| {
        let account = gap["account"].as_str().unwrap_or_default();
        format!("GOV-INV-001 {account} aws-global {account}")
    };
    gaps.iter().filter(counts).map(line).collect()
}

fn gap<'r>(report: &'r Value, operation: &str, cause: &str) -> &'r Value {
    let gaps = report["gaps"].as_array().expect("gaps");
    let found = gaps
        .iter()
        .find(|gap| gap["operation"] == operation && gap["cause"] == cause);
    found.unwrap_or_else(|| panic!("no gap {operation} {cause} in {gaps:#?}"))
}

#[test]
fn a_denied_listing_is_a_gap_and_what_needs_it_is_unknown() {
    let report =
        without_false_alarm("  - {service: dynamodb, operation: ListTables, do: denied}\n");
    let gap = gap(&report, "dynamodb:ListTables", "denied");
    assert_eq!(gap["action"], "dynamodb:ListTables");
    assert_eq!(gap["hides"][0], "AWS::DynamoDB::Table");
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let rule = verdicts
        .iter()
        .find(|it| it["rule"] == "DATA-DDB-001")
        .expect("the rule");
    assert!(rule["unknown"].as_u64() > Some(0), "{rule}");
    assert_eq!(rule["pass"], 0, "{rule}");
}

#[test]
fn a_denied_property_leaves_only_what_reads_it_open() {
    let faults = "  - {service: s3, operation: GetBucketReplication, do: denied}\n";
    let report = without_false_alarm(faults);
    let gap = gap(&report, "s3:GetBucketReplication", "denied");
    assert_eq!(gap["action"], "s3:GetReplicationConfiguration");
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let rule = |id: &str| {
        verdicts
            .iter()
            .find(|it| it["rule"] == id)
            .expect("the rule")
    };
    assert!(rule("DATA-S3-001")["unknown"].as_u64() > Some(0));
    assert!(rule("DATA-DDB-001")["pass"].as_u64() > Some(0));
}

#[test]
fn each_fault_has_its_cause_and_none_ends_the_run() {
    let causes = [
        ("denied-by-scp", "denied_by_scp"),
        ("internal", "other"),
        ("garbage", "other"),
        ("truncated", "other"),
        ("reset", "other"),
        ("expired-token", "credentials"),
        ("opt-in-required", "region_disabled"),
    ];
    for (fault, cause) in causes {
        let faults = format!("  - {{service: rds, operation: DescribeDBClusters, do: {fault}}}\n");
        let report = without_false_alarm(&faults);
        gap(&report, "rds:DescribeDBClusters", cause);
    }
}

#[test]
fn a_throttle_that_passes_is_no_gap() {
    let faults = "  - {service: ec2, operation: DescribeVpcs, do: throttle, times: 2}\n";
    let report = without_false_alarm(faults);
    assert_eq!(report["gaps"], Value::Array(vec![]));
}

#[test]
fn unread_names_leave_the_active_regions_unknown_unless_declared() {
    let faults = "  - {service: route53, operation: ListHostedZones, do: denied}\n";
    let report = without_false_alarm(faults);
    assert_eq!(report["workloads"][0]["active"], Value::Array(vec![]));
    assert!(report["coverage"]["share"].as_f64() < Some(0.5));
    let lab = faulty(faults);
    let ran = Mrlint::new([
        "scan",
        "-f",
        "json",
        "--active",
        "eu-west-1,eu-central-1",
        "--min-coverage",
        "1",
    ])
    .against(&lab)
    .run();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(
        crate::support::reports::report(&ran)["workloads"][0]["active"][1],
        "eu-west-1"
    );
}

#[test]
fn wrong_credentials_end_with_what_to_do() {
    let lab = shared_lab(&["healthy"]);
    let ran = Mrlint::new(["scan"])
        .towards(lab)
        .access_key("AKIANOBODY0000000000")
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error: ") && ran.stderr.contains("help: "),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
}

/// Whatever one permission is missing: a gap says so, and nothing is judged that a full read would
/// contradict.
#[test]
fn every_operation_may_be_denied() {
    let mut problems = Vec::new();
    for operation in mrlint::collect::ALL
        .iter()
        .flat_map(|collector| collector.operations)
    {
        let (service, name) = operation.name.split_once(':').expect("service:Operation");
        let service = if service == "elasticloadbalancing" {
            "elbv2"
        } else {
            service
        };
        if name == "GetBucketLocation" {
            continue; // only for endpoints that list buckets without their Regions
        }
        let lab = faulty(&format!(
            "  - {{service: {service}, operation: {name}, do: denied}}\n"
        ));
        let ran = Mrlint::new(["scan", "-f", "json"]).against(&lab).run();
        let report = report(&ran);
        let (found, expected) = (lines(&report), incomplete(&report));
        if found != expected {
            problems.push(format!("{}: {found:?}, not {expected:?}", operation.name));
        }
        let gaps = report["gaps"].as_array().expect("gaps");
        let named = gaps.iter().any(|gap| {
            gap["operation"] == operation.name
                && gap["cause"] == "denied"
                && gap["action"] == operation.action
        });
        if !named {
            problems.push(format!("{}: no gap in {gaps:?}", operation.name));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// A bucket that is deleted while it is read is not one without replication.
#[test]
fn a_bucket_that_is_gone_when_asked_about_is_left_out() {
    for operation in [
        "GetBucketVersioning",
        "GetBucketReplication",
        "GetBucketEncryption",
    ] {
        let gone = "{code: NoSuchBucket, status: 404, message: gone}";
        let faults = format!("  - {{service: s3, operation: {operation}, do: {gone}}}\n");
        let lab = faulty(&faults);
        let file = scratch("inventory.jsonl");
        let name = file.to_str().expect("a path in UTF-8");
        let ran = Mrlint::new(["collect", "-o", name]).against(&lab).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let read = fs::read_to_string(&file).expect("the inventory");
        assert!(!read.contains("NoSuchBucket"), "{operation} is a gap");
        let bucket = read
            .lines()
            .find(|line| line.contains("\"kind\":\"AWS::S3::Bucket\""));
        assert_eq!(bucket, None, "{operation}");
    }
}
