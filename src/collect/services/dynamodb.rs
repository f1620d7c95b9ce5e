//! DynamoDB tables, with their replicas as each Region describes them. Items are never read.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::list_tables::ListTablesOutput;
use aws_sdk_dynamodb::types as sdk;

use super::plain::{some_text, text, time};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::dynamodb::{
    Index, KeyElement, Limits, PointInTimeRecovery, Replica, Stream, Table, Witness,
};
use crate::inventory::{GapKey, Kind};

const LIST_TABLES: Operation = Operation {
    name: "dynamodb:ListTables",
    action: "dynamodb:ListTables",
    times: Times(|it| it.pages(&[Kind::DynamoDbTable], PAGE)),
};
const DESCRIBE_TABLE: Operation = Operation {
    name: "dynamodb:DescribeTable",
    action: "dynamodb:DescribeTable",
    times: Times(|it| it.each(Kind::DynamoDbTable)),
};
const DESCRIBE_BACKUPS: Operation = Operation {
    name: "dynamodb:DescribeContinuousBackups",
    action: "dynamodb:DescribeContinuousBackups",
    times: Times(|it| it.each(Kind::DynamoDbTable)),
};
const DESCRIBE_LIMITS: Operation = Operation {
    name: "dynamodb:DescribeLimits",
    action: "dynamodb:DescribeLimits",
    times: Times(|it| it.if_any(&[Kind::DynamoDbTable])),
};

/// The most that DynamoDB answers.
const PAGE: i32 = 100;

pub(super) const TABLES: Collector = Collector {
    name: "dynamodb",
    kinds: &[Kind::DynamoDbTable],
    scope: Scope::Regional,
    operations: &[
        LIST_TABLES,
        DESCRIBE_TABLE,
        DESCRIBE_BACKUPS,
        DESCRIBE_LIMITS,
        GET_RESOURCES,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let dynamodb = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_TABLES,
            &[Kind::DynamoDbTable],
            |page: &ListTablesOutput| page.last_evaluated_table_name().map(str::to_owned),
            |start| {
                let request = dynamodb.list_tables().limit(PAGE);
                request.set_exclusive_start_table_name(start).send()
            },
        );
        let pages = pages.await.into_iter();
        let names = pages.flat_map(|page| page.table_names.unwrap_or_default());
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            return;
        }
        let limits = limits(ctx, &dynamodb).await;
        ctx.each(names, |name| read(ctx, &dynamodb, name, &limits))
            .await;
    })
}

/// What the account may have here. DynamoDB wants this asked rarely: once for all tables.
async fn limits(ctx: &Context, dynamodb: &Client) -> Result<Limits, GapKey> {
    let answer = ctx
        .call(&DESCRIBE_LIMITS, &[], || dynamodb.describe_limits().send())
        .await?;
    Ok(Limits {
        account_reads: answer.account_max_read_capacity_units().unwrap_or_default(),
        account_writes: answer
            .account_max_write_capacity_units()
            .unwrap_or_default(),
        table_reads: answer.table_max_read_capacity_units().unwrap_or_default(),
        table_writes: answer.table_max_write_capacity_units().unwrap_or_default(),
    })
}

/// One table. Nothing where it is gone since it was listed; not described, it may be anything.
async fn read(ctx: &Context, dynamodb: &Client, name: String, limits: &Result<Limits, GapKey>) {
    let gone = &["ResourceNotFoundException", "TableNotFoundException"];
    let request = || dynamodb.describe_table().table_name(&name).send();
    let kinds = &[Kind::DynamoDbTable];
    let answer = ctx
        .call_or_absent(&DESCRIBE_TABLE, gone, kinds, request)
        .await;
    let Some(it) = answer.ok().flatten().and_then(|answer| answer.table) else {
        return;
    };
    let Some(arn) = it.table_arn() else {
        return;
    };
    let mut properties = table(&it);
    let mut unread = BTreeMap::new();
    let request = || {
        dynamodb
            .describe_continuous_backups()
            .table_name(&name)
            .send()
    };
    match ctx
        .call_or_absent(&DESCRIBE_BACKUPS, gone, &[], request)
        .await
    {
        Ok(Some(answer)) => {
            let described = answer.continuous_backups_description();
            let recovery = described.and_then(|it| it.point_in_time_recovery_description());
            properties.point_in_time_recovery = recovery.map(point_in_time).unwrap_or_default();
        }
        Ok(None) => return,
        Err(gap) => {
            unread.insert("point_in_time_recovery".to_owned(), gap);
        }
    }
    match limits {
        Ok(limits) => properties.limits = limits.clone(),
        Err(gap) => {
            unread.insert("limits".to_owned(), gap.clone());
        }
    }
    push_tagged(ctx, (arn, &name), properties, unread).await;
}

