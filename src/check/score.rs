//! From verdicts to points: how a score is made, and nothing about how it looks.
//!
//! A rule loses half its weight for the first fail and the rest with the share that fails. What is
//! unknown is neither: it opens a range. What would be an outage caps the whole.

use crate::report::{Cap, Gain, Grade, PillarScore, Range, Score, Term};
use crate::rule::meta::{Pillar, Severity};

/// The most that a pillar with a critical finding can have, and a workload with one.
const CRITICAL_PILLAR: u8 = 49;
const CRITICAL_WORKLOAD: u8 = 59;
/// The most for an active-active workload with traffic in one Region only.
const ONE_REGION: u8 = 39;
/// The most for a workload that a lost Region takes with it.
const LOST: u8 = 39;
/// How many fixes are named.
const GAINS: usize = 5;

/// What one rule said of one workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub rule: String,
    pub title: String,
    pub pillar: &'static Pillar,
    pub severity: Severity,
    /// In hundredths.
    pub confidence_percent: u8,
    pub pass: usize,
    pub fail: usize,
    /// Subjects that are known but could not be judged.
    pub unknown: usize,
    /// Places in which any number of subjects may be missing.
    pub hidden: usize,
    pub waived: usize,
    /// The worst of its findings.
    pub worst: Option<Severity>,
    /// What it says of the worst one, for the cause of a cap.
    pub cause: String,
}

/// What the unknown counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Neither,
    Fail,
    Pass,
}

fn weight(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 10,
        Severity::High => 6,
        Severity::Medium => 3,
        Severity::Low => 1,
        Severity::Info => 0,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of verdicts stay far below 2^52"
)]
fn float(count: usize) -> f64 {
    count as f64
}

impl Tally {
    fn full(&self) -> f64 {
        f64::from(weight(self.severity)) * f64::from(self.confidence_percent) / 100.0
    }

    fn open(&self) -> usize {
        self.unknown + self.hidden
    }

    /// The share of its weight that is lost; `None` when it says nothing.
    fn lost(&self, unknown: Unknown) -> Option<f64> {
        let share = |fail: usize, all: usize| match fail {
            0 => 0.0,
            fail => 0.5 + 0.5 * float(fail) / float(all),
        };
        let decided = self.pass + self.fail;
        match unknown {
            Unknown::Neither if decided == 0 => None,
            _ if decided + self.open() == 0 => None,
            Unknown::Neither => Some(share(self.fail, decided)),
            // Where nobody could list them, any number may fail, or pass.
            Unknown::Fail if self.hidden > 0 => Some(1.0),
            Unknown::Pass if self.hidden > 0 && self.fail > 0 => Some(0.5),
            Unknown::Fail => Some(share(self.fail + self.unknown, decided + self.unknown)),
            Unknown::Pass => Some(share(self.fail, decided + self.unknown)),
        }
    }

    fn critical(&self, unknown: Unknown) -> bool {
        let open = unknown == Unknown::Fail && self.open() > 0;
        self.worst == Some(Severity::Critical) || (open && self.severity == Severity::Critical)
    }

    pub(super) fn term(&self) -> Term {
        Term {
            rule: self.rule.clone(),
            severity: self.severity,
            weight: weight(self.severity),
            confidence_percent: self.confidence_percent,
            failed: self.fail,
            evaluated: self.pass + self.fail,
            unknown: self.open(),
            waived: self.waived,
            loss: self.lost(Unknown::Neither).map(|lost| lost * self.full()),
        }
    }
}

/// 100 minus what is lost of the weight; `None` when nothing has weight.
fn points_of<'o>(tallies: impl Iterator<Item = &'o Tally>, unknown: Unknown) -> Option<u8> {
    let (mut loss, mut full) = (0.0, 0.0);
    for tally in tallies {
        if let Some(lost) = tally.lost(unknown) {
            loss += lost * tally.full();
            full += tally.full();
        }
    }
    (full > 0.0).then(|| rounded(100.0 * (1.0 - loss / full)))
}

