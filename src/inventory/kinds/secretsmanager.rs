//! Secrets of Secrets Manager: that they are there, never what they hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A secret. Its value and description are never read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Secret {
    /// Region in which a replicated secret is written; null for a secret that is not replicated.
    pub primary_region: Option<String>,
    /// KMS key that protects it, as it was named; null for the service's own key.
    pub kms_key: Option<String>,
    /// Service that made it and looks after it; null for secrets of your own.
    pub owning_service: Option<String>,
    /// Whether it is rotated.
    pub rotation_enabled: bool,
    /// ARN of the function that rotates it; null when the service does, or nobody.
    pub rotation_function: Option<String>,
    /// When it changed last (RFC 3339); null when it never did.
    pub last_changed: Option<String>,
    /// Its replicas in other Regions; empty on a replica.
    pub replicas: Vec<SecretReplica>,
}

/// A copy of a secret in another Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecretReplica {
    /// Region of the copy.
    pub region: String,
    /// State of the copy.
    #[schemars(extend("x-known" = ["Failed", "InProgress", "InSync"]))]
    pub status: String,
    /// KMS key that protects the copy; null for the service's own key.
    pub kms_key: Option<String>,
}
