//! Event source mappings of Lambda: which queue or stream feeds which function.
//!
//! Values that filters look for may be customers' data: they are dropped with the answer.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::list_event_source_mappings::ListEventSourceMappingsOutput;
use aws_sdk_lambda::types as sdk;
use serde_json::Value;

use super::plain::{set, some_text, text, time};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::lambda::EventSourceMapping;
use crate::inventory::{Arn, Cause, Kind};

const LIST_MAPPINGS: Operation = Operation {
    name: "lambda:ListEventSourceMappings",
    action: "lambda:ListEventSourceMappings",
    times: Times(|it| it.pages(&[Kind::LambdaEventSourceMapping], PAGE)),
};
/// What Lambda does with the caller's rights to show filters that are encrypted with a key.
const SHOW_FILTERS: Operation = Operation {
    action: "kms:Decrypt",
    ..LIST_MAPPINGS
};

/// The most that Lambda answers.
const PAGE: i32 = 100;

pub(super) const MAPPINGS: Collector = Collector {
    name: "event-sources",
    kinds: &[Kind::LambdaEventSourceMapping],
    scope: Scope::Regional,
    operations: &[LIST_MAPPINGS, GET_RESOURCES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let lambda = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_MAPPINGS,
            &[Kind::LambdaEventSourceMapping],
            |page: &Page| page.next.clone(),
            |marker| {
                let request = lambda.list_event_source_mappings().max_items(PAGE);
                let request = request.set_marker(marker);
                async { request.send().await.map(Page::of) }
            },
        );
        let found = pages.await.into_iter().flat_map(|page| page.mappings);
        ctx.each(found, |it| add(ctx, it)).await;
    })
}

/// What is kept of an answer.
#[derive(Debug)]
struct Page {
    next: Option<String>,
    mappings: Vec<Listed>,
}

/// A mapping as the list shows it.
#[derive(Debug)]
struct Listed {
    uuid: String,
    arn: Option<String>,
    properties: EventSourceMapping,
    /// Whether its filters are there and not shown.
    filters_hidden: bool,
}

impl Page {
    fn of(answer: ListEventSourceMappingsOutput) -> Self {
        let mappings = answer.event_source_mappings.into_iter().flatten();
        Self {
            next: some_text(answer.next_marker.as_deref()),
            mappings: mappings.filter_map(|it| Listed::of(&it)).collect(),
        }
    }
}

impl Listed {
    /// `None` for a mapping without id.
    fn of(it: &sdk::EventSourceMappingConfiguration) -> Option<Self> {
        let patterns = it.filter_criteria().map(sdk::FilterCriteria::filters);
        let paths = filter_paths(patterns.unwrap_or_default());
        let encrypted = it.kms_key_arn().is_some() && it.filter_criteria().is_none();
        Some(Self {
            uuid: it.uuid()?.to_owned(),
            arn: some_text(it.event_source_mapping_arn()),
            filters_hidden: encrypted || it.filter_criteria_error().is_some() || paths.is_none(),
            properties: EventSourceMapping {
                filter_paths: paths.unwrap_or_default(),
                ..mapping(it)
            },
        })
    }
}

async fn add(ctx: &Context, it: Listed) {
    let arn = it.arn.unwrap_or_else(|| {
        let (partition, region, account) = (ctx.partition(), ctx.region(), ctx.account());
        format!(
            "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{}",
            it.uuid
        )
    });
    let mut unread = BTreeMap::new();
    if it.filters_hidden {
        let message = "Lambda did not show the filters of an event source mapping; kms:Decrypt on \
                       its key would show what they look at";
        let gap = ctx.gap(&SHOW_FILTERS, Cause::Other, Some(message.to_owned()), &[]);
        unread.insert("filter_paths".to_owned(), gap);
    }
    let name = name(&it.properties);
    push_tagged(ctx, (&arn, &name), it.properties, unread).await;
}

/// Lambda gives mappings an id alone. What they join names them for people, and for their twins.
fn name(it: &EventSourceMapping) -> String {
    let function = Arn::parse(&it.function_arn).map_or("", |arn| arn.resource);
    let function = function.split(':').nth(1).unwrap_or(&it.function_arn);
    let source = it.event_source_arn.as_deref().and_then(Arn::parse);
    let source = source.map_or("kafka", |arn| {
        let mut parts = arn.resource.split(['/', ':']);
        let first = parts.next().unwrap_or_default();
        parts.next().unwrap_or(first)
    });
    let more = it.topics.iter().chain(&it.queues);
    let named = [function, "from", source].into_iter();
    named
        .chain(more.map(String::as_str))
        .collect::<Vec<_>>()
        .join(" ")
}

