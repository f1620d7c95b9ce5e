//! What can be lost: the Regions of a workload and of control planes, zones, services.

use super::build::*;
use super::stores::fails;
use crate::estate::Estate;
use crate::inventory::kinds::{ec2, elbv2, rds};
use crate::inventory::{Region, Resource};
use crate::simulate::constants::Constants;
use crate::simulate::time::Span;
use crate::simulate::{Fate, Simulation};
use crate::workload::Workloads;

fn losses(regions: &[&'static str]) -> Vec<String> {
    let world = World::steered(regions, |_| Vec::new());
    let inventory = world.inventory();
    let estate = Estate::new(&inventory);
    let active: Vec<Region> = regions.iter().map(|it| Region::from(*it)).collect();
    let workloads = Workloads::of(&estate, &[], Some(&active)).workloads;
    let simulation = Simulation {
        estate: &estate,
        constants: &Constants::default(),
    };
    let losses = simulation.losses(&workloads[0]);
    losses.iter().map(ToString::to_string).collect()
}

#[test]
fn every_region_of_it_and_of_control_planes_is_lost_once() {
    assert_eq!(losses(&BOTH), [CENTRAL, WEST, "us-east-1", "us-west-2"]);
    let three = losses(&["us-east-1", WEST, NORTH]);
    let expected = [
        NORTH,
        WEST,
        "us-east-1",
        "us-west-2",
        "eu-north-1+eu-west-1",
        "eu-north-1+us-east-1",
        "eu-west-1+us-east-1",
    ];
    assert_eq!(three, expected);
}

#[test]
fn control_planes_are_named_and_what_runs_goes_on() {
    let outcome = World::steered(&BOTH, |_| Vec::new()).lose("us-east-1");
    assert_eq!((outcome.fate, outcome.rto), (Fate::Survives, Span::NONE));
    assert!(outcome.control_planes.contains(&"Route 53"), "{outcome:?}");
}

fn instance(zone: &str) -> Resource {
    let id = format!("i-{zone}");
    let properties = ec2::Instance {
        instance_id: id.clone(),
        zone: zone.to_owned(),
        ..Default::default()
    };
    resource(
        arn("ec2", WEST, &format!("instance/{id}")),
        WEST,
        &id,
        properties,
    )
}

/// A load balancer in one Region with an instance in each of these zones.
fn zonal(zones: &[&str]) -> World {
    let mut world = World::steered(&[WEST], |_| Vec::new());
    for it in &mut world.resources {
        if let crate::inventory::Properties::ElbTargetGroup(group) = &mut it.properties {
            group.target_type = "instance".to_owned();
            let targets = zones.iter().map(|zone| elbv2::Target {
                id: format!("i-{zone}"),
                ..Default::default()
            });
            group.targets = targets.collect();
        }
    }
    world.with(zones.iter().map(|it| instance(it)))
}

#[test]
fn one_zone_of_two_is_borne() {
    let outcome = zonal(&["eu-west-1a", "eu-west-1b"]).lose("eu-west-1a");
    assert_eq!(
        (outcome.fate, outcome.rto),
        (Fate::Survives, Span::NONE),
        "{outcome:#?}"
    );
    fails(
        &zonal(&["eu-west-1a"]).lose("eu-west-1a"),
        "is needed, and lost",
    );
    assert_eq!(
        zonal(&["eu-west-1a"]).lose("eu-west-1b").fate,
        Fate::Survives
    );
}

#[test]
fn a_database_of_one_zone_is_restored_from_its_backups() {
    let database = |days: i64, multi_az: bool| {
        let properties = rds::DbInstance {
            zone: Some("eu-west-1a".to_owned()),
            backup_retention_days: days,
            multi_az,
            ..Default::default()
        };
        let own = arn("rds", WEST, "db:orders");
        let database = resource(own.clone(), WEST, "orders", properties);
        // Whoever reads it is elsewhere and reads it by its bare name.
        World::steered(&BOTH, |_| Vec::new()).with([database])
    };
    let restored = database(7, false).lose("eu-west-1a");
    assert_eq!(restored.fate, Fate::Survives, "{restored:#?}");
    // 900 s + 1800 s; upper: 1800 s + 7200 s
    assert_eq!(
        (restored.rto, restored.rpo),
        (Span::of(2700, 9000), Span::of(300, 900))
    );
    assert_eq!(database(0, false).lose("eu-west-1a").fate, Fate::Unknown);
    let standby = database(0, true).lose("eu-west-1a");
    assert_eq!((standby.fate, standby.rpo), (Fate::Survives, Span::NONE));
    assert_eq!(
        database(7, false).lose(WEST).fate,
        Fate::Unknown,
        "backups go with their Region"
    );
}

#[test]
fn a_service_is_lost_by_host_and_by_image_too() {
    let world = World::steered(&BOTH, |it| vec![format!("sqs.{it}.amazonaws.com")]);
    fails(
        &world.lose("sqs:eu-west-1"),
        "sqs.eu-west-1.amazonaws.com is needed, and lost",
    );
    assert_eq!(world.lose("sns:eu-west-1").fate, Fate::Survives);
    // Without load balancers there the other Region is answered.
    let balancers = world.lose("elasticloadbalancing:eu-west-1");
    assert_eq!(
        (balancers.fate, balancers.rto),
        (Fate::Survives, alias_moves())
    );
}
