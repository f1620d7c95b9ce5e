//! A run as it is kept and compared: as much of the JSON report as a comparison needs.
//!
//! A record is a JSON report with less in it: both are read by the same words, so that a report, a
//! baseline and a run of the history are one thing. Later minor versions may say more; another major
//! one is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::report::fingerprint::hex;
use crate::report::{Marks, Report, json};
use crate::rule::meta::Severity;
use sha2::{Digest, Sha256};

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the report's format.
    pub schema_version: String,
    pub tool: Tool,
    pub run: Run,
    pub coverage: Coverage,
    pub workloads: Vec<Workload>,
    pub findings: Vec<Finding>,
    pub verdicts: Vec<Verdicts>,
    pub gaps: Vec<Gap>,
    pub waived: Vec<Waived>,
    pub score: Overall,
    /// Reports before 1.4 do not say what they looked at: of those less can be told.
    #[serde(default)]
    pub judged: Option<Judged>,
    /// Findings of earlier runs that could not be judged again; of records in a history only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<Carried>,
    /// The same, as a report with `--previous` says it; taken over when it is read.
    #[serde(default, skip_serializing)]
    pub(super) since: Option<Since>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Since {
    carried: Vec<Carried>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub started: String,
    pub finished: String,
    pub resources: u64,
    /// Stands for the rules with their settings.
    pub rules: String,
    pub config: Option<Config>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub decided: usize,
    pub unknown: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    pub name: String,
    #[serde(default)]
    pub losses: Vec<Loss>,
    pub score: Score,
}

/// How it came out of a loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    pub loss: String,
    pub outcome: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    pub points: Option<u8>,
    pub uncapped: Option<u8>,
    pub low: Option<u8>,
    pub high: Option<u8>,
    pub caps: Vec<Cap>,
    pub pillars: Vec<Pillar>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    pub at: u8,
    pub cause: String,
    pub rule: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pillar {
    pub code: String,
    pub points: Option<u8>,
    pub terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    pub rule: String,
    pub failed: usize,
    pub evaluated: usize,
    pub unknown: usize,
    pub waived: usize,
    /// Weight times confidence times the share that fails; null when nothing was decided.
    pub loss: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: String,
    pub title: String,
    pub severity: Severity,
    pub workload: String,
    pub resource: Resource,
    pub related: Vec<Resource>,
    pub message: String,
    pub fingerprint: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Resource {
    pub arn: String,
    pub kind: String,
    pub account: String,
    pub region: String,
    pub name: String,
}

/// What a rule said in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    pub rule: String,
    pub unknown: usize,
    /// Stands for the rule with its settings; reports before 1.4 do not say it.
    #[serde(default)]
    pub stamp: Option<String>,
    pub unknown_because: BTreeSet<GapKey>,
}

/// Identity of a gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GapKey {
    pub account: String,
    pub region: String,
    pub operation: String,
    /// As files write it: a later version may know more causes.
    pub cause: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    #[serde(flatten)]
    pub key: GapKey,
    /// Kinds of which resources may be missing.
    pub hides: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waived {
    #[serde(flatten)]
    pub finding: Finding,
    pub owner: String,
    pub expires: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overall {
    pub points: Option<u8>,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    pub scope: BTreeMap<String, BTreeSet<String>>,
    pub unasked: Vec<Unasked>,
    #[serde(serialize_with = "write_marks", deserialize_with = "read_marks")]
    pub resources: Marks,
    #[serde(serialize_with = "write_some", deserialize_with = "read_some")]
    pub passed: Option<Marks>,
    #[serde(serialize_with = "write_marks", deserialize_with = "read_marks")]
    pub open: Marks,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unasked {
    pub account: String,
    pub region: String,
    pub kinds: BTreeSet<String>,
}

/// A finding that could not be judged again since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    #[serde(flatten)]
    pub finding: Finding,
    /// When the inventory was finished in which it was found.
    pub last_seen: String,
}

fn write_marks<S: Serializer>(marks: &Marks, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&marks.digits())
}

#[expect(clippy::ref_option, reason = "serde hands the field over like this")]
fn write_some<S: Serializer>(marks: &Option<Marks>, to: S) -> Result<S::Ok, S::Error> {
    marks.as_ref().map(Marks::digits).serialize(to)
}

