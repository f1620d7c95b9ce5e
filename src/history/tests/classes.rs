//! Each class, and each trap in which it must not be given.

use super::build::{Made, RULE, finding, print, resource, run, verdicts, workload};
use crate::history::diff::{Class, Diff, diff, known};
use crate::history::record::{Cap, Loss, Pillar, Term};
use crate::rule::meta::Severity;

const WEST: &str = "eu-west-1";
const CENTRAL: &str = "eu-central-1";

fn compared(old: Made, new: Made) -> Diff {
    diff(&old.end(), &new.end()).unwrap()
}

/// The class of the one finding.
fn class(old: Made, new: Made) -> Class {
    let diff = compared(old, new);
    assert_eq!(diff.items.len(), 1, "{:#?}", diff.items);
    diff.items[0].class
}

fn because(old: Made, new: Made) -> String {
    let diff = compared(old, new);
    diff.items[0].because.clone().unwrap_or_default()
}

#[test]
fn what_passes_now_is_fixed_and_what_passed_before_is_new() {
    let (bad, good) = (
        |day| run(day).fails(WEST, "t"),
        |day| run(day).passes(WEST, "t"),
    );
    assert_eq!(class(bad(1), good(2)), Class::Fixed);
    assert_eq!(class(good(1), bad(2)), Class::New);
    assert_eq!(class(bad(1), bad(2)), Class::Unchanged);
}

#[test]
fn what_was_deleted_is_fixed_and_what_was_made_is_new() {
    assert_eq!(class(run(1).fails(WEST, "t"), run(2)), Class::Fixed);
    assert_eq!(class(run(1), run(2).fails(WEST, "t")), Class::New);
}

/// The Region is denied between the runs.
#[test]
fn nothing_of_a_denied_region_is_fixed_or_new() {
    let bad = |day| run(day).fails(CENTRAL, "t");
    let denied = |day| run(day).denied(CENTRAL);
    assert_eq!(class(bad(1), denied(2)), Class::NotComparable);
    assert_eq!(class(denied(1), bad(2)), Class::FirstSeen);
    let why = because(bad(1), denied(2));
    assert!(why.contains("dynamodb:ListTables in account 111111111111, eu-central-1: denied by a service control policy"), "{why}");
}

/// A mended table in one Region is mended although another Region is denied.
#[test]
fn a_denied_region_does_not_hide_what_was_decided_elsewhere() {
    let old = run(1)
        .fails(WEST, "mended")
        .fails(CENTRAL, "hidden")
        .fails(WEST, "gone");
    let new = run(2).passes(WEST, "mended").denied(CENTRAL);
    let diff = compared(old, new);
    let of = |class| -> Vec<&str> { diff.of(class).map(|it| it.resource.name.as_str()).collect() };
    assert_eq!(of(Class::Fixed), ["gone", "mended"]);
    assert_eq!(of(Class::NotComparable), ["hidden"]);
}

/// Why a rule no longer applies may be what was not read.
#[test]
fn what_no_longer_applies_is_fixed_only_where_everything_was_read() {
    let old = || run(1).fails(WEST, "t");
    assert_eq!(class(old(), run(2).holds(WEST, "t")), Class::Fixed);
    assert_eq!(
        class(old(), run(2).holds(WEST, "t").denied(CENTRAL)),
        Class::NotComparable
    );
    // The other way round in doubt somebody is told.
    let was = run(1).holds(WEST, "t").denied(CENTRAL);
    assert_eq!(class(was, run(2).fails(WEST, "t")), Class::New);
}

/// Services that are not offered in a Region are gaps of every run.
#[test]
fn a_service_that_is_not_there_leaves_no_doubt() {
    let missing = |made: Made| {
        made.denied(CENTRAL).with(|it| {
            it.gaps[0].key.cause = "unsupported_in_region".to_owned();
            it.verdicts[0].unknown = 0;
            it.verdicts[0].unknown_because = [].into();
        })
    };
    let new = missing(run(2).holds(WEST, "t"));
    assert_eq!(class(run(1).fails(WEST, "t"), new), Class::Fixed);
}

