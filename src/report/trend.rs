//! How scores, findings and coverage went from run to run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::meta::Severity;

/// One run of a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrendPoint {
    /// Stands for what the run found, and when.
    pub id: String,
    /// When collecting ended (RFC 3339, UTC).
    pub finished: String,
    /// The workloads together, from 0 to 100; null where none has points.
    pub score: Option<u8>,
    /// Sorted by name.
    pub workloads: Vec<TrendWorkload>,
    /// How many findings there were that are not waived.
    pub findings: BTreeMap<Severity, usize>,
    /// Verdicts that could be decided, in per cent.
    pub coverage: String,
    /// What differs from the run before, so that the two are not to be held against each other:
    /// `version`, `rules`, `configuration`, `scope`.
    pub breaks: Vec<String>,
}

/// The score of one workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrendWorkload {
    pub name: String,
    /// Null where too little was decided.
    pub points: Option<u8>,
    /// Points, or the range that stands in for them.
    pub shown: String,
}

/// A line of blocks, one for each point from 0 to 100; `·` where there is none.
pub fn sparkline(points: impl IntoIterator<Item = Option<u8>>) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let block = |it: Option<u8>| {
        let at = it.map(|it| usize::from(it.min(100)) * (BLOCKS.len() - 1) / 100);
        at.and_then(|at| BLOCKS.get(at).copied()).unwrap_or('·')
    };
    points.into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn a_line_rises_with_its_points() {
        let line = sparkline([Some(0), Some(50), None, Some(100), Some(255)]);
        assert_eq!(line, "▁▄·██");
    }
}
