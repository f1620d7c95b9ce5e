//! `check` and `demo`: from an inventory to reports and an exit code.

use std::io::{self, Write};
use std::path::Path;

use super::args::{Check, Judge};
use super::past::{Before, Held};
use super::terminal::Ui;
use super::{Exit, Trouble, intent, outputs};
use crate::check::{self, Options};
use crate::config::Runs;
use crate::iac::Code;
use crate::inventory::Inventory;
use crate::inventory::snapshot::{self, SnapshotError};
use crate::report::{Coverage, Earlier, Finding, Report, format};
use crate::rule::RuleSet;

/// The sample estate: collected from a fake AWS, defects and all.
const DEMO: &str = include_str!("../../reports/examples/estate.jsonl");

pub(super) fn check(args: &Check, ui: &Ui) -> Result<Exit, Trouble> {
    let by = prepare(&args.judge, true, None, &[&args.inventory], ui)?;
    let before = args.past.ready(args.state_dir.as_deref(), by.runs())?;
    // The process ends when this is judged: giving a million resources back one by one would only
    // keep the user waiting.
    let inventory = Box::leak(Box::new(load(&args.inventory)?));
    Ok(told(judge(inventory, &by, &args.judge, &before, ui)?, ui))
}

/// Reads an inventory file.
pub(super) fn load(path: &Path) -> Result<Inventory, Trouble> {
    snapshot::load(path).map_err(|error| {
        let help = match error {
            SnapshotError::Damaged { line: 2.., .. } => {
                "the lines before it are whole and can be judged on their own: `head` takes them \
                 (after `zstd -dc` where they are compressed); what is missing then was not collected"
            }
            _ => "`mrlint collect -o FILE` writes inventory files",
        };
        Trouble::usage(error.to_string()).help(help)
    })
}

/// A configuration in this folder is about the user's accounts, not about the sample.
pub(super) fn demo(args: &Judge, ui: &Ui) -> Result<Exit, Trouble> {
    let by = prepare(args, false, None, &[], ui)?;
    let inventory = sample()?;
    Ok(told(
        judge(&inventory, &by, args, &Before::default(), ui)?,
        ui,
    ))
}

/// The sample estate.
pub(super) fn sample() -> Result<Inventory, Trouble> {
    snapshot::read(DEMO.as_bytes(), Path::new("the sample estate"))
        .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))
}

/// Says what could not be decided, if anything.
fn told((exit, coverage): (Exit, Coverage), ui: &Ui) -> Exit {
    if coverage.unknown > 0 {
        ui.note(&decided(coverage));
    }
    exit
}

/// How much could be decided.
pub(super) fn decided(coverage: Coverage) -> String {
    format!(
        "unknown verdicts: {}; {} % could be decided",
        coverage.unknown,
        coverage.percent()
    )
}

/// What to judge by, and the code that findings are tied to.
pub(super) struct By {
    rules: RuleSet,
    options: Options,
    code: Option<Code>,
}

impl By {
    /// What becomes of the run.
    pub(super) fn runs(&self) -> &Runs {
        &self.options.runs
    }
}

/// Everything that can be wrong before anything is read. `save` is written beside the reports;
/// `kept` must stay as it is.
pub(super) fn prepare(
    args: &Judge,
    look: bool,
    save: Option<&Path>,
    kept: &[&Path],
    ui: &Ui,
) -> Result<By, Trouble> {
    format::only_one_to_stdout(&args.formats).map_err(Trouble::usage)?;
    let paths = |folders| {
        let of = args.formats.iter();
        let of = of.filter(move |out| out.format.is_folder() == folders);
        of.filter_map(|out| out.path.as_deref())
    };
    let config = args.intent.config.as_deref();
    let kept = kept.iter().copied().chain(config).chain(args.code.files());
    let kept: Vec<&Path> = kept.collect();
    let files: Vec<&Path> = save.into_iter().chain(paths(false)).collect();
    outputs::ready(&files, &kept)?;
    outputs::folders_ready(paths(true))?;
    let (rules, mut options) = intent::settle(&args.intent, look, ui)?;
    options.earlier = args.previous.as_deref().map(earlier).transpose()?;
    let read = |it| Code::read(&it, Path::new(".")).map_err(|error| intent::located(&[error]));
    Ok(By {
        rules,
        options,
        code: args.code.request().map(read).transpose()?,
    })
}

/// What was found before. It is read before anything is written: the same file may take the report
/// of this run.
fn earlier(path: &Path) -> Result<Earlier, Trouble> {
    let read = std::fs::read(path).and_then(|text| Earlier::read(&text));
    read.map_err(|error| {
        let problem = format!("--previous {}: {error}", path.display());
        Trouble::usage(problem).help(
            "it is what `-f json=FILE` wrote in the run before; for a first run, an empty file says \
             that there was none",
        )
    })
}

/// Judges, renders, and works out the exit code.
pub(super) fn judge(
    inventory: &Inventory,
    by: &By,
    args: &Judge,
    before: &Before,
    ui: &Ui,
) -> Result<(Exit, Coverage), Trouble> {
    let mut report = check::check(inventory, &by.rules, &by.options);
    let held = before.hold(&mut report, ui)?;
    let code = by.code.as_ref();
    report.sources = code.map(|it| it.locate(inventory, &report));
    let mut stdout = io::stdout().lock();
    let contents = || check::contents(inventory);
    let formats = &args.formats;
    let terminal = format::Terminal {
        view: args.view(),
        ..ui.terminal()
    };
    let rendered = format::render_all(&report, &contents, formats, &terminal, &mut stdout)
        .and_then(|()| stdout.flush());
    if let Err(error) = rendered
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error.into());
    }
    drop(stdout);
    let alerts = |out: &&format::Output| out.format.closes_alerts();
    if let Some(out) = args.formats.iter().find(alerts)
        && report.since.is_none()
        && report.coverage.unknown > 0
    {
        ui.note(&format!(
            "{}: what is missing may be unread, not mended; --previous carries on what was found before",
            out.format.name
        ));
    }
    before.keep(&held, by.runs(), ui)?;
    Ok((exit(&report, args, &held), report.coverage))
}

fn exit(report: &Report, args: &Judge, held: &Held) -> Exit {
    let least = args.fail_on.severity();
    let counts = |it: &&Finding| least.is_some_and(|least| it.severity >= least) && held.counts(it);
    if report.findings.iter().any(|it| counts(&it)) {
        Exit::Findings
    } else if report.coverage.share() < args.min_coverage {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}
