//! What changed between nights, through the real binary: the sample estate, with one defect mended and
//! one Region out of reach the night after.

mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::binary::{Mrlint, Ran};
use crate::support::server::scratch;

const ESTATE: &str = include_str!("../../reports/examples/estate.jsonl");
const MENDED: &str = "arn:aws:dynamodb:eu-west-1:111111111111:table/sessions";
const DENIED: &str = "us-east-1";

/// The inventory of a night in November 2026. `mended`: without the table that is not global;
/// `denied`: nothing of a Region could be read.
fn night(folder: &Path, day: u8, mended: bool, denied: bool) -> PathBuf {
    let lines = ESTATE
        .lines()
        .map(|it| serde_json::from_str(it).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    let mut hidden = BTreeMap::<String, BTreeSet<String>>::new();
    let there = |it: &&Value| it["reading"]["region"] == DENIED;
    for reading in lines.iter().filter(there).map(|it| &it["reading"]) {
        let kinds = reading["kinds"].as_array().expect("kinds").iter();
        let account = reading["account"].as_str().expect("an account").to_owned();
        let kinds = kinds.map(|it| it.as_str().expect("a kind").to_owned());
        hidden.entry(account).or_default().extend(kinds);
    }
    let gone = |it: &Value| {
        let resource = &it["resource"];
        let hides = hidden.get(resource["account"].as_str().unwrap_or_default());
        let kind = resource["kind"].as_str().unwrap_or_default();
        resource["region"] == DENIED && hides.is_some_and(|it| it.contains(kind))
            || it["reading"]["region"] == DENIED
    };
    let mut text = String::new();
    for mut line in lines {
        if (denied && gone(&line)) || (mended && line["resource"]["arn"] == MENDED) {
            continue;
        }
        if line.get("mrlint_inventory").is_some() {
            line["finished"] = json!(format!("2026-11-{day:02}T06:00:42Z"));
        }
        text += &format!("{line}\n");
    }
    for (account, kinds) in hidden.iter().filter(|_| denied) {
        let gap = json!({ "gap": {
            "account": account, "region": DENIED, "operation": "ec2:DescribeVpcs",
            "cause": "denied_by_scp", "action": null, "message": null, "hides": kinds, "calls": 1,
        } });
        text += &format!("{gap}\n");
    }
    let path = folder.join(format!("{day}.jsonl"));
    fs::write(&path, text).expect("the inventory");
    path
}

fn folder() -> PathBuf {
    let folder = scratch("nights");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn run(args: &[&str]) -> Ran {
    Mrlint::new(args).run()
}

fn name(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn parsed(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr))
}

fn items<'d>(diff: &'d Value, class: &'d str) -> impl Iterator<Item = &'d Value> {
    let all = diff["items"].as_array().expect("items").iter();
    all.filter(move |it| it["class"] == class)
}

/// A folder with these nights in its history.
fn kept(nights: &[(u8, bool, bool)]) -> PathBuf {
    let folder = folder();
    for (day, mended, denied) in nights {
        let night = night(&folder, *day, *mended, *denied);
        let args = [
            "check",
            name(&night),
            "-f",
            "json",
            "--state-dir",
            name(&folder),
        ];
        let ran = run(&args);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    }
    folder
}

fn valid(document: &Value, schema: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("reports/json")
        .join(schema);
    let schema = fs::read_to_string(path).expect("the schema");
    let schema = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_diff_says_what_changed_and_what_could_not_be_compared() {
    let folder = folder();
    let (old, new) = (
        night(&folder, 23, false, false),
        night(&folder, 24, true, true),
    );
    let ran = run(&["diff", name(&old), name(&new), "-f", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let diff = parsed(&ran);
    valid(&diff, "diff-v1.schema.json");
    let fixed: Vec<&Value> = items(&diff, "fixed").collect();
    assert!(
        fixed.iter().any(|it| it["resource"]["arn"] == MENDED),
        "{fixed:#?}"
    );
    assert!(
        fixed.iter().all(|it| it["resource"]["region"] != DENIED),
        "{fixed:#?}"
    );
    let lost: Vec<&Value> = items(&diff, "not_comparable").collect();
    let hidden = lost
        .iter()
        .find(|it| it["rule"] == "DATA-AUR-002")
        .expect("of the Region");
    let because = hidden["because"].as_str().expect("why");
    assert!(
        because.contains("ec2:DescribeVpcs in account 111111111111, us-east-1"),
        "{because}"
    );
    // Only that the estate was not listed whole is new.
    let new: Vec<&str> = items(&diff, "new")
        .filter_map(|it| it["rule"].as_str())
        .collect();
    assert!(
        new.iter().all(|it| *it == "GOV-INV-001") && !new.is_empty(),
        "{new:?}"
    );
    assert!(diff["coverage"]["tenths"].as_i64() < Some(0));
    let shop = &diff["workloads"].as_array().expect("workloads")[1];
    assert_eq!(shop["workload"], "shop");
}

/// What a report says is what the inventory says, judged by the same rules.
#[test]
fn reports_and_inventories_are_compared_alike() {
    let folder = folder();
    let (old, new) = (
        night(&folder, 23, false, false),
        night(&folder, 24, true, true),
    );
    let report = folder.join("23.json");
    let out = format!("json={}", name(&report));
    run(&["check", name(&old), "-f", &out]);
    let diff = |old: &Path| run(&["diff", name(old), name(&new), "-f", "json"]).stdout;
    assert_eq!(diff(&old), diff(&report));
    for format in ["table", "markdown"] {
        let ran = run(&["diff", name(&old), name(&new), "-f", format]);
        assert!(ran.stdout.contains("DATA-AUR-002"), "{}", ran.stdout);
        assert!(ran.stdout.contains("not read any more"), "{}", ran.stdout);
    }
}

#[test]
fn new_findings_fail_the_gate_and_nothing_else_does() {
    let folder = folder();
    let (good, bad) = (
        night(&folder, 23, true, false),
        night(&folder, 24, false, false),
    );
    let code = |args: &[&str]| run(&[&["diff"], args].concat()).code;
    assert_eq!(code(&[name(&good), name(&bad)]), Some(0));
    assert_eq!(code(&[name(&good), name(&bad), "--fail-on-new"]), Some(1));
    assert_eq!(
        code(&[name(&bad), name(&good), "--fail-on-new=low"]),
        Some(0)
    );
    assert_eq!(
        code(&[name(&bad), name(&bad), "--fail-on-new=low"]),
        Some(0)
    );
}

#[test]
fn what_could_not_be_read_for_a_night_is_no_news_the_night_after() {
    let folder = kept(&[(23, false, false), (24, true, true), (25, false, false)]);
    let ran = run(&[
        "diff",
        "--since",
        "last",
        "--state-dir",
        name(&folder),
        "-f",
        "json",
    ]);
    let diff = parsed(&ran);
    let news = ["new", "first_seen"].map(|class| items(&diff, class).collect::<Vec<_>>());
    // The table is there again; the Region's findings were carried on.
    let arns: Vec<&Value> = news
        .iter()
        .flatten()
        .map(|it| &it["resource"]["arn"])
        .collect();
    assert!(arns.contains(&&json!(MENDED)), "{arns:#?}");
    assert!(
        news.iter()
            .flatten()
            .all(|it| it["resource"]["region"] != DENIED),
        "{arns:#?}"
    );
    let known = items(&diff, "unchanged").filter(|it| it["last_seen"] == "2026-11-23T06:00:42Z");
    assert!(known.count() > 0);
    // Since the first night nothing changed at all.
    let args = [
        "diff",
        "--since",
        "2026-11-23",
        "--state-dir",
        name(&folder),
    ];
    let ran = run(&args);
    assert!(
        ran.stdout.trim_end().ends_with(" unchanged"),
        "{}",
        ran.stdout
    );
    let ran = run(&[
        "diff",
        "--since",
        "2026-11-22",
        "--state-dir",
        name(&folder),
    ]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn the_history_has_a_line_for_each_run_and_says_where_it_goes() {
    let folder = kept(&[(23, false, false), (24, true, true), (24, true, true)]);
    let history = |args: &[&str]| {
        let ran = run(&[&["history", "--state-dir", name(&folder)], args].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran
    };
    let document = parsed(&history(&["-f", "json"]));
    valid(&document, "history-v1.schema.json");
    let runs = document["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 2, "the same run twice is one");
    assert_eq!(runs[0]["finished"], "2026-11-23T06:00:42Z");
    assert!(runs[0]["findings"]["critical"].as_u64() > runs[1]["findings"]["critical"].as_u64());
    let table = history(&[]).stdout;
    assert!(
        table.contains("score of shop ") && table.contains(" → "),
        "{table}"
    );
    let csv = history(&["-f", "csv", "-n", "1"]).stdout;
    assert!(csv.starts_with("run,finished,workload,score,"), "{csv}");
    assert!(!csv.contains("2026-11-23"), "{csv}");
}

#[test]
fn what_is_in_the_baseline_is_known_and_does_not_fail() {
    let folder = folder();
    let (good, bad) = (
        night(&folder, 23, true, false),
        night(&folder, 24, false, false),
    );
    let baseline = folder.join("baseline.json");
    run(&[
        "check",
        name(&good),
        "-f",
        &format!("json={}", name(&baseline)),
    ]);
    let check = |night: &Path| run(&["check", name(night), "--baseline", name(&baseline)]);
    let ran = check(&good);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains(" (known)"), "{}", ran.stdout);
    let ran = check(&bad);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("against the baseline: "),
        "{}",
        ran.stderr
    );
    // The other way round it says what is mended.
    run(&[
        "check",
        name(&bad),
        "-f",
        &format!("json={}", name(&baseline)),
    ]);
    let ran = check(&good);
    assert!(
        ran.stderr.contains("fixed: DATA-DDB-001 "),
        "{}",
        ran.stderr
    );
}

#[test]
fn only_what_is_new_since_the_last_run_fails() {
    let folder = kept(&[(23, true, false)]);
    let check = |night: &Path| {
        let state = [
            "--state-dir",
            name(&folder),
            "--fail-on-new",
            "--min-coverage",
            "0",
        ];
        run(&[&["check", name(night)], &state[..]].concat())
    };
    let same = night(&folder, 24, true, false);
    assert_eq!(check(&same).code, Some(0));
    let worse = night(&folder, 25, false, false);
    let ran = check(&worse);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("since 2026-11-24T06:00:42Z: "),
        "{}",
        ran.stderr
    );
    // The same again is no news, nor is a night of which less could be read.
    let denied = night(&folder, 26, false, true);
    assert_eq!(check(&denied).code, Some(0));
}

#[test]
fn a_damaged_history_is_said_before_anything_is_judged_and_left_alone() {
    let folder = folder();
    let night = night(&folder, 23, false, false);
    let history = folder.join("history.redb");
    fs::write(&history, "notes of somebody ".repeat(500)).expect("the file");
    let ran = run(&["check", name(&night), "--state-dir", name(&folder)]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("move the file away"), "{}", ran.stderr);
    assert!(
        fs::read_to_string(&history)
            .expect("the file")
            .starts_with("notes")
    );
    let other = folder.join("2.json");
    fs::write(&other, r#"{"schema_version": "2.0"}"#).expect("the file");
    let ran = run(&["diff", name(&other), name(&night)]);
    assert!(
        ran.stderr.contains("a report of version 2.0"),
        "{}",
        ran.stderr
    );
}
