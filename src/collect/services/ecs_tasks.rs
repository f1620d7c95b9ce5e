//! The running tasks of a cluster, for where they run and which images. Addresses, overrides and
//! everything else about a task are dropped with the answer.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_tasks::DescribeTasksOutput;
use aws_sdk_ecs::operation::list_tasks::ListTasksOutput;
use aws_sdk_ecs::types as sdk;

use super::plain::set;
use super::times::{Calls, Held, Times, pages};
use super::{Context, Operation};
use crate::inventory::GapKey;
use crate::inventory::kinds::ecs::{RunningImage, RunningTasks, Service};

pub(super) const LIST_TASKS: Operation = Operation {
    name: "ecs:ListTasks",
    action: "ecs:ListTasks",
    times: Times(|it| it.per::<Service>(|it| &it.cluster, |_| 1).or_more()),
};
pub(super) const DESCRIBE_TASKS: Operation = Operation {
    name: "ecs:DescribeTasks",
    action: "ecs:DescribeTasks",
    times: Times(describes),
};

/// Most tasks of one call.
const AT_ONCE: usize = 100;

/// Running tasks by the name of their service.
pub(super) type ByService = BTreeMap<String, RunningTasks>;

/// One running task of a service.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    service: String,
    zone: Option<String>,
    images: Vec<RunningImage>,
}

/// The calls that describe what services run; tasks of nobody's come on top.
fn describes(it: &Held<'_>) -> Calls {
    let mut clusters = BTreeMap::<&str, u64>::new();
    for it in it
        .of::<Service>()
        .filter(|it| it.tasks != RunningTasks::default())
    {
        *clusters.entry(&it.cluster).or_default() += u64::try_from(it.running).unwrap_or_default();
    }
    let calls = clusters.into_values().map(|tasks| pages(tasks, AT_ONCE));
    Calls::exactly(calls.sum()).or_more()
}

/// Half the tasks are none: one call that fails leaves those of every service of the cluster open.
pub(super) async fn running(
    ctx: &Context,
    ecs: &Client,
    cluster: &str,
) -> Result<ByService, GapKey> {
    let mut pages = Vec::new();
    let send = |token: Option<String>| {
        let request = ecs.list_tasks().cluster(cluster).max_results(100);
        let request = request.desired_status(sdk::DesiredStatus::Running);
        request.set_next_token(token).send()
    };
    let next = |page: &ListTasksOutput| page.next_token().map(str::to_owned);
    ctx.pages_into(&mut pages, &LIST_TASKS, &[], next, send)
        .await?;
    let arns = set(pages.iter().flat_map(ListTasksOutput::task_arns));
    let mut by_service = ByService::new();
    for arns in arns.chunks(AT_ONCE) {
        let answer = ctx.call(&DESCRIBE_TASKS, &[], || {
            let request = ecs.describe_tasks().cluster(cluster);
            let request = request.set_tasks(Some(arns.to_vec()));
            async { request.send().await.map(|answer| seen(&answer)) }
        });
        for task in answer.await? {
            let of = by_service.entry(task.service).or_default();
            of.zones.extend(task.zone);
            of.images.extend(task.images);
        }
    }
    for tasks in by_service.values_mut() {
        tasks.zones = set(&tasks.zones);
        let images: BTreeSet<RunningImage> = tasks.images.drain(..).collect();
        tasks.images.extend(images);
    }
    Ok(by_service)
}

/// The tasks of services that run by now.
fn seen(answer: &DescribeTasksOutput) -> Vec<Seen> {
    let tasks = answer.tasks().iter();
    let running = tasks.filter(|it| it.last_status() == Some("RUNNING"));
    running
        .filter_map(|it| {
            let images = it.containers().iter().filter_map(|it| {
                Some(RunningImage {
                    container: it.name()?.to_owned(),
                    digest: it.image_digest()?.to_owned(),
                })
            });
            Some(Seen {
                service: it.group()?.strip_prefix("service:")?.to_owned(),
                zone: it.availability_zone().map(str::to_owned),
                images: images.collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(group: &str, status: &str) -> sdk::Task {
        let container = sdk::Container::builder()
            .name("app")
            .image_digest("sha256:1");
        let password = sdk::KeyValuePair::builder()
            .name("PASSWORD")
            .value("hunter2");
        let container_override = sdk::ContainerOverride::builder().environment(password.build());
        let overrides =
            sdk::TaskOverride::builder().container_overrides(container_override.build());
        sdk::Task::builder()
            .group(group)
            .last_status(status)
            .availability_zone("eu-west-1a")
            .containers(container.build())
            .containers(sdk::Container::builder().name("sidecar").build())
            .overrides(overrides.build())
            .build()
    }

    #[test]
    fn keeps_what_services_run() {
        let answer = DescribeTasksOutput::builder()
            .tasks(task("service:web", "RUNNING"))
            .tasks(task("service:web", "PENDING"))
            .tasks(task("family:batch", "RUNNING"));
        let kept = seen(&answer.build());
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].service, "web");
        assert_eq!(kept[0].images.len(), 1, "one has no digest yet");
        assert!(!format!("{kept:?}").contains("hunter2"));
    }
}
