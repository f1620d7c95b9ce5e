//! What the contexts of a run share: the limits, the accounts, and what was found so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::tags::Tags;
use crate::aws::pace::Pace;
use crate::aws::session::Session;
use crate::inventory::{AccountId, Gap, GapKey, Reading, Region, Resource};

/// An account that is asked, and in which Regions.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) session: Session,
    pub(super) regions: BTreeSet<Region>,
    /// Whether AWS said that these Regions are enabled; else the user named them.
    pub(super) confirmed: bool,
    pub(super) tags: Tags,
}

/// A run.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) pace: Pace,
    /// For taking on roles, which calls that hold a place of the other one may wait for.
    pub(super) sign_ins: Arc<Pace>,
    /// The accounts that are asked, once they are known.
    pub(super) asked: OnceLock<BTreeSet<AccountId>>,
    found: Mutex<Found>,
}

/// What was found, in the order of arrival.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) resources: Vec<Resource>,
    pub(super) gaps: BTreeMap<GapKey, Gap>,
    pub(super) readings: Vec<Reading>,
}

impl Run {
    /// `answer` is the longest that a call may take to be answered whole.
    pub(super) fn new(answer: Option<Duration>) -> Self {
        Self {
            pace: Pace::new(answer),
            sign_ins: Arc::new(Pace::new(answer)),
            ..Self::default()
        }
    }

    /// Calls to AWS so far.
    pub(super) fn calls(&self) -> u64 {
        self.pace.calls() + self.sign_ins.calls()
    }

    /// How many of them AWS throttled.
    pub(super) fn throttles(&self) -> u64 {
        self.pace.throttles() + self.sign_ins.throttles()
    }

    /// Never held across a call.
    pub(super) fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
}
