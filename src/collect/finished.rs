//! A finished run on disk: written out as an inventory file, line by line, in its order.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata};

use super::keep::KeepError;
use super::store::{GAPS, READINGS, RESOURCES};
use crate::inventory::readings::Asked;
use crate::inventory::snapshot::write;
use crate::inventory::{AccountId, Gap, Header, Reading, Region};

/// All that a run has found.
#[derive(Debug)]
pub struct Finished {
    path: PathBuf,
    scratch: Option<tempfile::TempDir>,
    database: Arc<Database>,
    header: Header,
    resumed: Option<String>,
    counts: (usize, usize),
    /// Whether a reading rests on somebody's word.
    on_word: bool,
}

impl Finished {
    pub(super) fn new(
        path: PathBuf,
        scratch: Option<tempfile::TempDir>,
        database: Arc<Database>,
        (header, resumed): (Header, Option<String>),
    ) -> Result<Self, redb::Error> {
        let mut finished = Self {
            path,
            scratch,
            database,
            header,
            resumed,
            counts: (0, 0),
            on_word: false,
        };
        let reading = finished.database.begin_read()?;
        let resources = reading.open_table(RESOURCES)?.len()?;
        let mut gaps = 0;
        finished.gaps(|_| {
            gaps += 1;
            Ok(())
        })?;
        let mut on_word = false;
        finished.readings(|it| {
            on_word |= it.word.is_some();
            Ok(())
        })?;
        finished.on_word = on_word;
        finished.counts = (usize::try_from(resources).unwrap_or(usize::MAX), gaps);
        Ok(finished)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many resources and gaps there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        self.counts
    }

    pub(super) fn resumed(&self) -> Option<&str> {
        self.resumed.as_deref()
    }

    /// The inventory as JSON Lines.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write::header(out, &self.header, self.on_word)?;
        self.resources(out).map_err(other)?;
        self.gaps(|gap| write::gap(out, gap)).map_err(other)?;
        self.readings(|reading| write::reading(out, reading))
            .map_err(other)
    }

    /// Takes the database away; a folder that the user named stays.
    pub(super) fn remove(self) -> Result<(), KeepError> {
        drop(self.database);
        let removed = match self.scratch {
            Some(scratch) => scratch.close(),
            None => std::fs::remove_file(&self.path),
        };
        removed.map_err(|error| KeepError::Store {
            path: self.path,
            problem: error.to_string(),
        })
    }

    /// Of a resource that two units found, the first line.
    fn resources(&self, out: &mut dyn Write) -> Result<(), redb::Error> {
        let reading = self.database.begin_read()?;
        let table = reading.open_table(RESOURCES)?;
        let mut last = None;
        for row in table.iter()? {
            let (key, line) = row?;
            let (kind, account, region, arn, ..) = key.value();
            let same = last.as_ref().is_some_and(|last: &[String; 4]| {
                last.iter()
                    .map(String::as_str)
                    .eq([kind, account, region, arn])
            });
            if !same {
                out.write_all(line.value())?;
                last = Some([kind, account, region, arn].map(str::to_owned));
            }
        }
        Ok(())
    }

    /// Gaps of several units that have one key are one.
    fn gaps(&self, mut each: impl FnMut(&Gap) -> io::Result<()>) -> Result<(), redb::Error> {
        let reading = self.database.begin_read()?;
        let mut last: Option<Gap> = None;
        for row in reading.open_table(GAPS)?.iter()? {
            let (_, gap) = row?;
            let gap: Gap = serde_json::from_slice(gap.value()).map_err(io::Error::from)?;
            match &mut last {
                Some(last) if last.key == gap.key => last.absorb(gap),
                last => {
                    if let Some(before) = last.replace(gap) {
                        each(&before)?;
                    }
                }
            }
        }
        last.iter().try_for_each(each)?;
        Ok(())
    }

    /// Those of one account and Region put together.
    fn readings(&self, mut each: impl FnMut(Reading) -> io::Result<()>) -> Result<(), redb::Error> {
        let reading = self.database.begin_read()?;
        let mut last: Option<((AccountId, Region), Asked)> = None;
        let mut end = |((account, region), asked): ((AccountId, Region), Asked)| {
            let mut readings = asked.readings(&account, &region).into_iter();
            readings.try_for_each(&mut each)
        };
        for row in reading.open_table(READINGS)?.iter()? {
            let (_, read) = row?;
            let read: Reading = serde_json::from_slice(read.value()).map_err(io::Error::from)?;
            let place = (read.account, read.region);
            if let Some(before) = last.take_if(|(known, _)| *known != place) {
                end(before)?;
            }
            let (_, asked) = last.get_or_insert_with(|| (place, Asked::default()));
            asked.add(read.kinds, read.word.as_ref());
        }
        last.map_or(Ok(()), end)?;
        Ok(())
    }
}

fn other(error: redb::Error) -> io::Error {
    match error {
        redb::Error::Io(error) => error,
        error => io::Error::other(error),
    }
}
