//! Asks an aggregator of AWS Config what it holds of which accounts and Regions.
//!
//! All or nothing: that something is missing in half an answer proves nothing. Judges nothing of it;
//! that is [`super::word`]'s.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_config::Client;
use aws_sdk_config::operation::describe_configuration_aggregator_sources_status::{
    DescribeConfigurationAggregatorSourcesStatusOutput as SourcesOutput,
    builders::DescribeConfigurationAggregatorSourcesStatusFluentBuilder as SourcesRequest,
};
use aws_sdk_config::operation::select_aggregate_resource_config::SelectAggregateResourceConfigOutput as SelectOutput;
use aws_sdk_config::types as sdk;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::progress::Progress;
use super::request::{Aggregator, CollectError, NotAnswering, Request};
use super::scope::Run;
use super::services::recorded;
use super::times::Times;
use super::word::{Gathered, Holds, Said};
use super::{Context, Operation, open};
use crate::aws::session::Caller;
use crate::inventory::{AccountId, Cause, GapKey, Kind, Region};

pub(super) const SOURCES_STATUS: Operation = Operation {
    name: "config:DescribeConfigurationAggregatorSourcesStatus",
    action: "config:DescribeConfigurationAggregatorSourcesStatus",
    times: Times::UNTOLD,
};
pub(super) const SELECT: Operation = Operation {
    name: "config:SelectAggregateResourceConfig",
    action: "config:SelectAggregateResourceConfig",
    times: Times::UNTOLD,
};

/// The most sources in one answer. Of groups there are 500 where nobody says how many.
const SOURCES: i32 = 100;
const NO_SUCH_AGGREGATOR: &str = "NoSuchConfigurationAggregatorException";

type Places = BTreeMap<(AccountId, Region), Holds>;

/// What the aggregator of the request says, if it names one and that one answers all of it. `now` is
/// when the run began.
pub(super) async fn ask(
    run: &Arc<Run>,
    request: &Request,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Option<Said>, CollectError> {
    let Some(wanted) = &request.aggregator else {
        return Ok(None);
    };
    let not_before = oldest(wanted, now);
    let caller = Caller::load(request.profiles.first().map(String::as_str), &run.pace).await;
    let own = caller.open(&run.pace).await.map_err(|failed| {
        let message = open::signing_in(&caller.name(), &failed);
        CollectError::NoAccount(vec![message])
    })?;
    let region = wanted.region.as_deref().map(Region::from);
    let region = region.unwrap_or_else(|| own.own_region());
    let ctx = open::asking(run, &own, region.clone(), "aggregator");
    let asking = Asking {
        client: Client::new(ctx.sdk()),
        ctx,
        wanted,
    };
    match Box::pin(asking.all()).await {
        Ok(places) => Ok(Some(Said {
            source: format!("AWS Config aggregator {} in {region}", wanted.name),
            not_before,
            places,
            told: Mutex::default(),
        })),
        Err(it) if it.for_good => Err(CollectError::Aggregator(it)),
        Err(it) => {
            progress.note(&format!("{it}; all services are asked themselves"));
            Ok(None)
        }
    }
}

/// What was gathered before counts for nothing.
fn oldest(wanted: &Aggregator, now: Timestamp) -> Timestamp {
    let age = SignedDuration::from_hours(i64::from(wanted.max_age_hours));
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}

struct Asking<'a> {
    client: Client,
    ctx: Context,
    wanted: &'a Aggregator,
}

