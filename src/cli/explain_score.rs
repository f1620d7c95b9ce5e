//! `explain score`: every term of a workload's score, for people.

use std::fmt::Write as _;

use comfy_table::{Cell, CellAlignment, Table, presets};

use super::args::ExplainScore;
use super::terminal::Ui;
use super::{Exit, Trouble, intent, judge};
use crate::check;
use crate::inventory::Region;
use crate::located::nearest;
use crate::report::escape::{lines, plain};
use crate::report::{PillarScore, Range, Report, Score, Term, WorkloadSummary};

pub(super) fn explain(args: &ExplainScore, ui: &Ui) -> Result<Exit, Trouble> {
    let (rules, options) = intent::settle(&args.intent, true, ui)?;
    let inventory = judge::load(&args.inventory)?;
    let report = check::check(&inventory, &rules, &options);
    let workload = find(&report, &args.workload)?;
    ui.print(lines(&text_of(workload)).as_bytes())
}

fn find<'r>(report: &'r Report, name: &str) -> Result<&'r WorkloadSummary, Trouble> {
    let found = report.workloads.iter().find(|it| it.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = report.workloads.iter().map(|it| it.name.as_str()).collect();
        let trouble = Trouble::usage(format!("no workload is called `{name}`"));
        match nearest(name, names.iter().copied()) {
            Some(near) => trouble.help(format!("did you mean `{near}`?")),
            None => trouble.help(format!("there are {}", names.join(", "))),
        }
    })
}

/// Writing to a String cannot fail, so its results are not looked at.
fn text_of(workload: &WorkloadSummary) -> String {
    let score = &workload.score;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "workload {}: {}\n",
        plain(&workload.name),
        score.shown()
    );
    headline(score, &mut text);
    for pillar in &score.pillars {
        if !pillar.terms.iter().any(speaks) {
            continue;
        }
        let _ = writeln!(text, "\n{}", title(pillar));
        let _ = writeln!(text, "{}", terms(&pillar.terms));
    }
    residency(score, &mut text);
    gains(score, &mut text);
    text
}

fn headline(score: &Score, text: &mut String) {
    let percent = score.coverage * 100.0;
    let _ = writeln!(text, "{percent:.1} % of the weight that applies is decided");
    if score.headline().is_none() && score.range.is_some() {
        let least = Score::LEAST_COVERAGE * 100.0;
        let _ = writeln!(text, "below {least:.0} % there is a range and no score");
    }
    if let (Some(before), false) = (score.uncapped, score.caps.is_empty()) {
        let _ = writeln!(
            text,
            "{before} before caps; a critical finding caps its pillar at 49 too"
        );
    }
    for cap in &score.caps {
        let rule = cap.rule.as_deref();
        let by = rule.map(|rule| format!(" ({rule})")).unwrap_or_default();
        let _ = writeln!(text, "capped at {}: {}{by}", cap.at, plain(&cap.cause));
    }
    if score.waived_points > 0 {
        let _ = writeln!(text, "waivers hide {} points", score.waived_points);
    }
    let _ = writeln!(
        text,
        "the score is the mean of the pillars by their weight; nobody has proven it by an exercise"
    );
}

fn title(pillar: &PillarScore) -> String {
    let points = pillar
        .points
        .map_or_else(|| "n/a".to_owned(), |it| it.to_string());
    let range = pillar.range.map(range).unwrap_or_default();
    let capped = if pillar.capped {
        ", capped by a critical finding"
    } else {
        ""
    };
    format!(
        "{} {} (weight {}): {points}{range}{capped}",
        pillar.code, pillar.title, pillar.weight
    )
}

fn range(range: Range) -> String {
    if range.low == range.high {
        String::new()
    } else {
        format!(" [{}–{}]", range.low, range.high)
    }
}

/// Whether the rule said anything of the workload.
fn speaks(term: &Term) -> bool {
    term.evaluated + term.unknown + term.waived > 0
}

fn terms(terms: &[Term]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(vec![
        "rule",
        "severity",
        "weight",
        "confidence",
        "failed",
        "unknown",
        "waived",
        "loss",
    ]);
    for term in terms.iter().filter(|term| speaks(term)) {
        let loss = term
            .loss
            .map_or_else(|| "n/a".to_owned(), |loss| format!("{loss:.2}"));
        table.add_row(vec![
            Cell::new(&term.rule),
            Cell::new(term.severity.text()),
            Cell::new(term.weight),
            Cell::new(format!("{:.2}", f64::from(term.confidence_percent) / 100.0)),
            Cell::new(format!("{}/{}", term.failed, term.evaluated)),
            Cell::new(term.unknown),
            Cell::new(term.waived),
            Cell::new(loss),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

fn residency(score: &Score, text: &mut String) {
    let Some(residency) = &score.residency else {
        return;
    };
    let points = residency
        .points
        .map_or_else(|| "n/a".to_owned(), |it| it.to_string());
    let regions: Vec<&str> = residency.regions.iter().map(Region::as_str).collect();
    let _ = writeln!(
        text,
        "\nboundary {} ({}): {}, {points}; judged apart",
        plain(&residency.boundary),
        regions.join(", "),
        residency.verdict.text()
    );
    if residency.terms.iter().any(speaks) {
        let _ = writeln!(text, "{}", terms(&residency.terms));
    }
}

fn gains(score: &Score, text: &mut String) {
    if score.gains.is_empty() {
        return;
    }
    text.push_str("\nwhat regains most\n");
    for gain in &score.gains {
        let capped = if gain.points == 0 && gain.uncapped > 0 {
            format!(" (+{} once nothing caps it)", gain.uncapped)
        } else {
            String::new()
        };
        let count = if gain.findings == 1 {
            "finding"
        } else {
            "findings"
        };
        let _ = writeln!(
            text,
            "  +{:<3} {} {} ({} {count}){capped}",
            gain.points, gain.rule, gain.title, gain.findings
        );
    }
}
