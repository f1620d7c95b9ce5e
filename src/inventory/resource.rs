//! One thing in AWS, and what was read of it.

use std::collections::BTreeMap;

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
    /// Whether it holds data of its own. Instances of a cluster share the cluster's.
    pub fn is_store(&self) -> bool {
        let shares = |it: &super::kinds::rds::DbInstance| it.cluster_id.is_some();
        self.kind().is_store() && !self.of().is_some_and(shares)
    }

    pub fn kind(&self) -> Kind {
        self.properties.kind()
    }

    /// The properties, if the resource is of that kind.
    pub fn of<T: OfKind>(&self) -> Option<&T> {
        T::of(&self.properties)
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
