//! Notifications as `--dry-run` shows them: the change only, no secret.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{MENDED, kept, name, run};
use crate::support::binary::{Mrlint, Ran};

const TARGETS: &str = "version: 1\nnotify:\n  - slack: {url_env: HOOK}\n  - webhook: {url_file: hook}\n    on: [fixed]\n  - sns: {topic_arn: 'arn:aws:sns:eu-west-1:111111111111:nightly'}\n    on: [coverage]\n";

fn dry_run(folder: &Path, targets: &str) -> Ran {
    fs::write(folder.join("mrlint.yaml"), targets).expect("the configuration");
    fs::write(folder.join("hook"), "https://example.com/s3cret-file\n").expect("the address");
    let config = folder.join("mrlint.yaml");
    let args = [
        "notify",
        "--dry-run",
        "--state-dir",
        name(folder),
        "--config",
        name(&config),
    ];
    let mrlint = Mrlint::new(args);
    mrlint
        .env("HOOK", "https://hooks.slack.com/services/T0/B0/s3cret")
        .run()
}

#[test]
fn a_notification_holds_the_change_only_and_no_secret() {
    let folder = kept(&[(23, false, false), (24, true, true)]);
    let ran = dry_run(&folder, TARGETS);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        !all.contains("s3cret") && !all.contains("/services/"),
        "{all}"
    );
    for part in [
        "slack to hooks.slack.com",
        "webhook to example.com",
        "sns to arn:aws:sns:",
    ] {
        assert!(ran.stdout.contains(part), "no {part} in {}", ran.stdout);
    }
    let body = |channel: &str| -> Value {
        let mut lines = ran.stdout.lines().skip_while(|it| !it.starts_with(channel));
        serde_json::from_str(lines.nth(1).expect("a body")).expect("JSON")
    };
    let webhook = body("webhook");
    let parts = webhook["parts"].as_array().expect("parts");
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0]["what"], "fixed");
    let lines = parts[0]["lines"].as_array().expect("lines");
    assert!(
        lines.iter().any(|it| it["resource"] == MENDED),
        "{lines:#?}"
    );
    assert!(
        lines.iter().all(|it| it["rule"] != "DATA-AUR-002"),
        "{lines:#?}"
    );
    let blocks = body("slack")["blocks"].as_array().expect("blocks").len();
    assert!((3..=50).contains(&blocks), "{blocks}");
}

#[test]
fn nothing_changed_and_nothing_is_sent() {
    let folder = kept(&[(23, false, false), (24, false, false)]);
    let ran = dry_run(&folder, TARGETS);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        ran.stderr.matches("nothing is sent").count(),
        3,
        "{}",
        ran.stderr
    );
}

#[test]
fn slips_are_usage_errors_that_do_not_repeat_secrets() {
    let folder = kept(&[(23, false, false)]);
    for (targets, said) in [
        (
            "version: 1\nnotify: [{slack: {url_env: 'https://hooks.slack.com/s3cret'}}]\n",
            "secrets do not stand here",
        ),
        ("version: 1\nnotify: [{slack: {}}]\n", "url_env"),
        (
            "version: 1\nnotify: [{on: [new]}]\n",
            "one of slack, webhook and sns",
        ),
        (
            "version: 1\nnotify: [{sns: {topic_arn: x}}]\n",
            "`x` is no ARN of a topic",
        ),
        ("version: 1\nhistory: {keep: 1}\n", "keep 1 is not from 2"),
    ] {
        let ran = dry_run(&folder, targets);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(said) && !ran.stderr.contains("s3cret"),
            "{}",
            ran.stderr
        );
    }
    let ran = run(&["diff", "--since", "last", "--state-dir", name(&folder)]);
    assert!(
        ran.stderr.contains("no run before that one"),
        "{}",
        ran.stderr
    );
    let ran = run(&["diff", name(&folder.join("23.jsonl"))]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}
