//! Lambda functions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::Reference;

/// A function. Its code is never fetched and its environment's values are never kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Function {
    /// Runtime; null for container images.
    pub runtime: Option<String>,
    /// Entry point in the code; null for container images.
    pub handler: Option<String>,
    /// `Zip` or `Image`.
    #[schemars(extend("x-known" = ["Zip", "Image"]))]
    pub package_type: String,
    /// ARN of the execution role.
    pub role: String,
    /// State; null when not reported.
    #[schemars(extend("x-known" = ["Pending", "Active", "Inactive", "Failed", "Deactivating", "Deactivated", "ActiveNonInvocable", "Deleting"]))]
    pub state: Option<String>,
    /// When code or configuration changed last, as Lambda writes it.
    pub last_modified: Option<String>,
    /// Base64 of the SHA-256 of the deployed package.
    pub code_sha256: Option<String>,
    /// Memory in MB.
    pub memory_mb: i64,
    /// Seconds that one invocation may take.
    pub timeout_seconds: i64,
    /// Instruction sets.
    pub architectures: Vec<String>,
    /// Id of the VPC it is connected to; null when it is connected to none.
    pub vpc_id: Option<String>,
    /// Ids of the subnets it is connected to.
    pub subnets: Vec<String>,
    /// ARNs of the layers, with versions.
    pub layers: Vec<String>,
    /// ARN of the queue or topic for failed events.
    pub dead_letter: Option<String>,
    /// KMS key of the environment.
    pub kms_key: Option<String>,
    /// ARNs of the mounted access points.
    pub file_systems: Vec<String>,
    /// Names of the environment's variables. Their values are not kept.
    pub environment_keys: Vec<String>,
    /// ARNs and AWS host names found in the values of the environment.
    pub references: Vec<Reference>,
}
