//! Region switch plans: what they move, when its turn comes, and what they leave to an operator.

use super::build::*;
use super::data::*;
use super::stores::{promoted, stays, world};
use crate::inventory::kinds::arcregionswitch as arc;
use crate::inventory::{Kind, Region, Resource};
use crate::simulate::time::Span;
use crate::simulate::{Matter, Outcome, Phase};

const AURORA: &str = "Aurora global database";

fn step(block: &str, minutes: i64, arns: &[String]) -> arc::Step {
    let resources = arns.iter().map(|arn| arc::PlanResource {
        arn: arn.clone(),
        ..Default::default()
    });
    arc::Step {
        name: block.to_owned(),
        block: block.to_owned(),
        timeout_minutes: Some(minutes),
        resources: resources.collect(),
        ..Default::default()
    }
}

/// Hands the database of two Regions over, failing over if need be.
fn database_step(minutes: i64) -> arc::Step {
    arc::Step {
        behavior: Some("switchoverOnly".to_owned()),
        ungraceful: Some("failover".to_owned()),
        ..step("AuroraGlobalDatabase", minutes, &BOTH.map(cluster))
    }
}

fn approval(minutes: i64) -> arc::Step {
    step("ManualApproval", minutes, &[])
}

fn scaling(minutes: i64) -> arc::Step {
    step("EC2AutoScaling", minutes, &[])
}

/// An active-passive plan of the first two Regions, stage by stage.
fn plan(stages: Vec<Vec<arc::Step>>) -> Resource {
    plan_with("away", stages, |_| {})
}

fn plan_arn(name: &str) -> String {
    format!("arn:aws:arc-region-switch::{ACCOUNT}:plan/{name}")
}

fn plan_with(
    name: &str,
    stages: Vec<Vec<arc::Step>>,
    rest: impl FnOnce(&mut arc::Plan),
) -> Resource {
    let stages = stages.into_iter().map(|steps| arc::Stage {
        name: "stage".to_owned(),
        steps,
    });
    let mut plan = arc::Plan {
        regions: BOTH.map(str::to_owned).into(),
        recovery_approach: "activePassive".to_owned(),
        workflows: vec![arc::Workflow {
            action: "activate".to_owned(),
            target_region: None,
            stages: stages.collect(),
        }],
        ..Default::default()
    };
    rest(&mut plan);
    resource(plan_arn(name), Region::GLOBAL, name, plan)
}

/// Started by an alarm of that Region.
fn triggered(alarm: &str) -> impl FnOnce(&mut arc::Plan) {
    let alarm = alarm.to_owned();
    move |plan| {
        plan.alarms = vec![arc::Alarm {
            name: "down".to_owned(),
            region: Some(alarm),
            ..Default::default()
        }];
        plan.triggers = vec![arc::Trigger {
            action: "activate".to_owned(),
            target_region: CENTRAL.to_owned(),
            conditions: vec![arc::TriggerCondition {
                alarm: "down".to_owned(),
                state: "red".to_owned(),
            }],
        }];
    }
}

fn aurora(plans: impl IntoIterator<Item = Resource>) -> World {
    world(&BOTH, cluster, global("aurora-postgresql", &BOTH, &[])).with(plans)
}

fn promotion(outcome: &Outcome) -> &str {
    let mut steps = outcome.timeline.iter();
    let step = steps.find(|it| it.phase == Phase::Promote);
    &step.unwrap_or_else(|| panic!("{outcome:#?}")).what
}

/// The operator starts the plan (900 s to 1800 s), which then takes so long.
fn started(typical: u64, upper: u64) -> Span {
    promoted(typical, upper)
}

/// Nobody runs it by a plan: 180 s to 600 s after the operator's step.
fn by_hand(outcome: &Outcome) {
    stays(outcome, promoted(180, 600), Span::of(1, 5), AURORA, true);
    assert_eq!(promotion(outcome), "orders takes over in eu-central-1");
}

