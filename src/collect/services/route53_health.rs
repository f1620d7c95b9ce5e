//! Health checks and what their checkers last saw. The text that a check searches for is not kept.

use std::collections::BTreeMap;

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::list_health_checks::ListHealthChecksOutput;
use aws_sdk_route53::types as sdk;

use super::plain::{set, some_text};
use super::route53_tags::{self, LIST_TAGS};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::route53::{Alarm, CheckerStatus, HealthCheck};
use crate::inventory::{GapKey, Kind, Region, Resource};

const LIST_CHECKS: Operation = Operation {
    name: "route53:ListHealthChecks",
    action: "route53:ListHealthChecks",
    times: Times(|it| it.pages(&[Kind::Route53HealthCheck], PAGE)),
};
const GET_STATUS: Operation = Operation {
    name: "route53:GetHealthCheckStatus",
    action: "route53:GetHealthCheckStatus",
    times: Times(|it| it.each_where::<HealthCheck>(|it| PROBED.contains(&&*it.check_type))),
};

/// The most that Route 53 answers.
const PAGE: i32 = 1000;

pub(super) const HEALTH_CHECKS: Collector = Collector {
    name: "route53_health",
    kinds: &[Kind::Route53HealthCheck],
    scope: Scope::Global,
    operations: &[LIST_CHECKS, GET_STATUS, LIST_TAGS],
    run,
};

/// Types that checkers probe; the others are worked out from something else.
const PROBED: [&str; 5] = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"];

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let route53 = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_CHECKS,
            &[Kind::Route53HealthCheck],
            |page: &ListHealthChecksOutput| {
                page.next_marker()
                    .filter(|_| page.is_truncated())
                    .map(str::to_owned)
            },
            |marker| {
                let request = route53.list_health_checks().max_items(PAGE);
                request.set_marker(marker).send()
            },
        );
        let pages = pages.await.into_iter();
        let checks: Vec<sdk::HealthCheck> = pages.flat_map(|page| page.health_checks).collect();
        let ids: Vec<String> = checks.iter().map(|it| it.id().to_owned()).collect();
        let kind = sdk::TagResourceType::Healthcheck;
        let tags = route53_tags::read(ctx, &route53, kind, &ids).await;
        ctx.each(&checks, async |it| {
            add(ctx, &route53, it, route53_tags::of(&tags, it.id())).await;
        })
        .await;
    })
}

type Tags = (BTreeMap<String, String>, BTreeMap<String, GapKey>);

/// One health check. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, route53: &Client, it: &sdk::HealthCheck, (tags, mut unread): Tags) {
    let id = it.id();
    let mut properties = check(it);
    if PROBED.contains(&properties.check_type.as_str()) {
        let request = || route53.get_health_check_status().health_check_id(id).send();
        match ctx
            .call_or_absent(&GET_STATUS, &["NoSuchHealthCheck"], &[], request)
            .await
        {
            Ok(Some(answer)) => {
                properties.status = Some(status(answer.health_check_observations()));
            }
            Ok(None) => return,
            Err(gap) => {
                unread.insert("status".to_owned(), gap);
            }
        }
    }
    let place = Place {
        partition: ctx.partition(),
        region: Region::GLOBAL,
        account: ctx.account(),
    };
    let named = tags.get("Name").filter(|name| !name.trim().is_empty());
    ctx.push(Resource {
        arn: Kind::Route53HealthCheck.arn(place, id),
        account: ctx.account().clone(),
        region: Region::global(),
        name: named.map_or(id, String::as_str).to_owned(),
        tags,
        properties: properties.into(),
        unread,
    });
}

/// The health check, without what takes a call of its own.
fn check(it: &sdk::HealthCheck) -> HealthCheck {
    let linked_service = some_text(it.linked_service().and_then(|it| it.service_principal()));
    let health_check_id = it.id().to_owned();
    let Some(config) = it.health_check_config() else {
        return HealthCheck {
            health_check_id,
            linked_service,
            ..HealthCheck::default()
        };
    };
    let without_data = config.insufficient_data_health_status();
    HealthCheck {
        health_check_id,
        check_type: config.r#type().as_str().to_owned(),
        disabled: config.disabled().unwrap_or_default(),
        inverted: config.inverted().unwrap_or_default(),
        ip_address: some_text(config.ip_address()),
        fqdn: some_text(config.fully_qualified_domain_name()),
        port: config.port().map(i64::from),
        resource_path: some_text(config.resource_path()),
        searches_body: config.search_string().is_some_and(|text| !text.is_empty()),
        request_interval: config.request_interval().map(i64::from),
        failure_threshold: config.failure_threshold().map(i64::from),
        checker_regions: set(config.regions().iter().map(sdk::HealthCheckRegion::as_str)),
        children: set(config.child_health_checks()),
        health_threshold: config.health_threshold().map(i64::from),
        alarm: alarm(config, it.cloud_watch_alarm_configuration()),
        insufficient_data_status: some_text(
            without_data.map(sdk::InsufficientDataHealthStatus::as_str),
        ),
        routing_control_arn: some_text(config.routing_control_arn()),
        linked_service,
        status: None,
    }
}

fn alarm(
    config: &sdk::HealthCheckConfig,
    described: Option<&sdk::CloudWatchAlarmConfiguration>,
) -> Option<Alarm> {
    let alarm = config.alarm_identifier()?;
    Some(Alarm {
        name: alarm.name().to_owned(),
        region: alarm.region().as_str().to_owned(),
        namespace: some_text(described.map(sdk::CloudWatchAlarmConfiguration::namespace)),
        period: described.map(|it| i64::from(it.period())),
        evaluation_periods: described.map(|it| i64::from(it.evaluation_periods())),
    })
}

fn status(observed: &[sdk::HealthCheckObservation]) -> CheckerStatus {
    let count = |all: usize| i64::try_from(all).unwrap_or(i64::MAX);
    let reports = || {
        observed
            .iter()
            .filter_map(|it| it.status_report()?.status())
    };
    CheckerStatus {
        healthy: count(
            reports()
                .filter(|status| status.starts_with("Success"))
                .count(),
        ),
        total: count(reports().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_searched_text_is_not_kept() {
        let config = sdk::HealthCheckConfig::builder()
            .r#type(sdk::HealthCheckType::HttpStrMatch)
            .search_string("hunter2")
            .build()
            .unwrap();
        let it = sdk::HealthCheck::builder()
            .id("h")
            .caller_reference("c")
            .health_check_version(1)
            .health_check_config(config)
            .build()
            .unwrap();
        let read = check(&it);
        assert!(read.searches_body);
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn checkers_are_counted() {
        let saw = |status: &str| {
            let report = sdk::StatusReport::builder().status(status).build();
            sdk::HealthCheckObservation::builder()
                .status_report(report)
                .build()
        };
        let read = status(&[
            saw("Success: HTTP Status Code 200, OK"),
            saw("Failure: timeout"),
        ]);
        assert_eq!((read.healthy, read.total), (1, 2));
    }
}
