//! GitLab Code Quality, a part of the Code Climate format.
//!
//! GitLab holds the report of a merge request against that of its target: what is missing counts as
//! mended. Findings that could not be judged again are therefore in it; waived ones are not.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::{self, whole};
use super::place::{Places, path};
use super::{Finding, Report};
use crate::rule::meta::Severity;

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(report);
    let carried = report.carried().iter().map(|it| &it.finding);
    let all = report.findings.iter().chain(carried);
    let issues: Vec<Issue<'_>> = all.map(|it| issue(it, &places)).collect();
    let text = serde_json::to_string_pretty(&issues)?;
    writeln!(out, "{}", escape::json(&text))
}

fn issue<'r>(finding: &'r Finding, places: &Places<'_>) -> Issue<'r> {
    let (path, begin) = match places.of(&finding.resource, Some(&finding.workload)) {
        Some(declared) => (declared.path, declared.line),
        None => (path(&finding.resource), 1),
    };
    let resource = &finding.resource;
    Issue {
        description: whole(&format!(
            "{} in {}: {}",
            resource.name, resource.region, finding.message
        )),
        check_name: &finding.rule,
        fingerprint: finding.fingerprint.as_str(),
        severity: severity(finding.severity),
        location: Location {
            path,
            lines: Lines { begin },
        },
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn what_could_not_be_judged_again_stays_and_what_is_waived_goes() {
        let report = samples::hostile();
        let mut bytes = Vec::new();
        render(&report, &mut bytes).unwrap();
        let issues: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), 2);
        assert_eq!(issues[0]["severity"], "blocker");
        assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
        let carried = report.carried()[0].finding.fingerprint.as_str();
        assert_eq!(issues[1]["fingerprint"], carried);
    }
}
