//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Simulated;
use crate::report::escape;
use crate::simulate::Outcome;
use crate::simulate::time::{Seconds, Span};

const SCHEMA_VERSION: &str = "1.0";

/// Losses that mrlint played through.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "mrlint simulation, version 1")]
struct Document {
    /// Version of this format.
    schema_version: &'static str,
    /// When the inventory was finished (RFC 3339, UTC).
    inventory_finished: String,
    /// By workload, then by loss.
    outcomes: Vec<Out>,
    /// What was assumed where no fact says it.
    assumptions: Vec<Assumption>,
}

/// How one workload comes out of one loss.
#[derive(Debug, Serialize, JsonSchema)]
struct Out {
    workload: String,
    /// Regions joined by `+`, an Availability Zone, or `service:region`.
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
    /// Control planes that are gone too.
    control_planes: Vec<&'static str>,
    /// What was not read and leaves the outcome open.
    gaps: Vec<String>,
}

/// Seconds; null for no end.
#[derive(Debug, Serialize, JsonSchema)]
struct Times {
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

#[derive(Debug, Serialize, JsonSchema)]
struct Assumption {
    name: &'static str,
    what: String,
    time: Times,
    /// Whether the configuration sets it.
    set: bool,
    /// Where AWS says so; null: an estimate.
    source: Option<String>,
}

pub(super) fn render(simulated: &Simulated<'_>, out: &mut dyn Write) -> io::Result<()> {
    let assumptions = simulated
        .constants
        .all()
        .map(|(name, constant, span, set)| Assumption {
            name,
            what: constant.what.clone(),
            time: span.into(),
            set,
            source: constant.source.clone(),
        });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        inventory_finished: simulated.finished.clone(),
        outcomes: simulated.outcomes.iter().map(outcome).collect(),
        assumptions: assumptions.collect(),
    };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::from)?;
    writeln!(out, "{}", escape::json(&text))
}

fn outcome(it: &Outcome) -> Out {
    Out {
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
        control_planes: it.control_planes.clone(),
        gaps: it.gaps().iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let schema = schemars::schema_for!(Document);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        crate::committed::assert_current("reports/json/simulation-v1.schema.json", &text);
    }
}
