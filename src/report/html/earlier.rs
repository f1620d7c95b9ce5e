//! What became of the findings of an earlier run.

use serde::Serialize;

use super::data::texts;
use crate::report::{self, Finding};

/// What became of the findings of an earlier run.
#[derive(Debug, Serialize)]
pub(super) struct Since<'r> {
    finished: &'r str,
    mended: Vec<Gone<'r>>,
    carried: Vec<(Gone<'r>, &'r str, Vec<String>)>,
}

/// Severity, rule, workload, name, account, Region, message.
type Gone<'r> = (
    &'static str,
    &'r str,
    &'r str,
    &'r str,
    &'r str,
    &'r str,
    &'r str,
);

pub(super) fn since(it: &report::Since) -> Since<'_> {
    let carried = it.carried.iter();
    Since {
        finished: &it.finished,
        mended: it.mended.iter().map(gone).collect(),
        carried: carried
            .map(|it| (gone(&it.finding), it.last_seen.as_str(), texts(&it.because)))
            .collect(),
    }
}

fn gone(it: &Finding) -> Gone<'_> {
    let resource = &it.resource;
    (
        it.severity.text(),
        &it.rule,
        &it.workload,
        &resource.name,
        &resource.account,
        &resource.region,
        &it.message,
    )
}
