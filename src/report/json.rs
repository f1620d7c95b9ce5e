//! JSON, version 1: its own structs, so that a change inside never changes the format by accident.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Report, ResourceSummary, WorkloadSummary, escape};

/// Grows its second part when something is added, its first when something changes or goes.
const SCHEMA_VERSION: &str = "1.0";

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
    workloads: Vec<Workload>,
    /// The fails, worst first.
    findings: Vec<Finding>,
    /// How often each rule gave each verdict, sorted by rule.
    verdicts: Vec<Verdicts>,
    /// What could not be read, and why.
    gaps: Vec<Gap>,
    /// Fails that somebody answers for.
    waived: Vec<Waived>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Run {
    /// Tool and version that made the inventory.
    collected_by: String,
    partition: String,
    accounts: Vec<String>,
    regions: Vec<String>,
    /// When collecting began (RFC 3339, UTC).
    started: String,
    /// When collecting ended (RFC 3339, UTC).
    finished: String,
    /// How many resources were read.
    resources: usize,
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
struct Workload {
    name: String,
    /// Regions that serve.
    active: Vec<String>,
    /// Regions that wait.
    standby: Vec<String>,
    /// How it means to survive the loss of a Region; null when it is not known.
    posture: Option<&'static str>,
    /// How many resources belong to it.
    members: usize,
    entry_points: Vec<EntryPoint>,
    /// What nobody declared and was worked out instead.
    guesses: Vec<Guess>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EntryPoint {
    name: String,
    regions: Vec<String>,
    /// Whether it may lead to further Regions that could not be followed.
    incomplete: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Guess {
    what: String,
    because: String,
    instead: String,
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
struct Resource {
    arn: String,
    kind: String,
    account: String,
    region: String,
    name: String,
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
struct Gap {
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
struct Waived {
    #[serde(flatten)]
    finding: Finding,
    owner: String,
    reason: String,
    expires: Option<String>,
}

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&document(report))?;
    writeln!(out, "{}", escape::json(&text))
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn document(report: &Report) -> Document {
    let run = &report.run;
    Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "mrlint",
            version: run.version.clone(),
        },
        run: Run {
            collected_by: run.collected_by.clone(),
            partition: run.partition.clone(),
            accounts: texts(&run.accounts),
            regions: texts(&run.regions),
            started: run.started.clone(),
            finished: run.finished.clone(),
            resources: run.resources,
        },
        coverage: Coverage {
            decided: report.coverage.decided,
            unknown: report.coverage.unknown,
            share: report.coverage.share(),
        },
        workloads: report.workloads.iter().map(workload).collect(),
        findings: report.findings.iter().map(finding).collect(),
        verdicts: report.rules.iter().map(verdicts).collect(),
        gaps: report.gaps.iter().map(gap).collect(),
        waived: report
            .waived
            .iter()
            .map(|waived| Waived {
                finding: finding(&waived.finding),
                owner: waived.owner.clone(),
                reason: waived.reason.clone(),
                expires: waived.expires.clone(),
            })
            .collect(),
    }
}

fn workload(workload: &WorkloadSummary) -> Workload {
    let entry_points = workload.entry_points.iter().map(|entry| EntryPoint {
        name: entry.name.clone(),
        regions: texts(&entry.regions),
        incomplete: entry.incomplete,
    });
    let guesses = workload.guesses.iter().map(|guess| Guess {
        what: guess.what.clone(),
        because: guess.because.clone(),
        instead: guess.instead.clone(),
    });
    Workload {
        name: workload.name.clone(),
        active: texts(&workload.active),
        standby: texts(&workload.standby),
        posture: workload.posture.map(crate::rule::meta::Posture::text),
        members: workload.members,
        entry_points: entry_points.collect(),
        guesses: guesses.collect(),
    }
}

fn resource(resource: &ResourceSummary) -> Resource {
    Resource {
        arn: resource.arn.clone(),
        kind: resource.kind.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
        name: resource.name.clone(),
    }
}

fn finding(finding: &super::Finding) -> Finding {
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
        unknown_because: rule.unknown_because.iter().map(gap_key).collect(),
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

fn gap(gap: &crate::inventory::Gap) -> Gap {
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
mod tests {
    use super::*;
    use crate::report::samples;

    /// The committed schema is made from the structs: `MRLINT_BLESS=1 cargo test` writes it anew.
    #[test]
    fn the_committed_schema_is_current_and_holds() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/reports/json/report-v1.schema.json"
        );
        let schema = schemars::schema_for!(Document);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("MRLINT_BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(
            committed == text,
            "{path} is stale: run MRLINT_BLESS=1 cargo test"
        );
        let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for report in [samples::hostile(), samples::empty()] {
            let mut bytes = Vec::new();
            render(&report, &mut bytes).unwrap();
            let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    /// Machines get the very names; whoever prints the file is not misled by them.
    #[test]
    fn hostile_names_are_whole_and_visible() {
        let mut report = samples::hostile();
        report.findings[0].resource.name += "\u{9b}2J\u{7f}";
        let mut bytes = Vec::new();
        render(&report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.chars().all(|it| !it.is_control() || it == '\n'));
        assert!(!text.contains('\u{202e}'));
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let name = &document["findings"][0]["resource"]["name"];
        assert_eq!(name, report.findings[0].resource.name.as_str());
    }
}