#[test]
fn an_unread_property_is_neither() {
    let (bad, open) = (
        |day| run(day).fails(WEST, "t"),
        |day| run(day).leaves_open(WEST, "t"),
    );
    assert_eq!(class(bad(1), open(2)), Class::NotComparable);
    assert_eq!(class(open(1), bad(2)), Class::FirstSeen);
}

#[test]
fn a_kind_that_nobody_asked_for_is_neither() {
    let bad = |day| run(day).fails(WEST, "t");
    assert_eq!(class(bad(1), run(2).unasked(WEST)), Class::NotComparable);
    assert_eq!(class(run(1).unasked(WEST), bad(2)), Class::FirstSeen);
}

#[test]
fn accounts_and_regions_out_of_scope_are_neither() {
    let bad = |day| run(day).fails(WEST, "t");
    let account = |day| {
        run(day).with(|it| {
            it.judged.as_mut().unwrap().scope.remove("111111111111");
        })
    };
    let region = |day| {
        run(day).with(|it| {
            let scope = &mut it.judged.as_mut().unwrap().scope;
            scope.get_mut("111111111111").unwrap().remove(WEST);
        })
    };
    assert_eq!(class(bad(1), account(2)), Class::NotComparable);
    assert_eq!(class(bad(1), region(2)), Class::NotComparable);
    assert_eq!(class(account(1), bad(2)), Class::FirstSeen);
    assert_eq!(class(region(1), bad(2)), Class::FirstSeen);
    let diff = compared(bad(1), region(2));
    assert_eq!(diff.notes, ["not asked any more: 111111111111 eu-west-1"]);
}

#[test]
fn a_rule_that_is_off_or_another_is_neither() {
    let bad = |day| run(day).fails(WEST, "t");
    let off = |day| run(day).holds(WEST, "t").with(|it| it.verdicts.clear());
    let other = |day| {
        let run = run(day).passes(WEST, "t");
        run.with(|it| it.verdicts[0].stamp = Some("other".to_owned()))
    };
    assert_eq!(class(bad(1), off(2)), Class::NotComparable);
    assert_eq!(class(off(1), bad(2)), Class::FirstSeen);
    assert_eq!(class(bad(1), other(2)), Class::NotComparable);
    assert_eq!(class(other(1), bad(2)), Class::FirstSeen);
    // A table that is gone is gone by any rule.
    let gone = run(2).with(|it| it.verdicts.clear());
    assert_eq!(class(bad(1), gone), Class::Fixed);
}

#[test]
fn severity_and_message_change() {
    let worse = |day| {
        let mut it = finding(WEST, "t");
        it.severity = Severity::Critical;
        run(day).fails_as(it)
    };
    let bad = |day| run(day).fails(WEST, "t");
    assert_eq!(class(bad(1), worse(2)), Class::Changed);
    assert!(compared(bad(1), worse(2)).items[0].alerts());
    assert!(!compared(worse(1), bad(2)).items[0].alerts());
    let mut said = finding(WEST, "t");
    said.message.push('!');
    let diff = compared(bad(1), run(2).fails_as(said));
    assert_eq!(diff.items[0].class, Class::Changed);
    assert_eq!(
        diff.items[0].message_before.as_deref(),
        Some("table t has no replica")
    );
    assert_eq!(known(&diff).len(), 1);
}

#[test]
fn waivers_come_and_go() {
    let (bad, waived) = (
        |day| run(day).fails(WEST, "t"),
        |day| run(day).waives(WEST, "t"),
    );
    assert_eq!(class(bad(1), waived(2)), Class::Waived);
    assert_eq!(class(waived(1), bad(2)), Class::Reopened);
    assert_eq!(class(waived(1), waived(2)), Class::Unchanged);
    let diff = compared(run(1).passes(WEST, "t"), waived(2));
    assert_eq!(diff.items[0].class, Class::New);
    assert!(!diff.items[0].alerts(), "somebody answers for it");
}

