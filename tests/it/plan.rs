//! `plan` against what is called: the counts that the operations declare are those that the lab
//! writes down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::server::{Server, scratch};
use crate::support::venv::lab_dir;

const CREDENTIALS: &str =
    "[main]\naws_access_key_id = AKIAMAIN000000000000\naws_secret_access_key = not-secret\n";
const CONFIG: &str = "[profile main]\nregion = eu-west-1\n\n[profile other]\nrole_arn = arn:aws:iam::222222222222:role/mrlint-reader\nexternal_id = acme-scan\nsource_profile = main\nregion = eu-west-1\n";

/// Calls by operation.
type Counts = BTreeMap<String, u64>;

/// What the lab was asked, by operation.
fn called(lab: &Server) -> Counts {
    let mut counts = Counts::new();
    for line in lab.requests() {
        let service = match line["service"].as_str().unwrap_or_default() {
            "elbv2" => "elasticloadbalancing",
            service => service,
        };
        let operation = line["operation"].as_str().unwrap_or_default();
        *counts.entry(format!("{service}:{operation}")).or_default() += 1;
    }
    counts
}

/// What is planned, by operation, and the operations of which there may be more.
fn planned(args: &[&str], lab: Option<&Server>) -> (Counts, BTreeSet<String>) {
    let args = ["plan", "-f", "json"].iter().chain(args);
    let run = Mrlint::new(args);
    let ran = match lab {
        Some(lab) => run.against(lab).run(),
        None => run.run(),
    };
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let (mut counts, mut open) = (Counts::new(), BTreeSet::new());
    for row in document["operations"].as_array().expect("operations") {
        let operation = row["operation"].as_str().expect("a name").to_owned();
        if row["or_more"] == true {
            open.insert(operation.clone());
        }
        *counts.entry(operation).or_default() += row["calls"].as_u64().expect("a number");
    }
    let total: u64 = counts.values().sum();
    assert_eq!(document["calls"], total);
    (counts, open)
}

/// Worlds with a page size over them that is never in the way: pages are as long as is asked for.
fn lab(worlds: &[PathBuf]) -> Server {
    let long = scratch("pages.yaml");
    fs::write(&long, "page_size: 1000000\n").expect("the page size");
    Server::lab_of(&[worlds, &[long]].concat())
}

