//! One container service, from its description. Calls nothing.

use aws_sdk_ecs::types as sdk;

use super::ecs::strategy;
use super::plain::{set, some_text, text, time};
use crate::inventory::kinds::ecs::{Deployment, RunningTasks, Service};

/// The service without its running tasks, which other calls tell.
pub(super) fn service(it: &sdk::Service) -> Service {
    // Where something else deploys, the newest task set says what ECS's own deployments would.
    let primary = it
        .task_sets()
        .iter()
        .find(|it| it.status() == Some("PRIMARY"));
    let network = it.network_configuration();
    let network = network.or(primary.and_then(|it| it.network_configuration()));
    let network = network.and_then(|it| it.awsvpc_configuration());
    let launch_type = it.launch_type().or(primary.and_then(|it| it.launch_type()));
    let own = primary.map_or(&[][..], |it| it.capacity_provider_strategy());
    let shares = [it.capacity_provider_strategy(), own].concat();
    let balancers = it.load_balancers().iter();
    let balancers: Vec<&sdk::LoadBalancer> = balancers
        .chain(it.task_sets().iter().flat_map(sdk::TaskSet::load_balancers))
        .collect();
    let rollout = it.deployment_configuration();
    let breaker = rollout.and_then(|it| it.deployment_circuit_breaker());
    let definition = it.task_definition();
    let definition = definition.or(primary.and_then(|it| it.task_definition()));
    let controller = it.deployment_controller().map(|it| it.r#type().as_str());
    let mut shares = strategy(&shares);
    shares.dedup();
    Service {
        status: text(it.status()),
        cluster: text(it.cluster_arn()),
        created: time(it.created_at()),
        desired: i64::from(it.desired_count()),
        running: i64::from(it.running_count()),
        pending: i64::from(it.pending_count()),
        scheduling: text(
            it.scheduling_strategy()
                .map(sdk::SchedulingStrategy::as_str),
        ),
        deployment_controller: controller.unwrap_or("ECS").to_owned(),
        launch_type: some_text(launch_type.map(sdk::LaunchType::as_str)),
        capacity_providers: shares,
        task_definition: text(definition),
        deployments: deployments(it),
        target_groups: set(balancers.iter().filter_map(|it| it.target_group_arn())),
        classic_load_balancers: set(balancers.iter().filter_map(|it| it.load_balancer_name())),
        subnets: set(network
            .map(sdk::AwsVpcConfiguration::subnets)
            .unwrap_or_default()),
        circuit_breaker: breaker.is_some_and(sdk::DeploymentCircuitBreaker::enable),
        rollback: breaker.is_some_and(sdk::DeploymentCircuitBreaker::rollback),
        minimum_healthy_percent: rollout
            .and_then(sdk::DeploymentConfiguration::minimum_healthy_percent)
            .map(i64::from),
        maximum_percent: rollout
            .and_then(sdk::DeploymentConfiguration::maximum_percent)
            .map(i64::from),
        tasks: RunningTasks::default(),
    }
}

/// ECS's own deployments, else the task sets of what deploys instead; the newest first.
fn deployments(it: &sdk::Service) -> Vec<Deployment> {
    let own = it.deployments().iter().map(|it| Deployment {
        status: text(it.status()),
        task_definition: text(it.task_definition()),
        desired: i64::from(it.desired_count()),
        running: i64::from(it.running_count()),
        updated: time(it.updated_at().or(it.created_at())),
        rollout: some_text(it.rollout_state().map(sdk::DeploymentRolloutState::as_str)),
    });
    let sets = it.task_sets().iter().map(|it| Deployment {
        status: text(it.status()),
        task_definition: text(it.task_definition()),
        desired: i64::from(it.computed_desired_count()),
        running: i64::from(it.running_count()),
        updated: time(it.updated_at().or(it.created_at())),
        rollout: None,
    });
    let mut all: Vec<Deployment> = own.chain(sets).collect();
    all.sort_by(|a, b| {
        let old = |it: &Deployment| it.status != "PRIMARY";
        let key = |it: &Deployment| (old(it), it.status.clone(), it.task_definition.clone());
        key(a).cmp(&key(b))
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_a_service_that_changes() {
        let network = sdk::AwsVpcConfiguration::builder().subnets("subnet-b");
        let network = network.subnets("subnet-a").build().unwrap();
        let network = sdk::NetworkConfiguration::builder().awsvpc_configuration(network);
        let breaker = sdk::DeploymentCircuitBreaker::builder().enable(true);
        let rollout = sdk::DeploymentConfiguration::builder()
            .deployment_circuit_breaker(breaker.rollback(false).build())
            .maximum_percent(200);
        let deployment = |status: &str, definition: &str| {
            let it = sdk::Deployment::builder().status(status);
            it.task_definition(definition).desired_count(2).build()
        };
        let it = sdk::Service::builder()
            .status("ACTIVE")
            .desired_count(3)
            .launch_type(sdk::LaunchType::Fargate)
            .scheduling_strategy(sdk::SchedulingStrategy::Replica)
            .task_definition("td:2")
            .network_configuration(network.build())
            .deployment_configuration(rollout.build())
            .deployments(deployment("ACTIVE", "td:1"))
            .deployments(deployment("PRIMARY", "td:2"))
            .load_balancers(sdk::LoadBalancer::builder().target_group_arn("tg").build())
            .build();
        let read = service(&it);
        assert_eq!(read.subnets, ["subnet-a", "subnet-b"]);
        assert_eq!(read.deployment_controller, "ECS", "nobody said otherwise");
        assert!(read.circuit_breaker && !read.rollback);
        assert_eq!(read.launch_type.as_deref(), Some("FARGATE"));
        assert_eq!(read.target_groups, ["tg"]);
        let changing: Vec<_> = read.deployments.iter().map(|it| &*it.status).collect();
        assert_eq!(changing, ["PRIMARY", "ACTIVE"]);
    }

    #[test]
    fn task_sets_stand_in_for_deployments() {
        let set = sdk::TaskSet::builder()
            .status("PRIMARY")
            .task_definition("td:7")
            .launch_type(sdk::LaunchType::Fargate)
            .load_balancers(
                sdk::LoadBalancer::builder()
                    .target_group_arn("blue")
                    .build(),
            );
        let controller = sdk::DeploymentController::builder()
            .r#type(sdk::DeploymentControllerType::CodeDeploy)
            .build()
            .unwrap();
        let it = sdk::Service::builder()
            .deployment_controller(controller)
            .task_sets(set.build())
            .build();
        let read = service(&it);
        assert_eq!(read.deployment_controller, "CODE_DEPLOY");
        assert_eq!(read.task_definition, "td:7");
        assert_eq!(read.target_groups, ["blue"]);
        assert_eq!(read.deployments.len(), 1);
    }
}
