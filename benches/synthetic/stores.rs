//! What holds data: tables with replicas, buckets that replicate each other, global clusters.

use mrlint::inventory::Region;
use mrlint::inventory::kinds::{dynamodb, rds, s3};

use super::service::Service;

const CREATED: &str = "2026-02-01T08:00:00Z";

impl Service<'_> {
    /// A table with a replica in each other Region; now and then one is missing.
    pub(super) fn table(&mut self, part: &str) {
        let name = format!("{}-{part}", self.name);
        let mut regions = self.regions.clone();
        if self.defect() {
            regions.truncate(1);
        }
        for region in &regions {
            let others = regions.iter().filter(|other| *other != region);
            let replica = |other: &Region| dynamodb::Replica {
                region: other.to_string(),
                status: "ACTIVE".to_owned(),
                ..Default::default()
            };
            let table = dynamodb::Table {
                status: "ACTIVE".to_owned(),
                created: Some(CREATED.to_owned()),
                key_schema: vec![dynamodb::KeyElement {
                    name: "id".to_owned(),
                    key_type: "HASH".to_owned(),
                }],
                billing_mode: "PAY_PER_REQUEST".to_owned(),
                global_table_version: Some("2019.11.21".to_owned()),
                replicas: others.map(replica).collect(),
                stream: Some(dynamodb::Stream {
                    view_type: "NEW_AND_OLD_IMAGES".to_owned(),
                    arn: None,
                }),
                deletion_protection: !self.random.percent(4),
                table_class: "STANDARD".to_owned(),
                item_count: 1000,
                point_in_time_recovery: dynamodb::PointInTimeRecovery {
                    enabled: !self.random.percent(4),
                    recovery_period_days: Some(35),
                },
                ..Default::default()
            };
            let arn = self.of.arn("dynamodb", region, &format!("table/{name}"));
            let named = (name.clone(), part);
            self.of.put(self.all, (region, arn), named, table);
        }
    }

    /// A bucket in each Region, each copied into the next one; now and then one is not.
    pub(super) fn bucket_pair(&mut self, part: &str) {
        let regions = self.regions.clone();
        for (at, region) in regions.iter().enumerate() {
            let next = &regions[(at + 1) % regions.len()];
            let copied = next != region && !self.defect();
            let rule = s3::ReplicationRule {
                id: "all".to_owned(),
                status: "Enabled".to_owned(),
                priority: Some(1),
                destination_bucket: format!("{}-{part}-{next}", self.name),
                replica_modifications: true,
                delete_markers: true,
                metrics: !self.random.percent(10),
                ..Default::default()
            };
            let role = format!("arn:aws:iam::{}:role/copy", self.of.account);
            let bucket = s3::Bucket {
                created: Some(CREATED.to_owned()),
                versioning: "Enabled".to_owned(),
                replication: copied.then(|| s3::Replication {
                    role,
                    rules: vec![rule],
                }),
                encryption: Some(s3::Encryption {
                    algorithm: "AES256".to_owned(),
                    kms_key: None,
                    bucket_key: false,
                }),
                public_access_block: Some(s3::PublicAccessBlock {
                    block_public_acls: true,
                    ignore_public_acls: true,
                    block_public_policy: true,
                    restrict_public_buckets: true,
                }),
                acceleration: "Disabled".to_owned(),
                ..Default::default()
            };
            let name = format!("{}-{part}-{region}", self.name);
            let arn = format!("arn:aws:s3:::{name}");
            self.of.put(self.all, (region, arn), (name, part), bucket);
        }
    }

    /// An Aurora global cluster with two instances in each Region.
    pub(super) fn cluster(&mut self, key: &str) {
        let global_name = format!("{}-global", self.name);
        let regions = self.regions.clone();
        let mut members = Vec::new();
        for (at, region) in regions.iter().enumerate() {
            let name = self.named("db", region);
            let key = self.of.arn("kms", region, &format!("key/{key}"));
            let ids = ["a", "b"].map(|end| format!("{name}-{end}"));
            let cluster = rds::DbCluster {
                engine: "aurora-postgresql".to_owned(),
                engine_version: if self.defect() { "16.4" } else { "16.6" }.to_owned(),
                status: "available".to_owned(),
                created: Some(CREATED.to_owned()),
                members: ids
                    .iter()
                    .map(|id| rds::ClusterMember {
                        instance_id: id.clone(),
                        writer: id.ends_with("-a"),
                    })
                    .collect(),
                global_cluster: Some(global_name.clone()),
                multi_az: true,
                endpoint: Some(format!("{name}.cluster-c1.{region}.rds.amazonaws.com")),
                encrypted: true,
                kms_key: Some(key.clone()),
                backup_retention_days: 7,
                deletion_protection: true,
                ..Default::default()
            };
            let arn = self.of.arn("rds", region, &format!("cluster:{name}"));
            members.push(rds::GlobalMember {
                cluster_arn: arn.clone(),
                region: region.to_string(),
                writer: at == 0,
                write_forwarding: None,
                synchronization: Some("connected".to_owned()),
            });
            for id in ids {
                self.db_instance(region, &id, (&name, &key));
            }
            self.of
                .put(self.all, (region, arn), (name, "Cluster"), cluster);
        }
        let global = rds::GlobalCluster {
            engine: "aurora-postgresql".to_owned(),
            engine_version: "16.6".to_owned(),
            status: "available".to_owned(),
            members,
            deletion_protection: true,
            ..Default::default()
        };
        let account = &self.of.account;
        let arn = format!("arn:aws:rds::{account}:global-cluster:{global_name}");
        let named = (global_name, "Global");
        self.of
            .put(self.all, (&Region::global(), arn), named, global);
    }

    fn db_instance(&mut self, region: &Region, id: &str, (cluster, key): (&str, &str)) {
        let instance = rds::DbInstance {
            engine: "aurora-postgresql".to_owned(),
            engine_version: "16.6".to_owned(),
            class: "db.r7g.large".to_owned(),
            status: "available".to_owned(),
            created: Some(CREATED.to_owned()),
            cluster_id: Some(cluster.to_owned()),
            zone: Some(super::parts::zone_name(region, id.len())),
            encrypted: true,
            kms_key: Some(key.to_owned()),
            backup_retention_days: 7,
            deletion_protection: true,
            ..Default::default()
        };
        let arn = self.of.arn("rds", region, &format!("db:{id}"));
        let named = (id.to_owned(), "Instance");
        self.of.put(self.all, (region, arn), named, instance);
    }
}
