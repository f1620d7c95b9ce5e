//! What was judged, in JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::texts;
use crate::report;

/// Which configuration judged.
#[derive(Debug, Serialize, JsonSchema)]
struct Config {
    path: String,
    sha256: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Run {
    /// Tool and version that made the inventory.
    collected_by: String,
    partition: String,
    accounts: Vec<String>,
    regions: Vec<String>,
    /// When collecting began (RFC 3339, UTC).
    started: String,
    /// When collecting ended (RFC 3339, UTC).
    finished: String,
    /// How many resources were read.
    resources: usize,
    /// Stands for the rules with their settings; reports with equal ones can be compared.
    rules: String,
    config: Option<Config>,
}

pub(in crate::report) fn run(run: &report::Run) -> Run {
    Run {
        collected_by: run.collected_by.clone(),
        partition: run.partition.clone(),
        accounts: texts(&run.accounts),
        regions: texts(&run.regions),
        started: run.started.clone(),
        finished: run.finished.clone(),
        resources: run.resources,
        rules: run.rules.clone(),
        config: run.config.as_ref().map(|config| Config {
            path: config.path.display().to_string(),
            sha256: config.sha256.clone(),
        }),
    }
}
