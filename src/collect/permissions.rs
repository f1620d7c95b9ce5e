//! What a role needs to be read with, worked out of what the collectors declare.
//!
//! A document for each way to make a role; all hold the same actions. Decides nothing about who may
//! take on the role.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::operations;
use crate::aws::session::ASSUME_ROLE;

/// What reads secrets or customer data. No collector calls it; denied so that nobody can with this
/// role, whatever else is attached to it. Reading public parameters of AWS stays possible.
const NEVER: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:GetConsoleOutput",
    "ec2:GetPasswordData",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "lambda:GetFunction",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "s3:GetObject*",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
];
const PARAMETERS: &str = "ssm:GetParameter*";
const PUBLIC_PARAMETERS: &str = "arn:*:ssm:*::parameter/aws/service/*";

/// Most characters of a managed policy, white space left out.
pub const MANAGED_POLICY_LIMIT: usize = 6_144;

/// The IAM actions of the role that is read with, sorted. Taking on that role is for whoever does it.
pub fn actions() -> BTreeSet<&'static str> {
    let all = operations().into_iter().map(|it| it.action);
    all.filter(|action| *action != ASSUME_ROLE).collect()
}

/// The policy as IAM takes it.
pub fn policy() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Sid": "Read", "Effect": "Allow", "Action": actions(), "Resource": "*" },
            { "Sid": "NeverReadData", "Effect": "Deny", "Action": NEVER, "Resource": "*" },
            {
                "Sid": "NeverReadParameters",
                "Effect": "Deny",
                "Action": PARAMETERS,
                "NotResource": PUBLIC_PARAMETERS
            }
        ]
    })
}

/// The policy as a data source of the AWS provider.
pub fn terraform() -> String {
    let list = |actions: &mut dyn Iterator<Item = &str>| -> String {
        let lines: Vec<String> = actions.map(|it| format!("      \"{it}\",\n")).collect();
        lines.concat()
    };
    format!(
        r#"data "aws_iam_policy_document" "mrlint" {{
  statement {{
    sid       = "Read"
    resources = ["*"]
    actions = [
{}    ]
  }}

  statement {{
    sid       = "NeverReadData"
    effect    = "Deny"
    resources = ["*"]
    actions = [
{}    ]
  }}

  statement {{
    sid           = "NeverReadParameters"
    effect        = "Deny"
    actions       = ["{PARAMETERS}"]
    not_resources = ["{PUBLIC_PARAMETERS}"]
  }}
}}

resource "aws_iam_policy" "mrlint" {{
  name        = "mrlint-reader"
  description = "What mrlint reads, and nothing else"
  policy      = data.aws_iam_policy_document.mrlint.json
}}
"#,
        list(&mut actions().into_iter()),
        list(&mut NEVER.iter().copied()),
    )
}

/// A template with a role, for one account or as a stack set for an organisation.
pub fn cloudformation() -> String {
    let list = |actions: &mut dyn Iterator<Item = &str>| -> String {
        let lines = actions.map(|it| format!("                  - {it}\n"));
        lines.collect::<Vec<String>>().concat()
    };
    format!(
        r#"AWSTemplateFormatVersion: "2010-09-09"
Description: A role that mrlint reads this account with. Works as a stack and in a service-managed stack set.

Parameters:
  ReaderArn:
    Type: String
    Description: ARN of who takes on the role (a role or user in the account that mrlint runs in)
    AllowedPattern: ^arn:[a-z-]+:iam::[0-9]{{12}}:(root|role/.+|user/.+)$
  ExternalId:
    Type: String
    Description: What --external-id has to say; empty when nothing is asked for
    Default: ""
  RoleName:
    Type: String
    Default: mrlint-reader

Conditions:
  AsksForExternalId: !Not [!Equals [!Ref ExternalId, ""]]

Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: What mrlint reads, and nothing else
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal:
              AWS: !Ref ReaderArn
            Condition: !If
              - AsksForExternalId
              - StringEquals:
                  sts:ExternalId: !Ref ExternalId
              - !Ref AWS::NoValue
      Policies:
        - PolicyName: mrlint-reader
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: Read
                Effect: Allow
                Resource: "*"
                Action:
{}              - Sid: NeverReadData
                Effect: Deny
                Resource: "*"
                Action:
{}              - Sid: NeverReadParameters
                Effect: Deny
                NotResource: {PUBLIC_PARAMETERS}
                Action: {PARAMETERS}

Outputs:
  RoleArn:
    Description: For --role-arn
    Value: !GetAtt Reader.Arn
"#,
        list(&mut actions().into_iter()),
        list(&mut NEVER.iter().copied()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a pattern of the policy covers an action.
    fn covers(pattern: &str, action: &str) -> bool {
        match pattern.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => pattern == action,
        }
    }

    #[test]
    fn nothing_is_both_read_and_denied() {
        for action in actions() {
            let denied = NEVER.iter().chain([&PARAMETERS]);
            let denied: Vec<_> = denied.filter(|it| covers(it, action)).collect();
            assert!(denied.is_empty(), "{action} is denied by {denied:?}");
        }
    }

    #[test]
    fn the_policy_fits_into_a_managed_one() {
        let size = policy().to_string().len();
        assert!(size <= MANAGED_POLICY_LIMIT, "{size} characters");
    }

    #[test]
    fn every_form_holds_every_action() {
        let (json, terraform, template) = (policy().to_string(), terraform(), cloudformation());
        for action in actions().into_iter().chain(NEVER.iter().copied()) {
            assert!(json.contains(&format!("\"{action}\"")), "{action}");
            assert!(terraform.contains(&format!("\"{action}\",\n")), "{action}");
            assert!(template.contains(&format!("- {action}\n")), "{action}");
        }
        assert!(!json.contains(ASSUME_ROLE));
    }
}
