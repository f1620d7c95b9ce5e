//! A further Region: what is made there, and who serves from it.

use std::collections::BTreeSet;

use super::proof::{declared, sample};
use crate::change::{Change, Model};
use crate::estate::Estate;
use crate::inventory::{Kind, Region};
use crate::rule::RuleSet;

const NEW: &str = "us-west-2";

fn grown(model: &Model, only: Option<&str>) -> (Model, Vec<String>) {
    let rules = RuleSet::builtin().unwrap();
    let change = Change::AddRegion(NEW.into());
    let (model, applied) = model.apply(&change, &rules, only).unwrap();
    (model, applied.left)
}

fn active(model: &Model, name: &str) -> Vec<Region> {
    let estate = Estate::new(&model.inventory);
    let all = model.workloads(&estate);
    let own = all.workloads.iter().find(|it| it.name == name).unwrap();
    own.active.get().unwrap().regions.clone()
}

fn kinds_in(model: &Model, region: &str) -> BTreeSet<Kind> {
    let all = model.inventory.resources().iter();
    let there = all.filter(|it| *it.region == *region);
    there.map(crate::inventory::Resource::kind).collect()
}

#[test]
fn what_serves_is_made_there_and_names_lead_to_it() {
    let before = sample();
    assert_eq!(kinds_in(&before, NEW), BTreeSet::new());
    let (after, left) = grown(&before, None);
    assert!(active(&after, "shop").contains(&NEW.into()));
    let made = kinds_in(&after, NEW);
    for kind in [
        Kind::AutoScalingGroup,
        Kind::DynamoDbTable,
        Kind::EcsService,
        Kind::ElbLoadBalancer,
        Kind::ElbTargetGroup,
        Kind::LambdaFunction,
        Kind::RdsDbCluster,
        Kind::RdsDbInstance,
        Kind::S3Bucket,
        Kind::SecretsManagerSecret,
    ] {
        assert!(made.contains(&kind), "no {kind}");
    }
    assert!(
        left.iter()
            .any(|it| it.contains("is modelled on eu-west-1")),
        "{left:#?}"
    );
    // Where nobody knows which clients it would get, it is said.
    assert!(
        left.iter().any(|it| it.contains("routed by geolocation")),
        "{left:#?}"
    );
    // The same again: it serves from there already.
    let (again, left) = grown(&after, Some("shop"));
    assert_eq!(again.inventory, after.inventory);
    assert!(
        left[0].contains("serves from us-west-2 already"),
        "{left:#?}"
    );
}

#[test]
fn copies_are_twins_of_what_they_were_made_of() {
    let (after, _) = grown(&sample(), None);
    let estate = Estate::new(&after.inventory);
    for kind in [
        Kind::AutoScalingGroup,
        Kind::EcsService,
        Kind::ElbLoadBalancer,
    ] {
        for at in estate.of_kind(kind) {
            let it = estate.resource(at);
            if *it.region == *NEW {
                assert!(estate.twin_set(at).is_some(), "{} has no twin", it.arn);
            }
        }
    }
}

#[test]
fn what_is_declared_names_the_region_and_only_the_workload_that_is_meant_grows() {
    let before = declared();
    let (after, _) = grown(&before, Some("shop"));
    assert!(active(&after, "shop").contains(&NEW.into()));
    assert_eq!(active(&after, "ledger"), active(&before, "ledger"));
    let said = after
        .options
        .workloads
        .iter()
        .find(|it| it.name == "shop")
        .unwrap();
    assert!(said.active.as_ref().unwrap().contains(&NEW.into()));
}
