//! Configurations and rule files that are damaged, or made to harm: refused with file, line and
//! column, in bounded memory, with nothing of theirs raw on the terminal.

use std::fs;

use super::support::binary::{Mrlint, Ran};
use super::support::foreign::assert_tame;

const MEMORY: u32 = 1024;
const CONFIG: &str = "version: 1\n";
const RULE: &str = include_str!("../../rules/data/dynamodb-table-not-global.yaml");

/// Lists of lists of lists: nine to the twelfth.
fn exploding() -> String {
    let mut text = "[&a0 [x, x, x, x, x, x, x, x, x]".to_owned();
    for level in 1..12 {
        let last = format!("*a{}", level - 1);
        text += &format!(", &a{level} [{}]", [last.as_str(); 9].join(", "));
    }
    text + "]"
}

fn config(bytes: &[u8]) -> Ran {
    let mrlint = Mrlint::within(MEMORY, ["config", "check", "m.yaml"]);
    fs::write(mrlint.dir().join("m.yaml"), bytes).expect("the file");
    mrlint.run()
}

fn rule(bytes: &[u8]) -> Ran {
    let mrlint = Mrlint::within(MEMORY, ["rules", "test", "m.yaml"]);
    fs::write(mrlint.dir().join("m.yaml"), bytes).expect("the file");
    mrlint.run()
}

/// What is wrong, the text that follows a whole file, and a word of the message.
fn additions() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        ("not UTF-8", b"x: \xe9\n".to_vec(), "UTF-8"),
        ("NUL", b"x: \0\n".to_vec(), ""),
        (
            "hostile key",
            b"\"\\e[31m\\u202e\\0\": 1\n".to_vec(),
            "unknown field",
        ),
        ("raw orders", b"\x1b[31m: 1\n".to_vec(), ""),
        ("deep", "? ".repeat(100_000).into(), "too complex"),
        ("deep lists", "- ".repeat(100_000).into(), ""),
        ("two documents", b"---\nversion: 1\n".to_vec(), "multiple"),
        ("a tab", b"\tx: 1\n".to_vec(), "tab"),
        ("a key without end", "x".repeat(100_000).into(), ""),
        ("an open quote", b"\"x".to_vec(), ""),
        ("an unknown anchor", b"x: *nowhere\n".to_vec(), ""),
        (
            "code",
            b"!!python/object/apply:os.system [id]: 1\n".to_vec(),
            "",
        ),
        (
            "a file of somebody else",
            b"!include /etc/passwd: 1\n".to_vec(),
            "",
        ),
    ]
}

fn assert_refused(what: &str, ran: &Ran, word: &str) {
    assert_eq!(ran.code, Some(2), "{what}: {}", ran.stderr);
    let place = ran
        .stderr
        .strip_prefix("error: m.yaml:")
        .unwrap_or_default();
    assert!(
        place.starts_with(|it: char| it.is_ascii_digit()),
        "{what}: {}",
        ran.stderr
    );
    assert!(ran.stderr.contains(word), "{what}: {}", ran.stderr);
    assert!(
        ran.stderr.len() < 10_000,
        "{what}: {} bytes",
        ran.stderr.len()
    );
    assert!(!ran.stderr.contains("root:"), "{what}: {}", ran.stderr);
    assert_tame(what, &ran.stderr);
    assert_eq!(ran.stdout, "", "{what}");
}

#[test]
fn damaged_files_have_the_place_in_the_message() {
    for (what, addition, word) in additions() {
        assert_refused(
            what,
            &config(&[CONFIG.as_bytes(), &addition].concat()),
            word,
        );
        assert_refused(what, &rule(&[RULE.as_bytes(), &addition].concat()), word);
    }
    for (what, text) in [("empty", ""), ("a comment alone", "# nothing\n")] {
        assert_refused(what, &config(text.as_bytes()), "end of file");
        assert_refused(what, &rule(text.as_bytes()), "end of file");
    }
}

