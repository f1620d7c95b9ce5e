//! The loss of a Region as a user plays it through: the real binary, the sample estate, every format.

use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};

/// Fixes take a while, and one test looks at them.
fn simulate(args: &[&str]) -> Ran {
    Mrlint::new(["simulate", "--fixes", "never"].iter().chain(args)).run()
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

fn holds_to_the_schema(document: &Value) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/reports/json/simulation-v1.schema.json"
    );
    let schema = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_document_holds_to_its_schema_and_never_changes() {
    let all = json(&[]);
    holds_to_the_schema(&all);
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
        (["--lose", "outage:2025-10-2"], "did you mean `2025-10-20`?"),
        (["--workload", "shp"], "did you mean `shop`?"),
        (["--format", "jsn"], "did you mean `json`?"),
    ] {
        let ran = simulate(&args);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

/// What the sample estate has in us-east-1: a table of its own, services and a group behind a load
/// balancer, replicas of global tables.
#[test]
fn an_outage_is_replayed_beside_what_aws_told_of_it() {
    let all = json(&["--lose", "outage:2025-10-20"]);
    holds_to_the_schema(&all);
    let october = outcome(&all, "outage:2025-10-20");
    // Nothing is seen to need the table: what it holds is safe, and nothing fails for certain.
    assert_eq!(october["outcome"], "unknown", "{october:#}");
    let causes = october["causes"].to_string();
    for named in [
        "Table carts in us-east-1 has no copy elsewhere, and is out of reach",
        "AutoScalingGroup web-us-east-1 in us-east-1 runs on, and is neither grown nor replaced",
        "(and 2 more of ecs)",
    ] {
        assert!(causes.contains(named), "no {named} in {causes}");
    }
    let told = &all["outages"][0];
    assert_eq!(told["source"], "https://aws.amazon.com/message/101925/");
    let parts = told["parts"].as_array().expect("parts");
    let chain: Vec<(&str, String)> = parts
        .iter()
        .take(3)
        .map(|it| {
            (
                it["name"].as_str().expect("a name"),
                it["because"].to_string(),
            )
        })
        .collect();
    let of = |name, because: &str| (name, because.to_owned());
    let expected = [
        of("DynamoDB", "[]"),
        of("EC2", r#"["DynamoDB"]"#),
        of("Network Load Balancer", r#"["EC2"]"#),
    ];
    assert_eq!(chain, expected);
    for (id, outcome) in [("2024-07-30", "degraded"), ("2021-12-07", "degraded")] {
        let lost = format!("outage:{id}");
        let all = json(&["--lose", &lost]);
        assert_eq!(self::outcome(&all, &lost)["outcome"], outcome, "{all:#}");
    }
    // No outage, no story.
    assert_eq!(
        json(&["--lose", "eu-west-1"])["outages"],
        Value::Array(Vec::new())
    );
}

#[test]
fn people_read_the_chain_and_find_the_outages() {
    let ran = simulate(&["--lose", "outage:2025-10-20"]);
    for part in [
        "outage:2025-10-20 in us-east-1, 14h32m",
        "(because of DynamoDB, EC2)",
        "https://aws.amazon.com/message/101925/",
    ] {
        assert!(ran.stdout.contains(part), "no {part} in {}", ran.stdout);
    }
    let markdown = simulate(&["--lose", "outage:2025-10-20", "-f", "markdown"]).stdout;
    let link = "[outage:2025-10-20](https://aws.amazon.com/message/101925/)";
    assert!(markdown.contains(link), "{markdown}");
    let listed = simulate(&["--outages"]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    for id in [
        "outage:2025-10-20",
        "outage:2024-07-30",
        "outage:2021-12-07",
    ] {
        assert!(listed.stdout.contains(id), "no {id} in {}", listed.stdout);
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

#[test]
fn the_fixes_that_change_an_outcome_come_with_it() {
    let run = |rest: &[&str]| {
        let args = ["simulate", "--lose", "eu-central-1", "--fail-on", "never"];
        let ran = Mrlint::new(args.iter().chain(rest)).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stdout
    };
    let all: Value = serde_json::from_str(&run(&["-f", "json"])).expect("JSON");
    let first = &outcome(&all, "eu-central-1")["fixes"][0];
    assert_eq!(first["rules"][0]["rule"], "DATA-ELC-001");
    assert_eq!(first["outcome"], "degraded");
    let told = "DATA-ELC-001 (1 finding): degraded, ";
    assert!(run(&[]).contains(told));
    assert!(run(&["-f", "markdown"]).contains(&format!("- Fix {told}")));
    assert!(!run(&["--fixes", "never"]).contains(told));
}
