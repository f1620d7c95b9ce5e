//! Messages under way, who works on them, what new instances need, and what people do one after the
//! other.

use super::build::*;
use super::data::*;
use super::stores::stays;
use crate::inventory::kinds::{autoscaling, ec2_launch, ecs, elasticache, lambda, rds, sqs};
use crate::inventory::{Kind, Reference, Resource, reference};
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Outcome};

fn queue(region: &str) -> String {
    arn("sqs", region, "jobs")
}

fn worker(region: &str) -> String {
    arn("lambda", region, "function:worker")
}

fn naming(target: &str) -> Reference {
    Reference {
        key: "NEEDS".to_owned(),
        target: target.to_owned(),
        region: reference::region_of(target),
    }
}

/// A queue and a function that takes what is in it, which needs that.
fn working(region: &str, needs: &[String]) -> Vec<Resource> {
    let mapping = lambda::EventSourceMapping {
        state: "Enabled".to_owned(),
        function_arn: worker(region),
        event_source_arn: Some(queue(region)),
        ..Default::default()
    };
    let function = lambda::Function {
        references: needs.iter().map(|it| naming(it)).collect(),
        ..Default::default()
    };
    let own = arn("lambda", region, "event-source-mapping:jobs");
    vec![
        resource(queue(region), region, "jobs", sqs::Queue::default()),
        resource(worker(region), region, "worker", function),
        resource(own, region, "jobs", mapping),
    ]
}

fn degraded(outcome: &Outcome, what: &str) {
    assert_eq!(outcome.fate, Fate::Degraded, "{outcome:#?}");
    let said = outcome.causes.iter().any(|it| it.what == what);
    assert!(said, "{what}: {outcome:#?}");
}

fn bare() -> World {
    World::steered(&BOTH, |_| Vec::new())
}

#[test]
fn messages_wait_in_the_lost_region_and_decide_nothing() {
    let both = BOTH.into_iter().flat_map(|it| working(it, &[]));
    let outcome = bare().with(both).lose(WEST);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!((outcome.rto, outcome.rpo), (alias_moves(), Span::NONE));
    assert_eq!(outcome.stranded, ["Queue jobs in eu-west-1"]);
    let apart = bare().with(working(WEST, &[])).lose(CENTRAL);
    assert!(apart.stranded.is_empty());
}

#[test]
fn a_worker_of_one_region_leaves_its_work_undone() {
    let alone = bare().with(working(WEST, &[]));
    let what = "Function worker in eu-west-1 does its work nowhere else";
    degraded(&alone.lose(WEST), what);
    assert_eq!(alone.lose(CENTRAL).fate, Fate::Survives);
    // Its twin may be among what was not read.
    let hidden = alone.hiding(Kind::LambdaFunction, CENTRAL).lose(WEST);
    assert_eq!(hidden.fate, Fate::Unknown, "{hidden:#?}");
}

#[test]
fn a_worker_that_stands_may_lack_what_it_needs() {
    let needs = [secret(WEST)];
    let both = BOTH.into_iter().flat_map(|it| working(it, &needs));
    let world = bare().with(both).with([secret_of(WEST, None, &[])]);
    let outcome = world.lose(WEST);
    // Clients are answered all the same.
    degraded(
        &outcome,
        "Function worker in eu-central-1 does no work without Secret token in eu-west-1, which is lost",
    );
    assert_eq!(outcome.rto, alias_moves());
    let unread = world.unread_in(&worker(CENTRAL), "references");
    assert_eq!(unread.lose(WEST).fate, Fate::Unknown);
}

#[test]
fn a_container_service_behind_no_load_balancer_works_too() {
    let service = |region: &str, desired| {
        let service = ecs::Service {
            cluster: arn("ecs", region, "cluster/web"),
            desired,
            ..Default::default()
        };
        let own = arn("ecs", region, "service/web/mailer");
        resource(own, region, "mailer", service)
    };
    let what = "Service mailer in eu-west-1 does its work nowhere else";
    degraded(&bare().with([service(WEST, 1)]).lose(WEST), what);
    // What is scaled to nothing does no work.
    let off = bare().with([service(WEST, 0)]).lose(WEST);
    assert_eq!(off.fate, Fate::Survives, "{off:#?}");
}

