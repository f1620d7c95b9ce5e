//! The matrix as a Markdown table, with what decides under it.

use std::io::{self, Write};

use super::{Simulated, held};
use crate::report::escape::markdown;
use crate::simulate::{Fate, Outcome};

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
    let outside = |it: &Outcome| it.outside.iter().flatten().count();
    let told = |it: &&Outcome| !it.causes.is_empty() || outside(it) > 0;
    for it in simulated.outcomes.iter().filter(told) {
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
        for outside in it.outside.iter().flatten() {
            writeln!(out, "- out of the boundary: {}", markdown(outside))?;
        }
    }
    writeln!(
        out,
        "\nModelled from {}, no promise.",
        markdown(&simulated.finished)
    )
}
