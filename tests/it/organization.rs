//! Accounts of an organisation: which are chosen, who is asked for them, and how their roles are
//! taken on and kept.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::support::binary::{Mrlint, Ran};
use crate::support::reports::report;
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::lab_dir;

const MAIN: &str = "111111111111";
const SHOP: &str = "222222222222";
const LEDGER: &str = "333333333333";
const SANDBOX: &str = "444444444444";
const SHUT: &str = "666666666666";

fn org() -> &'static Server {
    shared_lab(&["org.yaml"])
}

fn org_with(more: &str) -> Server {
    let file = scratch("more.yaml");
    fs::write(&file, more).expect("more of the world");
    Server::lab_of(&[lab_dir().join("worlds/org.yaml"), file])
}

fn scan(args: &[&str]) -> Mrlint {
    Mrlint::new(
        ["scan", "-f", "json", "--fail-on", "never"]
            .into_iter()
            .chain(args.iter().copied()),
    )
}

/// The accounts of the report, whether they could be read or not.
fn asked(ran: &Ran) -> Value {
    report(ran)["run"]["accounts"].clone()
}

fn calls(lab: &Server, service: &str) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for line in lab.requests() {
        if line["service"] == service {
            let operation = line["operation"].as_str().unwrap_or_default().to_owned();
            *calls.entry(operation).or_default() += 1;
        }
    }
    calls
}

