//! Policy documents, taken apart in memory: what a statement is about, and where it holds.
//!
//! Reads the grammar of IAM's policy language, not its meaning: what a policy comes to for an
//! account is for [`crate::estate`]. Of conditions only Regions, exempt principals and, for keys,
//! services are kept.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::kinds::organizations::{RegionCondition, Statement};

/// The statements of a policy document, in its order.
pub fn parse(document: &str) -> Result<Vec<Statement>, String> {
    let document: Value =
        serde_json::from_str(document).map_err(|error| format!("no policy document: {error}"))?;
    statements(&document)?.iter().map(statement).collect()
}

/// The AWS services, by host name, through which alone the statements of a key's policy let the key
/// be used (`kms:ViaService`), sorted, each once. Nothing else of the policy is kept.
pub fn via_services(document: &str) -> Result<Vec<String>, String> {
    let document: Value =
        serde_json::from_str(document).map_err(|error| format!("no policy document: {error}"))?;
    let mut services = BTreeSet::new();
    for written in statements(&document)? {
        let Value::Object(written) = written else {
            return Err("no policy document: a statement is no object".to_owned());
        };
        let denies = written.get("Effect").and_then(Value::as_str) == Some("Deny");
        for (operator, keys) in conditions(written) {
            let demands = operator.contains("StringNot") == denies && operator.contains("String");
            let named = keys
                .iter()
                .filter(|(key, _)| demands && key.eq_ignore_ascii_case("kms:ViaService"));
            let hosts = named.flat_map(|(_, values)| texts(values));
            services.extend(hosts.filter(|host| host.contains(".amazonaws.com")));
        }
    }
    Ok(services.into_iter().collect())
}

fn statements(document: &Value) -> Result<&[Value], String> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => Ok(statements),
        Some(one @ Value::Object(_)) => Ok(std::slice::from_ref(one)),
        _ => Err("no policy document: it has no statements".to_owned()),
    }
}

fn statement(written: &Value) -> Result<Statement, String> {
    let Value::Object(written) = written else {
        return Err("no policy document: a statement is no object".to_owned());
    };
    let texts = |key: &str| written.get(key).map(texts).unwrap_or_default();
    let text = |key: &str| written.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut statement = Statement {
        sid: text("Sid").filter(|sid| !sid.is_empty()),
        effect: text("Effect").ok_or("no policy document: a statement has no effect")?,
        actions: texts("Action"),
        not_actions: texts("NotAction"),
        resources: texts("Resource"),
        not_resources: texts("NotResource"),
        ..Statement::default()
    };
    for (operator, keys) in conditions(written) {
        for (key, values) in keys {
            condition(&mut statement, operator, key, &self::texts(values));
        }
    }
    statement.other_conditions.sort();
    statement.other_conditions.dedup();
    Ok(statement)
}

fn conditions(
    statement: &Map<String, Value>,
) -> impl Iterator<Item = (&String, &Map<String, Value>)> {
    let operators = statement.get("Condition").and_then(Value::as_object);
    let operators = operators.into_iter().flatten();
    operators.filter_map(|(operator, keys)| Some((operator, keys.as_object()?)))
}

/// A string, a boolean or a list of them: where the grammar allows one it allows several.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

fn condition(statement: &mut Statement, operator: &str, key: &str, values: &[String]) {
    // The keys looked at have one value in a request that has them at all.
    let plain = operator.rsplit(':').next().unwrap_or_default();
    let plain = plain.strip_suffix("IfExists").unwrap_or(plain);
    let known = match key.to_ascii_lowercase().as_str() {
        "aws:requestedregion" => region(statement, plain, values),
        "aws:principalarn" => {
            let except = matches!(
                plain,
                "ArnNotLike" | "ArnNotEquals" | "StringNotLike" | "StringNotEquals"
            );
            if except {
                statement.except_principals.extend(values.iter().cloned());
            }
            except
        }
        // AWS's own services are no principals of the account.
        "aws:principalisawsservice" | "aws:viaawsservice" => plain == "Bool" && values == ["false"],
        _ => false,
    };
    if !known {
        statement.other_conditions.push(key.to_owned());
    }
}