fn read_some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Marks>, D::Error> {
    let wrong = || de::Error::custom("not digits of marks, twelve each");
    let digits = Option::<String>::deserialize(from)?;
    digits
        .map(|it| Marks::read(&it).ok_or_else(wrong))
        .transpose()
}

fn read_marks<'de, D: Deserializer<'de>>(from: D) -> Result<Marks, D::Error> {
    Ok(read_some(from)?.unwrap_or_default())
}

/// Why something is no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("no JSON report of mrlint: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a report of version {0}; this mrlint compares those of version 1")]
    Version(String),
}

impl Record {
    /// What a comparison needs of a report: exactly what its JSON would say.
    pub fn of(report: &Report) -> Result<Self, RecordError> {
        Ok(Self::deserialize(json::value(report)?)?.sorted())
    }

    /// Worst first; the same whatever order a report was written in.
    fn sorted(mut self) -> Self {
        let order = |it: &Finding| (std::cmp::Reverse(it.severity), it.fingerprint.clone());
        self.findings.sort_by_cached_key(order);
        let since = self.since.take();
        self.carried
            .extend(since.into_iter().flat_map(|it| it.carried));
        self
    }

    /// Reads a JSON report, or a record.
    pub fn read(input: impl Read) -> Result<Self, RecordError> {
        /// Says which version it is, whatever else there is.
        #[derive(Deserialize)]
        struct Versioned {
            schema_version: String,
        }
        let value: serde_json::Value = serde_json::from_reader(input)?;
        let Versioned { schema_version } = Versioned::deserialize(&value)?;
        if schema_version.split('.').next() != Some("1") {
            return Err(RecordError::Version(schema_version));
        }
        Ok(Self::deserialize(value)?.sorted())
    }

    /// The record as it is kept.
    pub fn bytes(&self) -> Result<Vec<u8>, RecordError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Stands for what the run found, and when: the same run always has the same.
    pub fn id(&self) -> Result<String, RecordError> {
        let own = Self {
            carried: Vec::new(),
            ..self.clone()
        };
        Ok(hex(&Sha256::digest(own.bytes()?)[..6]))
    }

    /// What the rule said.
    pub fn verdicts(&self, rule: &str) -> Option<&Verdicts> {
        self.verdicts.iter().find(|it| it.rule == rule)
    }

    pub fn workload(&self, name: &str) -> Option<&Workload> {
        self.workloads.iter().find(|it| it.name == name)
    }

    /// Accounts that were asked, each with its Regions; of an older report each with all of them.
    pub fn scope(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        if let Some(judged) = &self.judged {
            let each = judged.scope.iter().map(|(account, regions)| {
                let regions = regions.iter().map(String::as_str).collect();
                (account.as_str(), regions)
            });
            return each.collect();
        }
        let regions: BTreeSet<&str> = self.run.regions.iter().map(String::as_str).collect();
        let accounts = self.run.accounts.iter();
        accounts.map(|it| (it.as_str(), regions.clone())).collect()
    }
}

impl Coverage {
    /// The share that could be decided, in tenths of a per cent, rounded down.
    pub fn tenths(self) -> u64 {
        let all = self.decided.saturating_add(self.unknown).max(1) as u64;
        1000 - ((self.unknown as u64) * 1000).div_ceil(all)
    }

    /// In per cent, with one decimal.
    pub fn percent(self) -> String {
        let tenths = self.tenths();
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

impl Score {
    /// Points, or the range that stands in for them.
    pub fn shown(&self) -> String {
        match (self.points, self.low, self.high) {
            (Some(points), ..) => points.to_string(),
            (None, Some(low), Some(high)) => format!("{low}–{high}"),
            _ => "none".to_owned(),
        }
    }
}

impl std::fmt::Display for GapKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let cause = crate::inventory::Cause::ALL
            .into_iter()
            .find(|it| it.code() == self.cause);
        let cause = cause.map_or_else(|| self.cause.clone(), |it| it.text().to_owned());
        write!(
            f,
            "{} in account {}, {}: {cause}",
            self.operation, self.account, self.region
        )
    }
}
