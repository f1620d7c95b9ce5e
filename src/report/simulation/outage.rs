//! Outages as AWS tells them, for a terminal: all that there are in short, one that was replayed part
//! by part.

use std::io::{self, Write};

use crate::report::format::Terminal;
use crate::simulate::outages::Outage;
use crate::simulate::time::Seconds;

/// One line for each.
pub fn list(outages: &[Outage], terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let mut table = terminal.sheet();
    table.set_header(["--lose", "Region", "lasted", "what"]);
    for it in outages {
        let lasted = Seconds::Of(it.lasted()).to_string();
        table.add_row([&format!("outage:{}", it.id), &it.region, &lasted, &it.title]);
    }
    writeln!(out, "{}", table.trim_fmt())
}

/// What went, in the order of the chain, and because of what.
pub(super) fn story(
    outages: &[&Outage],
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    for it in outages {
        let lasted = Seconds::Of(it.lasted());
        writeln!(
            out,
            "\noutage:{} in {}, {lasted}: {}",
            it.id, it.region, it.title
        )?;
        let mut table = terminal.sheet();
        for part in &it.parts {
            table.add_row([
                format!(" {}", part.name),
                Seconds::Of(part.lasted()).to_string(),
                format!(
                    "{}{}: {}",
                    part.degrees(),
                    because(&part.because),
                    part.what
                ),
            ]);
        }
        if let Some(spared) = &it.spared {
            table.add_row([" not hit", "", spared]);
        }
        writeln!(out, "{}", table.trim_fmt())?;
        writeln!(
            out,
            " as told in {}; all parts are lost at once here",
            it.source
        )?;
    }
    Ok(())
}

pub(super) fn because(causes: &[String]) -> String {
    if causes.is_empty() {
        return String::new();
    }
    format!(" (because of {})", causes.join(", "))
}