/// Whether the condition on the Region was understood.
fn region(statement: &mut Statement, operator: &str, values: &[String]) -> bool {
    let (operator, lower) = match operator.strip_suffix("IgnoreCase") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    // Requests to Regions name one.
    if operator == "Null" && values == ["false"] {
        return true;
    }
    let compares = [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
    ];
    if !compares.contains(&operator) || values.iter().any(|value| value.contains("${")) {
        return false;
    }
    let value = |it: &String| {
        if lower {
            it.to_ascii_lowercase()
        } else {
            it.clone()
        }
    };
    statement.regions.push(RegionCondition {
        operator: operator.to_owned(),
        values: values.iter().map(value).collect(),
    });
    true
}

/// Whether a text fits a pattern in which `*` stands for any text and `?` for any character.
pub fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // The last star, and how far the text was read when it was met.
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, read));
                at += 1;
            }
            (Some(sign), _) if *sign == '?' || *sign == text[read] => {
                at += 1;
                read += 1;
            }
            (_, Some((sign, from))) => {
                star = Some((sign, from + 1));
                at = sign + 1;
                read = from + 1;
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(condition: &str) -> Statement {
        let document = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Sid": "Regions", "Effect": "Deny",
                "NotAction": ["iam:*", "sts:*"], "Resource": "*", "Condition": {condition}}}}}"#
        );
        parse(&document).unwrap().remove(0)
    }

    #[test]
    fn a_statement_is_taken_apart() {
        let read = one(
            r#"{"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]},
                "ArnNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/AWSControlTowerExecution"}}"#,
        );
        assert_eq!(read.sid.as_deref(), Some("Regions"));
        assert_eq!(read.effect, "Deny");
        assert_eq!(read.actions, [""; 0]);
        assert_eq!(read.not_actions, ["iam:*", "sts:*"]);
        assert_eq!(read.resources, ["*"]);
        assert_eq!(read.regions[0].operator, "StringNotEquals");
        assert_eq!(read.regions[0].values, ["eu-west-1", "eu-central-1"]);
        assert_eq!(
            read.except_principals,
            ["arn:aws:iam::*:role/AWSControlTowerExecution"]
        );
        assert_eq!(read.other_conditions, [""; 0]);
    }

    #[test]
    fn conditions_that_say_nothing_about_a_request_are_dropped() {
        let read = one(
            r#"{"ForAnyValue:StringNotLikeIfExists": {"AWS:RequestedRegion": "eu-*"},
                "Null": {"aws:RequestedRegion": false},
                "Bool": {"aws:PrincipalIsAWSService": "false"}}"#,
        );
        assert_eq!(read.regions.len(), 1);
        assert_eq!(read.regions[0].operator, "StringNotLike");
        assert_eq!(read.other_conditions, [""; 0]);
    }

    #[test]
    fn what_is_not_understood_is_kept_by_name() {
        let read = one(
            r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/people-*"},
                "StringEquals": {"aws:PrincipalTag/team": "secret-team"},
                "StringNotEquals": {"aws:RequestedRegion": "${aws:PrincipalTag/region}"}}"#,
        );
        let keys = [
            "aws:PrincipalArn",
            "aws:PrincipalTag/team",
            "aws:RequestedRegion",
        ];
        assert_eq!(read.other_conditions, keys);
        assert!(!format!("{read:?}").contains("secret-team"));
    }

    #[test]
    fn of_a_keys_policy_only_the_services_are_kept() {
        let document = r#"{"Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:role/secret-role"}, "Action": "kms:*"},
            {"Effect": "Allow", "Condition": {"StringEquals": {
                "kms:ViaService": ["s3.eu-west-1.amazonaws.com", "dynamodb.eu-west-1.amazonaws.com"],
                "kms:CallerAccount": "111111111111"}}},
            {"Effect": "Deny", "Condition": {"StringNotLikeIfExists": {"KMS:viaservice": "rds.*.amazonaws.com"}}},
            {"Effect": "Deny", "Condition": {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}}},
            {"Effect": "Allow", "Condition": {"StringNotEquals": {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}}}]}"#;
        let services = via_services(document).unwrap();
        let demanded = [
            "dynamodb.eu-west-1.amazonaws.com",
            "rds.*.amazonaws.com",
            "s3.eu-west-1.amazonaws.com",
        ];
        assert_eq!(services, demanded);
        assert!(via_services("[]").is_err());
    }

    #[test]
    fn what_is_no_policy_is_an_error() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"Statement": [1]}"#,
            r#"{"Statement": [{}]}"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn patterns_fit_as_in_iam() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("eu-*", "eu-west-1", true),
            ("eu-*", "us-east-1", false),
            ("*-west-?", "eu-west-1", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("eu-west-1", "eu-west-1", true),
            ("eu-west-1", "eu-west-12", false),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
    }
}
