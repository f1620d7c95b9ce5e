//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

mod judged;
pub(super) mod loss;
mod run;
pub(super) mod score;
mod since;
mod source;
pub(super) mod workload;

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

pub(super) use run::{Run, run};

use super::{Report, ResourceSummary, escape};

/// Grows its second part when something is added, its first when something changes or goes.
const SCHEMA_VERSION: &str = "1.4";

/// A report of mrlint.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "mrlint report, version 1")]
pub struct Document {
    /// Version of this format.
    schema_version: &'static str,
    /// What judged.
    tool: Tool,
    /// What was read, and when.
    run: Run,
    /// How much could be decided.
    coverage: Coverage,
    /// The workloads, sorted by name.
    workloads: Vec<workload::Workload>,
    /// The fails, worst first.
    findings: Vec<Finding>,
    /// How often each rule gave each verdict, sorted by rule.
    verdicts: Vec<Verdicts>,
    /// What could not be read, and why.
    gaps: Vec<Gap>,
    /// What counts as empty because somebody said so: the services were not asked. Sorted by account
    /// and Region.
    on_word: Vec<OnWord>,
    /// Fails that somebody answers for.
    waived: Vec<Waived>,
    /// What no declared workload selects.
    unassigned: Unassigned,
    /// How many resources are in no workload on purpose, by the reason.
    left_out: BTreeMap<&'static str, usize>,
    /// What the author of the configuration should know.
    notices: Vec<Notice>,
    /// The workloads together.
    score: score::Overall,
    /// Fingerprints of findings that the baseline or the run before holds.
    known: Vec<String>,
    /// What was looked at: what a later run needs to tell what is mended from what it could not see.
    judged: judged::Judged,
    /// How much was found in the code; null where none was read.
    code: Option<source::Code>,
    /// What became of the findings of an earlier report (`--previous`); null where none was given.
    since: Option<since::Since>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Unassigned {
    /// How many there are, by kind.
    kinds: BTreeMap<String, usize>,
    /// The stores among them.
    stores: Vec<Resource>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Notice {
    /// File, line and column.
    place: String,
    problem: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Coverage {
    /// Verdicts that are pass or fail.
    decided: usize,
    /// Verdicts that gaps left open.
    unknown: usize,
    /// Decided among all that apply, from 0 to 1.
    share: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    /// Id of the rule.
    rule: String,
    /// Name of the rule.
    name: String,
    title: String,
    severity: &'static str,
    /// From 0 to 1.
    confidence: f64,
    workload: String,
    resource: Resource,
    related: Vec<Resource>,
    message: String,
    evidence: Vec<Evidence>,
    /// Stays the same from run to run.
    fingerprint: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Resource {
    arn: String,
    kind: String,
    account: String,
    region: String,
    name: String,
    /// Where it was written, as far as that is known or likely.
    source: Option<source::Source>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Evidence {
    expression: String,
    value: serde_json::Value,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Verdicts {
    rule: String,
    name: String,
    severity: &'static str,
    pass: usize,
    fail: usize,
    not_applicable: usize,
    unknown: usize,
    waived: usize,
    /// Stands for the rule with its settings.
    stamp: String,
    /// Gaps that left verdicts open.
    unknown_because: Vec<GapKey>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GapKey {
    account: String,
    region: String,
    operation: String,
    cause: crate::inventory::Cause,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Gap {
    #[serde(flatten)]
    key: GapKey,
    /// The IAM action that allows the operation, where it is known.
    action: Option<String>,
    message: Option<String>,
    /// Kinds of which resources may be missing.
    hides: Vec<String>,
    /// How many calls failed this way.
    calls: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OnWord {
    /// Who said that there is nothing.
    source: String,
    /// Of when that is (RFC 3339, UTC).
    at: String,
    account: String,
    region: String,
    /// Kinds of which there are no resources.
    kinds: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Waived {
    #[serde(flatten)]
    finding: Finding,
    owner: String,
    reason: String,
    /// Last day that it holds.
    expires: String,
    /// Points of the workload's score that it hides.
    points: u8,
}

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&document(report))?;
    writeln!(out, "{}", escape::json(&text))
}

/// The report as it would be written, for whoever needs a part of it.
pub(crate) fn value(report: &Report) -> serde_json::Result<serde_json::Value> {
    serde_json::to_value(document(report))
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn document(report: &Report) -> Document {
    Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "mrlint",
            version: report.run.version.clone(),
        },
        run: self::run(&report.run),
        coverage: Coverage {
            decided: report.coverage.decided,
            unknown: report.coverage.unknown,
            share: report.coverage.share(),
        },
        workloads: report.workloads.iter().map(workload::workload).collect(),
        findings: report
            .findings
            .iter()
            .map(|it| finding(report, it))
            .collect(),
        verdicts: report.rules.iter().map(verdicts).collect(),
        gaps: report.gaps.iter().map(gap).collect(),
        on_word: report.on_word.iter().map(on_word).collect(),
        waived: report
            .waived
            .iter()
            .map(|waived| Waived {
                finding: finding(report, &waived.finding),
                owner: waived.owner.clone(),
                reason: waived.reason.clone(),
                expires: waived.expires.clone(),
                points: waived.points,
            })
            .collect(),
        unassigned: unassigned(report),
        left_out: report.left_out.clone(),
        notices: report.notices.iter().map(notice).collect(),
        score: score::Overall::of(report.score),
        known: report.known.iter().cloned().collect(),
        judged: judged::Judged::of(&report.judged),
        code: source::code(report),
        since: report.since.as_ref().map(|it| since::since(report, it)),
    }
}

pub(super) fn unassigned(report: &Report) -> Unassigned {
    let stores = report.unassigned.stores.iter();
    Unassigned {
        kinds: report.unassigned.kinds.clone(),
        stores: stores.map(|it| resource(report, it)).collect(),
    }
}

pub(super) fn notice(notice: &super::Notice) -> Notice {
    Notice {
        place: notice.place.to_string(),
        problem: notice.problem.clone(),
    }
}

fn resource(report: &Report, resource: &ResourceSummary) -> Resource {
    Resource {
        arn: resource.arn.clone(),
        kind: resource.kind.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
        name: resource.name.clone(),
        source: source::source(report, resource),
    }
}

fn finding(report: &Report, finding: &super::Finding) -> Finding {
    let resource = |it| resource(report, it);
    let evidence = finding.evidence.iter().map(|item| Evidence {
        expression: item.expression.clone(),
        value: item.value.clone(),
    });
    Finding {
        rule: finding.rule.clone(),
        name: finding.name.clone(),
        title: finding.title.clone(),
        severity: finding.severity.text(),
        confidence: finding.confidence,
        workload: finding.workload.clone(),
        resource: resource(&finding.resource),
        related: finding.related.iter().map(resource).collect(),
        message: finding.message.clone(),
        evidence: evidence.collect(),
        fingerprint: finding.fingerprint.to_string(),
    }
}

fn verdicts(rule: &super::RuleSummary) -> Verdicts {
    let counts = rule.counts;
    Verdicts {
        rule: rule.id.clone(),
        name: rule.name.clone(),
        severity: rule.severity.text(),
        pass: counts.pass,
        fail: counts.fail,
        not_applicable: counts.not_applicable,
        unknown: counts.unknown,
        waived: counts.waived,
        stamp: rule.stamp.clone(),
        unknown_because: rule.unknown_because.iter().map(gap_key).collect(),
    }
}

pub(super) fn on_word(it: &super::OnWord) -> OnWord {
    OnWord {
        source: it.word.source.clone(),
        at: it.word.at.clone(),
        account: it.account.to_string(),
        region: it.region.to_string(),
        kinds: texts(&it.kinds.iter().collect::<Vec<_>>()),
    }
}

fn gap_key(key: &crate::inventory::GapKey) -> GapKey {
    GapKey {
        account: key.account.to_string(),
        region: key.region.to_string(),
        operation: key.operation.clone(),
        cause: key.cause,
    }
}

pub(super) fn gap(gap: &crate::inventory::Gap) -> Gap {
    Gap {
        key: gap_key(&gap.key),
        action: gap.action.clone(),
        message: gap.message.clone(),
        hides: gap
            .hides
            .iter()
            .map(|kind| kind.name().to_owned())
            .collect(),
        calls: gap.calls,
    }
}

#[cfg(test)]
mod tests;