#[test]
fn steps_before_the_databases_come_first_and_those_after_it_do_not_count() {
    let stages = vec![
        vec![scaling(10)],
        vec![database_step(20)],
        vec![scaling(40)],
    ];
    let outcome = aurora([plan(stages)]).lose(WEST);
    // Typical: 300 s of instances + 180 s of failover = 480 s.
    // Upper: timeouts of 10 min + 20 min = 600 s + 1200 s = 1800 s.
    let rto = started(480, 1800);
    // 90 + 900 + 480 = 1470 s; 480 + 1800 + 1800 = 4080 s
    assert_eq!(rto, Span::of(1470, 4080));
    stays(&outcome, rto, Span::of(1, 5), AURORA, true);
    assert_eq!(
        promotion(&outcome),
        "orders takes over in eu-central-1 by plan away"
    );
}

#[test]
fn of_steps_side_by_side_the_longest_counts() {
    let before = vec![scaling(5), step("ECSServiceScaling", 15, &[])];
    let outcome = aurora([plan(vec![before, vec![database_step(20), scaling(60)]])]).lose(WEST);
    // Typical: max(300, 120) + 180 = 480 s; upper: max(300, 900) + 1200 = 2100 s. Beside the
    // database instances may take their hour: it is done without them.
    stays(&outcome, started(480, 2100), Span::of(1, 5), AURORA, true);
}

#[test]
fn an_approval_is_an_operators_step_until_its_timeout() {
    let outcome = aurora([plan(vec![vec![approval(30)], vec![database_step(20)]])]).lose(WEST);
    // Typical: 900 s + 180 s = 1080 s; upper: 30 min + 20 min = 1800 s + 1200 s = 3000 s.
    stays(&outcome, started(1080, 3000), Span::of(1, 5), AURORA, true);
    let soon = aurora([plan(vec![vec![approval(5)], vec![database_step(20)]])]).lose(WEST);
    // Whoever approves has 5 min: 300 s + 180 s; upper: 300 s + 1200 s.
    stays(&soon, started(480, 1500), Span::of(1, 5), AURORA, true);
}

#[test]
fn alarms_that_stand_start_a_plan_and_those_of_the_lost_region_do_not() {
    let by = |region: &str| {
        let stages = vec![vec![database_step(20)]];
        aurora([plan_with("away", stages, triggered(region))]).lose(WEST)
    };
    // 120 s + 180 s = 300 s; upper: 600 s + 1200 s = 1800 s; nobody has a hand in it.
    let rto = alias_moves() + Span::of(300, 1800);
    stays(&by(CENTRAL), rto, Span::of(1, 5), AURORA, false);
    stays(&by(WEST), started(180, 1200), Span::of(1, 5), AURORA, true);
    let approved = vec![vec![approval(30)], vec![database_step(20)]];
    let outcome = aurora([plan_with("away", approved, triggered(CENTRAL))]).lose(WEST);
    // 120 + 900 + 180 = 1200 s; upper: 600 + 1800 + 1200 = 3600 s; somebody approves.
    let rto = alias_moves() + Span::of(1200, 3600);
    stays(&outcome, rto, Span::of(1, 5), AURORA, true);
}

#[test]
fn what_a_plan_leaves_out_is_left_to_an_operator() {
    by_hand(&aurora([plan(vec![vec![scaling(10)]])]).lose(WEST));
    let other = arc::Step {
        behavior: Some("failover".to_owned()),
        ..step(
            "AuroraGlobalDatabase",
            20,
            &[arn("rds", WEST, "cluster:ledger")],
        )
    };
    by_hand(&aurora([plan(vec![vec![other]])]).lose(WEST));
}

#[test]
fn a_plan_that_stops_before_the_database_does_not_help() {
    let hand_over = arc::Step {
        ungraceful: None,
        ..database_step(20)
    };
    by_hand(&aurora([plan(vec![vec![hand_over]])]).lose(WEST));
    let there = arc::Step {
        run_in: Some("deactivatingRegion".to_owned()),
        ..step("CustomActionLambda", 5, &[function(WEST)])
    };
    by_hand(&aurora([plan(vec![vec![there.clone()], vec![database_step(20)]])]).lose(WEST));
    // Where it is skipped, the plan goes on: 180 s; upper 1200 s.
    let skipped = arc::Step {
        ungraceful: Some("skip".to_owned()),
        ..there
    };
    let outcome = aurora([plan(vec![vec![skipped], vec![database_step(20)]])]).lose(WEST);
    stays(&outcome, started(180, 1200), Span::of(1, 5), AURORA, true);
}

