//! Global clusters of Aurora, DocumentDB and Neptune.
//!
//! Every Region answers for the same global cluster: its mapping does not depend on the Region
//! that was asked, so that the answers are equal and the inventory keeps one.

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::describe_global_clusters::DescribeGlobalClustersOutput;
use aws_sdk_rds::types as sdk;

use super::plain::{some_text, text};
use super::rds::{PAGE, resource};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::rds::{GlobalCluster, GlobalFailover, GlobalMember};
use crate::inventory::{AccountId, Arn, Kind, Region, Resource};

const DESCRIBE_GLOBAL_CLUSTERS: Operation = Operation {
    name: "rds:DescribeGlobalClusters",
    action: "rds:DescribeGlobalClusters",
    times: Times(|it| it.once().or_more()),
};

pub(super) const GLOBAL_CLUSTERS: Collector = Collector {
    name: "rds_global_clusters",
    kinds: &[Kind::RdsGlobalCluster],
    scope: Scope::Regional,
    operations: &[DESCRIBE_GLOBAL_CLUSTERS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let rds = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_GLOBAL_CLUSTERS,
            &[Kind::RdsGlobalCluster],
            |page: &DescribeGlobalClustersOutput| page.marker().map(str::to_owned),
            |marker| {
                let request = rds.describe_global_clusters().max_records(PAGE);
                request.set_marker(marker).send()
            },
        );
        let pages = pages.await;
        let found = pages
            .iter()
            .flat_map(DescribeGlobalClustersOutput::global_clusters);
        found
            .filter_map(|it| global_resource(ctx.account(), it))
            .for_each(|it| ctx.push(it));
    })
}

fn global_resource(account: &AccountId, it: &sdk::GlobalCluster) -> Option<Resource> {
    let name = (it.global_cluster_arn(), it.global_cluster_identifier());
    resource(account, Region::global(), name, it.tag_list(), global(it))
}

fn global(it: &sdk::GlobalCluster) -> GlobalCluster {
    let mut members: Vec<GlobalMember> = it
        .global_cluster_members()
        .iter()
        .map(global_member)
        .collect();
    members.sort_by(|a, b| a.cluster_arn.cmp(&b.cluster_arn));
    GlobalCluster {
        engine: text(it.engine()),
        engine_version: text(it.engine_version()),
        status: text(it.status()),
        members,
        failover: it.failover_state().map(failover),
        endpoint: some_text(it.endpoint()),
        deletion_protection: it.deletion_protection().unwrap_or_default(),
    }
}

fn global_member(it: &sdk::GlobalClusterMember) -> GlobalMember {
    let arn = text(it.db_cluster_arn());
    GlobalMember {
        region: text(Arn::parse(&arn).map(|arn| arn.region)),
        cluster_arn: arn,
        writer: it.is_writer().unwrap_or_default(),
        write_forwarding: some_text(
            it.global_write_forwarding_status()
                .map(sdk::WriteForwardingStatus::as_str),
        ),
        synchronization: some_text(
            it.synchronization_status()
                .map(sdk::GlobalClusterMemberSynchronizationStatus::as_str),
        ),
    }
}

fn failover(it: &sdk::FailoverState) -> GlobalFailover {
    GlobalFailover {
        status: text(it.status().map(sdk::FailoverStatus::as_str)),
        from: some_text(it.from_db_cluster_arn()),
        to: some_text(it.to_db_cluster_arn()),
        data_loss_allowed: it.is_data_loss_allowed().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global_answer(order: [&str; 2]) -> sdk::GlobalCluster {
        let member = |region: &str| {
            sdk::GlobalClusterMember::builder()
                .db_cluster_arn(format!("arn:aws:rds:{region}:111111111111:cluster:ledger"))
                .is_writer(region == "eu-west-1")
                .build()
        };
        let failover = sdk::FailoverState::builder()
            .status(sdk::FailoverStatus::FailingOver)
            .is_data_loss_allowed(true)
            .build();
        sdk::GlobalCluster::builder()
            .global_cluster_arn("arn:aws:rds::111111111111:global-cluster:ledger")
            .global_cluster_identifier("ledger")
            .global_cluster_members(member(order[0]))
            .global_cluster_members(member(order[1]))
            .failover_state(failover)
            .build()
    }

    #[test]
    fn a_global_cluster_is_the_same_whoever_answers() {
        let account = AccountId::new("111111111111");
        let first = global_resource(&account, &global_answer(["us-east-1", "eu-west-1"])).unwrap();
        let second = global_resource(&account, &global_answer(["eu-west-1", "us-east-1"])).unwrap();
        assert_eq!(first, second);
        assert!(first.region.is_global());
        let read: &GlobalCluster = first.of().unwrap();
        assert_eq!(read.members[0].region, "eu-west-1");
        assert!(read.members[0].writer);
        let failover = read.failover.as_ref().unwrap();
        assert_eq!(failover.status, "failing-over");
        assert!(failover.data_loss_allowed);
    }
}
