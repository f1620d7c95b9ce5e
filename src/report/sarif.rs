//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! A live resource has no file: a result lies at the line of code that owns the resource where that
//! is known, else where its workload is declared, else at line 1 of a relative path made of its
//! account, Region and name; the ARN is the logical location. Each
//! workload is a run with a category of its own. Waived findings are left out, because code scanning
//! would show them as open alerts. What code scanning cannot hold is gathered, never dropped in
//! silence.
//!
//! Code scanning closes every alert that a successful run lacks. Findings of an earlier report that
//! could not be judged again are therefore results too. Where no earlier report was given, a run with
//! open verdicts is no success: code scanning refuses it, and no alert changes.

mod category;
mod gather;
mod locations;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::escape::{markdown, plain, segment};
use super::place::Places;
use super::{Finding, Grade, Outcome, Report, RuleSummary, Score, counted, escape, on_word};
use crate::inventory::{Gap, GapKey};
use crate::rule::meta::{Evidence, Severity};
use category::{Category, by_workload, stale};
use locations::location;

/// Results of one run that code scanning keeps.
const KEPT: usize = 5_000;
/// Related locations of one result.
const RELATED: usize = 50;
/// Runs of one file that code scanning takes.
const RUNS: usize = 20;

/// Where the crate is at home.
pub(super) const HOME: &str = "https://crates.io/crates/mrlint";
pub(super) const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string(&document(report))?;
    writeln!(out, "{}", escape::json(&text))
}

fn document(report: &Report) -> Value {
    json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": runs(report) })
}

/// One run for each workload, those of which only the earlier report knows too; one for all where
/// code scanning would not take as many.
fn runs(report: &Report) -> Vec<Value> {
    let places = Places::new(report);
    let categories = by_workload(report);
    if categories.is_empty() || categories.len() > RUNS {
        let all = Category {
            name: "all",
            workload: None,
            found: report.findings.iter().collect(),
            carried: report.carried().iter().collect(),
            unknown: report.coverage.unknown,
        };
        return vec![run(report, &all, &places)];
    }
    let run = |it: &Category<'_>| run(report, it, &places);
    categories.values().map(run).collect()
}

fn run(report: &Report, category: &Category<'_>, places: &Places<'_>) -> Value {
    let rules: BTreeMap<&str, usize> = report
        .rules
        .iter()
        .enumerate()
        .map(|(at, rule)| (rule.id.as_str(), at))
        .collect();
    let index = |finding: &Finding| rules.get(finding.rule.as_str()).copied();
    let mut notifications: Vec<Value> = report.gaps.iter().map(gap).collect();
    notifications.extend(report.never_asked().into_iter().map(|key| open(key, "")));
    // Not gaps: they count as read. A line says it, for the places are many.
    let words = on_word::lines(&report.on_word);
    notifications.extend(words.iter().map(|it| note(&unlinked(it))));
    let code = report.sources.iter().flat_map(|it| &it.notices);
    let code = code.map(|it| plain(&format!("{}: {}", it.place, it.problem)));
    notifications.extend(code.map(|it| note(&unlinked(&it))));
    // Nothing decided proves nothing; and what is open may be what an alert is about.
    let decided = report.coverage.decided > 0 || report.coverage.unknown == 0;
    let known = report.since.is_some() || category.unknown == 0;
    if !known {
        notifications.push(note(&format!(
            "{} open: alerts that are not here may be unread, not mended; with --previous they are \
             carried on",
            counted(category.unknown, "verdict")
        )));
    }
    let stale: Vec<Finding> = category.carried.iter().map(|it| stale(it)).collect();
    let findings: Vec<&Finding> = category.found.iter().copied().chain(&stale).collect();
    let results: Vec<Value> = if findings.len() <= KEPT {
        let mut results: Vec<Value> = findings
            .iter()
            .map(|finding| result(finding, index(finding), places))
            .collect();
        let carried = results.iter_mut().skip(category.found.len());
        for (result, it) in carried.zip(&category.carried) {
            result["properties"]["lastSeen"] = json!(it.last_seen);
        }
        results
    } else {
        let (results, dropped) = gather::gathered(&findings, &index, places);
        notifications.push(note(&format!(
            "{} findings are gathered by rule and Region: code scanning keeps {KEPT} results of a run",
            findings.len()
        )));
        if dropped > 0 {
            notifications.push(note(&format!(
                "even gathered, {dropped} results of the least severity are left out"
            )));
        }
        results
    };
    json!({
        "tool": { "driver": {
            "name": "mrlint",
            "version": report.run.version,
            "semanticVersion": report.run.version,
            "informationUri": HOME,
            "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
        } },
        "automationDetails": { "id": format!("mrlint/{}/", segment(category.name)) },
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": decided && known,
            "toolExecutionNotifications": notifications,
        }],
        "results": results,
        "properties": {
            "coverage": report.coverage.share(),
            "score": category.workload.map(|workload| score(&workload.score)),
            "losses": category.workload.map(|it| it.losses.iter().map(loss).collect::<Vec<_>>()),
        },
    })
}

fn note(text: &str) -> Value {
    json!({ "level": "note", "message": { "text": text } })
}

/// The score in a run's property bag; JSON has every term.
fn score(score: &Score) -> Value {
    let range = score.range;
    json!({
        "points": score.headline(),
        "low": range.map(|it| it.low),
        "high": range.map(|it| it.high),
        "grade": score.grade.map(Grade::text),
        "coverage": score.coverage,
        "caps": score.caps.iter().map(|cap| json!({ "at": cap.at, "cause": cap.cause, "rule": cap.rule })).collect::<Vec<_>>(),
        "pillars": score.pillars.iter().map(|it| (it.code, it.points)).collect::<BTreeMap<_, _>>(),
        "waivedPoints": score.waived_points,
        "residency": score.residency.as_ref().map(|it| it.verdict.text()),
        "proven": false,
    })
}

