//! Where resources are in their life: what is being made or unmade, and since when it has been there.
//!
//! Kinds that say nothing of it have always been there.

use crate::inventory::Properties;

/// Whether it is being made or unmade.
pub(super) fn passing(properties: &Properties) -> bool {
    let Some(state) = state(properties) else {
        return false;
    };
    matches!(
        state.to_ascii_lowercase().as_str(),
        "creating"
            | "deleting"
            | "deprovisioning"
            | "draining"
            | "inactive"
            | "pending"
            | "provisioning"
            | "shutting-down"
    )
}

fn state(properties: &Properties) -> Option<&str> {
    let state = match properties {
        Properties::CacheGlobalReplicationGroup(it) => &it.status,
        Properties::CacheReplicationGroup(it) => &it.status,
        Properties::CacheServerlessCache(it) => &it.status,
        Properties::DynamoDbTable(it) => &it.status,
        Properties::Ec2Instance(it) => &it.state,
        Properties::Ec2NatGateway(it) => &it.state,
        Properties::Ec2VpcEndpoint(it) => &it.state,
        Properties::EcsCapacityProvider(it) => &it.status,
        Properties::EcsCluster(it) => &it.status,
        Properties::EcsService(it) => &it.status,
        Properties::ElbLoadBalancer(it) => &it.state,
        Properties::LambdaEventSourceMapping(it) => &it.state,
        // An inactive function is idle, not gone.
        Properties::LambdaFunction(it) => {
            return it.state.as_deref().filter(|state| *state != "Inactive");
        }
        Properties::RdsDbCluster(it) => &it.status,
        Properties::RdsDbInstance(it) => &it.status,
        Properties::RdsGlobalCluster(it) => &it.status,
        Properties::S3MultiRegionAccessPoint(it) => &it.status,
        _ => return None,
    };
    Some(state)
}

/// When it was made (RFC 3339).
pub(super) fn since(properties: &Properties) -> Option<&str> {
    let since = match properties {
        Properties::AutoScalingGroup(it) => &it.created,
        Properties::CacheReplicationGroup(it) => &it.created,
        Properties::CacheServerlessCache(it) => &it.created,
        Properties::DynamoDbTable(it) => &it.created,
        Properties::Ec2NatGateway(it) => &it.created,
        Properties::Ec2VpcEndpoint(it) => &it.created,
        Properties::EcsService(it) => &it.created,
        Properties::ElbLoadBalancer(it) => &it.created,
        Properties::GlobalAcceleratorAccelerator(it) => &it.created,
        // Lambda says when it was changed last, not when it was made.
        Properties::LambdaEventSourceMapping(it) => &it.last_modified,
        Properties::RdsDbCluster(it) => &it.created,
        Properties::RdsDbInstance(it) => &it.created,
        // S3 moves this date when some settings of the bucket change: it settles anew then.
        Properties::S3Bucket(it) => &it.created,
        Properties::S3MultiRegionAccessPoint(it) => &it.created,
        Properties::SqsQueue(it) => &it.created,
        _ => return None,
    };
    since.as_deref()
}
