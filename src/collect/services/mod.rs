//! The collectors, one file for each service or family of resources, and what they share.
//!
//! A collector is a const value that names what it calls and what it fills; how often a call is made
//! and what becomes of it is the [`Context`]'s business.

mod accounts;
mod autoscaling;
mod cloudfront;
mod dynamodb;
mod ec2;
mod ec2_instances;
mod ecs;
mod ecs_service;
mod ecs_tasks;
mod elasticache;
mod event_sources;
mod global_accelerator;
mod kms;
mod lambda;
mod launch_templates;
mod load_balancers;
pub(super) mod organizations;
mod plain;
mod rds;
mod rds_backups;
mod rds_global_clusters;
mod rds_parameters;
pub(super) mod recorded;
mod region_switch;
mod region_switch_steps;
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
mod secrets;
mod sns;
mod sqs;
mod tagged;
pub(super) mod tags;
mod target_groups;
mod task_definitions;
mod transit_gateways;
mod transit_routes;
mod volumes;
mod vpc;
mod vpc_gateways;

use super::{Collector, Context, Operation, Running, Scope, context, times};

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
    region_switch::PLANS,
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
