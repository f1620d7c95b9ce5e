//! The table at the widths that terminals have.

use super::support::binary::Mrlint;
use super::support::foreign::{assert_tame, columns};

fn demo(width: &str, args: &[&str]) -> String {
    let all = ["demo", "--fail-on", "never"].iter().chain(args);
    let ran = Mrlint::new(all).env("COLUMNS", width).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout
}

fn assert_fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(
            columns(line) <= width,
            "{} of {width}: {line}",
            columns(line)
        );
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [60, 80, 100, 200] {
        let text = demo(&width.to_string(), &[]);
        assert_tame("without colour", &text);
        assert_fits(&text, width);
        // A wide terminal is used.
        let widest = text.lines().map(columns).max().unwrap_or_default();
        assert!(widest > width * 3 / 4, "{widest} of {width}");
    }
}

#[test]
fn colour_changes_no_word() {
    let plain = demo("80", &["--color", "never"]);
    let coloured = demo("80", &["--color", "always"]);
    assert!(coloured.contains("\u{1b}["));
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((text, order)) = rest.split_once("\u{1b}[") {
        bare += text;
        rest = order.split_once('m').map_or("", |(_, rest)| rest);
    }
    bare += rest;
    let trimmed = |text: &str| {
        text.lines()
            .map(|it| it.trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(trimmed(&bare), trimmed(&plain));
}
