//! The facts, one file per family of kinds. Adding one is one declaration in its list.

mod accounts;
mod caches;
mod common;
mod compute;
mod containers;
mod databases;
mod dns;
mod doors;
mod events;
mod launch;
mod network;
mod recovery;
mod references;
mod routes;
mod storage;

use super::Fact;
use crate::inventory::Kind;

pub(super) use accounts::{ACCOUNT, causes};
pub(super) use common::COMMON;
pub(super) use dns::LEAF_KINDS;

/// The facts of a kind, beside the common ones.
pub(super) fn of(kind: Kind) -> impl Iterator<Item = &'static Fact> {
    let own: &[Fact] = match kind {
        Kind::ArcRegionSwitchPlan => recovery::PLAN,
        Kind::AutoScalingGroup => compute::GROUP,
        Kind::CacheGlobalReplicationGroup => caches::GLOBAL_GROUP,
        Kind::CacheReplicationGroup => caches::GROUP,
        Kind::CacheServerlessCache => caches::SERVERLESS,
        Kind::CloudFrontDistribution => doors::DISTRIBUTION,
        Kind::DynamoDbTable => databases::TABLE,
        Kind::Ec2Image => launch::IMAGE,
        Kind::Ec2Instance => compute::INSTANCE,
        Kind::Ec2NatGateway => routes::NAT_GATEWAY,
        Kind::Ec2RouteTable => routes::ROUTE_TABLE,
        Kind::Ec2VpcEndpoint => routes::ENDPOINT,
        Kind::Ec2VpcPeeringConnection => routes::VPC_PEERING,
        Kind::Ec2TransitGatewayPeeringAttachment => routes::GATEWAY_PEERING,
        Kind::Ec2Subnet => network::SUBNET,
        Kind::Ec2TransitGateway => network::GATEWAY,
        Kind::AccountAccount
        | Kind::EcsCapacityProvider
        | Kind::EcsCluster
        | Kind::Ec2LaunchTemplate
        | Kind::Ec2TransitGatewayRouteTable
        | Kind::Ec2TransitGatewayVpcAttachment
        | Kind::Ec2Volume
        | Kind::ElbListener
        | Kind::KmsKey
        | Kind::RdsAutomatedBackup
        | Kind::SecretsManagerSecret
        | Kind::SnsTopic
        | Kind::OrganizationsAccount
        | Kind::OrganizationsPolicy => &[],
        Kind::Ec2Vpc => network::VPC,
        Kind::EcsService => containers::SERVICE,
        Kind::EcsTaskDefinition => containers::TASK_DEFINITION,
        Kind::ElbLoadBalancer => compute::BALANCER,
        Kind::ElbTargetGroup => compute::TARGET_GROUP,
        Kind::LambdaEventSourceMapping => events::MAPPING,
        Kind::GlobalAcceleratorAccelerator => doors::ACCELERATOR,
        Kind::GlobalAcceleratorEndpointGroup => doors::ENDPOINT_GROUP,
        Kind::GlobalAcceleratorListener => doors::LISTENER,
        Kind::LambdaFunction => compute::FUNCTION,
        Kind::RdsDbCluster => databases::CLUSTER,
        Kind::RdsDbInstance => databases::INSTANCE,
        Kind::RdsGlobalCluster => databases::GLOBAL_CLUSTER,
        Kind::Route53HealthCheck => dns::HEALTH_CHECK,
        Kind::Route53HostedZone => dns::ZONE,
        Kind::Route53RecordSet => dns::RECORD_SET,
        Kind::S3Bucket => storage::BUCKET,
        Kind::S3MultiRegionAccessPoint => storage::ACCESS_POINT,
        Kind::ScalableTarget => containers::SCALABLE_TARGET,
        Kind::SqsQueue => events::QUEUE,
    };
    common::EACH.iter().chain(own)
}