/// A loss in a run's property bag; JSON has all of it.
fn loss(it: &Outcome) -> Value {
    json!({
        "lost": it.loss.to_string(),
        "outcome": it.fate.text(),
        "rto": [it.rto.typical, it.rto.upper],
        "rpo": [it.rpo.typical, it.rpo.upper],
        "cause": it.causes.first().map(|cause| plain(&cause.to_string())),
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 95,
        Severity::High => 80,
        Severity::Medium => 50,
        Severity::Low => 20,
        Severity::Info => 5,
    }
}

fn rule(rule: &RuleSummary) -> Value {
    let mut tags = vec!["reliability".to_owned(), "multi-region".to_owned()];
    tags.extend(rule.frameworks.iter().take(8).cloned());
    let precision = match rule.evidence {
        Evidence::Fact => "very-high",
        Evidence::Derived => "high",
        Evidence::Metric => "medium",
        Evidence::Heuristic => "low",
    };
    let problem = match level(rule.severity) {
        "error" => "error",
        "warning" => "warning",
        _ => "recommendation",
    };
    let mut properties = json!({
        "tags": tags,
        "precision": precision,
        "problem.severity": problem,
    });
    // Only where data may leave its boundary is a finding a matter of security.
    if rule.id.starts_with("RES-") {
        let score = match rule.severity {
            Severity::Critical => "9.0",
            Severity::High => "7.0",
            Severity::Medium => "5.0",
            Severity::Low | Severity::Info => "3.0",
        };
        properties["security-severity"] = json!(score);
    }
    let mut descriptor = json!({
        "id": rule.id,
        "name": pascal(&rule.name),
        "shortDescription": { "text": cut(&rule.title, 1_000) },
        "fullDescription": { "text": cut(&rule.why, 1_000) },
        "help": { "text": help(rule, false), "markdown": help(rule, true) },
        "defaultConfiguration": { "level": level(rule.severity), "rank": rank(rule.severity) },
        "properties": properties,
    });
    if let Some(url) = rule
        .references
        .iter()
        .find_map(|reference| reference.url.as_deref())
    {
        descriptor["helpUri"] = json!(url);
    }
    descriptor
}

/// `dynamodb-table-not-global` as `DynamodbTableNotGlobal`.
fn pascal(name: &str) -> String {
    let upper = |word: &str| -> String {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect()
    };
    name.split('-').map(upper).collect()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn help(rule: &RuleSummary, marked: bool) -> String {
    let mut text = format!("{}\n\n{}", rule.why, rule.fix.text);
    for (_, language, example) in rule.fix.examples() {
        text += &if marked {
            format!("\n\n```{language}\n{example}\n```")
        } else {
            format!("\n\n{example}")
        };
    }
    for reference in &rule.references {
        text += &match &reference.url {
            Some(url) if marked => format!("\n\n[{}]({url})", markdown(&reference.title)),
            Some(url) => format!("\n\n{} {url}", reference.title),
            None => format!("\n\n{}", reference.title),
        };
    }
    text
}

fn result(finding: &Finding, rule: Option<usize>, places: &Places<'_>) -> Value {
    let related = finding.related.iter().take(RELATED).enumerate();
    let related: Vec<Value> = related
        .map(|(at, other)| {
            let mut location = location(other, None, places);
            location["id"] = json!(at + 1);
            location["message"] = json!({ "text": unlinked(&plain(&other.arn)) });
            location
        })
        .collect();
    let mut result = one(finding, rule, &message(finding), places);
    result["relatedLocations"] = json!(related);
    result["properties"]["evidence"] = finding
        .evidence
        .iter()
        .map(|item| json!({ "expression": item.expression, "value": item.value }))
        .collect();
    result
}

/// The first sentence is all that lists show: where and what comes first.
fn message(finding: &Finding) -> String {
    let resource = &finding.resource;
    format!(
        "{} in {}: {}",
        plain(&resource.name),
        plain(&resource.region),
        plain(&finding.message)
    )
}

fn one(finding: &Finding, rule: Option<usize>, text: &str, places: &Places<'_>) -> Value {
    let fingerprint = finding.fingerprint.as_str();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "rank": rank(finding.severity),
        "kind": "fail",
        "message": { "text": unlinked(text) },
        "locations": [location(&finding.resource, Some(&finding.workload), places)],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:1", &fingerprint[..16]),
            "mrlint/v1": fingerprint,
        },
        "properties": {
            "arn": finding.resource.arn,
            "account": finding.resource.account,
            "region": finding.resource.region,
            "workload": finding.workload,
            "severity": finding.severity.text(),
            "confidence": finding.confidence,
        },
    });
    if let Some(source) = places.source(&finding.resource) {
        result["properties"]["source"] = locations::property(source);
    }
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    result
}

fn gap(gap: &Gap) -> Value {
    match &gap.action {
        Some(action) => open(&gap.key, &format!("; needs {action}")),
        None => open(&gap.key, ""),
    }
}

fn open(key: &GapKey, more: &str) -> Value {
    json!({
        "level": "warning",
        "message": { "text": unlinked(&plain(&format!("{key}{more}"))) },
        "properties": {
            "account": key.account,
            "region": key.region,
            "operation": key.operation,
            "cause": key.cause,
        },
    })
}

/// Viewers turn `[text](target)` in messages into links; foreign names must not become one.
pub(super) fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

#[cfg(test)]
mod tests;
