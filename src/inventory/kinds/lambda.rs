//! Lambda functions, and what feeds them.

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
    /// Seconds that a durable execution may take in all; null for functions without them.
    pub durable_timeout_seconds: Option<i64>,
    /// Names of the environment's variables. Their values are not kept.
    pub environment_keys: Vec<String>,
    /// ARNs and AWS host names found in the values of the environment.
    pub references: Vec<Reference>,
}

/// Reads from a queue or a stream and calls a function with what it finds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EventSourceMapping {
    /// State.
    #[schemars(extend("x-known" = ["Creating", "Enabling", "Enabled", "Disabling", "Disabled", "Updating", "Deleting"]))]
    pub state: String,
    /// ARN of the function, of one of its versions or of one of its aliases.
    pub function_arn: String,
    /// ARN of the queue, stream or cluster that it reads from; null for Kafka outside of AWS.
    pub event_source_arn: Option<String>,
    /// Service of what it reads from, as ARNs name it; null for Kafka outside of AWS.
    #[schemars(extend("x-known" = ["dynamodb", "kafka", "kinesis", "mq", "rds", "sqs"]))]
    pub source_service: Option<String>,
    /// Kafka topics.
    pub topics: Vec<String>,
    /// Queues of a message broker.
    pub queues: Vec<String>,
    /// Members of records that filters look at, joined by dots; none without filters. The values
    /// that they look for are not kept.
    pub filter_paths: Vec<String>,
    /// Most records of one call.
    pub batch_size: Option<i64>,
    /// Most calls at once for a queue; null when not limited.
    pub maximum_concurrency: Option<i64>,
    /// ARN of where records go that could not be handled; null when they go nowhere.
    pub on_failure: Option<String>,
    /// When it was changed last (RFC 3339).
    pub last_modified: Option<String>,
    /// KMS key of the filters; null when AWS's own is used.
    pub kms_key: Option<String>,
}
