//! `check` and `demo`: from an inventory to reports and an exit code.

use std::io::{self, Write};
use std::path::Path;

use super::args::{Check, Judge};
use super::terminal::Ui;
use super::{Exit, Trouble, outputs};
use crate::check::{self, Options};
use crate::inventory::{Inventory, Region, region, snapshot};
use crate::located::{Located, nearest};
use crate::report::{Report, format};
use crate::rule::RuleSet;

/// The sample estate: collected from a fake AWS, defects and all.
const DEMO: &str = include_str!("../../reports/examples/estate.jsonl");

pub(super) fn check(args: &Check, ui: &Ui) -> Result<Exit, Trouble> {
    let rules = prepare(&args.judge, None, &[&args.inventory])?;
    let inventory = snapshot::load(&args.inventory).map_err(|error| {
        Trouble::usage(error.to_string()).help("`mrlint collect -o FILE` writes inventory files")
    })?;
    judge(&inventory, &rules, &args.judge, ui)
}

pub(super) fn demo(args: &Judge, ui: &Ui) -> Result<Exit, Trouble> {
    let rules = prepare(args, None, &[])?;
    let inventory = snapshot::read(DEMO.as_bytes(), Path::new("the sample estate"))
        .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?;
    judge(&inventory, &rules, args, ui)
}

/// Everything that can be wrong before anything is read. `save` is written beside the reports;
/// `kept` must stay as it is.
pub(super) fn prepare(
    args: &Judge,
    save: Option<&Path>,
    kept: &[&Path],
) -> Result<RuleSet, Trouble> {
    format::only_one_to_stdout(&args.formats).map_err(Trouble::usage)?;
    let files = args.formats.iter().filter_map(|out| out.path.as_deref());
    outputs::ready(&save.into_iter().chain(files).collect::<Vec<_>>(), kept)?;
    for code in &args.active {
        if region::info(code).is_none() {
            let codes = region::all().iter().map(|region| region.code.as_str());
            let trouble = Trouble::usage(format!("--active: `{code}` is no Region"));
            return Err(match nearest(code, codes) {
                Some(near) => trouble.help(format!("did you mean `{near}`?")),
                None => trouble.help("Regions are codes such as eu-west-1"),
            });
        }
    }
    load_rules(&args.rules)
}

/// The built-in rules and those of the folders.
pub(super) fn load_rules(folders: &[std::path::PathBuf]) -> Result<RuleSet, Trouble> {
    RuleSet::with_folders(folders).map_err(|errors| rule_trouble(&errors))
}

/// All errors of all rule files, in one message.
pub(super) fn rule_trouble(errors: &[Located]) -> Trouble {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| match &error.help {
            Some(help) => format!("{error}\n  {help}"),
            None => error.to_string(),
        })
        .collect();
    Trouble::usage(lines.join("\n"))
}

/// Judges, renders, and works out the exit code.
pub(super) fn judge(
    inventory: &Inventory,
    rules: &RuleSet,
    args: &Judge,
    ui: &Ui,
) -> Result<Exit, Trouble> {
    let active: Vec<Region> = args
        .active
        .iter()
        .map(|code| Region::from(code.as_str()))
        .collect();
    let options = Options {
        active: (!active.is_empty()).then_some(active),
    };
    let report = check::check(inventory, rules, &options);
    let mut stdout = io::stdout().lock();
    let rendered = format::render_all(&report, &args.formats, &ui.terminal(), &mut stdout)
        .and_then(|()| stdout.flush());
    if let Err(error) = rendered
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error.into());
    }
    drop(stdout);
    if report.coverage.unknown > 0 {
        ui.note(&format!(
            "unknown verdicts: {}; {} % could be decided",
            report.coverage.unknown,
            report.coverage.percent()
        ));
    }
    Ok(exit(&report, args))
}

fn exit(report: &Report, args: &Judge) -> Exit {
    let least = args.fail_on.severity();
    let counts = |finding: &crate::report::Finding| least.is_some_and(|it| finding.severity >= it);
    if report.findings.iter().any(counts) {
        Exit::Findings
    } else if report.coverage.share() < args.min_coverage {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}
