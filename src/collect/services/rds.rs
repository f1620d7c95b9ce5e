//! Clusters and instances from the RDS API: Aurora, RDS, DocumentDB and Neptune.

use std::collections::BTreeMap;

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::describe_db_clusters::DescribeDbClustersOutput;
use aws_sdk_rds::operation::describe_db_instances::DescribeDbInstancesOutput;
use aws_sdk_rds::types as sdk;

use super::plain::{number, set, some_text, tags, text, time};
use super::rds_parameters::{DESCRIBE_CLUSTER_PARAMETERS, Parameters, is_default, of_groups};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::rds::{ClusterMember, DbCluster, DbInstance, ServerlessV2};
use crate::inventory::{AccountId, Arn, Kind, Properties, Region, Resource};

const DESCRIBE_CLUSTERS: Operation = Operation {
    name: "rds:DescribeDBClusters",
    action: "rds:DescribeDBClusters",
    times: Times(|it| it.pages(&[Kind::RdsDbCluster], PAGE)),
};
const DESCRIBE_INSTANCES: Operation = Operation {
    name: "rds:DescribeDBInstances",
    action: "rds:DescribeDBInstances",
    times: Times(|it| it.pages(&[Kind::RdsDbInstance], PAGE)),
};
/// The most that RDS answers.
pub(super) const PAGE: i32 = 100;

pub(super) const DATABASES: Collector = Collector {
    name: "rds",
    kinds: &[Kind::RdsDbCluster, Kind::RdsDbInstance],
    scope: Scope::Regional,
    operations: &[
        DESCRIBE_CLUSTERS,
        DESCRIBE_CLUSTER_PARAMETERS,
        DESCRIBE_INSTANCES,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let rds = Client::new(ctx.sdk());
        tokio::join!(clusters(ctx, &rds), instances(ctx, &rds));
    })
}

async fn clusters(ctx: &Context, rds: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_CLUSTERS,
        &[Kind::RdsDbCluster],
        |page: &DescribeDbClustersOutput| page.marker().map(str::to_owned),
        |marker| {
            let request = rds.describe_db_clusters().max_records(PAGE);
            request.set_marker(marker).send()
        },
    );
    let pages = pages.await;
    let found = pages.iter().flat_map(DescribeDbClustersOutput::db_clusters);
    let found: Vec<Resource> = found
        .filter_map(|it| cluster_resource(ctx.account(), ctx.region(), it))
        .collect();
    let groups = found.iter().filter_map(own_group).map(str::to_owned);
    let parameters = of_groups(ctx, rds, groups.collect()).await;
    for cluster in found {
        ctx.push(with_parameters(cluster, &parameters));
    }
}

/// The parameter group of a cluster, if it is not one that AWS keeps.
fn own_group(cluster: &Resource) -> Option<&str> {
    let group = cluster.of::<DbCluster>()?.parameter_group.as_deref();
    group.filter(|group| !is_default(group))
}

fn with_parameters(mut cluster: Resource, all: &BTreeMap<String, Parameters>) -> Resource {
    let parameters = own_group(&cluster)
        .and_then(|group| all.get(group))
        .cloned();
    match (parameters, &mut cluster.properties) {
        (Some(Ok(parameters)), Properties::RdsDbCluster(it)) => it.parameters = parameters,
        (Some(Err(gap)), _) => {
            cluster.unread.insert("parameters".to_owned(), gap);
        }
        _ => {}
    }
    cluster
}

async fn instances(ctx: &Context, rds: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_INSTANCES,
        &[Kind::RdsDbInstance],
        |page: &DescribeDbInstancesOutput| page.marker().map(str::to_owned),
        |marker| {
            let request = rds.describe_db_instances().max_records(PAGE);
            request.set_marker(marker).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeDbInstancesOutput::db_instances);
    found
        .filter_map(|it| instance_resource(ctx.account(), ctx.region(), it))
        .for_each(|it| ctx.push(it));
}

/// The resource with that ARN; `None` where AWS gave no ARN.
pub(super) fn resource(
    account: &AccountId,
    region: Region,
    (arn, id): (Option<&str>, Option<&str>),
    tag_list: &[sdk::Tag],
    properties: impl Into<Properties>,
) -> Option<Resource> {
    let arn = arn?;
    Some(Resource {
        arn: arn.to_owned(),
        account: account.clone(),
        region,
        name: text(id.or_else(|| Arn::parse(arn).map(|arn| arn.name()))),
        tags: tags(tag_list.iter().map(|tag| (tag.key(), tag.value()))),
        properties: properties.into(),
        unread: BTreeMap::new(),
    })
}

