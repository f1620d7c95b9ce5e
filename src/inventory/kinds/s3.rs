//! S3 buckets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A general purpose bucket, in the Region where its data is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Bucket {
    /// When the bucket was created (RFC 3339).
    pub created: Option<String>,
    /// Versioning; `Disabled` when it was never turned on. (A call of its own: `s3:GetBucketVersioning`.)
    #[schemars(extend("x-known" = ["Enabled", "Suspended", "Disabled"]))]
    pub versioning: String,
    /// Replication configuration; null when there is none. (A call of its own: `s3:GetBucketReplication`.)
    pub replication: Option<Replication>,
    /// Default encryption. (A call of its own: `s3:GetBucketEncryption`.)
    pub encryption: Option<Encryption>,
}

/// Where and what a bucket replicates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Replication {
    /// ARN of the role that S3 takes on to replicate.
    pub role: String,
    /// The rules, as configured.
    pub rules: Vec<ReplicationRule>,
}

/// One replication rule. Both schemas of the API (`Prefix` at the rule, or `Filter`) read the same here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplicationRule {
    /// Name of the rule.
    pub id: String,
    /// Whether the rule is in force.
    #[schemars(extend("x-known" = ["Enabled", "Disabled"]))]
    pub status: String,
    /// Decides between rules for the same destination; higher wins.
    pub priority: Option<i64>,
    /// Key prefix the rule is limited to; empty when it covers all keys.
    pub prefix: String,
    /// Keys of the object tags that the rule is limited to; empty when tags do not matter.
    pub tag_keys: Vec<String>,
    /// Name of the destination bucket. `destination_regions` says where it is.
    pub destination_bucket: String,
    /// Account that owns the destination; null when the rule names none.
    pub destination_account: Option<String>,
    /// Storage class of the replicas; null when they keep the source's.
    pub storage_class: Option<String>,
    /// KMS key in the destination for replicas of KMS-encrypted objects; null when not given.
    pub replica_kms_key: Option<String>,
    /// Whether objects encrypted with KMS are replicated. When not, S3 skips them without a word.
    pub sse_kms_objects: bool,
    /// Whether changes of metadata on replicas flow back.
    pub replica_modifications: bool,
    /// Whether delete markers are replicated.
    pub delete_markers: bool,
    /// Whether Replication Time Control commits S3 to 15 minutes.
    pub time_control: bool,
    /// Whether replication metrics are published.
    pub metrics: bool,
}

/// Default encryption of new objects.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Encryption {
    /// Algorithm.
    #[schemars(extend("x-known" = ["AES256", "aws:kms", "aws:kms:dsse"]))]
    pub algorithm: String,
    /// KMS key, as configured (ARN, id or alias); null for the AWS managed key or without KMS.
    pub kms_key: Option<String>,
    /// Whether a bucket key saves calls to KMS.
    pub bucket_key: bool,
}
