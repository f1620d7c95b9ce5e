//! CloudFront distributions, as their listing shows them. Values of the headers that they send to
//! origins are dropped: people keep secrets there.

use std::collections::BTreeMap;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::operation::list_distributions::ListDistributionsOutput;
use aws_sdk_cloudfront::types as sdk;

use super::plain::{set, some_text};
use super::tags::GET_RESOURCES;
use super::times::{Calls, Times};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::cloudfront::{
    CacheBehavior, Distribution, EdgeFunction, Origin, OriginGroup,
};
use crate::inventory::{Cause, GapKey, Kind, Region, Resource};

const LIST: Operation = Operation {
    name: "cloudfront:ListDistributions",
    action: "cloudfront:ListDistributions",
    times: Times(|it| match home(it.partition()) {
        Some(_) => it.pages(&[Kind::CloudFrontDistribution], PAGE),
        None => Calls::default(),
    }),
};

/// The partitions that have CloudFront, each with the Region whose tagging API knows distributions.
const PARTITIONS: [(&str, &str); 2] = [("aws", "us-east-1"), ("aws-cn", "cn-northwest-1")];
const PAGE: i32 = 100;

pub(super) const DISTRIBUTIONS: Collector = Collector {
    name: "cloudfront",
    kinds: &[Kind::CloudFrontDistribution],
    scope: Scope::Global,
    operations: &[LIST, GET_RESOURCES],
    run,
};

/// The Region whose tagging API knows the distributions of a partition; none where there are none.
pub(super) fn home(partition: &str) -> Option<&'static str> {
    let home = PARTITIONS.iter().find(|(name, _)| *name == partition);
    home.map(|(_, home)| *home)
}

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let Some(home) = home(ctx.partition()) else {
            return;
        };
        let home = ctx.in_region(&Region::from(home));
        let cloudfront = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST,
            &[Kind::CloudFrontDistribution],
            |page: &ListDistributionsOutput| {
                let list = page.distribution_list().filter(|it| it.is_truncated())?;
                list.next_marker().map(str::to_owned)
            },
            |marker| {
                let request = cloudfront.list_distributions().max_items(PAGE);
                request.set_marker(marker).send()
            },
        );
        for page in pages.await {
            let list = page.distribution_list.and_then(|it| it.items);
            for it in list.unwrap_or_default() {
                add(ctx, &home, &it).await;
            }
        }
    })
}

async fn add(ctx: &Context, home: &Context, it: &sdk::DistributionSummary) {
    let mut unread = unread(ctx, it);
    let tags = home.tags_of(it.arn()).await.unwrap_or_else(|gap| {
        unread.insert("tags".to_owned(), gap);
        BTreeMap::new()
    });
    let properties = distribution(it);
    let name = properties.aliases.first();
    ctx.push(Resource {
        arn: it.arn().to_owned(),
        account: ctx.account().clone(),
        region: Region::global(),
        name: name.map_or(it.id(), String::as_str).to_owned(),
        tags,
        properties: properties.into(),
        unread,
    });
}

/// What an answer tells in any case.
const NAMES: [&str; 2] = ["distribution_id", "domain_name"];

/// AWS tells all of it, and every distribution has an origin. What an endpoint leaves out would read
/// as disabled and without origins: the SDK puts empty values in the place of what must be there.
fn unread(ctx: &Context, it: &sdk::DistributionSummary) -> BTreeMap<String, GapKey> {
    if it.origins().is_some_and(|it| !it.items().is_empty()) {
        return BTreeMap::new();
    }
    let message = "the answer does not say where distributions lead".to_owned();
    let gap = ctx.gap(&LIST, Cause::Other, Some(message), &[]);
    let all = Kind::CloudFrontDistribution.properties().iter();
    all.filter(|property| !NAMES.contains(&property.as_str()))
        .map(|property| (property.clone(), gap.clone()))
        .collect()
}

fn distribution(it: &sdk::DistributionSummary) -> Distribution {
    let geo = it.restrictions().and_then(|it| it.geo_restriction());
    let restriction = geo.map(|it| it.restriction_type().as_str());
    let mut origins: Vec<Origin> = it
        .origins()
        .map(|it| it.items().iter().map(origin).collect())
        .unwrap_or_default();
    origins.sort_by(|a, b| a.id.cmp(&b.id));
    let mut origin_groups: Vec<OriginGroup> = it
        .origin_groups()
        .map(|it| it.items().iter().map(group).collect())
        .unwrap_or_default();
    origin_groups.sort_by(|a, b| a.id.cmp(&b.id));
    let ordered = it.cache_behaviors().map(|it| it.items().iter());
    let ordered = ordered.into_iter().flatten().map(behavior);
    let default = it.default_cache_behavior().map(default_behavior);
    Distribution {
        distribution_id: it.id().to_owned(),
        domain_name: it.domain_name().to_owned(),
        aliases: set(it.aliases().map(sdk::Aliases::items).unwrap_or_default()),
        enabled: it.enabled(),
        staging: it.staging(),
        price_class: it.price_class().as_str().to_owned(),
        geo_restriction: restriction.unwrap_or("none").to_owned(),
        geo_countries: set(geo.map(sdk::GeoRestriction::items).unwrap_or_default()),
        origins,
        origin_groups,
        cache_behaviors: ordered.chain(default).collect(),
    }
}

