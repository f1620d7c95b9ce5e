//! Where a run keeps what its units have found: in memory, or on disk.
//!
//! On disk, memory stays bounded whatever the number of accounts, and a run that was killed can go
//! on. Either way the inventory is the same.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::finished::Finished;
use super::store::Store;
use super::unit::{Found, Unit};
use crate::inventory::snapshot::{self, SnapshotError, write::save_with};
use crate::inventory::{Header, Inventory, Reading, Resource};

/// Why what was read could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error("{}: another mrlint keeps its run here", .0.display())]
    InUse(PathBuf),
    #[error("{}: the run kept here asked for other accounts or Regions, or was another mrlint's", .0.display())]
    OtherRun(PathBuf),
    #[error("{}: cannot keep what was read: {problem}", path.display())]
    Store { path: PathBuf, problem: String },
}

/// Where to keep what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Memory,
    /// In a file that is gone at the end, in this folder.
    Scratch(PathBuf),
    /// In this folder, to be gone on with; `resume` goes on with what is there already.
    State { folder: PathBuf, resume: bool },
}

/// What the units of a run have found.
#[derive(Debug)]
pub(super) enum Keep {
    Memory(Mutex<Memory>),
    Disk(Store),
}

#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By unit, so that the order of arrival decides nothing.
    resources: BTreeMap<Unit, Vec<Resource>>,
    found: Found,
    readings: Vec<Reading>,
}

impl Keep {
    /// `request` is what the run asks for: only a run for the same is gone on with.
    pub(super) fn open(place: &Place, request: &str, now: &str) -> Result<Self, KeepError> {
        Ok(match place {
            Place::Memory => Self::Memory(Mutex::default()),
            Place::Scratch(folder) => Self::Disk(Store::scratch(folder, request, now)?),
            Place::State { folder, resume } => {
                Self::Disk(Store::open(folder, *resume, request, now)?)
            }
        })
    }

    /// Forgets what an earlier run left of units that it did not read whole, or that are not wanted
    /// any more.
    pub(super) fn begin(&self, wanted: impl Fn(&Unit) -> bool) -> Result<(), KeepError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Disk(store) => store.begin(wanted),
        }
    }

    /// Whether an earlier run read the unit whole.
    pub(super) fn has(&self, unit: &Unit) -> Result<bool, KeepError> {
        match self {
            Self::Memory(_) => Ok(false),
            Self::Disk(store) => store.has(unit),
        }
    }

    /// Takes some resources of a unit that is not at its end; gives them back when it is busy.
    pub(super) fn add(&self, unit: &Unit, resources: Vec<Resource>) -> Option<Vec<Resource>> {
        match self {
            Self::Memory(memory) => {
                let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
                let known = memory.resources.entry(unit.clone()).or_default();
                known.extend(resources);
                None
            }
            Self::Disk(store) => store.add(unit, resources),
        }
    }

    /// Takes the rest of a unit. Without a reading it was stopped before its end.
    pub(super) async fn end(
        &self,
        unit: Unit,
        found: Found,
        reading: Option<Reading>,
    ) -> Result<(), KeepError> {
        match self {
            Self::Memory(memory) => {
                let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
                let known = memory.resources.entry(unit).or_default();
                known.extend(found.resources);
                found
                    .gaps
                    .into_values()
                    .for_each(|gap| memory.found.gap(gap));
                memory.readings.extend(reading);
                Ok(())
            }
            Self::Disk(store) => store.end(unit, found, reading).await,
        }
    }

    /// All that was found; no unit may be running any more.
    pub(super) fn finish(self, header: Header) -> Result<Kept, KeepError> {
        Ok(match self {
            Self::Memory(memory) => {
                let memory = memory.into_inner().unwrap_or_else(PoisonError::into_inner);
                let resources = memory.resources.into_values().flatten().collect();
                let gaps = memory.found.gaps.into_values();
                Kept::Memory(Box::new(Inventory::new(
                    header,
                    resources,
                    gaps,
                    memory.readings,
                )))
            }
            Self::Disk(store) => Kept::Disk(Box::new(store.finish(header)?)),
        })
    }
}

/// All that a run has found.
#[derive(Debug)]
pub enum Kept {
    Memory(Box<Inventory>),
    Disk(Box<Finished>),
}

impl Kept {
    /// Writes the inventory file.
    pub fn save(&self, path: &Path) -> Result<(), SnapshotError> {
        match self {
            Self::Memory(inventory) => snapshot::save(inventory, path),
            Self::Disk(finished) => save_with(path, |out| finished.write(out)),
        }
    }

    /// The whole inventory, in memory.
    pub fn inventory(&self) -> Result<std::borrow::Cow<'_, Inventory>, SnapshotError> {
        match self {
            Self::Memory(inventory) => Ok(std::borrow::Cow::Borrowed(inventory)),
            Self::Disk(finished) => read_back(finished).map(std::borrow::Cow::Owned),
        }
    }

    /// How many resources and gaps there are.
    pub fn counts(&self) -> (usize, usize) {
        match self {
            Self::Memory(inventory) => (inventory.resources().len(), inventory.gaps().len()),
            Self::Disk(finished) => finished.counts(),
        }
    }

    /// When the run began that this one went on with, RFC 3339.
    pub fn resumed(&self) -> Option<&str> {
        match self {
            Self::Memory(_) => None,
            Self::Disk(finished) => finished.resumed(),
        }
    }

    /// Lets go of what was kept: it has come to where it was wanted.
    pub fn done(self) -> Result<(), KeepError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Disk(finished) => finished.remove(),
        }
    }
}

/// Reads an inventory while it is written: no copy of the text is held.
fn read_back(finished: &Finished) -> Result<Inventory, SnapshotError> {
    let path = finished.path();
    let failed = |source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    };
    let (output, input) = io::pipe().map_err(failed)?;
    std::thread::scope(|threads| {
        let writing = threads.spawn(move || {
            let mut input = io::BufWriter::new(input);
            finished.write(&mut input)?;
            input.flush()
        });
        let read = snapshot::read(io::BufReader::new(output), path);
        match writing.join() {
            Ok(Ok(())) => read,
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(failed(io::Error::other("writing ended early"))),
        }
    })
}
