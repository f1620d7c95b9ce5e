//! The policy that mrlint prints is what it takes to be read with it, proven by a server that
//! enforces policies.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::server::{Server, scratch};
use crate::support::venv::{lab_dir, python};

fn printed(format: &str) -> String {
    let ran = Mrlint::new(["iam-policy", "-f", format]).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout
}

/// Operations that were refused to a user with that policy, and how many gaps there were.
fn refused(policy: &str) -> (Vec<String>, usize) {
    let moto = Server::enforcing_moto(3);
    let mut permit = Command::new(python("lab"));
    let file = scratch("policy.json");
    fs::write(&file, policy).expect("the policy");
    permit
        .args(["permit.py", &moto.url()])
        .arg(file)
        .current_dir(lab_dir());
    let output = permit.output().expect("Python runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let Some((id, secret)) = told.trim().split_once(' ') else {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    };
    let file = scratch("permitted.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let ran = Mrlint::new(["collect", "--regions", "eu-west-1", "-o", name])
        .towards(&moto)
        .env("AWS_ACCESS_KEY_ID", id)
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .run();
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    let rows = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let gaps: Vec<Value> = rows.filter(|row: &Value| row["gap"].is_object()).collect();
    // moto takes the signatures of Route 53 and Lambda for wrong, boto3's too, and says no more.
    let is_refused = |row: &&Value| {
        let message = row["gap"]["message"].as_str().unwrap_or_default();
        row["gap"]["cause"] == "denied" && message.contains("AccessDenied")
    };
    let refused = gaps.iter().filter(is_refused).map(|row| {
        let gap = &row["gap"];
        format!("{} {}", gap["operation"], gap["message"])
    });
    (refused.collect(), gaps.len())
}

#[test]
fn a_user_with_the_printed_policy_is_refused_nothing() {
    let (with, _) = refused(&printed("json"));
    assert!(with.is_empty(), "{with:#?}");
    // The proof would be none if nobody were ever refused.
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeRegions","sts:GetCallerIdentity"],"Resource":"*"}]}"#;
    let (without, gaps) = refused(other);
    assert!(
        without.len() > 5,
        "{gaps} gaps, of them refused: {without:#?}"
    );
}

#[test]
fn every_form_is_what_its_reader_expects() {
    let policy: Value = serde_json::from_str(&printed("json")).expect("JSON");
    assert_eq!(policy["Statement"][0]["Effect"], "Allow");
    let template = printed("cloudformation");
    let parsed = Command::new(python("lab"))
        .args(["-c", TEMPLATE])
        .arg(&template)
        .output()
        .expect("Python runs");
    let told = String::from_utf8_lossy(&parsed.stderr);
    assert!(parsed.status.success(), "{told}");
    let terraform = printed("terraform");
    assert_eq!(
        terraform.matches('{').count(),
        terraform.matches('}').count()
    );
}

/// Reads the template with CloudFormation's own tags, and compares what it allows.
const TEMPLATE: &str = r#"
import sys, yaml
class Loader(yaml.SafeLoader): pass
Loader.add_multi_constructor("!", lambda loader, tag, node: {tag: None})
template = yaml.load(sys.argv[1], Loader)
role = template["Resources"]["Reader"]
assert role["Type"] == "AWS::IAM::Role", role
read, never, parameters = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
assert read["Effect"] == "Allow" and "ec2:DescribeVpcs" in read["Action"], read
assert never["Effect"] == parameters["Effect"] == "Deny"
assert "secretsmanager:GetSecretValue" in never["Action"]
"#;
