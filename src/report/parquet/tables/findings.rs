//! The table of findings, whatever became of them.

use super::{Column, Table, Values, run, time};
use crate::report::{Carried, Finding, Report, Waived};

/// A finding, and what became of it.
struct Row<'r> {
    status: &'static str,
    finding: &'r Finding,
    carried: Option<&'r Carried>,
    waived: Option<&'r Waived>,
}

fn rows(report: &Report) -> Vec<Row<'_>> {
    let row = |status, finding| Row {
        status,
        finding,
        carried: None,
        waived: None,
    };
    let open = report.findings.iter().map(|it| row("open", it));
    let carried = report.carried().iter().map(|it| Row {
        carried: Some(it),
        ..row("carried", &it.finding)
    });
    let waived = report.waived.iter().map(|it| Row {
        waived: Some(it),
        ..row("waived", &it.finding)
    });
    open.chain(carried).chain(waived).collect()
}

pub(super) fn findings(report: &Report) -> Table<'_> {
    let rows = rows(report);
    let mut columns = identity(report, &rows);
    columns.extend(said(&rows));
    Table {
        name: "findings",
        about: "A fail: open, waived, or carried on from an earlier run.",
        columns,
    }
}

/// What it is, and what it is about.
fn identity<'r>(report: &'r Report, rows: &[Row<'r>]) -> Vec<Column<'r>> {
    let print = |it: &Row<'r>| it.finding.fingerprint.as_str();
    let severity = "`critical`, `high`, `medium`, `low` or `info`.";
    let arn = "What it is about; `mrlint:workload/…` and `mrlint:account/…` are no resources.";
    vec![
        run(report, rows),
        column!(Text, "fingerprint", "Identity of the finding.", rows, print),
        column!(Text, "rule", "Id of the rule.", rows, |it| &*it
            .finding
            .rule),
        column!(Text, "name", "Name of the rule.", rows, |it| &*it
            .finding
            .name),
        column!(Text, "title", "What is wrong, in general.", rows, |it| &*it
            .finding
            .title),
        column!(Text, "severity", severity, rows, |it| it
            .finding
            .severity
            .text()),
        column!(Float, "confidence", "From 0 to 1.", rows, |it| it
            .finding
            .confidence),
        column!(Text, "workload", "The workload.", rows, |it| &*it
            .finding
            .workload),
        column!(Text, "arn", arn, rows, |it| &*it.finding.resource.arn),
        column!(
            Text,
            "kind",
            "CloudFormation type; `workload` or `account`.",
            rows,
            |it| { &*it.finding.resource.kind }
        ),
        column!(Text, "account", "Empty for a workload.", rows, |it| {
            &*it.finding.resource.account
        }),
        column!(
            Text,
            "region",
            "`aws-global` where there is none.",
            rows,
            |it| { &*it.finding.resource.region }
        ),
    ]
}

/// What is wrong, and what became of it.
fn said<'r>(rows: &[Row<'r>]) -> Vec<Column<'r>> {
    let related = |it: &Row<'_>| {
        let arns: Vec<&str> = it
            .finding
            .related
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        serde_json::json!(arns).to_string()
    };
    let others = "ARNs of others that it is about, a JSON list.";
    let status = "`open`, `carried` (could not be judged again) or `waived`.";
    let last_seen = "When it was found, where that was in an earlier run.";
    vec![
        column!(Text, "message", "What is wrong here.", rows, |it| &*it
            .finding
            .message),
        column!(Made, "related", others, rows, related),
        column!(Text, "status", status, rows, |it| it.status),
        column!(Optional, "waived_by", "Who answers for it.", rows, |it| {
            it.waived.map(|it| it.owner.as_str())
        }),
        column!(
            Optional,
            "waived_until",
            "Last day of the waiver.",
            rows,
            |it| { it.waived.map(|it| it.expires.as_str()) }
        ),
        column!(Time, "last_seen", last_seen, rows, |it| {
            it.carried.and_then(|it| time(&it.last_seen))
        }),
    ]
}
