//! What all resources of the EC2 API share: how their ARNs and names are made, and whose they are.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::Tag;

use super::Context;
use super::plain::tags;
use crate::inventory::kinds::Place;
use crate::inventory::{AccountId, Properties, Region, Resource};

/// Where an answer was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) partition: &'a str,
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
}

/// Most results of one answer. EC2 answers everything at once where no limit is asked for.
pub(super) const PAGE: i32 = 1000;

impl<'a> Read<'a> {
    pub(super) fn by(ctx: &'a Context) -> Self {
        Self {
            partition: ctx.partition(),
            account: ctx.account(),
            region: ctx.region(),
        }
    }

    /// Whether the account that was read owns the thing. Subnets and VPCs that another account
    /// shares into it are listed where their owner is read, with their tags.
    pub(super) fn owns(&self, owner: Option<&str>) -> bool {
        owner.is_none_or(|owner| owner == self.account.as_str())
    }

    /// The resource with that id, as the account that was read sees it. The ARN names its owner.
    pub(super) fn resource(
        &self,
        owner: Option<&str>,
        id: &str,
        tag_list: &[Tag],
        properties: impl Into<Properties>,
    ) -> Resource {
        let properties = properties.into();
        let place = Place {
            partition: self.partition,
            region: self.region,
            account: owner.unwrap_or(self.account),
        };
        let tags = tags(tag_list.iter().map(|tag| (tag.key(), tag.value())));
        let named = tags.get("Name").filter(|name| !name.trim().is_empty());
        Resource {
            arn: properties.kind().arn(place, id),
            account: self.account.clone(),
            region: self.region.clone(),
            name: named.map_or(id, String::as_str).to_owned(),
            tags,
            properties,
            unread: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Calls back with a place of reading in account 111111111111, eu-west-1.
    pub(in crate::collect) fn reading<T>(map: impl FnOnce(Read<'_>) -> T) -> T {
        map(Read {
            partition: "aws",
            account: &AccountId::new("111111111111"),
            region: &Region::new("eu-west-1"),
        })
    }

    pub(in crate::collect) fn tag(key: &str, value: &str) -> Tag {
        Tag::builder().key(key).value(value).build()
    }
}
