//! `mrlint.yaml` as it is written: strict, with the places of what can be wrong.
//!
//! Only the shape; its doc comments are what editors show. What the words mean is
//! [`super::load`]'s business.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use crate::inventory::Kind;
use crate::notify::On;
use crate::rule::meta::{Posture, Severity};

/// What a team means its architecture to be: workloads, boundaries, rules, waivers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "mrlint.yaml, version 1")]
pub(super) struct ConfigFile {
    /// Version of this format: 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    pub(super) version: Spanned<u32>,
    /// Where data may be, beside the boundaries that mrlint knows (`eu`, `eea`, `eu+uk`, `eu+ch`).
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BoundaryFile>")]
    pub(super) boundaries: IndexMap<Spanned<String>, BoundaryFile>,
    /// Resources that serve one purpose, with their objectives.
    #[serde(default)]
    #[schemars(with = "Vec<WorkloadFile>")]
    pub(super) workloads: Vec<Spanned<WorkloadFile>>,
    /// Settings of rules, by their id or name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RuleFile>")]
    pub(super) rules: IndexMap<Spanned<String>, RuleFile>,
    /// Findings that somebody answers for.
    #[serde(default)]
    #[schemars(with = "Vec<WaiverFile>")]
    pub(super) waivers: Vec<Spanned<WaiverFile>>,
    /// What `mrlint simulate` assumes, by the names that `--assumptions` prints.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, SpanFile>")]
    pub(super) simulation: IndexMap<Spanned<String>, SpanFile>,
    /// The runs that `--state-dir` keeps.
    pub(super) history: Option<HistoryFile>,
    /// Who `mrlint notify` and `--notify` tell what changed between runs.
    #[serde(default)]
    #[schemars(with = "Vec<TargetFile>")]
    pub(super) notify: Vec<Spanned<TargetFile>>,
}

/// The runs that are kept.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryFile {
    /// How many; 400 when not given.
    #[schemars(with = "Option<u32>", range(min = 2, max = 100_000))]
    pub(super) keep: Option<Spanned<u32>>,
}

/// Somebody who is told what changed: one of `slack`, `webhook` and `sns`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetFile {
    /// An incoming webhook of Slack.
    pub(super) slack: Option<AddressFile>,
    /// Any service that takes JSON by POST.
    pub(super) webhook: Option<WebhookFile>,
    /// A topic of SNS, published to by your own credentials.
    pub(super) sns: Option<SnsFile>,
    /// What it is told of; everything when not given.
    pub(super) on: Option<Vec<On>>,
    /// The least severity of findings that it is told of; low when not given.
    pub(super) severity: Option<Severity>,
    /// Days before its end on which a waiver is told of; 14 when not given.
    #[schemars(with = "Option<u32>", range(max = 366))]
    pub(super) expiring_days: Option<Spanned<u32>>,
}

/// Where the address is: it is a secret, and does not stand here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressFile {
    /// Name of the environment variable that holds it.
    #[schemars(with = "Option<String>")]
    pub(super) url_env: Option<Spanned<String>>,
    /// File that holds it, as seen from this one.
    pub(super) url_file: Option<String>,
}

/// A service that takes JSON.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookFile {
    /// Name of the environment variable that holds the address.
    #[schemars(with = "Option<String>")]
    pub(super) url_env: Option<Spanned<String>>,
    /// File that holds the address, as seen from this one.
    pub(super) url_file: Option<String>,
    /// Headers, each with the name of the environment variable that holds its value.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) header_env: BTreeMap<String, Spanned<String>>,
}

impl WebhookFile {
    pub(super) fn address(&self) -> AddressFile {
        AddressFile {
            url_env: self.url_env.clone(),
            url_file: self.url_file.clone(),
        }
    }
}

/// A topic.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnsFile {
    /// Its ARN.
    #[schemars(with = "String")]
    pub(super) topic_arn: Spanned<String>,
}

/// How long something takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpanFile {
    /// As it usually is, such as `10m`.
    #[schemars(with = "String")]
    pub(super) typical: Spanned<String>,
    /// At the upper end: what objectives are held against.
    #[schemars(with = "String")]
    pub(super) upper: Spanned<String>,
}

/// The set of Regions where data may be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BoundaryFile {
    /// Codes of Regions, globs such as `eu-*`, or names of boundaries that mrlint knows.
    #[schemars(with = "Vec<String>")]
    pub(super) regions: Vec<Spanned<String>>,
    /// Tags of the data that the boundary is about; all data of the workload when not given.
    #[serde(default)]
    pub(super) tags: BTreeMap<String, Globs>,
}

