//! Waivers: which findings somebody answers for, and until when.
//!
//! Matches and nothing more; what becomes of a waived finding is the check's business.

use jiff::civil::Date;
use serde_saphyr::Location;

use crate::report::Finding;
use crate::workload::Place;
use crate::workload::select::Patterns;

/// A dated, owned, reasoned exception.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Id of the rule, once the rules are known.
    pub rule: String,
    pub(super) rule_place: Location,
    /// All workloads when `None`.
    pub workload: Option<String>,
    /// The glob as it was written.
    pub glob: String,
    pub resource: Patterns,
    pub owner: String,
    pub reason: String,
    /// Last day that it holds.
    pub expires: Date,
    pub place: Place,
}

impl Waiver {
    /// Whether it is about the finding, expired or not.
    pub fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule
            && self
                .workload
                .as_ref()
                .is_none_or(|it| *it == finding.workload)
            && self.resource.fit(&finding.resource.arn)
    }

    /// Whether it holds on a day. On an unknown one nothing shows that it does.
    pub fn holds(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| day <= self.expires)
    }
}
