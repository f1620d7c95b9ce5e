//! Resources of APIs that do not answer tags with them: the tags come from the tagging API, by ARN.

use std::collections::BTreeMap;

use super::Context;
use crate::inventory::{GapKey, Properties, Resource};

/// Adds a resource of the account and Region that are read, with its tags.
pub(super) async fn push_tagged(
    ctx: &Context,
    (arn, name): (&str, &str),
    properties: impl Into<Properties>,
    mut unread: BTreeMap<String, GapKey>,
) {
    let tags = ctx.tags_of(arn).await.unwrap_or_else(|gap| {
        unread.insert("tags".to_owned(), gap);
        BTreeMap::new()
    });
    push(ctx, (arn, name), tags, properties, unread);
}

/// Adds a resource of the account and Region that are read.
pub(super) fn push(
    ctx: &Context,
    (arn, name): (&str, &str),
    tags: BTreeMap<String, String>,
    properties: impl Into<Properties>,
    unread: BTreeMap<String, GapKey>,
) {
    ctx.push(Resource {
        arn: arn.to_owned(),
        account: ctx.account().clone(),
        region: ctx.region().clone(),
        name: name.to_owned(),
        tags,
        properties: properties.into(),
        unread,
    });
}
