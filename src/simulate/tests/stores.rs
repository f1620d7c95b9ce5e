//! One mechanism that keeps data elsewhere after the other.

use super::build::*;
use crate::inventory::kinds::{elasticache, rds};
use crate::inventory::{Region, Resource};
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Outcome};

/// Sites in these Regions, each of which needs what is its own.
fn world(regions: &[&'static str], own: impl Fn(&str) -> String, stores: Vec<Resource>) -> World {
    World::steered(regions, |it| vec![own(it)]).with(stores)
}

fn stays(outcome: &Outcome, rto: Span, rpo: Span, by: &str, manual: bool) {
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(outcome.rto, rto, "{outcome:#?}");
    assert_eq!(outcome.rpo, rpo, "{outcome:#?}");
    assert_eq!(outcome.stand_ins.len(), 1, "{outcome:#?}");
    assert_eq!(outcome.stand_ins[0].by, by);
    assert_eq!(outcome.stand_ins[0].manual, manual);
}

fn fails(outcome: &Outcome, why: &str) {
    assert_eq!(outcome.fate, Fate::Fails, "{outcome:#?}");
    assert_eq!(outcome.rto, Span::NEVER);
    let said = outcome.causes.iter().any(|it| it.what.contains(why));
    assert!(said, "{why}: {outcome:#?}");
}

/// The alias moves, then somebody (900 s to 1800 s) promotes.
fn promoted(typical: u64, upper: u64) -> Span {
    alias_moves() + Span::of(900, 1800) + Span::of(typical, upper)
}

#[test]
fn nothing_lost_nothing_to_wait_for() {
    let outcome = World::steered(&BOTH, |_| Vec::new()).lose(NORTH);
    assert_eq!(outcome.fate, Fate::Survives);
    assert_eq!((outcome.rto, outcome.rpo), (Span::NONE, Span::NONE));
    assert!(outcome.timeline.is_empty() && outcome.causes.is_empty());
}

#[test]
fn a_site_without_data_moves_with_its_name() {
    let outcome = World::steered(&BOTH, |_| Vec::new()).lose(WEST);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    // 30 s + 60 s TTL = 90 s; upper: 120 s + 60 s + 300 s of clients that keep it = 480 s
    assert_eq!(outcome.rto, Span::of(90, 480));
    assert_eq!(outcome.rpo, Span::NONE);
}

#[test]
fn a_global_table_loses_what_was_under_way() {
    let outcome = world(&BOTH, table, tables(&BOTH, false, None)).lose(WEST);
    // Any replica takes writes: 90 s to 480 s of the name alone. RPO 1 s, upper 5 s.
    stays(
        &outcome,
        alias_moves(),
        Span::of(1, 5),
        "global table",
        false,
    );
}

#[test]
fn a_table_of_one_region_is_gone() {
    let only_west = |_: &str| Vec::new();
    let world = World::steered(&BOTH, only_west).with(tables(&[WEST], false, None));
    assert_eq!(world.lose(WEST).fate, Fate::Survives, "nobody needs it");
    let needs = |it: &str| {
        if it == WEST {
            vec![table(WEST)]
        } else {
            Vec::new()
        }
    };
    let world = World::steered(&BOTH, needs).with(tables(&[WEST], false, None));
    let outcome = world.lose(WEST);
    fails(&outcome, "no copy that survives");
    assert_eq!(outcome.rpo, Span::NEVER);
}

#[test]
fn a_replica_that_is_not_active_is_not_counted_on() {
    let mut all = tables(&BOTH, false, None);
    for it in &mut all {
        if let crate::inventory::Properties::DynamoDbTable(table) = &mut it.properties {
            table.replicas[0].status = "CREATING".to_owned();
        }
    }
    fails(
        &world(&BOTH, table, all).lose(WEST),
        "no copy that survives",
    );
}

#[test]
fn three_strong_replicas_bear_the_loss_of_one_and_stop_at_two() {
    let three = [WEST, CENTRAL, NORTH];
    let world = world(&three, table, tables(&three, true, None));
    // 2 of 3 are a majority: nothing is lost, nothing to do.
    let by = "global table, strongly consistent";
    stays(&world.lose(WEST), alias_moves(), Span::NONE, by, false);
    let both = world.lose("eu-west-1+eu-central-1");
    // 1 of 3 is none: writes stop, and the last replica has all that was acknowledged.
    fails(&both, "keeps no majority of its 3 Regions");
    assert_eq!(both.rpo, Span::NONE);
}

#[test]
fn a_witness_counts_for_the_majority_and_holds_nothing() {
    let world = world(&BOTH, table, tables(&BOTH, true, Some(NORTH)));
    let by = "global table, strongly consistent";
    // Replica and witness: 2 of 3.
    stays(&world.lose(WEST), alias_moves(), Span::NONE, by, false);
    // The witness alone: both replicas stay.
    let witness = world.lose(NORTH);
    assert_eq!((witness.fate, witness.rto), (Fate::Survives, Span::NONE));
    fails(&world.lose("eu-north-1+eu-west-1"), "keeps no majority");
    let replicas = world.lose("eu-central-1+eu-west-1");
    fails(&replicas, "no copy that survives");
    assert_eq!(replicas.rpo, Span::NEVER, "a witness holds no data");
}

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
            if let crate::inventory::Properties::RdsDbCluster(cluster) = &mut it.properties {
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
        .hiding(crate::inventory::Kind::RdsDbCluster, WEST);
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

fn database(region: &str) -> String {
    arn("rds", region, "db:orders")
}

fn databases(rest: impl FnOnce(&mut rds::DbInstance)) -> Resource {
    let mut instance = rds::DbInstance::default();
    rest(&mut instance);
    resource(database(WEST), WEST, "orders", instance)
}

#[test]
fn a_read_replica_is_promoted() {
    let source = databases(|it| it.replicas = vec![database(CENTRAL)]);
    let replica = rds::DbInstance {
        replica_source: Some(database(WEST)),
        ..Default::default()
    };
    let replica = resource(database(CENTRAL), CENTRAL, "orders", replica);
    let world = world(&BOTH, database, vec![source, replica]);
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

fn session(region: &str) -> Resource {
    let group = elasticache::ReplicationGroup {
        engine: "valkey".to_owned(),
        ..Default::default()
    };
    resource(cache(region), region, "session", group)
}

#[test]
fn a_global_datastore_is_promoted_by_hand_and_follows_by_itself() {
    let members = [(WEST, "PRIMARY"), (CENTRAL, "SECONDARY")];
    let members = members.map(|(region, role)| elasticache::GlobalGroupMember {
        group_arn: cache(region),
        region: region.to_owned(),
        role: role.to_owned(),
        status: "associated".to_owned(),
        ..Default::default()
    });
    let datastore = elasticache::GlobalReplicationGroup {
        members: members.into(),
        ..Default::default()
    };
    let arn = format!("arn:aws:elasticache::{ACCOUNT}:globalreplicationgroup:session");
    let datastore = resource(arn, Region::GLOBAL, "session", datastore);
    let world = world(
        &BOTH,
        cache,
        vec![session(WEST), session(CENTRAL), datastore],
    );
    // 60 s of promotion once it is called; lag 1 s to 5 s
    let by = "Global Datastore";
    stays(
        &world.lose(WEST),
        promoted(60, 60),
        Span::of(1, 5),
        by,
        true,
    );
    stays(&world.lose(CENTRAL), alias_moves(), Span::NONE, by, false);
}

#[test]
fn sessions_in_caches_apart_are_gone_and_mere_caches_are_not_missed() {
    let apart = world(&BOTH, cache, vec![session(WEST), session(CENTRAL)]);
    fails(
        &apart.lose(WEST),
        "ReplicationGroup session in eu-west-1 has no copy",
    );
    let mut mere = vec![session(WEST), session(CENTRAL)];
    mere.iter_mut().for_each(|it| it.name = "pages".to_owned());
    let outcome = world(&BOTH, cache, mere).lose(WEST);
    assert_eq!((outcome.fate, outcome.rpo), (Fate::Survives, Span::NONE));
}

fn buckets(out: Vec<crate::inventory::kinds::s3::ReplicationRule>) -> World {
    let own = |it: &str| bucket(&format!("docs-{it}"));
    let (west, central) = ("docs-eu-west-1", "docs-eu-central-1");
    let stores = vec![
        bucket_of(west, WEST, out),
        bucket_of(central, CENTRAL, Vec::new()),
    ];
    world(&BOTH, own, stores)
}

#[test]
fn objects_are_as_late_as_replication_is() {
    let plain = buckets(vec![rule("docs-eu-central-1")]);
    // Most within 15 min, and no promise: 900 s, upper 86400 s
    let by = "S3 replication";
    stays(
        &plain.lose(WEST),
        alias_moves(),
        Span::of(900, 86_400),
        by,
        false,
    );
    let mut timed = rule("docs-eu-central-1");
    timed.time_control = true;
    // Replication Time Control: 15 s as usual, 15 min at most
    stays(
        &buckets(vec![timed]).lose(WEST),
        alias_moves(),
        Span::of(15, 900),
        by,
        false,
    );
}

#[test]
fn what_comes_one_way_is_still_at_its_source() {
    let outcome = buckets(vec![rule("docs-eu-central-1")]).lose(CENTRAL);
    let by = "source of S3 replication; what was written here alone is not there";
    let rpo = Span {
        typical: Seconds::NONE,
        upper: Seconds::Never,
    };
    stays(&outcome, alias_moves(), rpo, by, false);
}

#[test]
fn rules_that_may_leave_objects_out_leave_the_answer_open() {
    let mut prefix = rule("docs-eu-central-1");
    prefix.prefix = "invoices/".to_owned();
    let outcome = buckets(vec![prefix]).lose(WEST);
    assert_eq!(outcome.fate, Fate::Unknown, "{outcome:#?}");
    assert_eq!(outcome.gaps[0].operation, "s3:ListBucket");
    let mut off = rule("docs-eu-central-1");
    off.status = "Disabled".to_owned();
    fails(&buckets(vec![off]).lose(WEST), "no copy that survives");
    let unread = buckets(Vec::new()).unread_in(&bucket("docs-eu-west-1"), "replication");
    assert_eq!(unread.lose(WEST).fate, Fate::Unknown);
}

#[test]
fn objects_under_a_key_that_the_rule_passes_over_are_not_counted_on() {
    let encrypted = |rule| {
        let mut world = buckets(vec![rule]);
        for it in &mut world.resources {
            if let crate::inventory::Properties::S3Bucket(bucket) = &mut it.properties {
                bucket.encryption = Some(crate::inventory::kinds::s3::Encryption {
                    algorithm: "aws:kms".to_owned(),
                    ..Default::default()
                });
            }
        }
        world.lose(WEST).fate
    };
    assert_eq!(encrypted(rule("docs-eu-central-1")), Fate::Unknown);
    let mut taken = rule("docs-eu-central-1");
    taken.sse_kms_objects = true;
    assert_eq!(encrypted(taken), Fate::Survives);
}