/// The rule tells of the member of a set that comes first: it is one finding.
#[test]
fn a_set_that_is_told_of_another_member_is_no_news() {
    let of = |name: &str, related: &str| {
        let mut it = finding(WEST, name);
        it.related.push(resource(WEST, related));
        it
    };
    let old = run(1).fails_as(of("a", "b")).holds(WEST, "b");
    let diff = compared(old, run(2).fails_as(of("b", "c")).holds(WEST, "c"));
    assert_eq!(diff.items.len(), 1);
    assert_eq!(diff.items[0].class, Class::Changed);
    // What passed before is another.
    let old = run(1).fails_as(of("a", "b")).passes(WEST, "b");
    let new = run(2).fails_as(of("b", "a")).passes(WEST, "a");
    let diff = compared(old, new);
    assert_eq!((diff.count(Class::New), diff.count(Class::Fixed)), (1, 1));
}

#[test]
fn a_renamed_workload_is_no_news() {
    let mut renamed = finding(WEST, "t");
    renamed.workload = "store".to_owned();
    renamed.fingerprint = print(RULE, "store", &renamed.resource.arn).to_string();
    let new = run(2).fails_as(renamed);
    let new = new.with(|it| it.workloads = vec![workload("store")]);
    let diff = compared(run(1).fails(WEST, "t"), new);
    assert_eq!(diff.items.len(), 1);
    assert_eq!(
        diff.items[0].because.as_deref(),
        Some("was told of workload shop")
    );
}

/// A table that was moved to another Region is another table.
#[test]
fn a_moved_resource_is_fixed_here_and_new_there() {
    let diff = compared(run(1).fails(WEST, "t"), run(2).fails(CENTRAL, "t"));
    assert_eq!((diff.count(Class::New), diff.count(Class::Fixed)), (1, 1));
}

/// Reports before 1.4 do not say what they looked at.
#[test]
fn an_older_report_closes_less() {
    let silent = |made: Made| made.with(|it| it.judged = None);
    let bad = |day| run(day).fails(WEST, "t");
    assert_eq!(class(bad(1), silent(run(2))), Class::Fixed);
    assert_eq!(
        class(bad(1), silent(run(2).denied(CENTRAL))),
        Class::NotComparable
    );
    assert_eq!(class(silent(run(1).denied(CENTRAL)), bad(2)), Class::New);
}

#[test]
fn scores_are_explained_by_caps_pillars_and_rules() {
    let term = |failed, loss| Term {
        rule: RULE.to_owned(),
        failed,
        evaluated: 2,
        unknown: 0,
        waived: 0,
        loss: Some(loss),
    };
    let scored = |day, points, failed, loss, caps: Vec<Cap>| {
        run(day).with(|it| {
            let workload = &mut it.workloads[0];
            workload.score.points = Some(points);
            workload.score.caps = caps;
            workload.score.pillars = vec![Pillar {
                code: "DATA".to_owned(),
                points: Some(points),
                terms: vec![term(failed, loss)],
            }];
            let outcome = if failed == 0 { "survives" } else { "fails" };
            workload.losses = vec![Loss {
                loss: WEST.to_owned(),
                outcome: outcome.to_owned(),
            }];
        })
    };
    let cap = Cap {
        at: 59,
        cause: "table t has no replica".to_owned(),
        rule: Some(RULE.to_owned()),
    };
    let diff = compared(
        scored(1, 50, 1, 7.5, vec![cap]),
        scored(2, 100, 0, 0.0, vec![]),
    );
    let moved = &diff.workloads[0];
    assert_eq!(moved.points, Some(50));
    assert_eq!(
        moved.because,
        [
            "no longer capped at 59: table t has no replica",
            "DATA 50 → 100: DATA-DDB-001 1 of 2 fail → 0 of 2 fail",
        ]
    );
    assert_eq!(moved.losses[0].now.as_deref(), Some("survives"));
}

#[test]
fn what_else_changed_is_said() {
    let new = run(2).with(|it| {
        it.tool.version = "0.2.0".to_owned();
        it.verdicts.push(verdicts("DATA-X-002"));
        it.coverage.unknown = 10;
    });
    let diff = compared(run(1), new.denied(WEST));
    assert_eq!(diff.notes.len(), 2, "{:?}", diff.notes);
    assert!(diff.notes[1].contains("first time: DATA-X-002"));
    assert_eq!(
        (diff.coverage.before.as_str(), diff.coverage.now.as_str()),
        ("100.0", "47.6")
    );
    assert_eq!(diff.coverage.gaps_come.len(), 1);
}
