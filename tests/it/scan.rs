//! The main job, whole: the real binary reads real endpoints and judges what it read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::reports::{assert_same, assert_valid_sarif, expected, lines, report};
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::lab_dir;

/// Both accounts of the sample estate, as a user's own files name them.
const CREDENTIALS: &str =
    "[main]\naws_access_key_id = AKIAMAIN000000000000\naws_secret_access_key = not-secret\n";
const CONFIG: &str = "[profile main]\nregion = eu-west-1\n\n[profile other]\nrole_arn = arn:aws:iam::222222222222:role/mrlint-reader\nexternal_id = acme-scan\nsource_profile = main\nregion = eu-west-1\n";
const BOTH: [&str; 4] = ["--profile", "main", "--profile", "other"];

fn both(command: &[&str]) -> Mrlint {
    let args: Vec<&str> = command.iter().chain(&BOTH).copied().collect();
    Mrlint::new(args).aws_files(CREDENTIALS, CONFIG)
}

#[test]
fn the_sample_estate_is_judged_as_listed_by_hand() {
    let lab = shared_lab(&["demo"]);
    let ran = both(&["scan", "--regions", "all", "-f", "json"])
        .towards(lab)
        .run();
    let report = report(&ran);
    assert_eq!(report["gaps"], Value::Array(vec![]), "{}", ran.stderr);
    assert_same(&lines(&report), &expected("demo"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

#[test]
fn a_healthy_estate_has_no_finding_and_no_gap() {
    let lab = shared_lab(&["healthy"]);
    let ran = Mrlint::new(["scan", "-f", "json"]).against(lab).run();
    let report = report(&ran);
    assert_same(&lines(&report), &BTreeSet::new());
    assert_eq!(report["gaps"], Value::Array(vec![]));
    assert_eq!(report["coverage"]["unknown"], 0, "{}", ran.stdout);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn scan_is_collect_then_check_and_order_does_not_matter() {
    let lab = shared_lab(&["demo"]);
    let file = scratch("inventory.jsonl.zst");
    let name = file.to_str().expect("a path in UTF-8");
    let scan = both(&["scan", "-f", "json", "--save", name])
        .towards(lab)
        .run();
    let formats = ["json", "sarif", "table"];
    let check = |path: &Path, format: &str| {
        let path = path.to_str().expect("a path in UTF-8");
        Mrlint::new(["check", path, "-f", format]).run().stdout
    };
    assert_eq!(scan.stdout, check(&file, "json"));

    let plain = scratch("inventory.jsonl");
    let bytes = zstd::decode_all(fs::File::open(&file).expect("the file")).expect("zstd");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut rows: Vec<&str> = text.lines().collect();
    // Any other order will do; this one moves every line.
    rows[1..].reverse();
    fs::write(&plain, rows.join("\n")).expect("the shuffled file");
    for format in formats {
        assert_eq!(check(&file, format), check(&plain, format), "{format}");
    }
}

#[test]
fn nothing_holds_a_value_of_an_environment_variable() {
    let lab = shared_lab(&["demo"]);
    let file = scratch("secrets.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let mut seen =
        fs::read_to_string(lab_dir().join("worlds/demo/lambda.yaml")).expect("the world");
    assert!(seen.contains("hunter2"), "the world plants a secret");
    for format in ["json", "sarif", "table"] {
        let ran = both(&["scan", "-f", format, "--save", name])
            .towards(lab)
            .run();
        seen = ran.stdout + &ran.stderr + &fs::read_to_string(&file).expect("the inventory");
        assert!(!seen.contains("hunter2"), "{format} holds the secret");
        assert!(!seen.contains("owner@"), "{format} holds an address");
        assert!(!seen.is_empty());
    }
}

/// The demo is what the collectors read from the sample estate: `MRLINT_BLESS=1` writes it anew.
#[test]
fn the_demo_is_the_sample_estate_as_collected() {
    let lab = shared_lab(&["demo"]);
    let file = scratch("demo.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let ran = both(&["collect", "-o", name]).towards(lab).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let fresh = fs::read_to_string(&file).expect("the inventory");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/examples/estate.jsonl");
    let body = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    if std::env::var_os("MRLINT_BLESS").is_some() {
        let header = r#"{"mrlint_inventory":1,"tool":"mrlint 0.1.0","partition":"aws","scope":SCOPE,"started":"2026-11-23T06:00:00Z","finished":"2026-11-23T06:00:42Z"}"#;
        let first: Value =
            serde_json::from_str(fresh.lines().next().expect("a header")).expect("JSON");
        let header = header.replace("SCOPE", &first["scope"].to_string());
        fs::write(
            &committed,
            format!("{header}\n{}\n", body(&fresh).join("\n")),
        )
        .expect("written");
    }
    let committed = fs::read_to_string(&committed).expect("the demo");
    assert_eq!(
        body(&committed),
        body(&fresh),
        "stale: run MRLINT_BLESS=1 cargo test"
    );
}

#[test]
fn a_region_that_is_misspelt_is_a_usage_error() {
    let lab = shared_lab(&["healthy"]);
    let ran = Mrlint::new(["scan", "--regions", "eu-wets-1"])
        .against(lab)
        .run();
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("did you mean `eu-west-1`"),
        "{}",
        ran.stderr
    );
}

/// The generated permissions are right only if this holds.
#[test]
fn what_is_called_is_what_is_declared() {
    let lab = Server::lab(&["demo"]);
    let ran = both(&["collect", "-o", "inventory.jsonl"])
        .towards(&lab)
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let operation = |line: &Value| {
        let service = match line["service"].as_str().unwrap_or_default() {
            "elbv2" => "elasticloadbalancing",
            service => service,
        };
        format!(
            "{service}:{}",
            line["operation"].as_str().unwrap_or_default()
        )
    };
    // Whoever finds the accounts of an organisation calls more.
    let org = Server::lab(&["org.yaml"]);
    let options = ["--org", "--account-tag", "env=*"];
    let args = ["collect", "-o", "inventory.jsonl"];
    let ran = Mrlint::new(args.iter().chain(&options)).against(&org).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // So does whoever asks an aggregator.
    let aggregator = crate::aggregator::world("");
    let options = ["--config-aggregator", "org"];
    let ran = Mrlint::new(args.iter().chain(&options))
        .against(&aggregator)
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let requests = [lab.requests(), org.requests(), aggregator.requests()].concat();
    let called: BTreeSet<String> = requests.iter().map(operation).collect();
    let mut declared: BTreeSet<String> = mrlint::collect::operations()
        .iter()
        .map(|it| it.name.to_owned())
        .collect();
    // Only for endpoints that list buckets without their Regions; the lab does as AWS does.
    declared.remove("s3:GetBucketLocation");
    assert_same(&called, &declared);
}

#[test]
fn roles_globs_and_excluded_regions() {
    let lab = shared_lab(&["demo"]);
    let role = "arn:aws:iam::222222222222:role/mrlint-reader";
    let args = [
        "scan",
        "-f",
        "json",
        "--role-arn",
        role,
        "--external-id",
        "acme-scan",
    ];
    let regions = [
        "--regions",
        "eu-*,us-east-1",
        "--exclude-regions",
        "eu-central-1",
    ];
    let ran = Mrlint::new(args.iter().chain(&regions)).against(lab).run();
    let report = report(&ran);
    assert_eq!(
        report["run"]["accounts"],
        serde_json::json!(["222222222222"]),
        "{}",
        ran.stderr
    );
    assert_eq!(
        report["run"]["regions"],
        serde_json::json!(["eu-west-1", "us-east-1"])
    );
}

#[test]
fn the_sarif_of_a_scan_holds_to_the_official_schema() {
    let lab = shared_lab(&["demo"]);
    let ran = both(&["scan", "-f", "sarif"]).towards(lab).run();
    let document = report(&ran);
    assert_valid_sarif(&document);
    assert!(
        !document["runs"][0]["results"]
            .as_array()
            .expect("results")
            .is_empty()
    );
}