impl Asking<'_> {
    async fn all(&self) -> Result<Places, NotAnswering> {
        // Whether it is there at all shows here, and nothing else is worth a call before that.
        let first = self.first_sources().await?;
        let (sources, places, kinds) = tokio::try_join!(
            self.further_sources(first),
            self.select(places_query()),
            self.select(kinds_query()),
        )?;
        let mut found = Places::new();
        for it in sources
            .iter()
            .flat_map(SourcesOutput::aggregated_source_status_list)
        {
            if let Some((place, gathered)) = gathered(it) {
                found.entry(place).or_default().gathered = Some(gathered);
            }
        }
        let mut fill = |pages: &[SelectOutput], fill: fn(&mut Holds, Row)| {
            for text in pages.iter().flat_map(SelectOutput::results) {
                let row: Row = serde_json::from_str(text)
                    .map_err(|_| self.unreadable("a row of its answer could not be read"))?;
                let place = (row.account.as_str().into(), row.region.as_str().into());
                fill(found.entry(place).or_default(), row);
            }
            Ok(())
        };
        fill(&places, |holds, _| holds.anything = true)?;
        fill(&kinds, |holds, row| {
            let kind = row.kind.as_deref().and_then(Kind::parse);
            holds.kinds.extend(kind);
        })?;
        Ok(found)
    }

    async fn first_sources(&self) -> Result<SourcesOutput, NotAnswering> {
        let codes = [NO_SUCH_AGGREGATOR];
        let send = || self.sources(None).send();
        let answer = self.ctx.call_or_code(&SOURCES_STATUS, &codes, &[], send);
        match answer.await {
            Ok(Ok(page)) => Ok(page),
            Ok(Err(_)) => {
                let message = "there is no such aggregator".to_owned();
                let mut none = self.not_answering(&SOURCES_STATUS, message, true);
                none.is_missing = true;
                Err(none)
            }
            Err(gap) => Err(self.failed(&SOURCES_STATUS, &gap, true)),
        }
    }

    async fn further_sources(
        &self,
        first: SourcesOutput,
    ) -> Result<Vec<SourcesOutput>, NotAnswering> {
        let token = first.next_token.clone().filter(|it| !it.is_empty());
        let mut pages = vec![first];
        if token.is_some() {
            let next = |page: &SourcesOutput| page.next_token().map(str::to_owned);
            let send =
                |further: Option<String>| self.sources(further.or_else(|| token.clone())).send();
            let read = self
                .ctx
                .pages_into(&mut pages, &SOURCES_STATUS, &[], next, send);
            read.await
                .map_err(|gap| self.failed(&SOURCES_STATUS, &gap, false))?;
        }
        Ok(pages)
    }

    fn sources(&self, token: Option<String>) -> SourcesRequest {
        let request = self
            .client
            .describe_configuration_aggregator_sources_status();
        let request = request.configuration_aggregator_name(&self.wanted.name);
        request.limit(SOURCES).set_next_token(token)
    }

    async fn select(&self, query: String) -> Result<Vec<SelectOutput>, NotAnswering> {
        let mut pages = Vec::new();
        let next = |page: &SelectOutput| page.next_token().map(str::to_owned);
        let send = |token: Option<String>| {
            let request = self.client.select_aggregate_resource_config();
            let request = request.configuration_aggregator_name(&self.wanted.name);
            request.expression(&query).set_next_token(token).send()
        };
        let read = self.ctx.pages_into(&mut pages, &SELECT, &[], next, send);
        read.await.map_err(|gap| {
            let denied = matches!(gap.cause, Cause::Denied | Cause::DeniedByScp);
            self.failed(&SELECT, &gap, denied)
        })?;
        Ok(pages)
    }

    fn failed(&self, operation: &Operation, gap: &GapKey, for_good: bool) -> NotAnswering {
        let message = self.ctx.said(gap).unwrap_or_else(|| gap.cause.to_string());
        let mut not = self.not_answering(operation, message, for_good);
        not.denied = matches!(gap.cause, Cause::Denied | Cause::DeniedByScp);
        not
    }

    fn unreadable(&self, message: &str) -> NotAnswering {
        self.not_answering(&SELECT, message.to_owned(), false)
    }

    fn not_answering(
        &self,
        operation: &Operation,
        message: String,
        for_good: bool,
    ) -> NotAnswering {
        NotAnswering {
            name: self.wanted.name.clone(),
            account: self.ctx.account().to_string(),
            region: self.ctx.region().to_string(),
            operation: operation.name,
            message,
            denied: false,
            is_missing: false,
            for_good,
        }
    }
}

/// The places of which there is anything.
fn places_query() -> String {
    "SELECT accountId, awsRegion, COUNT(*) GROUP BY accountId, awsRegion".to_owned()
}

/// Of the kinds that collectors ask about, those that there are. Three properties are the most that
/// can be grouped by, and the pages of all that is grouped can be read one after the other:
/// <https://docs.aws.amazon.com/config/latest/developerguide/querying-AWS-resources.html>.
fn kinds_query() -> String {
    let kinds = recorded::kinds().into_iter();
    let kinds: Vec<String> = kinds.map(|it| format!("'{}'", it.name())).collect();
    format!(
        "SELECT accountId, awsRegion, resourceType, COUNT(*) WHERE resourceType IN ({}) \
         GROUP BY accountId, awsRegion, resourceType",
        kinds.join(", ")
    )
}

/// A row of an answer. How many there are does not matter.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "accountId")]
    account: String,
    #[serde(rename = "awsRegion")]
    region: String,
    #[serde(rename = "resourceType")]
    kind: Option<String>,
}

/// `None` for what is no account's Region: an organisation, or a source that nothing was gathered of.
/// The time is that of the last update, which AWS also calls the last check that it may gather.
fn gathered(it: &sdk::AggregatedSourceStatus) -> Option<((AccountId, Region), Gathered)> {
    if it.source_type() != Some(&sdk::AggregatedSourceType::Account) {
        return None;
    }
    let at = Timestamp::from_second(it.last_update_time()?.secs()).ok()?;
    let succeeded = it.last_update_status() == Some(&sdk::AggregatedSourceStatusType::Succeeded);
    let place = (it.source_id()?.into(), it.aws_region()?.into());
    Some((place, Gathered { succeeded, at }))
}
