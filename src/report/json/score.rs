//! The score in JSON: every term, so that the points can be worked out again.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{self, Range};

/// All workloads together, each by its criticality.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Overall {
    /// Mean of the workloads that have points; null when none has.
    points: Option<u8>,
    /// Workloads that have points.
    scored: usize,
    workloads: usize,
}

/// How well the workload is set up to lose a Region.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Score {
    /// From 0 to 100, after the caps; null where less than 80 % of what applies is decided.
    points: Option<u8>,
    /// Of what was decided, after the caps, however little that is.
    decided: Option<u8>,
    /// Of what was decided, before any cap.
    uncapped: Option<u8>,
    /// With everything unknown counted as failing; null when no rule applies.
    low: Option<u8>,
    /// With everything unknown counted as passing; null when no rule applies.
    high: Option<u8>,
    /// Weight of what was decided among what applies, from 0 to 1.
    coverage: f64,
    /// A to F; null where there are no points.
    grade: Option<&'static str>,
    /// Whether an exercise has shown it; no exercise is read yet.
    proven: bool,
    /// What keeps it down whatever else is right.
    caps: Vec<Cap>,
    /// In the order of their weight.
    pillars: Vec<Pillar>,
    /// Points that waivers hide.
    waived_points: u8,
    /// Whether data stays inside its boundary; never averaged into the points.
    residency: Option<Residency>,
    /// Which fixes regain most.
    gains: Vec<Gain>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Cap {
    /// The most points.
    at: u8,
    cause: String,
    rule: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Pillar {
    code: &'static str,
    title: &'static str,
    /// Weight among the pillars.
    weight: u32,
    /// Null when no rule of it was decided.
    points: Option<u8>,
    low: Option<u8>,
    high: Option<u8>,
    /// Whether a critical finding caps it.
    capped: bool,
    terms: Vec<Term>,
}

/// What one rule adds.
#[derive(Debug, Serialize, JsonSchema)]
struct Term {
    rule: String,
    severity: &'static str,
    weight: u32,
    /// From 0 to 1.
    confidence: f64,
    failed: usize,
    evaluated: usize,
    unknown: usize,
    waived: usize,
    /// Weight times confidence times the share that fails; null when nothing was decided.
    loss: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Residency {
    boundary: String,
    regions: Vec<String>,
    /// `pass`, `fail` or `unknown`.
    verdict: &'static str,
    points: Option<u8>,
    terms: Vec<Term>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Gain {
    rule: String,
    title: String,
    /// How many findings are to be mended.
    findings: usize,
    /// Points that come back, after the caps.
    points: u8,
    /// Points that come back, before any cap.
    uncapped: u8,
}

impl Overall {
    pub(in crate::report) fn of(overall: report::Overall) -> Self {
        Self {
            points: overall.points,
            scored: overall.scored,
            workloads: overall.workloads,
        }
    }
}

fn ends(range: Option<Range>) -> (Option<u8>, Option<u8>) {
    (range.map(|it| it.low), range.map(|it| it.high))
}

impl Score {
    pub(in crate::report) fn of(score: &report::Score) -> Self {
        let (low, high) = ends(score.range);
        let caps = score.caps.iter().map(|cap| Cap {
            at: cap.at,
            cause: cap.cause.clone(),
            rule: cap.rule.clone(),
        });
        let gains = score.gains.iter().map(|gain| Gain {
            rule: gain.rule.clone(),
            title: gain.title.clone(),
            findings: gain.findings,
            points: gain.points,
            uncapped: gain.uncapped,
        });
        Self {
            points: score.headline(),
            decided: score.decided,
            uncapped: score.uncapped,
            low,
            high,
            coverage: score.coverage,
            grade: score.grade.map(report::Grade::text),
            proven: false,
            caps: caps.collect(),
            pillars: score.pillars.iter().map(pillar).collect(),
            waived_points: score.waived_points,
            residency: score.residency.as_ref().map(residency),
            gains: gains.collect(),
        }
    }
}

fn pillar(pillar: &report::PillarScore) -> Pillar {
    let (low, high) = ends(pillar.range);
    Pillar {
        code: pillar.code,
        title: pillar.title,
        weight: pillar.weight,
        points: pillar.points,
        low,
        high,
        capped: pillar.capped,
        terms: pillar.terms.iter().map(term).collect(),
    }
}

fn term(term: &report::Term) -> Term {
    Term {
        rule: term.rule.clone(),
        severity: term.severity.text(),
        weight: term.weight,
        confidence: f64::from(term.confidence_percent) / 100.0,
        failed: term.failed,
        evaluated: term.evaluated,
        unknown: term.unknown,
        waived: term.waived,
        loss: term.loss,
    }
}

fn residency(residency: &report::Residency) -> Residency {
    Residency {
        boundary: residency.boundary.clone(),
        regions: residency.regions.iter().map(ToString::to_string).collect(),
        verdict: residency.verdict.text(),
        points: residency.points,
        terms: residency.terms.iter().map(term).collect(),
    }
}
