//! Names as Route 53 answers them once a Region is lost.

use super::build::*;
use super::stores::fails;
use crate::inventory::Resource;
use crate::inventory::kinds::route53::{Alarm, CheckerStatus, RecordSet};
use crate::simulate::time::Span;
use crate::simulate::{Fate, Outcome, Phase};

/// A member that leads to a load balancer, with a check.
pub(super) fn member(
    region: &str,
    policy: &str,
    check: &str,
    rest: impl FnOnce(&mut RecordSet),
) -> Resource {
    record(NAME, region, policy, |it| {
        it.alias = Some(to(&host(region), false));
        it.health_check_id = Some(check.to_owned()).filter(|it| !it.is_empty());
        rest(it);
    })
}

/// Both Regions, weighted alike, each with a check.
pub(super) fn pair(west: &str, central: &str) -> Vec<Resource> {
    vec![
        member(WEST, "weighted", west, |it| it.weight = Some(1)),
        member(CENTRAL, "weighted", central, |it| it.weight = Some(1)),
    ]
}

pub(super) fn survives(outcome: &Outcome, rto: Span) {
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    assert_eq!(outcome.rto, rto, "{outcome:#?}");
    assert_eq!(outcome.rpo, Span::NONE);
}

pub(super) fn unknown(outcome: &Outcome) {
    assert_eq!(outcome.fate, Fate::Unknown, "{outcome:#?}");
    assert!(!outcome.gaps().is_empty());
}

/// 30 s × 3 + 5 s = 95 s until it is seen; upper: 90 s + 30 s + 60 s = 180 s.
/// + 60 s TTL; upper: 60 s + 300 s.
pub(super) fn probed() -> Span {
    Span::of(155, 540)
}

#[test]
fn a_check_of_its_own_takes_a_member_out() {
    let world = World::named(pair("w", "c")).with([probe("w", WEST), probe("c", CENTRAL)]);
    survives(&world.lose(WEST), probed());
    survives(&world.lose(CENTRAL), probed());
}

#[test]
fn interval_threshold_and_ttl_are_what_is_configured() {
    let quick = check("w", |it| {
        it.fqdn = Some(host(WEST));
        it.request_interval = Some(10);
        it.failure_threshold = Some(1);
    });
    let far = |region: &str, check: &str| {
        let mut far = member(region, "weighted", check, |it| {
            it.alias = None;
            it.record_type = "CNAME".to_owned();
            it.values = vec![host(region)];
            it.ttl = Some(20);
            it.weight = Some(1);
        });
        far.name = NAME.to_owned();
        far
    };
    let world = World::named([
        far(WEST, "w"),
        far(CENTRAL, "c"),
        quick,
        probe("c", CENTRAL),
    ]);
    // 10 s × 1 + 5 s + 20 s TTL = 35 s; upper: 10 s + 10 s + 60 s + 20 s + 300 s = 400 s
    let outcome = world.lose(WEST);
    survives(&outcome, Span::of(35, 400));
    let phases: Vec<Phase> = outcome.timeline.iter().map(|it| it.phase).collect();
    assert_eq!(phases, [Phase::Detect, Phase::Route]);
}

#[test]
fn without_a_check_clients_go_on_to_what_is_lost() {
    let world = World::named(pair("", "c")).with([probe("c", CENTRAL)]);
    fails(
        &world.lose(WEST),
        "has no health check that would take it out",
    );
    survives(&world.lose(CENTRAL), probed());
    let simple = record(NAME, "", "simple", |it| {
        it.alias = Some(to(&host(WEST), true));
    });
    fails(
        &World::named([simple.clone()]).lose(WEST),
        "the only record set of its name",
    );
    survives(&World::named([simple]).lose(CENTRAL), Span::NONE);
}

fn by_alarm(id: &str, status: Option<&str>) -> Resource {
    check(id, |it| {
        it.check_type = "CLOUDWATCH_METRIC".to_owned();
        it.insufficient_data_status = status.map(str::to_owned);
        it.alarm = Some(Alarm {
            name: "errors".to_owned(),
            region: WEST.to_owned(),
            period: Some(60),
            evaluation_periods: Some(3),
            ..Default::default()
        });
    })
}

#[test]
fn an_alarm_that_dies_with_its_region_says_what_it_is_told_to() {
    let lose = |status| {
        let world = World::named(pair("w", "c")).with([by_alarm("w", status), probe("c", CENTRAL)]);
        world.lose(WEST)
    };
    // 60 s × 3 + 60 s = 240 s + 60 s TTL; upper: 180 s + 120 s + 60 s + 300 s = 660 s
    survives(&lose(Some("Unhealthy")), Span::of(300, 660));
    fails(&lose(Some("Healthy")), "it reports healthy");
    fails(
        &lose(Some("LastKnownStatus")),
        "it reports what it knew last",
    );
    fails(&lose(None), "it reports what it knew last");
}

#[test]
fn what_an_alarm_elsewhere_watches_was_not_read() {
    let world = World::named(pair("w", "c")).with([probe("w", WEST), by_alarm("c", None)]);
    unknown(&world.lose(CENTRAL));
    // Nothing that hangs on it is lost: it says what it said.
    survives(&world.lose(NORTH), Span::NONE);
    let counting = [by_alarm("a", None), counted("c", &["a"], 1)];
    let world = World::named(pair("w", "c"))
        .with([probe("w", WEST)])
        .with(counting);
    unknown(&world.lose(CENTRAL));
    survives(&world.lose(NORTH), Span::NONE);
}

