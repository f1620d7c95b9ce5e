//! What survivors need, whether it is enough, and what was not read of it.

use super::build::*;
use super::data::*;
use super::stores::fails;
use crate::inventory::kinds::{applicationautoscaling, autoscaling, ecs, elbv2};
use crate::inventory::{Kind, Properties, Resource};
use crate::simulate::time::Span;
use crate::simulate::{Fate, Outcome};

fn fate(outcome: &Outcome, fate: Fate) {
    assert_eq!(outcome.fate, fate, "{outcome:#?}");
}

#[test]
fn a_secret_of_the_lost_region_fails_its_readers() {
    let world = World::steered(&BOTH, |_| vec![secret(WEST)]);
    let replicated = [
        secret_of(WEST, Some(WEST), &[CENTRAL]),
        secret_of(CENTRAL, Some(WEST), &[]),
    ];
    // A replica does not help who names the primary.
    let outcome = world.with(replicated.clone()).lose(WEST);
    fails(&outcome, "Secret token in eu-west-1 is needed, and lost");
    let path = &outcome.causes[0].path;
    assert_eq!(path.first().unwrap(), "LoadBalancer api in eu-central-1");
    assert_eq!(path.last().unwrap(), "Secret token in eu-west-1");
    let own = World::steered(&BOTH, |it| vec![secret(it)]).with(replicated);
    fate(&own.lose(WEST), Fate::Survives);
}

#[test]
fn a_regional_key_under_a_replica_is_no_copy() {
    let tables = |central: &str| {
        let mut all = tables(&BOTH, false, None);
        if let Properties::DynamoDbTable(it) = &mut all[1].properties {
            it.kms_key = Some(central.to_owned());
        }
        all
    };
    let keys = [
        key_of(WEST, "k1"),
        key_of(WEST, "mrk-1"),
        key_of(CENTRAL, "mrk-1"),
    ];
    let lose = |central: &str| {
        let world = World::steered(&BOTH, |it| vec![table(it)]).with(keys.clone());
        world.with(tables(central)).lose(WEST)
    };
    fails(
        &lose(&key(WEST, "k1")),
        "Key k1 in eu-west-1 is needed, and lost",
    );
    fate(&lose(&key(CENTRAL, "mrk-1")), Fate::Survives);
}

#[test]
fn functions_call_what_is_elsewhere() {
    let calls = World::steered(&BOTH, |it| {
        let other = if it == WEST { CENTRAL } else { WEST };
        vec![function(other)]
    });
    fails(
        &calls.lose(WEST),
        "Function api in eu-west-1 is needed, and lost",
    );
    // What no survivor needs is not missed.
    let inwards = World::steered(&BOTH, |it| {
        if it == WEST {
            vec![function(CENTRAL)]
        } else {
            Vec::new()
        }
    });
    fate(&inwards.lose(WEST), Fate::Survives);
}

#[test]
fn the_global_queue_of_another_account_goes_with_its_region() {
    let world = World::steered(&BOTH, |_| {
        vec!["arn:aws:sqs:eu-west-1:222222222222:jobs".to_owned()]
    });
    fails(&world.lose(WEST), "is needed, and lost");
    fate(&world.lose(CENTRAL), Fate::Survives);
}

fn service_arn(region: &str) -> String {
    arn("ecs", region, "service/web/api")
}

/// A service in each Region behind its load balancer, of so many tasks.
fn services(image: &str, desired: [i64; 2]) -> Vec<Resource> {
    let mut all = Vec::new();
    for (region, desired) in BOTH.into_iter().zip(desired) {
        let definition = arn("ecs", region, "task-definition/api:1");
        let group = arn("elasticloadbalancing", region, "targetgroup/web/1");
        let own = elbv2::TargetGroup {
            target_type: "ip".to_owned(),
            load_balancers: vec![balancer(region)],
            ..Default::default()
        };
        all.push(resource(group.clone(), region, "web", own));
        let service = ecs::Service {
            cluster: arn("ecs", region, "cluster/web"),
            desired,
            task_definition: definition.clone(),
            target_groups: vec![group],
            ..Default::default()
        };
        all.push(resource(service_arn(region), region, "api", service));
        let task = ecs::TaskDefinition {
            family: "api".to_owned(),
            containers: vec![ecs::Container {
                name: "api".to_owned(),
                image: image.replace("REGION", region),
                ..Default::default()
            }],
            ..Default::default()
        };
        all.push(resource(definition, region, "api:1", task));
    }
    all
}

