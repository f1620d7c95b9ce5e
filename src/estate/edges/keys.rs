//! The edges of secrets, and from whatever is encrypted to its key.

use super::maker::Maker;
use super::{Relation, Target};
use crate::inventory::kinds::{dynamodb, elasticache, lambda, rds, s3, secretsmanager};
use crate::inventory::{Arn, Resource};

impl Maker<'_, '_> {
    pub(super) fn keys(&mut self) {
        for name in key_names(self.own) {
            let to = match self.estate.key(self.own, name) {
                Some(key) => Target::Resource(key),
                None => Target::Text(name.to_owned()),
            };
            let region = Arn::parse(name).map_or(self.own.region.as_str(), |it| it.region);
            self.add(Relation::Decrypts, "kms", to, Some(region.into()));
        }
    }

    pub(super) fn secret(&mut self) {
        let Some(secret) = self.own.of::<secretsmanager::Secret>() else {
            return;
        };
        for replica in &secret.replicas {
            let arn = self
                .own
                .arn
                .replacen(self.own.region.as_str(), &replica.region, 1);
            self.add_arn(Relation::Replicates, "secret-replica", &arn);
        }
        if let Some(function) = &secret.rotation_function {
            self.add_arn(Relation::Invokes, "rotation", function);
        }
    }
}

/// The keys that a resource says it is encrypted with.
fn key_names(own: &Resource) -> impl Iterator<Item = &str> {
    let name = if let Some(table) = own.of::<dynamodb::Table>() {
        table.kms_key.as_ref()
    } else if let Some(cluster) = own.of::<rds::DbCluster>() {
        cluster.kms_key.as_ref()
    } else if let Some(instance) = own.of::<rds::DbInstance>() {
        instance.kms_key.as_ref()
    } else if let Some(function) = own.of::<lambda::Function>() {
        function.kms_key.as_ref()
    } else if let Some(mapping) = own.of::<lambda::EventSourceMapping>() {
        mapping.kms_key.as_ref()
    } else if let Some(bucket) = own.of::<s3::Bucket>() {
        bucket
            .encryption
            .as_ref()
            .and_then(|it| it.kms_key.as_ref())
    } else if let Some(secret) = own.of::<secretsmanager::Secret>() {
        secret.kms_key.as_ref()
    } else if let Some(group) = own.of::<elasticache::ReplicationGroup>() {
        group.kms_key.as_ref()
    } else if let Some(cache) = own.of::<elasticache::ServerlessCache>() {
        cache.kms_key.as_ref()
    } else if let Some(backup) = own.of::<rds::AutomatedBackup>() {
        backup.kms_key.as_ref()
    } else {
        None
    };
    name.map(String::as_str).into_iter()
}
