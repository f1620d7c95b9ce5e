//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Simulated;
use super::fixes::Mended;
use crate::report::escape;
use crate::report::json::loss::{Played, Times};
use crate::simulate::outages;

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
    outcomes: Vec<Outcome>,
    /// Outages that were replayed, as AWS tells them.
    outages: Vec<Outage>,
    /// What was assumed where no fact says it.
    assumptions: Vec<Assumption>,
}

/// An outcome, and which fixes change it.
#[derive(Debug, Serialize, JsonSchema)]
struct Outcome {
    #[serde(flatten)]
    loss: Played,
    /// Rules that change it when what they found is mended, each alone, the best first.
    fixes: Vec<Mended>,
    /// Rules that change the outcome together where none does alone: none of them can be left out.
    /// Null where one alone does, or where all that can be modelled do not.
    fixes_together: Option<Mended>,
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
    let outcomes = simulated.outcomes.iter().enumerate().map(|(at, it)| {
        let fixes = simulated.fixes.get(at);
        Outcome {
            loss: Played::of(it),
            fixes: fixes
                .into_iter()
                .flat_map(|it| &it.alone)
                .map(Mended::of)
                .collect(),
            fixes_together: fixes.and_then(|it| it.together.as_ref()).map(Mended::of),
        }
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        inventory_finished: simulated.finished.clone(),
        outcomes: outcomes.collect(),
        outages: simulated.outages().into_iter().map(Outage::from).collect(),
        assumptions: assumptions.collect(),
    };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::from)?;
    writeln!(out, "{}", escape::json(&text))
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
