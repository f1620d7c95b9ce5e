//! Databases that are kept elsewhere too: global clusters, read replicas, backups.

use super::build::*;
use super::data::*;
use super::stores::{fails, promoted, stays, world};
use crate::inventory::kinds::rds;
use crate::inventory::{Kind, Properties, Resource};
use crate::simulate::Fate;
use crate::simulate::time::Span;

#[test]
fn an_aurora_secondary_is_promoted_by_hand() {
    let world = world(&BOTH, cluster, global("aurora-postgresql", &BOTH, &[]));
    let outcome = world.lose(WEST);
    // + 180 s to 600 s of failover: 90 + 900 + 180 = 1170 s; 480 + 1800 + 600 = 2880 s
    let rto = promoted(180, 600);
    assert_eq!(rto, Span::of(1170, 2880));
    stays(
        &outcome,
        rto,
        Span::of(1, 5),
        "Aurora global database",
        true,
    );
    // The reader's data is at the writer.
    let reader = world.lose(CENTRAL);
    stays(
        &reader,
        alias_moves(),
        Span::NONE,
        "Aurora global database",
        false,
    );
}

#[test]
fn a_headless_secondary_takes_an_instance_more() {
    let headless = global("aurora-mysql", &BOTH, &[CENTRAL]);
    let outcome = world(&BOTH, cluster, headless).lose(WEST);
    // 180 s + 900 s; upper: 600 s + 1200 s
    let by = "Aurora global database";
    stays(&outcome, promoted(1080, 1800), Span::of(1, 5), by, true);
}

#[test]
fn a_secondary_with_unread_members_may_be_headless() {
    let read = global("aurora-mysql", &BOTH, &[]);
    let world = world(&BOTH, cluster, read).unread_in(&cluster(CENTRAL), "members");
    // As usual 180 s; upper: 600 s + the 1200 s of a first instance
    let by = "Aurora global database";
    stays(
        &world.lose(WEST),
        promoted(180, 1800),
        Span::of(1, 5),
        by,
        true,
    );
}

#[test]
fn a_bound_on_the_lag_never_makes_it_longer() {
    let bounded = |seconds: &str| {
        let mut all = global("aurora-postgresql", &BOTH, &[]);
        for it in &mut all {
            if let Properties::RdsDbCluster(cluster) = &mut it.properties {
                cluster.parameters = vec![rds::Parameter {
                    name: "rds.global_db_rpo".to_owned(),
                    value: seconds.to_owned(),
                }];
            }
        }
        world(&BOTH, cluster, all).lose(WEST).rpo
    };
    // The lag of 1 s to 5 s is within 20 s (the least that can be set); -1 is no bound.
    assert_eq!(bounded("20"), Span::of(1, 5));
    assert_eq!(bounded("-1"), Span::of(1, 5));
    assert_eq!(bounded("3"), Span::of(1, 3));
}

#[test]
fn whoever_writes_through_the_global_name_needs_the_cluster() {
    let needs = |_: &str| vec!["orders.global-abc.global.rds.amazonaws.com".to_owned()];
    let world = World::steered(&BOTH, needs).with(global("aurora-postgresql", &BOTH, &[]));
    let by = "Aurora global database";
    stays(
        &world.lose(WEST),
        promoted(180, 600),
        Span::of(1, 5),
        by,
        true,
    );
    let read = world
        .without(&cluster(WEST))
        .hiding(Kind::RdsDbCluster, WEST);
    assert_eq!(read.lose(WEST).fate, Fate::Unknown);
}

#[test]
fn whoever_writes_to_the_host_of_the_lost_region_fails() {
    let world = World::steered(&BOTH, |_| vec![cluster(WEST)]);
    let outcome = world
        .with(global("aurora-postgresql", &BOTH, &[]))
        .lose(WEST);
    fails(
        &outcome,
        "DBCluster orders in eu-west-1 is needed, and lost",
    );
    let path = ["LoadBalancer", "TargetGroup", "Function", "DBCluster"];
    let cause = outcome
        .causes
        .iter()
        .find(|it| it.what.contains("needed"))
        .unwrap();
    assert_eq!(cause.path.len(), path.len(), "{cause:?}");
    for (part, kind) in cause.path.iter().zip(path) {
        assert!(part.starts_with(kind), "{cause:?}");
    }
}

#[test]
fn of_three_regions_the_third_is_promoted_when_two_are_lost() {
    let three = [WEST, CENTRAL, NORTH];
    let world = world(&three, cluster, global("aurora-postgresql", &three, &[]));
    let outcome = world.lose("eu-west-1+eu-central-1");
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(
        (outcome.rto, outcome.rpo),
        (promoted(180, 600), Span::of(1, 5))
    );
    assert!(outcome.stand_ins.iter().all(|it| &*it.region == NORTH));
}

#[test]
fn documents_and_graphs_follow_their_own_lag() {
    for (engine, by) in [
        ("docdb", "DocumentDB global cluster"),
        ("neptune", "Neptune global database"),
    ] {
        let outcome = world(&BOTH, cluster, global(engine, &BOTH, &[])).lose(WEST);
        // Lag 1 s, upper 60 s; failover 180 s to 600 s
        stays(&outcome, promoted(180, 600), Span::of(1, 60), by, true);
    }
}

fn databases(rest: impl FnOnce(&mut rds::DbInstance)) -> Resource {
    let mut instance = rds::DbInstance::default();
    rest(&mut instance);
    resource(database(WEST), WEST, "orders", instance)
}

#[test]
fn a_read_replica_is_promoted() {
    let world = world(&BOTH, database, read_replicas(&BOTH));
    // 300 s to 1800 s of promotion; lag 60 s to 300 s
    let by = "read replica";
    stays(
        &world.lose(WEST),
        promoted(300, 1800),
        Span::of(60, 300),
        by,
        true,
    );
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
fn a_source_that_was_not_read_is_still_known_to_the_replica() {
    let world = world(&BOTH, database, read_replicas(&BOTH)).without(&database(WEST));
    let world = world.hiding(Kind::RdsDbInstance, WEST);
    let outcome = world.lose(CENTRAL);
    // The source stands. That it has other needs was not read.
    assert_eq!(outcome.fate, Fate::Unknown, "{outcome:#?}");
    assert_eq!(outcome.stand_ins[0].by, "source of the read replica");
    assert_eq!(world.lose("eu-central-1+eu-west-1").stand_ins, []);
}

#[test]
fn of_three_instances_the_third_is_promoted_when_two_are_lost() {
    let three = [WEST, CENTRAL, NORTH];
    let outcome = world(&three, database, read_replicas(&three)).lose("eu-west-1+eu-central-1");
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(
        (outcome.rto, outcome.rpo),
        (promoted(300, 1800), Span::of(60, 300))
    );
}

#[test]
fn backups_elsewhere_are_restored() {
    let kept = arn("rds", CENTRAL, "auto-backup:ab-1");
    let source = databases(|it| it.backup_replications = vec![kept.clone()]);
    let backup = rds::AutomatedBackup {
        source: database(WEST),
        status: "replicating".to_owned(),
        ..Default::default()
    };
    let backup = resource(kept, CENTRAL, "orders", backup);
    let needs = |it: &str| {
        if it == WEST {
            vec![database(WEST)]
        } else {
            Vec::new()
        }
    };
    let world = World::steered(&BOTH, needs).with([source, backup]);
    // 1800 s to 7200 s of restoring; 300 s to 900 s not in the backups yet
    let by = "automated backups";
    stays(
        &world.lose(WEST),
        promoted(1800, 7200),
        Span::of(300, 900),
        by,
        true,
    );
}
