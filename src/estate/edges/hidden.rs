//! What may hide an edge that ends at a resource: kinds that were not listed, properties that were
//! not read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::estate::{Estate, index};
use crate::inventory::{GapKey, Kind, Region, Resource};

/// A kind whose resources lead to others, and its property that says where to.
type Source = (Kind, &'static str);

/// Configuration that names other things.
const NAMING: [Source; 3] = [
    (Kind::LambdaFunction, "references"),
    (Kind::EcsTaskDefinition, "references"),
    (Kind::Ec2LaunchTemplate, "versions"),
];
const MAPPED: Source = (Kind::LambdaEventSourceMapping, "event_source_arn");
const SCALED: Source = (Kind::ScalableTarget, "resource_id");
const TABLE_KEY: Source = (Kind::DynamoDbTable, "kms_key");
const CLUSTER_KEY: Source = (Kind::RdsDbCluster, "kms_key");
const INSTANCE_KEY: Source = (Kind::RdsDbInstance, "kms_key");
const FUNCTION_KEY: Source = (Kind::LambdaFunction, "kms_key");
const BUCKET_KEY: Source = (Kind::S3Bucket, "encryption");
const SECRET_KEY: Source = (Kind::SecretsManagerSecret, "kms_key");
const CACHE_KEY: Source = (Kind::CacheReplicationGroup, "kms_key");
const SERVERLESS_KEY: Source = (Kind::CacheServerlessCache, "kms_key");
const BACKUP_KEY: Source = (Kind::RdsAutomatedBackup, "kms_key");
const ZONES: Source = (Kind::Route53HostedZone, "");
const RECORDS: Source = (Kind::Route53RecordSet, "values");
const BALANCERS: Source = (Kind::ElbLoadBalancer, "");
const LISTENERS: Source = (Kind::ElbListener, "target_groups");
const TARGETS: Source = (Kind::ElbTargetGroup, "targets");
const ORIGINS: Source = (Kind::CloudFrontDistribution, "origins");
const ENDPOINTS: Source = (Kind::GlobalAcceleratorEndpointGroup, "endpoints");
const PLANNED: Source = (Kind::ArcRegionSwitchPlan, "workflows");
const DELIVERED: Source = (Kind::SnsTopic, "subscriptions");

/// What leads to resources of a kind.
fn sources(to: Kind) -> impl Iterator<Item = &'static Source> {
    let naming: &[Source] = if can_be_named(to) { &NAMING } else { &[] };
    own_sources(to).iter().chain(naming)
}

/// Whether configuration can name it, by ARN or by host.
fn can_be_named(to: Kind) -> bool {
    !matches!(
        to,
        Kind::AutoScalingGroup
            | Kind::Ec2Instance
            | Kind::EcsService
            | Kind::EcsTaskDefinition
            | Kind::ElbListener
            | Kind::ElbTargetGroup
            | Kind::GlobalAcceleratorEndpointGroup
            | Kind::GlobalAcceleratorListener
            | Kind::Route53RecordSet
    )
}

/// What leads to it beside configuration.
fn own_sources(to: Kind) -> &'static [Source] {
    match to {
        Kind::KmsKey => &[
            TABLE_KEY,
            CLUSTER_KEY,
            INSTANCE_KEY,
            FUNCTION_KEY,
            BUCKET_KEY,
            SECRET_KEY,
            (Kind::LambdaEventSourceMapping, "kms_key"),
            CACHE_KEY,
            SERVERLESS_KEY,
            BACKUP_KEY,
        ],
        Kind::DynamoDbTable => &[
            (Kind::DynamoDbTable, "replicas"),
            (Kind::DynamoDbTable, "witnesses"),
            SCALED,
        ],
        Kind::S3Bucket => &[
            (Kind::S3Bucket, "replication"),
            (Kind::S3MultiRegionAccessPoint, "routes"),
            ORIGINS,
            ZONES,
            RECORDS,
        ],
        Kind::SqsQueue => &[DELIVERED, (Kind::SqsQueue, "dead_letter")],
        Kind::LambdaFunction => &[
            DELIVERED,
            (Kind::SecretsManagerSecret, "rotation_function"),
            TARGETS,
            // A mapping tells, and its table or queue is where the edge begins.
            MAPPED,
            (Kind::DynamoDbTable, ""),
            (Kind::SqsQueue, ""),
            SCALED,
            PLANNED,
        ],
        Kind::SecretsManagerSecret => &[(Kind::SecretsManagerSecret, "replicas")],
        Kind::RdsDbCluster => &[
            (Kind::RdsGlobalCluster, "members"),
            (Kind::RdsDbCluster, "read_replicas"),
            SCALED,
            ZONES,
            RECORDS,
            PLANNED,
        ],
        Kind::CacheReplicationGroup => &[
            (Kind::CacheGlobalReplicationGroup, "members"),
            (Kind::CacheReplicationGroup, "global_datastore"),
        ],
        Kind::RdsAutomatedBackup => &[
            (Kind::RdsDbCluster, ""),
            (Kind::RdsDbInstance, "backup_replications"),
        ],
        Kind::RdsDbInstance => &[
            (Kind::RdsDbInstance, "replicas"),
            (Kind::RdsDbCluster, "read_replicas"),
            ZONES,
            RECORDS,
            PLANNED,
        ],
        Kind::ElbLoadBalancer => &[ZONES, RECORDS, ORIGINS, ENDPOINTS],
        Kind::Route53RecordSet
        | Kind::CloudFrontDistribution
        | Kind::GlobalAcceleratorAccelerator
        | Kind::S3MultiRegionAccessPoint => &[ZONES, RECORDS, ORIGINS],
        Kind::GlobalAcceleratorListener => &[(Kind::GlobalAcceleratorAccelerator, "")],
        Kind::GlobalAcceleratorEndpointGroup => &[(Kind::GlobalAcceleratorListener, "")],
        Kind::ElbListener => &[BALANCERS],
        Kind::ElbTargetGroup => &[BALANCERS, LISTENERS],
        Kind::AutoScalingGroup => &[TARGETS, PLANNED],
        Kind::EcsService => &[TARGETS, SCALED, PLANNED],
        Kind::ArcRegionSwitchPlan | Kind::LambdaEventSourceMapping => &[PLANNED],
        Kind::EcsTaskDefinition => &[(Kind::EcsService, "task_definition")],
        Kind::Ec2Instance => &[
            TARGETS,
            (Kind::AutoScalingGroup, "instances"),
            ENDPOINTS,
            ZONES,
            RECORDS,
        ],
        _ => &[],
    }
}

