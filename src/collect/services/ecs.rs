//! Container services with their clusters and capacity. What they run is read beside this.
//!
//! Services are listed cluster by cluster and described ten at a time; their tasks are read for a
//! whole cluster, so that the number of calls follows the size of the estate and not of its list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_capacity_providers::DescribeCapacityProvidersOutput;
use aws_sdk_ecs::operation::list_clusters::ListClustersOutput;
use aws_sdk_ecs::operation::list_services::ListServicesOutput;
use aws_sdk_ecs::types as sdk;

use super::ecs_service::service;
use super::ecs_tasks::{DESCRIBE_TASKS, LIST_TASKS, running};
use super::plain::{set, some_text, tags, text};
use super::task_definitions::{self, DESCRIBE_TASK_DEFINITION};
use super::times::{Times, pages};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ecs::{CapacityProvider, CapacityShare, Cluster, Service};
use crate::inventory::{Cause, GapKey, Kind, Properties, Resource};

const LIST_CLUSTERS: Operation = Operation {
    name: "ecs:ListClusters",
    action: "ecs:ListClusters",
    times: Times(|it| it.pages(&[Kind::EcsCluster], PAGE)),
};
const DESCRIBE_CLUSTERS: Operation = Operation {
    name: "ecs:DescribeClusters",
    action: "ecs:DescribeClusters",
    times: Times(|it| it.each(Kind::EcsCluster).in_batches(CLUSTERS_AT_ONCE)),
};
const DESCRIBE_PROVIDERS: Operation = Operation {
    name: "ecs:DescribeCapacityProviders",
    action: "ecs:DescribeCapacityProviders",
    times: Times(|it| {
        it.each_where::<Cluster>(|it| own_providers(&it.capacity_providers))
            .or_more()
    }),
};
const LIST_SERVICES: Operation = Operation {
    name: "ecs:ListServices",
    action: "ecs:ListServices",
    times: Times(|it| it.pages_per::<Service>(Kind::EcsCluster, PAGE, |it| &it.cluster)),
};
const DESCRIBE_SERVICES: Operation = Operation {
    name: "ecs:DescribeServices",
    action: "ecs:DescribeServices",
    times: Times(|it| it.per::<Service>(|it| &it.cluster, |of_it| pages(of_it, SERVICES_AT_ONCE))),
};

const KINDS: &[Kind] = &[
    Kind::EcsCapacityProvider,
    Kind::EcsCluster,
    Kind::EcsService,
    Kind::EcsTaskDefinition,
];
/// What a service that was not read hides: what it runs is not looked for either.
const SERVICES: &[Kind] = &[Kind::EcsService, Kind::EcsTaskDefinition];

/// Most clusters, and most services, of one call.
const CLUSTERS_AT_ONCE: usize = 100;
const SERVICES_AT_ONCE: usize = 10;

/// Names in an answer: the most that ECS gives.
const PAGE: i32 = 100;

pub(super) const CONTAINERS: Collector = Collector {
    name: "ecs",
    kinds: KINDS,
    scope: Scope::Regional,
    operations: &[
        LIST_CLUSTERS,
        DESCRIBE_CLUSTERS,
        DESCRIBE_PROVIDERS,
        LIST_SERVICES,
        DESCRIBE_SERVICES,
        LIST_TASKS,
        DESCRIBE_TASKS,
        DESCRIBE_TASK_DEFINITION,
    ],
    run,
};

/// Names that come up in several clusters and are read once.
type Names = Mutex<BTreeSet<String>>;

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ecs = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_CLUSTERS,
            KINDS,
            |page: &ListClustersOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = ecs.list_clusters().max_results(PAGE);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await;
        let arns = set(pages.iter().flat_map(ListClustersOutput::cluster_arns));
        let (providers, definitions) = (Names::default(), Names::default());
        ctx.each(arns.chunks(CLUSTERS_AT_ONCE), |arns| {
            clusters(ctx, &ecs, arns, &providers)
        })
        .await;
        ctx.each(&arns, |cluster| services(ctx, &ecs, cluster, &definitions))
            .await;
        let definitions = definitions
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        ctx.each(&definitions, |arn| task_definitions::add(ctx, &ecs, arn))
            .await;
    })
}

