//! As fast as AWS would allow, and no faster than its owner wants: a synthetic estate behind the
//! limits that AWS publishes. Nothing here depends on how fast the machine is; `benches/at_size`
//! measures.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::load::{MAIN, Recorded, ask, collected, synthetic};

const REGIONS: u32 = 3;
const EACH: u32 = 100;

fn estate() -> &'static Recorded {
    static ESTATE: OnceLock<Recorded> = OnceLock::new();
    ESTATE.get_or_init(|| synthetic(7, REGIONS, EACH))
}

/// What AWS allows, as mrlint knows it. Calls that were made apart may arrive together: the buckets
/// are that much deeper.
fn limits() -> Value {
    let text = include_str!("../../src/aws/budgets.yaml");
    let mut limits: Value = serde_saphyr::from_str(text).expect("the budgets");
    let deeper = |limit: &mut Value| {
        let burst = limit["burst"].as_f64().expect("a burst");
        limit["burst"] = json!(burst + 2.0);
    };
    deeper(&mut limits["default"]);
    limits["limits"]
        .as_array_mut()
        .expect("limits")
        .iter_mut()
        .for_each(deeper);
    limits
}

/// Calls that were not throttled, by account, Region, service and operation.
fn calls(stats: &Value) -> BTreeMap<String, u64> {
    let rows = stats["rows"].as_array().expect("rows").iter();
    let row = |row: &Value| {
        let names = (0..4).map(|it| row[it].as_str().expect("a name"));
        let name = names.collect::<Vec<_>>().join(" ");
        let [calls, throttles] = [4, 5].map(|it| row[it].as_u64().expect("a count"));
        (name, calls - throttles)
    };
    rows.map(row).collect()
}

fn resources(inventory: &[Value]) -> usize {
    let gaps = inventory.iter().filter(|it| it["gap"].is_object());
    let gaps: Vec<&Value> = gaps.map(|it| &it["gap"]).collect();
    assert!(gaps.is_empty(), "{gaps:#?}");
    let resources = inventory.iter().filter(|it| it["resource"].is_object());
    resources.count()
}

#[test]
fn the_whole_of_what_aws_allows_is_taken_and_hardly_a_call_throttled() {
    let server = estate().serve();
    server.control(&json!({"template": "eu-west-1"}));
    let unlimited = resources(&collected(&server, &["--budget", "100"]));
    let made = calls(&server.known_stats());
    assert!(
        unlimited > usize::try_from(REGIONS * EACH).expect("few"),
        "{unlimited}"
    );

    server.control(&json!({"template": "eu-west-1", "latency_ms": 50, "limits": limits()}));
    let limited = resources(&collected(&server, &["--budget", "100"]));
    let stats = server.known_stats();
    // On a busy machine calls arrive together that were made well apart.
    let [all, throttles] = ["calls", "throttles"].map(|it| stats[it].as_u64().expect("a count"));
    assert!(
        throttles * 50 <= all,
        "{throttles} of {all} calls throttled"
    );
    assert_eq!((limited, calls(&stats)), (unlimited, made));
}

/// What another client takes of the bucket of one operation: three quarters.
struct Other {
    service: &'static str,
    operation: &'static str,
    rate: f64,
    burst: f64,
}

const OTHERS: [Other; 3] = [
    Other {
        service: "sqs",
        operation: "GetQueueAttributes",
        rate: 20.0,
        burst: 20.0,
    },
    Other {
        service: "dynamodb",
        operation: "DescribeContinuousBackups",
        rate: 10.0,
        burst: 10.0,
    },
    Other {
        service: "sns",
        operation: "GetTopicAttributes",
        rate: 30.0,
        burst: 30.0,
    },
];

impl Other {
    /// Calls until it is told to stop, never faster than its share: how many calls, and how many
    /// of them were throttled.
    fn call(&self, port: u16, until: &AtomicBool) -> (u64, u64) {
        let request = estate().request(self.service, self.operation);
        let text = |name: &str| request[name].as_str().expect("a text").to_owned();
        let (body, method, path) = (text("body"), text("method"), text("path"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nX-Amz-Target: {}\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential={MAIN}/20261125/{}/any/aws4_request, Signature=0\r\n",
            text("target"),
            body.len(),
            text("region"),
        );
        let apart = Duration::from_secs_f64(1.0 / (0.75 * self.rate));
        let (mut calls, mut throttled) = (0, 0);
        let mut at_once = 0.75 * self.burst;
        let mut next = Instant::now();
        while !until.load(Ordering::Relaxed) {
            let answer = ask(port, &head, &body);
            calls += 1;
            throttled += u64::from(!answer.starts_with("HTTP/1.1 200"));
            at_once -= 1.0;
            if at_once < 1.0 {
                // What was missed is not made up for.
                next = next.max(Instant::now()) + apart;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        }
        (calls, throttled)
    }
}

#[test]
fn at_a_quarter_a_client_that_takes_the_rest_is_never_throttled() {
    let server = estate().serve();
    server.control(&json!({"template": "eu-west-1", "latency_ms": 20, "limits": limits()}));
    let done = AtomicBool::new(false);
    let (read, others) = std::thread::scope(|scope| {
        let work = |other: &'static Other| scope.spawn(|| other.call(server.port(), &done));
        let others: Vec<_> = OTHERS.iter().map(work).collect();
        let read = collected(&server, &["--budget", "25"]);
        done.store(true, Ordering::Relaxed);
        let ends = others.into_iter().map(|it| it.join().expect("it ends"));
        (read, ends.collect::<Vec<_>>())
    });
    assert!(resources(&read) > usize::try_from(EACH).expect("few"));
    for (other, (calls, throttled)) in OTHERS.iter().zip(others) {
        let name = format!("{}:{}", other.service, other.operation);
        assert_eq!(throttled, 0, "{name}: {throttled} of {calls}");
        assert!(calls > 20, "{name}: only {calls} calls");
    }
    assert_eq!(server.known_stats()["throttles"], 0);
}