#[test]
fn a_step_that_is_given_up_too_soon_does_not_help() {
    // A failover takes 180 s; 2 min are 120 s.
    by_hand(&aurora([plan(vec![vec![database_step(2)]])]).lose(WEST));
}

#[test]
fn a_plan_of_lost_regions_alone_does_not_help() {
    let three = [WEST, CENTRAL, NORTH];
    let all = arc::Step {
        behavior: Some("failover".to_owned()),
        ..step("AuroraGlobalDatabase", 20, &three.map(cluster))
    };
    let stores = global("aurora-postgresql", &three, &[]);
    let world = world(&three, cluster, stores).with([plan(vec![vec![all]])]);
    // The plan is of eu-west-1 and eu-central-1: in eu-north-1 nobody can run it.
    let outcome = world.lose("eu-west-1+eu-central-1");
    assert_eq!(outcome.rto, promoted(180, 600), "{outcome:#?}");
    assert_eq!(promotion(&outcome), "orders takes over in eu-north-1");
    // With eu-central-1 left it is run there: 180 s; upper 1200 s.
    let outcome = world.lose(WEST);
    assert_eq!(outcome.rto, started(180, 1200), "{outcome:#?}");
}

#[test]
fn a_plan_within_a_plan_has_its_own_way() {
    let child = plan_with(
        "child",
        vec![vec![approval(10)], vec![database_step(20)]],
        |_| {},
    );
    let mut run = step("ARCRegionSwitchPlan", 0, &[plan_arn("child")]);
    run.timeout_minutes = None;
    let parent = plan_with(
        "parent",
        vec![vec![scaling(10)], vec![run]],
        triggered(CENTRAL),
    );
    let outcome = aurora([child, parent]).lose(WEST);
    // The parent starts by itself: 120 + 300 + 600 (of 10 min) + 180 = 1200 s;
    // upper: 600 + 600 + 600 + 1200 = 3000 s.
    // The child alone, started by hand: 900 + 600 + 180 = 1680 s; upper: 1800 + 600 + 1200 = 3600 s.
    let rto = alias_moves() + Span::of(1200, 3000);
    stays(&outcome, rto, Span::of(1, 5), AURORA, true);
    assert!(promotion(&outcome).ends_with("by plan parent"));
}

#[test]
fn a_replica_is_promoted_in_its_turn() {
    let promote = step("RdsPromoteReadReplica", 45, &BOTH.map(database));
    let world = world(&BOTH, database, read_replicas(&BOTH)).with([plan(vec![vec![promote]])]);
    // 300 s; upper: 45 min = 2700 s
    let by = "read replica";
    let rto = started(300, 2700);
    stays(&world.lose(WEST), rto, Span::of(60, 300), by, true);
    // The replica is lost, the source stands: no plan is needed.
    let source = "source of the read replica";
    stays(
        &world.lose(CENTRAL),
        alias_moves(),
        Span::NONE,
        source,
        false,
    );
}

#[test]
fn plans_that_were_not_read_leave_the_time_open_and_not_the_fate() {
    let all = || aurora([plan(vec![vec![database_step(20)]])]);
    let listed = all().without(&plan_arn("away"));
    let listed = listed.hiding(Kind::ArcRegionSwitchPlan, Region::GLOBAL);
    let opened = all().unread_in(&plan_arn("away"), "workflows");
    let within = |hour: &World| hour.lose_as(WEST, |it| it.objectives.rto_seconds = Some(3600));
    // By hand it is done within 2880 s: a plan that nobody read may take longer, or not be there.
    assert_eq!(within(&aurora([])).rto_met, Some(true));
    for world in [listed, opened] {
        let world = World {
            resources: world.resources.into_iter().map(without_steps).collect(),
            ..world
        };
        let outcome = within(&world);
        by_hand(&outcome);
        assert_eq!(outcome.rto_met, None);
        assert!(outcome.open.contains_key(&Matter::Time));
    }
}

/// What was not read is not there.
fn without_steps(mut it: Resource) -> Resource {
    if it.unread.contains_key("workflows") {
        it.properties = arc::Plan::default().into();
    }
    it
}
