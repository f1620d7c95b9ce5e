//! Findings for the page: what filters and sorts as columns of small numbers, the rest in chunks
//! that are read when a row is opened.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;

use crate::report::{Finding, Report, ResourceSummary};
use crate::rule::meta::Severity;

/// Findings in a chunk.
pub(super) const CHUNK: usize = 250;

/// Each list has a place for each finding; numbers are positions in the tables, or in the rules and
/// workloads of the report.
#[derive(Debug, Serialize)]
pub(super) struct Columns<'r> {
    kinds: Vec<&'r str>,
    accounts: Vec<&'r str>,
    regions: Vec<&'r str>,
    severity: Vec<usize>,
    rule: Vec<usize>,
    workload: Vec<usize>,
    kind: Vec<usize>,
    account: Vec<usize>,
    region: Vec<usize>,
    name: Vec<&'r str>,
    chunk: usize,
}

impl<'r> Columns<'r> {
    pub(super) fn of(report: &'r Report, findings: &[&'r Finding]) -> Self {
        let rules = numbers(report.rules.iter().map(|it| it.id.as_str()));
        let workloads = numbers(report.workloads.iter().map(|it| it.name.as_str()));
        let severities = numbers(Severity::ALL.iter().map(|it| it.text()));
        let kinds = table(findings, |it| &it.resource.kind);
        let accounts = table(findings, |it| &it.resource.account);
        let regions = table(findings, |it| &it.resource.region);
        let column = |numbers: &HashMap<&str, usize>, of: fn(&Finding) -> &str| {
            let number = |it: &&Finding| numbers.get(of(it)).copied().unwrap_or_default();
            findings.iter().map(number).collect()
        };
        let of_table = |table: &[&'r str], of: fn(&Finding) -> &str| {
            column(&numbers(table.iter().copied()), of)
        };
        Self {
            severity: column(&severities, |it| it.severity.text()),
            rule: column(&rules, |it| &it.rule),
            workload: column(&workloads, |it| &it.workload),
            kind: of_table(&kinds, |it| &it.resource.kind),
            account: of_table(&accounts, |it| &it.resource.account),
            region: of_table(&regions, |it| &it.resource.region),
            name: findings
                .iter()
                .map(|it| it.resource.name.as_str())
                .collect(),
            kinds,
            accounts,
            regions,
            chunk: CHUNK,
        }
    }
}

fn numbers<'r>(texts: impl Iterator<Item = &'r str>) -> HashMap<&'r str, usize> {
    texts.zip(0..).collect()
}

/// The different texts, sorted.
fn table<'r>(findings: &[&'r Finding], of: fn(&Finding) -> &str) -> Vec<&'r str> {
    let all: BTreeSet<&str> = findings.iter().map(|it| of(it)).collect();
    all.into_iter().collect()
}

/// What a row says when it is opened.
#[derive(Debug, Serialize)]
pub(super) struct Detail<'r> {
    fingerprint: &'r str,
    message: &'r str,
    arn: &'r str,
    confidence: f64,
    evidence: Vec<(&'r str, &'r Value)>,
    related: Vec<Resource<'r>>,
    /// The line of code that owns the resource, how sure that is, and what says so.
    source: Option<(String, &'static str, &'r str)>,
}

/// Kind, account, Region, ARN, name.
type Resource<'r> = (&'r str, &'r str, &'r str, &'r str, &'r str);

pub(super) fn resource(it: &ResourceSummary) -> Resource<'_> {
    (&it.kind, &it.account, &it.region, &it.arn, &it.name)
}

pub(super) fn detail<'r>(report: &'r Report, finding: &'r Finding) -> Detail<'r> {
    let evidence = finding.evidence.iter();
    Detail {
        fingerprint: finding.fingerprint.as_str(),
        message: &finding.message,
        arn: &finding.resource.arn,
        confidence: finding.confidence,
        evidence: evidence
            .map(|it| (it.expression.as_str(), &it.value))
            .collect(),
        related: finding.related.iter().map(resource).collect(),
        source: report
            .source(&finding.resource)
            .map(|it| (it.to_string(), it.confidence.text(), it.how.as_str())),
    }
}
