//! Organisations: their accounts and service control policies.
//!
//! Of an account neither address nor owner is kept, only what says where it stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An account of an organisation, as the organisation lists it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// The twelve digits.
    pub account_id: String,
    /// Where it stands in its life; null when not reported.
    #[schemars(extend("x-known" = ["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"]))]
    pub state: Option<String>,
    /// Ids of the root and of the organisational units that it is in, outermost first.
    pub path: Vec<String>,
}

/// A service control policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Id (`p-…`).
    pub policy_id: String,
    /// Whether AWS wrote it.
    pub aws_managed: bool,
    /// Whether policies of this type are switched on in the organisation: else none has effect.
    pub in_force: bool,
    /// What it says, taken apart.
    pub statements: Vec<Statement>,
    /// Ids of the roots, organisational units and accounts that it is attached to.
    pub targets: Vec<String>,
}

/// A statement of a policy. What of its conditions is not about Regions or exempt principals is
/// kept by name alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Statement {
    /// Its id; null when it has none.
    pub sid: Option<String>,
    /// Whether it denies or allows.
    #[schemars(extend("x-known" = ["Allow", "Deny"]))]
    pub effect: String,
    /// Patterns of the actions that it is about.
    pub actions: Vec<String>,
    /// Patterns of the actions that it is not about: then it is about all others.
    pub not_actions: Vec<String>,
    /// Patterns of the resources that it is about.
    pub resources: Vec<String>,
    /// Patterns of the resources that it is not about: then it is about all others.
    pub not_resources: Vec<String>,
    /// Conditions on `aws:RequestedRegion`; all of them have to hold.
    pub regions: Vec<RegionCondition>,
    /// Patterns of ARNs of principals that it does not hold for (`aws:PrincipalArn`).
    pub except_principals: Vec<String>,
    /// Keys of all its other conditions.
    pub other_conditions: Vec<String>,
}

/// A condition on the Region of a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegionCondition {
    /// How the Region is compared; the Not forms hold where none of the values fits.
    #[schemars(extend("x-known" = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]))]
    pub operator: String,
    /// Region codes; patterns with `*` and `?` for the Like forms.
    pub values: Vec<String>,
}