/// A group in each Region, started from a template whose user data names that.
fn groups(names: &str, version: Option<&str>) -> World {
    let mut world = bare();
    for region in BOTH {
        let group = autoscaling::AutoScalingGroup {
            desired: 2,
            max_size: 4,
            launch_template: Some("lt-1".to_owned()),
            launch_template_version: version.map(str::to_owned),
            target_groups: vec![arn("elasticloadbalancing", region, "targetgroup/api/1")],
            ..Default::default()
        };
        let of = |number, default_version, references| ec2_launch::TemplateVersion {
            number,
            default_version,
            references,
            ..Default::default()
        };
        let template = ec2_launch::LaunchTemplate {
            template_id: "lt-1".to_owned(),
            versions: vec![of(1, true, Vec::new()), of(2, false, vec![naming(names)])],
        };
        let own = arn(
            "autoscaling",
            region,
            "autoScalingGroup:1:autoScalingGroupName/api",
        );
        world.push(resource(own, region, "api", group));
        let own = arn("ec2", region, "launch-template/lt-1");
        world.push(resource(own, region, "lt-1", template));
    }
    world
}

#[test]
fn new_instances_need_what_their_user_data_names() {
    let parameter = arn("ssm", WEST, "parameter/config");
    let what = format!("nothing new can start without {parameter}, which is lost");
    degraded(&groups(&parameter, Some("$Latest")).lose(WEST), &what);
    degraded(&groups(&parameter, Some("2")).lose(WEST), &what);
    // Another version says nothing of it, and one that was not read nothing at all.
    for version in [None, Some("$Default"), Some("1"), Some("7")] {
        let outcome = groups(&parameter, version).lose(WEST);
        assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    }
    let near = groups(&arn("ssm", CENTRAL, "parameter/config"), Some("2"));
    assert_eq!(near.lose(WEST).fate, Fate::Survives);
}

#[test]
fn one_decides_once_and_starts_one_after_the_other() {
    let needs = |it: &str| vec![cluster(it), cache(it)];
    let world = World::steered(&BOTH, needs)
        .with(global("aurora-postgresql", &BOTH, &[]))
        .with(datastore(&BOTH));
    let outcome = world.lose(WEST);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(outcome.stand_ins.len(), 2);
    // The name: 90 s. The decision and the first step: 900 s; the second: 120 s. Then the longer of
    // 180 s (Aurora) and 60 s (the cache). 90 + 900 + 120 + 180 = 1290 s.
    // Upper: 480 + 1800 + 600 + 600 = 3480 s.
    assert_eq!(outcome.rto, Span::of(1290, 3480));
    let said = &outcome.timeline.last().unwrap().what;
    assert_eq!(said, "orders takes over in eu-central-1, one of 2 by hand");
}

#[test]
fn a_cluster_that_is_a_read_replica_is_promoted() {
    let one = |region: &str, at_source: bool| {
        let database = rds::DbCluster {
            engine: "aurora-mysql".to_owned(),
            read_replicas: Some(cluster(CENTRAL))
                .filter(|_| at_source)
                .into_iter()
                .collect(),
            replication_source: Some(cluster(WEST)).filter(|_| !at_source),
            ..Default::default()
        };
        resource(cluster(region), region, "orders", database)
    };
    let world = World::steered(&BOTH, |it| vec![cluster(it)]);
    let world = world.with([one(WEST, true), one(CENTRAL, false)]);
    // 90 s + 900 s + 300 s; upper: 480 s + 1800 s + 1800 s
    let rto = Span::of(1290, 4080);
    stays(
        &world.lose(WEST),
        rto,
        Span::of(60, 300),
        "read replica",
        true,
    );
    let by = "source of the read replica";
    stays(&world.lose(CENTRAL), alias_moves(), Span::NONE, by, false);
}

#[test]
fn sessions_in_a_serverless_cache_go_with_their_region() {
    let own = |region: &str| arn("elasticache", region, "serverlesscache:session");
    let caches = BOTH.map(|region| {
        let cache = elasticache::ServerlessCache {
            engine: "valkey".to_owned(),
            ..Default::default()
        };
        resource(own(region), region, "session", cache)
    });
    let world = World::steered(&BOTH, |it| vec![own(it)]).with(caches);
    super::stores::fails(
        &world.lose(WEST),
        "ServerlessCache session in eu-west-1 has no copy that survives",
    );
    // Nothing copies a serverless cache: a service that does not answer keeps what it holds.
    let silent = world.lose("elasticache:eu-west-1");
    assert_eq!((silent.fate, silent.rpo), (Fate::Fails, Span::NONE));
    assert_eq!(silent.rto.upper, Seconds::Never);
}
