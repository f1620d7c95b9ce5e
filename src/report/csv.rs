//! CSV (RFC 4180) for spreadsheets: a row for each finding, open, waived or carried on.
//!
//! A cell never begins with what a spreadsheet takes for a formula: an apostrophe stands before it.

use std::io::{self, Write};

use ::csv::{Terminator, WriterBuilder};

use super::escape::whole;
use super::{Finding, Report, RuleSummary};

/// The columns, in their order.
const COLUMNS: [&str; 20] = [
    "status",
    "severity",
    "rule",
    "name",
    "title",
    "workload",
    "account",
    "region",
    "kind",
    "resource",
    "resource_name",
    "message",
    "confidence",
    "related",
    "fix",
    "fingerprint",
    "owner",
    "reason",
    "until",
    "last_seen",
];

/// What only some rows say.
#[derive(Default)]
struct More<'r> {
    owner: &'r str,
    reason: &'r str,
    until: &'r str,
    last_seen: &'r str,
}

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    csv.write_record(COLUMNS)?;
    for finding in &report.findings {
        csv.write_record(row("open", finding, &More::default(), report))?;
    }
    for it in report.carried() {
        let more = More {
            last_seen: &it.last_seen,
            ..More::default()
        };
        csv.write_record(row("carried", &it.finding, &more, report))?;
    }
    for it in &report.waived {
        let more = More {
            owner: &it.owner,
            reason: &it.reason,
            until: &it.expires,
            ..More::default()
        };
        csv.write_record(row("waived", &it.finding, &more, report))?;
    }
    csv.flush()
}

fn row(status: &str, finding: &Finding, more: &More<'_>, report: &Report) -> [String; 20] {
    let resource = &finding.resource;
    let related: Vec<&str> = finding.related.iter().map(|it| it.arn.as_str()).collect();
    let fix = rule_of(report, finding).map_or("", |rule| rule.fix.text.as_str());
    let confidence = finding.confidence.to_string();
    [
        status,
        finding.severity.text(),
        &finding.rule,
        &finding.name,
        &finding.title,
        &finding.workload,
        &resource.account,
        &resource.region,
        &resource.kind,
        &resource.arn,
        &resource.name,
        &finding.message,
        &confidence,
        &related.join(" "),
        &fix.split_whitespace().collect::<Vec<_>>().join(" "),
        finding.fingerprint.as_str(),
        more.owner,
        more.reason,
        more.until,
        more.last_seen,
    ]
    .map(cell)
}

fn rule_of<'r>(report: &'r Report, finding: &Finding) -> Option<&'r RuleSummary> {
    let rules = &report.rules;
    let at = rules.binary_search_by(|rule| rule.id.as_str().cmp(&finding.rule));
    at.ok().and_then(|at| rules.get(at))
}

/// Spreadsheets take these for the beginning of a formula, the wide ones too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell that is text to a spreadsheet. Control characters, tab and line ends among them, are
/// visible escapes by then.
pub(super) fn cell(text: &str) -> String {
    let text = whole(text);
    if text.trim_start().starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\t=1"), "\\u{9}=1");
        assert_eq!(cell("\r=1"), "\\u{d}=1");
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn a_row_for_each_finding_whatever_became_of_it() {
        let mut bytes = Vec::new();
        render(&samples::hostile(), &mut bytes).unwrap();
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(reader.headers().unwrap().len(), COLUMNS.len());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let status: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
        assert_eq!(status, ["open", "carried", "waived"]);
        assert_eq!(&rows[1][19], "2026-11-21T00:01:00Z");
        assert!(rows[2][16].starts_with("'=cmd()"));
    }
}
