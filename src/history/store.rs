//! The runs of a state folder, in an embedded database: appended whole or not at all, the oldest
//! forgotten beyond a number.
//!
//! A file that is none of ours, or damaged, is said and never written over.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use redb::{
    Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition, TableError,
};

use super::diff::{Class, diff};
use super::record::{Carried, Record, RecordError};

/// The name of the database in its folder.
pub const FILE: &str = "history.redb";
/// Version of what the database holds.
const FORMAT: u64 = 1;
/// How long another mrlint is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked for.
const PAUSE: Duration = Duration::from_millis(50);
/// Runs that are kept when nobody says.
pub const KEEP: usize = 400;
/// The most bytes that a run may unfold to.
const UNFOLDED: u64 = 1 << 30;
const LEVEL: i32 = 9;

/// When the run was finished, and its id; the record as JSON, compressed.
const RUNS: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("runs");
const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("about");

/// Why a history could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{}: there is no history here", .0.display())]
    Nothing(PathBuf),
    #[error("{}: another mrlint has been writing here for {} s", .0.display(), PATIENCE.as_secs())]
    InUse(PathBuf),
    #[error("{}: no history of mrlint, or damaged ({problem})", path.display())]
    Damaged { path: PathBuf, problem: String },
    #[error("{}: a history of format {found}, this mrlint knows {FORMAT}", path.display())]
    Format { path: PathBuf, found: u64 },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}: the run {id} cannot be read: {source}", path.display())]
    Run {
        path: PathBuf,
        id: String,
        source: RecordError,
    },
    #[error("{0}")]
    Record(#[from] RecordError),
}

impl StoreError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Nothing(_) => {
                "`mrlint scan --state-dir FOLDER` and `check --state-dir` keep their runs"
            }
            Self::InUse(_) => "wait for it, or name another --state-dir",
            Self::Damaged { .. } | Self::Run { .. } => {
                "move the file away (a new one is begun), or bring back a copy of it; it is left as it is"
            }
            Self::Format { .. } => "use the mrlint that wrote it, or name another --state-dir",
            Self::Io { .. } | Self::Record(_) => {
                "name a folder that can be read and written with --state-dir"
            }
        }
    }
}

/// A history.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    database: Database,
}

