//! What a target is told: the change, and nothing that was so before.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{On, Target};
use crate::history::Record;
use crate::history::record::Waived;
use crate::report::diff::{Class, Diff, Item};

const SCHEMA_VERSION: &str = "1.0";
/// Lines of one part before the rest is counted.
const SHOWN: usize = 200;

/// What changed between two runs, as far as a target wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Version of this format.
    pub schema_version: &'static str,
    /// The same for the same change: who gets it twice can tell.
    pub id: String,
    /// `mrlint: 2 new, 1 fixed`.
    pub title: String,
    /// When the two inventories were finished (RFC 3339, UTC).
    pub from: String,
    pub to: String,
    pub parts: Vec<Part>,
}

/// Changes of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// `new`, `first seen`, `fixed`, `expiring`, `coverage`.
    pub what: &'static str,
    /// How many there are.
    pub count: usize,
    /// As many as are told.
    pub lines: Vec<Line>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Severity, where it is about a finding.
    pub severity: Option<&'static str>,
    pub rule: Option<String>,
    pub workload: Option<String>,
    pub resource: Option<String>,
    pub fingerprint: Option<String>,
    pub text: String,
}

/// What a target is told of a change; `None` where nothing that it wants to know changed.
pub fn message(target: &Target, diff: &Diff, old: &Record, new: &Record) -> Option<Message> {
    let mut parts = Vec::new();
    let severe = |it: &&Item| it.severity >= target.least && !it.waived;
    let mut part = |what, items: Vec<&Item>| {
        if !items.is_empty() {
            parts.push(Part {
                what,
                count: items.len(),
                lines: items.iter().take(SHOWN).map(|it| line(it)).collect(),
            });
        }
    };
    if target.on.contains(&On::New) {
        let alerts = diff.items.iter().filter(|it| it.alerts());
        part("new", alerts.filter(severe).collect());
        part(
            "first seen",
            diff.of(Class::FirstSeen).filter(severe).collect(),
        );
    }
    if target.on.contains(&On::Fixed) {
        part("fixed", diff.of(Class::Fixed).filter(severe).collect());
    }
    if target.on.contains(&On::Expiring) {
        parts.extend(expiring(target, old, new));
    }
    if target.on.contains(&On::Coverage) && diff.coverage.tenths < 0 {
        parts.push(coverage(diff));
    }
    if parts.is_empty() {
        return None;
    }
    let counts = parts.iter().map(|it| match it.what {
        "coverage" => "coverage dropped".to_owned(),
        what => format!("{} {what}", it.count),
    });
    Some(Message {
        schema_version: SCHEMA_VERSION,
        id: format!("{}-{}", diff.old.id, diff.new.id),
        title: format!("mrlint: {}", counts.collect::<Vec<_>>().join(", ")),
        from: diff.old.finished.clone(),
        to: diff.new.finished.clone(),
        parts,
    })
}

fn line(item: &Item) -> Line {
    let at = &item.resource;
    let text = match (&item.class, &item.because) {
        (Class::Reopened, _) => format!("{} (its waiver is over)", item.message),
        (_, Some(because)) => format!("{} ({because})", item.message),
        _ => item.message.clone(),
    };
    Line {
        severity: Some(item.severity.text()),
        rule: Some(item.rule.clone()),
        workload: Some(item.workload.clone()),
        resource: Some(at.arn.clone()),
        fingerprint: Some(item.fingerprint.clone()),
        text,
    }
}

/// Waivers that came near their end since the older run. The days are those of the runs, never the
/// clock's.
fn expiring(target: &Target, old: &Record, new: &Record) -> Option<Part> {
    let told = near(old, target.expiring_days);
    let near: BTreeSet<_> = near(new, target.expiring_days);
    let fresh: Vec<&(String, String, String)> = near.difference(&told).collect();
    let line = |(expires, rule, owner): &(String, String, String)| {
        let covered =
            |it: &&Waived| it.expires == *expires && it.finding.rule == *rule && it.owner == *owner;
        let count = new.waived.iter().filter(covered).count();
        let findings = if count == 1 { "finding" } else { "findings" };
        Line {
            severity: None,
            rule: Some(rule.clone()),
            workload: None,
            resource: None,
            fingerprint: None,
            text: format!("waiver of {owner} for {count} {findings} ends after {expires}"),
        }
    };
    (!fresh.is_empty()).then(|| Part {
        what: "expiring",
        count: fresh.len(),
        lines: fresh.into_iter().take(SHOWN).map(line).collect(),
    })
}

/// Last day, rule and owner of the waivers that are within so many days of their end.
fn near(record: &Record, days: u32) -> BTreeSet<(String, String, String)> {
    let finished = record.run.finished.parse::<Timestamp>().ok();
    let today = finished.map(|it| jiff::tz::Offset::UTC.to_datetime(it).date());
    let last = today.and_then(|it| it.checked_add(i64::from(days).days()).ok());
    let soon = |it: &&Waived| {
        let expires = it.expires.parse::<Date>().ok();
        expires
            .zip(last)
            .is_some_and(|(expires, last)| expires <= last)
    };
    let waived = record.waived.iter().filter(soon);
    waived
        .map(|it| {
            let rule = it.finding.rule.clone();
            (it.expires.clone(), rule, it.owner.clone())
        })
        .collect()
}

fn coverage(diff: &Diff) -> Part {
    let plain = |text: String| Line {
        severity: None,
        rule: None,
        workload: None,
        resource: None,
        fingerprint: None,
        text,
    };
    let moved = &diff.coverage;
    let mut lines = vec![plain(format!(
        "{} % → {} % could be decided",
        moved.before, moved.now
    ))];
    let open = diff
        .of(Class::NotComparable)
        .filter(|it| !it.waived)
        .count();
    if open > 0 {
        let them = if open == 1 { "finding" } else { "findings" };
        lines.push(plain(format!(
            "{open} {them} could not be judged again and stay open"
        )));
    }
    let gaps = moved.gaps_come.iter().take(SHOWN);
    lines.extend(gaps.map(|it| plain(format!("not read any more: {it}"))));
    if let Some(more @ 1..) = moved.gaps_come.len().checked_sub(SHOWN) {
        lines.push(plain(format!("and {more} more that were not read")));
    }
    Part {
        what: "coverage",
        count: 1,
        lines,
    }
}