async fn clusters(ctx: &Context, ecs: &Client, arns: &[String], seen: &Names) {
    let hides = [Kind::EcsCluster, Kind::EcsCapacityProvider];
    let answer = ctx.call(&DESCRIBE_CLUSTERS, &hides, || {
        let request = ecs.describe_clusters().set_clusters(Some(arns.to_vec()));
        request.include(sdk::ClusterField::Tags).send()
    });
    let Ok(answer) = answer.await else { return };
    not_described(ctx, &DESCRIBE_CLUSTERS, answer.failures(), &hides);
    for it in answer.clusters() {
        if let Some(arn) = it.cluster_arn() {
            let name = it.cluster_name().unwrap_or(arn);
            push(ctx, (arn, name), it.tags(), cluster(it), BTreeMap::new());
        }
    }
    ctx.each(answer.clusters(), |it| providers(ctx, ecs, it, seen))
        .await;
}

/// The capacity providers of a cluster, but for those that AWS made.
async fn providers(ctx: &Context, ecs: &Client, of: &sdk::Cluster, seen: &Names) {
    if !own_providers(of.capacity_providers()) {
        return;
    }
    let pages = ctx.pages(
        &DESCRIBE_PROVIDERS,
        &[Kind::EcsCapacityProvider],
        |page: &DescribeCapacityProvidersOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ecs.describe_capacity_providers().max_results(10);
            let request = request.set_cluster(of.cluster_arn.clone());
            let request = request.include(sdk::CapacityProviderField::Tags);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeCapacityProvidersOutput::capacity_providers);
    for it in found {
        let (Some(arn), Some(name)) = (it.capacity_provider_arn(), it.name()) else {
            continue;
        };
        if !name.starts_with("FARGATE") && first(seen, arn) {
            push(ctx, (arn, name), it.tags(), provider(it), BTreeMap::new());
        }
    }
}

/// Whether there are others than those of AWS, which nobody needs to ask about.
fn own_providers(names: &[String]) -> bool {
    names.iter().any(|name| !name.starts_with("FARGATE"))
}

/// Whether the name comes up for the first time.
fn first(seen: &Names, name: &str) -> bool {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.insert(name.to_owned())
}

