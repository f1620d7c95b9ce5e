//! What was changed and what moves, for a terminal.

use std::io::{self, Write};

use super::{WhatIf, counted, data, fate, moved, points, time};
use crate::report::Finding;
use crate::report::escape::plain;
use crate::report::format::Terminal;

pub(super) fn render(what_if: &WhatIf, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    for it in &what_if.applied {
        let change = plain(&it.change);
        writeln!(out, "{change}: {}", counted(it.done.len(), "change"))?;
        let mut table = terminal.sheet();
        for done in &it.done {
            let text = format!("{}: {}", plain(&done.resource), plain(&done.what));
            table.add_row([" -".to_owned(), text]);
        }
        for left in &it.left {
            table.add_row([" !".to_owned(), plain(left)]);
        }
        if !table.is_empty() {
            writeln!(out, "{}", table.trim_fmt())?;
        }
        writeln!(out)?;
    }
    let compared = &what_if.compared;
    if !compared.moves() {
        writeln!(
            out,
            "nothing moves: outcomes, findings and scores stay as they are"
        )?;
        return end(what_if, out);
    }
    outcomes(what_if, terminal, out)?;
    let scores = compared.scores.iter().filter(|it| it.before != it.after);
    for it in scores {
        let text = moved(&points(it.before), &points(it.after));
        writeln!(out, "score of {}: {text}", plain(&it.workload))?;
    }
    findings("gone", &compared.gone, terminal, out)?;
    findings("new", &compared.new, terminal, out)?;
    end(what_if, out)
}

fn outcomes(what_if: &WhatIf, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let all = &what_if.compared.outcomes;
    let mut table = terminal.sheet();
    table.set_header([
        "workload",
        "lost",
        "outcome",
        "until it serves",
        "data lost",
    ]);
    let mut stay = 0;
    for it in all {
        if !it.moves() {
            stay += 1;
            continue;
        }
        let (before, after) = (it.before.as_ref(), it.after.as_ref());
        table.add_row([
            plain(&it.workload),
            plain(&it.loss.to_string()),
            moved(fate(before), fate(after)),
            moved(&time(before), &time(after)),
            moved(&data(before), &data(after)),
        ]);
    }
    if !table.is_empty() {
        writeln!(out, "{}", table.trim_fmt())?;
    }
    if stay > 0 {
        let verb = if stay == 1 {
            "stays as it is"
        } else {
            "stay as they are"
        };
        writeln!(out, "{} {verb}", counted(stay, "outcome"))?;
    }
    writeln!(out)
}

fn findings(
    what: &str,
    findings: &[Finding],
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{} {what}", counted(findings.len(), "finding"))?;
    let mut table = terminal.sheet();
    for it in findings {
        table.add_row([
            it.severity.text().to_owned(),
            it.rule.clone(),
            plain(&it.message),
        ]);
    }
    writeln!(out, "{}", table.trim_fmt())
}

fn end(what_if: &WhatIf, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\nModelled on {}, no promise; nothing was changed in AWS.",
        plain(&what_if.finished)
    )
}
