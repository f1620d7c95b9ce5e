//! What changed between two runs, and the renderers of it.
//!
//! Finished words and numbers, made by [`crate::history`]; the same types are the JSON format, so a
//! change here is a change of its version.

mod json;
mod markdown;
mod table;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::format::{Layout, Terminal};
use crate::rule::meta::Severity;

/// What changed between two runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Diff {
    pub old: Side,
    pub new: Side,
    /// Why more may have changed than the accounts: another version, other rules, another scope.
    pub notes: Vec<String>,
    /// Worst classes first: new, reopened, first_seen, changed, not_comparable, waived, fixed,
    /// unchanged; each worst severity first.
    pub items: Vec<Item>,
    /// Workloads of both runs whose score or losses moved, sorted by name.
    pub workloads: Vec<Moved>,
    pub coverage: CoverageMoved,
}

/// One of the two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// Stands for what the run found, and when.
    pub id: String,
    /// Version of the mrlint that judged.
    pub version: String,
    /// When collecting ended (RFC 3339, UTC).
    pub finished: String,
    /// Findings that are not waived.
    pub findings: usize,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// There only now, and the older run would have seen it.
    New,
    /// It was waived before and is not any more.
    Reopened,
    /// There only now, and the older run could not have seen it.
    FirstSeen,
    /// In both, with another severity, message or place.
    Changed,
    /// There only before, and the newer run could not see whether it still is.
    NotComparable,
    /// It was open before and is waived now.
    Waived,
    /// There only before, and the newer run decided that it is none any more.
    Fixed,
    /// In both.
    Unchanged,
}

impl Class {
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Reopened,
        Self::FirstSeen,
        Self::Changed,
        Self::NotComparable,
        Self::Waived,
        Self::Fixed,
        Self::Unchanged,
    ];

    /// As people read it.
    pub fn text(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::FirstSeen => "first seen",
            Self::Changed => "changed",
            Self::NotComparable => "not comparable",
            Self::Waived => "waived",
            Self::Fixed => "fixed",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A finding, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    pub class: Class,
    /// Id of the rule.
    pub rule: String,
    pub title: String,
    pub severity: Severity,
    pub workload: String,
    pub resource: About,
    pub message: String,
    pub fingerprint: String,
    /// Whether somebody answers for it: it is no alert.
    pub waived: bool,
    /// Why it is in its class, where that needs words.
    pub because: Option<String>,
    /// Severity before, where it is another.
    pub severity_before: Option<Severity>,
    /// Message before, where it is another.
    pub message_before: Option<String>,
    /// When the inventory was finished in which it was last found, where that is before the older run.
    pub last_seen: Option<String>,
}

impl Item {
    /// Whether somebody should be told: it is open now, and was not, or was less bad.
    pub fn alerts(&self) -> bool {
        let worse = self.severity_before.is_some_and(|it| it < self.severity);
        let class = matches!(self.class, Class::New | Class::Reopened);
        !self.waived && (class || (self.class == Class::Changed && worse))
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct About {
    pub arn: String,
    pub kind: String,
    pub account: String,
    pub region: String,
    pub name: String,
}

/// How a workload's score and losses moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moved {
    pub workload: String,
    /// Points, or the range that stands in for them; null where the run has no such workload.
    pub score_before: Option<String>,
    pub score: Option<String>,
    /// Points gained or lost; null where one of the runs has none.
    pub points: Option<i16>,
    /// What moved it: caps that came and went, pillars, and in them the rules.
    pub because: Vec<String>,
    /// Losses of which it comes out another way.
    pub losses: Vec<LossMoved>,
}

/// A loss of which a workload comes out another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LossMoved {
    pub loss: String,
    /// Null where it was not played through.
    pub before: Option<String>,
    pub now: Option<String>,
}

/// How much could be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CoverageMoved {
    /// In per cent.
    pub before: String,
    pub now: String,
    /// Tenths of a per cent gained or lost.
    pub tenths: i64,
    /// What could be read before and cannot now.
    pub gaps_come: Vec<String>,
    /// What could not be read before and can now.
    pub gaps_gone: Vec<String>,
}

impl Diff {
    pub fn of(&self, class: Class) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |it| it.class == class)
    }

    pub fn count(&self, class: Class) -> usize {
        self.of(class).count()
    }

    /// `2 new, 1 fixed`: what there is of each class.
    pub fn totals(&self) -> String {
        let each = Class::ALL.into_iter().filter_map(|class| {
            let count = self.count(class);
            (count > 0).then(|| format!("{count} {}", class.text()))
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() {
            "no findings in either run".to_owned()
        } else {
            each.join(", ")
        }
    }
}

impl Diff {
    pub fn render(
        &self,
        layout: Layout,
        terminal: Terminal,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match layout {
            Layout::Table => table::render(self, terminal, out),
            Layout::Json => json::render(self, out),
            Layout::Markdown => markdown::render(self, out),
        }
    }
}

/// Whose a finding is, in words: the resource, where it is, the workload.
fn whose(item: &Item) -> String {
    let at = &item.resource;
    match at.kind.as_str() {
        "workload" => format!("workload {}", item.workload),
        "account" => format!("account {}, workload {}", at.account, item.workload),
        _ => format!(
            "{} in {} {}, workload {}",
            at.name, at.account, at.region, item.workload
        ),
    }
}
