//! What people declare: the sample estate judged by its owners' own file, waivers, `init`, the score.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::reports::{assert_same, expected, lines, report};
use crate::support::server::scratch;
use crate::support::venv::lab_dir;

fn estate() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/examples/estate.jsonl");
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn intent() -> PathBuf {
    lab_dir().join("intent/mrlint.yaml")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// The report on an inventory by a configuration.
fn judged(inventory: &str, config: &Path) -> Value {
    let args = ["check", inventory, "--config", text(config), "-f", "json"];
    report(&Mrlint::new(args).run())
}

/// The hand-written list, changed as the hand-written changes say.
fn declared() -> BTreeSet<String> {
    let path = lab_dir().join("intent/declared.txt");
    let changes = fs::read_to_string(path).expect("the hand-written changes");
    let mut all = expected("demo");
    for line in changes.lines() {
        let line = line.split(" # ").next().unwrap_or_default().trim();
        match line.split_once(' ') {
            Some(("-", gone)) => assert!(all.remove(gone), "{gone} is not in the list"),
            Some(("+", new)) => assert!(all.insert(new.to_owned()), "{new} is in the list"),
            _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    all
}

#[test]
fn a_declared_estate_is_judged_as_listed_by_hand() {
    let report = judged(&estate(), &intent());
    assert_same(&lines(&report), &declared());
    let names: Vec<&str> = report["workloads"]
        .as_array()
        .expect("workloads")
        .iter()
        .map(|it| it["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["analytics", "ledger", "shop"]);
    let stores = report["unassigned"]["stores"].as_array().expect("stores");
    assert_eq!(stores.len(), 2, "{stores:#?}");
}

/// A waiver is never silent: what it covers is listed with its points, and one that does nothing or
/// has run out is named with its line.
#[test]
fn waivers_are_never_silent() {
    let report = judged(&estate(), &intent());
    let waived = report["waived"].as_array().expect("waived");
    assert_eq!(waived.len(), 1, "{waived:#?}");
    assert_eq!(waived[0]["rule"], "DATA-S3-003");
    assert_eq!(waived[0]["owner"], "ann@acme.example");
    let notices: Vec<String> = report["notices"]
        .as_array()
        .expect("notices")
        .iter()
        .map(|it| format!("{} {}", it["place"], it["problem"]))
        .collect();
    for said in [
        "mrlint.yaml:34:3\" \"ROUTE-R53-014 is left out",
        "expired on 2026-10-31: its findings are open",
        "`arn:aws:rds:*:db:nowhere` covers no finding",
    ] {
        assert!(
            notices.iter().any(|it| it.contains(said)),
            "{said}: {notices:#?}"
        );
    }
    let table = Mrlint::new(["check", &estate(), "--config", text(&intent())]).run();
    assert!(
        table.stdout.contains("rebuilt from the sources"),
        "{}",
        table.stdout
    );
    assert!(
        table.stdout.contains("expired on 2026-10-31"),
        "{}",
        table.stdout
    );
}

fn judged_plain(inventory: &str) -> Value {
    report(&Mrlint::new(["check", inventory, "-f", "json"]).run())
}

#[test]
fn init_writes_what_scan_would_guess() {
    let file = scratch("mrlint.yaml");
    let ran = Mrlint::new(["init", &estate(), "-o", text(&file)]).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let guessed = lines(&judged_plain(&estate()));
    let declared = lines(&judged(&estate(), &file));
    // Declared workloads are also asked for objectives, and whether their names lead to all their
    // Regions and whether they stand anywhere else.
    let of_the_declared = ["GOV-POL-001", "GOV-SHD-001", "ROUTE-R53-013"];
    let declared = declared
        .into_iter()
        .filter(|it| !of_the_declared.iter().any(|rule| it.starts_with(rule)));
    assert_same(&declared.collect(), &guessed);
    let again = Mrlint::new(["init", &estate(), "-o", text(&file)]).run();
    assert_eq!(again.code, Some(2), "an existing file is left alone");
}

#[test]
fn the_score_can_be_worked_out_again() {
    let estate = estate();
    let config = intent();
    let args = [
        "explain",
        "score",
        "shop",
        &estate,
        "--config",
        text(&config),
    ];
    let ran = Mrlint::new(args).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for part in [
        "DATA Data replication",
        "loss",
        "what regains most",
        "capped at 59",
    ] {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
    let report = judged(&estate, &config);
    let shop = &report["workloads"][2]["score"];
    for pillar in shop["pillars"].as_array().expect("pillars") {
        let terms = pillar["terms"].as_array().expect("terms");
        let decided = terms.iter().filter(|term| !term["loss"].is_null());
        let (mut loss, mut full) = (0.0, 0.0);
        for term in decided {
            loss += term["loss"].as_f64().expect("a loss");
            let confidence = term["confidence"].as_f64().expect("a confidence");
            full += term["weight"].as_f64().expect("a weight") * confidence;
        }
        let points = (full > 0.0).then(|| (100.0 * (1.0 - loss / full)).round());
        let capped = pillar["capped"] == true;
        let points = points.map(|it| if capped { it.min(49.0) } else { it });
        assert_eq!(pillar["points"].as_f64(), points, "{pillar:#}");
    }
    let wrong = Mrlint::new(["explain", "score", "shpo", &estate]).run();
    assert!(
        wrong.stderr.contains("did you mean `shop`?"),
        "{}",
        wrong.stderr
    );
}

fn workload<'r>(report: &'r Value, name: &str) -> &'r Value {
    let all = report["workloads"].as_array().expect("workloads");
    let found = all.iter().find(|it| it["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// The loss of one Region caps who means to live through it, and not who said otherwise.
#[test]
fn a_workload_that_goes_down_with_a_region_is_capped_unless_that_was_declared() {
    let file = scratch("mrlint.yaml");
    let declared = fs::read_to_string(intent()).expect("the configuration");
    let other = declared.replacen("active-active", "backup-and-restore", 1);
    fs::write(&file, other).expect("a file");
    let capped = |config: &Path| {
        let report = judged(&estate(), config);
        let shop = workload(&report, "shop");
        let losses = shop["losses"].as_array().expect("losses").iter();
        let lost = losses.filter(|it| it["outcome"] == "fails").count();
        assert!(lost > 2, "{lost} losses fail");
        let caps = shop["score"]["caps"].as_array().expect("caps").clone();
        let without = |it: &&Value| {
            let cause = it["cause"].as_str().unwrap_or_default();
            it["at"] == 39 && cause.starts_with("it fails without ")
        };
        caps.iter().filter(without).count()
    };
    // Of each of two Regions; pairs of Regions cap nobody.
    assert_eq!(capped(&intent()), 2);
    assert_eq!(capped(&file), 0);
}

/// What a report says of losses is what `simulate` says of them.
#[test]
fn reports_and_simulate_tell_the_same_losses() {
    let report = judged(&estate(), &intent());
    let config = intent();
    let args = [
        "simulate",
        &estate(),
        "--config",
        text(&config),
        "-f",
        "json",
    ];
    let more = ["--fixes", "never", "--fail-on", "never"];
    let ran = Mrlint::new(args.iter().chain(&more)).run();
    let simulated: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let plain = |it: &Value| {
        let mut it = it.clone();
        let all = it.as_object_mut().expect("an outcome");
        all.retain(|key, _| !key.starts_with("fixes"));
        it
    };
    let outcomes = simulated["outcomes"].as_array().expect("outcomes");
    let outcomes: Vec<Value> = outcomes.iter().map(plain).collect();
    let workloads = report["workloads"].as_array().expect("workloads").iter();
    let told = workloads.flat_map(|it| it["losses"].as_array().expect("losses"));
    let told: Vec<Value> = told.cloned().collect();
    assert!(told.len() > 10, "{}", told.len());
    assert_eq!(told, outcomes);
}

#[test]
fn findings_lie_where_their_workload_is_declared() {
    let args = [
        "check",
        &estate(),
        "--config",
        "tests/lab/intent/mrlint.yaml",
        "-f",
        "sarif",
    ];
    let ran = Mrlint::new(args).from(env!("CARGO_MANIFEST_DIR")).run();
    let document = report(&ran);
    let runs = document["runs"].as_array().expect("runs");
    let categories: Vec<&str> = runs
        .iter()
        .map(|run| run["automationDetails"]["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(
        categories,
        ["mrlint/analytics/", "mrlint/ledger/", "mrlint/shop/"]
    );
    let results = runs[2]["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = &place["artifactLocation"]["uri"];
        assert_eq!(uri, "tests/lab/intent/mrlint.yaml", "{result}");
        assert_eq!(place["region"]["startLine"], 10, "{result}");
    }
    assert!(runs[2]["properties"]["score"]["points"].is_number());
}

#[test]
fn a_wrong_configuration_is_a_usage_error_with_its_place() {
    let file = scratch("mrlint.yaml");
    fs::write(
        &file,
        "version: 1\nworkloads:\n  - name: shop\n    ownr: x\n",
    )
    .expect("a file");
    let ran = Mrlint::new(["check", &estate(), "--config", text(&file)]).run();
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("mrlint.yaml:4:5: unknown field `ownr`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("did you mean `owner`?"),
        "{}",
        ran.stderr
    );
    let ran = Mrlint::new(["config", "schema"]).run();
    let schema: Value = serde_json::from_str(&ran.stdout).expect("a schema");
    assert_eq!(schema["title"], "mrlint.yaml, version 1");
}
