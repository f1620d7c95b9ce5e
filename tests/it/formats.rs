//! Every format, read by its own reader, whatever the estate holds: tests/readers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::binary::Mrlint;
use crate::support::foreign::corpus;
use crate::support::server::{Server, scratch};
use crate::support::venv::{lab_dir, python};

const ESTATE: &str = include_str!("../../reports/examples/estate.jsonl");

/// Every format that is one text and has a reader there.
const TEXTS: [&str; 9] = [
    "json",
    "junit",
    "markdown",
    "csv",
    "github",
    "gitlab",
    "ocsf",
    "asff",
    "prometheus",
];

fn readers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers")
}

/// A folder with `report.FORMAT` for each format, made of an inventory.
fn written(inventory: &str, more: &[&str]) -> PathBuf {
    let folder = scratch("formats");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("inventory.jsonl");
    fs::write(&path, inventory).expect("the inventory");
    let parquet = cfg!(feature = "parquet").then_some("parquet");
    let formats: Vec<String> = TEXTS
        .into_iter()
        .chain(parquet)
        .map(|name| format!("{name}={}", folder.join(format!("report.{name}")).display()))
        .collect();
    let mut args = vec!["check", path.to_str().expect("UTF-8"), "--fail-on", "never"];
    args.extend(["--min-coverage", "0"]);
    args.extend(more);
    args.extend(formats.iter().flat_map(|it| ["-f", it.as_str()]));
    let ran = Mrlint::new(args).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    folder
}

/// What the readers say of a folder, and whether it is right.
fn read(folder: &Path, formats: &[&str]) -> (bool, String) {
    let output = Command::new(python("readers"))
        .arg(readers().join("read.py"))
        .arg(folder)
        .args(formats)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said.into_owned())
}

fn assert_read(what: &str, folder: &Path) {
    let (right, said) = read(folder, &[]);
    assert!(right, "{what}:\n{said}");
    let texts = TEXTS.iter().filter(|it| !["json", "asff"].contains(it));
    for format in texts {
        assert!(
            said.contains(&format!("{format}: ")),
            "{what}: {format} was not read"
        );
    }
    let parquet = said.contains("parquet: ");
    assert_eq!(parquet, cfg!(feature = "parquet"), "{what}: {said}");
}

/// The sample estate without one Region, and with the gap that says why.
fn denied(region: &str) -> String {
    let mut lines = Vec::new();
    for line in ESTATE.lines() {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        // Buckets are listed once for all Regions.
        let resource = &line["resource"];
        if resource["region"] == region && resource["kind"] != "AWS::S3::Bucket" {
            continue;
        }
        if line["reading"]["region"] == region {
            let kinds = line["reading"]["kinds"].take();
            let account = &line["reading"]["account"];
            line = json!({ "gap": {
                "account": account, "region": region, "operation": "sts:AssumeRole",
                "cause": "denied_by_scp", "action": null, "message": null, "hides": kinds, "calls": 1,
            } });
        }
        lines.push(line.to_string());
    }
    lines.join("\n")
}

/// The sample estate, in which everything that has a name has a hostile one.
fn hostile() -> String {
    let mut names = corpus().into_iter().cycle();
    let mut line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        if let Some(resource) = line.get_mut("resource") {
            let evil = names.next().unwrap_or_default();
            for key in ["name", "arn"] {
                let own = resource[key].as_str().unwrap_or_default();
                resource[key] = json!(format!("{evil}{own}{evil}"));
            }
            // A few applications, each of an evil name.
            let app = format!("{}{}", evil, evil.len() % 3);
            resource["tags"] = json!({ "app": app });
        }
        line.to_string()
    };
    let lines: Vec<String> = ESTATE.lines().map(&mut line).collect();
    lines.join("\n")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn the_sample_estate_is_read_in_every_format() {
    assert_read("as guessed", &written(ESTATE, &[]));
    let intent = lab_dir().join("intent/mrlint.yaml");
    assert_read(
        "as declared",
        &written(ESTATE, &["--config", text(&intent)]),
    );
}

