//! What to mend first: the rules that found something, the worst and most rewarding first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::rule::meta::Severity;

/// A rule that found something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority<'r> {
    pub rule: &'r str,
    /// Of its worst finding.
    pub severity: Severity,
    pub findings: usize,
    /// How many workloads have one.
    pub workloads: usize,
    /// The most points that a workload regains by mending all of it, after its caps.
    pub points: u8,
    /// The same before any cap.
    pub uncapped: u8,
}

impl Report {
    /// Severity decides, then the points that come back, then the number of findings.
    pub fn fix_first(&self) -> Vec<Priority<'_>> {
        let mut found = BTreeMap::<&str, (Severity, usize, BTreeSet<&str>)>::new();
        for it in &self.findings {
            let entry = found
                .entry(&it.rule)
                .or_insert((it.severity, 0, BTreeSet::new()));
            entry.0 = entry.0.max(it.severity);
            entry.1 += 1;
            entry.2.insert(&it.workload);
        }
        let mut gains = BTreeMap::<&str, (u8, u8)>::new();
        for gain in self.workloads.iter().flat_map(|it| &it.score.gains) {
            let most = gains.entry(&gain.rule).or_default();
            *most = (*most).max((gain.points, gain.uncapped));
        }
        let all = found.into_iter();
        let all = all.map(|(rule, (severity, findings, workloads))| {
            let (points, uncapped) = gains.get(rule).copied().unwrap_or_default();
            Priority {
                rule,
                severity,
                findings,
                workloads: workloads.len(),
                points,
                uncapped,
            }
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|it| {
            let gain = (it.severity, it.points, it.uncapped, it.findings);
            (Reverse(gain), it.rule)
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use crate::report::samples;
    use crate::rule::meta::Severity;

    #[test]
    fn the_worst_comes_first_then_what_regains_most() {
        let mut report = samples::hostile();
        let finding = report.findings[0].clone();
        let mut add = |rule: &str, severity, times| {
            for _ in 0..times {
                report.findings.push(crate::report::Finding {
                    rule: rule.to_owned(),
                    severity,
                    ..finding.clone()
                });
            }
        };
        add("B-1", Severity::High, 1);
        add("A-1", Severity::High, 2);
        add("C-1", Severity::Low, 9);
        let gain = crate::report::Gain {
            rule: "B-1".to_owned(),
            title: String::new(),
            findings: 1,
            points: 4,
            uncapped: 4,
        };
        report.workloads[0].score.gains.push(gain);
        let order: Vec<_> = report.fix_first();
        let rules: Vec<_> = order.iter().map(|it| it.rule).collect();
        assert_eq!(rules, ["DATA-DDB-001", "B-1", "A-1", "C-1"]);
        assert_eq!((order[2].findings, order[2].workloads), (2, 1));
    }
}
