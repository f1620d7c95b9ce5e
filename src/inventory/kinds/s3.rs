//! S3 buckets, and the access points that send requests to several of them.

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
    /// Lifecycle rules, as configured. (A call of its own: `s3:GetBucketLifecycleConfiguration`.)
    pub lifecycle: Vec<LifecycleRule>,
    /// Object Lock; null when it is not enabled. (A call of its own: `s3:GetObjectLockConfiguration`.)
    pub object_lock: Option<ObjectLock>,
    /// Block Public Access of the bucket itself; null when it has no such settings. The account's own
    /// settings come on top. (A call of its own: `s3:GetPublicAccessBlock`.)
    pub public_access_block: Option<PublicAccessBlock>,
    /// Whether S3 calls the bucket's policy public. (A call of its own: `s3:GetBucketPolicyStatus`.)
    pub policy_is_public: bool,
    /// Transfer acceleration; `Disabled` when it was never turned on or the Region has none. (A call of
    /// its own: `s3:GetBucketAccelerateConfiguration`.)
    #[schemars(extend("x-known" = ["Enabled", "Suspended", "Disabled"]))]
    pub acceleration: String,
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

/// One lifecycle rule. Both schemas of the API (`Prefix` at the rule, or `Filter`) read the same here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LifecycleRule {
    /// Name of the rule.
    pub id: String,
    /// Whether the rule is in force.
    #[schemars(extend("x-known" = ["Enabled", "Disabled"]))]
    pub status: String,
    /// Key prefix the rule is limited to; empty when it covers all keys.
    pub prefix: String,
    /// Keys of the object tags that the rule is limited to; empty when tags do not matter.
    pub tag_keys: Vec<String>,
    /// Only objects above so many bytes; null when not limited.
    pub size_above: Option<i64>,
    /// Only objects below so many bytes; null when not limited.
    pub size_below: Option<i64>,
    /// Days after which current versions expire; null when they do not, or on a date.
    pub expiration_days: Option<i64>,
    /// Date on which current versions expire (RFC 3339); null when they do not, or after days.
    pub expiration_date: Option<String>,
    /// Whether delete markers that hide nothing any more are removed.
    pub expired_delete_markers: bool,
    /// Moves of current versions to other storage classes.
    pub transitions: Vec<Transition>,
    /// Days after which older versions are removed; null when they are not.
    pub noncurrent_expiration_days: Option<i64>,
    /// How many older versions are kept in any case; null when not given.
    pub noncurrent_versions_kept: Option<i64>,
    /// Moves of older versions to other storage classes.
    pub noncurrent_transitions: Vec<Transition>,
}

/// A move to another storage class.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Transition {
    /// Storage class.
    pub storage_class: String,
    /// Days after which objects move; null when they move on a date.
    pub days: Option<i64>,
    /// Date on which objects move (RFC 3339); null when they move after days.
    pub date: Option<String>,
}

/// Object Lock, with what new objects get by default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ObjectLock {
    /// Mode of the default retention; null when there is none.
    #[schemars(extend("x-known" = ["GOVERNANCE", "COMPLIANCE"]))]
    pub mode: Option<String>,
    /// Days of the default retention; null when there is none. A year counts as 365.
    pub retention_days: Option<i64>,
}

/// Settings that block public access.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// Whether public ACLs are refused.
    pub block_public_acls: bool,
    /// Whether public ACLs have no effect.
    pub ignore_public_acls: bool,
    /// Whether public policies are refused.
    pub block_public_policy: bool,
    /// Whether public policies let in nobody from outside of the account.
    pub restrict_public_buckets: bool,
}

/// A Multi-Region Access Point: one name for buckets in several Regions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MultiRegionAccessPoint {
    /// Alias that requests name, such as `mfzwi23gnjvgw.mrap`.
    pub alias: String,
    /// State.
    #[schemars(extend("x-known" = ["READY", "INCONSISTENT_ACROSS_REGIONS", "CREATING", "PARTIALLY_CREATED", "PARTIALLY_DELETED", "DELETING"]))]
    pub status: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Block Public Access of the access point.
    pub public_access_block: Option<PublicAccessBlock>,
    /// The buckets behind it, one for each Region, sorted by Region. `members` joins them with the
    /// routes and with the buckets that were read.
    pub buckets: Vec<AccessPointBucket>,
    /// Where requests go now, sorted by Region. (A call of its own:
    /// `s3:GetMultiRegionAccessPointRoutes`.)
    pub routes: Vec<AccessPointRoute>,
}

/// A bucket behind a Multi-Region Access Point.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AccessPointBucket {
    /// Name of the bucket.
    pub bucket: String,
    /// Region of the bucket.
    pub region: String,
    /// Account that owns the bucket; null when not given.
    pub account: Option<String>,
}

/// The route of a Multi-Region Access Point to one Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AccessPointRoute {
    /// Name of the bucket.
    pub bucket: String,
    /// Region of the bucket.
    pub region: String,
    /// 100 where the route is active, 0 where it is passive.
    pub traffic_dial: i64,
}
