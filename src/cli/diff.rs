//! `diff`: what changed between two runs.

use std::path::PathBuf;

use clap::Args;

use super::args::{FailOn, Intent};
use super::past::record_trouble;
use super::runs::{self, Kept};
use super::terminal::Ui;
use super::{Exit, Trouble, intent};
use crate::history::Record;
use crate::history::diff::diff as compare;
use crate::report::format::Layout;

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The older run and the newer one: JSON reports, or inventories that are judged now by the same
    /// rules; with --since the newer one only, the last of --state-dir when not given
    #[arg(value_name = "RUN", num_args = 0..=2)]
    runs: Vec<PathBuf>,
    /// The older run, out of --state-dir: `last`, a day (2026-11-25), a time, or an id
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    #[command(flatten)]
    kept: Kept,
    #[command(flatten)]
    intent: Intent,
    /// table, json or markdown
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Output"
    )]
    format: Layout,
    /// Exit code 1 where something is new, from this severity on; high when not given
    #[arg(
        long,
        value_name = "SEVERITY",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_value_t = FailOn::Never,
        default_missing_value = "high",
        help_heading = "Gate"
    )]
    fail_on_new: FailOn,
}

pub(super) fn diff(args: &Diff, ui: &Ui) -> Result<Exit, Trouble> {
    let (old, new) = sides(args, ui)?;
    let diff = compare(&old, &new).map_err(|error| record_trouble(&error))?;
    let mut text = Vec::new();
    diff.render(args.format, ui.terminal(), &mut text)?;
    ui.print(&text)?;
    let least = args.fail_on_new.severity();
    let counts = |severity| least.is_some_and(|it| severity >= it);
    let mut alerts = diff.items.iter().filter(|it| it.alerts());
    Ok(if alerts.any(|it| counts(it.severity)) {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

fn sides(args: &Diff, ui: &Ui) -> Result<(Record, Record), Trouble> {
    let by = || intent::settle(&args.intent, true, ui);
    match (&args.since, args.runs.as_slice()) {
        (None, [old, new]) => {
            let by = by()?;
            Ok((runs::any(old, &by)?, runs::any(new, &by)?))
        }
        (Some(since), [new]) => {
            let new = runs::any(new, &by()?)?;
            let id = new.id().map_err(|error| record_trouble(&error))?;
            let store = args.kept.store()?;
            let old = runs::since(&store, since, (&new.run.finished, &id))?;
            Ok((old, new))
        }
        (Some(since), []) => {
            let store = args.kept.store()?;
            let (new, id) = runs::last(&store)?;
            let old = runs::since(&store, since, (&new.run.finished, &id))?;
            Ok((old, new))
        }
        _ => Err(Trouble::usage("two runs make a comparison")
            .help("`mrlint diff OLD NEW`, or `mrlint diff --since last --state-dir FOLDER`")),
    }
}
