//! Which accounts are asked and how: roles that cannot be taken on, members of organisations,
//! interruptions, Regions that nobody selected.

use std::fs;

use serde_json::{Value, json};

use crate::support::binary::Mrlint;
use crate::support::reports::{lines, report};
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::lab_dir;

const READER: &str = "arn:aws:iam::222222222222:role/mrlint-reader";

fn faulty(faults: &str) -> Server {
    let file = scratch("faults.yaml");
    fs::write(&file, format!("faults:\n{faults}")).expect("the faults");
    Server::lab_of(&[lab_dir().join("worlds/demo"), file])
}

fn with_roles<'r>(command: &[&'r str], roles: &[&'r str]) -> Mrlint {
    let roles = roles.iter().flat_map(|role| ["--role-arn", *role]);
    let external = ["--external-id", "acme-scan"];
    Mrlint::new(command.iter().copied().chain(roles).chain(external))
}

fn gaps(report: &Value) -> Vec<[&str; 3]> {
    let gaps = report["gaps"].as_array().expect("gaps").iter();
    let texts = |gap| ["account", "operation", "cause"].map(|key| str_of(gap, key));
    gaps.map(texts).collect()
}

fn str_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn verdict<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let found = verdicts.iter().find(|it| it["rule"] == rule);
    found.expect("the rule")
}

#[test]
fn an_account_that_cannot_be_opened_is_in_scope_and_leaves_everything_open() {
    let lab = shared_lab(&["demo"]);
    let nobody = "arn:aws:iam::333333333333:role/nobody";
    let ran = with_roles(&["scan", "-f", "json"], &[READER, nobody])
        .against(lab)
        .run();
    let report = report(&ran);
    let accounts = json!(["222222222222", "333333333333"]);
    assert_eq!(report["run"]["accounts"], accounts, "{}", ran.stderr);
    let gaps = gaps(&report);
    assert!(
        gaps.contains(&["333333333333", "sts:AssumeRole", "denied"]),
        "{gaps:?}"
    );
    let incomplete = "GOV-INV-001 333333333333 aws-global 333333333333";
    assert!(lines(&report).contains(incomplete), "{:?}", lines(&report));
    // Kinds of Regions are open too, though no Region of the account is known.
    for rule in ["DATA-DDB-001", "DATA-RDS-001"] {
        let unknown = verdict(&report, rule)["unknown"].as_u64();
        assert!(unknown > Some(0), "{rule}");
    }
}

#[test]
fn one_identity_that_opens_an_account_is_enough() {
    let lab = shared_lab(&["demo"]);
    let nobody = "arn:aws:iam::222222222222:role/nobody";
    for roles in [[nobody, READER], [READER, nobody]] {
        let ran = with_roles(&["scan", "-f", "json"], &roles)
            .against(lab)
            .run();
        let report = report(&ran);
        let sign_in = |gap: &&[&str; 3]| gap[1].starts_with("sts:");
        assert_eq!(gaps(&report).iter().find(sign_in), None, "{}", ran.stderr);
        assert_eq!(report["run"]["accounts"], json!(["222222222222"]));
    }
}

#[test]
fn a_failed_sign_in_names_the_call_that_failed() {
    let denied = "  - {service: sts, operation: GetCallerIdentity, do: denied}\n";
    let ran = Mrlint::new(["scan"]).against(&faulty(denied)).run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("sts:GetCallerIdentity: "),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("sts:AssumeRole: "), "{}", ran.stderr);

    let nobody = "arn:aws:iam::222222222222:role/nobody";
    let ran = with_roles(&["scan"], &[nobody])
        .against(shared_lab(&["demo"]))
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("sts:AssumeRole: "), "{}", ran.stderr);

    // The same where a profile names the role, and the SDK takes it on unasked.
    let credentials =
        "[main]\naws_access_key_id = AKIAMAIN000000000000\naws_secret_access_key = not-secret\n";
    let config = "[profile other]\nrole_arn = arn:aws:iam::222222222222:role/nobody\nsource_profile = main\nregion = eu-west-1\n";
    let ran = Mrlint::new(["scan", "--profile", "other"])
        .aws_files(credentials, config)
        .towards(shared_lab(&["demo"]))
        .run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("sts:AssumeRole: "), "{}", ran.stderr);
}

#[test]
fn ctrl_c_during_the_sign_in_is_an_interruption() {
    let lab = faulty("  - {service: sts, operation: GetCallerIdentity, do: hang, seconds: 40}\n");
    let scan = Mrlint::new(["scan"]).against(&lab);
    // Whoever asks who we are listens for Ctrl-C already.
    let ran = scan.interrupted(|| !lab.requests().is_empty());
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
}

#[test]
fn a_member_that_may_not_ask_about_policies_leaves_only_their_rules_open() {
    let lab = shared_lab(&["demo"]);
    let ran = with_roles(&["scan", "-f", "json"], &[READER])
        .against(lab)
        .run();
    let report = report(&ran);
    let only = ["222222222222", "organizations:ListPolicies", "denied"];
    assert_eq!(gaps(&report), [only], "{}", ran.stderr);
    for verdict in report["verdicts"].as_array().expect("verdicts") {
        let because = verdict["unknown_because"].as_array().expect("gaps");
        let open = because
            .iter()
            .any(|gap| str_of(gap, "operation") == only[1]);
        // Those of a boundary do not apply: nobody declared one.
        let over_policies = str_of(verdict, "rule") == "GOV-SCP-001";
        assert_eq!(open, over_policies, "{verdict}");
    }
    assert!(
        !lines(&report).iter().any(|line| line.starts_with("GOV-")),
        "{:?}",
        lines(&report)
    );
}

#[test]
fn a_bucket_in_a_region_that_nobody_selected_is_there_and_no_more_is_known() {
    let lab = shared_lab(&["healthy"]);
    let file = scratch("inventory.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let args = ["collect", "--regions", "eu-west-1", "-o", name];
    let ran = Mrlint::new(args).against(lab).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = fs::read_to_string(&file).expect("the inventory");
    let read: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let bucket = |region: &str| {
        let found = read.iter().find(|line| {
            line["resource"]["kind"] == "AWS::S3::Bucket" && line["resource"]["region"] == region
        });
        found.expect("the bucket")["resource"]["unread"].clone()
    };
    assert_eq!(bucket("eu-west-1"), json!({}));
    let kept = bucket("eu-central-1");
    for property in ["versioning", "replication", "encryption", "tags"] {
        assert_eq!(kept[property]["cause"], "not_collected", "{kept}");
    }
}
