//! Caches: replication groups of nodes, Global Datastores, serverless caches. Keys, values and
//! passwords are never read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Valkey or Redis cache of nodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplicationGroup {
    /// Engine: `valkey` or `redis`.
    pub engine: String,
    /// State: `creating`, `available`, `modifying`, `deleting`, `create-failed`, `snapshotting`.
    pub status: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Type of its nodes.
    pub node_type: String,
    /// Whether its data is spread over shards.
    pub cluster_mode: bool,
    /// Its shards, each with its nodes.
    pub shards: Vec<Shard>,
    /// Whether a replica takes over by itself when the primary node fails.
    #[schemars(extend("x-known" = ["disabled", "disabling", "enabled", "enabling"]))]
    pub automatic_failover: String,
    /// Whether the nodes of a shard are kept in several Availability Zones.
    #[schemars(extend("x-known" = ["disabled", "enabled"]))]
    pub multi_az: String,
    /// Days that daily snapshots are kept; 0 when none are taken.
    pub snapshot_retention_days: i64,
    /// What its owners ask of its writes; null when not reported.
    #[schemars(extend("x-known" = ["async", "default", "disabled", "sync"]))]
    pub durability: Option<String>,
    /// Id of the Global Datastore that it is a member of; null when it is in none.
    pub global_datastore: Option<String>,
    /// Its part there; null when it is in none.
    #[schemars(extend("x-known" = ["PRIMARY", "SECONDARY"]))]
    pub global_role: Option<String>,
    /// Host name that clients write to.
    pub endpoint: Option<String>,
    /// Host name of the readers; null where shards have their own.
    pub reader_endpoint: Option<String>,
    /// KMS key of what it stores.
    pub kms_key: Option<String>,
}

/// A part of the data, on a primary node and its replicas.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Shard {
    /// Id of the shard.
    pub id: String,
    /// Nodes, the primary included.
    pub nodes: i64,
    /// Availability Zones of the nodes.
    pub zones: Vec<String>,
}

/// A Global Datastore: one replication group that is written, and its copies in other Regions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalReplicationGroup {
    /// Engine of the members.
    pub engine: String,
    /// Version of the engine.
    pub engine_version: String,
    /// State of the Global Datastore.
    pub status: String,
    /// Type of the nodes.
    pub node_type: String,
    /// Its replication groups.
    pub members: Vec<GlobalGroupMember>,
}

/// A replication group in a Global Datastore.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalGroupMember {
    /// ARN of the replication group.
    pub group_arn: String,
    /// Region of the replication group.
    pub region: String,
    /// Whether it is written or follows.
    #[schemars(extend("x-known" = ["PRIMARY", "SECONDARY"]))]
    pub role: String,
    /// How far it is in: `associated` once it is a member.
    pub status: String,
    /// Whether a replica takes over by itself when its primary node fails.
    #[schemars(extend("x-known" = ["disabled", "disabling", "enabled", "enabling"]))]
    pub automatic_failover: String,
}

/// A serverless cache. Spans zones by itself; no Global Datastore takes one in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerlessCache {
    /// Engine: `valkey`, `redis` or `memcached`.
    pub engine: String,
    /// State of the cache.
    pub status: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Days that daily snapshots are kept; 0 when none are taken.
    pub snapshot_retention_days: i64,
    /// Host name that clients write to.
    pub endpoint: Option<String>,
    /// Host name of the readers.
    pub reader_endpoint: Option<String>,
    /// KMS key of what it stores.
    pub kms_key: Option<String>,
}
