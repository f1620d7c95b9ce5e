//! Two runs, finding by finding: what is new, mended, the same, and what nobody can compare.

use std::collections::{BTreeMap, BTreeSet};

use super::movement;
use super::pairs::{self, Pair};
use super::record::{Finding, Record, RecordError, Resource};
use super::sight::{Sight, View};
use crate::report::diff::{About, Item, Side};
pub use crate::report::diff::{Class, Diff};

/// A finding in one of the runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'r> {
    pub(super) finding: &'r Finding,
    pub(super) waived: bool,
    /// When it was last found, where an earlier run than this one did.
    last_seen: Option<&'r str>,
}

/// Compares two runs. Findings that the older one carried on count as its own.
pub fn diff(old: &Record, new: &Record) -> Result<Diff, RecordError> {
    let (before, now) = (held(old, true), held(new, false));
    let (seen_old, seen_new) = (View::new(old, new), View::new(new, old));
    let gone: Vec<Held<'_>> = missing(&before, &now);
    let come: Vec<Held<'_>> = missing(&now, &before);
    let mut items = Vec::new();
    for (print, was) in &before {
        if let Some(is) = now.get(print) {
            items.push(both(was, is));
        }
    }
    let was = |it: &Held<'_>| seen_new.look(it.finding, &seen_old);
    let is = |it: &Held<'_>| seen_old.look(it.finding, &seen_new);
    let gone: Vec<(Held<'_>, Sight)> = gone.into_iter().map(|it| (it, was(&it))).collect();
    let come: Vec<(Held<'_>, Sight)> = come.into_iter().map(|it| (it, is(&it))).collect();
    let (pairs, gone, come) = pairs::pairs(gone, come);
    items.extend(pairs.iter().map(|Pair { old, new }| {
        let mut item = both(old, new);
        let at = &old.finding.resource;
        item.because = Some(if old.finding.workload == new.finding.workload {
            format!("was told of {}", at.arn)
        } else {
            format!("was told of workload {}", old.finding.workload)
        });
        if item.class == Class::Unchanged {
            item.class = Class::Changed;
        }
        item
    }));
    items.extend(gone.iter().map(|(it, sight)| left(it, sight)));
    items.extend(come.iter().map(|(it, sight)| arrived(it, sight)));
    items.sort_by_cached_key(order);
    Ok(Diff {
        old: side(old)?,
        new: side(new)?,
        notes: movement::notes(old, new),
        items,
        workloads: movement::workloads(old, new),
        coverage: movement::coverage(old, new),
    })
}

/// By fingerprint; what a waiver covers too, and what was carried on.
fn held(record: &Record, carried: bool) -> BTreeMap<&str, Held<'_>> {
    let of = |finding, waived, last_seen| Held {
        finding,
        waived,
        last_seen,
    };
    let earlier = record.carried.iter().filter(|_| carried);
    let earlier = earlier.map(|it| of(&it.finding, false, Some(it.last_seen.as_str())));
    let waived = record.waived.iter().map(|it| of(&it.finding, true, None));
    let open = record.findings.iter().map(|it| of(it, false, None));
    let all = earlier.chain(waived).chain(open);
    all.map(|it| (it.finding.fingerprint.as_str(), it))
        .collect()
}

fn missing<'r>(from: &BTreeMap<&str, Held<'r>>, of: &BTreeMap<&str, Held<'_>>) -> Vec<Held<'r>> {
    let gone = from.iter().filter(|(print, _)| !of.contains_key(*print));
    gone.map(|(_, held)| *held).collect()
}

/// A finding that both runs have.
fn both(old: &Held<'_>, new: &Held<'_>) -> Item {
    let (was, is) = (old.finding, new.finding);
    let changed = was.severity != is.severity || was.message != is.message;
    let class = match (old.waived, new.waived) {
        (true, false) => Class::Reopened,
        (false, true) => Class::Waived,
        _ if changed => Class::Changed,
        _ => Class::Unchanged,
    };
    Item {
        severity_before: (was.severity != is.severity).then_some(was.severity),
        message_before: (was.message != is.message).then(|| was.message.clone()),
        last_seen: old.last_seen.map(str::to_owned),
        ..item(class, new, None)
    }
}

/// A finding that only the older run has.
fn left(held: &Held<'_>, sight: &Sight) -> Item {
    let (class, because) = match sight {
        Sight::Passed => (Class::Fixed, None),
        Sight::Absent => (Class::Fixed, Some("it is no longer there".to_owned())),
        Sight::Silent => (Class::Fixed, Some("the rule no longer applies".to_owned())),
        Sight::Blind(why) | Sight::Doubt(why) => (Class::NotComparable, Some(why.clone())),
    };
    item(class, held, because)
}

/// A finding that only the newer run has.
fn arrived(held: &Held<'_>, sight: &Sight) -> Item {
    let (class, because) = match sight {
        Sight::Passed | Sight::Silent => (Class::New, None),
        Sight::Absent => (Class::New, Some("it was not there before".to_owned())),
        Sight::Doubt(why) => (Class::New, Some(format!("as far as is known: {why}"))),
        Sight::Blind(why) => (Class::FirstSeen, Some(format!("before: {why}"))),
    };
    item(class, held, because)
}

fn item(class: Class, held: &Held<'_>, because: Option<String>) -> Item {
    let finding = held.finding;
    Item {
        class,
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        severity: finding.severity,
        workload: finding.workload.clone(),
        resource: about(&finding.resource),
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.clone(),
        waived: held.waived,
        because,
        severity_before: None,
        message_before: None,
        last_seen: held.last_seen.map(str::to_owned),
    }
}

fn about(resource: &Resource) -> About {
    About {
        arn: resource.arn.clone(),
        kind: resource.kind.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
        name: resource.name.clone(),
    }
}

fn side(record: &Record) -> Result<Side, RecordError> {
    Ok(Side {
        id: record.id()?,
        version: record.tool.version.clone(),
        finished: record.run.finished.clone(),
        findings: record.findings.len(),
    })
}

/// By class, then worst first, then by rule, workload, place, ARN.
fn order(item: &Item) -> impl Ord + use<> {
    let at = &item.resource;
    (
        item.class,
        std::cmp::Reverse(item.severity),
        item.rule.clone(),
        item.workload.clone(),
        (at.account.clone(), at.region.clone(), at.arn.clone()),
        item.fingerprint.clone(),
    )
}

/// Fingerprints of the findings that are no alert any more to whoever knows the older run.
pub fn known(diff: &Diff) -> BTreeSet<&str> {
    let items = diff.items.iter().filter(|it| {
        matches!(it.class, Class::Unchanged | Class::Changed) && !it.alerts() && !it.waived
    });
    items.map(|it| it.fingerprint.as_str()).collect()
}
