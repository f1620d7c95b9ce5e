//! HTML: one page that needs nothing else, for people.
//!
//! The page holds the report as JSON in blocks that it reads when it needs them, and builds all that
//! is shown with DOM functions out of them: no name ever becomes markup. A content security policy
//! allows the page's own style and script, by their hashes, and nothing else: no request leaves it.

mod data;
mod earlier;
mod findings;
mod policy;
mod whole;

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, escape};

const PAGE: &str = include_str!("assets/page.html");
const STYLE: &str = concat!(
    include_str!("assets/style.css"),
    include_str!("assets/parts.css"),
    include_str!("assets/print.css"),
);
/// One program in parts, by what they show; `main.js` starts it.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("assets/dom.js"),
    include_str!("assets/words.js"),
    include_str!("assets/data.js"),
    include_str!("assets/summary.js"),
    include_str!("assets/map.js"),
    include_str!("assets/workload.js"),
    include_str!("assets/topology.js"),
    include_str!("assets/losses.js"),
    include_str!("assets/residency.js"),
    include_str!("assets/fixes.js"),
    include_str!("assets/findings.js"),
    include_str!("assets/finding.js"),
    include_str!("assets/coverage.js"),
    include_str!("assets/notes.js"),
    include_str!("assets/main.js"),
    "})();\n",
);
const LAND: &str = include_str!("assets/land.path");

/// Writes the page.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let parts = PAGE.split('@').map(|part| match part {
        "policy" => Part::Text(policy::policy(STYLE, SCRIPT)),
        "style" => Part::Text(STYLE.to_owned()),
        "script" => Part::Text(SCRIPT.to_owned()),
        "data" => Part::Data,
        text => Part::Text(text.to_owned()),
    });
    for part in parts {
        match part {
            Part::Text(text) => out.write_all(text.as_bytes())?,
            Part::Data => blocks(report, out)?,
        }
    }
    Ok(())
}

enum Part {
    Text(String),
    Data,
}

fn blocks(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    block("head", &data::Head::of(report), out)?;
    block("land", &LAND.trim_end(), out)?;
    for (at, workload) in report.workloads.iter().enumerate() {
        block(&format!("workload-{at}"), &whole::workload(workload), out)?;
    }
    let all: Vec<&super::Finding> = report.findings.iter().collect();
    block("columns", &findings::Columns::of(report, &all), out)?;
    for (at, some) in all.chunks(findings::CHUNK).enumerate() {
        let details: Vec<_> = some.iter().map(|it| findings::detail(report, it)).collect();
        block(&format!("findings-{at}"), &details, out)?;
    }
    block("waived", &data::waived(report), out)
}

/// JSON that no parser of HTML takes for anything else.
fn block(id: &str, value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    let text = escape::script(&text);
    writeln!(
        out,
        "<script type=\"application/json\" id=\"{id}\">{text}</script>"
    )
}

#[cfg(test)]
mod tests;
