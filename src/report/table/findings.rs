//! The findings: by rule, or by what they are about.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color};

use super::{Page, SHOWN, counted, trimmed};
use crate::report::escape::plain;
use crate::report::format::GroupBy;
use crate::report::{Finding, Report, RuleSummary};
use crate::rule::meta::Severity;

impl Page {
    pub(super) fn findings(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        match self.terminal.view.group_by {
            GroupBy::Rule => self.by_rule(report, out),
            other => self.by(report, other, out),
        }
    }

    fn by_rule(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let rules: BTreeMap<&str, &RuleSummary> = report
            .rules
            .iter()
            .map(|rule| (rule.id.as_str(), rule))
            .collect();
        let same = |a: &Finding, b: &Finding| a.rule == b.rule && a.severity == b.severity;
        let groups: Vec<&[Finding]> = report.findings.chunk_by(same).collect();
        for these in self.shown(&groups) {
            let rule = these.first().and_then(|it| rules.get(it.rule.as_str()));
            self.rule(report, these, rule.copied(), out)?;
        }
        self.hidden(groups.len(), "rule", out)
    }

    /// The findings of one rule: the rule once, then its resources.
    fn rule(
        &self,
        report: &Report,
        findings: &[Finding],
        rule: Option<&RuleSummary>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(first) = findings.first() else {
            return Ok(());
        };
        let mut head = self.table();
        let severity = Cell::new(first.severity.text()).fg(colour_of(first.severity));
        let title = Cell::new(plain(&first.title)).add_attribute(Attribute::Bold);
        head.add_row([
            severity.add_attribute(Attribute::Bold),
            Cell::new(&first.rule),
            title,
        ]);
        writeln!(out, "\n{}", trimmed(&head))?;
        let mut table = self.table();
        for finding in findings.iter().take(SHOWN) {
            let (resource, mut message) = (&finding.resource, plain(&finding.message));
            let workload = self.workloads && resource.kind != "workload";
            let account = self.accounts && !resource.account.is_empty();
            message += &match (workload, account) {
                (true, true) => format!(
                    " ({}, account {})",
                    plain(&finding.workload),
                    plain(&resource.account)
                ),
                (true, false) => format!(" ({})", plain(&finding.workload)),
                (false, true) => format!(" (account {})", plain(&resource.account)),
                (false, false) => String::new(),
            };
            message += self.mark(finding);
            if let Some(place) = report.source(resource) {
                let likely = if place.confidence.is_sure() {
                    ""
                } else {
                    "perhaps "
                };
                message += &format!("\n{likely}{}", plain(&place.to_string()));
            }
            table.add_row([" -", &plain(&resource.region), &message]);
        }
        if findings.len() > SHOWN {
            let more = format!("and {} more", findings.len() - SHOWN);
            table.add_row([" -", "", &more]);
        }
        if let Some(rule) = rule {
            table.add_row(["", "fix", &plain(&first_sentence(&rule.fix.text))]);
        }
        writeln!(out, "{}", trimmed(&table))
    }

    /// The findings about each workload, account, Region or resource: who has the worst comes first.
    fn by(&self, report: &Report, by: GroupBy, out: &mut dyn Write) -> io::Result<()> {
        let mut groups: Vec<(String, Vec<&Finding>)> = Vec::new();
        let mut places = BTreeMap::<String, usize>::new();
        for finding in &report.findings {
            let key = key(finding, by);
            let at = *places.entry(key.clone()).or_insert_with(|| {
                groups.push((key, Vec::new()));
                groups.len() - 1
            });
            if let Some((_, own)) = groups.get_mut(at) {
                own.push(finding);
            }
        }
        for (name, findings) in self.shown(&groups) {
            let counts = Severity::ALL.iter().filter_map(|severity| {
                let count = findings
                    .iter()
                    .filter(|it| it.severity == *severity)
                    .count();
                (count > 0).then(|| format!("{count} {severity}"))
            });
            let counts: Vec<String> = counts.collect();
            let mut head = self.table();
            head.add_row([format!("{}: {}", plain(name), counts.join(", "))]);
            let head = self.bold(trimmed(&head).trim_start());
            let mut table = self.table();
            for finding in findings.iter().take(SHOWN) {
                let severity = finding.severity;
                table.add_row([
                    Cell::new(" -"),
                    Cell::new(severity.text()).fg(colour_of(severity)),
                    Cell::new(&finding.rule),
                    Cell::new(plain(&finding.message) + self.mark(finding)),
                ]);
            }
            if let Some(more @ 1..) = findings.len().checked_sub(SHOWN) {
                table.add_row([" -", "", "", &format!("and {more} more")]);
            }
            writeln!(out, "\n{head}\n{}", trimmed(&table))?;
        }
        self.hidden(groups.len(), by.text(), out)
    }

    /// Whether it is no news.
    fn mark(&self, finding: &Finding) -> &'static str {
        if self.known.contains(finding.fingerprint.as_str()) {
            " (known)"
        } else {
            ""
        }
    }

    /// As many of the groups as are wanted.
    fn shown<'g, T>(&self, groups: &'g [T]) -> &'g [T] {
        let top = self.terminal.view.top.unwrap_or(groups.len());
        groups.get(..top).unwrap_or(groups)
    }

    /// Says how many groups are not shown.
    fn hidden(&self, groups: usize, word: &str, out: &mut dyn Write) -> io::Result<()> {
        let top = self.terminal.view.top.unwrap_or(groups);
        match groups.checked_sub(top) {
            Some(more @ 1..) => writeln!(out, "\n{} not shown (--top {top})", counted(more, word)),
            _ => Ok(()),
        }
    }
}

/// What a finding is grouped under.
fn key(finding: &Finding, by: GroupBy) -> String {
    let resource = &finding.resource;
    match by {
        GroupBy::Rule => finding.rule.clone(),
        GroupBy::Workload => finding.workload.clone(),
        GroupBy::Account if resource.account.is_empty() => "no account".to_owned(),
        GroupBy::Account => resource.account.clone(),
        GroupBy::Region => resource.region.clone(),
        GroupBy::Resource => resource.arn.clone(),
    }
}

fn colour_of(severity: Severity) -> Color {
    match severity {
        Severity::Critical | Severity::High => Color::Red,
        Severity::Medium => Color::Yellow,
        Severity::Low | Severity::Info => Color::Cyan,
    }
}

/// Up to the first full stop that ends a sentence, on one line.
pub(super) fn first_sentence(text: &str) -> String {
    let text = text.split("\n\n").next().unwrap_or(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text,
    }
}
