//! Data that is to be in another Region: which family of stores gets it there, and what keeps it
//! from going.

use super::site::{Refusal, Site};
use crate::estate::edges::{Relation, Target};
use crate::inventory::kinds::kms;
use crate::inventory::{Kind, Region};

impl Site<'_, '_> {
    /// The copy of what holds data, or of what goes with it; `None` for what has twins.
    pub(super) fn store_there(&mut self, at: u32, region: &Region) -> Option<Result<u32, Refusal>> {
        let own = self.resource(at);
        let holds_data = own.is_store().unwrap_or(true);
        match own.kind() {
            Kind::DynamoDbTable => Some(self.table_there(at, region)),
            Kind::RdsDbCluster => Some(self.cluster_there(at, region)),
            Kind::RdsDbInstance => Some(self.instance_there(at, region)),
            Kind::CacheReplicationGroup if holds_data => Some(self.cache_there(at, region)),
            Kind::S3Bucket => Some(self.bucket_there(at, region)),
            Kind::SecretsManagerSecret => Some(self.secret_there(at, region)),
            Kind::KmsKey if own.of::<kms::Key>().is_some_and(|it| it.multi_region) => {
                Some(self.key_there(at, region))
            }
            Kind::CacheServerlessCache if holds_data => Some(Err(format!(
                "{} cannot be copied to {region}: no Global Datastore takes in a serverless cache",
                self.called(at)
            ))),
            Kind::RdsAutomatedBackup => Some(Err(format!(
                "{} is not copied to {region}: backups go with their database",
                self.called(at)
            ))),
            _ => None,
        }
    }

    /// Brings the key that a resource is encrypted with to the other Region, so that its copy can
    /// name it.
    pub(super) fn key_of_copy(&mut self, at: u32, region: &Region) -> Result<(), Refusal> {
        if !self.draft.is_old(at) {
            return Ok(());
        }
        let edges = self.estate.edges_from(at);
        let keys = edges.filter(|it| it.relation == Relation::Decrypts);
        let keys: Vec<u32> = keys
            .filter_map(|it| match it.to {
                Target::Resource(to) => Some(to),
                Target::Text(_) => None,
            })
            .collect();
        for key in keys {
            self.there(key, region)?;
        }
        Ok(())
    }

    /// Everything of a kind, old and new, ascending.
    pub(super) fn all(&self, kind: Kind) -> Vec<u32> {
        let old = self.estate.of_kind(kind);
        let old = old.filter(|at| !self.draft.is_removed(*at));
        old.chain(self.draft.added(kind)).collect()
    }

    /// Does something for each Region in which data of a resource should be; what cannot be done in
    /// one is said and keeps nothing from the others.
    pub(super) fn in_each(
        &mut self,
        at: u32,
        mut act: impl FnMut(&mut Self, &Region) -> Result<(), Refusal>,
    ) {
        for region in self.copies_of(at) {
            if let Err(why) = act(self, &region) {
                self.draft.leave(why);
            }
        }
    }
}
