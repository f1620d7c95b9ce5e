//! JUnit XML, as Jenkins, GitLab and Azure DevOps read it: a suite for each workload, a case for each
//! rule that applies, one for each finding where it fails.
//!
//! What could not be judged is skipped, with the gaps; so is what a waiver covers. A rule that does
//! not apply is no case.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::escape::whole;
use super::{Carried, Finding, Report, RuleSummary, Verdicts, Waived, WorkloadSummary, counted};
use crate::inventory::GapKey;

/// Gaps named in one case.
const GAPS: usize = 10;

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let all = All::new(report);
    let suites: Vec<Suite<'_>> = report.workloads.iter().map(|it| all.suite(it)).collect();
    let tests: usize = suites.iter().map(Suite::tests).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "mrlint"))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", "0"))
        .write_inner_content(|xml| {
            let at = report.run.finished.as_str();
            suites.iter().try_for_each(|suite| suite.write(at, xml))
        })?;
    writeln!(out)
}

/// Findings by workload and rule.
struct All<'r> {
    report: &'r Report,
    open: By<'r, Finding>,
    waived: By<'r, Waived>,
    carried: By<'r, Carried>,
}

type By<'r, T> = BTreeMap<(&'r str, &'r str), Vec<&'r T>>;

fn by<T>(all: &[T], finding: impl Fn(&T) -> &Finding) -> By<'_, T> {
    let mut by = By::new();
    for it in all {
        let about = finding(it);
        let key = (about.workload.as_str(), about.rule.as_str());
        by.entry(key).or_default().push(it);
    }
    by
}

impl<'r> All<'r> {
    fn new(report: &'r Report) -> Self {
        Self {
            report,
            open: by(&report.findings, |it| it),
            waived: by(&report.waived, |it| &it.finding),
            carried: by(report.carried(), |it| &it.finding),
        }
    }

    fn suite(&self, workload: &'r WorkloadSummary) -> Suite<'r> {
        let rules = self.report.rules.iter().zip(&workload.verdicts);
        let cases = rules.flat_map(|(rule, verdicts)| self.cases(workload, rule, verdicts));
        Suite {
            workload,
            cases: cases.collect(),
        }
    }

    fn cases(
        &self,
        workload: &'r WorkloadSummary,
        rule: &'r RuleSummary,
        verdicts: &Verdicts,
    ) -> Vec<Case<'r>> {
        let key = (workload.name.as_str(), rule.id.as_str());
        let head = format!("{}: {}", rule.id, rule.title);
        let case = |name: String, outcome| Case {
            name,
            rule,
            outcome,
        };
        let of = |finding: &Finding| format!("{head}: {}", finding.resource.arn);
        let open = self.open.get(&key).into_iter().flatten();
        let mut cases: Vec<Case<'r>> = open.map(|it| case(of(it), Outcome::Failed(it))).collect();
        let (pass, unknown) = (verdicts.counts.pass, verdicts.counts.unknown);
        if cases.is_empty() && pass > 0 {
            cases.push(case(head.clone(), Outcome::Passed));
        }
        for it in self.waived.get(&key).into_iter().flatten() {
            let (owner, reason) = (&it.owner, &it.reason);
            let why = format!("waived by {owner} until {}: {reason}", it.expires);
            cases.push(case(of(&it.finding), Outcome::Skipped("waived", why)));
        }
        for it in self.carried.get(&key).into_iter().flatten() {
            let seen = format!("found {}, not judged again", it.last_seen);
            let why = format!("{seen}: {}", because(&it.because));
            cases.push(case(of(&it.finding), Outcome::Skipped("unknown", why)));
        }
        if unknown > 0 {
            let open = counted(unknown, "verdict");
            let why = format!("{open} open: {}", because(&verdicts.unknown_because));
            let name = format!("{head}: what could not be judged");
            cases.push(case(name, Outcome::Skipped("unknown", why)));
        }
        cases
    }
}

fn because(gaps: &BTreeSet<GapKey>) -> String {
    let mut named: Vec<String> = gaps.iter().take(GAPS).map(GapKey::to_string).collect();
    if let Some(more @ 1..) = gaps.len().checked_sub(GAPS) {
        named.push(format!("and {more} more"));
    }
    named.join("; ")
}

struct Suite<'r> {
    workload: &'r WorkloadSummary,
    cases: Vec<Case<'r>>,
}

struct Case<'r> {
    name: String,
    rule: &'r RuleSummary,
    outcome: Outcome<'r>,
}

