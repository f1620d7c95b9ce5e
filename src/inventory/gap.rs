//! What could not be read, and why; and what was.
//!
//! A gap never says what a resource is like: it only takes certainty away. Whoever judges asks
//! [`super::Inventory`] what the gaps hide.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Kind, Region};

/// Why something could not be read.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// IAM does not allow the caller to make the call.
    Denied,
    /// A service control policy of the organisation forbids the call.
    DeniedByScp,
    /// AWS kept answering that too many calls were made.
    Throttled,
    /// The service or the operation does not exist in this Region.
    UnsupportedInRegion,
    /// The account has not enabled the Region.
    RegionDisabled,
    /// No answer within the time allowed.
    Timeout,
    /// Credentials are missing, wrong or expired.
    Credentials,
    /// Nobody asked: the inventory was made without this part.
    NotCollected,
    /// Anything else; the message says what.
    Other,
}

impl Cause {
    pub const ALL: [Self; 9] = [
        Self::Denied,
        Self::DeniedByScp,
        Self::Throttled,
        Self::UnsupportedInRegion,
        Self::RegionDisabled,
        Self::Timeout,
        Self::Credentials,
        Self::NotCollected,
        Self::Other,
    ];

    /// The cause as files and rules write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::DeniedByScp => "denied_by_scp",
            Self::Throttled => "throttled",
            Self::UnsupportedInRegion => "unsupported_in_region",
            Self::RegionDisabled => "region_disabled",
            Self::Timeout => "timeout",
            Self::Credentials => "credentials",
            Self::NotCollected => "not_collected",
            Self::Other => "other",
        }
    }

    /// The cause in words, as reports print it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::DeniedByScp => "denied by a service control policy",
            Self::Throttled => "throttled",
            Self::UnsupportedInRegion => "unsupported in this Region",
            Self::RegionDisabled => "Region not enabled",
            Self::Timeout => "timed out",
            Self::Credentials => "credentials not accepted",
            Self::NotCollected => "not collected",
            Self::Other => "failed",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Identity of a gap: one per place, operation and cause, however many calls failed that way.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct GapKey {
    pub account: AccountId,
    pub region: Region,
    /// The API operation, `service:Operation` (`dynamodb:ListTables`).
    pub operation: String,
    pub cause: Cause,
}

impl fmt::Display for GapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} in account {}, {}: {}",
            self.operation, self.account, self.region, self.cause
        )
    }
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    #[serde(flatten)]
    pub key: GapKey,
    /// The IAM action that allows the operation, where it is known.
    pub action: Option<String>,
    /// What AWS said, without identifiers of the request. The first in sort order where several differ.
    pub message: Option<String>,
    /// Kinds of which resources of this account and Region may be missing.
    pub hides: BTreeSet<Kind>,
    /// How many calls failed this way.
    pub calls: u64,
}

impl Gap {
    /// Takes the other's failures in. Both must have the same key.
    pub fn absorb(&mut self, other: Self) {
        debug_assert_eq!(self.key, other.key);
        self.calls = self.calls.saturating_add(other.calls);
        self.hides.extend(other.hides);
        self.message = match (self.message.take(), other.message) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.action = self.action.take().or(other.action);
    }
}

/// Who says that there is nothing, where nobody asked the service itself.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// Whose word it is: `AWS Config aggregator NAME in REGION`.
    pub source: String,
    /// Of when (RFC 3339, UTC).
    pub at: String,
}

/// Proof that kinds were asked for in a place (where an answer was not whole, a gap hides the kind).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    pub account: AccountId,
    /// A Region, or `aws-global` for kinds that one call lists for all Regions.
    pub region: Region,
    pub kinds: BTreeSet<Kind>,
    /// On whose word there is nothing of them; none where the services themselves were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Word>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_files_call_a_cause_the_same() {
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.code());
        }
    }
}
