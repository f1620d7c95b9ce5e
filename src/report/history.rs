//! The runs that are kept: a line each, with where scores and findings go.

use std::io::{self, Write};

use ::csv::{Terminator, WriterBuilder};
use schemars::JsonSchema;
use serde::Serialize;

use super::counted;
use super::csv::cell;
use super::escape::{self, plain};
use super::format::Terminal;
use super::trend::{TrendPoint, sparkline};
use crate::rule::meta::Severity;

const SCHEMA_VERSION: &str = "1.0";

/// Runs that mrlint kept, the oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "mrlint history, version 1")]
struct Document<'p> {
    /// Version of this format.
    schema_version: &'static str,
    runs: &'p [TrendPoint],
}

/// `all` is how many runs are kept.
pub fn table(
    points: &[TrendPoint],
    all: usize,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = terminal.sheet();
    table.add_row(["run", "finished", "score", "findings", "decided", ""]);
    for point in points {
        let workloads = point.workloads.iter();
        let workloads = workloads.map(|it| format!("{} {}", plain(&it.name), it.shown));
        let breaks = if point.breaks.is_empty() {
            String::new()
        } else {
            format!("≠ another {}", point.breaks.join(", "))
        };
        table.add_row([
            point.id.clone(),
            plain(&point.finished),
            workloads.collect::<Vec<_>>().join(", "),
            findings(point),
            format!("{} %", point.coverage),
            breaks,
        ]);
    }
    let lines = table.to_string();
    for line in lines.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    if all > points.len() {
        writeln!(
            out,
            "{} of {} that are kept",
            points.len(),
            counted(all, "run")
        )?;
    }
    trends(points, out)
}

/// A line for each workload of the last run, and for all together.
fn trends(points: &[TrendPoint], out: &mut dyn Write) -> io::Result<()> {
    let Some(last) = points.last().filter(|_| points.len() > 1) else {
        return Ok(());
    };
    writeln!(out)?;
    for workload in &last.workloads {
        let of = |point: &TrendPoint| {
            let own = point.workloads.iter().find(|it| it.name == workload.name);
            own.and_then(|it| it.points)
        };
        let scores: Vec<Option<u8>> = points.iter().map(of).collect();
        writeln!(
            out,
            "score of {} {} {}",
            plain(&workload.name),
            sparkline(scores.iter().copied()),
            words(&scores)
        )?;
    }
    if last.workloads.len() != 1 {
        let scores: Vec<Option<u8>> = points.iter().map(|it| it.score).collect();
        let line = sparkline(scores.iter().copied());
        writeln!(out, "score of all {line} {}", words(&scores))?;
    }
    if points.iter().any(|it| !it.breaks.is_empty()) {
        writeln!(
            out,
            "≠ is not to be held against the run before: `mrlint diff --since ID` says what differs"
        )?;
    }
    Ok(())
}

/// The line in words: for whoever does not see it.
fn words(scores: &[Option<u8>]) -> String {
    let known: Vec<u8> = scores.iter().copied().flatten().collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return "never enough was decided".to_owned();
    };
    let step = match first.cmp(last) {
        std::cmp::Ordering::Less => format!("up {}", last - first),
        std::cmp::Ordering::Equal => "as it was".to_owned(),
        std::cmp::Ordering::Greater => format!("down {}", first - last),
    };
    let open = scores.len() - known.len();
    let open = if open == 0 {
        String::new()
    } else {
        format!(", open in {}", counted(open, "run"))
    };
    format!("{first} → {last}, {step}{open}")
}

fn findings(point: &TrendPoint) -> String {
    let each = Severity::ALL.into_iter().filter_map(|severity| {
        let count = point.findings.get(&severity)?;
        Some(format!("{count} {severity}"))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        "none".to_owned()
    } else {
        each.join(", ")
    }
}

pub fn json(points: &[TrendPoint], out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        runs: points,
    };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::from)?;
    writeln!(out, "{}", escape::json(&text))
}

/// A row for each workload of each run.
pub fn csv(points: &[TrendPoint], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    let severities = Severity::ALL.map(|it| it.text().to_owned());
    let head = [
        "run",
        "finished",
        "workload",
        "score",
        "decided_percent",
        "breaks",
    ];
    let head = head.map(str::to_owned).into_iter().chain(severities);
    csv.write_record(head)?;
    for point in points {
        let row = |name: &str, score: Option<u8>| -> Vec<String> {
            let score = score.map_or_else(String::new, |it| it.to_string());
            let fixed = [
                point.id.clone(),
                cell(&point.finished),
                cell(name),
                score,
                point.coverage.clone(),
                point.breaks.join(" "),
            ];
            let count = |it| point.findings.get(&it).copied().unwrap_or_default();
            let counts = Severity::ALL.into_iter().map(|it| count(it).to_string());
            fixed.into_iter().chain(counts).collect()
        };
        csv.write_record(row("", point.score))?;
        for workload in &point.workloads {
            csv.write_record(row(&workload.name, workload.points))?;
        }
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let schema = schemars::schema_for!(Document<'_>);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        crate::committed::assert_current("reports/json/history-v1.schema.json", &text);
    }

    #[test]
    fn a_trend_is_told_in_words_too() {
        assert_eq!(
            words(&[Some(40), None, Some(70)]),
            "40 → 70, up 30, open in 1 run"
        );
        assert_eq!(words(&[None, None]), "never enough was decided");
        assert_eq!(words(&[Some(5), Some(5)]), "5 → 5, as it was");
    }
}
