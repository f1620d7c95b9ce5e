//! What answers on the RDS API: Aurora, RDS, DocumentDB and Neptune.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A cluster: Aurora, a Multi-AZ DB cluster, DocumentDB or Neptune. `engine` tells which.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DbCluster {
    /// Engine: `aurora-mysql`, `aurora-postgresql`, `mysql`, `postgres`, `docdb`, `neptune`.
    pub engine: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Mode of the engine: `provisioned` or `serverless` (Aurora Serverless v1); null when not reported.
    pub engine_mode: Option<String>,
    /// State of the cluster.
    pub status: String,
    /// When the cluster was created (RFC 3339).
    pub created: Option<String>,
    /// Instances of the cluster. A cluster without any is headless: it holds data and serves nobody.
    pub members: Vec<ClusterMember>,
    /// Identifier of the global cluster it belongs to; null when it belongs to none or this is not reported.
    pub global_cluster: Option<String>,
    /// Whether the cluster spans Availability Zones.
    pub multi_az: bool,
    /// Availability Zones of its storage.
    pub zones: Vec<String>,
    /// ARN of the cluster or instance that this cluster copies by log replication; null when it copies none.
    pub replication_source: Option<String>,
    /// Identifiers or ARNs of the replicas that copy this cluster by log replication.
    pub read_replicas: Vec<String>,
    /// Whether writes sent to this secondary are forwarded to the primary; null when not reported.
    #[schemars(extend("x-known" = ["enabled", "disabled", "enabling", "disabling", "unknown"]))]
    pub write_forwarding: Option<String>,
    /// Host name of the writer.
    pub endpoint: Option<String>,
    /// Host name of the readers.
    pub reader_endpoint: Option<String>,
    /// Capacity range of Serverless v2 instances; null when not configured.
    pub serverless_v2: Option<ServerlessV2>,
    /// Parameter group of the cluster.
    pub parameter_group: Option<String>,
    /// Parameters that its parameter group sets, with their values: those that differ from what
    /// the engine comes with. Default groups set none.
    pub parameters: Vec<Parameter>,
    /// Whether storage is encrypted.
    pub encrypted: bool,
    /// KMS key of the storage.
    pub kms_key: Option<String>,
    /// Days that automated backups are kept.
    pub backup_retention_days: i64,
    /// Whether the cluster is protected from deletion.
    pub deletion_protection: bool,
    /// Whether IAM can sign in to the database.
    pub iam_authentication: bool,
    /// Logs that go to CloudWatch.
    pub log_exports: Vec<String>,
}

/// A parameter of a parameter group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Parameter {
    /// Name of the parameter.
    pub name: String,
    /// Its value, as written: formulas are not worked out.
    pub value: String,
}

/// An instance in a cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterMember {
    /// Identifier of the instance.
    pub instance_id: String,
    /// Whether it is the writer.
    pub writer: bool,
}

/// Capacity range in Aurora capacity units.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerlessV2 {
    /// Least capacity.
    pub min_capacity: f64,
    /// Most capacity.
    pub max_capacity: f64,
}

/// A database instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DbInstance {
    /// Engine, as `DbCluster.engine` and `mariadb`, `oracle-ee`, `sqlserver-se` and the like.
    pub engine: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Instance class.
    pub class: String,
    /// State of the instance.
    pub status: String,
    /// When the instance was created (RFC 3339).
    pub created: Option<String>,
    /// Identifier of the cluster it belongs to; null when it stands alone.
    pub cluster_id: Option<String>,
    /// Availability Zone it runs in.
    pub zone: Option<String>,
    /// Availability Zones that its subnet group covers; empty when not reported.
    pub subnet_zones: Vec<String>,
    /// Whether a standby waits in another Availability Zone.
    pub multi_az: bool,
    /// Identifier or, across Regions, ARN of the instance that this one copies; null when it copies none.
    pub replica_source: Option<String>,
    /// Identifiers or, across Regions, ARNs of the instances that copy this one.
    pub replicas: Vec<String>,
    /// ARNs of the copies of automated backups in other Regions.
    pub backup_replications: Vec<String>,
    /// Host name.
    pub endpoint: Option<String>,
    /// Whether storage is encrypted.
    pub encrypted: bool,
    /// KMS key of the storage.
    pub kms_key: Option<String>,
    /// Days that automated backups are kept.
    pub backup_retention_days: i64,
    /// Whether the instance is protected from deletion.
    pub deletion_protection: bool,
    /// Whether it can be reached from the internet.
    pub public: bool,
}

/// Automated backups of an instance or a cluster that are kept in another Region than it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AutomatedBackup {
    /// ARN of the instance or cluster that they are of.
    pub source: String,
    /// Engine of the source.
    pub engine: String,
    /// State: `replicating` while they follow the source, `retained` once they no longer do.
    pub status: String,
    /// Days that they are kept.
    pub retention_days: i64,
    /// Earliest moment that can be restored (RFC 3339); null when there is none yet.
    pub earliest_restorable: Option<String>,
    /// Latest moment that can be restored (RFC 3339); null when there is none yet.
    pub latest_restorable: Option<String>,
    /// Whether they are encrypted.
    pub encrypted: bool,
    /// KMS key that they are encrypted with.
    pub kms_key: Option<String>,
}

/// A global cluster: one primary cluster and its secondaries in other Regions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalCluster {
    /// Engine of the members.
    pub engine: String,
    /// Version of the engine.
    pub engine_version: String,
    /// State of the global cluster.
    pub status: String,
    /// The member clusters.
    pub members: Vec<GlobalMember>,
    /// A failover or switchover under way; null when there is none.
    pub failover: Option<GlobalFailover>,
    /// Host name that follows the writer; null when there is none.
    pub endpoint: Option<String>,
    /// Whether the global cluster is protected from deletion.
    pub deletion_protection: bool,
}

/// A member of a global cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalMember {
    /// ARN of the member cluster.
    pub cluster_arn: String,
    /// Region of the member, from its ARN.
    pub region: String,
    /// Whether it is the primary.
    pub writer: bool,
    /// Whether writes sent to it are forwarded to the primary.
    pub write_forwarding: Option<String>,
    /// Whether it keeps up with the primary; null when not reported.
    #[schemars(extend("x-known" = ["connected", "pending-resync"]))]
    pub synchronization: Option<String>,
}

/// A change of the primary under way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalFailover {
    /// How far it is.
    #[schemars(extend("x-known" = ["pending", "failing-over", "cancelling"]))]
    pub status: String,
    /// ARN of the cluster that was the primary.
    pub from: Option<String>,
    /// ARN of the cluster that becomes the primary.
    pub to: Option<String>,
    /// Whether data may be lost.
    pub data_loss_allowed: bool,
}