/// Collects, plans from what was collected, and compares. How the accounts were entered, an
/// inventory does not tell.
fn compare(worlds: &[PathBuf], collect: impl Fn(&Server, &str)) {
    let lab = lab(worlds);
    let file = scratch("planned.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    collect(&lab, name);
    let called = called(&lab);
    let (planned, _) = planned(&[name], None);
    let mut wrong = Vec::new();
    let mut all: BTreeSet<&String> = called.keys().chain(planned.keys()).collect();
    all.retain(|name| *name != "sts:AssumeRole");
    for operation in all {
        let (called, planned) = (called.get(operation), planned.get(operation));
        let (called, planned) = (called.copied().unwrap_or(0), planned.copied().unwrap_or(0));
        if called != planned {
            wrong.push(format!("{operation}: {called} called, {planned} planned"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn both(lab: &Server, file: &str) {
    let args = [
        "collect",
        "-o",
        file,
        "--profile",
        "main",
        "--profile",
        "other",
    ];
    let run = Mrlint::new(args).aws_files(CREDENTIALS, CONFIG);
    let ran = run.towards(lab).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

fn main_account(lab: &Server, file: &str) {
    let ran = Mrlint::new(["collect", "-o", file]).against(lab).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

fn world(name: &str) -> PathBuf {
    lab_dir().join("worlds").join(name)
}

#[test]
fn the_sample_estate_takes_the_calls_that_are_planned() {
    compare(&[world("demo")], both);
}

#[test]
fn a_healthy_estate_takes_the_calls_that_are_planned() {
    compare(&[world("healthy")], main_account);
}

/// More of some things than a page or a batch holds, in one Region and in none.
fn full() -> PathBuf {
    let mut text = "regions: {eu-west-1: opt-in-not-required, us-east-1: opt-in-not-required}\n\
                    accounts: {\"111111111111\": {name: main, access_keys: [AKIAMAIN000000000000]}}\n\
                    records:\n- in: main/eu-west-1\n"
        .to_owned();
    // Writing to a String cannot fail.
    let mut list = |head: &str, count: usize, item: &dyn Fn(usize) -> String| {
        let _ = writeln!(text, "{head}");
        for number in 0..count {
            let _ = writeln!(text, "    - {}", item(number));
        }
    };
    let arn =
        |service: &str, rest: &str| format!("\"arn:aws:{service}:eu-west-1:111111111111:{rest}\"");
    list("  lambda:\n    functions:", 120, &|n| {
        format!("{{FunctionName: f{n}, tags: {{app: shop}}}}")
    });
    list("    event_source_mappings:", 101, &|n| {
        let function = arn("lambda", &format!("function:f{n}"));
        format!("{{UUID: \"{n:08}\", FunctionArn: {function}}}")
    });
    list("  secretsmanager:\n    secrets:", 201, &|n| {
        format!("{{Name: s{n}}}")
    });
    list("  rds:\n    instances:", 101, &|n| {
        format!("{{DBInstanceIdentifier: d{n}, Engine: postgres}}")
    });
    list(
        "  application-autoscaling:\n    scalable_targets:",
        51,
        &|n| {
            let target = arn("application-autoscaling", &format!("scalable-target/{n}"));
            format!(
                "{{ScalableTargetARN: {target}, ServiceNamespace: ecs, MinCapacity: 1, \
             MaxCapacity: 2, ResourceId: service/c/{n}, ScalableDimension: ecs:service:DesiredCount}}"
            )
        },
    );
    list("  ecs:\n    clusters:", 101, &|n| {
        format!("{{clusterName: c{n}}}")
    });
    list("    services:", 21, &|n| {
        let (cluster, service) = (
            arn("ecs", "cluster/c0"),
            arn("ecs", &format!("service/c0/{n}")),
        );
        format!(
            "{{serviceName: s{n}, serviceArn: {service}, clusterArn: {cluster}, desiredCount: 0}}"
        )
    });
    list("- in: main\n  route53:\n    health_checks:", 11, &|n| {
        format!("{{Id: h{n}, HealthCheckConfig: {{Type: CALCULATED, HealthThreshold: 0}}}}")
    });
    let records: Vec<String> = (0..301)
        .map(|n| format!("{{Name: r{n}.acme.test., Type: A, TTL: 60, ResourceRecords: [{{Value: 192.0.2.1}}]}}"))
        .collect();
    let records = records.join(", ");
    list("    hosted_zones:", 1, &|_| {
        format!("{{Id: /hostedzone/Z1, Name: acme.test., ListResourceRecordSets: [{records}]}}")
    });
    let path = scratch("full.yaml");
    fs::write(&path, text).expect("the world");
    path
}

#[test]
fn pages_and_batches_that_fill_up_are_planned() {
    let whole = |lab: &Server, file: &str| {
        let args = ["collect", "-o", file, "--budget", "100"];
        let ran = Mrlint::new(args).against(lab).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    };
    compare(&[full()], whole);
}

/// Without an inventory the accounts are opened, and nothing is read.
#[test]
fn the_least_is_planned_without_reading_anything() {
    let lab = lab(&[world("healthy")]);
    let (least, open) = planned(&[], Some(&lab));
    let called = called(&lab);
    let opened = ["ec2:DescribeRegions", "sts:GetCallerIdentity"];
    assert_eq!(called.keys().collect::<Vec<_>>(), opened);
    assert!(open.contains("dynamodb:DescribeTable"), "{open:?}");
    assert_eq!(least.get("dynamodb:DescribeTable"), Some(&0));
    assert_eq!(least.get("organizations:DescribeOrganization"), Some(&1));
    assert_eq!(least.get("dynamodb:ListTables"), Some(&4), "{least:?}");
}

#[test]
fn a_plan_is_a_page_for_people() {
    let ran = Mrlint::new(["plan", "--budget", "10", "--top", "3"])
        .env("COLUMNS", "80")
        .against(&lab(&[world("healthy")]))
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("1 account in 4 Regions: "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("at 10 % of what AWS allows"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("more; --top 0 shows all"),
        "{}",
        ran.stdout
    );
    let tables = ran.stdout.lines().skip_while(|line| !line.is_empty());
    for line in tables {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
