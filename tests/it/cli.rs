//! What a user meets at the command line without AWS: answers, errors, exit codes, files.

use std::fs;
use std::io::pipe;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::support::binary::{Mrlint, Ran};

const ACCOUNT: &str = "111111111111";

/// An inventory file: a header, then these lines.
fn inventory(lines: &[Value]) -> String {
    let regions = ["eu-central-1", "eu-west-1"];
    let header = json!({
        "mrlint_inventory": 1, "tool": "mrlint 0.1.0", "partition": "aws",
        "scope": { ACCOUNT: regions },
        "started": "2026-11-23T00:00:00Z", "finished": "2026-11-23T00:01:00Z",
    });
    let all: Vec<String> = std::iter::once(&header)
        .chain(lines)
        .map(|line| format!("{line}\n"))
        .collect();
    all.concat()
}

fn denied(region: &str) -> Value {
    json!({ "gap": {
        "account": ACCOUNT, "region": region, "operation": "dynamodb:ListTables", "cause": "denied",
        "action": "dynamodb:ListTables", "message": null, "hides": ["AWS::DynamoDB::Table"], "calls": 1,
    } })
}

/// `mrlint check` of that inventory, and the inventory's path.
fn check(text: &str, args: &[&str]) -> (Ran, PathBuf) {
    let all = ["check", "inventory.jsonl"].iter().chain(args);
    let mrlint = Mrlint::new(all);
    let path = mrlint.dir().join("inventory.jsonl");
    fs::write(&path, text).expect("the inventory");
    (mrlint.run(), path)
}

#[test]
fn what_could_not_be_read_is_incomplete_and_never_clean() {
    let text = inventory(&[denied("eu-central-1"), denied("eu-west-1")]);
    let (ran, _) = check(&text, &[]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stdout.contains("dynamodb:ListTables"), "{}", ran.stdout);
    assert!(ran.stdout.contains("not collected"), "{}", ran.stdout);
    assert!(ran.stderr.contains("unknown verdicts: "), "{}", ran.stderr);
    let (ran, _) = check(&text, &["--min-coverage", "0", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[test]
fn the_format_never_changes_the_exit_code() {
    let text = inventory(&[denied("eu-west-1")]);
    for format in ["table", "json", "sarif"] {
        let (ran, _) = check(&text, &["-f", format]);
        assert_eq!(ran.code, Some(3), "{format}: {}", ran.stderr);
        if format != "table" {
            let parsed: Result<Value, _> = serde_json::from_str(&ran.stdout);
            assert!(parsed.is_ok(), "{format}: {}", ran.stdout);
        }
    }
}

#[test]
fn several_formats_go_to_their_files_and_one_to_standard_output() {
    let args = ["-f", "table", "-f", "json=a.json", "-f", "sarif=b.sarif"];
    let (ran, path) = check(&inventory(&[]), &args);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("mrlint "), "{}", ran.stdout);
    for (name, field) in [("a.json", "schema_version"), ("b.sarif", "runs")] {
        let text = fs::read_to_string(path.with_file_name(name)).expect("the report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        assert!(!report[field].is_null(), "{name}: {text}");
    }
}

#[test]
fn a_report_never_goes_over_its_inventory_or_over_another_report() {
    let text = inventory(&[]);
    for args in [
        ["-f", "json=./inventory.jsonl"].as_slice(),
        &["-f", "json=x", "-f", "sarif=./x"],
        &["-f", "json=missing/x"],
        &["-f", "json", "-f", "table"],
    ] {
        let (ran, path) = check(&text, args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        assert_eq!(fs::read_to_string(&path).expect("the inventory"), text);
        assert!(!path.with_file_name("x").exists());
    }
}

#[test]
fn errors_name_the_line_and_carry_no_control_characters() {
    let evil = inventory(&[json!({ "resource": { "k\u{1b}[31m\u{202e}d": 1 } })]);
    let (ran, _) = check(&evil, &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("inventory.jsonl:2:"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("\\u{1b}[31m\\u{202e}"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn mistakes_are_usage_errors_with_a_near_match() {
    for (args, near) in [
        (&["demo", "--active", "eu-west1"][..], "`eu-west-1`"),
        (&["demo", "--fail-on", "hgh"], "'high'"),
        (&["demo", "--min-coverage", "2"], "from 0 to 1"),
        (&["demo", "-f", "sarf"], "`sarif`"),
        (
            &["kinds", "show", "AWS::Dynamo::Table"],
            "`AWS::DynamoDB::Table`",
        ),
        (&["explain", "ROUTE-R53-0O1"], "`ROUTE-R53-001`"),
        // Without the AWS half, nobody knows what an external id is for.
        #[cfg(feature = "live")]
        (&["scan", "--external-id", "x"], "--role-arn"),
        (&["check", "missing.jsonl"], "missing.jsonl"),
    ] {
        let ran = Mrlint::new(args).run();
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(near), "{args:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{args:?}");
    }
}

#[test]
fn answers_go_to_standard_output() {
    for (args, part) in [
        (&["--help"][..], "Exit codes"),
        (&["check", "--help"], "--min-coverage"),
        (&["rules", "list"], "ROUTE-R53-001"),
        (&["rules", "show", "ROUTE-R53-001"], "cases:"),
        (&["explain", "ROUTE-R53-001"], "Fails when"),
        (&["rules", "test"], " 0 failed"),
        (&["kinds"], "AWS::DynamoDB::Table"),
        (
            &["kinds", "show", "AWS::DynamoDB::Table"],
            "replica_regions",
        ),
        (&["completions", "bash"], "mrlint"),
        (&["man"], ".TH mrlint"),
    ] {
        let ran = Mrlint::new(args).run();
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        assert!(ran.stdout.contains(part), "{args:?}: {}", ran.stdout);
        assert_eq!(ran.stderr, "", "{args:?}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    for args in [&["--help"][..], &["rules", "list"], &["man"]] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_mrlint"));
        let status = command.args(args).stdout(writer).status();
        assert_eq!(
            status.expect("mrlint can be started").code(),
            Some(0),
            "{args:?}"
        );
    }
}

#[cfg(not(feature = "live"))]
#[test]
fn a_build_without_aws_says_so() {
    for args in [&["scan"][..], &["collect", "-o", "x.jsonl"]] {
        let ran = Mrlint::new(args).run();
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(
            ran.stderr.contains("without the AWS half"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn the_rules_are_a_site_of_files() {
    let mrlint = Mrlint::new(["rules", "docs", "-o", "site"]);
    let folder = mrlint.dir().join("site");
    let ran = mrlint.run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let list = fs::read_to_string(folder.join("index.html")).expect("the list");
    let links = list.matches("href=\"rules/").count();
    let pages = fs::read_dir(folder.join("rules"))
        .expect("the pages")
        .count();
    assert!(
        links > 100 && links == pages,
        "{links} links, {pages} pages"
    );
    let page = folder.join("rules/ISO-GRAPH-001.html");
    let page = fs::read_to_string(page).expect("a page");
    assert!(page.contains("workload.lost_needs.exists"), "{page}");
}
