//! What the contexts of a run share: the limits, the accounts, and where to keep what is found.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::keep::Keep;
use super::tags::Tags;
use super::unit::Finds;
use crate::aws::pace::{Pace, Speed};
use crate::aws::session::Session;
use crate::inventory::{AccountId, Region};

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
#[derive(Debug)]
pub(super) struct Run {
    pub(super) pace: Pace,
    pub(super) keep: Keep,
    /// The accounts that are asked, once they are known.
    pub(super) asked: OnceLock<BTreeSet<AccountId>>,
    /// What was found out while the accounts were opened.
    pub(super) opening: Finds,
}

impl Run {
    pub(super) fn new(speed: Speed, keep: Keep) -> Self {
        Self {
            pace: Pace::new(speed),
            keep,
            asked: OnceLock::new(),
            opening: Finds::default(),
        }
    }
}

#[cfg(test)]
impl Default for Run {
    /// Keeps in memory.
    fn default() -> Self {
        Self::new(Speed::default(), Keep::Memory(std::sync::Mutex::default()))
    }
}
