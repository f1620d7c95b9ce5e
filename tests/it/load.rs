//! The load server itself: it says what the fake says, for as many accounts and Regions as are
//! wanted, no faster than it is told to, and it counts.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::binary::Mrlint;
use crate::support::load::{MAIN, ask, collected, load};
use crate::support::server::{Server, shared_lab};

/// Without its times.
fn body(mut inventory: Vec<Value>) -> Vec<Value> {
    inventory.remove(0);
    inventory
}

/// A request as any client might make it; the status of the answer.
fn list_tables(server: &Server, key: &str, region: &str) -> u16 {
    let head = format!(
        "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\
         X-Amz-Target: DynamoDB_20120810.ListTables\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={key}/20261125/{region}/dynamodb/aws4_request, Signature=0\r\n",
        LIST.len(),
    );
    let answer = ask(server.port(), &head, LIST);
    let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
    status.unwrap_or_else(|| panic!("no status: {answer}"))
}

/// What `mrlint` asks with.
const LIST: &str = r#"{"Limit":100}"#;

#[test]
fn it_says_what_the_fake_says() {
    let load = load(&["demo"]);
    let from_fake = collected(shared_lab(&["demo"]), &[]);
    assert_eq!(body(collected(&load, &[])), body(from_fake));
    let stats = load.known_stats();
    assert_eq!(
        (&stats["throttles"], &stats["faults"]),
        (&json!(0), &json!(0))
    );
    assert!(stats["most_in_flight"].as_u64() > Some(1), "{stats}");
}

#[test]
fn it_says_it_for_other_accounts() {
    let load = load(&["healthy"]);
    let alone = collected(&load, &[]);
    load.control(&json!({"accounts": 3}));
    let roles: Vec<String> = (0..3)
        .map(|it| format!("arn:aws:iam::{}:role/reader", 100_000_000_000_u64 + it))
        .collect();
    let roles: Vec<&str> = roles.iter().flat_map(|it| ["--role-arn", it]).collect();
    let three = collected(&load, &roles);
    let stats = load.known_stats();

    let resources = |inventory: &[Value], account: &str| -> Vec<String> {
        let lines = inventory
            .iter()
            .filter(|it| it["resource"]["account"] == account);
        // Owners that policies and names spell out stay who they are.
        let kind = |it: &Value| format!("{} {}", it["resource"]["kind"], it["resource"]["name"]);
        let mut lines: Vec<String> = lines.map(kind).collect();
        lines.retain(|it| !it.contains("Organizations") && !it.contains("AWS::Account"));
        lines.sort();
        lines
    };
    let expected = resources(&alone, "111111111111");
    assert!(expected.len() > 50, "{expected:?}");
    for account in ["100000000000", "100000000001", "100000000002"] {
        assert_eq!(resources(&three, account), expected, "{account}");
    }
    let organised = three
        .iter()
        .filter(|it| it["resource"]["kind"] == "AWS::Organizations::Account");
    assert_eq!(organised.count(), 3);
    let mut calls: BTreeMap<&str, u64> = BTreeMap::new();
    for row in stats["rows"].as_array().expect("rows") {
        let account = row[0].as_str().expect("an account");
        *calls.entry(account).or_default() += row[4].as_u64().expect("calls");
    }
    // The roles are taken on with the keys of the first account.
    assert_eq!(calls["111111111111"], 3, "{calls:?}");
    assert_eq!(calls["100000000001"], calls["100000000002"], "{calls:?}");
}

#[test]
fn it_throttles_as_it_is_told_to_and_no_more() {
    let load = load(&["healthy"]);
    let limit = json!({"service": "dynamodb", "operations": ["List*"], "per": "operation",
                       "where": "region", "rate": 0.001, "burst": 3});
    load.control(&json!({"limits": {"limits": [limit]}}));
    let asked = |region, times: usize| -> Vec<u16> {
        (0..times)
            .map(|_| list_tables(&load, MAIN, region))
            .collect()
    };
    assert_eq!(asked("eu-west-1", 5), [200, 200, 200, 400, 400]);
    // Another Region and another account have buckets of their own.
    assert_eq!(asked("eu-central-1", 4), [200, 200, 200, 400]);
    assert_eq!(list_tables(&load, "AKIA333333333333ABCD", "eu-west-1"), 200);
    let stats = load.known_stats();
    assert_eq!(
        (&stats["calls"], &stats["throttles"]),
        (&json!(10), &json!(3))
    );
}

#[test]
fn a_limit_of_the_account_holds_in_all_regions() {
    let load = load(&["healthy"]);
    let limit = json!({"service": "dynamodb", "operations": ["*"], "per": "service",
                       "where": "account", "rate": 0.001, "burst": 2});
    load.control(&json!({"limits": {"limits": [limit]}}));
    let regions = ["eu-west-1", "eu-central-1", "eu-north-1"];
    let statuses = regions.map(|it| list_tables(&load, MAIN, it));
    assert_eq!(statuses, [200, 200, 400]);
}

#[test]
fn what_nobody_recorded_is_refused_and_counted() {
    let load = load(&["healthy"]);
    assert_eq!(list_tables(&load, MAIN, "mars-north-1"), 400);
    let stats = load.stats();
    assert_eq!(stats["unknown"], 1, "{stats}");
    let told = stats["unknown_requests"][0].as_str().expect("a request");
    assert!(told.contains("DynamoDB_20120810.ListTables"), "{told}");
    // Unless another Region stands for it.
    load.control(&json!({"template": "eu-west-1"}));
    assert_eq!(list_tables(&load, MAIN, "mars-north-1"), 200);
}

#[test]
fn every_answer_takes_the_latency_and_they_overlap() {
    let load = load(&["healthy"]);
    load.control(&json!({"latency_ms": 300}));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| list_tables(&load, MAIN, "eu-west-1"));
        }
    });
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(load.stats()["most_in_flight"], 20);
}

#[test]
fn keys_of_a_role_run_out() {
    let load = load(&["healthy"]);
    load.control(&json!({"accounts": 2, "session_seconds": -1}));
    let role = "arn:aws:iam::100000000001:role/reader";
    let ran = Mrlint::new(["collect", "-o", "it.jsonl", "--role-arn", role])
        .against(&load)
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("xpired"), "{}", ran.stderr);
}
