//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Simulated;
use crate::report::escape;
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Outcome, outages};

const SCHEMA_VERSION: &str = "1.1";

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
    /// Outages that were replayed, as AWS tells them.
    outages: Vec<Outage>,
    /// What was assumed where no fact says it.
    assumptions: Vec<Assumption>,
}

/// How one workload comes out of one loss.
#[derive(Debug, Serialize, JsonSchema)]
struct Out {
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
    /// Queues and streams that are lost: what is in them waits there until they return.
    stranded: Vec<String>,
    /// Control planes that are gone too.
    control_planes: Vec<&'static str>,
    /// What was not read and leaves the outcome open.
    gaps: Vec<String>,
}

/// An outage that was replayed.
#[derive(Debug, Serialize, JsonSchema)]
struct Outage {
    /// Its date, as in `outage:2025-10-20`.
    id: &'static str,
    title: &'static str,
    region: &'static str,
    /// RFC 3339, UTC.
    from: String,
    to: String,
    /// Where AWS tells it.
    source: &'static str,
    /// What was not affected.
    spared: Option<&'static str>,
    /// What went first stands first.
    parts: Vec<OutagePart>,
}

/// What became of one service.
#[derive(Debug, Serialize, JsonSchema)]
struct OutagePart {
    name: &'static str,
    /// As ARNs name it; a part of one behind a slash.
    service: &'static str,
    /// What no longer worked, in words.
    lost: Vec<&'static str>,
    seconds: u64,
    what: &'static str,
    /// Names of the parts that it was affected by.
    because: &'static [String],
}

impl From<&'static outages::Outage> for Outage {
    fn from(it: &'static outages::Outage) -> Self {
        let part = |part: &'static outages::Part| OutagePart {
            name: &part.name,
            service: &part.service,
            lost: part.lost.iter().map(|it| it.text()).collect(),
            seconds: part.lasted(),
            what: &part.what,
            because: &part.because,
        };
        Self {
            id: &it.id,
            title: &it.title,
            region: &it.region,
            from: it.from.to_string(),
            to: it.to.to_string(),
            source: &it.source,
            spared: it.spared.as_deref(),
            parts: it.parts.iter().map(part).collect(),
        }
    }
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
        outages: simulated.outages().into_iter().map(Outage::from).collect(),
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
        stranded: it.stranded.clone(),
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
