//! Which Regions are asked, and what is said of those that are not enabled.

use std::fs;

use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::lab_dir;

fn scan(lab: &Server, regions: &str) -> Ran {
    Mrlint::new(["scan", "-f", "json", "--regions", regions])
        .against(lab)
        .run()
}

fn lab_with(faults: &str) -> Server {
    let file = scratch("faults.yaml");
    fs::write(&file, format!("faults:\n{faults}")).expect("the faults");
    Server::lab_of(&[lab_dir().join("worlds/healthy"), file])
}

fn gaps(ran: &Ran) -> Vec<Value> {
    let report: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.stdout, ran.stderr));
    report["gaps"].as_array().expect("gaps").clone()
}

#[test]
fn a_wanted_region_that_is_not_enabled_is_a_usage_error() {
    let lab = shared_lab(&["healthy"]);
    for regions in ["ap-east-1", "eu-west-1,ap-east-1", "eu-*,ap-*"] {
        let ran = scan(lab, regions);
        assert_eq!(ran.code, Some(2), "{regions}: {}", ran.stderr);
        let last = regions.split(',').next_back().unwrap_or_default();
        assert!(
            ran.stderr
                .contains(&format!("no enabled Region matches `{last}`")),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr
                .contains("help: enabled are: eu-central-1, eu-north-1, eu-west-1, us-east-1"),
            "{}",
            ran.stderr
        );
    }
}

/// AWS says the same of wrong credentials and of a Region that does not know the account.
#[test]
fn where_nobody_says_what_is_enabled_a_refused_token_means_a_disabled_region() {
    let lab = lab_with("  - {service: ec2, operation: DescribeRegions, do: denied}\n");
    let ran = scan(&lab, "eu-west-1,ap-east-1");
    let gaps = gaps(&ran);
    let there = gaps.iter().filter(|gap| gap["region"] == "ap-east-1");
    let causes: Vec<&Value> = there.map(|gap| &gap["cause"]).collect();
    assert!(!causes.is_empty(), "{gaps:#?}");
    assert!(
        causes.iter().all(|cause| **cause == "region_disabled"),
        "{gaps:#?}"
    );
}

#[test]
fn a_refused_token_in_an_enabled_region_stays_one_of_credentials() {
    let lab = lab_with("  - {service: dynamodb, operation: ListTables, do: invalid-token}\n");
    let gaps = gaps(&scan(&lab, "eu-*"));
    let causes: Vec<&Value> = gaps.iter().map(|gap| &gap["cause"]).collect();
    assert_eq!(causes, ["credentials"; 3], "{gaps:#?}");
}

/// A Region that names lead to, or that the user calls active, and that nobody asked is not empty.
#[test]
fn what_nobody_asked_is_unknown_and_not_missing() {
    let lab = shared_lab(&["healthy"]);
    for args in [
        &["--exclude-regions", "eu-north-1"][..],
        &["--regions", "eu-west-1"],
        &["--regions", "eu-west-1", "--active", "eu-west-1,eu-north-1"],
    ] {
        let args = [&["scan", "-f", "json", "--min-coverage", "1"], args].concat();
        let ran = Mrlint::new(&args).against(lab).run();
        let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
        assert_eq!(report["findings"], Value::Array(vec![]), "{args:?}");
        assert!(
            report["coverage"]["unknown"].as_u64() > Some(0),
            "{args:?}: {}",
            report["coverage"]
        );
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
    }
}
