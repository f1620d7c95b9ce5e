//! What moved beside the findings: scores with what explains them, losses, coverage, and what else
//! is not the same between two runs.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Cap, Pillar, Record, Term, Workload};
use crate::report::diff::{CoverageMoved, LossMoved, Moved};

/// Places or rules that are named of many.
const NAMED: usize = 5;

/// Why more may have changed than the accounts.
pub(super) fn notes(old: &Record, new: &Record) -> Vec<String> {
    let mut notes = Vec::new();
    if old.tool.version != new.tool.version {
        notes.push(format!(
            "judged by mrlint {}, then by {}: facts may be worked out another way",
            old.tool.version, new.tool.version
        ));
    }
    let config = |it: &Record| it.run.config.as_ref().map(|it| it.sha256.clone());
    if config(old) != config(new) {
        notes.push("the configuration is another: findings may come and go with it".to_owned());
    }
    let rules = |it: &Record| -> BTreeMap<String, Option<String>> {
        let each = it.verdicts.iter();
        each.map(|it| (it.rule.clone(), it.stamp.clone())).collect()
    };
    let (was, is) = (rules(old), rules(new));
    let only = |a: &BTreeMap<String, Option<String>>, b: &BTreeMap<String, Option<String>>| {
        let keys = a.keys().filter(|it| !b.contains_key(*it));
        keys.cloned().collect::<Vec<String>>()
    };
    let changed = is.iter().filter(|(rule, stamp)| {
        let before = was.get(*rule);
        before.is_some_and(|it| it.is_some() && stamp.is_some() && it != *stamp)
    });
    let changed: Vec<String> = changed.map(|(rule, _)| rule.clone()).collect();
    for (word, rules) in [
        ("rules evaluated for the first time", only(&is, &was)),
        ("rules not evaluated any more", only(&was, &is)),
        ("rules with another text or settings", changed),
    ] {
        if !rules.is_empty() {
            notes.push(format!("{word}: {}", named(&rules)));
        }
    }
    let places = |it: &Record| -> BTreeSet<String> {
        let scope = it.scope();
        let places = scope
            .iter()
            .flat_map(|(account, regions)| regions.iter().map(move |it| format!("{account} {it}")));
        places.collect()
    };
    let (was, is) = (places(old), places(new));
    for (word, left) in [
        ("not asked any more", was.difference(&is)),
        ("asked for the first time", is.difference(&was)),
    ] {
        let left: Vec<String> = left.cloned().collect();
        if !left.is_empty() {
            notes.push(format!("{word}: {}", named(&left)));
        }
    }
    notes
}

fn named(all: &[String]) -> String {
    let mut text: Vec<String> = all.iter().take(NAMED).cloned().collect();
    if let Some(more @ 1..) = all.len().checked_sub(NAMED) {
        text.push(format!("and {more} more"));
    }
    text.join(", ")
}

/// Workloads of either run of which something moved.
pub(super) fn workloads(old: &Record, new: &Record) -> Vec<Moved> {
    let names = old.workloads.iter().chain(&new.workloads);
    let names: BTreeSet<&str> = names.map(|it| it.name.as_str()).collect();
    let moved = names.into_iter().filter_map(|name| {
        let moved = moved(name, old.workload(name), new.workload(name));
        let same = moved.score == moved.score_before;
        (!same || !moved.because.is_empty() || !moved.losses.is_empty()).then_some(moved)
    });
    moved.collect()
}

fn moved(name: &str, old: Option<&Workload>, new: Option<&Workload>) -> Moved {
    let points = |it: Option<&Workload>| it.and_then(|it| it.score.points).map(i16::from);
    let (because, losses) = match (old, new) {
        (Some(old), Some(new)) => (because(old, new), losses(old, new)),
        _ => (Vec::new(), Vec::new()),
    };
    Moved {
        workload: name.to_owned(),
        score_before: old.map(|it| it.score.shown()),
        score: new.map(|it| it.score.shown()),
        points: points(new).zip(points(old)).map(|(new, old)| new - old),
        because,
        losses,
    }
}

