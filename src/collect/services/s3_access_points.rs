//! Multi-Region Access Points, with where they send requests now.
//!
//! One Region keeps them for the whole account and answers for their routes too; partitions
//! without that Region have none.

use std::collections::BTreeMap;

use aws_sdk_s3control::Client;
use aws_sdk_s3control::operation::list_multi_region_access_points::ListMultiRegionAccessPointsOutput;
use aws_sdk_s3control::types as sdk;

use super::plain::{some_text, text, time};
use super::times::{Calls, Times};
use super::{Collector, Context, Operation, Running, Scope, s3_control};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::s3::{
    AccessPointBucket, AccessPointRoute, MultiRegionAccessPoint, PublicAccessBlock,
};
use crate::inventory::{Kind, Region, Resource};

const LIST: Operation = Operation {
    name: "s3control:ListMultiRegionAccessPoints",
    action: "s3:ListMultiRegionAccessPoints",
    times: Times(|it| {
        if it.partition() == PARTITION {
            it.pages(&[Kind::S3MultiRegionAccessPoint], PAGE)
        } else {
            Calls::default()
        }
    }),
};
const GET_ROUTES: Operation = Operation {
    name: "s3control:GetMultiRegionAccessPointRoutes",
    action: "s3:GetMultiRegionAccessPointRoutes",
    times: Times(|it| it.each(Kind::S3MultiRegionAccessPoint)),
};

/// The Region that keeps them, and the partition that it is in.
const HOME: &str = "us-west-2";
const PARTITION: &str = "aws";
const PAGE: i32 = 1000;

pub(super) const ACCESS_POINTS: Collector = Collector {
    name: "s3_access_points",
    kinds: &[Kind::S3MultiRegionAccessPoint],
    scope: Scope::Global,
    operations: &[LIST, GET_ROUTES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        if ctx.partition() != PARTITION {
            return;
        }
        let s3 = s3_control::client(ctx.sdk(), Some(HOME));
        let pages = ctx.pages(
            &LIST,
            &[Kind::S3MultiRegionAccessPoint],
            |page: &ListMultiRegionAccessPointsOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = s3.list_multi_region_access_points().max_results(PAGE);
                let request = request.account_id(ctx.account().as_str());
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.access_points.unwrap_or_default());
        ctx.each(found, |it| add(ctx, &s3, it)).await;
    })
}

/// One access point. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, s3: &Client, it: sdk::MultiRegionAccessPointReport) {
    let mut properties = access_point(&it);
    let place = Place {
        partition: ctx.partition(),
        region: Region::GLOBAL,
        account: ctx.account(),
    };
    let arn = Kind::S3MultiRegionAccessPoint.arn(place, &properties.alias);
    let request = || {
        let request = s3.get_multi_region_access_point_routes().mrap(&arn);
        request.account_id(ctx.account().as_str()).send()
    };
    let mut unread = BTreeMap::new();
    let gone = &["NoSuchMultiRegionAccessPoint"];
    match ctx.call_or_absent(&GET_ROUTES, gone, &[], request).await {
        Ok(Some(answer)) => properties.routes = routes(answer.routes()),
        Ok(None) => return,
        Err(gap) => {
            unread.insert("routes".to_owned(), gap);
        }
    }
    ctx.push(Resource {
        arn,
        account: ctx.account().clone(),
        region: Region::global(),
        name: text(it.name()),
        tags: BTreeMap::new(),
        properties: properties.into(),
        unread,
    });
}

/// The access point, without what takes a call of its own.
fn access_point(it: &sdk::MultiRegionAccessPointReport) -> MultiRegionAccessPoint {
    let mut buckets: Vec<AccessPointBucket> = it.regions().iter().map(bucket).collect();
    buckets.sort_by(|a, b| (&a.region, &a.bucket).cmp(&(&b.region, &b.bucket)));
    MultiRegionAccessPoint {
        alias: text(it.alias()),
        status: text(it.status().map(sdk::MultiRegionAccessPointStatus::as_str)),
        created: time(it.created_at()),
        public_access_block: it.public_access_block().map(|it| PublicAccessBlock {
            block_public_acls: it.block_public_acls().unwrap_or_default(),
            ignore_public_acls: it.ignore_public_acls().unwrap_or_default(),
            block_public_policy: it.block_public_policy().unwrap_or_default(),
            restrict_public_buckets: it.restrict_public_buckets().unwrap_or_default(),
        }),
        buckets,
        routes: Vec::new(),
    }
}

fn bucket(it: &sdk::RegionReport) -> AccessPointBucket {
    AccessPointBucket {
        bucket: text(it.bucket()),
        region: text(it.region()),
        account: some_text(it.bucket_account_id()),
    }
}

fn routes(all: &[sdk::MultiRegionAccessPointRoute]) -> Vec<AccessPointRoute> {
    let mut routes: Vec<AccessPointRoute> = all
        .iter()
        .map(|it| AccessPointRoute {
            bucket: text(it.bucket()),
            region: text(it.region()),
            traffic_dial: i64::from(it.traffic_dial_percentage()),
        })
        .collect();
    routes.sort_by(|a, b| (&a.region, &a.bucket).cmp(&(&b.region, &b.bucket)));
    routes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_and_routes_stand_in_order() {
        let report = |region: &str| {
            let report = sdk::RegionReport::builder().region(region);
            report.bucket(format!("b-{region}")).build()
        };
        let it = sdk::MultiRegionAccessPointReport::builder()
            .regions(report("us-east-1"))
            .regions(report("eu-west-1"))
            .build();
        let read = access_point(&it);
        assert_eq!(read.buckets[0].region, "eu-west-1");
        let route = |region: &str, dial| {
            let route = sdk::MultiRegionAccessPointRoute::builder().region(region);
            route.traffic_dial_percentage(dial).build().unwrap()
        };
        let read = routes(&[route("us-east-1", 0), route("eu-west-1", 100)]);
        assert_eq!(read[0].traffic_dial, 100);
    }
}
