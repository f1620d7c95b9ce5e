//! Automated backups of instances and clusters that are kept in another Region than these.
//!
//! Each Region lists the backups that it keeps, whosever they are. Those of its own databases are
//! left out: the databases say themselves how long theirs are kept.

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::describe_db_cluster_automated_backups::DescribeDbClusterAutomatedBackupsOutput;
use aws_sdk_rds::operation::describe_db_instance_automated_backups::DescribeDbInstanceAutomatedBackupsOutput;
use aws_sdk_rds::types as sdk;

use super::plain::{number, some_text, text, time};
use super::rds::{PAGE, resource};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::rds::AutomatedBackup;
use crate::inventory::{AccountId, Arn, Kind, Region, Resource};

const DESCRIBE_INSTANCE_BACKUPS: Operation = Operation {
    name: "rds:DescribeDBInstanceAutomatedBackups",
    action: "rds:DescribeDBInstanceAutomatedBackups",
    times: Times(|it| it.once().or_more()),
};
const DESCRIBE_CLUSTER_BACKUPS: Operation = Operation {
    name: "rds:DescribeDBClusterAutomatedBackups",
    action: "rds:DescribeDBClusterAutomatedBackups",
    times: Times(|it| it.once().or_more()),
};

pub(super) const BACKUPS: Collector = Collector {
    name: "rds_backups",
    kinds: &[Kind::RdsAutomatedBackup],
    scope: Scope::Regional,
    operations: &[DESCRIBE_INSTANCE_BACKUPS, DESCRIBE_CLUSTER_BACKUPS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let rds = Client::new(ctx.sdk());
        let instances = ctx.pages(
            &DESCRIBE_INSTANCE_BACKUPS,
            &[Kind::RdsAutomatedBackup],
            |page: &DescribeDbInstanceAutomatedBackupsOutput| page.marker().map(str::to_owned),
            |marker| {
                let request = rds.describe_db_instance_automated_backups();
                request.max_records(PAGE).set_marker(marker).send()
            },
        );
        let clusters = ctx.pages(
            &DESCRIBE_CLUSTER_BACKUPS,
            &[Kind::RdsAutomatedBackup],
            |page: &DescribeDbClusterAutomatedBackupsOutput| page.marker().map(str::to_owned),
            |marker| {
                let request = rds.describe_db_cluster_automated_backups();
                request.max_records(PAGE).set_marker(marker).send()
            },
        );
        let (instances, clusters) = tokio::join!(instances, clusters);
        let (account, region) = (ctx.account(), ctx.region());
        let instances = instances
            .iter()
            .flat_map(DescribeDbInstanceAutomatedBackupsOutput::db_instance_automated_backups)
            .filter_map(|it| of_instance(account, region, it));
        let clusters = clusters
            .iter()
            .flat_map(DescribeDbClusterAutomatedBackupsOutput::db_cluster_automated_backups)
            .filter_map(|it| of_cluster(account, region, it));
        instances.chain(clusters).for_each(|it| ctx.push(it));
    })
}

fn of_instance(
    account: &AccountId,
    region: &Region,
    it: &sdk::DbInstanceAutomatedBackup,
) -> Option<Resource> {
    let source = away(it.db_instance_arn()?, region)?;
    let window = it.restore_window();
    let backup = AutomatedBackup {
        source,
        engine: text(it.engine()),
        status: text(it.status()),
        retention_days: number(it.backup_retention_period()),
        earliest_restorable: time(window.and_then(|it| it.earliest_time())),
        latest_restorable: time(window.and_then(|it| it.latest_time())),
        encrypted: it.encrypted().unwrap_or_default(),
        kms_key: some_text(it.kms_key_id()),
    };
    let name = (
        it.db_instance_automated_backups_arn(),
        it.db_instance_identifier(),
    );
    resource(account, region.clone(), name, it.tag_list(), backup)
}

fn of_cluster(
    account: &AccountId,
    region: &Region,
    it: &sdk::DbClusterAutomatedBackup,
) -> Option<Resource> {
    let source = away(it.db_cluster_arn()?, region)?;
    let window = it.restore_window();
    let backup = AutomatedBackup {
        source,
        engine: text(it.engine()),
        status: text(it.status()),
        retention_days: number(it.backup_retention_period()),
        earliest_restorable: time(window.and_then(|it| it.earliest_time())),
        latest_restorable: time(window.and_then(|it| it.latest_time())),
        encrypted: it.storage_encrypted().unwrap_or_default(),
        kms_key: some_text(it.kms_key_id()),
    };
    let name = (
        it.db_cluster_automated_backups_arn(),
        it.db_cluster_identifier(),
    );
    resource(account, region.clone(), name, it.tag_list(), backup)
}

/// The source, if it is of another Region.
fn away(source: &str, region: &Region) -> Option<String> {
    let elsewhere = Arn::parse(source)?.region != region.as_str();
    elsewhere.then(|| source.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(source: &str) -> sdk::DbInstanceAutomatedBackup {
        sdk::DbInstanceAutomatedBackup::builder()
            .db_instance_arn(format!("arn:aws:rds:{source}:111111111111:db:billing"))
            .db_instance_identifier("billing")
            .db_instance_automated_backups_arn(
                "arn:aws:rds:eu-central-1:111111111111:auto-backup:ab-1",
            )
            .status("replicating")
            .backup_retention_period(14)
            .kms_key_id("arn:aws:kms:eu-central-1:111111111111:key/1")
            .build()
    }

    #[test]
    fn backups_from_elsewhere_are_kept_and_those_of_the_region_are_not() {
        let (account, region) = (AccountId::new("111111111111"), Region::new("eu-central-1"));
        let found = of_instance(&account, &region, &backup("eu-west-1")).unwrap();
        assert_eq!(
            (found.name.as_str(), &*found.region),
            ("billing", "eu-central-1")
        );
        let read: &AutomatedBackup = found.of().unwrap();
        assert_eq!(read.source, "arn:aws:rds:eu-west-1:111111111111:db:billing");
        assert_eq!(
            (read.status.as_str(), read.retention_days),
            ("replicating", 14)
        );
        assert_eq!(
            of_instance(&account, &region, &backup("eu-central-1")),
            None
        );
    }
}
