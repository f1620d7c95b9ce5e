//! Laws of every comparison.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::build::{Made, run};
use crate::history::diff::{Class, diff};
use crate::history::record::Record;

const REGIONS: [&str; 2] = ["eu-central-1", "eu-west-1"];

/// What a run says of one table: not there, right, wrong, waived, open, or nothing.
fn add(made: Made, state: u8, region: &str, name: &str) -> Made {
    match state {
        0 => made,
        1 => made.passes(region, name),
        2 => made.fails(region, name),
        3 => made.waives(region, name),
        4 => made.leaves_open(region, name),
        _ => made.holds(region, name),
    }
}

/// Tables in two Regions, of which one or both may be denied: then nothing is known of theirs.
fn any_run(day: u8) -> impl Strategy<Value = Record> {
    let states = prop::collection::vec(0..6u8, 8);
    let rest = (
        any::<[bool; 2]>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
    );
    (states, rest).prop_map(move |(states, (denied, off, other))| {
        let mut made = run(day);
        for (at, state) in states.iter().enumerate() {
            let region = at % 2;
            if !denied[region] {
                made = add(made, *state, REGIONS[region], &format!("t{at}"));
            }
        }
        for (region, _) in REGIONS.iter().zip(denied).filter(|it| it.1) {
            made = made.denied(region);
        }
        let made = made.with(|it| {
            if other {
                it.verdicts[0].stamp = Some("other".to_owned());
            }
        });
        made.with(|it| {
            if off {
                it.verdicts.clear();
                it.findings.clear();
                it.waived.clear();
            }
        })
        .end()
    })
}

fn prints(diff: &crate::history::Diff, class: Class) -> BTreeSet<String> {
    diff.of(class).map(|it| it.fingerprint.clone()).collect()
}

proptest! {
    #[test]
    fn nothing_changes_between_a_run_and_itself(a in any_run(1)) {
        let diff = diff(&a, &a).unwrap();
        prop_assert!(diff.items.iter().all(|it| it.class == Class::Unchanged));
        prop_assert!(diff.workloads.is_empty() && diff.notes.is_empty());
    }

    /// Turned round, new is fixed and fixed is new; only in doubt both are told as open.
    #[test]
    fn a_comparison_turned_round_is_its_mirror(a in any_run(1), b in any_run(2)) {
        let (there, back) = (diff(&a, &b).unwrap(), diff(&b, &a).unwrap());
        prop_assert_eq!(there.items.len(), back.items.len());
        for class in [Class::Unchanged, Class::Changed] {
            prop_assert_eq!(prints(&there, class).len(), prints(&back, class).len());
        }
        prop_assert_eq!(prints(&there, Class::Waived), prints(&back, Class::Reopened));
        prop_assert!(prints(&there, Class::Fixed).is_subset(&prints(&back, Class::New)));
        prop_assert!(prints(&there, Class::FirstSeen).is_subset(&prints(&back, Class::NotComparable)));
    }

    #[test]
    fn nothing_unread_is_ever_fixed_and_nothing_old_is_ever_new(a in any_run(1), b in any_run(2)) {
        let diff = diff(&a, &b).unwrap();
        let denied = |run: &Record, region: &str| run.gaps.iter().any(|it| it.key.region == region && !it.hides.is_empty());
        for item in &diff.items {
            match item.class {
                Class::Fixed => prop_assert!(!denied(&b, &item.resource.region)),
                Class::New => prop_assert!(!denied(&a, &item.resource.region)),
                _ => {}
            }
        }
    }
}