fn ceiling(region: &str, max: i64) -> Resource {
    let target = applicationautoscaling::ScalableTarget {
        namespace: "ecs".to_owned(),
        resource_id: "service/web/api".to_owned(),
        dimension: "ecs:service:DesiredCount".to_owned(),
        min: 1,
        max,
        ..Default::default()
    };
    let own = arn("application-autoscaling", region, "scalable-target/1");
    resource(own, region, "service/web/api", target)
}

const IMAGE: &str = "111111111111.dkr.ecr.REGION.amazonaws.com/api:1";

#[test]
fn what_runs_goes_on_without_its_image_and_nothing_new_starts() {
    let there = IMAGE.replace("REGION", WEST);
    let world = World::steered(&BOTH, |_| Vec::new()).with(services(&there, [2, 2]));
    let ceilings = [ceiling(WEST, 4), ceiling(CENTRAL, 4)];
    let outcome = world.with(ceilings).lose(WEST);
    fate(&outcome, Fate::Degraded);
    assert!(
        outcome.causes[0]
            .what
            .contains("nothing new can start without")
    );
}

#[test]
fn tasks_grow_as_far_as_their_ceiling() {
    let with = |most: i64| {
        let world = World::steered(&BOTH, |_| Vec::new()).with(services(IMAGE, [6, 4]));
        world.with([ceiling(WEST, 10), ceiling(CENTRAL, most)])
    };
    let enough = with(10).lose(WEST);
    fate(&enough, Fate::Survives);
    // 4 grow to 10: 120 s, upper 600 s, once clients have moved: 90 s, upper 480 s
    assert_eq!(enough.rto, Span::of(210, 1080));
    let short = with(7).lose(WEST);
    fate(&short, Fate::Degraded);
    // (10 - 7) / 10 = 30 %
    assert!(
        short.causes[0].what.starts_with("30 % of the load"),
        "{short:#?}"
    );
    // Four tasks and no higher: 6 of 10 do not fit, unless a target was not read.
    let none = World::steered(&BOTH, |_| Vec::new()).with(services(IMAGE, [6, 4]));
    let fixed = none.lose(WEST);
    fate(&fixed, Fate::Degraded);
    assert!(
        fixed.causes[0].what.starts_with("60 % of the load"),
        "{fixed:#?}"
    );
    fate(
        &none.hiding(Kind::ScalableTarget, CENTRAL).lose(WEST),
        Fate::Unknown,
    );
}

#[test]
fn what_can_only_start_on_spot_is_counted_on_by_nobody() {
    let with = |base: i64, percent: i64| {
        let mut world = groups([(6, 10), (4, 10)]);
        for resource in &mut world.resources {
            if let Some(group) = resource.of::<autoscaling::AutoScalingGroup>() {
                let mut group = group.clone();
                group.mixed_instances = true;
                group.on_demand_base = Some(base);
                group.on_demand_percent = Some(percent);
                resource.properties = group.into();
            }
        }
        world.lose(WEST)
    };
    fate(&with(0, 100), Fate::Survives);
    // The base is as large as all that has to run.
    fate(&with(10, 0), Fate::Survives);
    // 4 grow to 10; of those 6 a half is on demand: 3 of 10 are not.
    let half = with(0, 50);
    fate(&half, Fate::Degraded);
    let what = "30 % of the load has to start on Spot: api grows from 4 to 10";
    assert_eq!(half.causes[0].what, what);
    // A base of 6 takes 2 of them; the other 4 are on Spot.
    assert!(with(6, 0).causes[0].what.starts_with("40 % of the load"));
}

/// An Auto Scaling group in each Region: instances now, and at most.
fn groups(sizes: [(i64, i64); 2]) -> World {
    let mut world = World::steered(&BOTH, |_| Vec::new());
    for (region, (desired, max_size)) in BOTH.into_iter().zip(sizes) {
        let group = autoscaling::AutoScalingGroup {
            desired,
            max_size,
            target_groups: vec![arn("elasticloadbalancing", region, "targetgroup/api/1")],
            ..Default::default()
        };
        let own = arn(
            "autoscaling",
            region,
            "autoScalingGroup:1:autoScalingGroupName/api",
        );
        world.push(resource(own, region, "api", group));
    }
    world
}

