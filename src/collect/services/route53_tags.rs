//! Tags of hosted zones and health checks, ten ids a call.

use std::collections::BTreeMap;

use aws_sdk_route53::Client;
use aws_sdk_route53::types::TagResourceType;

use super::plain::tags;
use super::times::Times;
use super::{Context, Operation};
use crate::inventory::{GapKey, Kind};

pub(super) const LIST_TAGS: Operation = Operation {
    name: "route53:ListTagsForResources",
    action: "route53:ListTagsForResources",
    times: Times(|it| {
        let kinds = [Kind::Route53HealthCheck, Kind::Route53HostedZone];
        kinds
            .iter()
            .map(|kind| it.each(*kind).in_batches(IDS))
            .sum()
    }),
};

/// Most ids that one call takes.
const IDS: usize = 10;

pub(super) type Read = Result<BTreeMap<String, String>, GapKey>;

/// The tags of each id, or the gap that hides them.
pub(super) async fn read(
    ctx: &Context,
    route53: &Client,
    kind: TagResourceType,
    ids: &[String],
) -> BTreeMap<String, Read> {
    let mut all = BTreeMap::new();
    for some in ids.chunks(IDS) {
        let request = || {
            let request = route53
                .list_tags_for_resources()
                .resource_type(kind.clone());
            request.set_resource_ids(Some(some.to_vec())).send()
        };
        match ctx.call(&LIST_TAGS, &[], request).await {
            Ok(answer) => all.extend(answer.resource_tag_sets().iter().filter_map(|it| {
                let pairs = it.tags().iter().map(|tag| (tag.key(), tag.value()));
                Some((it.resource_id()?.to_owned(), Ok(tags(pairs))))
            })),
            Err(gap) => all.extend(some.iter().map(|id| (id.clone(), Err(gap.clone())))),
        }
    }
    all
}

/// The tags of an id, and the gap that hides them where one does.
pub(super) fn of(
    read: &BTreeMap<String, Read>,
    id: &str,
) -> (BTreeMap<String, String>, BTreeMap<String, GapKey>) {
    match read.get(id) {
        Some(Ok(tags)) => (tags.clone(), BTreeMap::new()),
        Some(Err(gap)) => (
            BTreeMap::new(),
            BTreeMap::from([("tags".to_owned(), gap.clone())]),
        ),
        None => (BTreeMap::new(), BTreeMap::new()),
    }
}