fn mapping(it: &sdk::EventSourceMappingConfiguration) -> EventSourceMapping {
    let source = it.event_source_arn().and_then(Arn::parse);
    let destinations = it.destination_config();
    let failed = destinations.and_then(|it| it.on_failure());
    let scaling = it.scaling_config();
    EventSourceMapping {
        state: text(it.state()),
        function_arn: text(it.function_arn()),
        event_source_arn: some_text(it.event_source_arn()),
        source_service: source.map(|arn| arn.service.to_owned()),
        topics: set(it.topics()),
        queues: set(it.queues()),
        filter_paths: Vec::new(),
        batch_size: it.batch_size().map(i64::from),
        maximum_concurrency: scaling
            .and_then(sdk::ScalingConfig::maximum_concurrency)
            .map(i64::from),
        on_failure: some_text(failed.and_then(|it| it.destination())),
        last_modified: time(it.last_modified()),
        kms_key: some_text(it.kms_key_arn()),
    }
}

/// Members of records that the filters look at; `None` where one is no JSON.
fn filter_paths(filters: &[sdk::Filter]) -> Option<Vec<String>> {
    let mut paths = BTreeSet::new();
    for filter in filters.iter().filter_map(sdk::Filter::pattern) {
        let pattern: Value = serde_json::from_str(filter).ok()?;
        walk(&pattern, "", &mut paths);
    }
    Some(paths.into_iter().collect())
}

/// Lists hold what a member may be, but for `$or`, whose list holds patterns.
fn walk(pattern: &Value, at: &str, paths: &mut BTreeSet<String>) {
    match pattern {
        Value::Object(members) => {
            for (name, inner) in members {
                match (name.as_str(), inner) {
                    ("$or", Value::Array(some)) => {
                        for one in some {
                            walk(one, at, paths);
                        }
                    }
                    _ if at.is_empty() => walk(inner, name, paths),
                    _ => walk(inner, &format!("{at}.{name}"), paths),
                }
            }
        }
        _ => _ = paths.insert(at.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111111111111:function:mailer:live";
    const STREAM: &str =
        "arn:aws:dynamodb:eu-west-1:111111111111:table/orders/stream/2026-01-01T00:00:00.000";

    fn listed(pattern: Option<&str>) -> sdk::builders::EventSourceMappingConfigurationBuilder {
        let filters = pattern.map(|it| {
            let filter = sdk::Filter::builder().pattern(it).build();
            sdk::FilterCriteria::builder().filters(filter).build()
        });
        sdk::EventSourceMappingConfiguration::builder()
            .uuid("0001")
            .state("Enabled")
            .function_arn(FUNCTION)
            .event_source_arn(STREAM)
            .set_filter_criteria(filters)
    }

    #[test]
    fn maps_a_mapping_and_names_it_after_what_it_joins() {
        let read = Listed::of(&listed(None).build()).unwrap();
        assert_eq!(read.properties.source_service.as_deref(), Some("dynamodb"));
        assert_eq!(name(&read.properties), "mailer from orders");
        assert!(!read.filters_hidden);
    }

    #[test]
    fn filters_are_known_by_what_they_look_at() {
        let pattern = r#"{"eventName": ["INSERT"], "dynamodb": {"NewImage": {"home": {"S": ["hunter2"]}}},
            "$or": [{"a": ["hunter2"]}, {"b": [{"prefix": "hunter2"}]}]}"#;
        let read = Listed::of(&listed(Some(pattern)).build()).unwrap();
        let paths = &read.properties.filter_paths;
        assert_eq!(paths, &["a", "b", "dynamodb.NewImage.home.S", "eventName"]);
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn filters_that_are_not_shown_are_hidden() {
        let hidden = |it: sdk::builders::EventSourceMappingConfigurationBuilder| {
            Listed::of(&it.build()).unwrap().filters_hidden
        };
        assert!(hidden(listed(None).kms_key_arn("arn:aws:kms:k")));
        assert!(hidden(listed(Some("{not json"))));
        let error = sdk::FilterCriteriaError::builder().build();
        assert!(hidden(listed(None).filter_criteria_error(error)));
    }

    #[test]
    fn kafka_is_named_by_its_topics() {
        let it = sdk::EventSourceMappingConfiguration::builder()
            .uuid("0002")
            .function_arn(FUNCTION)
            .topics("clicks");
        let read = Listed::of(&it.build()).unwrap();
        assert_eq!(name(&read.properties), "mailer from kafka clicks");
    }
}
