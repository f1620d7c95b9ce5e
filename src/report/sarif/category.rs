//! What code scanning keeps apart: alerts of one category live and close on their own.

use std::collections::BTreeMap;

use crate::inventory::GapKey;
use crate::report::{Carried, Finding, Report, WorkloadSummary};

/// Gaps that a result names.
const GAPS: usize = 3;

/// What one run is about.
pub(super) struct Category<'r> {
    pub(super) name: &'r str,
    /// `None` for all workloads together, and for one that is none any more.
    pub(super) workload: Option<&'r WorkloadSummary>,
    pub(super) found: Vec<&'r Finding>,
    pub(super) carried: Vec<&'r Carried>,
    /// How many verdicts gaps left open.
    pub(super) unknown: usize,
}

pub(super) fn by_workload(report: &Report) -> BTreeMap<&str, Category<'_>> {
    let mut all = BTreeMap::new();
    for workload in &report.workloads {
        let category = Category {
            workload: Some(workload),
            unknown: workload.unknown(),
            ..Category::empty(&workload.name)
        };
        all.insert(workload.name.as_str(), category);
    }
    for finding in &report.findings {
        of(&mut all, finding).found.push(finding);
    }
    for carried in report.carried() {
        of(&mut all, &carried.finding).carried.push(carried);
    }
    // A run without them is what closes them.
    for mended in report.since.iter().flat_map(|since| &since.mended) {
        of(&mut all, mended);
    }
    all
}

/// The category of a finding's workload.
fn of<'c, 'r>(
    all: &'c mut BTreeMap<&'r str, Category<'r>>,
    finding: &'r Finding,
) -> &'c mut Category<'r> {
    let name = finding.workload.as_str();
    all.entry(name).or_insert_with(|| Category::empty(name))
}

impl<'r> Category<'r> {
    fn empty(name: &'r str) -> Self {
        Self {
            name,
            workload: None,
            found: Vec::new(),
            carried: Vec::new(),
            unknown: 0,
        }
    }
}

/// A finding that could not be judged again: the same alert, and its text says so.
pub(super) fn stale(it: &Carried) -> Finding {
    let because = it.because.iter().take(GAPS).map(GapKey::to_string);
    let because = because.collect::<Vec<_>>().join("; ");
    let mut finding = it.finding.clone();
    finding.message = format!(
        "{} (found {}, could not be judged again: {because})",
        finding.message, it.last_seen
    );
    finding
}
