//! EC2 Auto Scaling groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A group of instances that is kept at a size.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AutoScalingGroup {
    /// Least instances.
    pub min_size: i64,
    /// Most instances.
    pub max_size: i64,
    /// Instances wanted now.
    pub desired: i64,
    /// When the group was created (RFC 3339).
    pub created: Option<String>,
    /// Availability Zones it starts instances in.
    pub zones: Vec<String>,
    /// Ids of the subnets it starts instances in.
    pub subnets: Vec<String>,
    /// Instances of the group.
    pub instances: Vec<GroupInstance>,
    /// ARNs of the target groups that instances are registered in.
    pub target_groups: Vec<String>,
    /// Names of the classic load balancers that instances are registered in.
    pub classic_load_balancers: Vec<String>,
    /// What makes an instance unhealthy: `EC2`, `ELB` or further types, joined by commas.
    pub health_check_type: String,
    /// Processes that do not run at present.
    pub suspended_processes: Vec<String>,
    /// Whether new instances are protected from scale-in.
    pub new_instances_protected: bool,
    /// Id of the launch template, with mixed instances the one that they share; null when a launch
    /// configuration is used.
    pub launch_template: Option<String>,
    /// Version of the launch template: a number, `$Latest` or `$Default`; null when none is named.
    pub launch_template_version: Option<String>,
    /// Whether instances of several types or purchase options are mixed.
    pub mixed_instances: bool,
    /// Instances that are always bought on demand; null without mixed instances.
    pub on_demand_base: Option<i64>,
    /// Share of the further ones that is bought on demand, in per cent; null without mixed
    /// instances. The rest is Spot.
    pub on_demand_percent: Option<i64>,
}

/// An instance in a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GroupInstance {
    /// Id of the instance.
    pub instance_id: String,
    /// Availability Zone.
    pub zone: String,
    /// Where it is in its life (`InService`, `Pending`, `Standby` …).
    pub lifecycle: String,
    /// Whether the group holds it for healthy.
    pub healthy: bool,
    /// Whether it is protected from scale-in.
    pub protected: bool,
}
