//! Target groups, with their attributes and the health of their targets.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::operation::describe_target_groups::DescribeTargetGroupsOutput;
use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::load_balancers::{Attributes, PAGE};
use super::plain::{set, some_text, text};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::Kind;
use crate::inventory::kinds::elbv2::{
    Target, TargetGroup, TargetGroupAttributes, TargetHealthCheck,
};

const DESCRIBE_GROUPS: Operation = Operation {
    name: "elasticloadbalancing:DescribeTargetGroups",
    action: "elasticloadbalancing:DescribeTargetGroups",
    times: Times(|it| it.pages(&[Kind::ElbTargetGroup], PAGE)),
};
const DESCRIBE_ATTRIBUTES: Operation = Operation {
    name: "elasticloadbalancing:DescribeTargetGroupAttributes",
    action: "elasticloadbalancing:DescribeTargetGroupAttributes",
    times: Times(|it| it.each(Kind::ElbTargetGroup)),
};
const DESCRIBE_HEALTH: Operation = Operation {
    name: "elasticloadbalancing:DescribeTargetHealth",
    action: "elasticloadbalancing:DescribeTargetHealth",
    times: Times(|it| it.each(Kind::ElbTargetGroup)),
};

pub(super) const TARGET_GROUPS: Collector = Collector {
    name: "target_groups",
    kinds: &[Kind::ElbTargetGroup],
    scope: Scope::Regional,
    operations: &[
        DESCRIBE_GROUPS,
        DESCRIBE_ATTRIBUTES,
        DESCRIBE_HEALTH,
        GET_RESOURCES,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let elb = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_GROUPS,
            &[Kind::ElbTargetGroup],
            |page: &DescribeTargetGroupsOutput| page.next_marker().map(str::to_owned),
            |marker| {
                let request = elb.describe_target_groups().page_size(PAGE);
                request.set_marker(marker).send()
            },
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.target_groups.unwrap_or_default());
        ctx.each(found, |it| read(ctx, &elb, it)).await;
    })
}

/// One target group: its attributes and its targets. Nothing where it is gone since it was listed.
async fn read(ctx: &Context, elb: &Client, it: sdk::TargetGroup) {
    let Some(arn) = it.target_group_arn() else {
        return;
    };
    let mut properties = group(&it);
    let mut unread = BTreeMap::new();
    let request = || {
        elb.describe_target_group_attributes()
            .target_group_arn(arn)
            .send()
    };
    let gone = &["TargetGroupNotFound"];
    match ctx
        .call_or_absent(&DESCRIBE_ATTRIBUTES, gone, &[], request)
        .await
    {
        Ok(Some(answer)) => properties.attributes = attributes(answer.attributes()),
        Ok(None) => return,
        Err(gap) => {
            unread.insert("attributes".to_owned(), gap);
        }
    }
    let request = || elb.describe_target_health().target_group_arn(arn).send();
    match ctx
        .call_or_absent(&DESCRIBE_HEALTH, gone, &[], request)
        .await
    {
        Ok(Some(answer)) => properties.targets = targets(answer.target_health_descriptions()),
        Ok(None) => return,
        Err(gap) => {
            unread.insert("targets".to_owned(), gap);
        }
    }
    let name = it.target_group_name().unwrap_or(arn);
    push_tagged(ctx, (arn, name), properties, unread).await;
}

/// The target group, without what takes a call of its own.
fn group(it: &sdk::TargetGroup) -> TargetGroup {
    TargetGroup {
        target_type: text(it.target_type().map(sdk::TargetTypeEnum::as_str)),
        protocol: some_text(it.protocol().map(sdk::ProtocolEnum::as_str)),
        port: it.port().map(i64::from),
        vpc_id: some_text(it.vpc_id()),
        load_balancers: set(it.load_balancer_arns()),
        health_check: health_check(it),
        attributes: TargetGroupAttributes::default(),
        targets: Vec::new(),
    }
}

fn health_check(it: &sdk::TargetGroup) -> TargetHealthCheck {
    TargetHealthCheck {
        enabled: it.health_check_enabled().unwrap_or_default(),
        protocol: some_text(it.health_check_protocol().map(sdk::ProtocolEnum::as_str)),
        path: some_text(it.health_check_path()),
        interval: it.health_check_interval_seconds().map(i64::from),
        unhealthy_threshold: it.unhealthy_threshold_count().map(i64::from),
    }
}

