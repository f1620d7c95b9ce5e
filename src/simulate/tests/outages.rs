//! Outages of AWS replayed, and services that do not answer: what returns is not gone.

use super::build::*;
use super::data::*;
use crate::inventory::kinds::{autoscaling, ecs, elbv2, lambda};
use crate::inventory::{Properties, Resource};
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Outcome};

const EAST: &str = "us-east-1";
const OCTOBER: &str = "outage:2025-10-20";
const JULY: &str = "outage:2024-07-30";
const DECEMBER: &str = "outage:2021-12-07";

/// DynamoDB could not be reached from 23:48 to 2:40: 2 h 52 min = 10,320 s.
fn until_the_name_is_back() -> Span {
    Span::exactly(10_320)
}

fn said<'o>(outcome: &'o Outcome, what: &str) -> &'o [String] {
    let cause = outcome.causes.iter().find(|it| it.what.contains(what));
    &cause
        .unwrap_or_else(|| panic!("no {what}: {outcome:#?}"))
        .path
}

fn degraded(outcome: &Outcome, what: &str) {
    assert_eq!(outcome.fate, Fate::Degraded, "{outcome:#?}");
    assert_eq!((outcome.rto, outcome.rpo), (Span::NONE, Span::NONE));
    said(outcome, what);
}

fn untouched(outcome: &Outcome) {
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!((outcome.rto, outcome.rpo), (Span::NONE, Span::NONE));
    assert!(outcome.causes.is_empty());
}

#[test]
fn a_table_of_one_region_that_europe_reads_is_out_of_reach_until_its_name_is_back() {
    let needs = |it: &str| {
        if it == WEST {
            vec![table(EAST)]
        } else {
            Vec::new()
        }
    };
    let world = World::steered(&[WEST, CENTRAL, EAST], needs).with(tables(&[EAST], false, None));
    let outcome = world.lose(OCTOBER);
    assert_eq!(outcome.fate, Fate::Fails, "{outcome:#?}");
    // Whoever waits loses nothing: what was written is still there.
    assert_eq!(
        (outcome.rto, outcome.rpo),
        (until_the_name_is_back(), Span::NONE)
    );
    said(
        &outcome,
        "is out of reach until its service answers again; what it holds is safe",
    );
    let path = said(&outcome, "Table orders in us-east-1 is needed, and lost");
    assert_eq!(path[0], "LoadBalancer api in eu-west-1");
    assert_eq!(path.last().unwrap(), "Table orders in us-east-1");
    // The same loss without an end that is known.
    let service = world.lose("dynamodb:us-east-1");
    assert_eq!(service.fate, Fate::Fails);
    assert_eq!((service.rto, service.rpo), (Span::NEVER, Span::NONE));
    // Gone with its Region, it does not come back.
    let region = world.lose(EAST);
    assert_eq!((region.fate, region.rpo), (Fate::Fails, Span::NEVER));
    // Neither of the others was about DynamoDB.
    assert_ne!(world.lose(JULY).fate, Fate::Fails);
    assert_ne!(world.lose(DECEMBER).fate, Fate::Fails);
}

#[test]
fn a_replica_elsewhere_serves_elsewhere_and_the_region_itself_waits() {
    let both = [EAST, WEST];
    let own = World::steered(&both, |it| vec![table(it)]).with(tables(&both, false, None));
    let outcome = own.lose(OCTOBER);
    // The load balancer in us-east-1 still answers, so that its clients stay: they wait.
    assert_eq!(outcome.fate, Fate::Fails, "{outcome:#?}");
    assert_eq!(outcome.rto, until_the_name_is_back());
    said(&outcome, "Table orders in us-east-1 is needed, and lost");
    // Whoever goes on with the replica misses what was under way: 1 s, upper 5 s.
    assert_eq!(outcome.rpo, Span::of(1, 5));
    assert_eq!(outcome.stand_ins[0].by, "global table");
    assert_eq!(&*outcome.stand_ins[0].region, WEST);
    assert!(outcome.gone.is_empty());
    // Without clients in us-east-1 nobody waits.
    let europe = World::steered(&BOTH, |it| vec![table(it)]);
    let europe = europe.with(tables(&[WEST, CENTRAL, EAST], false, None));
    let outcome = europe.lose(OCTOBER);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(outcome.rto, Span::NONE);
}

