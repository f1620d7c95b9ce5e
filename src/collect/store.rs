//! Keeps what a run has found on disk, in an embedded database: sorted, and safe from sudden ends.
//!
//! A thread of its own writes, many units in one transaction. What belongs to a unit that did not
//! come to its end is forgotten when the run is gone on with.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use redb::{Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::finished::Finished;
use super::keep::KeepError;
use super::unit::{Found, Unit};
use crate::inventory::snapshot::write;
use crate::inventory::{Header, Reading, Resource};

/// The name of the database in its folder.
const FILE: &str = "run.redb";
/// Version of what the database holds; another one is not gone on with.
const FORMAT: u32 = 1;
/// Memory for pages of the database, in bytes.
const CACHE: usize = 64 << 20;
/// Messages that wait to be written; who sends more waits.
const WAITING: usize = 64;
/// Resources written in one transaction.
const TOGETHER: usize = 20_000;

/// Kind, account, Region, ARN: the order of the inventory. Then the unit: Region, collector.
pub(super) type ResourceKey = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);
/// Account, Region, operation, cause: the order of the inventory. Then the unit.
pub(super) type GapRow = (
    &'static str,
    &'static str,
    &'static str,
    u8,
    (&'static str, &'static str, &'static str),
);
type UnitKey = (&'static str, &'static str, &'static str);

/// Each with its line of the inventory file.
pub(super) const RESOURCES: TableDefinition<'_, ResourceKey, &[u8]> =
    TableDefinition::new("resources");
pub(super) const GAPS: TableDefinition<'_, GapRow, &[u8]> = TableDefinition::new("gaps");
/// By unit: what was asked for.
pub(super) const READINGS: TableDefinition<'_, UnitKey, &[u8]> = TableDefinition::new("readings");
/// The units that came to their end, and whether asking again would tell no more.
const UNITS: TableDefinition<'_, UnitKey, bool> = TableDefinition::new("units");
const RUN: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("run");

/// What run it is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    format: u32,
    tool: String,
    /// What was asked for.
    request: String,
    /// When it began, RFC 3339.
    started: String,
}

/// A run on disk.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    /// Removes a scratch folder when the run is done with.
    scratch: Option<tempfile::TempDir>,
    database: Arc<Database>,
    resumed: Option<String>,
    messages: mpsc::Sender<Message>,
    writer: JoinHandle<()>,
    /// Why writing ended.
    failed: Arc<Mutex<Option<String>>>,
}

enum Message {
    Some(Unit, Vec<Resource>),
    End(Unit, Found, Option<Reading>),
}

impl Store {
    /// A new run, gone when it is done with.
    pub(super) fn scratch(folder: &Path, request: &str, now: &str) -> Result<Self, KeepError> {
        let failed = |error: std::io::Error| problem(folder, &error);
        let mut builder = tempfile::Builder::new();
        let scratch = builder
            .prefix(".mrlint-")
            .tempdir_in(folder)
            .map_err(failed)?;
        let mut store = Self::open(scratch.path(), false, request, now)?;
        store.scratch = Some(scratch);
        Ok(store)
    }

    /// A run in that folder: a new one, or with `resume` the one that is there.
    pub(super) fn open(
        folder: &Path,
        resume: bool,
        request: &str,
        now: &str,
    ) -> Result<Self, KeepError> {
        std::fs::create_dir_all(folder).map_err(|error| problem(folder, &error))?;
        let path = folder.join(FILE);
        let database = database(folder, &path)?;
        let about = About {
            format: FORMAT,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            request: request.to_owned(),
            started: now.to_owned(),
        };
        let known = known(&database).map_err(|error| problem(&path, &error))?;
        let resumed = match known {
            Some(known) if resume => {
                let same = About {
                    started: known.started.clone(),
                    ..about
                };
                if known != same {
                    return Err(KeepError::OtherRun(folder.to_owned()));
                }
                Some(known.started)
            }
            _ => {
                anew(&database, &about).map_err(|error| problem(&path, &error))?;
                None
            }
        };
        let (messages, waiting) = mpsc::channel(WAITING);
        let (database, failed) = (Arc::new(database), Arc::<Mutex<Option<String>>>::default());
        let writer = std::thread::spawn({
            let (database, failed) = (Arc::clone(&database), Arc::clone(&failed));
            move || {
                if let Err(error) = write_all(&database, waiting) {
                    *failed.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(error.to_string());
                }
            }
        });
        Ok(Self {
            path,
            scratch: None,
            database,
            resumed,
            messages,
            writer,
            failed,
        })
    }

