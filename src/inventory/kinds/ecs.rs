//! Elastic Container Service: clusters, their capacity, services and what those run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::Reference;

/// A cluster: where services run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    /// State.
    #[schemars(extend("x-known" = ["ACTIVE", "PROVISIONING", "DEPROVISIONING", "FAILED", "INACTIVE"]))]
    pub status: String,
    /// Names of the capacity providers that may be used in it.
    pub capacity_providers: Vec<String>,
    /// The capacity of services and tasks that name none.
    pub default_strategy: Vec<CapacityShare>,
}

/// How much of a service runs on one capacity provider.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct CapacityShare {
    /// Name of the capacity provider; AWS's own are `FARGATE` and `FARGATE_SPOT`.
    pub provider: String,
    /// Tasks that run there before any is shared out.
    pub base: i64,
    /// Share of the further tasks, relative to the other weights.
    pub weight: i64,
}

/// A capacity provider that is not AWS's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CapacityProvider {
    /// State.
    #[schemars(extend("x-known" = ["PROVISIONING", "ACTIVE", "DEPROVISIONING", "INACTIVE"]))]
    pub status: String,
    /// ARN of the Auto Scaling group behind it; null when ECS manages the instances itself.
    pub auto_scaling_group: Option<String>,
    /// How ECS buys the instances that it manages itself; null for an Auto Scaling group.
    #[schemars(extend("x-known" = ["ON_DEMAND", "RESERVED", "SPOT"]))]
    pub capacity_option: Option<String>,
}

/// A service: tasks that are kept running.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// State.
    #[schemars(extend("x-known" = ["ACTIVE", "DRAINING", "INACTIVE"]))]
    pub status: String,
    /// ARN of its cluster.
    pub cluster: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Tasks wanted now.
    pub desired: i64,
    /// Tasks that run.
    pub running: i64,
    /// Tasks that are being started.
    pub pending: i64,
    /// Whether it keeps a number of tasks or one on each instance.
    #[schemars(extend("x-known" = ["REPLICA", "DAEMON"]))]
    pub scheduling: String,
    /// What rolls out new versions.
    #[schemars(extend("x-known" = ["ECS", "CODE_DEPLOY", "EXTERNAL"]))]
    pub deployment_controller: String,
    /// What its tasks run on; null when capacity providers say so.
    #[schemars(extend("x-known" = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]))]
    pub launch_type: Option<String>,
    /// Its own share of each capacity provider, by name; none when it has a launch type.
    pub capacity_providers: Vec<CapacityShare>,
    /// ARN of the task definition that it runs or is changing to.
    pub task_definition: String,
    /// Roll-outs that are not done away with, the newest first: one when nothing changes.
    pub deployments: Vec<Deployment>,
    /// ARNs of the target groups that its tasks are registered in.
    pub target_groups: Vec<String>,
    /// Names of the classic load balancers that its tasks are registered in.
    pub classic_load_balancers: Vec<String>,
    /// Ids of the subnets that its tasks get addresses in; none when they use those of instances.
    pub subnets: Vec<String>,
    /// Whether a failing roll-out is stopped.
    pub circuit_breaker: bool,
    /// Whether a roll-out that was stopped is taken back.
    pub rollback: bool,
    /// Share of the tasks that stays up during a roll-out, in per cent.
    pub minimum_healthy_percent: Option<i64>,
    /// Share of the tasks that may run during a roll-out, in per cent.
    pub maximum_percent: Option<i64>,
    /// Running tasks, all together (calls of their own: `ecs:ListTasks`, `ecs:DescribeTasks`).
    pub tasks: RunningTasks,
}

