//! What it takes to read accounts, worked out of what the collectors declare.
//!
//! Two policies: that of the role that an account is read with, and that of whoever takes on those
//! roles. A document for each way to deploy them; all forms of one hold the same statements.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{ALL, ALWAYS, OF_AN_AGGREGATOR, OF_ITS_SOURCES, OF_THE_CALLER, Operation};
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

/// Name of the role that an account is read with, where nobody names another.
pub const ROLE_NAME: &str = "mrlint-reader";

/// Most characters of a managed policy, white space left out.
pub const MANAGED_POLICY_LIMIT: usize = 6_144;

/// Who is to be allowed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The role that an account is read with.
    Reader,
    /// Whoever takes on those roles, and asks the organisation for its accounts.
    Caller,
}

/// A statement of a policy.
struct Statement {
    sid: &'static str,
    allows: bool,
    actions: Vec<&'static str>,
    on: On,
}

/// What a statement is about.
enum On {
    Everything,
    Only(String),
    AllBut(&'static str),
}

impl Whom {
    /// The IAM actions that it needs, sorted.
    pub fn actions(self) -> BTreeSet<&'static str> {
        let of = |operations: &'static [Operation]| operations.iter().map(|it| it.action);
        match self {
            Self::Reader => {
                let collectors = ALL.iter().flat_map(|it| of(it.operations));
                let others = of(ALWAYS).chain(of(OF_ITS_SOURCES));
                collectors.chain(others).collect()
            }
            Self::Caller => of(OF_THE_CALLER).chain(of(OF_AN_AGGREGATOR)).collect(),
        }
    }

    /// Name of its policy.
    fn name(self) -> &'static str {
        match self {
            Self::Reader => ROLE_NAME,
            Self::Caller => "mrlint-caller",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Reader => "What mrlint reads, and nothing else",
            Self::Caller => "What mrlint needs to find accounts and to take on their readers",
        }
    }

    fn statements(self) -> Vec<Statement> {
        let allow = |sid, actions, on| Statement {
            sid,
            allows: true,
            actions,
            on,
        };
        let deny = |sid, actions, on| Statement {
            allows: false,
            ..allow(sid, actions, on)
        };
        match self {
            Self::Reader => vec![
                allow("Read", self.actions().into_iter().collect(), On::Everything),
                deny("NeverReadData", NEVER.to_vec(), On::Everything),
                deny(
                    "NeverReadParameters",
                    vec![PARAMETERS],
                    On::AllBut(PUBLIC_PARAMETERS),
                ),
            ],
            Self::Caller => {
                let sorted = |operations: &[Operation]| -> BTreeSet<&'static str> {
                    operations.iter().map(|it| it.action).collect()
                };
                let mut listing = sorted(OF_THE_CALLER);
                listing.remove(ASSUME_ROLE);
                let aggregator = sorted(OF_AN_AGGREGATOR).into_iter();
                let readers = On::Only(format!("arn:*:iam::*:role/{ROLE_NAME}"));
                vec![
                    allow("TakeOnReaders", vec![ASSUME_ROLE], readers),
                    allow(
                        "ListAccounts",
                        listing.into_iter().collect(),
                        On::Everything,
                    ),
                    allow("AskAggregator", aggregator.collect(), On::Everything),
                ]
            }
        }
    }

    /// The policy as IAM takes it.
    pub fn policy(self) -> Value {
        let statement = |it: Statement| {
            let actions = match it.actions.as_slice() {
                [one] => json!(one),
                several => json!(several),
            };
            let mut written = json!({ "Sid": it.sid, "Effect": it.effect(), "Action": actions });
            let (key, on) = it.on.written();
            written[key] = json!(on);
            written
        };
        let statements: Vec<Value> = self.statements().into_iter().map(statement).collect();
        json!({ "Version": "2012-10-17", "Statement": statements })
    }

    /// The policy as a data source of the AWS provider.
    pub fn terraform(self) -> String {
        let label = self.name().replace('-', "_");
        let mut text = format!("data \"aws_iam_policy_document\" \"{label}\" {{");
        for it in self.statements() {
            let (key, on) = match it.on.written() {
                ("Resource", on) => ("resources", on),
                (_, on) => ("not_resources", on),
            };
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "\n  statement {{\n    sid    = \"{}\"\n    effect = \"{}\"\n    {key} = [\"{on}\"]\n    actions = [\n",
                it.sid,
                it.effect()
            );
            for action in it.actions {
                let _ = writeln!(text, "      \"{action}\",");
            }
            text += "    ]\n  }\n";
        }
        let (name, description) = (self.name(), self.description());
        let _ = write!(
            text,
            r#"}}

resource "aws_iam_policy" "{label}" {{
  name        = "{name}"
  description = "{description}"
  policy      = data.aws_iam_policy_document.{label}.json
}}
"#
        );
        text
    }

    /// A template: with the role of a reader, for one account or as a stack set for an organisation;
    /// or with the policy of the caller.
    pub fn cloudformation(self) -> String {
        match self {
            Self::Reader => reader_template(&self.template_statements(14)),
            Self::Caller => format!(
                r#"AWSTemplateFormatVersion: "2010-09-09"
Description: A policy for whoever runs mrlint. Attach it to that role or user.

Resources:
  Caller:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: {}
      Description: {}
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
{}"#,
                self.name(),
                self.description(),
                self.template_statements(10)
            ),
        }
    }

    /// The statements in YAML, so far to the right.
    fn template_statements(self, indent: usize) -> String {
        let pad = " ".repeat(indent);
        let mut text = String::new();
        for it in self.statements() {
            let (key, on) = it.on.written();
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "{pad}- Sid: {}\n{pad}  Effect: {}\n{pad}  {key}: \"{on}\"\n{pad}  Action:\n",
                it.sid,
                it.effect()
            );
            for action in it.actions {
                let _ = writeln!(text, "{pad}    - {action}");
            }
        }
        text
    }
}

