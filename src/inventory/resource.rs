//! One thing in AWS, and what was read of it.

use std::collections::BTreeMap;

use super::kinds::elasticache::{ReplicationGroup, ServerlessCache};
use super::kinds::rds::{AutomatedBackup, DbInstance};
use super::state::{self, StateSign};
use super::{AccountId, GapKey, Kind, OfKind, Properties, Region};

/// One thing in AWS.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The ARN, or a stable synthetic one where AWS has none (record sets).
    pub arn: String,
    pub account: AccountId,
    pub region: Region,
    /// What its owners call it.
    pub name: String,
    pub tags: BTreeMap<String, String>,
    pub properties: Properties,
    /// Properties (and `tags`) that a failed call left open, each with the gap that explains it.
    /// Their values above mean nothing.
    pub unread: BTreeMap<String, GapKey>,
}

/// Tags that keep environments apart, the surest first.
const ENVIRONMENT: [&str; 3] = ["env", "environment", "stage"];

/// Where a resource stands in every sorted output.
pub type SortKey<'a> = (&'static str, &'a str, &'a str, &'a str);

impl Resource {
    /// Whether it holds data of its own; the gap where nobody can tell. Instances of a cluster
    /// share the cluster's, backups that still follow a database are that database's, and of
    /// caches only those count that hold state.
    pub fn is_store(&self) -> Result<bool, &GapKey> {
        if !self.kind().is_store() {
            return Ok(false);
        }
        if let Some(instance) = self.of::<DbInstance>() {
            return Ok(instance.cluster_id.is_none());
        }
        if let Some(backup) = self.of::<AutomatedBackup>() {
            return Ok(backup.status == "retained");
        }
        let cache =
            self.of::<ReplicationGroup>().is_some() || self.of::<ServerlessCache>().is_some();
        Ok(!cache || !self.state_signs()?.is_empty())
    }

    /// What says that a cache holds state; nothing for other kinds. The gap where its tags may
    /// say otherwise.
    pub fn state_signs(&self) -> Result<Vec<StateSign>, &GapKey> {
        state::signs(self)
    }

    pub fn kind(&self) -> Kind {
        self.properties.kind()
    }

    /// The properties, if the resource is of that kind.
    pub fn of<T: OfKind>(&self) -> Option<&T> {
        T::of(&self.properties)
    }

    /// As [`Self::of`], to change them.
    pub fn of_mut<T: OfKind>(&mut self) -> Option<&mut T> {
        T::of_mut(&mut self.properties)
    }

    /// The tag of that key, in any case; `None` where it says nothing.
    pub fn tag(&self, key: &str) -> Option<(&String, &String)> {
        let mut tags = self.tags.iter();
        tags.find(|(name, value)| name.eq_ignore_ascii_case(key) && !value.trim().is_empty())
    }

    /// The tag that keeps environments apart.
    pub fn environment(&self) -> Option<(&String, &String)> {
        ENVIRONMENT.iter().find_map(|key| self.tag(key))
    }

    /// The gap that left a property open, if one did.
    pub fn unread(&self, property: &str) -> Option<&GapKey> {
        self.unread.get(property)
    }

    /// Kind, account, Region, ARN.
    pub fn sort_key(&self) -> SortKey<'_> {
        (self.kind().name(), &self.account, &self.region, &self.arn)
    }
}
