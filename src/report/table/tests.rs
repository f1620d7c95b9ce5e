//! The table, as people see it.

use super::findings::first_sentence;
use super::*;
use crate::report::format::{GroupBy, View};
use crate::report::samples;

fn rendered(report: &Report, width: u16, colour: bool) -> String {
    let mut bytes = Vec::new();
    let terminal = Terminal {
        width,
        colour,
        ..Terminal::default()
    };
    render(report, &terminal, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [80, 200] {
        let text = rendered(&samples::hostile(), width, false);
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(
            widest <= usize::from(width),
            "{widest} columns of {width}:\n{text}"
        );
    }
}

#[test]
fn nothing_but_text_reaches_a_terminal_without_colour() {
    let text = rendered(&samples::hostile(), 100, false);
    assert!(
        text.chars().all(|it| !it.is_control() || it == '\n'),
        "{text:?}"
    );
    assert!(!text.contains('\u{202e}'));
    assert!(rendered(&samples::hostile(), 100, true).contains("\u{1b}["));
}

#[test]
fn says_what_nobody_collected() {
    let text = rendered(&samples::never_asked(), 80, false);
    assert!(text.contains("AWS::DynamoDB::Table  1 place"), "{text}");
    assert!(!rendered(&samples::empty(), 80, false).contains("not collected"));
}

#[test]
fn a_fix_is_its_first_sentence_on_one_line() {
    assert_eq!(first_sentence("Do a or\nb. Then c.\n"), "Do a or b.");
    assert_eq!(first_sentence("Do a\n\nmore. x"), "Do a");
}

#[test]
fn a_workload_begins_its_line_in_colour_too() {
    assert!(rendered(&samples::hostile(), 80, true).contains("\n\u{1b}[1mworkload"));
}

#[test]
fn a_hundred_per_cent_is_everything() {
    let percent = |decided, unknown| crate::report::Coverage { decided, unknown }.percent();
    assert_eq!(percent(99_999, 1), "99.9");
    assert_eq!(percent(1, 0), "100.0");
    assert_eq!(percent(0, 0), "100.0");
    assert_eq!(percent(0, 9), "0.0");
    assert_eq!(percent(2, 1), "66.6");
}

#[test]
fn says_what_was_not_read_and_what_was_guessed() {
    let text = rendered(&samples::hostile(), 100, false);
    for part in [
        "not read",
        "dynamodb:ListTables",
        "guessed",
        "--active",
        "1 critical",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[test]
fn findings_stand_together_under_what_is_asked_for() {
    let report = samples::hostile();
    let by = |group_by, top| {
        let terminal = Terminal {
            width: 100,
            view: View { group_by, top },
            ..Terminal::default()
        };
        let mut bytes = Vec::new();
        render(&report, &terminal, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let first = &report.findings[0];
    let resource = by(GroupBy::Resource, None);
    let head = format!("{}: ", plain(&first.resource.arn));
    let head: String = head.chars().take(60).collect();
    assert!(resource.contains(&head), "{head} in {resource}");
    let none = by(GroupBy::Rule, Some(0));
    assert!(!none.contains(&plain(&first.message)), "{none}");
    assert!(none.contains("not shown (--top 0)"), "{none}");
    // However they stand, none is missing.
    let account = by(GroupBy::Account, None);
    let lines = account.matches(" - ").count();
    assert!(lines >= report.findings.len().min(SHOWN), "{account}");
}
