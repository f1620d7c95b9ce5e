//! The main job, whole: the real binary reads real endpoints and judges what it read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};
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

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.stdout, ran.stderr))
}

/// A line for each finding: rule, account, Region, name.
fn lines(report: &Value) -> BTreeSet<String> {
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

fn expected(world: &str) -> BTreeSet<String> {
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

fn assert_same(found: &BTreeSet<String>, expected: &BTreeSet<String>) {
    let missing: Vec<&String> = expected.difference(found).collect();
    let extra: Vec<&String> = found.difference(expected).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing: {missing:#?}\nextra: {extra:#?}"
    );
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
    let lab = shared_lab(&["healthy.yaml"]);
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

fn faulty(faults: &str) -> Server {
    let file = scratch("faults.yaml");
    fs::write(&file, format!("faults:\n{faults}")).expect("the faults");
    Server::lab_of(&[lab_dir().join("worlds/healthy.yaml"), file])
}

/// Findings of an estate in which everything is right can only be false.
fn without_false_alarm(faults: &str) -> Value {
    let lab = faulty(faults);
    let ran = Mrlint::new(["scan", "-f", "json"]).against(&lab).run();
    let report = report(&ran);
    assert_same(&lines(&report), &BTreeSet::new());
    assert_ne!(ran.code, Some(1), "{}", ran.stderr);
    report
}

fn gap<'r>(report: &'r Value, operation: &str, cause: &str) -> &'r Value {
    let gaps = report["gaps"].as_array().expect("gaps");
    let found = gaps
        .iter()
        .find(|gap| gap["operation"] == operation && gap["cause"] == cause);
    found.unwrap_or_else(|| panic!("no gap {operation} {cause} in {gaps:#?}"))
}

#[test]
fn a_denied_listing_is_a_gap_and_what_needs_it_is_unknown() {
    let report =
        without_false_alarm("  - {service: dynamodb, operation: ListTables, do: denied}\n");
    let gap = gap(&report, "dynamodb:ListTables", "denied");
    assert_eq!(gap["action"], "dynamodb:ListTables");
    assert_eq!(gap["hides"][0], "AWS::DynamoDB::Table");
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let rule = verdicts
        .iter()
        .find(|it| it["rule"] == "DATA-DDB-001")
        .expect("the rule");
    assert!(rule["unknown"].as_u64() > Some(0), "{rule}");
    assert_eq!(rule["pass"], 0, "{rule}");
}

#[test]
fn a_denied_property_leaves_only_what_reads_it_open() {
    let faults = "  - {service: s3, operation: GetBucketReplication, do: denied}\n";
    let report = without_false_alarm(faults);
    let gap = gap(&report, "s3:GetBucketReplication", "denied");
    assert_eq!(gap["action"], "s3:GetReplicationConfiguration");
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let rule = |id: &str| {
        verdicts
            .iter()
            .find(|it| it["rule"] == id)
            .expect("the rule")
    };
    assert!(rule("DATA-S3-001")["unknown"].as_u64() > Some(0));
    assert!(rule("DATA-DDB-001")["pass"].as_u64() > Some(0));
}

#[test]
fn each_fault_has_its_cause_and_none_ends_the_run() {
    let causes = [
        ("denied-by-scp", "denied_by_scp"),
        ("internal", "other"),
        ("garbage", "other"),
        ("truncated", "other"),
        ("reset", "other"),
        ("expired-token", "credentials"),
        ("opt-in-required", "region_disabled"),
    ];
    for (fault, cause) in causes {
        let faults = format!("  - {{service: rds, operation: DescribeDBClusters, do: {fault}}}\n");
        let report = without_false_alarm(&faults);
        gap(&report, "rds:DescribeDBClusters", cause);
    }
}

/// A bucket that is deleted while it is read is not one without replication.
#[test]
fn a_bucket_that_is_gone_when_asked_about_is_left_out() {
    for operation in [
        "GetBucketVersioning",
        "GetBucketReplication",
        "GetBucketEncryption",
    ] {
        let gone = "{code: NoSuchBucket, status: 404, message: gone}";
        let faults = format!("  - {{service: s3, operation: {operation}, do: {gone}}}\n");
        let lab = faulty(&faults);
        let file = scratch("inventory.jsonl");
        let name = file.to_str().expect("a path in UTF-8");
        let ran = Mrlint::new(["collect", "-o", name]).against(&lab).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let read = fs::read_to_string(&file).expect("the inventory");
        assert!(!read.contains("NoSuchBucket"), "{operation} is a gap");
        let bucket = read
            .lines()
            .find(|line| line.contains("\"kind\":\"AWS::S3::Bucket\""));
        assert_eq!(bucket, None, "{operation}");
    }
}

#[test]
fn a_throttle_that_passes_is_no_gap() {
    let faults = "  - {service: ec2, operation: DescribeVpcs, do: throttle, times: 2}\n";
    let report = without_false_alarm(faults);
    assert_eq!(report["gaps"], Value::Array(vec![]));
}

#[test]
fn unread_names_leave_the_active_regions_unknown_unless_declared() {
    let faults = "  - {service: route53, operation: ListHostedZones, do: denied}\n";
    let report = without_false_alarm(faults);
    assert_eq!(report["workloads"][0]["active"], Value::Array(vec![]));
    assert!(report["coverage"]["share"].as_f64() < Some(0.5));
    let lab = faulty(faults);
    let ran = Mrlint::new([
        "scan",
        "-f",
        "json",
        "--active",
        "eu-west-1,eu-central-1",
        "--min-coverage",
        "1",
    ])
    .against(&lab)
    .run();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(self::report(&ran)["workloads"][0]["active"][1], "eu-west-1");
}

#[test]
fn wrong_credentials_end_with_what_to_do() {
    let lab = shared_lab(&["healthy.yaml"]);
    let ran = Mrlint::new(["scan"])
        .towards(lab)
        .access_key("AKIANOBODY0000000000")
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error: ") && ran.stderr.contains("help: "),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_region_that_is_misspelt_is_a_usage_error() {
    let lab = shared_lab(&["healthy.yaml"]);
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
    let called: BTreeSet<String> = lab.requests().iter().map(operation).collect();
    let mut declared: BTreeSet<String> = mrlint::collect::operations()
        .iter()
        .map(|it| it.name.to_owned())
        .collect();
    // Only for endpoints that list buckets without their Regions; the lab does as AWS does.
    declared.remove("s3:GetBucketLocation");
    // The role of the second account is taken on by the SDK, for the user, not by a collector.
    declared.insert("sts:AssumeRole".to_owned());
    assert_same(&called, &declared);
}
