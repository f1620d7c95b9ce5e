//! What a rule says of one subject, before it is put into words.

use crate::inventory::AccountId;
use crate::rule::expr::Gaps;

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectId {
    /// A resource, by its index in the inventory.
    Resource(u32),
    /// Resources that nobody could list; the verdict is unknown, its gaps say where.
    Hidden,
    Workload,
    Account(AccountId),
}

/// One of the four answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    Fail,
    NotApplicable,
    /// Left open by these gaps.
    Unknown(Gaps),
}

/// A verdict and its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub subject: SubjectId,
    pub verdict: Verdict,
}
