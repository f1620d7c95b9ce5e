//! The official schema, and what code scanning asks beyond it.

use super::*;
use crate::report::place::path;
use crate::report::{ResourceSummary, Since, samples};

fn rendered(report: &Report) -> Value {
    let mut bytes = Vec::new();
    render(report, &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../reports/sarif/sarif-2.1.0.schema.json");
    // The pattern of `language` has a stray bracket that strict readers of patterns refuse.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn many() -> Report {
    let mut report = samples::hostile();
    let finding = report.findings[0].clone();
    report.findings = vec![finding; KEPT + 1];
    report.since = None;
    report
}

#[test]
fn the_official_schema_holds() {
    for report in [samples::hostile(), samples::empty(), many()] {
        let document = rendered(&report);
        let errors: Vec<String> = schema()
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// What code scanning refuses although the schema allows it.
#[test]
fn every_location_is_a_relative_path_with_a_region() {
    let document = rendered(&samples::hostile());
    for result in document["runs"][0]["results"].as_array().unwrap() {
        let related = result["relatedLocations"].as_array().unwrap().iter();
        for location in result["locations"]
            .as_array()
            .unwrap()
            .iter()
            .chain(related)
        {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.starts_with("aws/"), "{uri}");
            assert!(!uri.contains(':') && uri.is_ascii(), "{uri}");
            let mut parts = uri.split('/');
            assert!(parts.all(|part| part != ".." && !part.is_empty()), "{uri}");
            assert_eq!(physical["region"]["startLine"], 1);
        }
    }
}

#[test]
fn names_do_not_become_links() {
    let mut report = samples::hostile();
    report.findings[0].message = "[mend](https://evil.example)".to_owned();
    report.findings[0].related[0].arn = "[x](2)".to_owned();
    let run = &rendered(&report)["runs"][0];
    assert!(!run["results"].to_string().contains("](h"), "{run}");
    let related = &run["results"][0]["relatedLocations"][0]["message"]["text"];
    assert_eq!(related, "[x] (2)");
}

#[test]
fn a_run_that_could_close_what_it_did_not_read_is_no_success() {
    let success = |decided, unknown, since: Option<Since>| {
        let mut report = samples::empty();
        report.coverage = crate::report::Coverage { decided, unknown };
        report.since = since;
        rendered(&report)["runs"][0]["invocations"][0]["executionSuccessful"].clone()
    };
    assert_eq!(success(1, 0, None), true);
    assert_eq!(success(0, 0, None), true);
    assert_eq!(success(1, 3, None), false);
    let since = samples::hostile().since;
    assert_eq!(success(1, 3, since.clone()), true);
    assert_eq!(success(0, 3, since), false);
}

#[test]
fn what_could_not_be_judged_again_is_the_same_alert() {
    let report = samples::hostile();
    let run = &rendered(&report)["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let carried = &report.carried()[0];
    assert_eq!(
        results[1]["partialFingerprints"]["mrlint/v1"],
        carried.finding.fingerprint.as_str()
    );
    assert_eq!(results[1]["properties"]["lastSeen"], *carried.last_seen);
    let text = results[1]["message"]["text"].as_str().unwrap();
    assert!(
        text.contains("could not be judged again: dynamodb:ListTables"),
        "{text}"
    );
    assert!(results[0]["properties"]["lastSeen"].is_null());
}

/// An upload says nothing of categories that are not in it: what is gone with its workload needs a
/// run to be missing from.
#[test]
fn a_workload_that_is_gone_has_a_run_until_its_alerts_are_closed() {
    let mut report = samples::hostile();
    report.findings.clear();
    let since = report.since.as_mut().unwrap();
    since.carried.clear();
    since.mended[0].workload = "former".to_owned();
    let document = rendered(&report);
    let runs = document["runs"].as_array().unwrap();
    let former = runs
        .iter()
        .find(|it| it["automationDetails"]["id"] == "mrlint/former/");
    let former = former.unwrap();
    assert_eq!(former["results"], json!([]));
    assert_eq!(former["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn kinds_that_nobody_asked_for_are_named() {
    let run = &rendered(&samples::never_asked())["runs"][0];
    let said = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(said.contains("AWS::DynamoDB::Table"), "{said}");
}

#[test]
fn a_clean_run_still_lists_its_rules() {
    let document = rendered(&samples::empty());
    let run = &document["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 0);
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
}

#[test]
fn too_many_results_are_gathered_and_said_to_be() {
    let run = &rendered(&many())["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["occurrenceCount"], KEPT + 1);
    let said = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(said.contains("gathered"), "{said}");
}

#[test]
fn names_are_pascal_case() {
    assert_eq!(
        pascal("dynamodb-table-not-global"),
        "DynamodbTableNotGlobal"
    );
}

#[test]
fn a_path_names_the_type_once() {
    let of = |kind: &str, arn: &str| {
        path(&ResourceSummary {
            kind: kind.to_owned(),
            account: "111111111111".to_owned(),
            region: "eu-west-1".to_owned(),
            arn: arn.to_owned(),
            name: "orders".to_owned(),
        })
    };
    assert_eq!(
        of(
            "AWS::DynamoDB::Table",
            "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
        ),
        "aws/111111111111/eu-west-1/dynamodb/table/orders"
    );
    assert_eq!(
        of("workload", "orders"),
        "aws/111111111111/eu-west-1/mrlint/workload/orders"
    );
}