/// Whether what leads to a resource of the kind stands in its Region, or nowhere.
fn within(to: Kind) -> bool {
    matches!(
        to,
        Kind::KmsKey
            | Kind::ElbListener
            | Kind::ElbTargetGroup
            | Kind::AutoScalingGroup
            | Kind::Ec2Instance
            | Kind::EcsService
            | Kind::EcsTaskDefinition
    )
}

/// Gaps that may hide edges, by the kind of the resources at which they end, and by their Region
/// where only what stands in it leads to them.
pub(in crate::estate) type Known<'a> = Mutex<BTreeMap<(Kind, Option<&'a Region>), Arc<[GapKey]>>>;

impl Estate<'_> {
    /// The gaps that may hide an edge to a resource, sorted. Keys and targets are used from their
    /// own Region alone; whatever else can be reached from everywhere.
    pub fn edges_to_hidden(&self, at: u32) -> Arc<[GapKey]> {
        let own = self.resource(at);
        let place = within(own.kind()).then_some(&own.region);
        let known = self.edges_hidden.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let gaps = known.entry((own.kind(), place));
        Arc::clone(gaps.or_insert_with(|| self.work_out_hidden(own.kind(), place)))
    }

    fn work_out_hidden(&self, to: Kind, place: Option<&Region>) -> Arc<[GapKey]> {
        let mut gaps = BTreeSet::new();
        for (from, property) in sources(to) {
            let region = place.filter(|_| !from.is_global());
            match region {
                Some(region) => gaps.extend(self.hidden_in(*from, region)),
                None => gaps.extend(self.hidden_kind(*from).iter().cloned()),
            }
            let others = self.read_in_part().iter().map(|at| self.resource(*at));
            let others = others.filter(|other| {
                other.kind() == *from && region.is_none_or(|it| other.region == *it)
            });
            gaps.extend(others.filter_map(|other| other.unread(property).cloned()));
        }
        gaps.into_iter().collect()
    }

    fn hidden_in(&self, kind: Kind, region: &Region) -> impl Iterator<Item = GapKey> {
        let accounts = self.inventory.accounts();
        accounts.flat_map(move |account| self.inventory.hiding(kind, account, region))
    }

    /// Resources with a property that was not read; worked out once.
    fn read_in_part(&self) -> &[u32] {
        self.read_in_part.get_or_init(|| {
            let in_part = |resource: &Resource| !resource.unread.is_empty();
            let all = self.inventory.resources().iter().enumerate();
            all.filter(|(_, resource)| in_part(resource))
                .map(|(at, _)| index(at))
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::inventory::snapshot;

    const ESTATE: &str = include_str!("../../../reports/examples/estate.jsonl");

    /// Whoever adds an edge is told to add where it comes from.
    #[test]
    fn every_edge_of_the_sample_estate_has_its_source() {
        let inventory = snapshot::read(ESTATE.as_bytes(), Path::new("the sample estate"));
        let inventory = inventory.expect("an inventory");
        let estate = Estate::new(&inventory);
        for edge in estate.all_edges() {
            let Some(end) = edge.to.resource() else {
                continue;
            };
            let (from, to) = (estate.resource(edge.from), estate.resource(end));
            let known = sources(to.kind()).any(|it| it.0 == from.kind());
            assert!(known, "{:?}: {} to {}", edge.mechanism, from.arn, to.arn);
        }
    }
}
