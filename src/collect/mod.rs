//! Reads from AWS into an [`crate::inventory::Inventory`]; the only part that knows the SDK's types.
//!
//! A collector maps the answers of one service to resources. Pagination, retries, limits and gaps
//! belong to the [`Context`] that it is given, so that no collector can forget them; which
//! accounts and Regions are asked is decided by `open`. Nothing here changes anything in AWS
//! or reads secrets or customer data.

use std::pin::Pin;

use times::Times;

use crate::aws::regions::DESCRIBE_REGIONS;
use crate::aws::session::{ASSUME_ROLE, GET_CALLER_IDENTITY};
use crate::inventory::Kind;

mod accounts;
mod aggregator;
mod autoscaling;
mod cloudfront;
mod context;
pub mod doctor;
pub mod driver;
mod dynamodb;
mod ec2;
mod ec2_instances;
mod ecs;
mod ecs_service;
mod ecs_tasks;
mod elasticache;
mod event_sources;
mod finished;
mod global_accelerator;
pub mod keep;
mod kms;
mod lambda;
mod launch_templates;
mod load_balancers;
mod members;
mod open;
mod organizations;
pub mod permissions;
mod plain;
pub mod plan;
mod progress;
mod rds;
mod rds_backups;
mod rds_global_clusters;
mod rds_parameters;
mod recorded;
mod recorder;
mod request;
mod route53_health;
mod route53_records;
mod route53_tags;
mod route53_zones;
mod routes;
mod s3;
mod s3_access_points;
mod s3_bucket;
mod s3_control;
mod s3_lifecycle;
mod s3_replication;
mod scalable_targets;
mod scope;
mod secrets;
mod sns;
mod sqs;
mod store;
pub mod survey;
mod tagged;
mod tags;
mod target_groups;
mod task_definitions;
pub mod times;
mod transit_gateways;
mod transit_routes;
mod unit;
mod units;
mod volumes;
mod vpc;
mod vpc_gateways;
mod who;
mod word;

pub use context::Context;
pub use driver::{Collected, collect};
pub use progress::{Progress, State};
pub use request::{Aggregator, CollectError, How, Request};
pub use word::{Told, Why};

/// An API operation that a collector calls.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// `service:Operation`, as gaps name it.
    pub name: &'static str,
    /// The IAM action that allows it.
    pub action: &'static str,
    /// How often it is called in each Region of an account, and for what the account has in none.
    pub times: Times,
}

/// Where a collector asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In every Region.
    Regional,
    /// Once per account.
    Global,
}

/// A collector at work.
pub type Running<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Reads some kinds of resources.
#[derive(Debug)]
pub struct Collector {
    /// Its module's name, for messages.
    pub name: &'static str,
    pub kinds: &'static [Kind],
    pub scope: Scope,
    /// Everything that it may call.
    pub operations: &'static [Operation],
    pub run: for<'a> fn(&'a Context) -> Running<'a>,
}

/// Every collector.
pub const ALL: &[Collector] = &[
    accounts::ACCOUNTS,
    autoscaling::GROUPS,
    cloudfront::DISTRIBUTIONS,
    dynamodb::TABLES,
    ec2_instances::INSTANCES,
    ecs::CONTAINERS,
    elasticache::CACHES,
    event_sources::MAPPINGS,
    global_accelerator::ACCELERATORS,
    kms::KEYS,
    lambda::FUNCTIONS,
    launch_templates::TEMPLATES,
    load_balancers::LOAD_BALANCERS,
    rds::DATABASES,
    rds_backups::BACKUPS,
    rds_global_clusters::GLOBAL_CLUSTERS,
    route53_health::HEALTH_CHECKS,
    route53_zones::ZONES,
    s3::BUCKETS,
    s3_access_points::ACCESS_POINTS,
    scalable_targets::SCALABLE_TARGETS,
    secrets::SECRETS,
    sns::TOPICS,
    sqs::QUEUES,
    target_groups::TARGET_GROUPS,
    transit_gateways::TRANSIT_GATEWAYS,
    volumes::VOLUMES,
    vpc::NETWORKS,
    vpc_gateways::GATEWAYS,
];

/// What whoever signs in calls: to take on roles, and to learn which accounts there are.
pub const OF_THE_CALLER: &[Operation] = &[
    Operation {
        name: ASSUME_ROLE,
        action: ASSUME_ROLE,
        times: Times::UNTOLD,
    },
    members::LIST_ACCOUNTS,
    members::LIST_TAGS,
    organizations::LIST_ACCOUNTS,
    organizations::LIST_UNITS,
];

/// What whoever runs it calls where an aggregator is to say what is empty.
pub const OF_AN_AGGREGATOR: &[Operation] = &[aggregator::SOURCES_STATUS, aggregator::SELECT];

/// What is called in an account where an aggregator says that something is empty.
pub const OF_ITS_SOURCES: &[Operation] = &[recorder::DESCRIBE_RECORDERS, recorder::DESCRIBE_STATUS];

/// What a run calls, whatever is collected: to learn who we are, and which Regions there are.
pub const ALWAYS: &[Operation] = &[
    Operation {
        name: GET_CALLER_IDENTITY,
        action: GET_CALLER_IDENTITY,
        times: Times::ONCE,
    },
    Operation {
        name: DESCRIBE_REGIONS,
        action: DESCRIBE_REGIONS,
        times: Times::ONCE,
    },
];

/// Every operation that a run may call, sorted.
pub fn operations() -> Vec<Operation> {
    let collectors = ALL.iter().flat_map(|collector| collector.operations);
    let aggregated = OF_AN_AGGREGATOR.iter().chain(OF_ITS_SOURCES);
    let others = ALWAYS.iter().chain(OF_THE_CALLER).chain(aggregated);
    let mut all: Vec<Operation> = collectors.chain(others).copied().collect();
    all.sort_unstable_by_key(|it| (it.name, it.action));
    all.dedup_by_key(|it| (it.name, it.action));
    all
}