/// Resources that serve one purpose.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkloadFile {
    /// Its name, once in the file.
    #[schemars(with = "String")]
    pub(super) name: Spanned<String>,
    /// Team or person that answers for it.
    pub(super) owner: Option<String>,
    /// How it means to survive the loss of a Region; worked out from its names when not given.
    pub(super) posture: Option<Posture>,
    /// Where it runs; worked out from its names when not given.
    pub(super) regions: Option<RegionsFile>,
    /// How long it may be down when a Region is lost, such as `5m` or `1h30m`.
    #[schemars(with = "Option<String>")]
    pub(super) rto: Option<Spanned<String>>,
    /// How much of the latest data it may lose, such as `0s` or `15m`.
    #[schemars(with = "Option<String>")]
    pub(super) rpo: Option<Spanned<String>>,
    /// Where its data may be: a boundary of this file, or one that mrlint knows.
    #[schemars(with = "Option<String>")]
    pub(super) boundary: Option<Spanned<String>>,
    /// Weight of its score among the workloads, from 1 to 100; 1 when not given.
    #[schemars(with = "Option<u32>", range(min = 1, max = 100))]
    pub(super) criticality: Option<Spanned<u32>>,
    /// DNS names that clients use; those that lead to its resources when not given.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) entry_points: Vec<Spanned<String>>,
    /// What belongs to it: whatever one of these selects.
    #[schemars(with = "Vec<SelectorFile>")]
    pub(super) select: Vec<Spanned<SelectorFile>>,
}

/// Where a workload runs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionsFile {
    /// Regions that serve.
    #[schemars(with = "Vec<String>")]
    pub(super) active: Vec<Spanned<String>>,
    /// Regions that wait for a failover.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) standby: Vec<Spanned<String>>,
}

/// Selects resources that all of its lines fit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SelectorFile {
    /// Tags by key, each with a glob or several for its value.
    #[serde(default)]
    pub(super) tags: BTreeMap<String, Globs>,
    /// Globs for names.
    pub(super) names: Option<Globs>,
    /// Globs for ARNs.
    pub(super) arns: Option<Globs>,
    /// Globs for names of CloudFormation stacks.
    pub(super) stacks: Option<Globs>,
    /// Account ids.
    pub(super) accounts: Option<Globs>,
    /// Kinds, such as `AWS::DynamoDB::Table`.
    #[serde(default)]
    pub(super) kinds: Vec<Kind>,
}

/// Settings of a rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// Another severity than the rule's own.
    pub(super) severity: Option<Severity>,
    /// `false` leaves the rule out.
    pub(super) enabled: Option<bool>,
    /// Why it is left out or changed.
    pub(super) reason: Option<String>,
    /// The rule's own options; `mrlint explain RULE` lists them.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub(super) options: IndexMap<Spanned<String>, serde_json::Value>,
}

/// A dated, owned, reasoned exception.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaiverFile {
    /// Id or name of the rule.
    #[schemars(with = "String")]
    pub(super) rule: Spanned<String>,
    /// The workload; all when not given.
    #[schemars(with = "Option<String>")]
    pub(super) workload: Option<Spanned<String>>,
    /// Glob for the ARN of the resource.
    #[schemars(with = "String")]
    pub(super) resource: Spanned<String>,
    /// Who answers for it.
    #[schemars(with = "String")]
    pub(super) owner: Spanned<String>,
    /// Why it is right to leave it.
    #[schemars(with = "String")]
    pub(super) reason: Spanned<String>,
    /// Last day that it holds, such as `2027-01-31`.
    #[schemars(with = "String")]
    pub(super) expires: Spanned<String>,
}

/// A glob or a list of globs.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(with = "OneOrMore")]
pub(super) struct Globs(pub(super) Vec<Spanned<String>>);

/// What editors are told about [`Globs`].
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema matters")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl<'de> Deserialize<'de> for Globs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Globs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a glob or a list of globs")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Globs, E> {
                let nowhere = serde_saphyr::Location::UNKNOWN;
                Ok(Globs(vec![Spanned::new(text.to_owned(), nowhere, nowhere)]))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Globs, E> {
                self.visit_str(if value { "true" } else { "false" })
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Globs, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Globs, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Globs, A::Error> {
                let mut globs = Vec::new();
                while let Some(glob) = list.next_element()? {
                    globs.push(glob);
                }
                Ok(Globs(globs))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
