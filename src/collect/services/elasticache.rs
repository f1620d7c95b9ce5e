//! Caches: replication groups, Global Datastores, serverless caches. Nothing in them is read.
//!
//! Every Region answers for the Global Datastores that it has a part in: their mapping does not
//! depend on the Region that was asked, so that the inventory keeps one.

use std::collections::BTreeMap;

use aws_sdk_elasticache::Client;
use aws_sdk_elasticache::operation::describe_global_replication_groups::DescribeGlobalReplicationGroupsOutput;
use aws_sdk_elasticache::operation::describe_replication_groups::DescribeReplicationGroupsOutput;
use aws_sdk_elasticache::operation::describe_serverless_caches::DescribeServerlessCachesOutput;
use aws_sdk_elasticache::types as sdk;

use super::plain::{number, set, some_text, text, time};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::elasticache::{
    GlobalGroupMember, GlobalReplicationGroup, ReplicationGroup, ServerlessCache, Shard,
};
use crate::inventory::{AccountId, Arn, Kind, Region, Resource};

const DESCRIBE_GROUPS: Operation = Operation {
    name: "elasticache:DescribeReplicationGroups",
    action: "elasticache:DescribeReplicationGroups",
    times: Times(|it| it.pages(&[Kind::CacheReplicationGroup], PAGE)),
};
const DESCRIBE_GLOBAL_GROUPS: Operation = Operation {
    name: "elasticache:DescribeGlobalReplicationGroups",
    action: "elasticache:DescribeGlobalReplicationGroups",
    times: Times(|it| it.once().or_more()),
};
const DESCRIBE_SERVERLESS: Operation = Operation {
    name: "elasticache:DescribeServerlessCaches",
    action: "elasticache:DescribeServerlessCaches",
    times: Times(|it| it.pages(&[Kind::CacheServerlessCache], SERVERLESS_PAGE)),
};

pub(super) const CACHES: Collector = Collector {
    name: "elasticache",
    kinds: &[
        Kind::CacheGlobalReplicationGroup,
        Kind::CacheReplicationGroup,
        Kind::CacheServerlessCache,
    ],
    scope: Scope::Regional,
    operations: &[
        DESCRIBE_GROUPS,
        DESCRIBE_GLOBAL_GROUPS,
        DESCRIBE_SERVERLESS,
        GET_RESOURCES,
    ],
    run,
};

/// The most that ElastiCache answers.
const PAGE: i32 = 100;
/// Most serverless caches of one answer.
const SERVERLESS_PAGE: i32 = 50;

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let client = Client::new(ctx.sdk());
        tokio::join!(
            groups(ctx, &client),
            global_groups(ctx, &client),
            serverless(ctx, &client)
        );
    })
}

async fn groups(ctx: &Context, client: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_GROUPS,
        &[Kind::CacheReplicationGroup],
        |page: &DescribeReplicationGroupsOutput| page.marker().map(str::to_owned),
        |marker| {
            let request = client.describe_replication_groups().max_records(PAGE);
            request.set_marker(marker).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeReplicationGroupsOutput::replication_groups);
    for it in found {
        if let (Some(arn), Some(id)) = (it.arn(), it.replication_group_id()) {
            push_tagged(ctx, (arn, id), group(it), BTreeMap::new()).await;
        }
    }
}

async fn global_groups(ctx: &Context, client: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_GLOBAL_GROUPS,
        &[Kind::CacheGlobalReplicationGroup],
        |page: &DescribeGlobalReplicationGroupsOutput| page.marker().map(str::to_owned),
        |marker| {
            let request = client.describe_global_replication_groups();
            let request = request.max_records(PAGE);
            request.show_member_info(true).set_marker(marker).send()
        },
    );
    let pages = pages.await;
    pages
        .iter()
        .flat_map(DescribeGlobalReplicationGroupsOutput::global_replication_groups)
        .filter_map(|it| global_resource(ctx.account(), it))
        .for_each(|it| ctx.push(it));
}

async fn serverless(ctx: &Context, client: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_SERVERLESS,
        &[Kind::CacheServerlessCache],
        |page: &DescribeServerlessCachesOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.describe_serverless_caches();
            let request = request.max_results(SERVERLESS_PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeServerlessCachesOutput::serverless_caches);
    for it in found {
        if let (Some(arn), Some(name)) = (it.arn(), it.serverless_cache_name()) {
            push_tagged(ctx, (arn, name), serverless_cache(it), BTreeMap::new()).await;
        }
    }
}

fn group(it: &sdk::ReplicationGroup) -> ReplicationGroup {
    let global = it.global_replication_group_info();
    let only = match it.node_groups() {
        [only] => Some(only),
        _ => None,
    };
    let writer = only.and_then(sdk::NodeGroup::primary_endpoint);
    let reader = only.and_then(sdk::NodeGroup::reader_endpoint);
    ReplicationGroup {
        engine: text(it.engine()),
        status: text(it.status()),
        created: time(it.replication_group_create_time()),
        node_type: text(it.cache_node_type()),
        cluster_mode: it.cluster_enabled().unwrap_or_default(),
        shards: shards(it),
        automatic_failover: text(
            it.automatic_failover()
                .map(sdk::AutomaticFailoverStatus::as_str),
        ),
        multi_az: text(it.multi_az().map(sdk::MultiAzStatus::as_str)),
        snapshot_retention_days: number(it.snapshot_retention_limit()),
        durability: some_text(it.durability().map(sdk::Durability::as_str)),
        global_datastore: some_text(global.and_then(|it| it.global_replication_group_id())),
        global_role: some_text(global.and_then(|it| it.global_replication_group_member_role())),
        endpoint: host(it.configuration_endpoint().or(writer)),
        reader_endpoint: host(reader),
        kms_key: some_text(it.kms_key_id()),
    }
}

