//! A loss that was played through, in JSON: part of a report, and of what `simulate` writes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Matter, Outcome};

/// How one workload comes out of one loss.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Played {
    workload: String,
    /// Regions joined by `+`, an Availability Zone, services joined by `+` before `:region`, or
    /// `outage:date`.
    loss: String,
    /// `survives`, `degraded`, `fails` or `unknown`.
    outcome: &'static str,
    /// Until all serve again.
    rto: Times,
    /// The latest data that is lost.
    rpo: Times,
    /// Whether the objective is met at the upper value; null without one, or where it is unknown.
    rto_met: Option<bool>,
    rpo_met: Option<bool>,
    /// What decides: fails first, then what leaves it open, then what works less well.
    causes: Vec<Cause>,
    /// What the time until all serve is made of.
    timeline: Vec<Step>,
    /// Stores that are lost, and what stands in for them.
    stand_ins: Vec<StandIn>,
    /// Stores that clients need and of which nothing is left.
    gone: Vec<String>,
    /// Queues and streams that are lost: what is in them waits there until they return.
    stranded: Vec<String>,
    /// What is outside of the boundary then and was inside before: users and data. Null without a
    /// boundary.
    outside_boundary: Option<Vec<String>>,
    /// Whether that is all of it: false where what would tell was not read.
    outside_boundary_whole: bool,
    /// Regions in which clients end; empty where no name is known.
    serving: Vec<String>,
    /// Control planes that are gone too.
    control_planes: Vec<&'static str>,
    /// What was not read and leaves the outcome open.
    gaps: Vec<String>,
}

/// Seconds; null for no end.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Times {
    typical: Option<u64>,
    upper: Option<u64>,
}

impl From<Span> for Times {
    fn from(span: Span) -> Self {
        let seconds = |it| match it {
            Seconds::Of(seconds) => Some(seconds),
            Seconds::Never => None,
        };
        Self {
            typical: seconds(span.typical),
            upper: seconds(span.upper),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct Cause {
    /// What it alone makes of the outcome: `fails`, `unknown` or `degraded`.
    makes: &'static str,
    /// What it is about: `route`, `need`, `data`, `capacity` or `workload`.
    matter: &'static str,
    what: String,
    /// The way to it.
    path: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Step {
    /// `detect`, `route`, `promote` or `scale`.
    phase: &'static str,
    what: String,
    time: Times,
}

#[derive(Debug, Serialize, JsonSchema)]
struct StandIn {
    store: String,
    mechanism: &'static str,
    region: String,
    rpo: Times,
    /// Whether somebody has to decide on it.
    by_hand: bool,
}

impl Played {
    pub(in crate::report) fn of(it: &Outcome) -> Self {
        Self {
            workload: it.workload.clone(),
            loss: it.loss.to_string(),
            outcome: it.fate.text(),
            rto: it.rto.into(),
            rpo: it.rpo.into(),
            rto_met: it.rto_met,
            rpo_met: it.rpo_met,
            causes: it
                .causes
                .iter()
                .map(|cause| Cause {
                    makes: cause.makes.text(),
                    matter: cause.matter.text(),
                    what: cause.what.clone(),
                    path: cause.path.clone(),
                })
                .collect(),
            timeline: it
                .timeline
                .iter()
                .map(|step| Step {
                    phase: step.phase.text(),
                    what: step.what.clone(),
                    time: step.span.into(),
                })
                .collect(),
            stand_ins: it
                .stand_ins
                .iter()
                .map(|it| StandIn {
                    store: it.store.clone(),
                    mechanism: it.by,
                    region: it.region.to_string(),
                    rpo: it.rpo.into(),
                    by_hand: it.manual,
                })
                .collect(),
            gone: it.gone.clone(),
            stranded: it.stranded.clone(),
            outside_boundary: it.outside.clone(),
            outside_boundary_whole: !it.open.contains_key(&Matter::Boundary),
            serving: it.serving.iter().map(ToString::to_string).collect(),
            control_planes: it.control_planes.clone(),
            gaps: it.gaps().iter().map(ToString::to_string).collect(),
        }
    }
}
