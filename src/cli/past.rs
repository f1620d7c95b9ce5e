//! Runs before this one: what `scan` and `check` hold themselves against, and where they are kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Ui;
use super::{Exit, Trouble, notify, runs};
use crate::config::Runs;
use crate::history::diff::diff;
use crate::history::record::RecordError;
use crate::history::store::StoreError;
use crate::history::{Class, Diff, Record, Store, trend};
use crate::report::{Finding, Report, TrendPoint};

/// Runs before this one that a report shows.
const TREND: usize = 60;

/// What earlier runs are to this one.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Runs before")]
pub(super) struct Past {
    /// Findings that you know of: a JSON report. They are marked, and do not count for --fail-on
    #[arg(
        long,
        value_name = "FILE",
        env = "MRLINT_BASELINE",
        conflicts_with = "fail_on_new"
    )]
    baseline: Option<PathBuf>,
    /// Only what is new since the last run in --state-dir counts for --fail-on
    #[arg(long, requires = "state_dir")]
    fail_on_new: bool,
    /// Sends what changed since the last run in --state-dir to the targets of mrlint.yaml
    #[arg(long, requires = "state_dir")]
    notify: bool,
}

/// What this run is held against.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The baseline, where there is one.
    baseline: Option<Record>,
    folder: Option<PathBuf>,
    fail_on_new: bool,
    notify: bool,
}

/// What holding against came to.
#[derive(Debug, Default)]
pub(super) struct Held {
    record: Option<Record>,
    /// Fingerprints that do not count for the gate; `None` where all others do.
    gate: Option<Gate>,
}

#[derive(Debug)]
enum Gate {
    /// All but these count.
    Known(BTreeSet<String>),
    /// These alone count.
    New(BTreeSet<String>),
}

impl Past {
    /// Everything that can be wrong before anything is read.
    pub(super) fn ready(&self, folder: Option<&Path>, runs: &Runs) -> Result<Before, Trouble> {
        let baseline = self.baseline.as_deref().map(runs::report).transpose()?;
        if let Some(folder) = folder {
            // Opened and let go of: others may keep theirs while this one reads.
            Store::open(folder).map_err(|error| store_trouble(&error))?;
        }
        if self.notify {
            notify::ready(&runs.targets)?;
        }
        Ok(Before {
            baseline,
            folder: folder.map(Path::to_owned),
            fail_on_new: self.fail_on_new,
            notify: self.notify,
        })
    }
}

impl Before {
    /// What was not read to its end is neither kept nor told.
    #[cfg(feature = "live")]
    pub(super) fn without_history(self) -> Self {
        Self {
            folder: None,
            notify: false,
            ..self
        }
    }

    /// Holds a report against what was before, and marks in it what is known.
    pub(super) fn hold(&self, report: &mut Report, ui: &Ui) -> Result<Held, Trouble> {
        if self.baseline.is_none() && self.folder.is_none() {
            return Ok(Held::default());
        }
        let now = Record::of(report).map_err(|error| record_trouble(&error))?;
        let gate = match (&self.baseline, &self.folder) {
            (Some(baseline), _) => {
                let diff = diff(baseline, &now).map_err(|error| record_trouble(&error))?;
                Some(known(&diff, report, ui))
            }
            (None, Some(folder)) if self.fail_on_new => Some(new(folder, &now, report, ui)?),
            _ => None,
        };
        if let Some(folder) = &self.folder {
            report.trend = so_far(folder, &now)?;
        }
        Ok(Held {
            record: Some(now),
            gate,
        })
    }

    /// Keeps the run, and tells what changed.
    pub(super) fn keep(&self, held: &Held, runs: &Runs, ui: &Ui) -> Result<(), Trouble> {
        let (Some(folder), Some(now)) = (&self.folder, &held.record) else {
            return Ok(());
        };
        let before = {
            let store = Store::open(folder).map_err(|error| store_trouble(&error))?;
            let id = store.append(now, runs.keep);
            let id = id.map_err(|error| store_trouble(&error))?;
            let before = store.before(&now.run.finished, &id);
            before.map_err(|error| store_trouble(&error))?
        };
        match before {
            Some(before) if self.notify => {
                notify::tell(&runs.targets, &before, now, notify::Mode::Send, ui).map(|_| ())
            }
            None if self.notify => {
                ui.note("nothing is told: this is the first run that is kept");
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Held {
    /// Whether a finding counts for `--fail-on`.
    pub(super) fn counts(&self, finding: &Finding) -> bool {
        let print = finding.fingerprint.as_str();
        match &self.gate {
            None => true,
            Some(Gate::Known(known)) => !known.contains(print),
            Some(Gate::New(new)) => new.contains(print),
        }
    }
}

/// The runs that are kept, the latest ones, and this one.
fn so_far(folder: &Path, now: &Record) -> Result<Vec<TrendPoint>, Trouble> {
    let store = Store::open(folder).map_err(|error| store_trouble(&error))?;
    let all = store.runs().map_err(|error| store_trouble(&error))?;
    let id = now.id().map_err(|error| record_trouble(&error))?;
    let others: Vec<_> = all.iter().filter(|(_, other)| *other != id).collect();
    let mut records = Vec::new();
    for (at, id) in others.iter().skip(others.len().saturating_sub(TREND)) {
        records.push(runs::get(&store, at, id)?);
    }
    let points = trend(records.iter().chain([now]));
    points.map_err(|error| record_trouble(&error))
}

/// What the baseline holds; says what it held that is mended.
fn known(diff: &Diff, report: &mut Report, ui: &Ui) -> Gate {
    let known: BTreeSet<String> = crate::history::diff::known(diff)
        .into_iter()
        .map(str::to_owned)
        .collect();
    report.known.clone_from(&known);
    ui.note(&format!("against the baseline: {}", diff.totals()));
    for item in diff.of(Class::Fixed).filter(|it| !it.waived) {
        let text = format!("fixed: {} {}", item.rule, item.message);
        ui.note(&crate::report::escape::plain(&text));
    }
    Gate::Known(known)
}

/// What `--since last` calls new.
fn new(folder: &Path, now: &Record, report: &mut Report, ui: &Ui) -> Result<Gate, Trouble> {
    let store = Store::open(folder).map_err(|error| store_trouble(&error))?;
    let id = now.id().map_err(|error| record_trouble(&error))?;
    let before = store.before(&now.run.finished, &id);
    let Some(before) = before.map_err(|error| store_trouble(&error))? else {
        ui.note("no run before this one is kept: every finding is new");
        return Ok(Gate::Known(BTreeSet::new()));
    };
    let diff = diff(&before, now).map_err(|error| record_trouble(&error))?;
    ui.note(&format!("since {}: {}", before.run.finished, diff.totals()));
    let alerts = diff.items.iter().filter(|it| it.alerts());
    let new = alerts.map(|it| it.fingerprint.clone()).collect();
    let known = crate::history::diff::known(&diff)
        .into_iter()
        .map(str::to_owned);
    report.known = known.collect();
    Ok(Gate::New(new))
}

pub(super) fn record_trouble(error: &RecordError) -> Trouble {
    Trouble::new(Exit::Runtime, error.to_string())
}

pub(super) fn store_trouble(error: &StoreError) -> Trouble {
    let exit = match error {
        StoreError::Nothing(_) => Exit::Usage,
        _ => Exit::Runtime,
    };
    Trouble::new(exit, error.to_string()).help(error.help())
}