impl Statement {
    fn effect(&self) -> &'static str {
        if self.allows { "Allow" } else { "Deny" }
    }
}

impl On {
    fn written(&self) -> (&'static str, &str) {
        match self {
            Self::Everything => ("Resource", "*"),
            Self::Only(resource) => ("Resource", resource),
            Self::AllBut(resource) => ("NotResource", resource),
        }
    }
}

fn reader_template(statements: &str) -> String {
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
    Default: {ROLE_NAME}

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
        - PolicyName: {ROLE_NAME}
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
{statements}
Outputs:
  RoleArn:
    Description: For --role-arn
    Value: !GetAtt Reader.Arn
"#
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
        for action in Whom::Reader.actions() {
            let denied = NEVER.iter().chain([&PARAMETERS]);
            let denied: Vec<_> = denied.filter(|it| covers(it, action)).collect();
            assert!(denied.is_empty(), "{action} is denied by {denied:?}");
        }
    }

    #[test]
    fn the_policy_fits_into_a_managed_one() {
        for whom in [Whom::Reader, Whom::Caller] {
            let size = whom.policy().to_string().len();
            assert!(size <= MANAGED_POLICY_LIMIT, "{whom:?}: {size} characters");
        }
    }

    #[test]
    fn every_form_holds_every_action() {
        for whom in [Whom::Reader, Whom::Caller] {
            let (json, terraform) = (whom.policy().to_string(), whom.terraform());
            let template = whom.cloudformation();
            let never = NEVER.iter().copied().filter(|_| whom == Whom::Reader);
            for action in whom.actions().into_iter().chain(never) {
                assert!(json.contains(&format!("\"{action}\"")), "{action}");
                assert!(terraform.contains(&format!("\"{action}\",\n")), "{action}");
                assert!(template.contains(&format!("- {action}\n")), "{action}");
            }
        }
    }

    #[test]
    fn taking_on_a_role_and_listing_accounts_are_for_whoever_does_it() {
        let reader = Whom::Reader.policy().to_string();
        assert!(!reader.contains(ASSUME_ROLE) && !reader.contains("organizations:ListAccounts\""));
        let caller = Whom::Caller.policy();
        assert_eq!(
            caller["Statement"][0]["Resource"],
            "arn:*:iam::*:role/mrlint-reader"
        );
    }
}
