//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Simulated;
use crate::report::escape;
use crate::report::json::loss::{Played, Times};

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
    outcomes: Vec<Played>,
    /// What was assumed where no fact says it.
    assumptions: Vec<Assumption>,
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
        outcomes: simulated.outcomes.iter().map(Played::of).collect(),
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
