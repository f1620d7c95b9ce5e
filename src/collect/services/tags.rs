//! Tags of everything that has an ARN, asked for once per account and Region.
//!
//! The tagging API lists what has or had tags. What it does not list has none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_resourcegroupstagging::Client;
use aws_sdk_resourcegroupstagging::operation::get_resources::GetResourcesOutput;
use tokio::sync::OnceCell;

use super::cloudfront::home;
use super::kms::CUSTOMER;
use super::plain::tags;
use super::times::{Calls, Held, Times, count, pages};
use super::{Context, Operation};
use crate::inventory::kinds::kms::Key;
use crate::inventory::{GapKey, Kind, Region};

pub(in crate::collect) const GET_RESOURCES: Operation = Operation {
    name: "resourcegroupstaggingapi:GetResources",
    action: "tag:GetResources",
    times: Times(times),
};

/// The services whose own APIs do not answer tags with their resources.
const ASKED: [&str; 9] = [
    "dynamodb:table",
    "ec2:launch-template",
    "elasticache",
    "elasticloadbalancing",
    "kms",
    "lambda",
    "s3",
    "sns",
    "sqs",
];

/// The kinds whose tags are asked for here; of keys, the customer's.
const TAGGED: [Kind; 12] = [
    Kind::CacheReplicationGroup,
    Kind::CacheServerlessCache,
    Kind::DynamoDbTable,
    Kind::Ec2LaunchTemplate,
    Kind::ElbListener,
    Kind::ElbLoadBalancer,
    Kind::ElbTargetGroup,
    Kind::LambdaEventSourceMapping,
    Kind::LambdaFunction,
    Kind::S3Bucket,
    Kind::SnsTopic,
    Kind::SqsQueue,
];

/// Services without Regions, each with the Regions whose tagging API knows their resources.
const GLOBAL: [(&str, &[&str]); 1] =
    [("cloudfront:distribution", &["us-east-1", "cn-northwest-1"])];

/// Resources in an answer: the most that the tagging API gives.
const PAGE: i32 = 100;
const DISTRIBUTIONS: [Kind; 1] = [Kind::CloudFrontDistribution];

type ByArn = BTreeMap<String, BTreeMap<String, String>>;
type Asked = Arc<OnceCell<Result<ByArn, GapKey>>>;

/// The tags of an account.
#[derive(Debug, Default)]
pub(in crate::collect) struct Tags {
    regions: Mutex<BTreeMap<Region, Asked>>,
}

impl Tags {
    /// The tags of a resource in the Region of the context; the gap where they could not be read.
    pub(in crate::collect) async fn of(
        &self,
        ctx: &Context,
        arn: &str,
    ) -> Result<BTreeMap<String, String>, GapKey> {
        let asked = self.asked(ctx.region());
        let answer = asked.get_or_init(|| read(ctx)).await;
        let by_arn = answer.as_ref().map_err(|gap| {
            // Whoever asked first has noted it; the others are no more whole than that one.
            ctx.shares(&GET_RESOURCES, gap);
            gap.clone()
        })?;
        Ok(by_arn.get(arn).cloned().unwrap_or_default())
    }

    fn asked(&self, region: &Region) -> Asked {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(regions.entry(region.clone()).or_default())
    }
}

/// Asked where there is something to ask for; what else of these services has tags is listed too.
fn times(it: &Held<'_>) -> Calls {
    let of_distributions = match home(it.partition()) {
        Some(home) if it.region().as_str() == home => it.global().if_any(&DISTRIBUTIONS),
        Some(home) if it.region().is_global() && !it.selects(home) => it.if_any(&DISTRIBUTIONS),
        _ => Calls::default(),
    };
    let keys = it.each_where::<Key>(|it| it.manager == CUSTOMER);
    let any = it.if_any(&TAGGED) + keys + of_distributions;
    if any.least == 0 {
        return any;
    }
    let kinds = TAGGED.iter().chain(&[Kind::KmsKey]);
    let all = kinds.flat_map(|kind| it.all(*kind));
    let tagged: Vec<_> = all.filter(|it| !it.tags.is_empty()).collect();
    Calls::exactly(pages(count(&tagged), PAGE)).or_more()
}

/// Half the tags are no tags: a page that fails leaves all of them open.
async fn read(ctx: &Context) -> Result<ByArn, GapKey> {
    let client = Client::new(ctx.sdk());
    let mut pages = Vec::new();
    let here = |(_, regions): &&(&str, &[&str])| regions.contains(&ctx.region().as_str());
    let global = GLOBAL.iter().filter(here).map(|(kind, _)| *kind);
    let kinds: Vec<&str> = ASKED.into_iter().chain(global).collect();
    let send = |token: Option<String>| {
        let request = client.get_resources().resources_per_page(PAGE);
        let request = kinds.iter().fold(request, |request, kind| {
            request.resource_type_filters(*kind)
        });
        request.set_pagination_token(token).send()
    };
    let next = |page: &GetResourcesOutput| page.pagination_token().map(str::to_owned);
    ctx.pages_into(&mut pages, &GET_RESOURCES, &[], next, send)
        .await?;
    let found = pages
        .iter()
        .flat_map(GetResourcesOutput::resource_tag_mapping_list);
    let by_arn = found.filter_map(|it| {
        let pairs = it
            .tags()
            .iter()
            .map(|tag| (Some(tag.key()), Some(tag.value())));
        Some((it.resource_arn()?.to_owned(), tags(pairs)))
    });
    Ok(by_arn.collect())
}
