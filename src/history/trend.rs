//! The runs of a history as points of a line.

use std::collections::BTreeMap;

use super::record::{Record, RecordError};
use crate::report::trend::{TrendPoint, TrendWorkload};

/// A point for each run, in their order. A break says why a point is not to be held against the one
/// before it.
pub fn trend<'r>(
    runs: impl IntoIterator<Item = &'r Record>,
) -> Result<Vec<TrendPoint>, RecordError> {
    let mut points = Vec::new();
    let mut before: Option<&Record> = None;
    for run in runs {
        let mut findings = BTreeMap::new();
        for finding in &run.findings {
            *findings.entry(finding.severity).or_default() += 1;
        }
        let workloads = run.workloads.iter().map(|it| TrendWorkload {
            name: it.name.clone(),
            points: it.score.points,
            shown: it.score.shown(),
        });
        points.push(TrendPoint {
            id: run.id()?,
            finished: run.run.finished.clone(),
            score: run.score.points,
            workloads: workloads.collect(),
            findings,
            coverage: run.coverage.percent(),
            breaks: before.map(|before| breaks(before, run)).unwrap_or_default(),
        });
        before = Some(run);
    }
    Ok(points)
}

fn breaks(before: &Record, now: &Record) -> Vec<String> {
    let mut breaks = Vec::new();
    let mut unless = |same: bool, what: &str| {
        if !same {
            breaks.push(what.to_owned());
        }
    };
    unless(before.tool.version == now.tool.version, "version");
    unless(before.run.rules == now.run.rules, "rules");
    unless(before.run.config == now.run.config, "configuration");
    unless(before.scope() == now.scope(), "scope");
    breaks
}
