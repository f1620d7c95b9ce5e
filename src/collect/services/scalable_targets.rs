//! What Application Auto Scaling scales. It lists one service's targets at a time.

use std::collections::BTreeMap;

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::operation::describe_scalable_targets::DescribeScalableTargetsOutput;
use aws_sdk_applicationautoscaling::types as sdk;

use super::plain::time;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::applicationautoscaling::ScalableTarget;
use crate::inventory::{Kind, Resource};

const DESCRIBE_TARGETS: Operation = Operation {
    name: "application-autoscaling:DescribeScalableTargets",
    action: "application-autoscaling:DescribeScalableTargets",
    times: Times(|it| {
        let of = |namespace: &sdk::ServiceNamespace| {
            let name = namespace.as_str();
            it.listing(
                it.each_where::<ScalableTarget>(|it| it.namespace == name),
                PAGE,
            )
        };
        NAMESPACES.iter().map(of).sum()
    }),
};

/// The services whose resources are collected, or may hold data of a workload.
const NAMESPACES: [sdk::ServiceNamespace; 6] = [
    sdk::ServiceNamespace::Dynamodb,
    sdk::ServiceNamespace::Ecs,
    sdk::ServiceNamespace::Elasticache,
    sdk::ServiceNamespace::Lambda,
    sdk::ServiceNamespace::Neptune,
    sdk::ServiceNamespace::Rds,
];

/// The most that Application Auto Scaling answers.
const PAGE: i32 = 50;

pub(super) const SCALABLE_TARGETS: Collector = Collector {
    name: "scalable-targets",
    kinds: &[Kind::ScalableTarget],
    scope: Scope::Regional,
    operations: &[DESCRIBE_TARGETS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let client = Client::new(ctx.sdk());
        ctx.each(NAMESPACES, |namespace| list(ctx, &client, namespace))
            .await;
    })
}

async fn list(ctx: &Context, client: &Client, namespace: sdk::ServiceNamespace) {
    let pages = ctx.pages(
        &DESCRIBE_TARGETS,
        &[Kind::ScalableTarget],
        |page: &DescribeScalableTargetsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.describe_scalable_targets();
            let request = request.service_namespace(namespace.clone());
            request.max_results(PAGE).set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeScalableTargetsOutput::scalable_targets);
    for it in found {
        let properties = target(it);
        let what = properties.dimension.rsplit(':').next().unwrap_or_default();
        let name = format!("{} {what}", properties.resource_id);
        let arn = it.scalable_target_arn().map_or_else(
            || {
                format!(
                    "arn:{}:application-autoscaling:{}:{}:scalable-target/{}/{}/{what}",
                    ctx.partition(),
                    ctx.region(),
                    ctx.account(),
                    properties.namespace,
                    properties.resource_id,
                )
            },
            str::to_owned,
        );
        ctx.push(Resource {
            arn,
            account: ctx.account().clone(),
            region: ctx.region().clone(),
            name,
            tags: BTreeMap::new(),
            properties: properties.into(),
            unread: BTreeMap::new(),
        });
    }
}

fn target(it: &sdk::ScalableTarget) -> ScalableTarget {
    let suspended = it.suspended_state();
    let is = |of: fn(&sdk::SuspendedState) -> Option<bool>| suspended.and_then(of) == Some(true);
    ScalableTarget {
        namespace: it.service_namespace().as_str().to_owned(),
        resource_id: it.resource_id().to_owned(),
        dimension: it.scalable_dimension().as_str().to_owned(),
        min: i64::from(it.min_capacity()),
        max: i64::from(it.max_capacity()),
        created: time(Some(it.creation_time())),
        scale_in_suspended: is(sdk::SuspendedState::dynamic_scaling_in_suspended),
        scale_out_suspended: is(sdk::SuspendedState::dynamic_scaling_out_suspended),
        schedules_suspended: is(sdk::SuspendedState::scheduled_scaling_suspended),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;

    #[test]
    fn maps_a_target() {
        let suspended = sdk::SuspendedState::builder().dynamic_scaling_out_suspended(true);
        let it = sdk::ScalableTarget::builder()
            .service_namespace(sdk::ServiceNamespace::Ecs)
            .resource_id("service/shop/web")
            .scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount)
            .min_capacity(2)
            .max_capacity(12)
            .role_arn("arn:aws:iam::111111111111:role/scale")
            .creation_time(DateTime::from_secs(0))
            .suspended_state(suspended.build());
        let read = target(&it.build().unwrap());
        assert_eq!(read.dimension, "ecs:service:DesiredCount");
        assert_eq!((read.min, read.max), (2, 12));
        assert!(read.scale_out_suspended && !read.scale_in_suspended);
    }
}
