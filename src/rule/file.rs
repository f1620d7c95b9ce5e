//! A rule file as it is written: strict, with the places of its expressions.
//!
//! Only the shape. What the words mean, and whether the expressions make sense, is
//! [`super::load`]'s business.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::meta::{Applies, Evidence, Posture, Severity};
use super::option::OptionFile;
use crate::inventory::{Cause, Kind};

/// One rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) title: String,
    pub(super) severity: Severity,
    pub(super) posture: Applies,
    pub(super) evidence: Evidence,
    #[serde(rename = "for")]
    pub(super) subject: Spanned<String>,
    #[serde(default)]
    pub(super) options: BTreeMap<String, OptionFile>,
    pub(super) per: Option<Spanned<String>>,
    pub(super) when: Option<Spanned<String>>,
    pub(super) fail: Spanned<String>,
    pub(super) message: Spanned<String>,
    pub(super) related: Option<Spanned<String>>,
    pub(super) why: String,
    pub(super) fix: FixFile,
    /// What the fix changes in an inventory, where that can change what a simulation says.
    pub(super) mend: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) references: Vec<ReferenceFile>,
    #[serde(default)]
    pub(super) frameworks: Vec<String>,
    #[serde(default)]
    pub(super) cases: Vec<Spanned<CaseFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixFile {
    pub(super) text: String,
    pub(super) terraform: Option<String>,
    pub(super) cloudformation: Option<String>,
    pub(super) cli: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferenceFile {
    pub(super) title: String,
    pub(super) url: Option<String>,
}

/// The verdict that a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    Pass,
    Fail,
    NotApplicable,
    Unknown,
}

impl Expected {
    pub fn text(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not-applicable",
            Self::Unknown => "unknown",
        }
    }
}

/// A small estate and what the rule must say of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseFile {
    pub(super) name: String,
    /// The gravest verdict of all subjects: fail, then unknown, then pass, then not applicable.
    pub(super) verdict: Expected,
    /// Names of exactly the resources that fail.
    pub(super) findings: Option<Vec<String>>,
    /// The text of the one finding's message.
    pub(super) message: Option<String>,
    pub(super) given: GivenFile,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenFile {
    #[serde(default)]
    pub(super) workload: WorkloadFile,
    #[serde(default)]
    pub(super) resources: Vec<ResourceFile>,
    #[serde(default)]
    pub(super) gaps: Vec<GapFile>,
    /// Options of the rule that the case wants otherwise.
    #[serde(default)]
    pub(super) options: BTreeMap<String, Value>,
}

/// The workload of a case; by default active-active in the Regions of its resources.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkloadFile {
    pub(super) regions: Option<Vec<String>>,
    #[serde(default)]
    pub(super) standby: Vec<String>,
    pub(super) posture: Option<Posture>,
    /// Whether somebody declared it.
    #[serde(default)]
    pub(super) declared: bool,
    pub(super) rto_seconds: Option<i64>,
    pub(super) rpo_seconds: Option<i64>,
    /// Regions of its boundary.
    pub(super) boundary: Option<Vec<String>>,
    /// Tags of the data that the boundary is about.
    #[serde(default)]
    pub(super) boundary_tags: BTreeMap<String, String>,
}

/// A resource of a case. What is not given has its default: false, zero, empty or null.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ResourceFile {
    /// By default the kind that the rule is for.
    pub(super) kind: Option<Kind>,
    pub(super) name: String,
    /// By default `aws-global`.
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) arn: Option<String>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    /// Properties (or `tags`) that could not be read.
    #[serde(default)]
    pub(super) unread: Vec<String>,
    #[serde(flatten)]
    pub(super) properties: serde_json::Map<String, Value>,
}

/// Something of the case that could not be read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GapFile {
    /// By default the case's account.
    pub(super) account: Option<String>,
    /// By default `aws-global`: everywhere in the account.
    pub(super) region: Option<String>,
    pub(super) hides: Vec<Kind>,
    pub(super) cause: Option<Cause>,
}
