//! The matrix for a terminal, and under it why each field is as it is.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color};

use super::{Simulated, fixes, held, outage};
use crate::change::fixes::Fixes;
use crate::report::escape::plain;
use crate::report::format::Terminal;
use crate::simulate::{Fate, Matter, Outcome};

/// Causes and gaps shown of one outcome before the rest is counted.
const SHOWN: usize = 3;

pub(super) fn render(
    simulated: &Simulated<'_>,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = terminal.sheet();
    table.set_header([
        "workload",
        "lost",
        "outcome",
        "until it serves",
        "data lost",
    ]);
    let mut last = None;
    for it in &simulated.outcomes {
        let name = (last != Some(&it.workload)).then(|| plain(&it.workload));
        last = Some(&it.workload);
        table.add_row([
            Cell::new(name.unwrap_or_default()),
            Cell::new(plain(&it.loss.to_string())),
            Cell::new(it.fate.text())
                .fg(colour(it.fate))
                .add_attribute(Attribute::Bold),
            Cell::new(time(it)),
            Cell::new(data(it)),
        ]);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    let mut last: Option<(&str, Vec<Row>)> = None;
    for (at, it) in simulated.outcomes.iter().enumerate() {
        let mut told = details(it);
        told.extend(simulated.fixes.get(at).into_iter().flat_map(mends));
        // Losses with one story tell it once.
        let same = last
            .as_ref()
            .is_some_and(|(name, before)| *name == it.workload && *before == told);
        if told.is_empty() || same {
            continue;
        }
        let (workload, loss) = (plain(&it.workload), plain(&it.loss.to_string()));
        writeln!(out, "\n{workload} without {loss}: {}", it.fate.text())?;
        let mut table = terminal.sheet();
        for (label, text) in &told {
            table.add_row([*label, text]);
        }
        writeln!(out, "{}", table.trim_fmt())?;
        last = Some((&it.workload, told));
    }
    outage::story(&simulated.outages(), terminal, out)?;
    writeln!(
        out,
        "\nModelled from {}, no promise. Typical to upper values;\n--assumptions prints the constants.",
        plain(&simulated.finished)
    )?;
    assumptions(simulated, terminal, out)
}

fn colour(fate: Fate) -> Color {
    match fate {
        Fate::Survives => Color::Green,
        Fate::Degraded => Color::Yellow,
        Fate::Fails => Color::Red,
        Fate::Unknown => Color::Blue,
    }
}

/// Until it serves.
pub(in crate::report) fn time(it: &Outcome) -> String {
    match it.fate {
        Fate::Unknown => "unknown".to_owned(),
        _ => format!("{}{}", it.rto, held(it.rto_met)),
    }
}

/// The data that is lost.
pub(in crate::report) fn data(it: &Outcome) -> String {
    match it.fate {
        Fate::Unknown => "unknown".to_owned(),
        _ if it.rpo == crate::simulate::time::Span::NEVER => format!("all{}", held(it.rpo_met)),
        _ => format!("{}{}", it.rpo, held(it.rpo_met)),
    }
}

/// What a line is about, and what it says.
type Row = (&'static str, String);

/// Why, how, and what is not known.
fn details(it: &Outcome) -> Vec<Row> {
    let mut rows = Vec::new();
    for cause in it.causes.iter().take(SHOWN) {
        let path: Vec<String> = cause.path.iter().map(|it| plain(it)).collect();
        let way = if path.len() > 1 {
            format!(" ({})", path.join(" -> "))
        } else {
            String::new()
        };
        rows.push((" -", plain(&cause.what) + &way));
    }
    rows.extend(more(it.causes.len(), "cause"));
    // What leaves an outcome open is the first thing to know about it.
    if it.fate == Fate::Unknown {
        rows.extend(unread(it));
    }
    for step in &it.timeline {
        let text = format!("{}: {}", step.span, plain(&step.what));
        rows.push((step.phase.text(), text));
    }
    for stand_in in it.stand_ins.iter().take(SHOWN) {
        let hand = if stand_in.manual { ", by hand" } else { "" };
        let store = plain(&stand_in.store);
        let text = format!("{store} -> {} ({}{hand})", stand_in.region, stand_in.by);
        rows.push(("data", text));
    }
    rows.extend(more(it.stand_ins.len(), "store"));
    for queue in it.stranded.iter().take(SHOWN) {
        rows.push((
            "waits",
            format!("{}: what is in it, until it returns", plain(queue)),
        ));
    }
    rows.extend(more(it.stranded.len(), "queue"));
    let outside = it.outside.iter().flatten();
    rows.extend(outside.map(|it| ("boundary", plain(it))));
    if it.open.contains_key(&Matter::Boundary) {
        let text = "what else leaves it could not be read".to_owned();
        rows.push(("boundary", text));
    }
    if it.fate != Fate::Unknown {
        rows.extend(unread(it));
    }
    if !rows.is_empty() && !it.control_planes.is_empty() {
        let planes = it.control_planes.join(", ");
        rows.push(("gone too", format!("the control planes of {planes}")));
    }
    rows
}

/// What would change it.
fn mends(fixes: &Fixes) -> Vec<Row> {
    let lines = fixes::lines(fixes);
    let count = lines.len();
    let rows = lines.into_iter().take(SHOWN);
    let rows = rows.map(|it| ("fix", plain(&it)));
    rows.chain(more(count, "fix")).collect()
}

fn unread(it: &Outcome) -> Vec<Row> {
    let all = it.gaps();
    let gaps = all.iter().take(SHOWN);
    let rows = gaps.map(|gap| ("not read", plain(&gap.to_string())));
    rows.chain(more(all.len(), "gap")).collect()
}

fn more(count: usize, what: &str) -> Option<Row> {
    let rest = count.checked_sub(SHOWN).filter(|rest| *rest > 0)?;
    let plural = match what {
        _ if rest == 1 => "",
        "fix" => "es",
        _ => "s",
    };
    Some(("", format!("and {rest} more {what}{plural}")))
}

fn assumptions(
    simulated: &Simulated<'_>,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let wanted = |set: bool| simulated.assumptions || set;
    let all = simulated.constants.all().filter(|it| wanted(it.3));
    let mut table = terminal.sheet();
    for (name, constant, span, set) in all {
        let set = if set { " (yours)" } else { "" };
        table.add_row([
            name.to_owned(),
            format!("{span}{set}"),
            constant.what.clone(),
        ]);
    }
    if table.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nassumptions\n{}", table.trim_fmt())
}
