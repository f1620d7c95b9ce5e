//! DynamoDB tables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A table in one Region. Each replica of a global table is a table of its own in its Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Table {
    /// State of the table.
    #[schemars(extend("x-known" = ["CREATING", "UPDATING", "DELETING", "ACTIVE", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVING", "ARCHIVED", "REPLICATION_NOT_AUTHORIZED"]))]
    pub status: String,
    /// When the table was created (RFC 3339).
    pub created: Option<String>,
    /// Attributes of the primary key: partition key first.
    pub key_schema: Vec<KeyElement>,
    /// How capacity is paid for. DynamoDB leaves it out for tables that were always provisioned; it reads `PROVISIONED` here.
    #[schemars(extend("x-known" = ["PROVISIONED", "PAY_PER_REQUEST"]))]
    pub billing_mode: String,
    /// Provisioned read capacity units; 0 when on demand.
    pub read_capacity: i64,
    /// Provisioned write capacity units; 0 when on demand.
    pub write_capacity: i64,
    /// Most read request units a second that on-demand capacity may reach; null when not limited.
    pub on_demand_max_reads: Option<i64>,
    /// Most write request units a second that on-demand capacity may reach; null when not limited.
    pub on_demand_max_writes: Option<i64>,
    /// Version of global tables; null when the table is not part of one.
    #[schemars(extend("x-known" = ["2017.11.29", "2019.11.21"]))]
    pub global_table_version: Option<String>,
    /// Replicas as this Region describes them; the answer may leave out the Region that was asked. `replica_regions` unites the answers.
    pub replicas: Vec<Replica>,
    /// Witness Regions of a strongly consistent global table. They hold no readable copy.
    pub witnesses: Vec<Witness>,
    /// Consistency between Regions; null when the API names none, which means eventual for a global table.
    #[schemars(extend("x-known" = ["EVENTUAL", "STRONG"]))]
    pub consistency: Option<String>,
    /// Change stream; null when there is none.
    pub stream: Option<Stream>,
    /// Secondary indexes.
    pub indexes: Vec<Index>,
    /// Whether the table is protected from deletion.
    pub deletion_protection: bool,
    /// Whether a replica is protected from being taken out of its global table; null when DynamoDB does not say.
    pub disassociation_protection: Option<bool>,
    /// Storage class.
    #[schemars(extend("x-known" = ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]))]
    pub table_class: String,
    /// KMS key that encrypts the table; null for the key that DynamoDB owns.
    pub kms_key: Option<String>,
    /// Items at the last count, about six hours old at most.
    pub item_count: i64,
    /// Bytes at the last count, about six hours old at most.
    pub size_bytes: i64,
    /// Point-in-time recovery (a call of its own: `dynamodb:DescribeContinuousBackups`).
    pub point_in_time_recovery: PointInTimeRecovery,
    /// Provisioned capacity that the account may have in this Region (a call of its own, once for all
    /// tables: `dynamodb:DescribeLimits`).
    pub limits: Limits,
}

/// Capacity units that an account may provision in a Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Read units of all tables together.
    pub account_reads: i64,
    /// Write units of all tables together.
    pub account_writes: i64,
    /// Read units of one table.
    pub table_reads: i64,
    /// Write units of one table.
    pub table_writes: i64,
}

/// An attribute of the primary key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeyElement {
    /// Name of the attribute.
    pub name: String,
    /// `HASH` is the partition key, `RANGE` the sort key.
    #[schemars(extend("x-known" = ["HASH", "RANGE"]))]
    pub key_type: String,
}

/// A replica of a global table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Replica {
    /// Region of the replica.
    pub region: String,
    /// State of the replica.
    #[schemars(extend("x-known" = ["CREATING", "CREATION_FAILED", "UPDATING", "DELETING", "ACTIVE", "REGION_DISABLED", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVING", "ARCHIVED", "REPLICATION_NOT_AUTHORIZED"]))]
    pub status: String,
    /// Why the replica is in this state, in DynamoDB's words.
    pub status_description: Option<String>,
    /// When the replica became inaccessible (RFC 3339); null while it is accessible.
    pub inaccessible_since: Option<String>,
    /// KMS key that encrypts the replica; null for the key that DynamoDB owns.
    pub kms_key: Option<String>,
    /// Provisioned read capacity of this replica alone; null when it follows the table.
    pub read_capacity_override: Option<i64>,
    /// Most on-demand read request units of this replica alone; null when it follows the table.
    pub on_demand_max_reads_override: Option<i64>,
}

/// A Region that takes part in the quorum of a strongly consistent global table without a readable copy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Witness {
    /// Region of the witness.
    pub region: String,
    /// State of the witness.
    #[schemars(extend("x-known" = ["CREATING", "DELETING", "ACTIVE"]))]
    pub status: String,
}

/// A change stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Stream {
    /// What each record of the stream holds.
    #[schemars(extend("x-known" = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"]))]
    pub view_type: String,
    /// ARN of the stream.
    pub arn: Option<String>,
}

/// A secondary index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Index {
    /// Name of the index.
    pub name: String,
    /// State of the index; null for a local one.
    #[schemars(extend("x-known" = ["CREATING", "UPDATING", "DELETING", "ACTIVE"]))]
    pub status: Option<String>,
    /// Whether the index is global (has its own partition key).
    pub global: bool,
    /// Whether a new index is still being filled.
    pub backfilling: bool,
}

/// Point-in-time recovery.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PointInTimeRecovery {
    /// Whether the table can be restored to a point in time.
    pub enabled: bool,
    /// How many days back; null when not enabled.
    pub recovery_period_days: Option<i64>,
}
