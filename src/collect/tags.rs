//! Tags of everything that has an ARN, asked for once per account and Region.
//!
//! The tagging API lists what has or had tags. What it does not list has none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_resourcegroupstagging::Client;
use aws_sdk_resourcegroupstagging::operation::get_resources::GetResourcesOutput;
use tokio::sync::OnceCell;

use super::plain::tags;
use super::{Context, Operation};
use crate::inventory::{GapKey, Region};

pub(super) const GET_RESOURCES: Operation = Operation {
    name: "resourcegroupstaggingapi:GetResources",
    action: "tag:GetResources",
};

/// The services whose own APIs do not answer tags with their resources.
const ASKED: [&str; 8] = [
    "dynamodb:table",
    "elasticache",
    "elasticloadbalancing",
    "kms",
    "lambda",
    "s3",
    "sns",
    "sqs",
];

/// Services without Regions, each with the Regions whose tagging API knows their resources.
const GLOBAL: [(&str, &[&str]); 1] =
    [("cloudfront:distribution", &["us-east-1", "cn-northwest-1"])];

type ByArn = BTreeMap<String, BTreeMap<String, String>>;
type Asked = Arc<OnceCell<Result<ByArn, GapKey>>>;

/// The tags of an account.
#[derive(Debug, Default)]
pub(super) struct Tags {
    regions: Mutex<BTreeMap<Region, Asked>>,
}

impl Tags {
    /// The tags of a resource in the Region of the context; the gap where they could not be read.
    pub(super) async fn of(
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

/// Half the tags are no tags: a page that fails leaves all of them open.
async fn read(ctx: &Context) -> Result<ByArn, GapKey> {
    let client = Client::new(ctx.sdk());
    let mut pages = Vec::new();
    let here = |(_, regions): &&(&str, &[&str])| regions.contains(&ctx.region().as_str());
    let global = GLOBAL.iter().filter(here).map(|(kind, _)| *kind);
    let kinds: Vec<&str> = ASKED.into_iter().chain(global).collect();
    let send = |token: Option<String>| {
        let request = kinds.iter().fold(client.get_resources(), |request, kind| {
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
