//! Markdown for the summary of a job: verdict, scores, losses, what to mend first, findings, gaps.
//!
//! GitHub refuses a summary of more than 1 MiB as a whole, so every section keeps to a share of it
//! and says what it leaves out.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::markdown;
use super::{Finding, Outcome, Report, Score, WorkloadSummary, counted, on_word};
use crate::rule::meta::Severity;
use crate::simulate::Fate;

/// Bytes of one section.
const SECTION: usize = 100_000;
/// Bytes of the findings: with all other sections at their most, still less than 1 MiB.
const FINDINGS: usize = 300_000;
/// Fixes that regain most, of one workload.
const FIXES: usize = 5;

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## mrlint: {}\n", verdict(report))?;
    writeln!(out, "{}", head(report))?;
    let workloads = report.workloads.iter();
    let mut counts = BTreeMap::<&str, usize>::new();
    for finding in &report.findings {
        *counts.entry(&finding.workload).or_default() += 1;
    }
    let count = |it: &WorkloadSummary| counts.get(it.name.as_str()).copied().unwrap_or_default();
    Section {
        title: "Workloads",
        head: &[
            "workload",
            "score",
            "posture",
            "Regions",
            "resources",
            "findings",
        ],
        rows: workloads
            .clone()
            .map(|it| workload(it, count(it)))
            .collect(),
    }
    .write(SECTION, out)?;
    Section {
        title: "Losing a Region",
        head: &[
            "workload",
            "lost",
            "outcome",
            "until it serves",
            "data lost",
            "because",
        ],
        rows: workloads
            .clone()
            .flat_map(|it| &it.losses)
            .map(loss)
            .collect(),
    }
    .write(SECTION, out)?;
    Section {
        title: "What to mend first",
        head: &["workload", "points", "rule", "findings"],
        rows: workloads.flat_map(fixes).collect(),
    }
    .write(SECTION, out)?;
    Section {
        title: "Findings",
        head: &["severity", "rule", "Region", "what", "workload"],
        rows: report.findings.iter().map(|it| finding(it, None)).collect(),
    }
    .write(FINDINGS, out)?;
    Section {
        title: "Not judged again",
        head: &["severity", "rule", "Region", "what", "workload"],
        rows: report
            .carried()
            .iter()
            .map(|it| finding(&it.finding, Some(&it.last_seen)))
            .collect(),
    }
    .write(SECTION, out)?;
    Section {
        title: "Waived",
        head: &["rule", "what", "owner", "until", "reason"],
        rows: report.waived.iter().map(waived).collect(),
    }
    .write(SECTION, out)?;
    Section {
        title: "Could not be read",
        head: &["account", "Region", "operation", "cause", "missing action"],
        rows: report.gaps.iter().map(gap).collect(),
    }
    .write(SECTION, out)?;
    writeln!(out, "\n{}", coverage(report))
}

/// A table under a title; nothing where it has no row.
struct Section<'s> {
    title: &'s str,
    head: &'s [&'s str],
    rows: Vec<Vec<String>>,
}

impl Section<'_> {
    /// As many rows as fit into so many bytes.
    fn write(self, most: usize, out: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n### {}\n", self.title)?;
        writeln!(out, "| {} |", self.head.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(self.head.len()))?;
        let (mut bytes, mut shown) = (0, 0);
        for row in &self.rows {
            let line = format!("| {} |\n", row.join(" | "));
            bytes += line.len();
            if bytes > most {
                break;
            }
            shown += 1;
            out.write_all(line.as_bytes())?;
        }
        match self.rows.len() - shown {
            0 => Ok(()),
            rest => writeln!(
                out,
                "\n{} left out here; `-f json` has all of them.",
                counted(rest, "row")
            ),
        }
    }
}

fn verdict(report: &Report) -> String {
    let count = |severity| {
        report
            .findings
            .iter()
            .filter(|it| it.severity == severity)
            .count()
    };
    let counts = Severity::ALL.map(|severity| (count(severity), severity));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, severity)| format!("{count} {severity}"))
        .collect();
    match (counts.is_empty(), report.coverage.unknown) {
        (true, 0) => "no findings".to_owned(),
        (true, _) => "no findings, as far as could be read".to_owned(),
        (false, _) => counts.join(", "),
    }
}

fn head(report: &Report) -> String {
    let run = &report.run;
    let score = report.score;
    let mut lines = vec![format!(
        "{} in {} and {}, read until {}; {} % of the verdicts could be decided.",
        counted(run.resources, "resource"),
        counted(run.accounts.len(), "account"),
        counted(run.regions.len(), "Region"),
        markdown(&run.finished),
        report.coverage.percent()
    )];
    if let (Some(points), 2..) = (score.points, score.workloads) {
        lines.push(format!(
            "Score **{points}**, over {} of {} workloads.",
            score.scored, score.workloads
        ));
    }
    if let Some(since) = &report.since {
        lines.push(format!(
            "Since the run before: {} mended, {} not judged again.",
            since.mended.len(),
            since.carried.len()
        ));
    }
    lines.join("  \n")
}

fn workload(it: &WorkloadSummary, findings: usize) -> Vec<String> {
    let regions: Vec<String> = it
        .active
        .iter()
        .map(|region| markdown(region.as_str()))
        .chain(
            it.standby
                .iter()
                .map(|region| format!("({})", markdown(region.as_str()))),
        )
        .collect();
    vec![
        markdown(&it.name),
        score(&it.score),
        it.posture
            .map_or("unknown", crate::rule::meta::Posture::text)
            .to_owned(),
        regions.join(", "),
        it.members.to_string(),
        findings.to_string(),
    ]
}

