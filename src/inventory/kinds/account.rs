//! Accounts, as each speaks of itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::s3::PublicAccessBlock;

/// An account that was asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Every Region of the partition, and whether the account has it enabled.
    pub regions: Vec<RegionStatus>,
    /// The organisation that it belongs to; null when it belongs to none.
    pub organization: Option<Membership>,
    /// Block Public Access for every bucket of the account; all settings are off where nobody set any.
    /// (A call of its own: `s3:GetAccountPublicAccessBlock`.)
    pub public_access_block: PublicAccessBlock,
}

/// A Region, seen from an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegionStatus {
    /// Code of the Region.
    pub region: String,
    /// Whether it is enabled: `ENABLED_BY_DEFAULT` cannot be disabled, the others are opt-in.
    #[schemars(extend("x-known" = ["ENABLED", "ENABLED_BY_DEFAULT", "ENABLING", "DISABLING", "DISABLED"]))]
    pub status: String,
}

/// The organisation of an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Membership {
    /// Id of the organisation (`o-…`).
    pub id: String,
    /// Account that manages it: service control policies never restrict that one.
    pub management_account: String,
}