enum Outcome<'r> {
    Passed,
    Failed(&'r Finding),
    /// In a word, and why.
    Skipped(&'static str, String),
}

impl Suite<'_> {
    fn tests(&self) -> usize {
        self.cases.len()
    }

    fn count(&self, of: fn(&Outcome<'_>) -> bool) -> usize {
        self.cases.iter().filter(|it| of(&it.outcome)).count()
    }

    fn failures(&self) -> usize {
        self.count(|it| matches!(it, Outcome::Failed(_)))
    }

    fn write<W: Write>(&self, at: &str, xml: &mut Writer<W>) -> io::Result<()> {
        let skipped = self.count(|it| matches!(it, Outcome::Skipped(..)));
        xml.create_element("testsuite")
            .with_attribute(("name", whole(&self.workload.name).as_str()))
            .with_attribute(("tests", self.tests().to_string().as_str()))
            .with_attribute(("failures", self.failures().to_string().as_str()))
            .with_attribute(("errors", "0"))
            .with_attribute(("skipped", skipped.to_string().as_str()))
            .with_attribute(("timestamp", whole(at).as_str()))
            .write_inner_content(|xml| {
                let score = self.workload.score.shown();
                xml.create_element("properties")
                    .write_inner_content(|xml| {
                        xml.create_element("property")
                            .with_attribute(("name", "score"))
                            .with_attribute(("value", score.as_str()))
                            .write_empty()?;
                        Ok(())
                    })?;
                self.cases.iter().try_for_each(|case| case.write(xml))
            })?;
        Ok(())
    }
}

impl Case<'_> {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let case = xml
            .create_element("testcase")
            .with_attribute(("classname", whole(&self.rule.name).as_str()))
            .with_attribute(("name", whole(&self.name).as_str()));
        match &self.outcome {
            Outcome::Passed => case.write_empty()?,
            Outcome::Failed(finding) => case.write_inner_content(|xml| {
                xml.create_element("failure")
                    .with_attribute(("type", finding.severity.text()))
                    .with_attribute(("message", whole(&finding.message).as_str()))
                    .write_text_content(BytesText::new(&details(finding, self.rule)))?;
                Ok(())
            })?,
            Outcome::Skipped(word, why) => case.write_inner_content(|xml| {
                xml.create_element("skipped")
                    .with_attribute(("type", *word))
                    .with_attribute(("message", whole(why).as_str()))
                    .write_empty()?;
                Ok(())
            })?,
        };
        Ok(())
    }
}

/// A failure as whoever mends it wants to read it; every foreign piece on a line of its own.
fn details(finding: &Finding, rule: &RuleSummary) -> String {
    let resource = &finding.resource;
    let mut lines = vec![
        format!("resource: {} {}", resource.kind, resource.arn),
        format!("account: {}, Region: {}", resource.account, resource.region),
        format!("severity: {}", finding.severity),
    ];
    let related = finding.related.iter();
    lines.extend(related.map(|it| format!("related: {}", it.arn)));
    let evidence = finding.evidence.iter();
    lines.extend(evidence.map(|it| format!("evidence: {} = {}", it.expression, it.value)));
    let fix = rule.fix.text.split('\n').map(|line| format!("fix: {line}"));
    lines.extend(fix);
    let lines: Vec<String> = lines.iter().map(|line| whole(line)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn rendered(report: &Report) -> String {
        let mut bytes = Vec::new();
        render(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_unknown_or_waived_is_skipped_and_says_why() {
        let text = rendered(&samples::hostile());
        assert!(
            text.contains(r#"tests="4" failures="1" errors="0" skipped="3""#),
            "{text}"
        );
        assert!(text.contains("1 verdict open: dynamodb:ListTables in account"));
        assert!(text.contains("found 2026-11-21T00:01:00Z, not judged again: dynamodb:ListTables"));
        assert!(text.contains("waived by "));
    }

    #[test]
    fn a_rule_that_passes_is_one_case_and_one_that_does_not_apply_is_none() {
        let mut report = samples::hostile();
        (report.findings, report.waived, report.since) = (vec![], vec![], None);
        let counts = &mut report.workloads[0].verdicts[0].counts;
        (counts.unknown, counts.pass) = (0, 3);
        assert_eq!(rendered(&report).matches("<testcase").count(), 1);
        report.workloads[0].verdicts[0].counts.pass = 0;
        assert_eq!(rendered(&report).matches("<testcase").count(), 0);
    }

    #[test]
    fn nothing_foreign_is_markup_or_a_control_character() {
        let text = rendered(&samples::hostile());
        assert!(!text.contains("<script>"), "{text}");
        assert!(text.chars().all(|it| it == '\n' || !it.is_control()));
        assert!(!text.contains('\u{202e}'));
    }
}