fn host(endpoint: Option<&sdk::Endpoint>) -> Option<String> {
    some_text(endpoint.and_then(|it| it.address()))
}

fn shards(it: &sdk::ReplicationGroup) -> Vec<Shard> {
    let mut shards: Vec<Shard> = it
        .node_groups()
        .iter()
        .map(|group| {
            let nodes = group.node_group_members();
            Shard {
                id: text(group.node_group_id()),
                nodes: i64::try_from(nodes.len()).unwrap_or(i64::MAX),
                zones: set(nodes
                    .iter()
                    .filter_map(|it| it.preferred_availability_zone())),
            }
        })
        .collect();
    shards.sort_by(|a, b| a.id.cmp(&b.id));
    shards
}

fn global_resource(account: &AccountId, it: &sdk::GlobalReplicationGroup) -> Option<Resource> {
    let arn = it.arn()?;
    let partition = Arn::parse(arn)?.partition;
    let mut members: Vec<GlobalGroupMember> = it
        .members()
        .iter()
        .map(|member| global_member(partition, account, member))
        .collect();
    members.sort_by(|a, b| a.group_arn.cmp(&b.group_arn));
    let properties = GlobalReplicationGroup {
        engine: text(it.engine()),
        engine_version: text(it.engine_version()),
        status: text(it.status()),
        node_type: text(it.cache_node_type()),
        members,
    };
    Some(Resource {
        arn: arn.to_owned(),
        account: account.clone(),
        region: Region::global(),
        name: text(it.global_replication_group_id()),
        tags: BTreeMap::new(),
        properties: properties.into(),
        unread: BTreeMap::new(),
    })
}

/// Members are named by id; they are of the same account.
fn global_member(
    partition: &str,
    account: &AccountId,
    it: &sdk::GlobalReplicationGroupMember,
) -> GlobalGroupMember {
    let region = it.replication_group_region().unwrap_or_default();
    let place = Place {
        partition,
        region,
        account,
    };
    let id = it.replication_group_id().unwrap_or_default();
    GlobalGroupMember {
        group_arn: Kind::CacheReplicationGroup.arn(place, id),
        region: region.to_owned(),
        role: text(it.role()),
        status: text(it.status()),
        automatic_failover: text(
            it.automatic_failover()
                .map(sdk::AutomaticFailoverStatus::as_str),
        ),
    }
}

fn serverless_cache(it: &sdk::ServerlessCache) -> ServerlessCache {
    ServerlessCache {
        engine: text(it.engine()),
        status: text(it.status()),
        created: time(it.create_time()),
        snapshot_retention_days: number(it.snapshot_retention_limit()),
        endpoint: host(it.endpoint()),
        reader_endpoint: host(it.reader_endpoint()),
        kms_key: some_text(it.kms_key_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(address: &str) -> sdk::Endpoint {
        sdk::Endpoint::builder().address(address).build()
    }

    fn shard(id: &str, zones: &[&str]) -> sdk::NodeGroup {
        let shard = sdk::NodeGroup::builder()
            .node_group_id(id)
            .primary_endpoint(endpoint(&format!("writer-{id}")))
            .reader_endpoint(endpoint(&format!("reader-{id}")));
        let node = |zone: &&str| {
            let node = sdk::NodeGroupMember::builder();
            node.preferred_availability_zone(*zone).build()
        };
        shard
            .set_node_group_members(Some(zones.iter().map(node).collect()))
            .build()
    }

    #[test]
    fn one_shard_answers_under_its_own_names() {
        let it = sdk::ReplicationGroup::builder()
            .node_groups(shard("0001", &["eu-west-1b", "eu-west-1a"]))
            .build();
        let group = group(&it);
        assert_eq!(group.endpoint.as_deref(), Some("writer-0001"));
        assert_eq!(group.reader_endpoint.as_deref(), Some("reader-0001"));
        assert_eq!(group.shards[0].nodes, 2);
        assert_eq!(group.shards[0].zones, ["eu-west-1a", "eu-west-1b"]);
    }

    #[test]
    fn several_shards_answer_under_one_name_and_come_in_order() {
        let it = sdk::ReplicationGroup::builder()
            .configuration_endpoint(endpoint("all"))
            .node_groups(shard("0002", &["eu-west-1a"]))
            .node_groups(shard("0001", &[]))
            .build();
        let group = group(&it);
        assert_eq!(group.endpoint.as_deref(), Some("all"));
        assert_eq!(group.reader_endpoint, None);
        let ids: Vec<&str> = group.shards.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["0001", "0002"]);
    }

    #[test]
    fn members_of_a_global_datastore_are_known_by_their_arns() {
        let member = |region: &str, role: &str| {
            sdk::GlobalReplicationGroupMember::builder()
                .replication_group_id("carts")
                .replication_group_region(region)
                .role(role)
                .build()
        };
        let it = sdk::GlobalReplicationGroup::builder()
            .arn("arn:aws:elasticache::111111111111:globalreplicationgroup:ldgnf-carts")
            .global_replication_group_id("ldgnf-carts")
            .members(member("eu-west-1", "PRIMARY"))
            .members(member("eu-central-1", "SECONDARY"))
            .build();
        let found = global_resource(&AccountId::new("111111111111"), &it).unwrap();
        assert!(found.region.is_global());
        let global: &GlobalReplicationGroup = found.of().unwrap();
        let arns: Vec<&str> = global.members.iter().map(|it| &*it.group_arn).collect();
        assert_eq!(
            arns,
            [
                "arn:aws:elasticache:eu-central-1:111111111111:replicationgroup:carts",
                "arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:carts"
            ]
        );
    }
}
