//! The format against its own schema, and hostile names in it.

use super::*;
use crate::report::samples;

/// The committed schema is made from the structs: `MRLINT_BLESS=1 cargo test` writes it anew.
#[test]
fn the_committed_schema_is_current_and_holds() {
    let schema = schemars::schema_for!(Document);
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    crate::committed::assert_current("reports/json/report-v1.schema.json", &text);
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [samples::hostile(), samples::empty()] {
        let mut bytes = Vec::new();
        render(&report, &mut bytes).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// Machines get the very names; whoever prints the file is not misled by them.
#[test]
fn hostile_names_are_whole_and_visible() {
    let mut report = samples::hostile();
    report.findings[0].resource.name += "\u{9b}2J\u{7f}";
    let mut bytes = Vec::new();
    render(&report, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.chars().all(|it| !it.is_control() || it == '\n'));
    assert!(!text.contains('\u{202e}'));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let name = &document["findings"][0]["resource"]["name"];
    assert_eq!(name, report.findings[0].resource.name.as_str());
}