    pub(super) fn begin(&self, wanted: impl Fn(&Unit) -> bool) -> Result<(), KeepError> {
        if self.resumed.is_none() {
            return Ok(());
        }
        forget(&self.database, wanted).map_err(|error| problem(&self.path, &error))
    }

    pub(super) fn has(&self, unit: &Unit) -> Result<bool, KeepError> {
        if self.resumed.is_none() {
            return Ok(false);
        }
        whole(&self.database, unit).map_err(|error| problem(&self.path, &error))
    }

    pub(super) fn add(&self, unit: &Unit, resources: Vec<Resource>) -> Option<Vec<Resource>> {
        match self
            .messages
            .try_send(Message::Some(unit.clone(), resources))
        {
            Err(
                mpsc::error::TrySendError::Full(Message::Some(_, resources))
                | mpsc::error::TrySendError::Closed(Message::Some(_, resources)),
            ) => Some(resources),
            _ => None,
        }
    }

    pub(super) async fn end(
        &self,
        unit: Unit,
        found: Found,
        reading: Option<Reading>,
    ) -> Result<(), KeepError> {
        let sent = self.messages.send(Message::End(unit, found, reading)).await;
        sent.map_err(|_| self.failure())
    }

    pub(super) fn finish(self, header: Header) -> Result<Finished, KeepError> {
        drop(self.messages);
        let ended = self.writer.join();
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = failed.as_ref() {
            return Err(problem(&self.path, told));
        }
        if ended.is_err() {
            return Err(problem(&self.path, &"writing ended early"));
        }
        let header = Header {
            started: self.resumed.clone().unwrap_or(header.started),
            ..header
        };
        let path = self.path;
        Finished::new(
            path.clone(),
            self.scratch,
            self.database,
            (header, self.resumed),
        )
        .map_err(|error| problem(&path, &error))
    }

    fn failure(&self) -> KeepError {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        problem(
            &self.path,
            &failed.as_deref().unwrap_or("writing ended early"),
        )
    }
}

fn problem(path: &Path, error: &impl ToString) -> KeepError {
    KeepError::Store {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}

fn database(folder: &Path, path: &Path) -> Result<Database, KeepError> {
    let mut builder = Builder::new();
    // A file that something has damaged is an error, not a panic later.
    builder
        .set_cache_size(CACHE)
        .set_check_integrity_on_open(true);
    builder.create(path).map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen => KeepError::InUse(folder.to_owned()),
        error => problem(path, &error),
    })
}

/// What run the database holds.
fn known(database: &Database) -> Result<Option<About>, redb::Error> {
    let reading = database.begin_read()?;
    let table = match reading.open_table(RUN) {
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        table => table?,
    };
    let about = table.get("about")?;
    Ok(about.and_then(|it| serde_json::from_slice(it.value()).ok()))
}

/// Forgets whatever run there was, and begins this one.
fn anew(database: &Database, about: &About) -> Result<(), redb::Error> {
    let writing = database.begin_write()?;
    writing.delete_table(RESOURCES)?;
    writing.delete_table(GAPS)?;
    writing.delete_table(READINGS)?;
    writing.delete_table(UNITS)?;
    {
        writing.open_table(RESOURCES)?;
        writing.open_table(GAPS)?;
        writing.open_table(READINGS)?;
        writing.open_table(UNITS)?;
        let about = serde_json::to_vec(about).unwrap_or_default();
        writing.open_table(RUN)?.insert("about", about.as_slice())?;
    }
    writing.commit()?;
    Ok(())
}