async fn services(ctx: &Context, ecs: &Client, cluster: &str, definitions: &Names) {
    let pages = ctx.pages(
        &LIST_SERVICES,
        SERVICES,
        |page: &ListServicesOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ecs.list_services().cluster(cluster).max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let arns = set(pages.iter().flat_map(ListServicesOutput::service_arns));
    if arns.is_empty() {
        return;
    }
    let tasks = running(ctx, ecs, cluster).await;
    ctx.each(arns.chunks(SERVICES_AT_ONCE), async |arns| {
        let answer = ctx.call(&DESCRIBE_SERVICES, SERVICES, || {
            let request = ecs.describe_services().cluster(cluster);
            let request = request.set_services(Some(arns.to_vec()));
            request.include(sdk::ServiceField::Tags).send()
        });
        let Ok(answer) = answer.await else { return };
        not_described(ctx, &DESCRIBE_SERVICES, answer.failures(), SERVICES);
        for it in answer.services() {
            let Some(arn) = it.service_arn() else {
                continue;
            };
            let name = it.service_name().unwrap_or(arn);
            let (mut properties, mut unread) = (service(it), BTreeMap::new());
            match &tasks {
                Ok(tasks) => properties.tasks = tasks.get(name).cloned().unwrap_or_default(),
                Err(gap) => _ = unread.insert("tasks".to_owned(), gap.clone()),
            }
            if !properties.task_definition.is_empty() {
                first(definitions, &properties.task_definition);
            }
            push(ctx, (arn, name), it.tags(), properties, unread);
        }
    })
    .await;
}

/// What an answer says it could not describe. What is gone since it was listed hides nothing.
fn not_described(ctx: &Context, operation: &Operation, failed: &[sdk::Failure], hides: &[Kind]) {
    let reasons = failed.iter().filter_map(sdk::Failure::reason);
    if let Some(reason) = reasons.into_iter().find(|it| *it != "MISSING") {
        ctx.gap(operation, Cause::Other, Some(reason.to_owned()), hides);
    }
}

pub(super) fn push(
    ctx: &Context,
    (arn, name): (&str, &str),
    tagged: &[sdk::Tag],
    properties: impl Into<Properties>,
    unread: BTreeMap<String, GapKey>,
) {
    ctx.push(Resource {
        arn: arn.to_owned(),
        account: ctx.account().clone(),
        region: ctx.region().clone(),
        name: name.to_owned(),
        tags: tags(tagged.iter().map(|tag| (tag.key(), tag.value()))),
        properties: properties.into(),
        unread,
    });
}

fn cluster(it: &sdk::Cluster) -> Cluster {
    Cluster {
        status: text(it.status()),
        capacity_providers: set(it.capacity_providers()),
        default_strategy: strategy(it.default_capacity_provider_strategy()),
    }
}

/// By name: the order of a strategy means nothing.
pub(super) fn strategy(items: &[sdk::CapacityProviderStrategyItem]) -> Vec<CapacityShare> {
    let share = |it: &sdk::CapacityProviderStrategyItem| CapacityShare {
        provider: it.capacity_provider().to_owned(),
        base: i64::from(it.base()),
        weight: i64::from(it.weight()),
    };
    let mut shares: Vec<CapacityShare> = items.iter().map(share).collect();
    shares.sort();
    shares
}

fn provider(it: &sdk::CapacityProvider) -> CapacityProvider {
    let group = it.auto_scaling_group_provider();
    let managed = it.managed_instances_provider();
    let template = managed.and_then(|it| it.instance_launch_template());
    let option = template.and_then(|it| it.capacity_option_type());
    CapacityProvider {
        status: text(it.status().map(sdk::CapacityProviderStatus::as_str)),
        auto_scaling_group: some_text(
            group.map(sdk::AutoScalingGroupProvider::auto_scaling_group_arn),
        ),
        // On demand is what ECS takes when nobody says.
        capacity_option: managed.map(|_| {
            option
                .unwrap_or(&sdk::CapacityOptionType::OnDemand)
                .as_str()
                .to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, base: i32, weight: i32) -> sdk::CapacityProviderStrategyItem {
        let item = sdk::CapacityProviderStrategyItem::builder().capacity_provider(name);
        item.base(base).weight(weight).build().unwrap()
    }

    #[test]
    fn shares_are_in_order() {
        let shares = strategy(&[item("FARGATE_SPOT", 0, 4), item("FARGATE", 2, 1)]);
        let read: Vec<_> = shares
            .iter()
            .map(|it| (&*it.provider, it.base, it.weight))
            .collect();
        assert_eq!(read, [("FARGATE", 2, 1), ("FARGATE_SPOT", 0, 4)]);
    }

    #[test]
    fn a_provider_has_a_group_or_buys_itself() {
        let group = sdk::AutoScalingGroupProvider::builder().auto_scaling_group_arn("arn:g");
        let of_group = sdk::CapacityProvider::builder()
            .auto_scaling_group_provider(group.build().unwrap())
            .build();
        let read = provider(&of_group);
        assert_eq!(read.auto_scaling_group.as_deref(), Some("arn:g"));
        assert_eq!(read.capacity_option, None);
        let managed = sdk::ManagedInstancesProvider::builder().build();
        let of_ecs = sdk::CapacityProvider::builder().managed_instances_provider(managed);
        let read = provider(&of_ecs.build());
        assert_eq!(read.capacity_option.as_deref(), Some("ON_DEMAND"));
    }
}
