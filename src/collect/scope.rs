//! What the contexts of a run share: the limits, the accounts, and where to keep what is found.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::keep::Keep;
use super::recorder::Recorders;
use super::services::tags::Tags;
use super::unit::Finds;
use super::word::Said;
use crate::aws::pace::{Pace, Speed};
use crate::aws::session::Session;
use crate::inventory::{AccountId, Region};

/// An account that is asked, and in which Regions.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) session: Session,
    pub(super) regions: BTreeSet<Region>,
    /// What AWS says is enabled; `None` where it does not, and the user named the Regions.
    pub(super) enabled: Option<BTreeSet<Region>>,
    pub(super) tags: Tags,
    pub(super) recorders: Recorders,
}

/// A run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) pace: Pace,
    /// For taking on roles, which calls that hold a place of the other one may wait for.
    pub(super) sign_ins: Arc<Pace>,
    pub(super) keep: Keep,
    /// The accounts that are asked, once they are known.
    pub(super) asked: OnceLock<BTreeSet<AccountId>>,
    /// What an aggregator says of all accounts, if one was asked.
    pub(super) said: OnceLock<Said>,
    /// What was found out while the accounts were opened.
    pub(super) opening: Finds,
    /// What a run that only looks what it may read has been answered.
    pub(super) probed: Option<Probed>,
}

/// Operations that were answered somewhere.
#[derive(Debug, Default)]
pub(super) struct Probed(Mutex<BTreeSet<&'static str>>);

impl Probed {
    pub(super) fn answered(&self, operation: &'static str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(operation);
    }

    pub(super) fn take(&self) -> BTreeSet<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Run {
    pub(super) fn new(speed: Speed, keep: Keep) -> Self {
        Self {
            pace: Pace::new(speed),
            sign_ins: Arc::new(Pace::new(speed)),
            keep,
            asked: OnceLock::new(),
            said: OnceLock::new(),
            opening: Finds::default(),
            probed: None,
        }
    }

    /// One that only looks what it may read: a page and an item of each kind, of which nothing is
    /// kept.
    pub(super) fn probing(speed: Speed, keep: Keep) -> Self {
        Self {
            probed: Some(Probed::default()),
            ..Self::new(speed, keep)
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
}

#[cfg(test)]
impl Default for Run {
    /// Keeps in memory.
    fn default() -> Self {
        Self::new(Speed::default(), Keep::Memory(std::sync::Mutex::default()))
    }
}
