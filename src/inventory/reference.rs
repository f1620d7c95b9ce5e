//! Finds ARNs and AWS host names in configuration values, in memory.
//!
//! Keeps the key's name and the match, never the value around it: a value may be a secret.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A configuration value that names something in AWS.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct Reference {
    /// Name of the configuration key.
    pub key: String,
    /// The ARN or host name that its value holds.
    pub target: String,
    /// Region that the ARN or host name names; null when it names none.
    pub region: Option<String>,
}

/// ARNs end at white space, quotes and separators; account and Region may be empty.
const ARN: &str = r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[A-Za-z0-9_./:@+=*$-]+";
/// Host names under the domains of AWS. `on.aws` holds function URLs and dual-stack endpoints.
const HOST: &str =
    r"(?:[A-Za-z0-9_-]+\.)+(?:amazonaws\.com\.cn|amazonaws\.com|amazonaws\.eu|api\.aws|on\.aws)\b";
const REGION: &str = r"\b(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us|us-gov|us-iso[a-z]?|eu-isoe)-(?:central|de-east|east|west|north|south|northeast|northwest|southeast|southwest)-[0-9]\b";

#[expect(clippy::expect_used, reason = "constant patterns, compiled by a test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static ARN_OR_HOST: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("{ARN}|{HOST}")));
static REGION_CODE: LazyLock<Regex> = LazyLock::new(|| pattern(REGION));

/// Every ARN and AWS host name in a value, sorted, each once.
pub fn find(key: &str, value: &str) -> Vec<Reference> {
    let found: BTreeSet<Reference> = ARN_OR_HOST
        .find_iter(value)
        .map(|found| {
            let target = found.as_str().trim_end_matches(['.', ':', '/']).to_owned();
            Reference {
                key: key.to_owned(),
                region: region_of(&target),
                target,
            }
        })
        .collect();
    found.into_iter().collect()
}

/// The Region that an ARN or an AWS host name names.
///
/// An ARN is taken at its word: its resource part may hold another Region's code by name only.
pub fn region_of(target: &str) -> Option<String> {
    if let Some(arn) = super::Arn::parse(target) {
        return (!arn.region.is_empty()).then(|| arn.region.to_owned());
    }
    let host = target.to_ascii_lowercase();
    // The Region stands near the end, before the domain; a bucket's or an API's own name comes first.
    host.rsplit('.').find_map(|label| {
        let found = REGION_CODE.find(label)?;
        let whole =
            found.as_str() == label || label.starts_with("s3-") || label.starts_with("s3express-");
        whole.then(|| found.as_str().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(value: &str) -> Vec<(String, Option<String>)> {
        find("K", value)
            .into_iter()
            .map(|r| (r.target, r.region))
            .collect()
    }

    #[test]
    fn finds_arns_and_hosts_and_nothing_else() {
        let value = r#"{"t":"arn:aws:dynamodb:eu-west-1:111111111111:table/orders","p":"hunter2",
            "q":"https://sqs.eu-central-1.amazonaws.com/111111111111/jobs?token=abc"}"#;
        assert_eq!(
            targets(value),
            [
                (
                    "arn:aws:dynamodb:eu-west-1:111111111111:table/orders".to_owned(),
                    Some("eu-west-1".to_owned())
                ),
                (
                    "sqs.eu-central-1.amazonaws.com".to_owned(),
                    Some("eu-central-1".to_owned())
                ),
            ]
        );
    }

    #[test]
    fn reads_the_region_of_hosts_by_label() {
        for (host, region) in [
            (
                "orders.cluster-abc.eu-west-1.rds.amazonaws.com",
                Some("eu-west-1"),
            ),
            (
                "eu-west-1-assets.s3.us-east-1.amazonaws.com",
                Some("us-east-1"),
            ),
            ("assets.s3-eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("eu-west-1-assets.s3.amazonaws.com", None),
            ("sts.amazonaws.com", None),
            ("dynamodb.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("abc.lambda-url.us-gov-west-1.on.aws", Some("us-gov-west-1")),
        ] {
            assert_eq!(region_of(host).as_deref(), region, "{host}");
        }
    }

    #[test]
    fn an_arn_without_region_names_none() {
        assert_eq!(region_of("arn:aws:s3:::eu-west-1-assets"), None);
        assert_eq!(targets("postgres://u:p@db.example.com/x"), []);
    }
}