#[test]
fn instances_grow_as_far_as_their_ceiling() {
    let enough = groups([(4, 8), (4, 8)]).lose(WEST);
    fate(&enough, Fate::Survives);
    // 90 s + 300 s; upper: 480 s + 900 s
    assert_eq!(enough.rto, Span::of(390, 1380));
    let full = groups([(4, 8), (8, 8)]).lose(WEST);
    fate(&full, Fate::Degraded);
    // 12 on 8: 4 / 12 = 33.3 %, said as 34 %
    assert!(
        full.causes[0].what.starts_with("34 % of the load"),
        "{full:#?}"
    );
    assert_eq!(full.rto, alias_moves());
    let none = groups([(4, 8), (0, 0)]).lose(WEST);
    fate(&none, Fate::Degraded);
    assert!(
        none.causes[0].what.starts_with("100 % of the load"),
        "{none:#?}"
    );
    // Larger than both already.
    assert_eq!(groups([(0, 8), (4, 8)]).lose(WEST).rto, alias_moves());
}

#[test]
fn what_was_not_read_is_neither_survived_nor_failed() {
    let world = World::steered(&BOTH, |it| vec![table(it)]).with(tables(&BOTH, false, None));
    fate(&world.lose(WEST), Fate::Survives);
    let unknown = |world: World| {
        let outcome = world.lose(WEST);
        fate(&outcome, Fate::Unknown);
        assert!(!outcome.gaps().is_empty());
        assert_eq!((outcome.rto_met, outcome.rpo_met), (None, None));
    };
    unknown(world.clone().unread_in(&function(CENTRAL), "references"));
    unknown(
        world
            .clone()
            .without(&table(WEST))
            .hiding(Kind::DynamoDbTable, WEST),
    );
    unknown(world.clone().hiding(Kind::LambdaFunction, CENTRAL));
    unknown(world.clone().hiding(Kind::ElbListener, CENTRAL));
    let alone = World::steered(&BOTH, |it| vec![table(it)]).with(tables(&[WEST], false, None));
    fails(&alone.lose(WEST), "no copy that survives");
    unknown(alone.unread_in(&table(WEST), "replicas"));
    // Of whom the bucket is nobody knows.
    let bucket = |_: &str| vec![bucket("elsewhere")];
    unknown(World::steered(&BOTH, bucket));
}

#[test]
fn proof_outweighs_what_was_not_read() {
    let world = World::steered(&BOTH, |_| vec![secret(WEST)]).with([secret_of(WEST, None, &[])]);
    let world = world.hiding(Kind::LambdaFunction, CENTRAL);
    fails(&world.lose(WEST), "is needed, and lost");
}

#[test]
fn objectives_are_met_at_the_upper_end_or_not() {
    let world = World::steered(&BOTH, |it| vec![table(it)]).with(tables(&BOTH, false, None));
    let met = |rto, rpo| {
        let outcome = world.lose_as(WEST, |it| {
            it.objectives.rto_seconds = Some(rto);
            it.objectives.rpo_seconds = Some(rpo);
        });
        (outcome.rto_met, outcome.rpo_met)
    };
    // RTO at most 480 s, RPO at most 5 s
    assert_eq!(met(480, 5), (Some(true), Some(true)));
    assert_eq!(met(479, 4), (Some(false), Some(false)));
}

#[test]
fn without_a_name_how_clients_move_is_not_known() {
    let world = World::sites(&BOTH, |_| Vec::new());
    let outcome = world.lose(WEST);
    fate(&outcome, Fate::Unknown);
    assert!(outcome.causes[0].what.contains("no name that clients use"));
}

#[test]
fn a_service_alone_takes_what_is_of_it() {
    let world = World::steered(&BOTH, |it| vec![table(it)]).with(tables(&BOTH, false, None));
    let tables = world.lose("dynamodb:eu-west-1");
    // The function in eu-west-1 still gets half of the clients, and its table is gone.
    fails(&tables, "Table orders in eu-west-1 is needed, and lost");
    // No site needs queues.
    let queues = world.lose("sqs:eu-west-1");
    fate(&queues, Fate::Survives);
    assert_eq!((queues.rto, queues.rpo), (Span::NONE, Span::NONE));
}
