//! A unit of a run, one collector in one Region of one account, and what it has found.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::inventory::{AccountId, Cause, Gap, GapKey, Region, Resource};

/// Resources of a unit that are held before they are given away.
const HELD: usize = 1_000;

/// Which unit it is: the same from run to run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    pub(super) account: AccountId,
    pub(super) region: Region,
    /// The collector's name.
    pub(super) collector: String,
}

impl Unit {
    /// What goes before all others: becoming the accounts.
    pub(super) fn opening() -> Self {
        Self {
            account: AccountId::default(),
            region: Region::default(),
            collector: "opening".to_owned(),
        }
    }
}

/// What was found, in the order of arrival.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) resources: Vec<Resource>,
    pub(super) gaps: BTreeMap<GapKey, Gap>,
}

impl Found {
    /// Adds a gap; one gap stands for all failures with its key.
    pub(super) fn gap(&mut self, gap: Gap) {
        match self.gaps.get_mut(&gap.key) {
            Some(known) => known.absorb(gap),
            None => {
                self.gaps.insert(gap.key.clone(), gap);
            }
        }
    }

    /// Whether asking again would tell no more.
    pub(super) fn is_whole(&self) -> bool {
        self.gaps.keys().all(|key| match key.cause {
            Cause::UnsupportedInRegion | Cause::RegionDisabled | Cause::NotCollected => true,
            Cause::Denied
            | Cause::DeniedByScp
            | Cause::Throttled
            | Cause::Timeout
            | Cause::Credentials
            | Cause::Other => false,
        })
    }

    /// The resources, when they are many.
    pub(super) fn take_many(&mut self) -> Option<Vec<Resource>> {
        (self.resources.len() >= HELD).then(|| std::mem::take(&mut self.resources))
    }
}

/// What a unit has found so far, filled by all that it does at once. Never held across a call.
#[derive(Debug, Default)]
pub(super) struct Finds(Mutex<Found>);

impl Finds {
    pub(super) fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Found {
        std::mem::take(&mut *self.lock())
    }
}
