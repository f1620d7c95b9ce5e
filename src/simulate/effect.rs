//! What a loss does, gathered part by part, and the outcome that it comes to.

use std::collections::{BTreeMap, BTreeSet};

use super::loss::Loss;
use super::names::Term;
use super::outages::Outage;
use super::time::{Seconds, Span};
use super::{Cause, Fate, Matter, Outcome, Phase, StandIn, Step, control_planes};
use crate::inventory::{GapKey, Region};
use crate::workload::Workload;

/// What a loss does, as it is put together.
#[derive(Default)]
pub(super) struct Effect {
    fails: BTreeSet<Cause>,
    degrades: BTreeSet<Cause>,
    /// What leaves the fate open and is no gap.
    reasons: BTreeSet<Cause>,
    open: BTreeMap<Matter, BTreeSet<GapKey>>,
    /// Hundredths of the load that do not fit, each with what lacks it.
    pub(super) short: BTreeSet<(u64, String)>,
    pub(super) detect: Term,
    pub(super) route: Term,
    pub(super) promote: Term,
    /// The longest of what somebody has to start, once it is started, and all that are started.
    pub(super) by_hand: (Term, BTreeSet<u32>),
    pub(super) scale: Term,
    rpo: Span,
    pub(super) stand_ins: Vec<StandIn>,
    /// Stores that are lost, with where what stands in for them is.
    pub(super) copies: Vec<(u32, Region)>,
    /// What is outside of the boundary then; `None` without one.
    pub(super) outside: Option<Vec<String>>,
    /// Stores that clients need and of which nothing is left.
    pub(super) gone: BTreeSet<String>,
    /// Queues and streams that are lost.
    pub(super) stranded: BTreeSet<String>,
    /// Regions in which clients end.
    pub(super) serving: BTreeSet<Region>,
}

impl Effect {
    /// That much of the latest data is gone.
    pub(super) fn lose(&mut self, rpo: Span) {
        self.rpo = self.rpo.max(rpo);
    }

    pub(super) fn fail(&mut self, matter: Matter, what: String, path: Vec<String>) {
        self.fails.insert(Cause {
            makes: Fate::Fails,
            matter,
            what,
            path,
        });
    }

    pub(super) fn degrade(&mut self, matter: Matter, what: String, path: Vec<String>) {
        self.degrades.insert(Cause {
            makes: Fate::Degraded,
            matter,
            what,
            path,
        });
    }

    /// Something that is not known, and that no gap says.
    pub(super) fn reason(&mut self, matter: Matter, what: impl Into<String>) {
        self.reasons.insert(Cause {
            makes: Fate::Unknown,
            matter,
            what: what.into(),
            path: Vec::new(),
        });
    }

    /// Gaps that leave something open.
    pub(super) fn open(&mut self, matter: Matter, gaps: impl IntoIterator<Item = GapKey>) {
        let mut gaps = gaps.into_iter().peekable();
        if gaps.peek().is_some() {
            self.open.entry(matter).or_default().extend(gaps);
        }
    }

    fn fate(&self) -> Fate {
        let mut open = self.open.keys();
        let beside = [Matter::Time, Matter::Boundary];
        let open = open.any(|it| !beside.contains(it)) || !self.reasons.is_empty();
        let whole = self.degrades.is_empty() && self.short.is_empty();
        match (!self.fails.is_empty(), open, whole) {
            (true, _, _) => Fate::Fails,
            (false, true, _) => Fate::Unknown,
            (false, false, false) => Fate::Degraded,
            (false, false, true) => Fate::Survives,
        }
    }

    /// What it comes to for a workload.
    pub(super) fn outcome(self, workload: &Workload, loss: &Loss) -> Outcome {
        let fate = self.fate();
        let after = self.promote.clone().max(self.scale.clone());
        let rto = if fate == Fate::Fails {
            Span::NEVER
        } else {
            self.detect.span + self.route.span + after.span
        };
        // At the latest all serve again when nothing is lost any more.
        let rto = loss.ends().map_or(rto, |end| {
            rto.min(Span {
                typical: end,
                upper: end,
            })
        });
        let met = |span: Span, most: Option<i64>| {
            let most = most.and_then(|it| u64::try_from(it).ok())?;
            (fate != Fate::Unknown).then_some(span.upper <= Seconds::Of(most))
        };
        let rto_met = met(rto, workload.objectives.rto_seconds);
        let timed = !self.open.contains_key(&Matter::Time) || fate == Fate::Fails;
        let causes = self.fails.into_iter().chain(self.reasons);
        let causes = causes.chain(self.short.into_iter().rev().map(short));
        let regions = loss.regions();
        let planes = regions.iter().flat_map(|it| control_planes(it)).copied();
        let replayed = loss.outage().into_iter().flat_map(Outage::control_planes);
        let steps = [
            (Phase::Detect, self.detect),
            (Phase::Route, self.route),
            (Phase::Promote, self.promote),
            (Phase::Scale, self.scale),
        ];
        Outcome {
            workload: workload.name.clone(),
            loss: loss.clone(),
            fate,
            rto,
            rpo: self.rpo,
            causes: causes.chain(self.degrades).collect(),
            timeline: steps.into_iter().filter_map(step).collect(),
            stand_ins: self.stand_ins,
            gone: self.gone.into_iter().collect(),
            stranded: self.stranded.into_iter().collect(),
            outside: self.outside,
            serving: self.serving.into_iter().collect(),
            control_planes: planes.chain(replayed).collect(),
            open: self.open,
            rto_met: rto_met.filter(|_| timed),
            rpo_met: met(self.rpo, workload.objectives.rpo_seconds),
        }
    }
}

fn step((phase, term): (Phase, Term)) -> Option<Step> {
    (!term.span.is_none()).then_some(Step {
        phase,
        what: term.what,
        span: term.span,
    })
}

fn short((percent, what): (u64, String)) -> Cause {
    Cause {
        makes: Fate::Degraded,
        matter: Matter::Capacity,
        what: format!("{percent} % of the load does not fit: {what}"),
        path: Vec::new(),
    }
}
