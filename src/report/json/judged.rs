//! What was looked at, in JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::texts;
use crate::report;

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Judged {
    /// Accounts that were asked, each with its Regions.
    scope: BTreeMap<String, Vec<String>>,
    /// Kinds that nobody asked for although the place was asked for others.
    unasked: Vec<Unasked>,
    /// All resources: of the SHA-256 of each ARN the first twelve hexadecimal digits, sorted, without
    /// anything between.
    resources: String,
    /// What passed: of the fingerprint that each pass would have as a fail the first twelve digits;
    /// null where they are more than a million.
    passed: Option<String>,
    /// The same of what gaps left open.
    open: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Unasked {
    account: String,
    region: String,
    kinds: Vec<String>,
}

impl Judged {
    pub(super) fn of(judged: &report::Judged) -> Self {
        let scope = judged.scope.iter().map(|(account, regions)| {
            let regions = regions.iter().map(ToString::to_string).collect();
            (account.to_string(), regions)
        });
        let unasked = judged.unasked.iter().map(|it| Unasked {
            account: it.account.to_string(),
            region: it.region.to_string(),
            kinds: texts(&it.kinds.iter().collect::<Vec<_>>()),
        });
        Self {
            scope: scope.collect(),
            unasked: unasked.collect(),
            resources: judged.resources.digits(),
            passed: judged.passed.as_ref().map(report::Marks::digits),
            open: judged.open.digits(),
        }
    }
}