/// The table, without what takes a call of its own.
fn table(it: &sdk::TableDescription) -> Table {
    let billing = it.billing_mode_summary().and_then(|it| it.billing_mode());
    let capacity = it.provisioned_throughput();
    let limits = it.on_demand_throughput();
    let class = it.table_class_summary().and_then(|it| it.table_class());
    Table {
        status: text(it.table_status().map(sdk::TableStatus::as_str)),
        created: time(it.creation_date_time()),
        key_schema: it.key_schema().iter().map(key_element).collect(),
        billing_mode: billing
            .unwrap_or(&sdk::BillingMode::Provisioned)
            .as_str()
            .to_owned(),
        read_capacity: capacity
            .and_then(
                aws_sdk_dynamodb::types::ProvisionedThroughputDescription::read_capacity_units,
            )
            .unwrap_or_default(),
        write_capacity: capacity
            .and_then(
                aws_sdk_dynamodb::types::ProvisionedThroughputDescription::write_capacity_units,
            )
            .unwrap_or_default(),
        on_demand_max_reads: limits.and_then(|it| limit(it.max_read_request_units())),
        on_demand_max_writes: limits.and_then(|it| limit(it.max_write_request_units())),
        global_table_version: some_text(it.global_table_version()),
        replicas: replicas(it.replicas()),
        witnesses: it.global_table_witnesses().iter().map(witness).collect(),
        consistency: some_text(
            it.multi_region_consistency()
                .map(sdk::MultiRegionConsistency::as_str),
        ),
        stream: it
            .stream_specification()
            .filter(|it| it.stream_enabled())
            .map(|spec| Stream {
                view_type: text(spec.stream_view_type().map(sdk::StreamViewType::as_str)),
                arn: some_text(it.latest_stream_arn()),
            }),
        indexes: indexes(it),
        deletion_protection: it.deletion_protection_enabled().unwrap_or_default(),
        disassociation_protection: it.disassociation_protection_enabled(),
        table_class: class
            .unwrap_or(&sdk::TableClass::Standard)
            .as_str()
            .to_owned(),
        kms_key: some_text(it.sse_description().and_then(|it| it.kms_master_key_arn())),
        item_count: it.item_count().unwrap_or_default(),
        size_bytes: it.table_size_bytes().unwrap_or_default(),
        point_in_time_recovery: PointInTimeRecovery::default(),
        limits: Limits::default(),
    }
}

/// DynamoDB writes "not limited" as -1.
fn limit(units: Option<i64>) -> Option<i64> {
    units.filter(|units| *units >= 0)
}

fn key_element(it: &sdk::KeySchemaElement) -> KeyElement {
    KeyElement {
        name: it.attribute_name().to_owned(),
        key_type: it.key_type().as_str().to_owned(),
    }
}

fn witness(it: &sdk::GlobalTableWitnessDescription) -> Witness {
    Witness {
        region: text(it.region_name()),
        status: text(it.witness_status().map(sdk::WitnessStatus::as_str)),
    }
}

fn replicas(all: &[sdk::ReplicaDescription]) -> Vec<Replica> {
    let mut replicas: Vec<Replica> = all.iter().map(replica).collect();
    replicas.sort_by(|a, b| a.region.cmp(&b.region));
    replicas
}

fn replica(it: &sdk::ReplicaDescription) -> Replica {
    let provisioned = it.provisioned_throughput_override();
    let on_demand = it.on_demand_throughput_override();
    Replica {
        region: text(it.region_name()),
        status: text(it.replica_status().map(sdk::ReplicaStatus::as_str)),
        status_description: some_text(it.replica_status_description()),
        inaccessible_since: time(it.replica_inaccessible_date_time()),
        kms_key: some_text(it.kms_master_key_id()),
        read_capacity_override: provisioned
            .and_then(aws_sdk_dynamodb::types::ProvisionedThroughputOverride::read_capacity_units),
        on_demand_max_reads_override: on_demand.and_then(|it| limit(it.max_read_request_units())),
    }
}

fn indexes(it: &sdk::TableDescription) -> Vec<Index> {
    let global = it.global_secondary_indexes().iter().map(|it| Index {
        name: text(it.index_name()),
        status: some_text(it.index_status().map(sdk::IndexStatus::as_str)),
        global: true,
        backfilling: it.backfilling().unwrap_or_default(),
    });
    let local = it.local_secondary_indexes().iter().map(|it| Index {
        name: text(it.index_name()),
        ..Index::default()
    });
    let mut indexes: Vec<Index> = global.chain(local).collect();
    indexes.sort_by(|a, b| a.name.cmp(&b.name));
    indexes
}

fn point_in_time(it: &sdk::PointInTimeRecoveryDescription) -> PointInTimeRecovery {
    let on = sdk::PointInTimeRecoveryStatus::Enabled;
    let enabled = it.point_in_time_recovery_status() == Some(&on);
    let days = it.recovery_period_in_days().filter(|_| enabled);
    PointInTimeRecovery {
        enabled,
        recovery_period_days: days.map(i64::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dynamodb_leaves_out_reads_as_it_means() {
        let read = table(&sdk::TableDescription::builder().build());
        assert_eq!(read.billing_mode, "PROVISIONED");
        assert_eq!(read.table_class, "STANDARD");
        assert_eq!((read.stream, read.consistency), (None, None));
    }

    #[test]
    fn replicas_stand_in_order_and_unlimited_is_no_limit() {
        let replica = |region: &str| {
            let limit = sdk::OnDemandThroughputOverride::builder().max_read_request_units(-1);
            let builder = sdk::ReplicaDescription::builder().region_name(region);
            builder.on_demand_throughput_override(limit.build()).build()
        };
        let it = sdk::TableDescription::builder()
            .replicas(replica("us-east-1"))
            .replicas(replica("eu-west-1"))
            .build();
        let read = table(&it);
        let regions: Vec<_> = read.replicas.iter().map(|it| &*it.region).collect();
        assert_eq!(regions, ["eu-west-1", "us-east-1"]);
        assert_eq!(read.replicas[0].on_demand_max_reads_override, None);
    }
}
