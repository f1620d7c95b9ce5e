//! All that a renderer may see, and the renderers, one file per format.
//!
//! A report holds finished text and numbers. Renderers lay it out and escape it for their medium;
//! they never evaluate, count anew or read the inventory.

pub mod asff;
pub mod contents;
pub mod csv;
pub mod diff;
pub mod escape;
pub mod fingerprint;
pub mod format;
pub mod github;
pub mod gitlab;
pub mod history;
pub mod html;
pub mod json;
mod judged;
pub mod junit;
pub mod markdown;
pub mod ocsf;
mod on_word;
#[cfg(feature = "parquet")]
pub mod parquet;
mod place;
pub mod priority;
pub mod prometheus;
mod rule;
#[cfg(test)]
mod samples;
pub mod sarif;
pub mod score;
pub mod simulation;
pub mod since;
pub mod source;
pub mod table;
mod terminal;
pub mod topology;
pub mod trend;
pub mod what_if;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::inventory::{AccountId, Gap, GapKey, Region, Resource};
use crate::rule::meta::{Posture, Severity};
use crate::simulate::time::Span;

pub use crate::simulate::{Fate, Outcome};
pub use crate::workload::{Guess, Place};
pub use contents::{Contents, PlaceRead};
pub use fingerprint::Fingerprint;
pub use judged::{Judged, Marks, Unasked};
pub use on_word::OnWord;
pub use rule::{Fix, RuleReference, RuleSummary};
pub use score::{Cap, Gain, Grade, Overall, PillarScore, Range, Residency, Score, Term, Verdict};
pub use since::{Carried, Earlier, Seen, Since};
pub use source::{Confidence, Placed, SourcePlace, Sources};
pub use topology::{Map, Topology};
pub use trend::TrendPoint;

/// The judgement of one inventory. Everything is sorted; the same input makes an equal report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub run: Run,
    pub coverage: Coverage,
    /// Sorted by name.
    pub workloads: Vec<WorkloadSummary>,
    /// Every rule that was evaluated, sorted by id, whether it found something or not.
    pub rules: Vec<RuleSummary>,
    /// Worst first, then by rule, workload, account, Region, ARN.
    pub findings: Vec<Finding>,
    /// Findings that a waiver covers, in the same order.
    pub waived: Vec<Waived>,
    /// Sorted by account, Region, operation, cause.
    pub gaps: Vec<Gap>,
    /// What counts as empty on somebody's word, sorted by account and Region.
    pub on_word: Vec<OnWord>,
    /// What no declared workload selects.
    pub unassigned: Unassigned,
    /// How many resources are in no workload on purpose, by the reason.
    pub left_out: BTreeMap<&'static str, usize>,
    /// Sorted by place.
    pub notices: Vec<Notice>,
    /// The workloads together.
    pub score: Overall,
    pub map: Map,
    /// How far each Region of each account was read, sorted by account and Region.
    pub places: Vec<PlaceRead>,
    /// What the losses rest on where no fact says it.
    pub assumptions: Vec<Assumption>,
    /// Earlier runs, the oldest first; empty where nobody kept any.
    pub trend: Vec<TrendPoint>,
    /// Fingerprints of findings that somebody knows of: they are no news.
    pub known: BTreeSet<String>,
    /// What was looked at, for whoever compares this with another run.
    pub judged: Judged,
    /// Where resources were written; `None` where no code was read.
    pub sources: Option<Sources>,
    /// What became of the findings of an earlier report; `None` where none was given.
    pub since: Option<Since>,
}

/// What was judged, and when it was read. No clock is read after collecting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Version of this tool.
    pub version: String,
    /// Tool and version that made the inventory.
    pub collected_by: String,
    pub partition: String,
    pub accounts: Vec<AccountId>,
    pub regions: Vec<Region>,
    /// When collecting began and ended (RFC 3339, UTC).
    pub started: String,
    pub finished: String,
    /// How many resources the inventory holds.
    pub resources: usize,
    /// Stands for the rules with their settings: reports with equal ones can be compared.
    pub rules: String,
    /// The configuration, if there was one.
    pub config: Option<ConfigStamp>,
}

/// Which configuration judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigStamp {
    pub path: PathBuf,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// How much could be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Verdicts that are pass or fail.
    pub decided: usize,
    /// Verdicts that gaps left open.
    pub unknown: usize,
}

