//! `doctor`: what it finds missing, what it says to do, and how little it asks.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::support::binary::{Mrlint, Ran};
use crate::support::foreign::assert_tame;
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::lab_dir;

fn faulty(world: &str, faults: &str) -> Server {
    let file = scratch("faults.yaml");
    fs::write(&file, format!("faults:\n{faults}")).expect("the faults");
    Server::lab_of(&[lab_dir().join("worlds").join(world), file])
}

fn diagnosis(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr))
}

fn asked(args: &[&str], lab: &Server) -> (Ran, Value) {
    let ran = Mrlint::new(["doctor", "-f", "json"].iter().chain(args))
        .against(lab)
        .run();
    let told = diagnosis(&ran);
    (ran, told)
}

/// What people are told, on eighty columns.
fn table(args: &[&str], lab: &Server) -> Ran {
    let ran = Mrlint::new(["doctor"].iter().chain(args))
        .against(lab)
        .env("COLUMNS", "80")
        .run();
    let wide = ran.stdout.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{}", ran.stdout);
    assert_tame("table", &ran.stdout);
    ran
}

#[test]
fn everything_that_may_be_read_is_said_and_the_code_is_0() {
    let lab = shared_lab(&["healthy"]);
    let (ran, told) = asked(&[], lab);
    assert_eq!(ran.code, Some(0), "{told:#}");
    assert_eq!(told["missing"], json!([]));
    assert_eq!(told["advice"], json!([]));
    let caller = &told["callers"][0];
    assert_eq!(caller["account"], "111111111111");
    assert_eq!(caller["source"], "the environment");
    assert_eq!(caller["key"], "0000");
    assert!(
        caller["seconds_ahead"]
            .as_i64()
            .is_some_and(|it| it.abs() < 60),
        "{caller}"
    );
    let account = &told["accounts"][0];
    assert_eq!(account["regions"], account["enabled"]);
    assert!(
        account["off"].as_array().is_some_and(|it| it.len() > 5),
        "{account}"
    );
    let allowed = told["allowed"].as_array().expect("operations");
    assert!(allowed.len() > 70, "{}", allowed.len());
    assert!(allowed.contains(&json!("dynamodb:DescribeTable")));

    let ran = table(&[], lab);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for part in [
        "Who am I",
        "arn:aws:iam::111111111111:user/scanner",
        "AWS_ENDPOINT_URL",
        "clock",
    ] {
        assert!(ran.stdout.contains(part), "no `{part}` in\n{}", ran.stdout);
    }
    for secret in ["not-secret", "AKIAMAIN"] {
        assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
    }
}

#[test]
fn a_denied_operation_is_named_with_what_it_costs_and_what_to_do() {
    let faults = "  - {service: dynamodb, operation: ListTables, do: denied}\n  - {service: s3, operation: GetBucketReplication, do: denied}\n";
    let lab = faulty("healthy", faults);
    let (ran, told) = asked(&[], &lab);
    assert_eq!(ran.code, Some(3), "{told:#}");
    let missing = told["missing"].as_array().expect("missing");
    let of = |operation: &str| {
        let found = missing
            .iter()
            .find(|it| it["operations"] == json!([operation]));
        found.unwrap_or_else(|| panic!("no {operation} in {missing:#?}"))
    };
    let tables = of("dynamodb:ListTables");
    assert_eq!(tables["cause"], "denied");
    assert_eq!(tables["hides"], json!(["AWS::DynamoDB::Table"]));
    // Once, for all Regions.
    assert_eq!(tables["regions"], told["accounts"][0]["regions"]);
    let replication = of("s3:GetBucketReplication");
    assert_eq!(
        replication["actions"],
        json!(["s3:GetReplicationConfiguration"])
    );
    assert_eq!(replication["hides"], json!([]));
    assert_eq!(replication["dims"], json!(["AWS::S3::Bucket"]));
    let untried = told["untried"].as_array().expect("operations");
    assert!(
        untried.contains(&json!("dynamodb:DescribeTable")),
        "{untried:?}"
    );
    let ran = table(&[], &lab);
    assert!(ran.stdout.contains("mrlint iam-policy"), "{}", ran.stdout);
}

#[test]
fn a_region_that_a_policy_denies_is_one_line() {
    let lab = faulty(
        "healthy",
        "  - {in: main/eu-central-1, do: denied-by-scp}\n",
    );
    let (ran, told) = asked(&[], &lab);
    assert_eq!(ran.code, Some(3), "{told:#}");
    let missing = told["missing"].as_array().expect("missing");
    let by_scp: Vec<_> = missing
        .iter()
        .filter(|it| it["cause"] == "denied_by_scp")
        .collect();
    assert_eq!(by_scp.len(), 1, "{missing:#?}");
    assert_eq!(by_scp[0]["regions"], json!(["eu-central-1"]));
    assert!(
        by_scp[0]["operations"]
            .as_array()
            .is_some_and(|it| it.len() > 10)
    );
    let ran = table(&[], &lab);
    assert!(ran.stdout.contains("--exclude-regions"), "{}", ran.stdout);
}

