//! Which KMS key a name means: ids, ARNs, aliases, as AWS lets people write them.

use std::collections::HashMap;

use super::{Estate, index};
use crate::inventory::kinds::kms;
use crate::inventory::{Arn, Resource};

/// Keys by account, Region and id or alias. Only ever looked up, never walked.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    found: HashMap<(&'a str, &'a str, &'a str), u32>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(resources: &'a [Resource]) -> Self {
        let mut keys = Self::default();
        for (at, resource) in resources.iter().enumerate() {
            if let Some(key) = resource.of::<kms::Key>() {
                let names = key.aliases.iter().chain([&key.key_id]);
                for name in names {
                    let place = (
                        resource.account.as_str(),
                        resource.region.as_str(),
                        name.as_str(),
                    );
                    keys.found.entry(place).or_insert(index(at));
                }
            }
        }
        keys
    }
}

impl Estate<'_> {
    /// The key that a resource names in its own Region, if it was read.
    pub fn key(&self, near: &Resource, name: &str) -> Option<u32> {
        let (account, region, id) = match Arn::parse(name) {
            Some(arn) => (arn.account, arn.region, arn.resource),
            None => (near.account.as_str(), near.region.as_str(), name),
        };
        let id = id
            .strip_prefix("key/")
            .or_else(|| id.strip_prefix("alias/"))
            .unwrap_or(id);
        self.keys.found.get(&(account, region, id)).copied()
    }
}
