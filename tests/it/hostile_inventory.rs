//! Inventory files that are damaged, or hold what strangers named: nothing of it reaches a terminal
//! raw, everything else comes with its place and the right exit code, in bounded memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use mrlint::check::{Options, check};
use mrlint::inventory::snapshot;
use mrlint::report::Report;
use mrlint::rule::RuleSet;
use serde_json::{Value, json};

use super::support::binary::{Mrlint, Ran};
use super::support::foreign::{assert_tame, hostile};
use super::support::reports::{assert_valid_sarif, report};

const ESTATE: &str = include_str!("../../reports/examples/estate.jsonl");
/// A judgement of some hundred resources with all its formats takes a fifth of it.
const MEMORY: u32 = 1536;

fn judged(name: &str, bytes: &[u8], format: &str) -> Ran {
    let mrlint = Mrlint::within(MEMORY, ["check", name, "-f", format]);
    fs::write(mrlint.dir().join(name), bytes).expect("the inventory");
    mrlint.run()
}

fn header() -> &'static str {
    ESTATE.lines().next().expect("a header")
}

/// The sample estate with every name, tag, ARN and account made hostile.
fn hostile_estate() -> String {
    let mut lines = vec![header().to_owned()];
    for line in ESTATE.lines().skip(1) {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        if let Some(resource) = line.get_mut("resource") {
            let evil = |key: &str| hostile(resource[key].as_str().unwrap_or_default());
            let (name, arn) = (evil("name"), evil("arn"));
            resource["name"] = json!(name);
            resource["arn"] = json!(arn);
            resource["tags"] = json!({ hostile("k"): hostile("v"), "app": hostile("shop") });
        }
        lines.push(line.to_string());
    }
    let gap = json!({ "gap": {
        "account": hostile("1"), "region": hostile("eu-west-1"), "operation": hostile("x:Y"),
        "cause": "denied", "action": hostile("x:Y"), "message": hostile("no"),
        "hides": ["AWS::DynamoDB::Table"], "calls": u64::MAX,
    } });
    lines.push(gap.to_string());
    lines.join("\n")
}

#[test]
fn hostile_names_reach_no_terminal_raw_and_reports_stay_valid() {
    let estate = hostile_estate();
    let mut codes = BTreeSet::new();
    for format in ["table", "json", "sarif"] {
        let ran = judged("inventory.jsonl", estate.as_bytes(), format);
        assert_tame(format, &ran.stdout);
        assert_tame(format, &ran.stderr);
        codes.insert(ran.code);
        match format {
            "table" => assert!(ran.stdout.contains("\\u{1b}[31m"), "{}", ran.stdout),
            "sarif" => assert_valid_sarif(&report(&ran)),
            _ => {
                // JSON is for machines: they get the name as it is.
                let report = report(&ran);
                let findings = report["findings"].as_array().expect("findings");
                let whole = |it: &Value| {
                    let name = it["resource"]["name"].as_str().unwrap_or_default();
                    name.starts_with(&hostile(""))
                };
                assert!(findings.iter().any(whole));
            }
        }
    }
    assert_eq!(codes, [Some(1)].into());
}

/// What is wrong with a file, its bytes, where the message says so, and what it says.
type Damage = (&'static str, Vec<u8>, &'static str, &'static str);

fn after(line: &str) -> Vec<u8> {
    format!("{}\n{line}\n", header()).into_bytes()
}

fn table() -> &'static str {
    let mut lines = ESTATE.lines();
    let table = lines.find(|line| line.contains("\"AWS::DynamoDB::Table\""));
    table.expect("a table")
}

