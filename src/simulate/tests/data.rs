//! Stores, secrets and keys for small estates.

use super::build::*;
use crate::inventory::kinds::{dynamodb, elasticache, kms, rds, s3, secretsmanager};
use crate::inventory::{Region, Resource};

/// Tables with replicas in each other's Regions, `STRONG` or eventual.
pub(super) fn tables(regions: &[&str], strong: bool, witness: Option<&str>) -> Vec<Resource> {
    let one = |region: &str| {
        let others = regions.iter().filter(|it| **it != region);
        let replicas = others.map(|it| dynamodb::Replica {
            region: (*it).to_owned(),
            status: "ACTIVE".to_owned(),
            ..Default::default()
        });
        let witnesses = witness.iter().map(|it| dynamodb::Witness {
            region: (*it).to_owned(),
            status: "ACTIVE".to_owned(),
        });
        let properties = dynamodb::Table {
            replicas: replicas.collect(),
            witnesses: witnesses.collect(),
            consistency: strong.then(|| "STRONG".to_owned()),
            ..Default::default()
        };
        resource(table(region), region, "orders", properties)
    };
    regions.iter().map(|it| one(it)).collect()
}

/// A global cluster; the first Region writes, the headless ones have no instance.
pub(super) fn global(engine: &str, regions: &[&str], headless: &[&str]) -> Vec<Resource> {
    let members = regions
        .iter()
        .enumerate()
        .map(|(at, it)| rds::GlobalMember {
            cluster_arn: cluster(it),
            region: (*it).to_owned(),
            writer: at == 0,
            ..Default::default()
        });
    let global = rds::GlobalCluster {
        engine: engine.to_owned(),
        members: members.collect(),
        endpoint: Some("orders.global-abc.global.rds.amazonaws.com".to_owned()),
        ..Default::default()
    };
    let arn = format!("arn:aws:rds::{ACCOUNT}:global-cluster:orders");
    let mut all = vec![resource(arn, Region::GLOBAL, "orders", global)];
    for region in regions {
        let instance = rds::ClusterMember {
            instance_id: "orders-1".to_owned(),
            writer: *region == regions[0],
        };
        let members = Some(instance).filter(|_| !headless.contains(region));
        let database = rds::DbCluster {
            engine: engine.to_owned(),
            members: members.into_iter().collect(),
            ..Default::default()
        };
        all.push(resource(cluster(region), region, "orders", database));
    }
    all
}

/// A bucket that replicates by these rules.
pub(super) fn bucket_of(name: &str, region: &str, rules: Vec<s3::ReplicationRule>) -> Resource {
    let replication = Some(rules).filter(|it| !it.is_empty());
    let replication = replication.map(|rules| s3::Replication {
        rules,
        ..Default::default()
    });
    let properties = s3::Bucket {
        replication,
        ..Default::default()
    };
    resource(bucket(name), region, name, properties)
}

pub(super) fn rule(to: &str) -> s3::ReplicationRule {
    s3::ReplicationRule {
        status: "Enabled".to_owned(),
        destination_bucket: to.to_owned(),
        ..Default::default()
    }
}

pub(super) fn secret_of(region: &str, primary: Option<&str>, replicas: &[&str]) -> Resource {
    let replicas = replicas.iter().map(|it| secretsmanager::SecretReplica {
        region: (*it).to_owned(),
        status: "InSync".to_owned(),
        ..Default::default()
    });
    let properties = secretsmanager::Secret {
        primary_region: primary.map(str::to_owned),
        replicas: replicas.collect(),
        ..Default::default()
    };
    resource(secret(region), region, "token", properties)
}

pub(super) fn key_of(region: &str, id: &str) -> Resource {
    let properties = kms::Key {
        key_id: id.to_owned(),
        multi_region: id.starts_with("mrk-"),
        ..Default::default()
    };
    resource(key(region, id), region, id, properties)
}

pub(super) fn session(region: &str) -> Resource {
    let group = elasticache::ReplicationGroup {
        engine: "valkey".to_owned(),
        ..Default::default()
    };
    resource(cache(region), region, "session", group)
}

/// A Global Datastore of sessions; the first Region is written.
pub(super) fn datastore(regions: &[&str]) -> Vec<Resource> {
    let members = regions.iter().enumerate();
    let members = members.map(|(at, it)| elasticache::GlobalGroupMember {
        group_arn: cache(it),
        region: (*it).to_owned(),
        role: if at == 0 { "PRIMARY" } else { "SECONDARY" }.to_owned(),
        status: "associated".to_owned(),
        ..Default::default()
    });
    let datastore = elasticache::GlobalReplicationGroup {
        members: members.collect(),
        ..Default::default()
    };
    let arn = format!("arn:aws:elasticache::{ACCOUNT}:globalreplicationgroup:session");
    let datastore = resource(arn, Region::GLOBAL, "session", datastore);
    let groups = regions.iter().map(|it| session(it));
    groups.chain([datastore]).collect()
}

pub(super) fn database(region: &str) -> String {
    arn("rds", region, "db:orders")
}

/// An instance and its read replicas; the first Region is written.
pub(super) fn read_replicas(regions: &[&str]) -> Vec<Resource> {
    let one = |(at, region): (usize, &&str)| {
        let source = at == 0;
        let instance = rds::DbInstance {
            replicas: regions[1..]
                .iter()
                .map(|it| database(it))
                .filter(|_| source)
                .collect(),
            replica_source: Some(database(regions[0])).filter(|_| !source),
            ..Default::default()
        };
        resource(database(region), region, "orders", instance)
    };
    regions.iter().enumerate().map(one).collect()
}