#[test]
fn all_active_accounts_of_the_organisation_are_read_and_one_that_is_shut_is_a_gap() {
    let lab = Server::lab(&["org.yaml"]);
    let ran = scan(&["--org", "--min-coverage", "0"]).against(&lab).run();
    assert_eq!(
        asked(&ran),
        json!([MAIN, SHOP, LEDGER, SANDBOX, SHUT]),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report = report(&ran);
    let gaps = report["gaps"].as_array().expect("gaps");
    let shut: Vec<_> = gaps
        .iter()
        .filter(|gap| gap["operation"] == "sts:AssumeRole")
        .collect();
    assert_eq!(shut.len(), 1, "{shut:?}");
    assert_eq!(shut[0]["account"], SHUT);
    assert_eq!(shut[0]["cause"], "denied");

    // What is left out, and what is done in another way than told, is said.
    let said = |part: &str| assert!(ran.stderr.contains(part), "no `{part}` in {}", ran.stderr);
    said("left out because SUSPENDED: 1 account: 555555555555 (left)");
    said("account 111111111111 is read with the caller's own credentials");

    // One identity is asked for, then every answer is known: pages of the listing, one role each.
    let sts = calls(&lab, "sts");
    assert_eq!(sts["GetCallerIdentity"], 1, "{sts:?}");
    assert_eq!(sts["AssumeRole"], 5, "{sts:?}");
    let listed = calls(&lab, "organizations");
    assert_eq!(listed["ListAccounts"], 3, "two in a page: {listed:?}");
    assert_eq!(listed.get("ListTagsForResource"), None, "nobody wants tags");
}

#[test]
fn units_are_read_with_all_below() {
    for (args, accounts) in [
        (&["--ou", "ou-ab12-workloads"][..], &[SHOP, LEDGER][..]),
        (&["--ou", "ou-ab12-money0000"], &[LEDGER]),
        (
            &["--ou", "ou-ab12-money0000", "--ou", "ou-ab12-sandboxes"],
            &[LEDGER, SANDBOX],
        ),
        (
            &["--ou", "ou-ab12-money0000,ou-ab12-workloads"],
            &[SHOP, LEDGER],
        ),
        (
            &["--ou", "r-ab12", "--exclude-accounts", "shut"],
            &[MAIN, SHOP, LEDGER, SANDBOX],
        ),
        (
            &["--ou", "ou-ab12-money0000", "--account", SANDBOX],
            &[LEDGER, SANDBOX],
        ),
    ] {
        let ran = scan(args).against(org()).run();
        assert_eq!(asked(&ran), json!(accounts), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn accounts_are_narrowed_by_tags_and_left_out_by_id_or_name() {
    for (args, accounts) in [
        (
            &["--org", "--account-tag", "env=prod-*"][..],
            &[SHOP, LEDGER][..],
        ),
        (
            &[
                "--org",
                "--account-tag",
                "env=prod-*",
                "--account-tag",
                "team=shop",
            ],
            &[SHOP],
        ),
        (
            &["--org", "--exclude-accounts", "sandbox-*,666666666666,main"],
            &[SHOP, LEDGER],
        ),
        (
            &[
                "--account",
                "222222222222,444444444444",
                "--exclude-accounts",
                SANDBOX,
            ],
            &[SHOP],
        ),
    ] {
        let ran = scan(args).against(org()).run();
        assert_eq!(asked(&ran), json!(accounts), "{args:?}: {}", ran.stderr);
    }
    let ran = scan(&["--account", SHOP, "--exclude-accounts", "nobody-*"])
        .against(org())
        .run();
    assert!(
        ran.stderr.contains("`nobody-*` fits no account"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_choice_of_nothing_is_a_mistake_of_usage() {
    for args in [
        &["--org", "--account-tag", "env=nowhere"][..],
        &["--account", SHOP, "--exclude-accounts", SHOP],
    ] {
        let ran = scan(args).against(org()).run();
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("no account is left"), "{}", ran.stderr);
    }
}

#[test]
fn who_may_not_list_is_told_the_permission_and_from_where_to_ask() {
    let ran = scan(&["--org"])
        .towards(org())
        .access_key("AKIASHUT000000000000")
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    for part in [
        "organizations:ListAccounts from account 666666666666: AccessDeniedException",
        "management account",
        "delegated administrator",
        "iam-policy --for caller",
    ] {
        assert!(ran.stderr.contains(part), "no `{part}` in {}", ran.stderr);
    }
    // Half a list is no list.
    let denied =
        "faults:\n  - {service: organizations, operation: ListTagsForResource, do: denied}\n";
    let ran = scan(&["--org", "--account-tag", "env=*"])
        .against(&org_with(denied))
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("organizations:ListTagsForResource"),
        "{}",
        ran.stderr
    );
    let ran = scan(&["--ou", "ou-ab12-nobody00"]).against(org()).run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("ParentNotFoundException"),
        "{}",
        ran.stderr
    );
}

#[test]
fn throttles_of_the_sign_in_are_waited_for() {
    let faults = "faults:\n  - {service: sts, operation: AssumeRole, do: throttle, times: 3}\n  - {service: organizations, operation: ListAccounts, do: throttle, times: 2}\n";
    let lab = org_with(faults);
    let ran = scan(&["--org", "--exclude-accounts", "main,shut"])
        .against(&lab)
        .run();
    let report = report(&ran);
    let gaps = report["gaps"].as_array().expect("gaps");
    let throttled = gaps.iter().find(|gap| gap["cause"] == "throttled");
    assert_eq!(throttled, None, "{}", ran.stderr);
    assert_eq!(report["run"]["accounts"], json!([SHOP, LEDGER, SANDBOX]));
    assert!(ran.stderr.contains("(5 throttled)"), "{}", ran.stderr);
}

#[test]
fn sessions_are_renewed_before_they_end() {
    // Two pages and what is asked about a table outlive the first session; renewed after 18 of its
    // 24 seconds, it leaves a busy machine time for what was signed before.
    let slow = "faults:\n  - {service: dynamodb, operation: \"[LD]*\", do: slow, seconds: 9}\n";
    let lab = org_with(slow);
    let ran = scan(&["--account", "777777777777", "--regions", "eu-west-1"])
        .against(&lab)
        .run();
    let report = report(&ran);
    let gaps = report["gaps"].as_array().expect("gaps");
    let refused: Vec<_> = gaps
        .iter()
        .filter(|gap| gap["cause"] == "credentials")
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
    let signed_in = calls(&lab, "sts")["AssumeRole"];
    assert!((2..=4).contains(&signed_in), "{signed_in} times");
}

#[test]
fn options_that_contradict_each_other_are_mistakes_of_usage() {
    let role = "arn:aws:iam::222222222222:role/mrlint-reader";
    for (args, part) in [
        (&["--org", "--ou", "ou-ab12-workloads"][..], "together"),
        (&["--org", "--role-arn", role], "together"),
        (&["--account-tag", "env=prod"], "--account-tag"),
        (&["--role-name", "reader"], "--role-name"),
        (&["--account", "prod"], "id of an account"),
        (&["--role-arn", "reader"], "ARN of a role"),
    ] {
        let ran = Mrlint::new(["scan"].iter().chain(args)).run();
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(part), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("help: "), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_environment_chooses_too() {
    let ran = scan(&[])
        .against(org())
        .env("MRLINT_OU", "ou-ab12-workloads")
        .env("MRLINT_EXCLUDE_ACCOUNTS", "ledger")
        .run();
    assert_eq!(asked(&ran), json!([SHOP]), "{}", ran.stderr);
}

#[test]
fn the_policy_of_the_caller_is_printed_in_every_form() {
    for format in ["json", "terraform", "cloudformation"] {
        let ran = Mrlint::new(["iam-policy", "--for", "caller", "-f", format]).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        for part in [
            "sts:AssumeRole",
            "organizations:ListAccounts",
            "mrlint-reader",
        ] {
            assert!(ran.stdout.contains(part), "{format}: {}", ran.stdout);
        }
        assert!(!ran.stdout.contains("dynamodb:"), "{format}");
    }
}
