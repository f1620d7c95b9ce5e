//! What changed, for people at a terminal.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, Table};

use super::{Class, Diff, Item, LossMoved, whose};
use crate::report::escape::plain;
use crate::report::format::Terminal;

/// Findings listed of one class before the rest is counted.
const SHOWN: usize = 20;

pub(super) fn render(diff: &Diff, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { terminal };
    let mut head = page.table();
    for (word, side) in [("from", &diff.old), ("to", &diff.new)] {
        let text = format!(
            "{} ({}, mrlint {}, findings: {})",
            side.finished, side.id, side.version, side.findings
        );
        head.add_row([word.to_owned(), plain(&text)]);
    }
    writeln!(out, "{}", trimmed(&head))?;
    for note in &diff.notes {
        writeln!(out, "note: {}", plain(note))?;
    }
    for class in Class::ALL {
        if class != Class::Unchanged {
            page.class(diff, class, out)?;
        }
    }
    Page::workloads(diff, out)?;
    page.coverage(diff, out)?;
    writeln!(out, "\n{}", diff.totals())
}

struct Page {
    terminal: Terminal,
}

impl Page {
    fn table(&self) -> Table {
        self.terminal.sheet()
    }

    fn class(&self, diff: &Diff, class: Class, out: &mut dyn Write) -> io::Result<()> {
        let items: Vec<&Item> = diff.of(class).collect();
        if items.is_empty() {
            return Ok(());
        }
        let mut table = self.table();
        let word = Cell::new(class.text()).fg(colour(class));
        table.add_row([
            word.add_attribute(Attribute::Bold),
            Cell::new(items.len().to_string()),
        ]);
        writeln!(out, "\n{}", trimmed(&table))?;
        let mut table = self.table();
        for item in items.iter().take(SHOWN) {
            table.add_row([
                Cell::new(format!("  {}", item.severity.text())),
                Cell::new(plain(&item.rule)),
                Cell::new(told(item)),
            ]);
        }
        writeln!(out, "{}", trimmed(&table))?;
        if let Some(more @ 1..) = items.len().checked_sub(SHOWN) {
            writeln!(out, "  and {more} more")?;
        }
        Ok(())
    }

    fn workloads(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
        for moved in &diff.workloads {
            let score = |it: &Option<String>| it.clone().unwrap_or_else(|| "not there".to_owned());
            let points = moved
                .points
                .map_or_else(String::new, |it| format!(" ({it:+})"));
            writeln!(
                out,
                "\nscore of {}: {} → {}{points}",
                plain(&moved.workload),
                score(&moved.score_before),
                score(&moved.score)
            )?;
            let because = moved.because.iter().cloned();
            for line in because.chain(moved.losses.iter().map(LossMoved::told)) {
                writeln!(out, "  {}", plain(&line))?;
            }
        }
        Ok(())
    }

    fn coverage(&self, diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
        let coverage = &diff.coverage;
        let mut table = self.table();
        table.add_row([
            "decided".to_owned(),
            format!("{} % → {} %", coverage.before, coverage.now),
        ]);
        for (word, gaps) in [
            ("not read any more", &coverage.gaps_come),
            ("read again", &coverage.gaps_gone),
        ] {
            for gap in gaps.iter().take(SHOWN) {
                table.add_row([word.to_owned(), plain(gap)]);
            }
            if let Some(more @ 1..) = gaps.len().checked_sub(SHOWN) {
                table.add_row([word.to_owned(), format!("and {more} more")]);
            }
        }
        writeln!(out, "\n{}", trimmed(&table))
    }
}

fn told(item: &Item) -> String {
    let mut text = format!("{}: {}", whose(item), item.message);
    if let Some(before) = item.severity_before {
        text.push_str(&format!("; was {}", before.text()));
    }
    if item.waived {
        text.push_str("; waived");
    }
    if let Some(because) = &item.because {
        text.push_str(&format!("; {because}"));
    }
    if let Some(seen) = &item.last_seen {
        text.push_str(&format!("; last seen {seen}"));
    }
    plain(&text)
}

fn colour(class: Class) -> Color {
    match class {
        Class::New | Class::Reopened => Color::Red,
        Class::FirstSeen | Class::NotComparable => Color::Yellow,
        Class::Fixed => Color::Green,
        Class::Changed | Class::Waived | Class::Unchanged => Color::Reset,
    }
}

impl LossMoved {
    /// In words.
    pub(super) fn told(&self) -> String {
        let fate = |it: &Option<String>| {
            it.clone()
                .unwrap_or_else(|| "not played through".to_owned())
        };
        format!(
            "without {}: {} → {}",
            self.loss,
            fate(&self.before),
            fate(&self.now)
        )
    }
}

fn trimmed(table: &Table) -> String {
    let lines = table.to_string();
    let lines: Vec<&str> = lines.lines().map(str::trim_end).collect();
    lines.join("\n")
}