fn too_deep() -> Vec<Damage> {
    let table = table();
    vec![
        ("deep", after(&"[".repeat(1_000_000)), ":2:", ""),
        (
            "deep in an object",
            after(&r#"{"resource":"#.repeat(100_000)),
            ":2:",
            "",
        ),
        (
            "deep properties",
            after(&table.replace(
                "\"properties\":{",
                &format!("\"properties\":{{\"x\":{}", "[".repeat(100_000)),
            )),
            ":2:",
            "expected",
        ),
        (
            "deep and closed",
            after(&table.replace(
                "\"properties\":{",
                &format!(
                    "\"properties\":{{\"x\":{}{},",
                    "[".repeat(100_000),
                    "]".repeat(100_000)
                ),
            )),
            ":2:",
            "recursion",
        ),
    ]
}

fn damages() -> Vec<Damage> {
    let table = table();
    let middle: Vec<&str> = ESTATE.lines().collect();
    let middle = [&middle[..20], &["{\"resource\": oops"], &middle[20..]].concat();
    let utf16 = || {
        let units = ESTATE.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    vec![
        ("empty", vec![], ":1: ", "empty"),
        ("blank", b"\n\n \n".to_vec(), ":4: ", "empty"),
        ("NUL", vec![0; 100], ":1:1: ", "not the header"),
        (
            "cut off",
            ESTATE.as_bytes()[..4000].to_vec(),
            ":",
            "cut off",
        ),
        (
            "in the middle",
            middle.join("\n").into(),
            ":21:14: ",
            "expected",
        ),
        (
            "not UTF-8",
            [header().as_bytes(), b"\n\"\xff\xfe\""].concat(),
            ":2:",
            "",
        ),
        ("UTF-16", utf16(), ":1: ", "UTF-16"),
        (
            "huge number",
            after(&table.replace("\"item_count\":", "\"item_count\":99999999999999999999")),
            ":2: ",
            "expected i64",
        ),
        (
            "beyond any number",
            after(r#"{"gap":1e99999}"#),
            ":2:",
            "number",
        ),
        (
            "negative count",
            after(r#"{"gap":{"calls":-1}}"#),
            ":2:",
            "",
        ),
        ("half a surrogate", after(r#"{"\ud800":1}"#), ":2:", ""),
        (
            "unknown kind",
            after(&table.replace("DynamoDB::Table", "DynamoDB::Tabel")),
            ":2:",
            "AWS::DynamoDB::Tabel",
        ),
        ("second header", after(header()), ":2:", "mrlint_inventory"),
        (
            "newer",
            b"{\"mrlint_inventory\":3,\"new\":{}}".to_vec(),
            ":1: ",
            "newer mrlint",
        ),
        ("no version", b"{}".to_vec(), ":1: ", "not the header"),
        (
            "long line",
            after(&"x".repeat(9 << 20)),
            ":2: ",
            "longer than 8 MiB",
        ),
        (
            "hostile",
            after(&format!("{{{}:1}}", json!(hostile("k")))),
            ":2:",
            "\\u{1b}[31m",
        ),
    ]
}

#[test]
fn a_damaged_file_has_its_place_in_the_message_and_is_no_judgement() {
    for (what, bytes, place, word) in damages().into_iter().chain(too_deep()) {
        let ran = judged("inventory.jsonl", &bytes, "table");
        assert_eq!(ran.code, Some(2), "{what}: {}", ran.stderr);
        let begins = format!("error: inventory.jsonl{place}");
        assert!(ran.stderr.starts_with(&begins), "{what}: {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{what}: {}", ran.stderr);
        assert!(ran.stderr.len() < 5_000, "{what}: {}", ran.stderr.len());
        assert_tame(what, &ran.stderr);
        assert_eq!(ran.stdout, "", "{what}");
    }
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory takes everything")
}

#[test]
fn damaged_and_exploding_compressed_files_are_refused() {
    let whole = compressed(ESTATE.as_bytes());
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
    bomb.write_all(header().as_bytes()).expect("memory");
    let table = ESTATE.lines().nth(1).expect("a resource");
    // Ten gigabytes of one line would fill any memory; the tenth part of one says the same.
    let block = format!("\n{table}").repeat(10_000);
    for _ in 0..100_000_000 / block.len() {
        bomb.write_all(block.as_bytes()).expect("memory");
    }
    let bomb = bomb.finish().expect("an end");
    for (what, bytes, place, word) in [
        ("cut off", &whole[..whole.len() / 2], "inventory.zst:", ""),
        ("no frame", b"garbage".as_slice(), "inventory.zst:1: ", ""),
        ("empty", b"", "inventory.zst:1: ", "empty"),
        ("a bomb", &bomb, "inventory.zst:", "expands to more than"),
    ] {
        let ran = judged("inventory.zst", bytes, "table");
        assert_eq!(ran.code, Some(2), "{what}: {}", ran.stderr);
        let begins = format!("error: {place}");
        assert!(ran.stderr.starts_with(&begins), "{what}: {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{what}: {}", ran.stderr);
    }
}

#[test]
fn a_thing_that_is_there_twice_counts_once() {
    let resources = ESTATE.lines().filter(|it| it.contains("{\"resource\""));
    let twice = format!("{ESTATE}{}", resources.collect::<Vec<_>>().join("\n"));
    let once = judged("inventory.jsonl", ESTATE.as_bytes(), "json");
    assert_eq!(
        once.stdout,
        judged("inventory.jsonl", twice.as_bytes(), "json").stdout
    );
    assert_eq!(once.code, Some(1), "{}", once.stderr);
}

#[test]
fn what_is_no_file_is_said_and_a_device_without_end_ends() {
    let mrlint = Mrlint::new(["check", "folder"]);
    fs::create_dir(mrlint.dir().join("folder")).expect("a folder");
    let ran = mrlint.run();
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: folder: "), "{}", ran.stderr);
    let ran = Mrlint::within(MEMORY, ["check", "/dev/zero"]).run();
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with("error: /dev/zero:1: "),
        "{}",
        ran.stderr
    );
}

fn judge(text: &str, rules: &RuleSet) -> Report {
    let inventory = snapshot::read(text.as_bytes(), Path::new("i.jsonl"));
    let inventory = inventory.unwrap_or_else(|error| panic!("{error}"));
    check(&inventory, rules, &Options::default())
}

/// The lines before a damage are an inventory of their own, which claims nothing that the whole one
/// would contradict: what is cut off was not collected.
#[test]
fn nothing_is_claimed_of_what_a_cut_took_away() {
    let rules = RuleSet::builtin().expect("the rules");
    let whole = judge(ESTATE, &rules);
    let passes: BTreeMap<&str, usize> = whole
        .rules
        .iter()
        .map(|it| (it.id.as_str(), it.counts.pass))
        .collect();
    let wrong = |report: &Report| -> BTreeSet<String> {
        let id = |arn: &str| arn.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        let of = report.findings.iter().flat_map(|finding| {
            let all = finding.related.iter().chain([&finding.resource]);
            all.map(|it| format!("{} {}", finding.rule, id(&it.arn)))
                .collect::<Vec<_>>()
        });
        of.collect()
    };
    let known = wrong(&whole);
    let lines: Vec<&str> = ESTATE.lines().collect();
    let mut problems = Vec::new();
    for count in (1..lines.len()).step_by(23) {
        let part = judge(&lines[..count].join("\n"), &rules);
        for finding in &part.findings {
            let id = finding
                .resource
                .arn
                .rsplit(['/', ':'])
                .next()
                .unwrap_or_default();
            let line = format!("{} {id}", finding.rule);
            // The one rule that is about what could not be listed.
            if !known.contains(&line) && finding.rule != "GOV-INV-001" {
                problems.push(format!("{count} lines: {line}"));
            }
        }
        for rule in part
            .rules
            .iter()
            .filter(|it| it.counts.pass > passes[it.id.as_str()])
        {
            problems.push(format!(
                "{count} lines: {} passes {}",
                rule.id, rule.counts.pass
            ));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
