//! Buckets: listed once per account, asked about in the Region where each one is. Objects are
//! never listed or read.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::list_buckets::ListBucketsOutput;
use aws_sdk_s3::types as sdk;

use super::plain::time;
use super::s3_bucket::{
    self, GET_ACCELERATION, GET_ENCRYPTION, GET_LIFECYCLE, GET_OBJECT_LOCK, GET_POLICY_STATUS,
    GET_PUBLIC_ACCESS_BLOCK, GET_REPLICATION, GET_VERSIONING, PROPERTIES,
};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::{Calls, Times};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::s3::Bucket;
use crate::inventory::{Cause, Kind, Region, Resource};

const LIST_BUCKETS: Operation = Operation {
    name: "s3:ListBuckets",
    action: "s3:ListAllMyBuckets",
    times: Times(|it| it.listing(it.everywhere(Kind::S3Bucket), PAGE)),
};
const GET_LOCATION: Operation = Operation {
    name: "s3:GetBucketLocation",
    action: "s3:GetBucketLocation",
    // AWS lists buckets with their Regions; others may not.
    times: Times(|_| Calls::default()),
};
/// Buckets in an answer. S3 names their Regions only where a limit is asked for.
const PAGE: i32 = 10_000;
/// What S3 says of a bucket that is gone since it was listed.
pub(super) const GONE: &str = "NoSuchBucket";

pub(super) const BUCKETS: Collector = Collector {
    name: "s3",
    kinds: &[Kind::S3Bucket],
    scope: Scope::Global,
    operations: &[
        LIST_BUCKETS,
        GET_LOCATION,
        GET_VERSIONING,
        GET_REPLICATION,
        GET_ENCRYPTION,
        GET_LIFECYCLE,
        GET_OBJECT_LOCK,
        GET_PUBLIC_ACCESS_BLOCK,
        GET_POLICY_STATUS,
        GET_ACCELERATION,
        GET_RESOURCES,
    ],
    run,
};

/// Custom endpoints rarely answer for the host name of every bucket.
fn client(ctx: &Context) -> Client {
    let config = aws_sdk_s3::config::Builder::from(ctx.sdk());
    Client::from_conf(config.force_path_style(ctx.custom_s3_endpoint()).build())
}

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let s3 = client(ctx);
        let pages = ctx.pages(
            &LIST_BUCKETS,
            &[Kind::S3Bucket],
            |page: &ListBucketsOutput| page.continuation_token().map(str::to_owned),
            |token| {
                let request = s3.list_buckets().max_buckets(PAGE);
                request.set_continuation_token(token).send()
            },
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.buckets.unwrap_or_default());
        ctx.each(found, |it| add(ctx, &s3, it)).await;
    })
}

async fn add(ctx: &Context, s3: &Client, it: sdk::Bucket) {
    let Some(name) = it.name() else {
        return;
    };
    let region = match it.bucket_region().filter(|region| !region.is_empty()) {
        Some(region) => Some(Region::from(region)),
        None => location(ctx, s3, name).await,
    };
    let Some(region) = region else {
        return;
    };
    let there = ctx.in_region(&region);
    let properties = Bucket {
        created: time(it.creation_date()),
        ..Bucket::default()
    };
    if ctx.selects(&region) {
        read(&there, name, properties).await;
    } else {
        keep(&there, name, properties);
    }
}

/// The Region of a bucket that the list names none for. Without it the bucket has no place in the
/// inventory: the failure hides it.
async fn location(ctx: &Context, s3: &Client, name: &str) -> Option<Region> {
    let request = || s3.get_bucket_location().bucket(name).send();
    let answer = ctx
        .call_or_absent(&GET_LOCATION, &[GONE], &[Kind::S3Bucket], request)
        .await;
    let answer = answer.ok().flatten()?;
    let constraint = answer
        .location_constraint()
        .map(sdk::BucketLocationConstraint::as_str);
    Some(region_of(constraint))
}

/// The Region that a location constraint means: none is where S3 began, `EU` is its first other.
fn region_of(constraint: Option<&str>) -> Region {
    match constraint {
        None | Some("" | "null") => "us-east-1".into(),
        Some("EU") => "eu-west-1".into(),
        Some(region) => region.into(),
    }
}

/// A bucket in a Region that nobody wants to be asked: it is there, and no more is known.
fn keep(there: &Context, name: &str, properties: Bucket) {
    let message = || Some("the Region is not among those selected".to_owned());
    let tags = ("tags", GET_RESOURCES);
    let unread = PROPERTIES.iter().chain([&tags]);
    let unread = unread.map(|(property, operation)| {
        let gap = there.gap(operation, Cause::NotCollected, message(), &[]);
        ((*property).to_owned(), gap)
    });
    there.push(Resource {
        arn: arn(there, name),
        account: there.account().clone(),
        region: there.region().clone(),
        name: name.to_owned(),
        tags: BTreeMap::new(),
        properties: properties.into(),
        unread: unread.collect(),
    });
}

fn arn(ctx: &Context, name: &str) -> String {
    let place = Place {
        partition: ctx.partition(),
        region: ctx.region(),
        account: ctx.account(),
    };
    Kind::S3Bucket.arn(place, name)
}

/// What the bucket's own Region says. Nothing where it is gone since it was listed.
async fn read(there: &Context, name: &str, mut properties: Bucket) {
    let unread = s3_bucket::read(there, &client(there), name, &mut properties).await;
    if let Some(unread) = unread {
        push_tagged(there, (&arn(there, name), name), properties, unread).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_location_constraints_have_regions() {
        assert_eq!(&*region_of(None), "us-east-1");
        assert_eq!(&*region_of(Some("")), "us-east-1");
        assert_eq!(&*region_of(Some("EU")), "eu-west-1");
        assert_eq!(&*region_of(Some("ap-south-1")), "ap-south-1");
    }
}
