//! How an estate was judged over time.

use crate::rule::meta::Severity;

/// What one run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// When its inventory was finished (RFC 3339, UTC).
    pub finished: String,
    /// Points of all workloads together; `None` without any.
    pub score: Option<u8>,
    /// Open findings by severity, the worst first.
    pub findings: Vec<(Severity, usize)>,
    /// Decided among all that apply, from 0 to 1.
    pub coverage: f64,
}
