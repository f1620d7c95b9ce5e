//! Where resources were written.

use schemars::JsonSchema;
use serde::Serialize;

use super::Notice;
use crate::report::{Report, ResourceSummary};

/// A line of infrastructure code.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Source {
    /// From the top of the repository, with forward slashes; whole where it lies outside.
    path: String,
    /// From 1.
    line: u64,
    /// From 1, in characters.
    column: u64,
    /// `exact`: the block itself; `module-call`: the call of the module or nested stack whose code
    /// lies elsewhere; `heuristic`: likely, by names alone.
    confidence: &'static str,
    /// What says that this line owns the resource.
    how: String,
}

/// What was found in the code.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Code {
    /// Findings about a resource.
    findings: usize,
    /// Those whose line is known.
    placed: usize,
    /// Those whose line is likely.
    likely: usize,
    /// What could not be read or told apart, and how much of each state has a line.
    notices: Vec<Notice>,
}

pub(super) fn source(report: &Report, resource: &ResourceSummary) -> Option<Source> {
    let place = report.source(resource)?;
    Some(Source {
        path: place.path.clone(),
        line: place.line,
        column: place.column,
        confidence: place.confidence.text(),
        how: place.how.clone(),
    })
}

pub(super) fn code(report: &Report) -> Option<Code> {
    let placed = report.placed()?;
    let notices = report.sources.iter().flat_map(|it| &it.notices);
    Some(Code {
        findings: placed.findings,
        placed: placed.sure,
        likely: placed.likely,
        notices: notices.map(super::notice).collect(),
    })
}