fn cluster_resource(account: &AccountId, region: &Region, it: &sdk::DbCluster) -> Option<Resource> {
    let name = (it.db_cluster_arn(), it.db_cluster_identifier());
    resource(account, region.clone(), name, it.tag_list(), cluster(it))
}

fn instance_resource(
    account: &AccountId,
    region: &Region,
    it: &sdk::DbInstance,
) -> Option<Resource> {
    let name = (it.db_instance_arn(), it.db_instance_identifier());
    resource(account, region.clone(), name, it.tag_list(), instance(it))
}

fn cluster(it: &sdk::DbCluster) -> DbCluster {
    DbCluster {
        engine: text(it.engine()),
        engine_version: text(it.engine_version()),
        engine_mode: some_text(it.engine_mode()),
        status: text(it.status()),
        created: time(it.cluster_create_time()),
        members: cluster_members(it),
        global_cluster: some_text(it.global_cluster_identifier()),
        multi_az: it.multi_az().unwrap_or_default(),
        zones: set(it.availability_zones()),
        replication_source: some_text(it.replication_source_identifier()),
        read_replicas: set(it.read_replica_identifiers()),
        write_forwarding: some_text(
            it.global_write_forwarding_status()
                .map(sdk::WriteForwardingStatus::as_str),
        ),
        endpoint: some_text(it.endpoint()),
        reader_endpoint: some_text(it.reader_endpoint()),
        serverless_v2: it
            .serverless_v2_scaling_configuration()
            .map(|range| ServerlessV2 {
                min_capacity: range.min_capacity().unwrap_or_default(),
                max_capacity: range.max_capacity().unwrap_or_default(),
            }),
        parameter_group: some_text(it.db_cluster_parameter_group()),
        parameters: Vec::new(),
        encrypted: it.storage_encrypted().unwrap_or_default(),
        kms_key: some_text(it.kms_key_id()),
        backup_retention_days: number(it.backup_retention_period()),
        deletion_protection: it.deletion_protection().unwrap_or_default(),
        iam_authentication: it.iam_database_authentication_enabled().unwrap_or_default(),
        log_exports: set(it.enabled_cloudwatch_logs_exports()),
    }
}

fn cluster_members(it: &sdk::DbCluster) -> Vec<ClusterMember> {
    let mut members: Vec<ClusterMember> = it
        .db_cluster_members()
        .iter()
        .map(|member| ClusterMember {
            instance_id: text(member.db_instance_identifier()),
            writer: member.is_cluster_writer().unwrap_or_default(),
        })
        .collect();
    members.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    members
}

fn instance(it: &sdk::DbInstance) -> DbInstance {
    let source = it.read_replica_source_db_instance_identifier();
    let copies = it.read_replica_db_instance_identifiers().iter();
    let backups = it.db_instance_automated_backups_replications().iter();
    DbInstance {
        engine: text(it.engine()),
        engine_version: text(it.engine_version()),
        class: text(it.db_instance_class()),
        status: text(it.db_instance_status()),
        created: time(it.instance_create_time()),
        cluster_id: some_text(it.db_cluster_identifier()),
        zone: some_text(it.availability_zone()),
        subnet_zones: subnet_zones(it),
        multi_az: it.multi_az().unwrap_or_default(),
        replica_source: some_text(
            source.or_else(|| it.read_replica_source_db_cluster_identifier()),
        ),
        replicas: set(copies.chain(it.read_replica_db_cluster_identifiers())),
        backup_replications: set(
            backups.filter_map(|copy| copy.db_instance_automated_backups_arn())
        ),
        endpoint: some_text(it.endpoint().and_then(|it| it.address())),
        encrypted: it.storage_encrypted().unwrap_or_default(),
        kms_key: some_text(it.kms_key_id()),
        backup_retention_days: number(it.backup_retention_period()),
        deletion_protection: it.deletion_protection().unwrap_or_default(),
        public: it.publicly_accessible().unwrap_or_default(),
        vpc_id: some_text(it.db_subnet_group().and_then(|it| it.vpc_id())),
    }
}

