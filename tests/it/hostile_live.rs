//! What strangers call their resources, on the whole way from the API to the reports.

use std::fs;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::foreign::assert_tame;
use crate::support::reports::{assert_valid_sarif, report};
use crate::support::server::{Server, scratch};
use crate::support::venv::lab_dir;

/// As a YAML string. What XML cannot carry is left out: no API can answer with it.
const EVIL: &str = "\\u202E<script>alert(1)</script>=cmd|'/c calc'!A0 \\u2066\\u200B\\u009B31m\\u0085 東京 %s {{x}}";

fn world() -> String {
    let long = "x".repeat(10_000);
    format!(
        "records:
  - in: main/eu-west-1
    dynamodb:
      tables:
        - TableName: \"{EVIL}\"
          tags: {{\"{EVIL}\": \"{EVIL}\", app: \"{EVIL}\", long: {long}}}
        - TableName: {long}
          tags: {{app: shop}}
    sqs:
      queues:
        - QueueUrl: \"https://sqs.eu-west-1.amazonaws.com/111111111111/{EVIL}\"
          tags: {{app: \"{EVIL}\"}}
"
    )
}

#[test]
fn hostile_names_and_tags_come_through_whole_and_reach_no_terminal_raw() {
    let file = scratch("hostile.yaml");
    fs::write(&file, world()).expect("the world");
    let lab = Server::lab_of(&[lab_dir().join("worlds/healthy"), file]);
    let saved = scratch("hostile.jsonl");
    let name = saved.to_str().expect("a path in UTF-8");
    for format in ["table", "json", "sarif"] {
        let args = ["scan", "-f", format, "--save", name, "--min-coverage", "1"];
        let ran = Mrlint::new(args).against(&lab).run();
        assert!(
            matches!(ran.code, Some(1 | 3)),
            "{:?}: {}",
            ran.code,
            ran.stderr
        );
        assert_tame(format, &ran.stdout);
        assert_tame(format, &ran.stderr);
        match format {
            "sarif" => assert_valid_sarif(&report(&ran)),
            "json" => {
                report(&ran);
            }
            _ => {}
        }
    }
    let read = fs::read_to_string(&saved).expect("the inventory");
    let named = read.lines().any(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let name = line["resource"]["name"].as_str().unwrap_or_default();
        name.starts_with("\u{202e}<script>") && name.contains('\u{9b}')
    });
    assert!(named, "the name is in the inventory as it is");
    let checked = Mrlint::new(["check", name]).run();
    assert_tame("check", &checked.stdout);
}