impl Store {
    /// The history of a folder, begun where there is none.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        let io = |source| StoreError::Io {
            path: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(io)?;
        Self::at(path)
    }

    /// The history of a folder, if there is one.
    pub fn existing(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        if path.is_file() {
            Self::at(path)
        } else {
            Err(StoreError::Nothing(folder.to_owned()))
        }
    }

    fn at(path: PathBuf) -> Result<Self, StoreError> {
        let begun = Instant::now();
        let database = loop {
            // A file that something has damaged is an error, not a panic later.
            let mut builder = Builder::new();
            builder.set_check_integrity_on_open(true);
            match builder.create(&path) {
                Ok(database) => break database,
                Err(DatabaseError::DatabaseAlreadyOpen) if begun.elapsed() < PATIENCE => {
                    std::thread::sleep(PAUSE);
                }
                Err(DatabaseError::DatabaseAlreadyOpen) => return Err(StoreError::InUse(path)),
                Err(error) => {
                    let problem = error.to_string();
                    return Err(StoreError::Damaged { path, problem });
                }
            }
        };
        let store = Self { path, database };
        store.known()?;
        Ok(store)
    }

    /// Refuses what another version wrote, or another program.
    fn known(&self) -> Result<(), StoreError> {
        let format = || -> Result<Option<u64>, redb::Error> {
            let reading = self.database.begin_read()?;
            match reading.open_table(ABOUT) {
                Err(TableError::TableDoesNotExist(_)) => {}
                table => return Ok(table?.get("format")?.map(|it| it.value())),
            }
            // A database with other tables only is somebody else's.
            let tables = reading.list_tables()?.count();
            Ok((tables > 0).then_some(0))
        };
        match format().map_err(|error| self.damaged(&error))? {
            None | Some(FORMAT) => Ok(()),
            Some(found) => Err(StoreError::Format {
                path: self.path.clone(),
                found,
            }),
        }
    }

    fn damaged(&self, error: &redb::Error) -> StoreError {
        StoreError::Damaged {
            path: self.path.clone(),
            problem: error.to_string(),
        }
    }

    /// Appends a run, with what it carries on of the one before, and forgets the oldest beyond `keep`.
    /// A run that is there already stays as it is. Its id.
    pub fn append(&self, record: &Record, keep: usize) -> Result<String, StoreError> {
        let id = record.id()?;
        let mut record = record.clone();
        if let Some(before) = self.before(&record.run.finished, &id)? {
            record.carried = carried(&before, &record)?;
        }
        let bytes = record.bytes()?;
        let packed = zstd::encode_all(bytes.as_slice(), LEVEL).map_err(RecordError::from)?;
        let write = || -> Result<(), redb::Error> {
            let writing = self.database.begin_write()?;
            {
                writing.open_table(ABOUT)?.insert("format", FORMAT)?;
                let mut runs = writing.open_table(RUNS)?;
                let key = (record.run.finished.as_str(), id.as_str());
                if runs.get(key)?.is_none() {
                    runs.insert(key, packed.as_slice())?;
                }
                let all: Vec<(String, String)> = keys(&runs)?;
                let old = all.len().saturating_sub(keep.max(1));
                for (finished, id) in all.iter().take(old) {
                    runs.remove((finished.as_str(), id.as_str()))?;
                }
            }
            writing.commit()?;
            Ok(())
        };
        write().map_err(|error| self.damaged(&error))?;
        Ok(id)
    }

    /// When each run was finished, and its id; the oldest first.
    pub fn runs(&self) -> Result<Vec<(String, String)>, StoreError> {
        let read = || -> Result<Vec<(String, String)>, redb::Error> {
            let reading = self.database.begin_read()?;
            match reading.open_table(RUNS) {
                Err(TableError::TableDoesNotExist(_)) => Ok(Vec::new()),
                table => keys(&table?),
            }
        };
        read().map_err(|error| self.damaged(&error))
    }

    /// The run of that time and id.
    pub fn get(&self, finished: &str, id: &str) -> Result<Option<Record>, StoreError> {
        let read = || -> Result<Option<Vec<u8>>, redb::Error> {
            let reading = self.database.begin_read()?;
            match reading.open_table(RUNS) {
                Err(TableError::TableDoesNotExist(_)) => Ok(None),
                table => {
                    let found = table?.get((finished, id))?;
                    Ok(found.map(|it| it.value().to_vec()))
                }
            }
        };
        let Some(packed) = read().map_err(|error| self.damaged(&error))? else {
            return Ok(None);
        };
        let record = unpacked(&packed).map_err(|source| StoreError::Run {
            path: self.path.clone(),
            id: id.to_owned(),
            source,
        })?;
        Ok(Some(record))
    }

    /// The last run that is older than that one, or came before it at the same moment.
    pub fn before(&self, finished: &str, id: &str) -> Result<Option<Record>, StoreError> {
        let runs = self.runs()?;
        let earlier = runs.iter().rev();
        let mut earlier =
            earlier.filter(|(at, other)| (at.as_str(), other.as_str()) < (finished, id));
        match earlier.next() {
            Some((at, id)) => self.get(at, id),
            None => Ok(None),
        }
    }
}

fn keys(
    runs: &impl ReadableTable<(&'static str, &'static str), &'static [u8]>,
) -> Result<Vec<(String, String)>, redb::Error> {
    let mut all = Vec::new();
    for row in runs.iter()? {
        let (key, _) = row?;
        let (finished, id) = key.value();
        all.push((finished.to_owned(), id.to_owned()));
    }
    Ok(all)
}

fn unpacked(packed: &[u8]) -> Result<Record, RecordError> {
    let decoder = zstd::Decoder::new(packed)?;
    Record::read(io::BufReader::new(decoder.take(UNFOLDED)))
}

/// What the run could not judge again of the one before, each with when it was last found.
fn carried(before: &Record, now: &Record) -> Result<Vec<Carried>, RecordError> {
    let diff = diff(before, now)?;
    let seen: std::collections::BTreeMap<&str, &str> = diff
        .of(Class::NotComparable)
        .filter(|it| !it.waived)
        .map(|it| {
            let seen = it.last_seen.as_deref().unwrap_or(&before.run.finished);
            (it.fingerprint.as_str(), seen)
        })
        .collect();
    let own = before.findings.iter();
    let all = own.chain(before.carried.iter().map(|it| &it.finding));
    let carried = all.filter_map(|it| {
        let last_seen = seen.get(it.fingerprint.as_str())?;
        Some(Carried {
            finding: it.clone(),
            last_seen: (*last_seen).to_owned(),
        })
    });
    Ok(carried.collect())
}
