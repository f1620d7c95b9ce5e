//! What no loss changes, worked out once for all losses of a workload by whichever asks first.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use crate::estate::names::Resolution;
use crate::inventory::{GapKey, Region};

/// Regions of a table, and the gaps that may hide further ones.
pub(super) type TableRegions = (Vec<Region>, Vec<GapKey>);
/// Where a health check probes, and what may hide where that leads.
pub(super) type Probed = (Resolution, BTreeSet<GapKey>);

#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) tables: Known<u32, TableRegions>,
    pub(super) probed: Known<u32, Probed>,
}

/// Values by key, as they become known.
#[derive(Debug)]
pub(super) struct Known<K, V>(RwLock<HashMap<K, Arc<V>>>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Eq + Hash, V> Known<K, V> {
    /// Works it out, unless that was done before. Two that ask at once both may: they find the same.
    pub(super) fn get(&self, key: K, work: impl FnOnce() -> V) -> Arc<V> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&key) {
            return Arc::clone(found);
        }
        drop(known);
        let value = Arc::new(work());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_insert(value))
    }
}
