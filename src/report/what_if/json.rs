//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::WhatIf;
use crate::change::compare::{self, Pair};
use crate::report::escape;
use crate::report::json::loss::Played;

const SCHEMA_VERSION: &str = "1.0";

/// What changes did to an inventory, and what they move.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "mrlint what-if, version 1")]
struct Document {
    /// Version of this format.
    schema_version: &'static str,
    /// When the inventory was finished (RFC 3339, UTC).
    inventory_finished: String,
    /// In the order in which they were applied.
    changes: Vec<Applied>,
    /// Whether any outcome, finding or score differs.
    moves: bool,
    /// Every outcome, by workload, then by loss.
    outcomes: Vec<Outcome>,
    /// By workload.
    scores: Vec<Scores>,
    /// Findings that are there before the changes only.
    findings_gone: Vec<Finding>,
    /// Findings that are there after the changes only.
    findings_new: Vec<Finding>,
}

/// Something that was done to the inventory, in memory.
#[derive(Debug, Serialize, JsonSchema)]
struct Applied {
    change: String,
    done: Vec<Done>,
    /// What of it cannot be modelled, and what was taken to be so.
    not_modelled: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Done {
    resource: String,
    what: String,
}

/// How a workload comes out of a loss, before and after; null where there is no such workload.
#[derive(Debug, Serialize, JsonSchema)]
struct Outcome {
    workload: String,
    loss: String,
    /// Whether fate, time or data differ.
    moves: bool,
    before: Option<Played>,
    after: Option<Played>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Scores {
    workload: String,
    before: Option<Points>,
    after: Option<Points>,
}

/// A score as far as it was decided.
#[derive(Debug, Serialize, JsonSchema)]
struct Points {
    decided: u8,
    grade: Option<&'static str>,
}

impl From<compare::Points> for Points {
    fn from(it: compare::Points) -> Self {
        Self {
            decided: it.decided,
            grade: it.grade,
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    rule: String,
    severity: &'static str,
    workload: String,
    arn: String,
    message: String,
    fingerprint: String,
}

impl Finding {
    fn of(it: &crate::report::Finding) -> Self {
        Self {
            rule: it.rule.clone(),
            severity: it.severity.text(),
            workload: it.workload.clone(),
            arn: it.resource.arn.clone(),
            message: it.message.clone(),
            fingerprint: it.fingerprint.to_string(),
        }
    }
}

pub(super) fn render(what_if: &WhatIf, out: &mut dyn Write) -> io::Result<()> {
    let changes = what_if.applied.iter().map(|it| Applied {
        change: it.change.clone(),
        done: it
            .done
            .iter()
            .map(|it| Done {
                resource: it.resource.clone(),
                what: it.what.clone(),
            })
            .collect(),
        not_modelled: it.left.clone(),
    });
    let compared = &what_if.compared;
    let outcome = |it: &Pair| Outcome {
        workload: it.workload.clone(),
        loss: it.loss.to_string(),
        moves: it.moves(),
        before: it.before.as_ref().map(Played::of),
        after: it.after.as_ref().map(Played::of),
    };
    let scores = compared.scores.iter().map(|it| Scores {
        workload: it.workload.clone(),
        before: it.before.map(Points::from),
        after: it.after.map(Points::from),
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        inventory_finished: what_if.finished.clone(),
        changes: changes.collect(),
        moves: compared.moves(),
        outcomes: compared.outcomes.iter().map(outcome).collect(),
        scores: scores.collect(),
        findings_gone: compared.gone.iter().map(Finding::of).collect(),
        findings_new: compared.new.iter().map(Finding::of).collect(),
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
        crate::committed::assert_current("reports/json/what-if-v1.schema.json", &text);
    }
}