impl Coverage {
    /// Decided among all that apply, from 0 to 1; 1 when nothing applies and nothing is open.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of verdicts stay far below 2^52"
    )]
    pub fn share(self) -> f64 {
        let all = self.decided + self.unknown;
        if all == 0 {
            1.0
        } else {
            self.decided as f64 / all as f64
        }
    }

    /// The share in per cent, with one decimal. Rounded down: 100 means that nothing is open.
    pub fn percent(self) -> String {
        let all = self.decided.saturating_add(self.unknown).max(1) as u128;
        let open = self.unknown as u128;
        let tenths = 1000 - (open * 1000).div_ceil(all);
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

impl Report {
    /// The findings that could not be judged again.
    pub fn carried(&self) -> &[Carried] {
        self.since.as_ref().map_or(&[], |since| &since.carried)
    }

    /// What left verdicts open although no call failed: kinds that nobody asked for.
    pub fn never_asked(&self) -> BTreeSet<&GapKey> {
        let failed: BTreeSet<&GapKey> = self.gaps.iter().map(|gap| &gap.key).collect();
        let open = self.rules.iter().flat_map(|rule| &rule.unknown_because);
        open.filter(|key| !failed.contains(key)).collect()
    }
}

/// A workload as it was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadSummary {
    pub name: String,
    /// Regions that serve.
    pub active: Vec<Region>,
    /// Regions that wait.
    pub standby: Vec<Region>,
    /// `None` when what would tell was not read.
    pub posture: Option<Posture>,
    /// How many resources belong to it.
    pub members: usize,
    pub entry_points: Vec<EntryPointSummary>,
    /// What nobody declared and was worked out instead.
    pub guesses: Vec<Guess>,
    pub owner: Option<String>,
    /// Seconds that it may be down when a Region is lost.
    pub rto_seconds: Option<i64>,
    /// Seconds of the latest data that it may lose.
    pub rpo_seconds: Option<i64>,
    pub boundary: Option<BoundarySummary>,
    /// How many resources may belong to it, as far as anybody can tell.
    pub undecided: usize,
    /// Weight of its score among the workloads.
    pub criticality: u32,
    /// Where it was declared; `None` when it was worked out.
    pub declared: Option<Place>,
    /// How it comes out of each loss that it is meant to live through: each of its Regions, those of
    /// control planes, any two where it has three. Empty where it serves nobody.
    pub losses: Vec<Outcome>,
    pub topology: Topology,
    pub score: Score,
    /// What each rule says of it, in the order of [`Report::rules`].
    pub verdicts: Vec<Verdicts>,
}

impl WorkloadSummary {
    /// How many verdicts gaps left open.
    pub fn unknown(&self) -> usize {
        self.verdicts.iter().map(|it| it.counts.unknown).sum()
    }
}

/// What one rule says of one workload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    pub counts: Counts,
    /// Gaps that left verdicts open, sorted.
    pub unknown_because: BTreeSet<GapKey>,
}

impl WorkloadSummary {
    /// The worst that a loss does to it; `None` where none was played through. Unknown only where no
    /// loss is known to make it fail.
    pub fn verdict(&self) -> Option<Fate> {
        let rank = |fate: &Fate| match fate {
            Fate::Survives => 0,
            Fate::Degraded => 1,
            Fate::Unknown => 2,
            Fate::Fails => 3,
        };
        self.losses.iter().map(|it| it.fate).max_by_key(rank)
    }
}

/// Where a workload's data may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundarySummary {
    pub name: String,
    /// Sorted.
    pub regions: Vec<Region>,
}

/// A name that clients use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPointSummary {
    pub name: String,
    /// Regions that it leads to, as far as they are known.
    pub regions: Vec<Region>,
    /// Whether it may lead to further Regions that could not be followed.
    pub incomplete: bool,
}

/// Verdicts of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub not_applicable: usize,
    pub unknown: usize,
    /// Those of the unknown that stand for any number of subjects: nobody could list them.
    pub hidden: usize,
    /// Fails that a waiver covers; not among `fail`.
    pub waived: usize,
}

impl Counts {
    /// Adds the verdicts of another workload.
    pub fn add(&mut self, other: &Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.not_applicable += other.not_applicable;
        self.unknown += other.unknown;
        self.hidden += other.hidden;
        self.waived += other.waived;
    }
}

/// A fail.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub rule: String,
    /// Name of the rule.
    pub name: String,
    pub title: String,
    pub severity: Severity,
    /// From 0 to 1: evidence times pairing.
    pub confidence: f64,
    pub workload: String,
    pub resource: ResourceSummary,
    /// Others that the finding is about, sorted.
    pub related: Vec<ResourceSummary>,
    pub message: String,
    /// What decided, in the order of the rule's text.
    pub evidence: Vec<EvidenceItem>,
    pub fingerprint: Fingerprint,
}

/// Identity of a resource. For a finding about a workload or an account, `kind` is that word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceSummary {
    pub kind: String,
    pub account: String,
    pub region: String,
    pub arn: String,
    pub name: String,
}

impl ResourceSummary {
    pub fn of(resource: &Resource) -> Self {
        Self {
            kind: resource.kind().name().to_owned(),
            account: resource.account.to_string(),
            region: resource.region.to_string(),
            arn: resource.arn.clone(),
            name: resource.name.clone(),
        }
    }
}

/// A part of the rule's condition and the value it had.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceItem {
    pub expression: String,
    pub value: serde_json::Value,
}

/// A finding that somebody answers for.
#[derive(Debug, Clone, PartialEq)]
pub struct Waived {
    pub finding: Finding,
    pub owner: String,
    pub reason: String,
    /// Last day that it holds (`2027-01-31`).
    pub expires: String,
    /// Points of the workload's score that it hides.
    pub points: u8,
}

/// Something about the configuration that its author should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    pub place: Place,
    pub problem: String,
}

/// A constant of the simulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    pub name: &'static str,
    pub what: String,
    pub span: Span,
    /// Whether the configuration sets it.
    pub set: bool,
    /// Where AWS says so; `None` for an estimate.
    pub source: Option<String>,
}

/// Resources that no declared workload selects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unassigned {
    /// How many there are, by kind.
    pub kinds: BTreeMap<String, usize>,
    /// The stores among them, sorted by ARN: nobody would miss the others.
    pub stores: Vec<ResourceSummary>,
}

impl Unassigned {
    pub fn count(&self) -> usize {
        self.kinds.values().sum()
    }
}

/// A number of things, with their name.
fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