fn origin(it: &sdk::Origin) -> Origin {
    let reached_by = if it.vpc_origin_config().is_some() {
        "vpc"
    } else if it.custom_origin_config().is_some() {
        "custom"
    } else {
        "s3"
    };
    let shield = it.origin_shield().filter(|it| it.enabled());
    let headers = it.custom_headers().map(sdk::CustomHeaders::items);
    let headers = headers.unwrap_or_default();
    Origin {
        id: it.id().to_owned(),
        domain_name: it.domain_name().to_owned(),
        reached_by: reached_by.to_owned(),
        connection_attempts: it.connection_attempts().map(i64::from),
        connection_timeout: it.connection_timeout().map(i64::from),
        shield_region: some_text(shield.and_then(sdk::OriginShield::origin_shield_region)),
        header_names: set(headers.iter().map(sdk::OriginCustomHeader::header_name)),
    }
}

fn group(it: &sdk::OriginGroup) -> OriginGroup {
    let members = it.members().map(sdk::OriginGroupMembers::items);
    let members = members.unwrap_or_default().iter();
    let codes = it.failover_criteria().and_then(|it| it.status_codes());
    let codes = codes.map(sdk::StatusCodes::items).unwrap_or_default();
    let mut status_codes: Vec<i64> = codes.iter().copied().map(i64::from).collect();
    status_codes.sort_unstable();
    OriginGroup {
        id: it.id().to_owned(),
        members: members.map(|it| it.origin_id().to_owned()).collect(),
        status_codes,
        selection_criteria: some_text(
            it.selection_criteria()
                .map(sdk::OriginGroupSelectionCriteria::as_str),
        ),
    }
}

/// The default behavior and the others have the same members in types of their own.
macro_rules! behavior {
    ($it:expr, $pattern:expr) => {{
        let it = $it;
        let lambda = it.lambda_function_associations().map(|it| it.items());
        let lambda = lambda
            .unwrap_or_default()
            .iter()
            .map(|it| edge("lambda", it.event_type(), it.lambda_function_arn()));
        let own = it.function_associations().map(|it| it.items());
        let own = own.unwrap_or_default().iter();
        let own = own.map(|it| edge("cloudfront", it.event_type(), it.function_arn()));
        let methods = it.allowed_methods().map(sdk::AllowedMethods::items);
        let methods = methods.unwrap_or_default().iter();
        let groups = it.trusted_key_groups().is_some_and(|it| it.enabled());
        let signers = it.trusted_signers().is_some_and(|it| it.enabled());
        CacheBehavior {
            path_pattern: $pattern.to_owned(),
            target_origin_id: it.target_origin_id().to_owned(),
            allowed_methods: set(methods.map(sdk::Method::as_str)),
            cache_policy_id: some_text(it.cache_policy_id()),
            #[expect(deprecated, reason = "distributions of old still have it")]
            min_ttl: it.min_ttl(),
            #[expect(deprecated, reason = "distributions of old still have it")]
            default_ttl: it.default_ttl(),
            restricted: groups || signers,
            functions: lambda.chain(own).collect(),
        }
    }};
}

fn behavior(it: &sdk::CacheBehavior) -> CacheBehavior {
    behavior!(it, it.path_pattern())
}

fn default_behavior(it: &sdk::DefaultCacheBehavior) -> CacheBehavior {
    behavior!(it, "*")
}

fn edge(runtime: &str, event: &sdk::EventType, arn: &str) -> EdgeFunction {
    EdgeFunction {
        event: event.as_str().to_owned(),
        runtime: runtime.to_owned(),
        arn: arn.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_header_is_not_kept() {
        let header = sdk::OriginCustomHeader::builder()
            .header_name("X-Origin-Verify")
            .header_value("hunter2")
            .build()
            .unwrap();
        let headers = sdk::CustomHeaders::builder()
            .quantity(1)
            .items(header)
            .build()
            .unwrap();
        let it = sdk::Origin::builder()
            .id("api")
            .domain_name("api.example.com")
            .custom_headers(headers)
            .build()
            .unwrap();
        let read = origin(&it);
        assert_eq!(read.header_names, ["X-Origin-Verify"]);
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn members_keep_their_order_and_codes_are_sorted() {
        let member = |id: &str| {
            sdk::OriginGroupMember::builder()
                .origin_id(id)
                .build()
                .unwrap()
        };
        let members = sdk::OriginGroupMembers::builder()
            .quantity(2)
            .items(member("b"))
            .items(member("a"))
            .build()
            .unwrap();
        let codes = sdk::StatusCodes::builder()
            .quantity(2)
            .items(503)
            .items(500)
            .build()
            .unwrap();
        let criteria = sdk::OriginGroupFailoverCriteria::builder()
            .status_codes(codes)
            .build();
        let it = sdk::OriginGroup::builder()
            .id("g")
            .members(members)
            .failover_criteria(criteria)
            .build()
            .unwrap();
        let read = group(&it);
        assert_eq!(read.members, ["b", "a"]);
        assert_eq!(read.status_codes, [500, 503]);
    }
}