/// Points of what was decided, uncapped; `None` when nothing was.
pub(super) fn points<'o>(tallies: impl Iterator<Item = &'o Tally>) -> Option<u8> {
    points_of(tallies, Unknown::Neither)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 100"
)]
fn rounded(points: f64) -> u8 {
    points.clamp(0.0, 100.0).round() as u8
}

/// What caps a workload beside its findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gates {
    pub traffic: Traffic,
    /// Losses of one Region that take it along, each with why.
    pub fails: Vec<String>,
    /// Whether of some nobody can tell.
    pub open: bool,
}

/// Where the traffic of a workload goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Traffic {
    /// Nothing to say.
    #[default]
    Fine,
    /// It means to be active-active, and this is where all traffic goes.
    OneRegion(String),
    /// It means to be active-active, and nobody could see where traffic goes.
    Unknown,
}

/// The score of a workload; the tallies are sorted by rule.
pub fn score(tallies: &[Tally], gates: &Gates) -> Score {
    let scored: Vec<&Tally> = tallies.iter().filter(|it| it.pillar.weight > 0).collect();
    let decided = total(&scored, Unknown::Neither, pillar_points);
    let caps = caps(&scored, gates);
    let capped =
        |points: Option<u8>, unknown| points.map(|it| it.min(cap(&scored, gates, unknown)));
    let range = |low: Option<u8>, high: Option<u8>| {
        let (low, high) = (low?, high?);
        Some(Range { low, high })
    };
    let points = capped(decided, Unknown::Neither);
    let coverage = coverage(&scored);
    let mut score = Score {
        decided: points,
        uncapped: total(&scored, Unknown::Neither, free_points),
        range: range(
            capped(total(&scored, Unknown::Fail, pillar_points), Unknown::Fail),
            capped(total(&scored, Unknown::Pass, pillar_points), Unknown::Pass),
        ),
        coverage,
        grade: None,
        caps,
        pillars: pillars(&scored),
        waived_points: 0,
        residency: None,
        gains: Vec::new(),
    };
    score.grade = score.headline().map(|points| grade(points, &scored));
    score
}

/// As [`score`], with which fixes regain most.
pub fn score_with_gains(tallies: &[Tally], gates: &Gates) -> Score {
    let mut score = score(tallies, gates);
    score.gains = gains(tallies, gates, &score);
    score
}

/// The points of a pillar.
type PillarPoints = fn(&Pillar, &[&Tally], Unknown) -> Option<u8>;

/// The mean of the pillars by their weight.
fn total(tallies: &[&Tally], unknown: Unknown, of: PillarPoints) -> Option<u8> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for pillar in Pillar::ALL {
        if let Some(points) = of(pillar, tallies, unknown) {
            sum += f64::from(pillar.weight) * f64::from(points);
            weights += f64::from(pillar.weight);
        }
    }
    (weights > 0.0).then(|| rounded(sum / weights))
}

/// Capped by the pillar's own critical findings.
fn pillar_points(pillar: &Pillar, tallies: &[&Tally], unknown: Unknown) -> Option<u8> {
    let points = free_points(pillar, tallies, unknown)?;
    let critical = of_pillar(pillar, tallies).any(|it| it.critical(unknown));
    Some(if critical {
        points.min(CRITICAL_PILLAR)
    } else {
        points
    })
}

/// Whatever is critical.
fn free_points(pillar: &Pillar, tallies: &[&Tally], unknown: Unknown) -> Option<u8> {
    points_of(of_pillar(pillar, tallies), unknown)
}

fn of_pillar<'o>(pillar: &Pillar, tallies: &[&'o Tally]) -> impl Iterator<Item = &'o Tally> {
    let own = tallies.iter().copied();
    own.filter(|it| it.pillar.code == pillar.code)
}

