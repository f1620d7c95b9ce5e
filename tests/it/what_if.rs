//! What an estate would be, as a user asks: the real binary, the sample estate, every format.

use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};

const SHORT: [&str; 2] = ["--lose", "eu-central-1"];

fn what_if(args: &[&str]) -> Ran {
    Mrlint::new(["what-if"].iter().chain(args)).run()
}

fn text(args: &[&str]) -> String {
    let ran = what_if(args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&text(&[args, &["-f", "json"]].concat())).expect("JSON")
}

fn rules(findings: &Value) -> Vec<&str> {
    let all = findings.as_array().expect("findings").iter();
    all.map(|it| it["rule"].as_str().expect("a rule")).collect()
}

#[test]
fn a_mended_finding_is_gone_and_its_outcome_moves() {
    let all = json(&["--fix", "DATA-ELC-001", "--lose", "eu-central-1"]);
    assert_eq!(all["moves"], true);
    let shop = &all["outcomes"][0];
    assert_eq!(shop["workload"], "shop");
    assert_eq!(shop["before"]["outcome"], "unknown");
    assert_eq!(shop["after"]["outcome"], "degraded");
    assert!(rules(&all["findings_gone"]).contains(&"DATA-ELC-001"));
    let done = all["changes"][0]["done"].as_array().expect("changes");
    let made = done
        .iter()
        .find(|it| it["what"].to_string().contains("made as a secondary"));
    assert_eq!(
        made.expect("a secondary")["resource"],
        "ReplicationGroup jobs-queue in eu-west-1"
    );
}

#[test]
fn one_finding_can_be_mended_by_its_arn_and_its_rule_by_name() {
    let arn = "arn:aws:dynamodb:eu-west-1:111111111111:table/sessions";
    let all = json(
        &[
            &["--fix", &format!("dynamodb-table-not-global={arn}")],
            &SHORT[..],
        ]
        .concat(),
    );
    assert_eq!(
        all["changes"][0]["change"],
        format!("fix DATA-DDB-001 of {arn}")
    );
    let gone = all["findings_gone"].as_array().expect("findings");
    assert_eq!(gone.len(), 1, "{gone:#?}");
    assert_eq!(gone[0]["arn"], arn);
}

#[test]
fn changes_are_applied_regions_first_and_settings_last() {
    let all = json(&[
        "--set",
        "record-ttl=20",
        "--fix",
        "DATA-DDB-001",
        "--add-region",
        "us-west-2",
        "--lose",
        "us-west-2",
    ]);
    let changes = all["changes"].as_array().expect("changes").iter();
    let changes: Vec<&str> = changes
        .map(|it| it["change"].as_str().expect("a change"))
        .collect();
    assert_eq!(
        changes,
        ["add us-west-2", "fix DATA-DDB-001", "set record-ttl to 20"]
    );
    let shop = &all["outcomes"][0];
    assert_eq!(shop["before"]["rto"]["upper"], 0);
    assert_ne!(shop["after"]["rto"]["upper"], 0);
}

#[test]
fn what_moves_nothing_is_said_plainly_and_what_cannot_be_modelled_too() {
    let told = text(
        &[
            &["--fix", "GOV-POL-001", "--set", "operator-step=900"],
            &["--lose", "us-west-2"][..],
        ]
        .concat(),
    );
    assert!(told.contains("nothing moves"), "{told}");
    assert!(
        told.contains("what mending GOV-POL-001 would change is not modelled"),
        "{told}"
    );
    let told = text(&[
        "--fix",
        "DATA-DDB-001=arn:aws:dynamodb:eu-west-1:1:table/none",
        "--lose",
        "us-west-2",
    ]);
    assert!(
        told.contains("DATA-DDB-001 finds nothing at arn:aws:dynamodb:eu-west-1:1:table/none"),
        "{told}"
    );
}

#[test]
fn what_makes_no_sense_is_a_usage_error_with_what_is_nearest() {
    for (args, says) in [
        (
            &["--add-region", "eu-wets-1"][..],
            "did you mean `eu-west-1`?",
        ),
        (&["--fix", "DATA-DDB-01"], "did you mean `DATA-DDB-001`?"),
        (&["--set", "record-tll=3"], "did you mean `record-ttl`?"),
        (&["--set", "health-check-interval=11"], "10 or 30 seconds"),
        (
            &["--set", "record-ttl=3", "--workload", "shpo"],
            "did you mean `shop`?",
        ),
        (
            &["--set", "record-ttl=3", "--lose", "eu-west-9"],
            "is no Region",
        ),
        (&[], "nothing is to be changed"),
    ] {
        let ran = what_if(args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_document_holds_to_its_schema_and_never_changes() {
    let args = [
        &["--fix", "DATA-S3-001", "--fix", "ROUTE-R53-011"],
        &SHORT[..],
    ]
    .concat();
    let all = json(&args);
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/reports/json/what-if-v1.schema.json"
    );
    let schema = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(&all)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(all, json(&args));
}

#[test]
fn people_get_tables_of_what_moves() {
    let args = [&["--fix", "DATA-ELC-001"], &SHORT[..]].concat();
    let table = text(&args);
    assert!(table.contains("unknown -> degraded"), "{table}");
    assert!(table.contains("1 finding gone"), "{table}");
    let markdown = text(&[&args[..], &["-f", "markdown"]].concat());
    assert!(markdown.contains("**fix DATA-ELC-001**"), "{markdown}");
    assert!(markdown.contains("| shop | eu-central-1 |"), "{markdown}");
}
