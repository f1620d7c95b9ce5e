//! Runs, wherever they are: JSON reports, inventories judged now, the history of a folder.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::Trouble;
use super::judge::load;
use super::past::{record_trouble, store_trouble};
use crate::check::{self, Options};
use crate::history::record::RecordError;
use crate::history::{Record, Store};
use crate::rule::RuleSet;

/// How a compressed file begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// What is in the first line of an inventory, and bare in no report.
const INVENTORY: &[u8] = b"\"mrlint_inventory\":";
/// How far it is looked for, in bytes.
const HEAD: usize = 64 << 10;
/// The most bytes of a report.
const LONGEST: u64 = 2 << 30;

/// Where runs are kept.
#[derive(Debug, Clone, Args)]
pub(super) struct Kept {
    /// Folder that keeps the runs, as --state-dir of scan and check
    #[arg(long, value_name = "FOLDER", env = "MRLINT_STATE_DIR")]
    pub(super) state_dir: Option<PathBuf>,
}

impl Kept {
    pub(super) fn store(&self) -> Result<Store, Trouble> {
        let Some(folder) = &self.state_dir else {
            let trouble = Trouble::usage("which runs? no folder is named");
            return Err(trouble.help("name it with --state-dir FOLDER, or MRLINT_STATE_DIR"));
        };
        Store::existing(folder).map_err(|error| store_trouble(&error))
    }
}

/// A JSON report or record.
pub(super) fn report(path: &Path) -> Result<Record, Trouble> {
    let file = file(path)?;
    read(path, file)
}

/// A JSON report, or an inventory that is judged now: told apart by what is in it.
pub(super) fn any(path: &Path, by: &(RuleSet, Options)) -> Result<Record, Trouble> {
    let mut file = file(path)?;
    let start = file.fill_buf().map_err(|error| unreadable(path, &error))?;
    if start.windows(INVENTORY.len()).any(|it| it == INVENTORY) {
        let (rules, options) = by;
        let judged = check::check(&load(path)?, rules, options);
        return Record::of(&judged).map_err(|error| record_trouble(&error));
    }
    read(path, file)
}

fn read(path: &Path, file: impl Read) -> Result<Record, Trouble> {
    Record::read(file).map_err(|error| {
        let trouble = Trouble::usage(format!("{}: {error}", path.display()));
        match error {
            RecordError::Version(_) => trouble.help("use the mrlint that wrote it, or a newer one"),
            _ => trouble.help("it is what `-f json=FILE` writes, or an inventory"),
        }
    })
}

/// Compressed or not.
fn file(path: &Path) -> Result<Box<dyn BufRead>, Trouble> {
    let io = |error| unreadable(path, &error);
    let mut file = BufReader::with_capacity(HEAD, File::open(path).map_err(io)?);
    let start = file.fill_buf().map_err(io)?;
    if start.starts_with(&ZSTD) {
        let decoder = zstd::Decoder::with_buffer(file).map_err(io)?;
        return Ok(Box::new(BufReader::with_capacity(
            HEAD,
            decoder.take(LONGEST),
        )));
    }
    Ok(Box::new(file.take(LONGEST)))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::usage(format!("{}: {error}", path.display()))
}

/// The last run that is kept, with its id.
pub(super) fn last(store: &Store) -> Result<(Record, String), Trouble> {
    let mut runs = runs(store)?;
    let Some((at, id)) = runs.pop() else {
        return Err(nothing("no run is kept"));
    };
    Ok((get(store, &at, &id)?, id))
}

/// The run that `--since` names, before that one: `last`, a day, a time, or the beginning of an id.
pub(super) fn since(
    store: &Store,
    word: &str,
    (finished, id): (&str, &str),
) -> Result<Record, Trouble> {
    let runs = runs(store)?;
    let earlier = runs
        .iter()
        .filter(|(at, other)| (at.as_str(), other.as_str()) < (finished, id));
    let earlier: Vec<&(String, String)> = earlier.collect();
    let found = if word == "last" {
        earlier.last().copied()
    } else if word.parse::<jiff::civil::Date>().is_ok() {
        let until = |it: &&&(String, String)| it.0.get(..10).is_some_and(|day| day <= word);
        earlier.iter().rfind(until).copied()
    } else if let Ok(time) = word.parse::<jiff::Timestamp>() {
        let until = |it: &&&(String, String)| {
            let at = it.0.parse::<jiff::Timestamp>();
            at.is_ok_and(|at| at <= time)
        };
        earlier.iter().rfind(until).copied()
    } else {
        let mut like = runs
            .iter()
            .filter(|(_, id)| word.len() >= 4 && id.starts_with(word));
        match (like.next(), like.next()) {
            (Some(_), Some(_)) => {
                return Err(nothing(&format!("more than one run begins with `{word}`")));
            }
            (one, _) => one,
        }
    };
    match found {
        Some((at, id)) => get(store, at, id),
        None if word == "last" => Err(nothing("no run before that one is kept")),
        None => Err(nothing(&format!(
            "--since: no run is `{word}`; it is `last`, a day such as 2026-11-25, a time, or an id"
        ))),
    }
}

fn nothing(problem: &str) -> Trouble {
    Trouble::usage(problem).help("`mrlint history` lists the runs that are kept")
}

fn runs(store: &Store) -> Result<Vec<(String, String)>, Trouble> {
    store.runs().map_err(|error| store_trouble(&error))
}

/// A run that is there.
pub(super) fn get(store: &Store, at: &str, id: &str) -> Result<Record, Trouble> {
    let found = store.get(at, id).map_err(|error| store_trouble(&error))?;
    found.ok_or_else(|| nothing("the run is not kept any more"))
}