#[test]
fn nobody_waits_for_longer_than_an_outage_lasted() {
    let world = World::steered(&[EAST, WEST], |_| vec![table(EAST)]);
    let world = world.with(tables(&[EAST], false, None));
    let met = |rto: i64| {
        let outcome = world.lose_as(OCTOBER, |it| it.objectives.rto_seconds = Some(rto));
        outcome.rto_met
    };
    assert_eq!((met(10_320), met(10_319)), (Some(true), Some(false)));
    assert_eq!(world.lose(OCTOBER).rto.upper, Seconds::Of(10_320));
}

/// A function in us-east-1 that takes what comes from a stream or a queue.
fn polling(source: &str) -> Resource {
    let mapping = lambda::EventSourceMapping {
        state: "Enabled".to_owned(),
        function_arn: function(EAST),
        event_source_arn: Some(source.to_owned()),
        ..Default::default()
    };
    let arn = arn("lambda", EAST, "event-source-mapping:1");
    resource(arn, EAST, "1", mapping)
}

#[test]
fn pollers_stood_still_in_october_and_functions_came_late_in_july() {
    let stream = arn("kinesis", EAST, "stream/clicks");
    let world = World::steered(&[EAST, WEST], |_| Vec::new()).with([polling(&stream)]);
    let october = world.lose(OCTOBER);
    degraded(
        &october,
        "Function api in us-east-1 answers late or with errors",
    );
    let path = said(&october, "they are handed on late");
    assert_eq!(path, [stream.as_str(), "Function api in us-east-1"]);
    let july = world.lose(JULY);
    degraded(
        &july,
        "Function api in us-east-1 answers late or with errors",
    );
    // The cell that broke held no streams of customers.
    assert_eq!(july.causes.len(), 1, "{july:#?}");
    assert!(july.stranded.is_empty());
    // Lambda went on in December.
    untouched(&world.lose(DECEMBER));
    // What is in a stream that does not answer waits there.
    let kinesis = world.lose("kinesis:us-east-1");
    assert_eq!(kinesis.stranded, [stream]);
    untouched(&kinesis);
}

/// A load balancer in us-east-1 with a container service behind it, and an Auto Scaling group.
fn running() -> World {
    let world = World::steered(&[EAST, WEST], |_| Vec::new()).without(&function(EAST));
    let group = arn("elasticloadbalancing", EAST, "targetgroup/api/1");
    let service = ecs::Service {
        cluster: arn("ecs", EAST, "cluster/web"),
        desired: 2,
        target_groups: vec![group.clone()],
        ..Default::default()
    };
    let scaling = autoscaling::AutoScalingGroup {
        desired: 2,
        max_size: 4,
        target_groups: vec![group],
        ..Default::default()
    };
    let own = arn(
        "autoscaling",
        EAST,
        "autoScalingGroup:1:autoScalingGroupName/api",
    );
    let mut world = world.with([
        resource(arn("ecs", EAST, "service/web/api"), EAST, "api", service),
        resource(own, EAST, "api", scaling),
    ]);
    for it in &mut world.resources {
        if let Properties::ElbTargetGroup(group) = &mut it.properties
            && &*it.region == EAST
        {
            group.targets.clear();
        }
    }
    world
}

#[test]
fn what_ran_went_on_and_nothing_new_was_started() {
    let world = running();
    for outage in [OCTOBER, DECEMBER] {
        let outcome = world.lose(outage);
        for what in [
            "Service api in us-east-1 runs on, and is neither grown nor replaced",
            "AutoScalingGroup api in us-east-1 runs on, and is neither grown nor replaced",
        ] {
            degraded(&outcome, what);
        }
        assert!(!outcome.control_planes.is_empty(), "{outcome:#?}");
    }
    let july = world.lose(JULY);
    degraded(
        &july,
        "Service api in us-east-1 answers late or with errors",
    );
    assert_eq!(july.causes.len(), 1, "{july:#?}");
}