/// Caps that came and went, then the pillars with their rules.
fn because(old: &Workload, new: &Workload) -> Vec<String> {
    let mut lines = Vec::new();
    // A cap by its rule where it has one: its words may name other numbers each day.
    let key = |cap: &Cap| {
        (
            cap.at,
            cap.rule.clone().unwrap_or_else(|| cap.cause.clone()),
        )
    };
    let told = |caps: &[Cap], others: &[Cap], word: &str| -> Vec<String> {
        let others: BTreeSet<_> = others.iter().map(key).collect();
        let caps = caps.iter().filter(|it| !others.contains(&key(it)));
        caps.map(|it| format!("{word} at {}: {}", it.at, it.cause))
            .collect()
    };
    lines.extend(told(&new.score.caps, &old.score.caps, "capped"));
    lines.extend(told(&old.score.caps, &new.score.caps, "no longer capped"));
    let before: BTreeMap<&str, &Pillar> = pillars(old);
    for (code, pillar) in pillars(new) {
        lines.extend(pillar_moved(before.get(code).copied(), pillar));
    }
    lines
}

fn pillars(workload: &Workload) -> BTreeMap<&str, &Pillar> {
    let pillars = workload.score.pillars.iter();
    pillars.map(|it| (it.code.as_str(), it)).collect()
}

fn pillar_moved(old: Option<&Pillar>, new: &Pillar) -> Option<String> {
    let terms = |it: &Pillar| -> BTreeMap<String, Term> {
        let terms = it.terms.iter();
        terms.map(|it| (it.rule.clone(), it.clone())).collect()
    };
    let (was, is) = (old.map(terms).unwrap_or_default(), terms(new));
    let rules: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let moved = rules.into_iter().filter_map(|rule| {
        let (old, new) = (was.get(rule), is.get(rule));
        let say = |it: Option<&Term>| match it {
            Some(it) if it.unknown > 0 => {
                format!(
                    "{} of {} fail, {} open",
                    it.failed, it.evaluated, it.unknown
                )
            }
            Some(it) => format!("{} of {} fail", it.failed, it.evaluated),
            None => "not evaluated".to_owned(),
        };
        let (before, now) = (say(old), say(new));
        let lost = |it: Option<&Term>| it.and_then(|it| it.loss).unwrap_or_default();
        let same = (lost(old) - lost(new)).abs() < 1e-9 && before == now;
        (!same).then(|| format!("{rule} {before} → {now}"))
    });
    let moved: Vec<String> = moved.collect();
    let points = |it: Option<u8>| it.map_or_else(|| "none".to_owned(), |it| it.to_string());
    let before = old.and_then(|it| it.points);
    let weighty = before != new.points;
    if !weighty && moved.is_empty() {
        return None;
    }
    let rules = if moved.is_empty() {
        String::new()
    } else {
        format!(": {}", moved.join("; "))
    };
    Some(format!(
        "{} {} → {}{rules}",
        new.code,
        points(before),
        points(new.points)
    ))
}

fn losses(old: &Workload, new: &Workload) -> Vec<LossMoved> {
    let by = |it: &Workload| -> BTreeMap<String, String> {
        let losses = it.losses.iter();
        losses
            .map(|it| (it.loss.clone(), it.outcome.clone()))
            .collect()
    };
    let (was, is) = (by(old), by(new));
    let all: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let moved = all.into_iter().filter_map(|loss| {
        let (before, now) = (was.get(loss), is.get(loss));
        (before != now).then(|| LossMoved {
            loss: loss.clone(),
            before: before.cloned(),
            now: now.cloned(),
        })
    });
    moved.collect()
}

pub(super) fn coverage(old: &Record, new: &Record) -> CoverageMoved {
    let gaps = |it: &Record| -> BTreeSet<String> {
        let gaps = it.gaps.iter();
        gaps.map(|it| it.key.to_string()).collect()
    };
    let (was, is) = (gaps(old), gaps(new));
    let tenths = |it: &Record| i64::try_from(it.coverage.tenths()).unwrap_or_default();
    CoverageMoved {
        before: old.coverage.percent(),
        now: new.coverage.percent(),
        tenths: tenths(new) - tenths(old),
        gaps_come: is.difference(&was).cloned().collect(),
        gaps_gone: was.difference(&is).cloned().collect(),
    }
}
