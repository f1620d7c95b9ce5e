//! What may hide resources: in one place, in the other Regions of an account, anywhere.
//!
//! Every fact asks this for every resource, so each answer is worked out once.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::{Estate, index};
use crate::inventory::{AccountId, GapKey, Inventory, Kind, Region};

/// Gaps by kind, and by account or by account and Region.
#[derive(Debug)]
pub(super) struct Hidden<'a> {
    /// Number of the account and Region of each resource.
    places: Vec<u32>,
    /// By that number.
    all: Vec<Place<'a>>,
    /// By the position of the kind.
    anywhere: Vec<OnceLock<Anywhere>>,
}

/// An account and Region in which something was found.
#[derive(Debug)]
struct Place<'a> {
    account: &'a AccountId,
    region: &'a Region,
    /// By the position of the kind.
    here: Vec<OnceLock<Vec<GapKey>>>,
    elsewhere: Vec<OnceLock<Regions<'a>>>,
}

/// Regions with the gaps in each.
type Regions<'a> = Vec<(&'a Region, Vec<GapKey>)>;

/// What may hide resources of one kind.
#[derive(Debug)]
struct Anywhere {
    /// Sorted.
    gaps: Vec<GapKey>,
    /// By place; places with the same gaps are one.
    places: Vec<Vec<GapKey>>,
}

fn by_kind<T>() -> Vec<OnceLock<T>> {
    let each = Kind::ALL.iter();
    each.map(|_| OnceLock::new()).collect()
}

impl<'a> Hidden<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Self {
        let mut numbers = HashMap::<(&AccountId, &Region), u32>::new();
        let mut all = Vec::new();
        let mut number = |account, region| {
            *numbers.entry((account, region)).or_insert_with(|| {
                all.push(Place {
                    account,
                    region,
                    here: by_kind(),
                    elsewhere: by_kind(),
                });
                index(all.len() - 1)
            })
        };
        let resources = inventory.resources().iter();
        Self {
            places: resources
                .map(|it| number(&it.account, &it.region))
                .collect(),
            all,
            anywhere: by_kind(),
        }
    }
}

impl<'a> Estate<'a> {
    /// Gaps that may hide resources of a kind in the account and Region of a resource.
    pub fn hidden_here(&self, near: u32, kind: Kind) -> &[GapKey] {
        let place = self.place(near);
        let known = &place.here[kind as usize];
        known.get_or_init(|| self.inventory.hiding(kind, place.account, place.region))
    }

    /// Gaps that may hide resources of a kind in the other Regions that were asked in the account
    /// of a resource: those Regions alone in which there are any, sorted.
    pub fn hidden_elsewhere(&self, near: u32, kind: Kind) -> &[(&'a Region, Vec<GapKey>)] {
        let place = self.place(near);
        place.elsewhere[kind as usize].get_or_init(|| {
            let others = self.scope(place.account).filter(|it| *it != place.region);
            let hiding = |region| self.inventory.hiding(kind, place.account, region);
            let each = others.map(|region| (region, hiding(region)));
            each.filter(|(_, gaps)| !gaps.is_empty()).collect()
        })
    }

    fn place(&self, of: u32) -> &Place<'a> {
        &self.hidden.all[self.hidden.places[of as usize] as usize]
    }

    /// Gaps that may hide resources of the kinds in any account, in its global part or any Region.
    pub fn hidden_anywhere(&self, kinds: &[Kind]) -> Vec<GapKey> {
        let keys: BTreeSet<&GapKey> = kinds
            .iter()
            .flat_map(|kind| self.hidden_kind(*kind))
            .collect();
        keys.into_iter().cloned().collect()
    }

    /// As [`Self::hidden_anywhere`] for one kind; worked out once.
    pub fn hidden_kind(&self, kind: Kind) -> &[GapKey] {
        &self.hidden_in_all(kind).gaps
    }

    /// The same by place: for each account and Region in which resources of the kind may be
    /// missing the gaps that hide them, each set of gaps once.
    pub fn hidden_places(&self, kind: Kind) -> &[Vec<GapKey>] {
        &self.hidden_in_all(kind).places
    }

    fn hidden_in_all(&self, kind: Kind) -> &Anywhere {
        self.hidden.anywhere[kind as usize].get_or_init(|| {
            let mut seen = BTreeSet::new();
            let mut places = Vec::new();
            for account in self.inventory.accounts() {
                for region in self.inventory.places(kind, account) {
                    let gaps = self.inventory.hiding(kind, account, &region);
                    if !gaps.is_empty() && seen.insert(gaps.clone()) {
                        places.push(gaps);
                    }
                }
            }
            let gaps: BTreeSet<GapKey> = places.iter().flatten().cloned().collect();
            Anywhere {
                gaps: gaps.into_iter().collect(),
                places,
            }
        })
    }
}