#[test]
fn without_credentials_it_says_where_it_looked() {
    let lab = shared_lab(&["healthy"]);
    let ran = Mrlint::new(["doctor"]).towards(lab).run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    for part in [
        "AWS_ACCESS_KEY_ID is not set",
        ".aws/config",
        "metadata",
        "aws sso login",
    ] {
        let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(part), "no `{part}` in\n{}", ran.stdout);
    }
    let wrong = Mrlint::new(["doctor", "-f", "json"])
        .towards(lab)
        .access_key("AKIANOBODY0000000000")
        .run();
    assert_eq!(wrong.code, Some(4), "{}", wrong.stderr);
    let told = diagnosis(&wrong);
    assert_eq!(told["tried"], json!([]));
    assert!(
        told["callers"][0]["failure"]
            .as_str()
            .is_some_and(|it| it.contains("InvalidClientTokenId")),
        "{told:#}"
    );
}

#[test]
fn roles_that_cannot_be_taken_on_are_said_and_the_others_are_looked_at() {
    let lab = shared_lab(&["org.yaml"]);
    let (ran, told) = asked(&["--org"], lab);
    assert_eq!(ran.code, Some(3), "{told:#}");
    let closed = told["closed"].as_array().expect("accounts");
    assert_eq!(closed.len(), 1, "{closed:?}");
    assert_eq!(closed[0]["account"], "666666666666");
    let accounts = told["accounts"].as_array().expect("accounts");
    assert_eq!(accounts.len(), 4);
    let shop = accounts
        .iter()
        .find(|it| it["account"] == "222222222222")
        .expect("the account");
    assert_eq!(
        shop["arn"],
        "arn:aws:sts::222222222222:assumed-role/mrlint-reader/mrlint"
    );
    assert!(shop["expires"].is_string(), "{shop}");
    assert_eq!(told["missing"], json!([]));

    // Members without the account that manages them: the same in three accounts is said once.
    let (_, told) = asked(&["--org", "--exclude-accounts", "main,shut"], lab);
    let missing = told["missing"].as_array().expect("missing");
    assert_eq!(missing.len(), 1, "{missing:#?}");
    assert_eq!(
        missing[0]["operations"],
        json!(["organizations:ListPolicies"])
    );
    assert_eq!(missing[0]["accounts"].as_array().map(Vec::len), Some(3));
    let advice = told["advice"].to_string();
    assert!(
        advice.contains("the account that manages it") && !advice.contains("denied"),
        "{advice}"
    );
    let ran = table(&["--org"], lab);
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("iam-policy --for caller"), "{text}");

    let nobody = "arn:aws:iam::666666666666:role/mrlint-reader";
    let (ran, told) = asked(&["--role-arn", nobody], lab);
    assert_eq!(ran.code, Some(4), "{told:#}");
}

#[test]
fn a_large_account_is_asked_no_more_than_a_small_one() {
    let of = |tables: usize| {
        let names: Vec<String> = (0..tables)
            .map(|it| format!("{{TableName: t-{it}}}"))
            .collect();
        let names = names.join(", ");
        let buckets: Vec<String> = (0..tables).map(|it| format!("{{Name: b-{it}}}")).collect();
        let buckets = buckets.join(", ");
        let queues: Vec<String> = (0..tables)
            .map(|it| {
                format!("{{QueueUrl: \"https://sqs.eu-west-1.amazonaws.com/111111111111/q-{it}\"}}")
            })
            .collect();
        let queues = queues.join(", ");
        let world = format!(
            "regions: {{eu-west-1: opt-in-not-required, us-east-1: opt-in-not-required}}\naccounts:\n  \"111111111111\": {{name: main, access_keys: [AKIAMAIN000000000000]}}\nrecords:\n  - in: main/eu-west-1\n    dynamodb: {{tables: [{names}]}}\n    s3: {{buckets: [{buckets}]}}\n    sqs: {{queues: [{queues}]}}\n"
        );
        let file = scratch("size.yaml");
        fs::write(&file, world).expect("the world");
        let lab = Server::lab_of(&[file]);
        let (ran, told) = asked(&[], &lab);
        assert_eq!(ran.code, Some(0), "{told:#}");
        let mut calls = BTreeMap::<String, usize>::new();
        for line in lab.requests() {
            let place = format!(
                "{} {} {}",
                line["service"], line["operation"], line["region"]
            );
            *calls.entry(place).or_default() += 1;
        }
        calls
    };
    let (small, large) = (of(3), of(60));
    assert_eq!(small, large);
    let most = large
        .iter()
        .max_by_key(|(_, count)| **count)
        .expect("calls");
    assert!(*most.1 <= 3, "{most:?}");
}

#[test]
fn a_wrong_configuration_and_a_missing_region_are_said() {
    let lab = shared_lab(&["healthy"]);
    let run = Mrlint::new(["doctor"]).against(lab).env("AWS_REGION", "");
    fs::write(run.dir().join("mrlint.yaml"), "workloadz: []\n").expect("the configuration");
    let ran = run.run();
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["mrlint.yaml:1", "none is configured", "AWS_REGION"] {
        assert!(text.contains(part), "no `{part}` in\n{}", ran.stdout);
    }
}
