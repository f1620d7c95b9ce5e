//! A configuration made of what was worked out: every line of it a guess to be checked.

use std::fmt::Write as _;

use crate::estate::Estate;
use crate::inventory::Region;
use crate::workload::{Workload, Workloads};

const HEAD: &str = "\
# What mrlint worked out of an inventory. Check every line: from here on it is what you mean.
# `mrlint config schema` prints the schema for your editor; `mrlint config check` reads this file.
version: 1

workloads:
";

/// How many ARNs a workload without a tag of its own is written with.
const ARNS: usize = 200;

/// The text of `mrlint.yaml`. Writing to a String cannot fail, so its results are not looked at.
pub(super) fn written(estate: &Estate<'_>, all: &Workloads) -> String {
    let mut text = HEAD.to_owned();
    for workload in &all.workloads {
        write_one(estate, workload, &mut text);
    }
    text
}

fn write_one(estate: &Estate<'_>, workload: &Workload, text: &mut String) {
    for guess in &workload.guesses {
        let _ = writeln!(
            text,
            "  # {}, because {}",
            comment(&guess.what),
            comment(&guess.because)
        );
    }
    let _ = writeln!(text, "  - name: {}", quoted(&workload.name));
    text.push_str("    # owner: who answers for it\n");
    if let Some(posture) = workload.posture.get() {
        let _ = writeln!(text, "    posture: {posture}");
    }
    if let Some(active) = workload.active.get().filter(|it| !it.regions.is_empty()) {
        let _ = writeln!(
            text,
            "    regions: {{active: {}}}",
            list(active.regions.iter().map(Region::as_str))
        );
    }
    text.push_str("    # rto: 5m\n    # rpo: 1m\n    # boundary: eu\n");
    if !workload.entry_points.is_empty() {
        let names = workload
            .entry_points
            .iter()
            .map(|entry| entry.name.as_str());
        let _ = writeln!(text, "    entry_points: {}", list(names));
    }
    text.push_str("    select:\n");
    if workload.found_by.is_empty() {
        arns(estate, workload, text);
    } else {
        for tags in &workload.found_by {
            let tags = tags.iter();
            let tags: Vec<String> = tags
                .map(|(key, value)| format!("{}: {}", quoted(key), quoted(&literal(value))))
                .collect();
            let _ = writeln!(text, "      - tags: {{{}}}", tags.join(", "));
        }
    }
}

fn arns(estate: &Estate<'_>, workload: &Workload, text: &mut String) {
    text.push_str("      - arns:\n");
    let mut members = workload.members.iter().map(|at| &estate.resource(*at).arn);
    for arn in members.by_ref().take(ARNS) {
        let _ = writeln!(text, "          - {}", quoted(&literal(arn)));
    }
    match (members.count(), workload.members.is_empty()) {
        (0, false) => {}
        (_, true) => text.push_str("          - \"*\"\n"),
        (more, _) => {
            let _ = writeln!(
                text,
                "          # and {more} more: better told apart by a tag"
            );
        }
    }
}

/// A glob that fits the text alone.
fn literal(text: &str) -> String {
    globset::escape(text)
}

fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// As YAML reads it back, whatever is in it; nothing of it is obeyed by a terminal.
fn quoted(text: &str) -> String {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    let code = text.contains('-') && text.starts_with(|it: char| it.is_ascii_lowercase());
    if code && text.chars().all(plain) {
        text.to_owned()
    } else {
        crate::report::escape::yaml(text)
    }
}

fn comment(text: &str) -> String {
    crate::report::escape::plain(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::inventory::snapshot;

    const SAMPLE: &str = include_str!("../../reports/examples/estate.jsonl");

    /// What is written is read again, and selects what it was made of.
    #[test]
    fn what_is_written_means_what_was_worked_out() {
        let inventory = snapshot::read(SAMPLE.as_bytes(), Path::new("sample")).unwrap();
        let estate = Estate::new(&inventory);
        let worked_out = Workloads::of(&estate, &[], None);
        let text = written(&estate, &worked_out);
        let config = Config::read(Path::new("mrlint.yaml"), &text)
            .unwrap_or_else(|errors| panic!("{errors:#?}\n{text}"));
        let declared = Workloads::of(&estate, &config.workloads, None);
        for (a, b) in worked_out.workloads.iter().zip(&declared.workloads) {
            assert_eq!(a.name, b.name);
            assert_eq!(
                (&a.active, &a.posture),
                (&b.active, &b.posture),
                "{}",
                a.name
            );
            let missing: Vec<_> = a
                .members
                .iter()
                .filter(|it| !b.members.contains(it))
                .collect();
            assert!(missing.is_empty(), "{}: {missing:?}", a.name);
        }
    }

    #[test]
    fn hostile_names_are_strings() {
        for name in [
            "a: b",
            "x\n- y",
            "\u{202e}",
            "\u{9b}2J\u{e0041}\u{7f}",
            "a\u{2028}b",
            "[",
            "'\"",
            "*",
            "null",
            "1",
        ] {
            let text = format!(
                "version: 1\nworkloads: [{{name: {}, select: [{{names: {}}}]}}]",
                quoted(name),
                quoted(&literal(name))
            );
            let config =
                Config::read(Path::new("x"), &text).unwrap_or_else(|it| panic!("{name:?}: {it:?}"));
            assert_eq!(config.workloads[0].name, name);
            let shown = quoted(name);
            assert_eq!(crate::report::escape::lines(&shown), shown, "{name:?}");
        }
    }
}