fn attributes(answered: &[sdk::TargetGroupAttribute]) -> TargetGroupAttributes {
    let values = Attributes::new(answered.iter().map(|it| (it.key(), it.value())));
    let kind = values.text("stickiness.type");
    let seconds = match kind {
        Some("lb_cookie") => values.number("stickiness.lb_cookie.duration_seconds"),
        Some("app_cookie") => values.number("stickiness.app_cookie.duration_seconds"),
        _ => None,
    };
    TargetGroupAttributes {
        stickiness: values.flag("stickiness.enabled"),
        stickiness_type: some_text(kind),
        stickiness_seconds: seconds,
        deregistration_seconds: values.number("deregistration_delay.timeout_seconds"),
        fail_open_count: values
            .number("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"),
        fail_open_percent: values.number(
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        ),
        dns_failover_count: values
            .number("target_group_health.dns_failover.minimum_healthy_targets.count"),
        dns_failover_percent: values
            .number("target_group_health.dns_failover.minimum_healthy_targets.percentage"),
    }
}

fn targets(answered: &[sdk::TargetHealthDescription]) -> Vec<Target> {
    let mut targets: Vec<Target> = answered.iter().map(target).collect();
    targets.sort_by(|a, b| (&a.id, a.port).cmp(&(&b.id, b.port)));
    targets
}

fn target(it: &sdk::TargetHealthDescription) -> Target {
    let registered = it.target();
    // `all` says that the target serves every zone: it names none.
    let zone = registered
        .and_then(|it| it.availability_zone())
        .filter(|zone| *zone != "all");
    Target {
        id: text(registered.and_then(|it| it.id())),
        port: registered
            .and_then(sdk::TargetDescription::port)
            .map(i64::from),
        zone: some_text(zone),
        health: text(
            it.target_health()
                .and_then(|it| it.state())
                .map(sdk::TargetHealthStateEnum::as_str),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_a_target_group_with_its_health_check() {
        let it = sdk::TargetGroup::builder()
            .target_type(sdk::TargetTypeEnum::from("dust"))
            .protocol(sdk::ProtocolEnum::Http)
            .port(8080)
            .load_balancer_arns("lb-1")
            .health_check_enabled(true)
            .health_check_path("/health")
            .health_check_interval_seconds(10)
            .unhealthy_threshold_count(3)
            .build();
        let read = group(&it);
        assert_eq!(read.target_type, "dust");
        assert_eq!(
            (read.protocol.as_deref(), read.port),
            (Some("HTTP"), Some(8080))
        );
        assert_eq!(read.health_check.path.as_deref(), Some("/health"));
        assert_eq!(read.health_check.interval, Some(10));
        assert_eq!(read.health_check.unhealthy_threshold, Some(3));
    }

    fn attribute(key: &str, value: &str) -> sdk::TargetGroupAttribute {
        let builder = sdk::TargetGroupAttribute::builder();
        builder.key(key).value(value).build()
    }

    #[test]
    fn stickiness_lasts_as_long_as_its_type_says() {
        for (kind, seconds) in [
            ("lb_cookie", Some(60)),
            ("app_cookie", Some(90)),
            ("source_ip", None),
        ] {
            let read = attributes(&[
                attribute("stickiness.enabled", "true"),
                attribute("stickiness.type", kind),
                attribute("stickiness.lb_cookie.duration_seconds", "60"),
                attribute("stickiness.app_cookie.duration_seconds", "90"),
                attribute("deregistration_delay.timeout_seconds", "300"),
            ]);
            assert_eq!(read.stickiness, Some(true));
            assert_eq!(read.stickiness_seconds, seconds, "{kind}");
            assert_eq!(read.deregistration_seconds, Some(300));
        }
    }

    #[test]
    fn attributes_that_are_no_numbers_are_null() {
        let read = attributes(&[attribute("deregistration_delay.timeout_seconds", "soon")]);
        assert_eq!(read, TargetGroupAttributes::default());
    }

    #[test]
    fn targets_are_sorted_and_all_names_no_zone() {
        let described = |id: &str, zone: &str| {
            let target = sdk::TargetDescription::builder()
                .id(id)
                .port(80)
                .availability_zone(zone);
            let health =
                sdk::TargetHealth::builder().state(sdk::TargetHealthStateEnum::UnhealthyDraining);
            sdk::TargetHealthDescription::builder()
                .target(target.build())
                .target_health(health.build())
                .build()
        };
        let read = targets(&[described("i-2", "all"), described("i-1", "eu-west-1a")]);
        let zones: Vec<_> = read
            .iter()
            .map(|it| (&*it.id, it.zone.as_deref()))
            .collect();
        assert_eq!(zones, [("i-1", Some("eu-west-1a")), ("i-2", None)]);
        assert_eq!(read[0].health, "unhealthy.draining");
    }
}
