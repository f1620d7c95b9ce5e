//! ARC Region switch: plans that recover an application when a Region is lost.
//!
//! Descriptions, comments, payloads of functions and parameters of documents are free text, and not
//! kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Region switch plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Account that owns it; plans can be shared with others.
    pub owner: String,
    /// The Regions between which it moves the application, sorted. It can be run in each of them
    /// without the others.
    pub regions: Vec<String>,
    /// Whether all Regions serve, or one waits for the other.
    #[schemars(extend("x-known" = ["activeActive", "activePassive"]))]
    pub recovery_approach: String,
    /// The Region that serves while all is well; null where the plan names none.
    pub primary_region: Option<String>,
    /// Minutes within which its owners want to be back; null where they said nothing.
    pub recovery_time_objective_minutes: Option<i64>,
    /// When it was changed last (RFC 3339).
    pub updated: Option<String>,
    /// What it does, by the action and the Region that it is for.
    pub workflows: Vec<Workflow>,
    /// Alarms that tell how the application is or start the plan, sorted.
    pub alarms: Vec<Alarm>,
    /// What starts it by itself.
    pub triggers: Vec<Trigger>,
    /// Whether AWS compares the quotas of its Regions; null for older plans.
    pub service_quota_checks: Option<bool>,
    /// What AWS found when it looked last at whether the plan can run; null when it has not looked.
    pub evaluation: Option<Evaluation>,
}

/// What a plan does for one purpose.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Workflow {
    /// What it does to its Region. Active-active plans deactivate what is lost, active-passive ones
    /// activate what waits.
    #[schemars(extend("x-known" = ["activate", "deactivate", "postRecovery"]))]
    pub action: String,
    /// The Region; null for a workflow that is for each of them.
    pub target_region: Option<String>,
    /// What it runs, one after the other.
    pub stages: Vec<Stage>,
}

/// Steps that run side by side; most stages have one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Stage {
    /// Name of the step, or of the block that runs several side by side.
    pub name: String,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// Name.
    pub name: String,
    /// What it does.
    #[schemars(extend("x-known" = ["ARCRegionSwitchPlan", "ARCRoutingControl", "AuroraGlobalDatabase", "AuroraProvisionedScaling", "AuroraServerlessScaling", "CustomActionLambda", "DocumentDb", "EC2AutoScaling", "ECSServiceScaling", "EKSResourceScaling", "LambdaEventSourceMapping", "ManualApproval", "NeptuneGlobalDatabase", "RdsCreateCrossRegionReplica", "RdsPromoteReadReplica", "RdsSwitchoverReadReplica", "Route53HealthCheck", "SSMSendCommand"]))]
    pub block: String,
    /// Minutes after which it is given up; null for another plan, whose steps have their own.
    pub timeout_minutes: Option<i64>,
    /// What it does to a global database: hand over with both sides well, or fail over and lose
    /// what was not copied; null for other steps.
    #[schemars(extend("x-known" = ["failover", "switchoverOnly"]))]
    pub behavior: Option<String>,
    /// What it does instead where the plan is run because a Region is lost (ungraceful); null where
    /// it does the same.
    #[schemars(extend("x-known" = ["failover", "promoteReadReplica", "skip"]))]
    pub ungraceful: Option<String>,
    /// Percentage of the capacity that is enough where a Region is lost; null where all is wanted.
    pub minimum_success_percentage: Option<i64>,
    /// Capacity that it brings, in per cent of that of the other Region; null for other steps.
    pub target_percentage: Option<i64>,
    /// Region in which its function is called; null for other steps.
    #[schemars(extend("x-known" = ["activatingRegion", "activeRegion", "deactivatingRegion", "inactiveRegion"]))]
    pub run_in: Option<String>,
    /// What it does to event source mappings; null for other steps.
    #[schemars(extend("x-known" = ["disable", "enable"]))]
    pub mapping_action: Option<String>,
    /// Role that somebody must have to approve it; null for other steps.
    pub approval_role: Option<String>,
    /// Identifier of the global database; null for other steps.
    pub global_cluster: Option<String>,
    /// Hosted zone of the record that it moves; null for other steps.
    pub hosted_zone: Option<String>,
    /// Name of the record that it moves; null for other steps.
    pub record_name: Option<String>,
    /// The record sets of that name and the Region of each, sorted.
    pub record_sets: Vec<PlanRecordSet>,
    /// What it acts on, sorted.
    pub resources: Vec<PlanResource>,
}

/// A record set that a step moves.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct PlanRecordSet {
    /// Its set identifier.
    pub set_identifier: String,
    /// Region that it stands for.
    pub region: String,
}

/// What a step acts on.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct PlanResource {
    /// ARN.
    pub arn: String,
    /// Region that the plan has it for; null where the plan does not say.
    pub region: Option<String>,
    /// State that a routing control gets; null for other resources.
    #[schemars(extend("x-known" = ["Off", "On"]))]
    pub state: Option<String>,
}

/// An alarm that a plan knows.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct Alarm {
    /// What the plan calls it.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Region of the alarm; null where the ARN names none.
    pub region: Option<String>,
    /// What it is for.
    #[schemars(extend("x-known" = ["applicationHealth", "trigger"]))]
    pub purpose: String,
}

/// What starts a plan by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Trigger {
    /// What is done to the Region.
    #[schemars(extend("x-known" = ["activate", "deactivate", "postRecovery"]))]
    pub action: String,
    /// The Region.
    pub target_region: String,
    /// All of these must hold.
    pub conditions: Vec<TriggerCondition>,
}

/// An alarm and the state that it must be in.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct TriggerCondition {
    /// What the plan calls the alarm.
    pub alarm: String,
    /// The state.
    #[schemars(extend("x-known" = ["green", "red"]))]
    pub state: String,
}

/// What AWS found when it looked whether a plan can run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Evaluation {
    /// The result.
    #[schemars(extend("x-known" = ["actionRequired", "passed", "pendingEvaluation", "unknown"]))]
    pub state: String,
    /// When it looked (RFC 3339).
    pub last: Option<String>,
    /// Steps with a warning that still holds, sorted.
    pub steps_warned: Vec<String>,
    /// ARNs with a warning that still holds, sorted.
    pub resources_warned: Vec<String>,
}