/// A roll-out of a service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Deployment {
    /// `PRIMARY` is the newest; an `ACTIVE` one is being replaced by it.
    #[schemars(extend("x-known" = ["PRIMARY", "ACTIVE", "INACTIVE", "DRAINING"]))]
    pub status: String,
    /// ARN of the task definition.
    pub task_definition: String,
    /// Tasks wanted.
    pub desired: i64,
    /// Tasks that run.
    pub running: i64,
    /// When it began or changed last (RFC 3339).
    pub updated: Option<String>,
    /// How far it is; null where ECS does not roll out itself.
    #[schemars(extend("x-known" = ["COMPLETED", "FAILED", "IN_PROGRESS", "STOPPED"]))]
    pub rollout: Option<String>,
}

/// The running tasks of a service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunningTasks {
    /// Availability Zones that tasks run in.
    pub zones: Vec<String>,
    /// What their containers run.
    pub images: Vec<RunningImage>,
}

/// An image that a container of a running task was started from.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct RunningImage {
    /// Name of the container.
    pub container: String,
    /// Digest of the image's manifest.
    pub digest: String,
}

/// What a task is made of. Only those that services run are collected; values of environments are
/// never kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TaskDefinition {
    /// Family; revisions of one count up.
    pub family: String,
    /// Revision.
    pub revision: i64,
    /// When it was registered (RFC 3339).
    pub registered: Option<String>,
    /// Processor units of a task, 1024 for one processor; null when only containers say.
    pub cpu: Option<i64>,
    /// Memory of a task in MiB; null when only containers say.
    pub memory_mb: Option<i64>,
    /// Instruction set; null when not said, which means `X86_64`.
    #[schemars(extend("x-known" = ["X86_64", "ARM64"]))]
    pub cpu_architecture: Option<String>,
    /// How tasks get at the network.
    #[schemars(extend("x-known" = ["awsvpc", "bridge", "host", "none"]))]
    pub network_mode: Option<String>,
    /// ARN of the role of the code; null when it has none.
    pub task_role: Option<String>,
    /// ARN of the role that starts containers; null when there is none.
    pub execution_role: Option<String>,
    /// Containers, by name.
    pub containers: Vec<Container>,
    /// Volumes, by name.
    pub volumes: Vec<Volume>,
    /// ARNs and AWS host names found in the values of the environment, and what secrets, files of
    /// variables and log routers name.
    pub references: Vec<Reference>,
}

/// A container of a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Container {
    /// Name.
    pub name: String,
    /// Image, as the task definition writes it.
    pub image: String,
    /// Whether the task ends with it.
    pub essential: bool,
    /// Ports that it serves on, such as `8080/tcp`.
    pub ports: Vec<String>,
    /// Whether ECS checks its health with a command.
    pub health_check: bool,
    /// Names of the environment's variables. Their values are not kept.
    pub environment_keys: Vec<String>,
    /// Names of the variables that hold secrets.
    pub secret_keys: Vec<String>,
    /// Where its log goes: `awslogs`, `awsfirelens`, `json-file` …; null for the default.
    pub log_driver: Option<String>,
    /// Region that its log is sent to; null when not said.
    pub log_region: Option<String>,
    /// Whether the container waits while its log cannot be written; null for the account's default.
    #[schemars(extend("x-known" = ["blocking", "non-blocking"]))]
    pub log_mode: Option<String>,
}

/// A volume of a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Volume {
    /// Name.
    pub name: String,
    /// What holds it: a path of the instance (`host`), space that goes with the task (`task`), a
    /// Docker volume (`docker`), a file system (`efs`, `fsx`, `s3files`), or a disk that the
    /// service asks for (`ebs`).
    #[schemars(extend("x-known" = ["host", "task", "docker", "efs", "fsx", "s3files", "ebs"]))]
    pub storage: String,
    /// Path on the instance; null for anything but `host`.
    pub host_path: Option<String>,
    /// Whether a Docker volume outlives the task (`shared`) or goes with it (`task`); null for
    /// anything but `docker`.
    #[schemars(extend("x-known" = ["task", "shared"]))]
    pub docker_scope: Option<String>,
    /// Id of the file system; null when it is none.
    pub file_system: Option<String>,
    /// Whether a container may write to it.
    pub written: bool,
}
