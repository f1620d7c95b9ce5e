//! What changed, as Markdown: for a pull request or a job summary.

use std::io::{self, Write};

use super::{Class, Diff, Item, whose};
use crate::report::escape::markdown;

/// Findings listed of one class before the rest is counted.
const SHOWN: usize = 50;

pub(super) fn render(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "**{}** between {} and {}",
        markdown(&diff.totals()),
        markdown(&diff.old.finished),
        markdown(&diff.new.finished)
    )?;
    for note in &diff.notes {
        writeln!(out, "\n> {}", markdown(note))?;
    }
    for class in Class::ALL.into_iter().filter(|it| *it != Class::Unchanged) {
        let items: Vec<&Item> = diff.of(class).collect();
        if items.is_empty() {
            continue;
        }
        writeln!(out, "\n### {} ({})\n", heading(class), items.len())?;
        for item in items.iter().take(SHOWN) {
            writeln!(out, "- {}", line(item))?;
        }
        if let Some(more @ 1..) = items.len().checked_sub(SHOWN) {
            writeln!(out, "- and {more} more")?;
        }
    }
    if !diff.workloads.is_empty() {
        writeln!(out, "\n### Scores\n")?;
    }
    for moved in &diff.workloads {
        let score = |it: &Option<String>| it.clone().unwrap_or_else(|| "not there".to_owned());
        writeln!(
            out,
            "- **{}**: {} → {}",
            markdown(&moved.workload),
            markdown(&score(&moved.score_before)),
            markdown(&score(&moved.score))
        )?;
        for because in &moved.because {
            writeln!(out, "  - {}", markdown(because))?;
        }
        for loss in &moved.losses {
            writeln!(out, "  - {}", markdown(&loss.told()))?;
        }
    }
    let coverage = &diff.coverage;
    writeln!(out, "\nDecided: {} % → {} %", coverage.before, coverage.now)?;
    for (word, gaps) in [
        ("not read any more", &coverage.gaps_come),
        ("read again", &coverage.gaps_gone),
    ] {
        for gap in gaps.iter().take(SHOWN) {
            writeln!(out, "- {word}: {}", markdown(gap))?;
        }
        if let Some(more @ 1..) = gaps.len().checked_sub(SHOWN) {
            writeln!(out, "- {word}: {more} more")?;
        }
    }
    Ok(())
}

fn heading(class: Class) -> String {
    let mut letters = class.text().chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn line(item: &Item) -> String {
    let mut line = format!(
        "**{}** {} {}: {}",
        item.severity.text(),
        markdown(&item.rule),
        markdown(&whose(item)),
        markdown(&item.message)
    );
    if item.waived {
        line.push_str(" (waived)");
    }
    if let Some(because) = &item.because {
        line.push_str(&format!("; {}", markdown(because)));
    }
    line
}
