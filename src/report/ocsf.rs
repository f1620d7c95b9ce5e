//! OCSF 1.6: a Compliance Finding (class 2003) for each finding, a line of JSON each.
//!
//! Open findings and those that could not be judged again are sent as new with every run, for
//! consumers drop what is not repeated; waived ones are suppressed, mended ones closed. A report
//! holds no list of what passes, so there is none here.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Finding, Fix, Report, ResourceSummary, RuleReference, RuleSummary, escape};
use crate::rule::meta::Severity;

/// Number of the class.
const CLASS: u32 = 2003;
/// Version of the schema.
const VERSION: &str = "1.6.0";

/// What became of a finding, as the schema numbers it.
struct State {
    /// 1 create, 3 close.
    activity: (u8, &'static str),
    /// 1 new, 3 suppressed, 4 resolved.
    status: (u8, &'static str),
    /// 1 pass, 3 fail.
    compliance: (u8, &'static str),
}

const NEW: State = State {
    activity: (1, "Create"),
    status: (1, "New"),
    compliance: (3, "Fail"),
};
const SUPPRESSED: State = State {
    status: (3, "Suppressed"),
    ..NEW
};
const RESOLVED: State = State {
    activity: (3, "Close"),
    status: (4, "Resolved"),
    compliance: (1, "Pass"),
};

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |state: &State, finding: &Finding, detail: Option<String>| {
        let event = event(report, state, finding, detail);
        writeln!(out, "{}", escape::json(&event.to_string()))
    };
    for finding in &report.findings {
        line(&NEW, finding, None)?;
    }
    for it in report.carried() {
        let detail = format!("found {}, could not be judged again", it.last_seen);
        line(&NEW, &it.finding, Some(detail))?;
    }
    for it in &report.waived {
        let (owner, reason) = (&it.owner, &it.reason);
        let detail = format!("waived by {owner} until {}: {reason}", it.expires);
        line(&SUPPRESSED, &it.finding, Some(detail))?;
    }
    let mended = report.since.iter().flat_map(|since| &since.mended);
    mended
        .into_iter()
        .try_for_each(|it| line(&RESOLVED, it, None))
}

fn event(report: &Report, state: &State, finding: &Finding, detail: Option<String>) -> Value {
    let rules = &report.rules;
    let at = rules.binary_search_by(|rule| rule.id.as_str().cmp(&finding.rule));
    let rule = at.ok().and_then(|at| rules.get(at));
    let time = milliseconds(&report.run.finished);
    let (severity_id, severity) = severity(finding.severity);
    let (activity_id, activity) = state.activity;
    let mut event = json!({
        "activity_id": activity_id,
        "activity_name": activity,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + u32::from(activity_id),
        "type_name": format!("Compliance Finding: {activity}"),
        "time": time,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": state.status.0,
        "status": state.status.1,
        "message": finding.message,
        "confidence_score": percent(finding.confidence),
        "metadata": metadata(report, finding),
        "finding_info": {
            "uid": finding.fingerprint.as_str(),
            "title": finding.title,
            "desc": rule.map_or(finding.message.as_str(), |rule| rule.why.as_str()),
            "types": ["Resilience"],
            "last_seen_time": time,
        },
        "compliance": compliance(finding, rule, state),
        "cloud": cloud(report, &finding.resource),
        "resources": resources(report, finding),
        "evidences": finding.evidence.iter().map(|item| {
            json!({ "data": { "expression": item.expression, "value": item.value } })
        }).collect::<Vec<_>>(),
        "unmapped": { "workload": finding.workload },
    });
    if let Some(detail) = detail {
        event["status_detail"] = json!(detail);
    }
    if let Some(rule) = rule {
        event["remediation"] = remediation(&rule.fix, &rule.references);
    }
    event
}

fn metadata(report: &Report, finding: &Finding) -> Value {
    json!({
        "version": VERSION,
        "profiles": ["cloud"],
        "event_code": finding.rule,
        "product": {
            "name": "mrlint",
            "vendor_name": "mrlint",
            "version": report.run.version,
        },
    })
}

fn compliance(finding: &Finding, rule: Option<&RuleSummary>, state: &State) -> Value {
    // `wa:REL10-BP01`: a framework, and what it asks for.
    let frameworks = rule.into_iter().flat_map(|rule| &rule.frameworks);
    let (mut standards, mut requirements) = (Vec::new(), Vec::new());
    for (standard, requirement) in frameworks.filter_map(|it| it.split_once(':')) {
        if !standards.contains(&standard) {
            standards.push(standard);
        }
        requirements.push(requirement);
    }
    json!({
        "control": finding.rule,
        "status_id": state.compliance.0,
        "status": state.compliance.1,
        "standards": standards,
        "requirements": requirements,
    })
}

/// The account of a workload's finding is none: it is about several.
fn cloud(report: &Report, resource: &ResourceSummary) -> Value {
    let mut cloud = json!({
        "provider": "AWS",
        "region": resource.region,
        "cloud_partition": report.run.partition,
    });
    if !resource.account.is_empty() {
        cloud["account"] = json!({ "uid": resource.account, "type_id": 10, "type": "AWS Account" });
    }
    cloud
}

/// What it is about, then what is related to it.
fn resources(report: &Report, finding: &Finding) -> Vec<Value> {
    let all = std::iter::once(&finding.resource).chain(&finding.related);
    let resource = |it: &ResourceSummary| {
        json!({
            "uid": it.arn,
            "name": it.name,
            "type": it.kind,
            "region": it.region,
            "cloud_partition": report.run.partition,
        })
    };
    all.map(resource).collect()
}

fn remediation(fix: &Fix, references: &[RuleReference]) -> Value {
    let examples = fix.examples().map(|(_, _, text)| text);
    let parts: Vec<&str> = std::iter::once(fix.text.as_str()).chain(examples).collect();
    let urls = references.iter().filter_map(|it| it.url.as_deref());
    json!({ "desc": parts.join("\n\n"), "references": urls.collect::<Vec<_>>() })
}

fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

/// Since 1970; 0 where nothing says when the inventory was read.
fn milliseconds(time: &str) -> i64 {
    let time: Result<Timestamp, _> = time.parse();
    time.map_or(0, Timestamp::as_millisecond)
}

/// In hundredths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a confidence is from 0 to 1"
)]
pub(super) fn percent(confidence: f64) -> u8 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_line_for_each_finding_says_what_became_of_it() {
        let mut bytes = Vec::new();
        render(&samples::hostile(), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let states: Vec<&str> = events
            .iter()
            .map(|it| it["status"].as_str().unwrap())
            .collect();
        assert_eq!(states, ["New", "New", "Suppressed", "Resolved"]);
        assert_eq!(events[3]["type_uid"], 200_303);
        assert_eq!(events[0]["time"], 1_795_392_060_000_i64);
        assert_eq!(events[0]["confidence_score"], 100);
        assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'));
    }
}
