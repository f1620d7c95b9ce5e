//! What to collect, and why there may be nothing to collect.

use std::fmt;

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
    /// Ids of accounts, each read with the role named by `role_name`.
    pub accounts: Vec<String>,
    /// All accounts of the organisation, in the same way.
    pub org: bool,
    /// The accounts of organisational units and all below, in the same way.
    pub units: Vec<String>,
    /// `KEY=VALUE`, a value may be a glob: those of an organisation or unit that have all of them.
    pub account_tags: Vec<String>,
    /// Ids, or globs of names and ids, of accounts to leave out.
    pub exclude_accounts: Vec<String>,
    /// The role in each account; the one that `iam-policy` makes when not given.
    pub role_name: Option<String>,
    pub external_id: Option<String>,
    /// Codes, globs, `all`. None: all.
    pub regions: Vec<String>,
    pub exclude_regions: Vec<String>,
    /// Says where there is nothing to ask for.
    pub aggregator: Option<Aggregator>,
}

/// An aggregator of AWS Config. It is asked with the first profile, or the default credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregator {
    pub name: String,
    /// The Region that it is in; that of the credentials when not given.
    pub region: Option<String>,
    /// What it gathered longer ago counts for nothing.
    pub max_age_hours: u32,
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
    #[error("{problem}")]
    Usage {
        problem: String,
        help: Option<String>,
    },
    #[error("no account could be asked:\n{}", list(.0))]
    NoAccount(Vec<String>),
    #[error("the accounts could not be listed: {0}")]
    NotListed(NotListed),
    #[error("{0}")]
    Aggregator(NotAnswering),
    #[error("none of the enabled Regions is wanted ({wanted})")]
    NoRegion { wanted: String, enabled: String },
    #[error("no enabled Region matches {}", quoted(.unmet))]
    NotEnabled { unmet: Vec<String>, enabled: String },
    #[error("interrupted before anything was collected")]
    Interrupted,
    #[error(transparent)]
    Keep(#[from] KeepError),
}

/// Why nobody says which accounts there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotListed {
    /// The operation that failed.
    pub operation: String,
    /// The account that it was called from.
    pub caller: String,
    /// What AWS said.
    pub message: String,
    /// Whether it is for want of permission, or of the right account to ask from.
    pub denied: bool,
}

impl fmt::Display for NotListed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            caller,
            message,
            ..
        } = self;
        write!(f, "{operation} from account {caller}: {message}")
    }
}

/// Why an aggregator says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnswering {
    pub name: String,
    /// The account and the Region that were asked for it.
    pub account: String,
    pub region: String,
    /// The operation that failed.
    pub operation: &'static str,
    /// What AWS said.
    pub message: String,
    /// Whether it is for want of permission.
    pub denied: bool,
    /// Whether there is no such aggregator there.
    pub is_missing: bool,
    /// Whether it would say nothing the next time either.
    pub for_good: bool,
}

impl fmt::Display for NotAnswering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the AWS Config aggregator `{}` of account {} in {} does not answer: {}: {}",
            self.name, self.account, self.region, self.operation, self.message
        )
    }
}

impl NotAnswering {
    fn help(&self) -> String {
        if self.denied {
            return format!(
                "whoever runs this needs the permission {} (`mrlint iam-policy --for caller`); \
                 without --config-aggregator every service is asked",
                self.operation
            );
        }
        "an aggregator is in one Region of one account: --config-aggregator-region and --profile \
         name them, `aws configservice describe-configuration-aggregators` lists those that there \
         are; without --config-aggregator every service is asked"
            .to_owned()
    }
}

impl CollectError {
    /// Whether the command line, not AWS, has to change.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Usage { .. } | Self::NotEnabled { .. } | Self::Keep(KeepError::OtherRun(_)) => {
                true
            }
            Self::Aggregator(not) => not.is_missing,
            _ => false,
        }
    }

    /// Two things that do not go together, or one that makes no sense; and what to do instead.
    pub(super) fn usage(problem: impl Into<String>, help: &str) -> Self {
        Self::Usage {
            problem: problem.into(),
            help: Some(help.to_owned()),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoAccount(_) => Some(
                "`aws sts get-caller-identity` shows whether the credentials work; --profile and \
                 --role-arn name others"
                    .to_owned(),
            ),
            Self::NotListed(not) if !not.denied => {
                Some("--account names them one by one, without asking the organisation".to_owned())
            }
            Self::NotListed(not) => Some(format!(
                "organisations answer only their management account and delegated administrators: \
                 run with the credentials of one, with the permission {} \
                 (`mrlint iam-policy --for caller`); or name the accounts with --account",
                not.operation
            )),
            Self::Aggregator(not) => Some(not.help()),
            Self::NoRegion { enabled, .. } => Some(format!("enabled are: {enabled}")),
            Self::NotEnabled { unmet, enabled } => {
                // A Region that exists is no slip of the pen: it is not enabled.
                let slip = unmet.first().filter(|text| region::info(text).is_none());
                let near = slip.and_then(|text| nearest(text, enabled.split(", ")));
                let meant = near.map(|near| format!("did you mean `{near}`? "));
                let meant = meant.unwrap_or_default();
                Some(format!("{meant}enabled are: {enabled}"))
            }
            Self::Usage { help, .. } => help.clone(),
            Self::Keep(KeepError::InUse(_)) => {
                Some("wait for it, or name another folder with --state-dir".to_owned())
            }
            Self::Keep(KeepError::OtherRun(_)) => Some(
                "go on with it by the options that it began with, or start anew without --resume"
                    .to_owned(),
            ),
            Self::Interrupted | Self::Keep(KeepError::Store { .. }) => None,
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
