//! What to collect, and why there may be nothing to collect.

use sha2::{Digest, Sha256};

use super::keep::{KeepError, Place};
use crate::aws::pace::Speed;
use crate::inventory::region;
use crate::located::nearest;

/// What to collect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Each is an account. None: the default credentials.
    pub profiles: Vec<String>,
    /// Roles to assume with the one profile's (or the default) credentials; each is an account.
    pub role_arns: Vec<String>,
    pub external_id: Option<String>,
    /// Codes, globs, `all`. None: all.
    pub regions: Vec<String>,
    pub exclude_regions: Vec<String>,
}

impl Request {
    /// The same for the same request, and only for it.
    pub(super) fn fingerprint(&self) -> String {
        format!("{:x}", Sha256::digest(format!("{self:?}")))
    }
}

/// How to collect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct How {
    pub speed: Speed,
    pub place: Place,
}

/// Why there is nothing to work on.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("{0}")]
    Usage(String),
    #[error("no account could be asked:\n{}", list(.0))]
    NoAccount(Vec<String>),
    #[error("none of the enabled Regions is wanted ({wanted})")]
    NoRegion { wanted: String, enabled: String },
    #[error("no enabled Region matches {}", quoted(.unmet))]
    NotEnabled { unmet: Vec<String>, enabled: String },
    #[error("interrupted before anything was collected")]
    Interrupted,
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl CollectError {
    /// Whether the command line, not AWS, has to change.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Usage(_) | Self::NotEnabled { .. } | Self::Keep(KeepError::OtherRun(_))
        )
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoAccount(_) => Some(
                "`aws sts get-caller-identity` shows whether the credentials work; --profile and \
                 --role-arn name others"
                    .to_owned(),
            ),
            Self::NoRegion { enabled, .. } => Some(format!("enabled are: {enabled}")),
            Self::NotEnabled { unmet, enabled } => {
                // A Region that exists is no slip of the pen: it is not enabled.
                let slip = unmet.first().filter(|text| region::info(text).is_none());
                let near = slip.and_then(|text| nearest(text, enabled.split(", ")));
                let meant = near.map(|near| format!("did you mean `{near}`? "));
                let meant = meant.unwrap_or_default();
                Some(format!("{meant}enabled are: {enabled}"))
            }
            Self::Keep(KeepError::InUse(_)) => {
                Some("wait for it, or name another folder with --state-dir".to_owned())
            }
            Self::Keep(KeepError::OtherRun(_)) => Some(
                "go on with it by the options that it began with, or start anew without --resume"
                    .to_owned(),
            ),
            Self::Usage(_) | Self::Interrupted | Self::Keep(KeepError::Store { .. }) => None,
        }
    }
}

fn list(reasons: &[String]) -> String {
    let lines: Vec<String> = reasons.iter().map(|reason| format!("  {reason}")).collect();
    lines.join("\n")
}

fn quoted(patterns: &[String]) -> String {
    let quoted: Vec<String> = patterns.iter().map(|it| format!("`{it}`")).collect();
    quoted.join(", ")
}
