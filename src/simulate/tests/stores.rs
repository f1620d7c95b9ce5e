//! One mechanism that keeps data elsewhere after the other: tables, caches, buckets.

use super::build::*;
use super::data::*;
use crate::inventory::Resource;
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Outcome};

/// Sites in these Regions, each of which needs what is its own.
pub(super) fn world(
    regions: &[&'static str],
    own: impl Fn(&str) -> String,
    stores: Vec<Resource>,
) -> World {
    World::steered(regions, |it| vec![own(it)]).with(stores)
}

pub(super) fn stays(outcome: &Outcome, rto: Span, rpo: Span, by: &str, manual: bool) {
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(outcome.rto, rto, "{outcome:#?}");
    assert_eq!(outcome.rpo, rpo, "{outcome:#?}");
    assert_eq!(outcome.stand_ins.len(), 1, "{outcome:#?}");
    assert_eq!(outcome.stand_ins[0].by, by);
    assert_eq!(outcome.stand_ins[0].manual, manual);
}

pub(super) fn fails(outcome: &Outcome, why: &str) {
    assert_eq!(outcome.fate, Fate::Fails, "{outcome:#?}");
    assert_eq!(outcome.rto, Span::NEVER);
    let said = outcome.causes.iter().any(|it| it.what.contains(why));
    assert!(said, "{why}: {outcome:#?}");
}

/// The alias moves, then somebody (900 s to 1800 s) promotes.
pub(super) fn promoted(typical: u64, upper: u64) -> Span {
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
    let world = World::steered(&BOTH, |_| Vec::new()).with(tables(&[WEST], false, None));
    let outcome = world.lose(WEST);
    // Whoever finds it by its bare name is not seen.
    assert_eq!(outcome.fate, Fate::Unknown, "{outcome:#?}");
    assert!(
        outcome.causes[0]
            .what
            .ends_with("whether clients need it is not known")
    );
    assert_eq!(outcome.rpo.typical, Seconds::NONE);
    assert_eq!(outcome.rpo.upper, Seconds::Never);
    assert_eq!(world.lose(CENTRAL).rto, alias_moves());
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
fn a_global_datastore_is_promoted_by_hand_and_follows_by_itself() {
    let world = world(&BOTH, cache, datastore(&BOTH));
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
    for it in &mut mere {
        it.name = "pages".to_owned();
    }
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
    assert_eq!(outcome.gaps().first().unwrap().operation, "s3:ListBucket");
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
