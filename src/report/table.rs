//! Tables and text for people at a terminal.

mod findings;
mod gaps;
mod workload;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use comfy_table::Table;

use super::escape::plain;
use super::format::Terminal;
use super::{Counts, OnWord, Placed, Report, counted, on_word};
use crate::rule::meta::Severity;

/// Resources shown of one rule before the rest is counted.
const SHOWN: usize = 10;

/// Writes the report.
pub fn render(report: &Report, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        terminal: *terminal,
        accounts: report.run.accounts.len() > 1,
        workloads: report.workloads.len() > 1,
        known: report.known.clone(),
    };
    page.head(report, out)?;
    for workload in &report.workloads {
        page.workload(workload, out)?;
    }
    page.findings(report, out)?;
    page.waived(report, out)?;
    page.unassigned(report, out)?;
    page.notices(report, out)?;
    page.gaps(&report.gaps, out)?;
    page.on_word(&report.on_word, out)?;
    page.never_asked(report, out)?;
    page.totals(report, out)
}

struct Page {
    terminal: Terminal,
    /// Whether findings must say which account they are about.
    accounts: bool,
    /// Whether findings must say whose they are.
    workloads: bool,
    /// Fingerprints of findings that are no news.
    known: BTreeSet<String>,
}

impl Page {
    fn table(&self) -> Table {
        self.terminal.sheet()
    }

    fn head(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let run = &report.run;
        let regions: Vec<&str> = run
            .regions
            .iter()
            .map(super::super::inventory::id::Region::as_str)
            .collect();
        let accounts: Vec<&str> = run
            .accounts
            .iter()
            .map(super::super::inventory::id::AccountId::as_str)
            .collect();
        let mut table = self.table();
        table.add_row(["accounts", &plain(&accounts.join(", "))]);
        table.add_row(["Regions", &plain(&regions.join(", "))]);
        table.add_row([
            "read",
            &format!(
                "{}, {}",
                counted(run.resources, "resource"),
                plain(&run.finished)
            ),
        ]);
        writeln!(out, "mrlint {}\n{}", run.version, trimmed(&table))
    }

    /// A waiver is never silent.
    fn waived(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        if report.waived.is_empty() {
            return Ok(());
        }
        let mut table = self.table();
        for waived in report.waived.iter().take(SHOWN) {
            let finding = &waived.finding;
            let text = format!(
                "{} ({}, until {}: {}; hides {})",
                plain(&finding.message),
                plain(&waived.owner),
                waived.expires,
                plain(&waived.reason),
                counted(waived.points.into(), "point")
            );
            table.add_row([" -", &plain(&finding.rule), &text]);
        }
        if let Some(more @ 1..) = report.waived.len().checked_sub(SHOWN) {
            table.add_row([" -", "", &format!("and {more} more")]);
        }
        let title = self.bold("waived");
        writeln!(out, "\n{title}\n{}", trimmed(&table))
    }

    fn unassigned(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let unassigned = &report.unassigned;
        if unassigned.count() == 0 {
            return Ok(());
        }
        let mut table = self.table();
        for store in unassigned.stores.iter().take(SHOWN) {
            table.add_row([" -".to_owned(), plain(&store.region), plain(&store.arn)]);
        }
        if let Some(more @ 1..) = unassigned.stores.len().checked_sub(SHOWN) {
            table.add_row([" -", "", &format!("and {more} more stores")]);
        }
        let (all, stores) = (unassigned.count(), unassigned.stores.len());
        let text = format!(
            "{} in no workload, {} of them",
            counted(all, "resource"),
            counted(stores, "store")
        );
        let title = self.bold(&text);
        writeln!(out, "\n{title}\n{}", trimmed(&table))
    }

    fn notices(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let code = report.sources.as_ref().map(|it| it.notices.as_slice());
        let lists = [
            ("the configuration", report.notices.as_slice()),
            ("the code", code.unwrap_or_default()),
        ];
        for (title, notices) in lists.into_iter().filter(|(_, all)| !all.is_empty()) {
            let mut table = self.table();
            for notice in notices {
                let place = plain(&notice.place.to_string());
                table.add_row([format!(" - {place}: {}", plain(&notice.problem))]);
            }
            writeln!(out, "\n{}\n{}", self.bold(title), trimmed(&table))?;
        }
        Ok(())
    }

    fn on_word(&self, all: &[OnWord], out: &mut dyn Write) -> io::Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let mut table = self.table();
        for line in on_word::lines(all) {
            table.add_row([" -", &line]);
        }
        let title = self.bold("not asked");
        writeln!(out, "\n{title}\n{}", trimmed(&table))?;
        self.paragraph("the JSON report names each kind and place", out)
    }

    /// Kinds that would have decided something, and that nobody collected.
    fn never_asked(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut places = BTreeMap::<&str, usize>::new();
        for key in report.never_asked() {
            *places.entry(&key.operation).or_default() += 1;
        }
        if places.is_empty() {
            return Ok(());
        }
        let mut table = self.table();
        for (what, count) in places {
            table.add_row([plain(what), counted(count, "place")]);
        }
        let title = self.bold("not collected, so verdicts stay open");
        writeln!(out, "\n{title}\n{}", trimmed(&table))
    }

    fn totals(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let by_severity: Vec<String> = Severity::ALL
            .iter()
            .map(|severity| {
                let count = report
                    .findings
                    .iter()
                    .filter(|it| it.severity == *severity)
                    .count();
                (count, severity)
            })
            .filter(|(count, _)| *count > 0)
            .map(|(count, severity)| format!("{count} {severity}"))
            .collect();
        let findings = match report.findings.len() {
            0 => "no findings".to_owned(),
            all => format!("{}: {}", counted(all, "finding"), by_severity.join(", ")),
        };
        let sum = |count: fn(&Counts) -> usize| -> usize {
            report.rules.iter().map(|rule| count(&rule.counts)).sum()
        };
        let coverage = report.coverage;
        writeln!(out, "\n{}", self.bold(&findings))?;
        let mut lines = vec![format!(
            "{}: {} passed, {} not applicable, {} waived, {} unknown; {} % decided",
            counted(report.rules.len(), "rule"),
            sum(|it| it.pass),
            sum(|it| it.not_applicable),
            sum(|it| it.waived),
            coverage.unknown,
            coverage.percent()
        )];
        lines.extend(report.placed().map(Placed::text));
        if !report.left_out.is_empty() {
            let why = report
                .left_out
                .iter()
                .map(|(why, count)| format!("{count} {why}"));
            lines.push(format!("left out: {}", why.collect::<Vec<_>>().join(", ")));
        }
        let score = report.score;
        if let (Some(points), 2..) = (score.points, score.workloads) {
            lines.push(format!(
                "score {points}, over {} of {} workloads",
                score.scored, score.workloads
            ));
        }
        if !report.findings.is_empty() {
            let explain =
                "`mrlint explain RULE` says why a rule matters and how to mend what it finds";
            lines.push(explain.to_owned());
        }
        lines.iter().try_for_each(|line| self.paragraph(line, out))
    }

    /// Text of mrlint's own, from the left edge.
    fn paragraph(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut table = self.table();
        table.add_row([text]);
        let lines: Vec<String> = table.lines().map(|line| line.trim().to_owned()).collect();
        writeln!(out, "{}", lines.join("\n"))
    }

    fn bold(&self, text: &str) -> String {
        if self.terminal.colour {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Without the blanks that pad the last column.
fn trimmed(table: &Table) -> String {
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests;
