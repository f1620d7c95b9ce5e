//! The fixes that change an outcome, for people and in JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::fixes::{self, Fixes};
use crate::report::json::loss::Times;
use crate::simulate::Fate;

/// Fixes named in a line before the rest is counted.
const NAMED: usize = 6;

/// A line for each fix, the best first, and one for those that are needed together.
pub(super) fn lines(fixes: &Fixes) -> Vec<String> {
    let alone = fixes.alone.iter().map(line);
    let together = fixes.together.iter().map(|it| {
        let none = if it.rules.len() > 1 {
            ", none of which can be left out"
        } else {
            ""
        };
        format!("{}{none}", line(it))
    });
    let lines: Vec<String> = alone.chain(together).collect();
    if lines.is_empty() && fixes.tried > 0 {
        return vec!["no finding changes it, mended alone or with all others".to_owned()];
    }
    lines
}

/// `DATA-DDB-001 (2 findings): survives, 1m30s, 5s`.
fn line(it: &fixes::Mended) -> String {
    let count = |it: &fixes::Rules| {
        let plural = if it.findings == 1 { "" } else { "s" };
        format!("{} ({} finding{plural})", it.rule, it.findings)
    };
    let mut named: Vec<String> = it.rules.iter().take(NAMED).map(count).collect();
    if let Some(more @ 1..) = it.rules.len().checked_sub(NAMED) {
        named.push(format!("{more} more"));
    }
    let then = match it.fate {
        Fate::Unknown => String::new(),
        _ => format!(", {}, {}", it.rto, it.rpo),
    };
    format!("{}: {}{then}", named.join(", "), it.fate.text())
}

/// How the workload comes out with findings mended, by the simulation.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Mended {
    /// Rules whose findings are mended.
    rules: Vec<Part>,
    /// `survives`, `degraded`, `fails` or `unknown`.
    outcome: &'static str,
    /// Until all serve again.
    rto: Times,
    /// The latest data that is lost.
    rpo: Times,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Part {
    rule: String,
    title: String,
    /// How many findings of it are mended.
    findings: usize,
}

impl Mended {
    pub(super) fn of(it: &fixes::Mended) -> Self {
        let rules = it.rules.iter().map(|it| Part {
            rule: it.rule.clone(),
            title: it.title.clone(),
            findings: it.findings,
        });
        Self {
            rules: rules.collect(),
            outcome: it.fate.text(),
            rto: it.rto.into(),
            rpo: it.rpo.into(),
        }
    }
}
