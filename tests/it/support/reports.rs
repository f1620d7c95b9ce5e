//! Reports as lines that can be compared with lists written by hand.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::binary::Ran;
use super::venv::lab_dir;

pub(crate) fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.stdout, ran.stderr))
}

/// A line for each finding: rule, account, Region, name.
pub(crate) fn lines(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().expect("findings");
    let line = |finding: &Value| {
        let resource = &finding["resource"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parts = [
            &finding["rule"],
            &resource["account"],
            &resource["region"],
            &resource["name"],
        ];
        parts.map(text).join(" ").replace("  ", " ")
    };
    findings.iter().map(line).collect()
}

pub(crate) fn expected(world: &str) -> BTreeSet<String> {
    let path = lab_dir().join("worlds").join(world).join("expected.txt");
    let text = fs::read_to_string(path).expect("the hand-written list");
    let lines = text
        .lines()
        .map(|line| line.split(" # ").next().unwrap_or_default().trim());
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn assert_same(found: &BTreeSet<String>, expected: &BTreeSet<String>) {
    let missing: Vec<&String> = expected.difference(found).collect();
    let extra: Vec<&String> = found.difference(expected).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing: {missing:#?}\nextra: {extra:#?}"
    );
}

/// Against the official schema of SARIF.
pub(crate) fn assert_valid_sarif(document: &Value) {
    // The pattern of `language` has a stray bracket that strict readers of patterns refuse.
    let schema = include_str!("../../../reports/sarif/sarif-2.1.0.schema.json")
        .replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("the schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