/// The points, and what keeps them down.
fn score(score: &Score) -> String {
    match score.caps.first() {
        None => format!("**{}**", score.shown()),
        Some(cap) => format!(
            "**{}**, at most {}: {}",
            score.shown(),
            cap.at,
            markdown(&cap.cause)
        ),
    }
}

fn loss(it: &Outcome) -> Vec<String> {
    let (rto, rpo) = match it.fate {
        Fate::Unknown => ("unknown".to_owned(), "unknown".to_owned()),
        _ => (it.rto.to_string(), it.rpo.to_string()),
    };
    let cause = it.causes.first().map(|cause| markdown(&cause.to_string()));
    vec![
        markdown(&it.workload),
        markdown(&it.loss.to_string()),
        format!("**{}**", it.fate.text()),
        rto,
        rpo,
        cause.unwrap_or_default(),
    ]
}

fn fixes(it: &WorkloadSummary) -> impl Iterator<Item = Vec<String>> {
    let useful = it
        .score
        .gains
        .iter()
        .filter(|gain| gain.points + gain.uncapped > 0);
    useful.take(FIXES).map(|gain| {
        let points = match gain.points {
            0 => format!("+{} under the cap", gain.uncapped),
            points => format!("+{points}"),
        };
        vec![
            markdown(&it.name),
            points,
            format!("{} {}", markdown(&gain.rule), markdown(&gain.title)),
            gain.findings.to_string(),
        ]
    })
}

fn finding(it: &Finding, last_seen: Option<&str>) -> Vec<String> {
    let what = match last_seen {
        None => markdown(&it.message),
        Some(time) => format!("{} (found {})", markdown(&it.message), markdown(time)),
    };
    vec![
        it.severity.text().to_owned(),
        markdown(&it.rule),
        markdown(&it.resource.region),
        what,
        markdown(&it.workload),
    ]
}

fn waived(it: &super::Waived) -> Vec<String> {
    vec![
        markdown(&it.finding.rule),
        markdown(&it.finding.message),
        markdown(&it.owner),
        markdown(&it.expires),
        markdown(&it.reason),
    ]
}

fn gap(it: &crate::inventory::Gap) -> Vec<String> {
    let key = &it.key;
    vec![
        markdown(key.account.as_str()),
        markdown(key.region.as_str()),
        markdown(&key.operation),
        key.cause.text().to_owned(),
        it.action.as_deref().map(markdown).unwrap_or_default(),
    ]
}

/// What else leaves verdicts open, or is taken on somebody's word.
fn coverage(report: &Report) -> String {
    let coverage = report.coverage;
    let mut lines = vec![format!(
        "{} decided, {} unknown ({} %).",
        counted(coverage.decided, "verdict"),
        coverage.unknown,
        coverage.percent()
    )];
    if let count @ 1.. = report.never_asked().len() {
        lines.push(format!(
            "Not collected: {}.",
            counted(count, "kind of a place")
        ));
    }
    lines.extend(
        on_word::lines(&report.on_word)
            .iter()
            .map(|it| markdown(it)),
    );
    lines.push(format!(
        "mrlint {}; `mrlint explain RULE` says why a rule matters and how to mend what it finds.",
        markdown(&report.run.version)
    ));
    lines.join("  \n")
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
    fn a_summary_fits_and_says_what_it_leaves_out() {
        let mut report = samples::hostile();
        let long = "東".repeat(400);
        report.findings[0].message.clone_from(&long);
        report.findings = vec![report.findings[0].clone(); 5_000];
        report.waived = vec![report.waived[0].clone(); 5_000];
        report.gaps = vec![report.gaps[0].clone(); 20_000];
        report.workloads = vec![report.workloads[0].clone(); 500];
        let carried = report.carried()[0].clone();
        report.since.as_mut().unwrap().carried = vec![carried; 5_000];
        let text = rendered(&report);
        assert!(text.len() < 1024 * 1024, "{}", text.len());
        assert!(
            text.matches(" left out here").count() >= 4,
            "{}",
            text.len()
        );
        // What comes after the findings is still there.
        assert!(text.contains("### Could not be read"));
        assert!(text.ends_with("how to mend what it finds.\n"));
    }

    #[test]
    fn every_row_has_the_cells_of_its_head() {
        let text = rendered(&samples::hostile());
        let mut cells = None;
        for line in text.lines() {
            let bare = line.replace("\\|", "");
            cells = match (bare.starts_with('|'), cells) {
                (false, _) => None,
                (true, None) => Some(bare.matches('|').count()),
                (true, Some(cells)) => {
                    assert_eq!(bare.matches('|').count(), cells, "{line}");
                    Some(cells)
                }
            };
        }
        assert!(!text.replace("\\]", "").contains("](x)"), "{text}");
    }

    #[test]
    fn nothing_found_is_not_all_well_where_verdicts_are_open() {
        assert!(rendered(&samples::empty()).starts_with("## mrlint: no findings\n"));
        let text = rendered(&samples::never_asked());
        assert!(
            text.starts_with("## mrlint: no findings, as far as could be read\n"),
            "{text}"
        );
    }
}
