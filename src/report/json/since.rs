//! What became of the findings of an earlier report, in JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Finding, GapKey, finding, gap_key};
use crate::report::{self, Report};

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Since {
    /// When the inventory of the earlier report was finished; empty where there was none before.
    finished: String,
    /// Fails that could not be judged again, as they were found.
    carried: Vec<Carried>,
    /// Fails that are none any more.
    mended: Vec<Finding>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Carried {
    #[serde(flatten)]
    finding: Finding,
    /// When the inventory was finished in which it was found.
    last_seen: String,
    /// What was not read.
    because: Vec<GapKey>,
}

pub(super) fn since(report: &Report, since: &report::Since) -> Since {
    let carried = since.carried.iter().map(|it| Carried {
        finding: finding(report, &it.finding),
        last_seen: it.last_seen.clone(),
        because: it.because.iter().map(gap_key).collect(),
    });
    Since {
        finished: since.finished.clone(),
        carried: carried.collect(),
        mended: since.mended.iter().map(|it| finding(report, it)).collect(),
    }
}