fn pillars(tallies: &[&Tally]) -> Vec<PillarScore> {
    let mut pillars: Vec<&Pillar> = Pillar::ALL.iter().filter(|it| it.weight > 0).collect();
    pillars.sort_by_key(|pillar| std::cmp::Reverse(pillar.weight));
    let scored = pillars.into_iter().map(|pillar| {
        let own = || of_pillar(pillar, tallies);
        let low = pillar_points(pillar, tallies, Unknown::Fail);
        let high = pillar_points(pillar, tallies, Unknown::Pass);
        PillarScore {
            code: pillar.code,
            title: pillar.title,
            weight: pillar.weight,
            points: pillar_points(pillar, tallies, Unknown::Neither),
            range: low.zip(high).map(|(low, high)| Range { low, high }),
            capped: own().any(|it| it.critical(Unknown::Neither)),
            terms: own().map(Tally::term).collect(),
        }
    });
    scored.collect()
}

fn cap(tallies: &[&Tally], gates: &Gates, unknown: Unknown) -> u8 {
    let critical = tallies.iter().any(|it| it.critical(unknown));
    let one_region = match gates.traffic {
        Traffic::OneRegion(_) => true,
        Traffic::Unknown => unknown == Unknown::Fail,
        Traffic::Fine => false,
    };
    let lost = !gates.fails.is_empty() || (gates.open && unknown == Unknown::Fail);
    let caps = [
        (one_region, ONE_REGION),
        (lost, LOST),
        (critical, CRITICAL_WORKLOAD),
    ];
    let caps = caps.into_iter().filter(|(holds, _)| *holds);
    caps.map(|(_, at)| at).min().unwrap_or(100)
}

fn caps(tallies: &[&Tally], gates: &Gates) -> Vec<Cap> {
    let mut caps = Vec::new();
    if let Traffic::OneRegion(region) = &gates.traffic {
        caps.push(Cap {
            at: ONE_REGION,
            cause: format!("it is meant to be active-active, and all traffic goes to {region}"),
            rule: None,
        });
    }
    caps.extend(gates.fails.iter().map(|why| Cap {
        at: LOST,
        cause: why.clone(),
        rule: None,
    }));
    let critical = tallies.iter().filter(|it| it.critical(Unknown::Neither));
    caps.extend(critical.map(|it| Cap {
        at: CRITICAL_WORKLOAD,
        cause: it.cause.clone(),
        rule: Some(it.rule.clone()),
    }));
    caps
}

fn coverage(tallies: &[&Tally]) -> f64 {
    let (mut decided, mut all) = (0.0, 0.0);
    for tally in tallies {
        let known = tally.pass + tally.fail;
        let applies = known + tally.open();
        if applies > 0 {
            decided += tally.full() * float(known) / float(applies);
            all += tally.full();
        }
    }
    if all > 0.0 { decided / all } else { 1.0 }
}

fn grade(points: u8, tallies: &[&Tally]) -> Grade {
    let grave = tallies.iter().any(|it| it.worst >= Some(Severity::High));
    match points {
        90.. if !grave => Grade::A,
        80.. => Grade::B,
        65.. => Grade::C,
        40.. => Grade::D,
        _ => Grade::F,
    }
}

/// The score again with each failing rule mended.
fn gains(tallies: &[Tally], gates: &Gates, now: &Score) -> Vec<Gain> {
    let mut gains: Vec<Gain> = Vec::new();
    for (at, tally) in tallies.iter().enumerate() {
        if tally.fail == 0 || tally.pillar.weight == 0 {
            continue;
        }
        let mut mended = tallies.to_vec();
        mended[at].pass += mended[at].fail;
        mended[at].fail = 0;
        mended[at].worst = None;
        let then = score(&mended, gates);
        let gained = |then: Option<u8>, now: Option<u8>| {
            then.unwrap_or_default()
                .saturating_sub(now.unwrap_or_default())
        };
        gains.push(Gain {
            rule: tally.rule.clone(),
            title: tally.title.clone(),
            findings: tally.fail,
            points: gained(then.decided, now.decided),
            uncapped: gained(then.uncapped, now.uncapped),
        });
    }
    gains.sort_by(|a, b| {
        let key = |gain: &Gain| (gain.points, gain.uncapped);
        key(b).cmp(&key(a)).then_with(|| a.rule.cmp(&b.rule))
    });
    gains.truncate(GAINS);
    gains
}

#[cfg(test)]
mod tests;
