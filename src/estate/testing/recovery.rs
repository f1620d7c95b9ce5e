//! What plans do when a Region is lost.

use super::*;
use crate::estate::edges::Relation;
use crate::estate::recovery::Recovery;
use crate::inventory::kinds::arcregionswitch::{Plan, PlanResource, Stage, Step, Workflow};

fn step(name: &str, block: &str, minutes: i64, arns: &[&str]) -> Step {
    let resources = arns.iter().map(|arn| PlanResource {
        arn: (*arn).to_owned(),
        ..Default::default()
    });
    Step {
        name: name.to_owned(),
        block: block.to_owned(),
        timeout_minutes: Some(minutes),
        resources: resources.collect(),
        ..Step::default()
    }
}

/// Stages, each with what runs side by side in it.
fn workflow(action: &str, target: Option<&str>, stages: Vec<Vec<Step>>) -> Workflow {
    let stages = stages.into_iter().map(|steps| Stage {
        name: "stage".to_owned(),
        steps,
    });
    Workflow {
        action: action.to_owned(),
        target_region: target.map(str::to_owned),
        stages: stages.collect(),
    }
}

fn plan(name: &str, approach: &str, workflows: Vec<Workflow>) -> Resource {
    let plan = Plan {
        regions: vec![CENTRAL.to_owned(), WEST.to_owned()],
        recovery_approach: approach.to_owned(),
        workflows,
        ..Plan::default()
    };
    resource(Region::GLOBAL, name, plan)
}

fn minutes(recovery: &Recovery<'_>) -> (i64, i64) {
    (recovery.minutes(), recovery.minutes_side_by_side())
}

fn lose<T>(all: Vec<Resource>, name: &str, look: impl Fn(Option<Recovery<'_>>) -> T) -> T {
    let inventory = inventory(all, &[]);
    let estate = Estate::new(&inventory);
    let plan = estate.of_kind(Kind::ArcRegionSwitchPlan);
    let plan = plan
        .into_iter()
        .find(|at| estate.resource(*at).name == name);
    look(estate.recovery(plan.unwrap(), &WEST.into()))
}

#[test]
fn steps_in_a_row_add_up_and_of_those_side_by_side_the_longest_counts() {
    let stages = vec![
        vec![step("approve", "ManualApproval", 15, &[])],
        vec![
            step("a", "AuroraGlobalDatabase", 20, &["a"]),
            step("b", "EC2AutoScaling", 30, &["b"]),
        ],
        vec![step("c", "ECSServiceScaling", 10, &["c"])],
        vec![step("d", "EC2AutoScaling", 5, &["b"])],
        vec![step("names", "ARCRoutingControl", 2, &["e"])],
    ];
    let all = vec![plan(
        "p",
        "activePassive",
        vec![workflow("activate", None, stages)],
    )];
    // 15 + max(20, 30) + 10 + 5 + 2 = 62. Side by side 15 + max(30, 10) + 5 + 2 = 52: `d` touches
    // what `b` does, and names move last.
    assert_eq!(lose(all, "p", |it| minutes(&it.unwrap())), (62, 52));
}

#[test]
fn each_approach_has_a_workflow_of_its_own_for_a_loss() {
    let each = |approach: &str, action: &str, target: Option<&str>| {
        let one = workflow(
            action,
            target,
            vec![vec![step("a", "EC2AutoScaling", 1, &[])]],
        );
        let all = vec![plan("p", approach, vec![one])];
        lose(all, "p", |it| it.is_some())
    };
    assert!(each("activePassive", "activate", Some(CENTRAL)));
    assert!(each("activePassive", "activate", None));
    assert!(!each("activePassive", "activate", Some(WEST)));
    assert!(!each("activePassive", "deactivate", None));
    assert!(each("activeActive", "deactivate", Some(WEST)));
    assert!(each("activeActive", "deactivate", None));
    assert!(!each("activeActive", "deactivate", Some(CENTRAL)));
    assert!(!each("activeActive", "activate", None));
    assert!(!each("activePassive", "postRecovery", None));
}

#[test]
fn plans_that_hold_each_other_come_to_an_end() {
    let child = |name: &str| {
        let arn = format!(
            "arn:aws:x:{}:{ACCOUNT}:{}/{name}",
            Region::GLOBAL,
            Kind::ArcRegionSwitchPlan
        );
        step(name, "ARCRegionSwitchPlan", 0, &[&arn])
    };
    let one = |name: &str, other: &str| {
        let own = step("own", "EC2AutoScaling", 4, &[]);
        let stages = vec![vec![child(other)], vec![own]];
        plan(
            name,
            "activePassive",
            vec![workflow("activate", None, stages)],
        )
    };
    // Its own 4 minutes, and the 4 of the plan within it; that one's own is not followed.
    let found = lose(vec![one("p", "q"), one("q", "p")], "p", |it| {
        it.unwrap().minutes()
    });
    assert_eq!(found, 8);
}

#[test]
fn a_plan_belongs_with_what_it_acts_on_and_pulls_nothing_after_it() {
    let mine = resource(WEST, "orders", rds::DbCluster::default());
    let theirs = resource(WEST, "ledger", rds::DbCluster::default());
    let (arn, other) = (mine.arn.clone(), theirs.arn.clone());
    let steps = step("both", "AuroraGlobalDatabase", 1, &[&arn, &other]);
    let plan = plan(
        "p",
        "activePassive",
        vec![workflow("activate", None, vec![vec![steps]])],
    );
    let inventory = inventory(vec![mine, theirs, plan], &[]);
    let estate = Estate::new(&inventory);
    let at = |arn: &str| estate.by_arn(arn).unwrap();
    let parts = estate.with_parts([at(&arn)].into());
    assert_eq!(parts.len(), 2);
    assert!(!parts.contains(&at(&other)));
    let plan = estate.plans_for(at(&arn)).next().unwrap();
    assert!(parts.contains(&plan));
    assert!(
        estate
            .edges_from(plan)
            .all(|it| it.relation == Relation::Recovers)
    );
}
