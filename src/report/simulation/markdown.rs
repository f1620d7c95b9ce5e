//! The matrix as a Markdown table, with what decides under it.

use std::io::{self, Write};

use super::{Simulated, fixes, held, outage};
use crate::report::escape::markdown;
use crate::simulate::{Fate, Matter};

pub(super) fn render(simulated: &Simulated<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| workload | lost | outcome | until it serves | data lost |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for it in &simulated.outcomes {
        let (rto, rpo) = match it.fate {
            Fate::Unknown => ("unknown".to_owned(), "unknown".to_owned()),
            _ => (
                format!("{}{}", it.rto, held(it.rto_met)),
                format!("{}{}", it.rpo, held(it.rpo_met)),
            ),
        };
        writeln!(
            out,
            "| {} | {} | **{}** | {rto} | {rpo} |",
            markdown(&it.workload),
            markdown(&it.loss.to_string()),
            it.fate.text(),
        )?;
    }
    for (at, it) in simulated.outcomes.iter().enumerate() {
        let fixes = simulated.fixes.get(at).map(fixes::lines);
        let fixes = fixes.unwrap_or_default();
        let outside: Vec<&String> = it.outside.iter().flatten().collect();
        let open = it.open.contains_key(&Matter::Boundary);
        if it.causes.is_empty() && outside.is_empty() && fixes.is_empty() && !open {
            continue;
        }
        let (workload, loss) = (markdown(&it.workload), markdown(&it.loss.to_string()));
        writeln!(out, "\n**{workload}** without {loss}:\n")?;
        for cause in &it.causes {
            let path: Vec<String> = cause.path.iter().map(|it| markdown(it)).collect();
            let path = if path.len() > 1 {
                format!(" ({})", path.join(" → "))
            } else {
                String::new()
            };
            writeln!(out, "- {}{path}", markdown(&cause.what))?;
        }
        for outside in outside {
            writeln!(out, "- out of the boundary: {}", markdown(outside))?;
        }
        if open {
            writeln!(out, "- what else leaves the boundary could not be read")?;
        }
        for fix in fixes {
            writeln!(out, "- Fix {}", markdown(&fix))?;
        }
    }
    for it in simulated.outages() {
        writeln!(out, "\n[outage:{}]({}): {}\n", it.id, it.source, it.title)?;
        for part in &it.parts {
            let because = outage::because(&part.because);
            writeln!(
                out,
                "- **{}** {}{because}: {}",
                part.name,
                part.degrees(),
                part.what
            )?;
        }
    }
    writeln!(
        out,
        "\nModelled from {}, no promise.",
        markdown(&simulated.finished)
    )
}
