//! What a score says: points, what they are made of, and what caps them.
//!
//! Finished numbers only; they are worked out in [`crate::check`].

use crate::inventory::Region;
use crate::rule::meta::Severity;

/// How well a workload is set up to lose a Region, from 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Of what could be decided, after the caps; `None` when nothing was.
    pub decided: Option<u8>,
    /// Before any cap.
    pub uncapped: Option<u8>,
    /// Between all that is unknown failing and passing; `None` when no rule applies.
    pub range: Option<Range>,
    /// Weight of what was decided among what applies, from 0 to 1.
    pub coverage: f64,
    /// `None` when there is no headline.
    pub grade: Option<Grade>,
    /// What keeps it down whatever else is right, the hardest first.
    pub caps: Vec<Cap>,
    /// In the order of their weight.
    pub pillars: Vec<PillarScore>,
    /// Points that waivers hide.
    pub waived_points: u8,
    pub residency: Option<Residency>,
    /// Which fixes regain most, the best first.
    pub gains: Vec<Gain>,
}

impl Score {
    /// Below this coverage the range stands in for the points.
    pub const LEAST_COVERAGE: f64 = 0.8;
    /// From here on, points need to be proven by an exercise.
    pub const PROVEN_FROM: u8 = 80;

    /// The points, where enough could be decided.
    pub fn headline(&self) -> Option<u8> {
        self.decided
            .filter(|_| self.coverage >= Self::LEAST_COVERAGE)
    }

    /// The hardest cap, where one lowers the points.
    pub fn cap(&self) -> Option<&Cap> {
        let hardest = self.caps.iter().min_by_key(|cap| cap.at);
        hardest.filter(|_| self.decided < self.uncapped)
    }

    /// Points or range, with the cap and its cause.
    pub fn shown(&self) -> String {
        let text = match (self.headline(), self.range) {
            (_, None) => return "no rule applies".to_owned(),
            (None, Some(range)) => return format!("between {} and {}", range.low, range.high),
            (Some(points), Some(range)) => {
                let grade = self.grade.map_or("", Grade::text);
                let range = if range.low == range.high {
                    String::new()
                } else {
                    format!(" [{}–{}]", range.low, range.high)
                };
                format!("{points} {grade}{range}")
            }
        };
        if self.headline() >= Some(Self::PROVEN_FROM) {
            text + ", unproven"
        } else {
            text
        }
    }
}

/// Both ends count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub low: u8,
    pub high: u8,
}

/// A school mark for a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    A,
    B,
    C,
    D,
    F,
}

impl Grade {
    pub fn text(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::F => "F",
        }
    }
}

/// The most points that a score can have, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cap {
    pub at: u8,
    pub cause: String,
    /// The rule that caps, if it is one.
    pub rule: Option<String>,
}

/// A part of the architecture.
#[derive(Debug, Clone, PartialEq)]
pub struct PillarScore {
    pub code: &'static str,
    pub title: &'static str,
    /// Weight among the pillars.
    pub weight: u32,
    /// `None` when no rule of it was decided.
    pub points: Option<u8>,
    /// `None` when no rule of it applies.
    pub range: Option<Range>,
    /// Whether a critical finding caps it.
    pub capped: bool,
    /// Sorted by rule.
    pub terms: Vec<Term>,
}

/// What one rule adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub rule: String,
    pub severity: Severity,
    /// Weight of its severity.
    pub weight: u32,
    /// In hundredths.
    pub confidence_percent: u8,
    pub failed: usize,
    /// Passed or failed.
    pub evaluated: usize,
    pub unknown: usize,
    pub waived: usize,
    /// Weight times confidence times the share that failed; `None` when nothing was decided.
    pub loss: Option<f64>,
}

/// What mending everything that a rule finds would regain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    pub rule: String,
    pub title: String,
    /// How many findings are to be mended.
    pub findings: usize,
    /// Points after the caps.
    pub points: u8,
    /// Points before any cap.
    pub uncapped: u8,
}

/// One of three answers about a boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Pass,
    Unknown,
    Fail,
}

impl Verdict {
    pub fn text(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

/// Whether data stays inside its boundary; never averaged into resilience.
#[derive(Debug, Clone, PartialEq)]
pub struct Residency {
    pub boundary: String,
    /// Sorted.
    pub regions: Vec<Region>,
    pub verdict: Verdict,
    /// `None` when nothing was decided.
    pub points: Option<u8>,
    /// Sorted by rule.
    pub terms: Vec<Term>,
}

/// All workloads together, each by its criticality.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overall {
    /// `None` when no workload has a headline.
    pub points: Option<u8>,
    /// Workloads that have one.
    pub scored: usize,
    pub workloads: usize,
}
