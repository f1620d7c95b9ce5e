//! The loss of a Region as a user plays it through: the real binary, the sample estate, every format.

use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};

fn simulate(args: &[&str]) -> Ran {
    Mrlint::new(["simulate"].iter().chain(args)).run()
}

fn json(args: &[&str]) -> Value {
    let ran = simulate(&[args, &["-f", "json", "--fail-on", "never"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

fn outcome<'d>(document: &'d Value, loss: &str) -> &'d Value {
    let all = document["outcomes"].as_array().expect("outcomes");
    let found = all.iter().find(|it| it["loss"] == loss);
    found.unwrap_or_else(|| panic!("no {loss} in {all:#?}"))
}

/// tests/lab/worlds/demo says of each why.
#[test]
fn the_sample_estate_fails_where_its_defects_say_so() {
    let all = json(&[]);
    let lost = outcome(&all, "eu-west-1");
    assert_eq!(lost["outcome"], "fails");
    let causes = lost["causes"].to_string();
    for named in [
        "Secret shop/api in eu-west-1",
        "cart.acme-shop.com",
        "geo.acme-shop.com",
    ] {
        assert!(causes.contains(named), "no {named} in {causes}");
    }
    let lost = outcome(&all, "us-east-1");
    assert!(
        lost["causes"]
            .to_string()
            .contains("health check account-us is disabled")
    );
    let planes = lost["control_planes"].to_string();
    assert!(planes.contains("Route 53"), "{planes}");
    let apart = outcome(&all, "us-west-2");
    assert_eq!(apart["outcome"], "survives", "{apart:#}");
    assert_eq!(apart["rto"]["upper"], 0);
    // Three Regions: any two of them too.
    outcome(&all, "eu-central-1+eu-west-1");
}

#[test]
fn the_document_holds_to_its_schema_and_never_changes() {
    let all = json(&[]);
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/reports/json/simulation-v1.schema.json"
    );
    let schema = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(&all)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(all, json(&[]));
}

#[test]
fn the_exit_code_says_whether_something_fails() {
    let code = |args: &[&str]| simulate(args).code;
    assert_eq!(code(&["--lose", "eu-west-1"]), Some(1));
    assert_eq!(code(&["--lose", "us-west-2"]), Some(0));
    assert_eq!(
        code(&["--lose", "eu-west-1", "--fail-on", "never"]),
        Some(0)
    );
}

#[test]
fn people_read_a_matrix_and_why() {
    let ran = simulate(&["--lose", "eu-west-1,us-west-2", "--assumptions"]);
    for part in [
        "shop without eu-west-1: fails",
        "survives",
        "operator-step",
        "no promise",
    ] {
        assert!(ran.stdout.contains(part), "no {part} in {}", ran.stdout);
    }
    let markdown = simulate(&["--lose", "eu-west-1", "-f", "markdown"]).stdout;
    assert!(
        markdown.contains("| shop | eu-west-1 | **fails** |"),
        "{markdown}"
    );
}

#[test]
fn slips_are_usage_errors() {
    for (args, said) in [
        (["--lose", "eu-wets"], "`eu-wets` is no Region"),
        (["--lose", "eu-wets-1"], "did you mean `eu-west-1`?"),
        (["--lose", "dynamodv:eu-west-1"], "did you mean `dynamodb`?"),
        (["--workload", "shp"], "did you mean `shop`?"),
        (["--format", "jsn"], "did you mean `json`?"),
    ] {
        let ran = simulate(&args);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

/// What tests/sarif/check.sh shows to the validator says what the other formats say.
#[test]
fn sarif_has_a_result_for_each_loss_that_is_not_borne() {
    let ran = simulate(&["-f", "sarif", "--fail-on", "never"]);
    let document: Value = serde_json::from_str(&ran.stdout).expect("SARIF");
    let run = &document["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "mrlint-simulate/shop/");
    let results = run["results"].as_array().expect("results");
    let told: Vec<&str> = results
        .iter()
        .filter_map(|it| it["properties"]["loss"].as_str())
        .collect();
    let all = json(&[]);
    let outcomes = all["outcomes"].as_array().expect("outcomes");
    let borne = |it: &&Value| it["outcome"] == "fails" || it["outcome"] == "degraded";
    let bad = outcomes.iter().filter(borne);
    let bad: Vec<&str> = bad.filter_map(|it| it["loss"].as_str()).collect();
    assert_eq!(told, bad);
    // An unknown one must close nothing.
    let unknown = outcomes.iter().any(|it| it["outcome"] == "unknown");
    assert_eq!(run["invocations"][0]["executionSuccessful"], !unknown);
}
