//! Application Auto Scaling: what may grow and shrink, and how far.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One dimension of something that is scaled: the tasks of a service, the write capacity of a table
/// or of one of its indexes, the replicas of a cluster. Policies and schedules are not collected,
/// nor are tags: a target belongs to what it scales.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScalableTarget {
    /// Service of what is scaled.
    #[schemars(extend("x-known" = ["dynamodb", "ecs", "elasticache", "lambda", "neptune", "rds"]))]
    pub namespace: String,
    /// What is scaled, as this service writes it: `service/CLUSTER/NAME`, `table/NAME`,
    /// `table/NAME/index/INDEX`, `cluster:NAME`, `function:NAME:ALIAS`, `replication-group/NAME`.
    pub resource_id: String,
    /// What of it is scaled.
    #[schemars(extend("x-known" = [
        "dynamodb:index:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits",
        "dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits",
        "ecs:service:DesiredCount", "elasticache:cache-cluster:Nodes",
        "elasticache:replication-group:NodeGroups", "elasticache:replication-group:Replicas",
        "lambda:function:ProvisionedConcurrency", "neptune:cluster:ReadReplicaCount",
        "rds:cluster:ReadReplicaCount"
    ]))]
    pub dimension: String,
    /// Least capacity.
    pub min: i64,
    /// Most capacity.
    pub max: i64,
    /// When it was registered (RFC 3339).
    pub created: Option<String>,
    /// Whether policies may not take capacity away at present.
    pub scale_in_suspended: bool,
    /// Whether policies may not add capacity at present.
    pub scale_out_suspended: bool,
    /// Whether schedules do nothing at present.
    pub schedules_suspended: bool,
}
