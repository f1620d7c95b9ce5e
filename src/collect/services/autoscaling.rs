//! EC2 Auto Scaling groups.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::operation::describe_auto_scaling_groups::DescribeAutoScalingGroupsOutput;
use aws_sdk_autoscaling::types as sdk;

use super::plain::{number, set, some_text, tags, text, time};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::autoscaling::{AutoScalingGroup, GroupInstance};
use crate::inventory::{AccountId, Kind, Region, Resource};

const DESCRIBE_GROUPS: Operation = Operation {
    name: "autoscaling:DescribeAutoScalingGroups",
    action: "autoscaling:DescribeAutoScalingGroups",
    times: Times(|it| it.pages(&[Kind::AutoScalingGroup], PAGE).or_more()),
};

/// The most that Auto Scaling answers.
const PAGE: i32 = 100;

pub(super) const GROUPS: Collector = Collector {
    name: "autoscaling",
    kinds: &[Kind::AutoScalingGroup],
    scope: Scope::Regional,
    operations: &[DESCRIBE_GROUPS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let autoscaling = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_GROUPS,
            &[Kind::AutoScalingGroup],
            |page: &DescribeAutoScalingGroupsOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = autoscaling.describe_auto_scaling_groups().max_records(PAGE);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await;
        let found = pages
            .iter()
            .flat_map(DescribeAutoScalingGroupsOutput::auto_scaling_groups);
        found
            .filter_map(|it| resource(ctx.account(), ctx.region(), it))
            .for_each(|it| ctx.push(it));
    })
}

/// The resource of one group; `None` for one without ARN.
fn resource(account: &AccountId, region: &Region, it: &sdk::AutoScalingGroup) -> Option<Resource> {
    let arn = it.auto_scaling_group_arn()?;
    Some(Resource {
        arn: arn.to_owned(),
        account: account.clone(),
        region: region.clone(),
        name: it.auto_scaling_group_name().unwrap_or(arn).to_owned(),
        tags: tags(it.tags().iter().map(|tag| (tag.key(), tag.value()))),
        properties: group(it).into(),
        unread: BTreeMap::new(),
    })
}

fn group(it: &sdk::AutoScalingGroup) -> AutoScalingGroup {
    let suspended = it.suspended_processes().iter();
    let subnets = text(it.vpc_zone_identifier());
    let mixed = it.mixed_instances_policy();
    let purchase = mixed.and_then(|it| it.instances_distribution());
    let shared = mixed.and_then(|it| it.launch_template());
    let template = it
        .launch_template()
        .or(shared.and_then(|it| it.launch_template_specification()));
    AutoScalingGroup {
        min_size: number(it.min_size()),
        max_size: number(it.max_size()),
        desired: number(it.desired_capacity()),
        created: time(it.created_time()),
        zones: set(it.availability_zones()),
        subnets: set(subnets.split(',').map(str::trim)),
        instances: instances(it.instances()),
        target_groups: set(it.target_group_arns()),
        classic_load_balancers: set(it.load_balancer_names()),
        health_check_type: text(it.health_check_type()),
        suspended_processes: set(suspended.filter_map(|it| it.process_name())),
        new_instances_protected: it
            .new_instances_protected_from_scale_in()
            .unwrap_or_default(),
        launch_template: some_text(template.and_then(|it| it.launch_template_id())),
        launch_template_version: some_text(template.and_then(|it| it.version())),
        mixed_instances: it.mixed_instances_policy().is_some(),
        on_demand_base: purchase
            .and_then(sdk::InstancesDistribution::on_demand_base_capacity)
            .map(i64::from),
        on_demand_percent: purchase
            .and_then(sdk::InstancesDistribution::on_demand_percentage_above_base_capacity)
            .map(i64::from),
    }
}

fn instances(answered: &[sdk::Instance]) -> Vec<GroupInstance> {
    let mut instances: Vec<GroupInstance> = answered
        .iter()
        .map(|it| GroupInstance {
            instance_id: text(it.instance_id()),
            zone: text(it.availability_zone()),
            lifecycle: text(it.lifecycle_state().map(sdk::LifecycleState::as_str)),
            healthy: it
                .health_status()
                .is_some_and(|health| health.eq_ignore_ascii_case("healthy")),
            protected: it.protected_from_scale_in().unwrap_or_default(),
        })
        .collect();
    instances.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    instances
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(id: &str, health: &str) -> sdk::Instance {
        sdk::Instance::builder()
            .instance_id(id)
            .health_status(health)
            .lifecycle_state(sdk::LifecycleState::from("Dozing"))
            .build()
    }

    #[test]
    fn maps_a_group_with_its_instances() {
        let arn = "arn:aws:autoscaling:eu-west-1:111111111111:autoScalingGroup:5e1b:autoScalingGroupName/web";
        let template = sdk::LaunchTemplateSpecification::builder().launch_template_id("lt-1");
        let template = template.version("$Latest");
        let it = sdk::AutoScalingGroup::builder()
            .auto_scaling_group_arn(arn)
            .auto_scaling_group_name("web")
            .min_size(2)
            .max_size(6)
            .desired_capacity(3)
            .vpc_zone_identifier("subnet-2, subnet-1")
            .instances(instance("i-2", "Unhealthy"))
            .instances(instance("i-1", "HEALTHY"))
            .suspended_processes(
                sdk::SuspendedProcess::builder()
                    .process_name("AZRebalance")
                    .build(),
            )
            .launch_template(template.build())
            .tags(
                sdk::TagDescription::builder()
                    .key("app")
                    .value("shop")
                    .build(),
            )
            .build();
        let (account, region) = (AccountId::new("111111111111"), Region::new("eu-west-1"));
        let resource = resource(&account, &region, &it).unwrap();
        assert_eq!(resource.name, "web");
        assert_eq!(resource.tags["app"], "shop");
        let read: &AutoScalingGroup = resource.of().unwrap();
        assert_eq!((read.min_size, read.max_size, read.desired), (2, 6, 3));
        assert_eq!(read.subnets, ["subnet-1", "subnet-2"]);
        assert_eq!(read.suspended_processes, ["AZRebalance"]);
        assert_eq!(read.launch_template.as_deref(), Some("lt-1"));
        assert_eq!(read.launch_template_version.as_deref(), Some("$Latest"));
        let health: Vec<_> = read
            .instances
            .iter()
            .map(|it| (&*it.instance_id, it.healthy))
            .collect();
        assert_eq!(health, [("i-1", true), ("i-2", false)]);
        assert_eq!(read.instances[0].lifecycle, "Dozing");
    }

    #[test]
    fn a_group_of_mixed_instances_has_the_template_that_they_share() {
        let template = sdk::LaunchTemplateSpecification::builder()
            .launch_template_id("lt-2")
            .version("7")
            .build();
        let shared = sdk::LaunchTemplate::builder().launch_template_specification(template);
        let mixed = sdk::MixedInstancesPolicy::builder().launch_template(shared.build());
        let it = sdk::AutoScalingGroup::builder().mixed_instances_policy(mixed.build());
        let read = group(&it.build());
        assert!(read.mixed_instances);
        assert_eq!(read.launch_template.as_deref(), Some("lt-2"));
        assert_eq!(read.launch_template_version.as_deref(), Some("7"));
    }

    #[test]
    fn a_group_without_subnets_has_none() {
        let it = sdk::AutoScalingGroup::builder().build();
        assert!(group(&it).subnets.is_empty());
    }
}