#[test]
fn findings_that_cannot_be_judged_again_are_in_every_format() {
    let before = written(ESTATE, &[]).join("report.json");
    let folder = written(&denied("eu-west-1"), &["--previous", text(&before)]);
    let report = fs::read_to_string(folder.join("report.json")).expect("the report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert!(report["since"]["carried"].as_array().expect("a list").len() > 20);
    let mended = report["since"]["mended"].as_array().expect("a list");
    let mended: Vec<&Value> = mended.iter().map(|it| &it["resource"]["arn"]).collect();
    assert!(mended.is_empty(), "{mended:?}");
    assert_read("a denied Region", &folder);
}

#[test]
fn no_name_breaks_out_of_any_format() {
    let hostile = hostile();
    let folder = written(&hostile, &[]);
    assert_read("hostile names", &folder);
    let before = folder.join("report.json");
    // Half of it gone: hostile names among what is mended and carried, too.
    let half = hostile.lines().enumerate();
    let half = half.filter(|(at, line)| at % 2 == 0 || !line.contains("\"resource\""));
    let half: Vec<&str> = half.map(|(_, line)| line).collect();
    let folder = written(&half.join("\n"), &["--previous", text(&before)]);
    assert_read("hostile names of another run", &folder);
}

/// A reader that takes everything proves nothing.
#[test]
fn the_readers_refuse_what_is_wrong() {
    let folder = written(ESTATE, &[]);
    for (format, from, to) in [
        ("junit", "<failure type=", "<failure kind="),
        ("junit", "failures=\"", "failures=\"1"),
        ("markdown", "| critical |", "| <b>critical</b> |"),
        ("csv", "open,", "=open,"),
        ("csv", "open,", "\"open,"),
        ("github", "::error title=", "::error ti:tle="),
        ("gitlab", "\"blocker\"", "\"worst\""),
        ("gitlab", "\"path\": \"", "\"path\": \"arn:"),
        ("ocsf", "\"class_uid\":2003", "\"class_uid\":2004"),
        ("ocsf", "\"cloud\":", "\"clouds\":"),
        ("prometheus", "gauge", "gouge"),
        ("prometheus", "mrlint_findings{", "mrlint_findings["),
    ] {
        let path = folder.join(format!("report.{format}"));
        let right = fs::read_to_string(&path).expect("the report");
        let wrong = right.replacen(from, to, 1);
        assert_ne!(right, wrong, "{format} holds no {from}");
        fs::write(&path, wrong).expect("written");
        let (taken, said) = read(&folder, &[format]);
        assert!(
            !taken && said.contains(" is wrong: "),
            "{format} with {to}: {said}"
        );
        fs::write(&path, right).expect("written");
    }
}

/// What a user does with the file, against moto's Security Hub.
#[test]
fn security_hub_takes_every_batch() {
    let moto = Server::moto();
    let before = written(ESTATE, &[]).join("report.json");
    let intent = lab_dir().join("intent/mrlint.yaml");
    let denied = denied("eu-west-1");
    for (inventory, more) in [
        (ESTATE, vec![]),
        (ESTATE, vec!["--config", text(&intent)]),
        (denied.as_str(), vec!["--previous", text(&before)]),
        (&hostile(), vec![]),
    ] {
        let output = Command::new(python("moto"))
            .arg(readers().join("import_asff.py"))
            .arg(written(inventory, &more))
            .arg(moto.url())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("Python runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{more:?}: {said}");
        assert!(output.stdout.starts_with(b"asff: "), "{said}");
    }
}

/// The format never changes the code, and several files are no standard output.
#[test]
fn every_format_goes_to_standard_output_but_folders() {
    for format in TEXTS {
        let ran = Mrlint::new(["demo", "-f", format]).run();
        assert_eq!(ran.code, Some(1), "{format}: {}", ran.stderr);
        assert!(!ran.stdout.is_empty(), "{format}");
    }
    if cfg!(feature = "parquet") {
        let ran = Mrlint::new(["demo", "-f", "parquet"]).run();
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains("parquet=FOLDER"), "{}", ran.stderr);
    }
}

#[test]
fn an_earlier_report_that_is_none_is_a_usage_error() {
    let folder = scratch("previous");
    fs::create_dir_all(&folder).expect("a folder");
    let (empty, wrong) = (folder.join("empty"), folder.join("wrong"));
    fs::write(&empty, "").expect("a file");
    fs::write(&wrong, "{\"schema_version\":\"1.4\"}").expect("a file");
    let code = |path: &Path| {
        let ran = Mrlint::new(["demo", "--fail-on", "never", "--previous", text(path)]).run();
        (ran.code, ran.stderr)
    };
    assert_eq!(code(&empty).0, Some(0));
    for path in [wrong, folder.join("missing")] {
        let (code, said) = code(&path);
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.contains("--previous") && said.contains("an empty file"),
            "{said}"
        );
    }
}
