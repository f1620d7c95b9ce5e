//! Messages by hand: what they hold, what names in them cannot do, how long they are.

use super::message::{Line, Part, message};
use super::text::{SNS, text};
use super::{Channel, Message, On, Secret, Target};
use crate::history::diff::diff;
use crate::history::record::Record;
use crate::history::tests::build::{finding, run};
use crate::report::diff::Diff;
use crate::rule::meta::Severity;

const WEST: &str = "eu-west-1";
const CENTRAL: &str = "eu-central-1";

fn target(on: &[On]) -> Target {
    Target {
        channel: Channel::Slack {
            url: Secret::Variable("HOOK".to_owned()),
        },
        on: on.iter().copied().collect(),
        least: Severity::Low,
        expiring_days: 14,
    }
}

fn told(target: &Target, old: &Record, new: &Record) -> Option<Message> {
    let diff: Diff = diff(old, new).unwrap();
    message(target, &diff, old, new)
}

fn parts(target: &Target, old: &Record, new: &Record) -> Vec<(&'static str, usize)> {
    let message = told(target, old, new);
    let parts = message.into_iter().flat_map(|it| it.parts);
    parts.map(|it| (it.what, it.count)).collect()
}

#[test]
fn a_message_holds_the_change_only() {
    let old = run(1)
        .fails(WEST, "old")
        .fails(WEST, "mended")
        .fails(CENTRAL, "hidden")
        .passes(WEST, "bad");
    let new = run(2)
        .fails(WEST, "old")
        .passes(WEST, "mended")
        .fails(WEST, "bad")
        .denied(CENTRAL);
    let (old, new) = (old.end(), new.end());
    let all = target(&On::ALL);
    assert_eq!(
        parts(&all, &old, &new),
        [("new", 1), ("fixed", 1), ("coverage", 1)]
    );
    let message = told(&all, &old, &new).unwrap();
    assert_eq!(message.title, "mrlint: 1 new, 1 fixed, coverage dropped");
    let body = text(&message);
    assert!(
        !body.contains("table old") && !body.contains("table hidden"),
        "{body}"
    );
    assert!(
        body.contains("1 finding could not be judged again and stay open"),
        "{body}"
    );
    assert_eq!(parts(&target(&[On::Fixed]), &old, &new), [("fixed", 1)]);
    let severe = Target {
        least: Severity::Critical,
        ..target(&[On::New, On::Fixed])
    };
    assert_eq!(told(&severe, &old, &new), None);
    assert_eq!(told(&all, &new, &new), None);
}

/// The day is the run's: 14 days before the first of December is the seventeenth.
#[test]
fn a_waiver_is_told_of_once_when_its_end_is_near() {
    let night = |day| run(day).waives(WEST, "t").waives(WEST, "u").end();
    let expiring = target(&[On::Expiring]);
    assert_eq!(parts(&expiring, &night(15), &night(16)), []);
    assert_eq!(parts(&expiring, &night(16), &night(17)), [("expiring", 1)]);
    assert_eq!(parts(&expiring, &night(17), &night(18)), []);
    let message = told(&expiring, &night(16), &night(17)).unwrap();
    let line = &message.parts[0].lines[0].text;
    assert_eq!(line, "waiver of team for 2 findings ends after 2026-12-01");
}

fn hostile(lines: usize, length: usize) -> Message {
    let evil = "<!channel> <@U1> & <https://evil.test|x> \u{1b}[31m\u{202e}";
    let line = Line {
        severity: Some("high"),
        rule: Some("DATA-DDB-001".to_owned()),
        workload: Some(evil.to_owned()),
        resource: Some(evil.to_owned()),
        fingerprint: None,
        text: format!("{evil}{}", "x".repeat(length)),
    };
    Message {
        schema_version: "1.0",
        id: "a-b".to_owned(),
        title: evil.repeat(10),
        from: evil.to_owned(),
        to: evil.to_owned(),
        parts: vec![
            Part {
                what: "new",
                count: lines * 2,
                lines: vec![line; lines],
            };
            5
        ],
    }
}

#[test]
fn no_name_mentions_anybody_in_slack() {
    let channel = target(&[]).channel;
    let body = channel.body(&hostile(3, 0)).unwrap();
    assert!(!body.contains('<') && !body.contains('\u{202e}'), "{body}");
    assert!(body.contains("&lt;!channel&gt;"), "{body}");
    let payload: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(payload["blocks"][1]["text"]["verbatim"], true);
}

#[test]
fn what_is_too_long_is_cut_and_counted() {
    let message = hostile(200, 300);
    let body = target(&[]).channel.body(&message).unwrap();
    let payload: serde_json::Value = serde_json::from_str(&body).unwrap();
    let blocks = payload["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    for block in blocks {
        let text = block["text"]["text"].as_str().unwrap_or_default();
        assert!(text.chars().count() <= 3000, "{}", text.chars().count());
    }
    let section = blocks[1]["text"]["text"].as_str().unwrap();
    let shown = section.matches('•').count();
    assert!(
        section.ends_with(&format!("and {} more", 400 - shown)),
        "{section}"
    );
    assert!(blocks[0]["text"]["text"].as_str().unwrap().chars().count() <= 150);
    let text = text(&hostile(2000, 300));
    assert!(text.len() <= SNS, "{}", text.len());
}

#[test]
fn what_grew_worse_is_told() {
    let mut worse = finding(WEST, "t");
    worse.severity = Severity::Critical;
    let (old, new) = (run(1).fails(WEST, "t").end(), run(2).fails_as(worse).end());
    assert_eq!(parts(&target(&[On::New]), &old, &new), [("new", 1)]);
    assert_eq!(parts(&target(&[On::New]), &new, &old), []);
}
