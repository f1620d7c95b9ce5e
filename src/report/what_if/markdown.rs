//! What was changed and what moves, in Markdown.

use std::io::{self, Write};

use super::{WhatIf, counted, data, fate, moved, points, time};
use crate::report::Finding;
use crate::report::escape::markdown;

pub(super) fn render(what_if: &WhatIf, out: &mut dyn Write) -> io::Result<()> {
    for it in &what_if.applied {
        let change = markdown(&it.change);
        writeln!(out, "**{change}**: {}\n", counted(it.done.len(), "change"))?;
        for done in &it.done {
            writeln!(
                out,
                "- {}: {}",
                markdown(&done.resource),
                markdown(&done.what)
            )?;
        }
        for left in &it.left {
            writeln!(out, "- *{}*", markdown(left))?;
        }
        writeln!(out)?;
    }
    let compared = &what_if.compared;
    if compared.moves() {
        outcomes(what_if, out)?;
        for it in compared.scores.iter().filter(|it| it.before != it.after) {
            let text = moved(&points(it.before), &points(it.after));
            writeln!(out, "\nScore of **{}**: {text}", markdown(&it.workload))?;
        }
        findings("gone", &compared.gone, out)?;
        findings("new", &compared.new, out)?;
    } else {
        writeln!(
            out,
            "Nothing moves: outcomes, findings and scores stay as they are."
        )?;
    }
    writeln!(
        out,
        "\nModelled on {}, no promise; nothing was changed in AWS.",
        markdown(&what_if.finished)
    )
}

fn outcomes(what_if: &WhatIf, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| workload | lost | outcome | until it serves | data lost |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for it in &what_if.compared.outcomes {
        let (before, after) = (it.before.as_ref(), it.after.as_ref());
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            markdown(&it.workload),
            markdown(&it.loss.to_string()),
            markdown(&moved(fate(before), fate(after))),
            markdown(&moved(&time(before), &time(after))),
            markdown(&moved(&data(before), &data(after))),
        )?;
    }
    Ok(())
}

fn findings(what: &str, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{} {what}:\n", counted(findings.len(), "finding"))?;
    for it in findings {
        writeln!(
            out,
            "- {} {}: {}",
            it.severity,
            it.rule,
            markdown(&it.message)
        )?;
    }
    Ok(())
}
