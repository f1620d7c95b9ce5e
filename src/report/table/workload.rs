//! A workload at the head of the table: what it is, what was guessed, how it scores.

use std::io::{self, Write};

use super::{Page, SHOWN, counted, trimmed};
use crate::inventory::Region;
use crate::report::escape::plain;
use crate::report::{Score, WorkloadSummary};
use crate::rule::meta::Posture;
use crate::simulate::{Fate, Outcome};

/// Fixes named below a score.
const GAINS: usize = 3;

impl Page {
    pub(super) fn workload(
        &self,
        workload: &WorkloadSummary,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut rows: Vec<(&str, String)> = vec![("score", workload.score.shown())];
        rows.extend(caps(&workload.score));
        rows.push(("active", regions(&workload.active)));
        if !workload.standby.is_empty() {
            rows.push(("standby", regions(&workload.standby)));
        }
        let posture = workload.posture.map_or("unknown", Posture::text);
        rows.push(("posture", posture.to_owned()));
        rows.extend(objectives(workload));
        rows.extend(entries(workload));
        rows.extend(losses(workload));
        for guess in &workload.guesses {
            let text = format!("{}, because {}", guess.what, guess.because);
            rows.push(("guessed", text));
        }
        if let Some(guess) = workload.guesses.first() {
            rows.push(("", guess.instead.clone()));
        }
        rows.extend(gains(&workload.score));
        let mut table = self.table();
        for (word, text) in rows {
            table.add_row([word, &plain(&text)]);
        }
        let count = counted(workload.members, "resource");
        let open = match workload.undecided {
            0 => String::new(),
            open => format!(", {open} undecided"),
        };
        let mut title = self.table();
        title.add_row([plain(&format!(
            "workload {} ({count}{open})",
            workload.name
        ))]);
        let title = self.bold(trimmed(&title).trim_start());
        writeln!(out, "\n{title}\n{}", trimmed(&table))
    }
}

fn regions(regions: &[Region]) -> String {
    let codes: Vec<&str> = regions.iter().map(Region::as_str).collect();
    if codes.is_empty() {
        "unknown".to_owned()
    } else {
        codes.join(", ")
    }
}

fn caps(score: &Score) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(cap) = score.cap() {
        let before = score.uncapped.unwrap_or_default();
        let rule = cap
            .rule
            .as_deref()
            .map(|it| format!(", see {it}"))
            .unwrap_or_default();
        let more = match score.caps.len() {
            0 | 1 => String::new(),
            all => format!(", and {} more", all - 1),
        };
        rows.push((
            "",
            format!(
                "{before} before caps, at most {}: {}{rule}{more}",
                cap.at, cap.cause
            ),
        ));
    }
    if score.waived_points > 0 {
        rows.push(("", format!("waivers hide {} points", score.waived_points)));
    }
    if let Some(residency) = &score.residency {
        let points = residency
            .points
            .map(|it| format!(", {it}"))
            .unwrap_or_default();
        let answer = residency.verdict.text();
        rows.push((
            "boundary",
            format!("{}: {answer}{points}", residency.boundary),
        ));
    }
    rows
}

fn objectives(workload: &WorkloadSummary) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(owner) = &workload.owner {
        rows.push(("owner", owner.clone()));
    }
    let time = |seconds: i64| format!("{:#}", jiff::SignedDuration::from_secs(seconds));
    let goals = [("RTO", workload.rto_seconds), ("RPO", workload.rpo_seconds)];
    let goals: Vec<String> = goals
        .into_iter()
        .filter_map(|(word, seconds)| Some(format!("{word} {}", time(seconds?))))
        .collect();
    if !goals.is_empty() {
        rows.push(("goals", goals.join(", ")));
    }
    rows
}

fn entries(workload: &WorkloadSummary) -> Vec<(&'static str, String)> {
    let shown = workload.entry_points.iter().take(SHOWN);
    let mut rows: Vec<_> = shown
        .map(|entry| {
            let more = if entry.incomplete {
                " and where mrlint cannot follow"
            } else {
                ""
            };
            (
                "entry",
                format!("{}: {}{more}", entry.name, regions(&entry.regions)),
            )
        })
        .collect();
    if let Some(more @ 1..) = workload.entry_points.len().checked_sub(SHOWN) {
        rows.push(("entry", format!("and {more} more")));
    }
    rows
}

/// The loss of one Region each, then how many of the others end badly.
fn losses(workload: &WorkloadSummary) -> Vec<(&'static str, String)> {
    let single = |it: &&Outcome| it.loss.regions().len() == 1;
    let (single, others): (Vec<&Outcome>, Vec<_>) = workload.losses.iter().partition(single);
    let mut rows: Vec<_> = single.iter().map(|it| ("without", without(it))).collect();
    if !others.is_empty() {
        let bad = |fate| others.iter().filter(|it| it.fate == fate).count();
        let bad: Vec<String> = [Fate::Fails, Fate::Degraded, Fate::Unknown]
            .into_iter()
            .filter(|fate| bad(*fate) > 0)
            .map(|fate| match fate {
                Fate::Fails if bad(fate) > 1 => format!("{} fail", bad(fate)),
                fate => format!("{} {}", bad(fate), fate.text()),
            })
            .collect();
        let told = if bad.is_empty() {
            "survives".to_owned()
        } else {
            bad.join(", ")
        };
        let count = counted(others.len(), "pair");
        rows.push(("", format!("any two of its Regions ({count}): {told}")));
    }
    rows
}

fn without(it: &Outcome) -> String {
    let (loss, fate) = (&it.loss, it.fate.text());
    let cause = it.causes.first().map(|cause| cause.what.clone());
    match (it.fate, cause) {
        (Fate::Fails | Fate::Unknown, Some(cause)) => format!("{loss}: {fate}, {cause}"),
        (Fate::Fails | Fate::Unknown, None) => {
            let gaps = counted(it.gaps().len(), "gap");
            format!("{loss}: {fate}, {gaps} left open")
        }
        (_, Some(cause)) => format!(
            "{loss}: {fate}, serves after {}, loses {} of data; {cause}",
            it.rto, it.rpo
        ),
        (_, None) => format!(
            "{loss}: {fate}, serves after {}, loses {} of data",
            it.rto, it.rpo
        ),
    }
}

fn gains(score: &Score) -> Vec<(&'static str, String)> {
    let useful = score
        .gains
        .iter()
        .filter(|gain| gain.points + gain.uncapped > 0);
    useful
        .take(GAINS)
        .map(|gain| {
            let points = if gain.points > 0 {
                format!("+{}", gain.points)
            } else {
                format!("+{} under the cap", gain.uncapped)
            };
            let count = counted(gain.findings, "finding");
            ("regain", format!("{points}: {} ({count})", gain.rule))
        })
        .collect()
}
