//! An inventory with what follows from it worked out: twins, the DNS tree, native replica groups.
//!
//! Pure and deterministic. Says what is true of the estate and which gaps may hide more; whether
//! that is good or bad is for rules.

mod clues;
mod consumers;
pub mod doors;
pub mod edges;
mod hidden;
mod keys;
pub mod links;
pub mod lookups;
pub mod names;
pub mod network;
mod normal;
pub mod organisation;
mod parts;
pub mod recovery;
pub mod replicas;
mod scaling;
pub mod twins;
mod ways;

pub(crate) use consumers::reads;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::inventory::{AccountId, GapKey, Inventory, Kind, Region, Resource};
use crate::workload::{Membership, finished};

/// An inventory and what follows from it. Resources are known by their index in the inventory.
#[derive(Debug)]
pub struct Estate<'a> {
    inventory: &'a Inventory,
    kinds: BTreeMap<Kind, Range<u32>>,
    arns: HashMap<&'a str, u32>,
    gaps: Mutex<Numbers>,
    memberships: Vec<Membership>,
    pairing: twins::Pairing,
    names: names::Names<'a>,
    edges: OnceLock<edges::Edges>,
    links: links::Links<'a>,
    lookups: lookups::Lookups<'a>,
    fabric: OnceLock<network::Fabric<'a>>,
    keys: keys::Keys<'a>,
    /// Accounts of which something that can be part of a workload was read.
    working: OnceLock<BTreeSet<&'a AccountId>>,
    hidden: hidden::Hidden<'a>,
    /// What leaves open whose names are.
    names_whose: OnceLock<Vec<GapKey>>,
    unread_targets: OnceLock<edges::UnreadTargets>,
    read_in_part: OnceLock<Vec<u32>>,
    edges_hidden: edges::hidden::Known<'a>,
}

/// Gaps by number. Grows by what is asked for, never changes a number.
#[derive(Debug, Default)]
struct Numbers {
    keys: Vec<GapKey>,
    numbers: HashMap<GapKey, u32>,
}

impl Numbers {
    fn number(&mut self, key: &GapKey) -> u32 {
        if let Some(known) = self.numbers.get(key) {
            return *known;
        }
        let number = index(self.keys.len());
        self.keys.push(key.clone());
        self.numbers.insert(key.clone(), number);
        number
    }
}

/// Indexes are 32 bits: an inventory beyond that fits no memory.
fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl<'a> Estate<'a> {
    pub fn new(inventory: &'a Inventory) -> Self {
        let resources = inventory.resources();
        let mut kinds = BTreeMap::<Kind, Range<u32>>::new();
        let mut arns = HashMap::new();
        for (at, resource) in resources.iter().enumerate() {
            let at = index(at);
            kinds.entry(resource.kind()).or_insert(at..at).end = at + 1;
            arns.entry(resource.arn.as_str()).or_insert(at);
        }
        let mut gaps = Numbers::default();
        for gap in inventory.gaps() {
            gaps.number(&gap.key);
        }
        let now = finished(inventory.header());
        let membership = |it| Membership::at(it, now);
        let (mut memberships, mut pairing) = (Vec::new(), twins::Pairing::default());
        let (mut names, mut links) = (names::Names::default(), links::Links::default());
        let (mut lookups, mut keys) = (lookups::Lookups::default(), keys::Keys::default());
        rayon::scope(|scope| {
            scope.spawn(|_| pairing = twins::Pairing::new(resources, &arns));
            scope.spawn(|_| links = links::Links::new(resources));
            scope.spawn(|_| names = names::Names::new(resources));
            scope.spawn(|_| lookups = lookups::Lookups::new(resources));
            scope.spawn(|_| keys = keys::Keys::new(resources));
            memberships = resources.par_iter().map(membership).collect();
        });
        Self {
            inventory,
            kinds,
            gaps: Mutex::new(gaps),
            memberships,
            pairing,
            names,
            edges: OnceLock::new(),
            links,
            lookups,
            keys,
            fabric: OnceLock::new(),
            working: OnceLock::new(),
            hidden: hidden::Hidden::new(inventory),
            unread_targets: OnceLock::new(),
            names_whose: OnceLock::new(),
            read_in_part: OnceLock::new(),
            edges_hidden: Mutex::default(),
            arns,
        }
    }

    pub fn inventory(&self) -> &'a Inventory {
        self.inventory
    }

    /// The resource at an index that this estate gave out.
    pub fn resource(&self, index: u32) -> &'a Resource {
        &self.inventory.resources()[index as usize]
    }

    /// Indexes of all resources of a kind, ascending.
    pub fn of_kind(&self, kind: Kind) -> Range<u32> {
        self.kinds.get(&kind).cloned().unwrap_or(0..0)
    }

    /// Indexes of the resources of a kind in one account and Region, ascending.
    pub fn of_kind_in(&self, kind: Kind, account: &AccountId, region: &Region) -> Range<u32> {
        let all = self.of_kind(kind);
        let place = |it: &Resource| (&it.account, &it.region).cmp(&(account, region));
        let of_kind = &self.inventory.resources()[all.start as usize..all.end as usize];
        let before = of_kind.partition_point(|it| place(it).is_lt());
        let until = of_kind.partition_point(|it| place(it).is_le());
        all.start + index(before)..all.start + index(until)
    }

    pub fn by_arn(&self, arn: &str) -> Option<u32> {
        self.arns.get(arn).copied()
    }

    /// The number of a gap, for values of expressions.
    pub fn gap_index(&self, key: &GapKey) -> u32 {
        let mut gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        gaps.number(key)
    }

    /// The gap of a number that [`Self::gap_index`] gave out.
    pub fn gap(&self, number: u32) -> GapKey {
        let gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        gaps.keys[number as usize].clone()
    }

    /// Whether a resource may be part of a workload.
    pub fn membership(&self, index: u32) -> Membership {
        self.memberships[index as usize]
    }

    /// Whether anything that can be part of a workload was read of an account.
    pub fn holds_work(&self, account: &AccountId) -> bool {
        let working = self.working.get_or_init(|| {
            let all = self.inventory.resources().iter();
            let of_a_workload = all.filter(|it| it.kind().is_of_a_workload());
            of_a_workload.map(|it| &it.account).collect()
        });
        working.contains(account)
    }

    /// The Regions asked in an account.
    fn scope(&self, account: &AccountId) -> impl Iterator<Item = &'a Region> {
        let regions = self.inventory.header().scope.get(account);
        regions.into_iter().flatten()
    }
}

#[cfg(test)]
mod testing;