#[test]
fn aliases_neither_turn_in_circles_nor_explode() {
    let circle = "&a {b: *a, c: [*a]}";
    for (what, value) in [
        ("a circle", circle.to_owned()),
        ("a circle of lists", "&a [*a, *a]".to_owned()),
        ("an explosion", exploding()),
    ] {
        let option = format!("{CONFIG}rules: {{DATA-DDB-001: {{options: {{x: {value}}}}}}}\n");
        assert_refused(what, &config(option.as_bytes()), "");
        let select = format!("{CONFIG}workloads: [{{name: a, select: {value}}}]\n");
        assert_refused(what, &config(select.as_bytes()), "");
        // Properties of a case's resource hold any value.
        let case = "  - name: hostile\n    verdict: pass\n    given:\n      resources:\n";
        let case = format!("{RULE}{case}        - {{name: a, x: {value}}}\n");
        assert_refused(what, &rule(case.as_bytes()), "");
    }
}

#[test]
fn numbers_out_of_range_are_refused_where_they_stand() {
    let workload = |field: &str| {
        format!("{CONFIG}workloads:\n  - name: a\n    select: [{{names: x}}]\n    {field}\n")
    };
    for field in [
        "criticality: 99999999999999999999999",
        "criticality: -1",
        "criticality: 1e400",
        "rto: 99999999999999999999d",
        "rto: 9223372036854775807w",
        "rpo: -5m",
        "rpo: .inf",
    ] {
        let ran = config(workload(field).as_bytes());
        assert_refused(field, &ran, "");
        assert!(
            ran.stderr.starts_with("error: m.yaml:5:"),
            "{field}: {}",
            ran.stderr
        );
    }
    let version = config(b"version: 184467440737095516160\n");
    assert_refused("version", &version, "m.yaml:1:10: no whole number");
}

#[test]
fn a_long_problem_is_cut_and_many_are_counted() {
    let glob = format!(
        "{CONFIG}workloads: [{{name: a, select: [{{names: \"{}\"}}]}}]\n",
        "{a,".repeat(50_000)
    );
    assert_refused("a glob", &config(glob.as_bytes()), "…");
    let waivers =
        "  - {rule: NO-RULE-001, resource: x, owner: o, reason: r, expires: 2999-01-01}\n";
    let many = format!("{CONFIG}waivers:\n{}", waivers.repeat(3_000));
    let ran = config(many.as_bytes());
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("and 2900 more errors"),
        "{}",
        ran.stderr.len()
    );
}

/// Expressions are text of strangers too.
#[test]
fn hostile_expressions_are_refused_where_they_stand() {
    for (what, fail) in [
        (
            "deep brackets",
            format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000)),
        ),
        ("many negations", format!("{}true", "!".repeat(10_000))),
        ("a long chain", format!("true{}", " && true".repeat(20_000))),
        ("lists", "[".repeat(10_000)),
        (
            "a huge number",
            "resource.item_count > 999999999999999999999999".to_owned(),
        ),
        ("orders", "resource.name == '\u{1b}[31m".to_owned()),
    ] {
        let json = serde_json::to_string(&fail).expect("JSON");
        let lines = RULE.lines().map(|line| match line.strip_prefix("fail:") {
            Some(_) => format!("fail: {json}"),
            None => line.to_owned(),
        });
        let text: Vec<String> = lines.collect();
        assert!(
            text.iter().any(|line| line.contains(&json)),
            "the rule has one line of `fail:`"
        );
        assert_refused(what, &rule(text.join("\n").as_bytes()), "");
    }
}

#[test]
fn what_is_no_file_and_what_has_no_end_is_refused() {
    for (what, args) in [
        ("a folder", ["config", "check", "folder"]),
        ("nothing", ["config", "check", "missing.yaml"]),
        ("no end", ["config", "check", "/dev/zero"]),
        ("a link without end", ["rules", "test", "links"]),
    ] {
        let mrlint = Mrlint::within(MEMORY, args);
        fs::create_dir(mrlint.dir().join("folder")).expect("a folder");
        let links = mrlint.dir().join("links");
        fs::create_dir(&links).expect("a folder");
        std::os::unix::fs::symlink(".", links.join("circle")).expect("a link");
        std::os::unix::fs::symlink("/dev/zero", links.join("zero.yaml")).expect("a link");
        let ran = mrlint.run();
        assert_eq!(ran.code, Some(2), "{what}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{what}: {}", ran.stderr);
    }
}
