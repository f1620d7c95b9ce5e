//! By what to judge: rules, configuration, and the Regions of the command line.

use std::path::{Path, PathBuf};

use super::Trouble;
use super::args::Intent;
use super::terminal::Ui;
use crate::check::Options;
use crate::config::{Config, NAME};
use crate::inventory::{Region, region};
use crate::located::{Located, nearest};
use crate::notify::Target;
use crate::report::ConfigStamp;
use crate::rule::RuleSet;

/// The rules and options to judge by. `look` is whether a configuration in this folder counts.
pub(super) fn settle(intent: &Intent, look: bool, ui: &Ui) -> Result<(RuleSet, Options), Trouble> {
    let active = active(&intent.active)?;
    let rules = || load_rules(&intent.rules);
    let Some(path) = config_path(intent, look) else {
        let options = Options {
            active,
            ..Options::default()
        };
        return Ok((rules()?, options));
    };
    let (config, rules) = load_config(&path, rules)?;
    if intent.config.is_none() {
        ui.note(&format!("judging by {}", path.display()));
    }
    if active.is_some() && !config.workloads.is_empty() {
        let problem = format!("--active says what the workloads in {} say", path.display());
        return Err(Trouble::usage(problem).help("leave one of them out"));
    }
    let options = Options {
        active,
        workloads: config.workloads,
        waivers: config.waivers,
        notices: config.notices,
        constants: config.constants,
        runs: config.runs,
        earlier: None,
        config: Some(ConfigStamp {
            path,
            sha256: config.sha256,
        }),
    };
    Ok((rules, options))
}

/// Who is told what changed.
pub(super) fn targets(intent: &Intent) -> Result<Vec<Target>, Trouble> {
    let Some(path) = config_path(intent, true) else {
        return Ok(Vec::new());
    };
    let config = Config::load(&path).map_err(|errors| located(&errors))?;
    Ok(config.runs.targets)
}

/// The configuration that was named, else the one that lies here.
fn config_path(intent: &Intent, look: bool) -> Option<PathBuf> {
    let here = || Path::new(NAME).is_file().then(|| PathBuf::from(NAME));
    intent.config.clone().or_else(|| here().filter(|_| look))
}

/// A configuration and the rules as it wants them; they are loaded once it can be read.
pub(super) fn load_config(
    path: &Path,
    rules: impl FnOnce() -> Result<RuleSet, Trouble>,
) -> Result<(Config, RuleSet), Trouble> {
    let mut config = Config::load(path).map_err(|errors| located(&errors))?;
    let rules = config.apply(rules()?).map_err(|errors| located(&errors))?;
    Ok((config, rules))
}

fn active(codes: &[String]) -> Result<Option<Vec<Region>>, Trouble> {
    for code in codes {
        if region::info(code).is_none() {
            let codes = region::all().iter().map(|region| region.code.as_str());
            let trouble = Trouble::usage(format!("--active: `{code}` is no Region"));
            return Err(match nearest(code, codes) {
                Some(near) => trouble.help(format!("did you mean `{near}`?")),
                None => trouble.help("Regions are codes such as eu-west-1"),
            });
        }
    }
    let regions: Vec<Region> = codes
        .iter()
        .map(|code| Region::from(code.as_str()))
        .collect();
    Ok((!regions.is_empty()).then_some(regions))
}

/// The built-in rules and those of the folders.
pub(super) fn load_rules(folders: &[PathBuf]) -> Result<RuleSet, Trouble> {
    RuleSet::with_folders(folders).map_err(|errors| located(&errors))
}

/// Errors that are shown of a command; the rest is counted.
const SHOWN: usize = 100;

/// The errors of all files, in one message.
pub(super) fn located(errors: &[Located]) -> Trouble {
    let mut lines: Vec<String> = errors
        .iter()
        .take(SHOWN)
        .map(|error| match &error.help {
            Some(help) => format!("{error}\n  {help}"),
            None => error.to_string(),
        })
        .collect();
    if let Some(more @ 1..) = errors.len().checked_sub(SHOWN) {
        lines.push(format!("and {more} more errors"));
    }
    Trouble::usage(lines.join("\n"))
}