fn subnet_zones(it: &sdk::DbInstance) -> Vec<String> {
    let group = it.db_subnet_group();
    let subnets = group.map(sdk::DbSubnetGroup::subnets).unwrap_or_default();
    let zones = subnets
        .iter()
        .filter_map(|it| it.subnet_availability_zone());
    set(zones.filter_map(|zone| zone.name()))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use crate::inventory::kinds::rds::Parameter;

    use super::*;

    fn place() -> (AccountId, Region) {
        (AccountId::new("111111111111"), Region::new("eu-west-1"))
    }

    #[test]
    fn maps_a_cluster_with_its_members_in_order() {
        let member = |id: &str, writer| {
            let builder = sdk::DbClusterMember::builder().db_instance_identifier(id);
            builder.is_cluster_writer(writer).build()
        };
        let it = sdk::DbCluster::builder()
            .db_cluster_identifier("ledger")
            .db_cluster_arn("arn:aws:rds:eu-west-1:111111111111:cluster:ledger")
            .engine("aurora-postgresql")
            .cluster_create_time(DateTime::from_secs(0))
            .db_cluster_members(member("ledger-2", true))
            .db_cluster_members(member("ledger-1", false))
            .global_cluster_identifier("ledger-global")
            .global_write_forwarding_status(sdk::WriteForwardingStatus::from("half-on"))
            .tag_list(sdk::Tag::builder().key("app").value("shop").build())
            .backup_retention_period(7)
            .build();
        let (account, region) = place();
        let resource = cluster_resource(&account, &region, &it).unwrap();
        assert_eq!(resource.name, "ledger");
        assert_eq!(&*resource.region, "eu-west-1");
        assert_eq!(resource.tags["app"], "shop");
        let read: &DbCluster = resource.of().unwrap();
        let members: Vec<_> = read
            .members
            .iter()
            .map(|m| (&*m.instance_id, m.writer))
            .collect();
        assert_eq!(members, [("ledger-1", false), ("ledger-2", true)]);
        assert_eq!(read.created.as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(read.global_cluster.as_deref(), Some("ledger-global"));
        assert_eq!(read.write_forwarding.as_deref(), Some("half-on"));
        assert_eq!(read.backup_retention_days, 7);
    }

    #[test]
    fn an_instance_may_copy_a_cluster_and_be_copied_by_both() {
        let backup = sdk::DbInstanceAutomatedBackupsReplication::builder()
            .db_instance_automated_backups_arn(
                "arn:aws:rds:us-east-1:111111111111:auto-backup:ab-1",
            )
            .build();
        let it = sdk::DbInstance::builder()
            .db_instance_arn("arn:aws:rds:eu-west-1:111111111111:db:orders")
            .read_replica_source_db_cluster_identifier("legacy")
            .read_replica_db_instance_identifiers("orders-b")
            .read_replica_db_cluster_identifiers("orders-a")
            .db_instance_automated_backups_replications(backup)
            .endpoint(
                sdk::Endpoint::builder()
                    .address("orders.abc.rds.amazonaws.com")
                    .build(),
            )
            .build();
        let (account, region) = place();
        let resource = instance_resource(&account, &region, &it).unwrap();
        assert_eq!(
            resource.name, "orders",
            "from the ARN where there is no identifier"
        );
        let read: &DbInstance = resource.of().unwrap();
        assert_eq!(read.replica_source.as_deref(), Some("legacy"));
        assert_eq!(read.replicas, ["orders-a", "orders-b"]);
        assert_eq!(read.backup_replications.len(), 1);
        assert_eq!(
            read.endpoint.as_deref(),
            Some("orders.abc.rds.amazonaws.com")
        );
    }

    #[test]
    fn only_groups_that_somebody_can_change_have_parameters() {
        let with_group = |name: &str| {
            let it = sdk::DbCluster::builder()
                .db_cluster_arn("arn:aws:rds:eu-west-1:111111111111:cluster:ledger")
                .db_cluster_parameter_group(name)
                .build();
            let (account, region) = place();
            cluster_resource(&account, &region, &it).unwrap()
        };
        let own = with_group("ledger");
        assert_eq!(own_group(&own), Some("ledger"));
        assert_eq!(own_group(&with_group("default.aurora-postgresql16")), None);
        let bound = Parameter {
            name: "rds.global_db_rpo".to_owned(),
            value: "60".to_owned(),
        };
        let all = BTreeMap::from([("ledger".to_owned(), Ok(vec![bound]))]);
        let read = with_parameters(own, &all);
        let cluster: &DbCluster = read.of().unwrap();
        assert_eq!(cluster.parameters[0].value, "60");
    }

    #[test]
    fn what_has_no_arn_is_left_out() {
        let (account, region) = place();
        let it = sdk::DbCluster::builder().build();
        assert_eq!(cluster_resource(&account, &region, &it), None);
    }
}