#[test]
fn of_load_balancers_the_network_ones_dropped_connections() {
    let with = |kind: &str| {
        let mut world = World::steered(&[EAST, WEST], |_| Vec::new());
        for it in &mut world.resources {
            if let Properties::ElbLoadBalancer(balancer) = &mut it.properties {
                kind.clone_into(&mut balancer.balancer_type);
            }
        }
        world.lose(OCTOBER)
    };
    degraded(
        &with("network"),
        "LoadBalancer api in us-east-1 answers late or with errors",
    );
    let application = with("application");
    assert!(
        application
            .causes
            .iter()
            .all(|it| it.what.starts_with("Function"))
    );
}

#[test]
fn global_names_are_answered_where_they_are() {
    let naming =
        |host: &str, regions: &[&'static str]| World::steered(regions, |_| vec![host.to_owned()]);
    // STS answers in each Region that every account has …
    let near = naming("sts.amazonaws.com", &BOTH);
    untouched(&near.lose(OCTOBER));
    untouched(&near.lose(EAST));
    // … and for the others in us-east-1.
    let far = naming("sts.amazonaws.com", &[WEST, "eu-south-1"]);
    let outcome = far.lose(OCTOBER);
    degraded(&outcome, "sts.amazonaws.com answers late or with errors");
    let path = said(&outcome, "sts.amazonaws.com answers late or with errors");
    assert_eq!(path[path.len() - 2], "Function api in eu-south-1");
    super::stores::fails(&far.lose(EAST), "sts.amazonaws.com is needed, and lost");
    // The control plane of IAM is in us-east-1 for everybody.
    let iam = naming("iam.amazonaws.com", &BOTH);
    for loss in [OCTOBER, EAST] {
        degraded(
            &iam.lose(loss),
            "nothing can be changed by iam.amazonaws.com, whose control plane is lost",
        );
    }
    untouched(&iam.lose(JULY));
    untouched(&iam.lose("us-west-2"));
    // Who names the endpoint in us-east-1 hangs on it.
    let fixed = naming("sts.us-east-1.amazonaws.com", &BOTH);
    degraded(
        &fixed.lose(OCTOBER),
        "sts.us-east-1.amazonaws.com answers late or with errors",
    );
    super::stores::fails(&fixed.lose(EAST), "is needed, and lost");
}

#[test]
fn several_services_are_lost_at_once() {
    let needs = |it: &str| {
        if it == EAST {
            vec![table(EAST)]
        } else {
            vec![format!("sqs.{EAST}.amazonaws.com")]
        }
    };
    let world = World::steered(&[EAST, WEST], needs).with(tables(&[EAST, WEST], false, None));
    let outcome = world.lose("dynamodb+sqs:us-east-1");
    said(&outcome, "Table orders in us-east-1 is needed, and lost");
    said(&outcome, "sqs.us-east-1.amazonaws.com is needed, and lost");
    assert_eq!(outcome.loss.to_string(), "dynamodb+sqs:us-east-1");
    let one = world.lose("sqs:us-east-1");
    assert_eq!((one.fate, one.causes.len()), (Fate::Fails, 1));
}

#[test]
fn of_many_that_are_weak_alike_one_stands_for_all() {
    let world = World::steered(&[EAST, WEST], |it| {
        if it == EAST {
            vec![
                arn("lambda", EAST, "function:f1"),
                arn("lambda", EAST, "function:f2"),
            ]
        } else {
            Vec::new()
        }
    });
    let more = ["f1", "f2"].map(|it| {
        let arn = arn("lambda", EAST, &format!("function:{it}"));
        resource(arn, EAST, it, lambda::Function::default())
    });
    let outcome = world.with(more).lose(JULY);
    degraded(
        &outcome,
        "Function api in us-east-1 answers late or with errors (and 2 more of lambda)",
    );
    assert_eq!(outcome.causes.len(), 1);
}

#[test]
fn other_regions_are_not_touched() {
    let world = World::steered(&BOTH, |it| vec![table(it)]).with(tables(&BOTH, false, None));
    for outage in [OCTOBER, JULY, DECEMBER] {
        untouched(&world.lose(outage));
    }
    let balancer = elbv2::LoadBalancer {
        balancer_type: "network".to_owned(),
        ..Default::default()
    };
    // Neither is what no client of the workload reaches.
    let apart = resource(
        arn("elasticloadbalancing", EAST, "loadbalancer/net/other/1"),
        EAST,
        "other",
        balancer,
    );
    untouched(&world.with([apart]).lose(OCTOBER));
}
