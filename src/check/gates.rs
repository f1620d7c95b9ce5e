//! What caps a workload whatever its findings are: where its traffic goes, and what it loses with a
//! Region.

use std::collections::BTreeSet;

use super::score::{Gates, Traffic};
use crate::inventory::Region;
use crate::rule::meta::Posture;
use crate::simulate::{Fate, Outcome};
use crate::workload::Workload;

/// The gates of a workload.
pub(super) fn gates(workload: &Workload, losses: &[Outcome]) -> Gates {
    let single = losses.iter().filter(|it| it.loss.regions().len() == 1);
    let single: Vec<&Outcome> = single.filter(|_| !accepts(workload)).collect();
    let fails = single.iter().filter(|it| it.fate == Fate::Fails);
    Gates {
        traffic: traffic(workload),
        fails: fails.map(|it| why(it)).collect(),
        open: single.iter().any(|it| it.fate == Fate::Unknown),
    }
}

/// Whether somebody said that it goes down with its Region.
fn accepts(workload: &Workload) -> bool {
    let down = [Posture::SingleRegion, Posture::BackupAndRestore];
    let posture = workload.posture.get();
    workload.declared.is_some() && posture.is_some_and(|it| down.contains(it))
}

fn why(outcome: &Outcome) -> String {
    let cause = outcome.causes.first();
    let cause = cause.map(|it| it.what.as_str()).unwrap_or_default();
    format!("it fails without {}: {cause}", outcome.loss)
}

/// Where traffic goes, as far as an active-active workload can be capped for it.
fn traffic(workload: &Workload) -> Traffic {
    if workload.posture.get() != Some(&Posture::ActiveActive) || workload.entry_points.is_empty() {
        return Traffic::Fine;
    }
    let entries = &workload.entry_points;
    let regions: BTreeSet<&Region> = entries.iter().flat_map(|it| &it.regions).collect();
    let open = entries.iter().any(|it| !it.gaps.is_empty());
    match (regions.len(), open) {
        (0 | 1, true) => Traffic::Unknown,
        (1, false) => Traffic::OneRegion(regions.into_iter().map(Region::to_string).collect()),
        _ => Traffic::Fine,
    }
}