fn forget(database: &Database, wanted: impl Fn(&Unit) -> bool) -> Result<(), redb::Error> {
    let writing = database.begin_write()?;
    {
        let mut units = writing.open_table(UNITS)?;
        units.retain(|key, whole| whole && wanted(&unit(key)))?;
        let stays = |key: (&str, &str, &str)| matches!(units.get(key), Ok(Some(_)));
        let mut resources = writing.open_table(RESOURCES)?;
        resources.retain(|(_, account, _, _, region, collector), _| {
            stays((account, region, collector))
        })?;
        writing.open_table(GAPS)?.retain(|key, _| stays(key.4))?;
        writing.open_table(READINGS)?.retain(|key, _| stays(key))?;
    }
    writing.commit()?;
    Ok(())
}

fn whole(database: &Database, unit: &Unit) -> Result<bool, redb::Error> {
    let reading = database.begin_read()?;
    let found = reading.open_table(UNITS)?.get(key(unit))?;
    Ok(found.is_some_and(|whole| whole.value()))
}

fn unit((account, region, collector): (&str, &str, &str)) -> Unit {
    Unit {
        account: account.into(),
        region: region.into(),
        collector: collector.to_owned(),
    }
}

fn key(unit: &Unit) -> (&str, &str, &str) {
    (&unit.account, &unit.region, &unit.collector)
}

/// Writes until nobody sends any more.
fn write_all(database: &Database, mut waiting: mpsc::Receiver<Message>) -> Result<(), redb::Error> {
    while let Some(first) = waiting.blocking_recv() {
        let writing = database.begin_write()?;
        let mut next = Some(first);
        let mut written = 0;
        while let Some(message) = next {
            written += write_one(&writing, message)?;
            next = (written < TOGETHER)
                .then(|| waiting.try_recv().ok())
                .flatten();
        }
        writing.commit()?;
    }
    Ok(())
}

/// How many resources were written.
fn write_one(writing: &redb::WriteTransaction, message: Message) -> Result<usize, redb::Error> {
    let (unit, found, end) = match message {
        Message::Some(unit, resources) => {
            let found = Found {
                resources,
                ..Found::default()
            };
            (unit, found, None)
        }
        Message::End(unit, found, reading) => (unit, found, Some(reading)),
    };
    let mut line = Vec::new();
    let mut resources = writing.open_table(RESOURCES)?;
    for it in &found.resources {
        line.clear();
        write::resource(&mut line, it)?;
        let (kind, account, region, arn) = it.sort_key();
        let key = (kind, account, region, arn, &*unit.region, &*unit.collector);
        // Of two with one key the first stays, as in memory.
        if resources.get(key)?.is_none() {
            resources.insert(key, line.as_slice())?;
        }
    }
    let mut gaps = writing.open_table(GAPS)?;
    for gap in found.gaps.values() {
        let of = &gap.key;
        let key = (
            &*of.account,
            &*of.region,
            &*of.operation,
            of.cause as u8,
            key(&unit),
        );
        let gap = serde_json::to_vec(gap).map_err(std::io::Error::from)?;
        gaps.insert(key, gap.as_slice())?;
    }
    if let Some(reading) = end {
        let mut units = writing.open_table(UNITS)?;
        units.insert(key(&unit), reading.is_some() && found.is_whole())?;
        if let Some(reading) = reading {
            let reading = serde_json::to_vec(&reading).map_err(std::io::Error::from)?;
            writing
                .open_table(READINGS)?
                .insert(key(&unit), reading.as_slice())?;
        }
    }
    Ok(found.resources.len())
}