#[test]
fn a_check_of_both_members_takes_out_both_or_none() {
    let world = World::named(pair("one", "one")).with([probe("one", WEST)]);
    // Both unhealthy: Route 53 answers with both, lost or not.
    fails(&world.lose(WEST), "answers as if none were");
    // Both healthy: the lost one is answered.
    fails(
        &world.lose(CENTRAL),
        "has no health check that would take it out",
    );
}

#[test]
fn a_probe_of_the_shared_name_finds_the_other_region() {
    let shared = |id: &str| check(id, |it| it.fqdn = Some(NAME.to_owned()));
    let world = World::named(pair("w", "c")).with([shared("w"), shared("c")]);
    fails(&world.lose(WEST), "which still answers elsewhere");
}

fn counted(id: &str, children: &[&str], needed: i64) -> Resource {
    check(id, |it| {
        it.check_type = "CALCULATED".to_owned();
        it.children = children.iter().map(|it| (*it).to_owned()).collect();
        it.health_threshold = Some(needed);
    })
}

#[test]
fn calculated_checks_count_their_children() {
    let with = |needed| {
        let slow = check("slow", |it| {
            it.fqdn = Some(host(WEST));
            it.failure_threshold = Some(5);
        });
        let world = World::named(pair("w", "c"));
        let checks = [probe("a", WEST), slow, probe("c", CENTRAL)];
        let world = world
            .with(checks)
            .with([counted("w", &["a", "slow", "c"], needed)]);
        world.lose(WEST)
    };
    // One of three stays healthy.
    fails(&with(1), "still has 1 healthy of 1 needed");
    // Too few once the second is gone: 30 s × 5 + 5 s + 60 s; upper: 180 s + 60 s + 360 s
    survives(&with(2), Span::of(215, 600));
    // Too few once the first is gone.
    survives(&with(3), probed());
    // More than there are: it never was healthy, so that nobody went there.
    survives(&with(4), Span::NONE);
    // None needed: healthy for ever.
    fails(&with(0), "healthy of 0 needed");
}

#[test]
fn disabled_and_inverted_checks() {
    let mut off = probe("w", WEST);
    let mut swapped = probe("w", WEST);
    let mut both = probe("w", WEST);
    for (it, disabled, inverted) in [
        (&mut off, true, false),
        (&mut swapped, false, true),
        (&mut both, true, true),
    ] {
        if let crate::inventory::Properties::Route53HealthCheck(it) = &mut it.properties {
            (it.disabled, it.inverted) = (disabled, inverted);
        }
    }
    let lose = |west: &Resource| {
        let world = World::named(pair("w", "c")).with([west.clone(), probe("c", CENTRAL)]);
        world.lose(WEST)
    };
    // Healthy for ever.
    fails(&lose(&off), "is disabled");
    // Healthy once what it probes is gone.
    fails(&lose(&swapped), "is inverted");
    // Healthy for ever and swapped: taken out by hand already.
    survives(&lose(&both), Span::NONE);
}

#[test]
fn a_survivor_that_is_unhealthy_now_opens_the_door() {
    let sick = check("c", |it| {
        it.fqdn = Some(host(CENTRAL));
        // 2 of 16 are 12.5 %, no more than 18 %
        it.status = Some(CheckerStatus {
            healthy: 2,
            total: 16,
        });
    });
    let world = World::named(pair("w", "c")).with([probe("w", WEST), sick]);
    fails(&world.lose(WEST), "answers as if none were");
    survives(&world.lose(CENTRAL), Span::NONE);
}

#[test]
fn weights_of_0_wait_until_all_others_are_gone() {
    let set = |west: &str| {
        let waits = member(CENTRAL, "weighted", "c", |it| it.weight = Some(0));
        let serves = member(WEST, "weighted", west, |it| it.weight = Some(9));
        World::named([serves, waits]).with([probe("w", WEST), probe("c", CENTRAL)])
    };
    survives(&set("w").lose(WEST), probed());
    fails(&set("").lose(WEST), "has no health check");
    // Nobody was there.
    survives(&set("w").lose(CENTRAL), Span::NONE);
}

fn failover(primary: &str) -> World {
    let first = member(WEST, "failover", primary, |it| {
        it.failover = Some("PRIMARY".to_owned());
    });
    let second = member(CENTRAL, "failover", "", |it| {
        it.failover = Some("SECONDARY".to_owned());
    });
    World::named([first, second]).with([probe("w", WEST)])
}

#[test]
fn a_primary_fails_over_when_it_has_a_check() {
    survives(&failover("w").lose(WEST), probed());
    survives(&failover("w").lose(CENTRAL), Span::NONE);
    fails(&failover("").lose(WEST), "has no health check");
}

#[test]
fn both_gone_the_primary_is_answered() {
    let second = member(CENTRAL, "failover", "c", |it| {
        it.failover = Some("SECONDARY".to_owned());
    });
    let world = failover("w")
        .without(&second.arn)
        .with([second, probe("c", CENTRAL)]);
    fails(
        &world.lose("eu-west-1+eu-central-1"),
        "answers as if none were",
    );
}

#[test]
fn routing_controls_are_turned_by_hand_where_something_is_lost() {
    let control = |id: &str| check(id, |it| it.check_type = "RECOVERY_CONTROL".to_owned());
    let world = World::named(pair("w", "c")).with([control("w"), control("c")]);
    // 900 s + 60 s TTL; upper: 1800 s + 360 s
    survives(&world.lose(WEST), Span::of(960, 2160));
    // The same by a calculated check.
    let counting = [control("a"), counted("w", &["a"], 1), control("c")];
    let world = World::named(pair("w", "c")).with(counting);
    survives(&world.lose(WEST), Span::of(960, 2160));
}
