//! Workloads as people declare them, and what becomes of a declaration in an estate.
//!
//! Reads no file: the configuration's words are settled before. What a declaration leaves out is
//! worked out in [`super::infer`], and named as a guess.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use rayon::prelude::*;

use super::infer::{self, Said};
use super::select::{Fit, Selector, Tags};
use super::{EntryPoint, Membership, Objectives, Undecided, Workload};
use crate::estate::Estate;
use crate::inventory::{Region, Resource};
use crate::rule::meta::Posture;

/// Where a declaration stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: PathBuf,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// The set of Regions where data may be.
#[derive(Debug, Clone)]
pub struct Boundary {
    pub name: String,
    pub regions: BTreeSet<Region>,
    /// Tags of the data that it is about; all data when empty.
    pub tags: Tags,
}

/// A workload that somebody declared.
#[derive(Debug, Clone)]
pub struct Declared {
    pub name: String,
    pub objectives: Objectives,
    /// Regions that serve; `None` when that is to be worked out.
    pub active: Option<Vec<Region>>,
    pub standby: Vec<Region>,
    pub posture: Option<Posture>,
    /// DNS names without the last dot; those that lead to its resources when empty.
    pub entry_points: Vec<String>,
    pub selectors: Vec<Selector>,
    pub place: Place,
}

impl Declared {
    fn fit(&self, resource: &Resource) -> Fit {
        let all = self.selectors.iter().map(|selector| selector.fit(resource));
        all.fold(Fit::No, Fit::or)
    }
}

/// The declared workloads in an estate, in the order of their names, and what none of them selects.
pub(super) fn workloads(estate: &Estate<'_>, declared: &[Declared]) -> super::Workloads {
    let entry_names = estate.entry_names();
    let each = declared.par_iter().map(|declaration| {
        let found = Found::new(estate, declaration, &entry_names);
        found.workload(estate, declaration)
    });
    let mut workloads: Vec<Workload> = each.collect();
    let mut assigned = BTreeSet::new();
    for workload in &workloads {
        assigned.extend(workload.members.iter().copied());
        assigned.extend(workload.undecided.iter().map(|it| it.resource));
    }
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
    let all = 0..super::index(estate.inventory().resources().len());
    let unassigned =
        all.filter(|at| !assigned.contains(at) && estate.membership(*at) == Membership::Member);
    super::Workloads {
        unassigned: unassigned.collect(),
        workloads,
    }
}

/// What a declaration reaches.
struct Found {
    members: BTreeSet<u32>,
    undecided: Vec<Undecided>,
    entry_points: Vec<EntryPoint>,
}

impl Found {
    fn new(
        estate: &Estate<'_>,
        declared: &Declared,
        entry_names: &BTreeMap<String, Vec<u32>>,
    ) -> Self {
        let mut members = BTreeSet::new();
        let mut undecided = Vec::new();
        for (at, resource) in (0..).zip(estate.inventory().resources()) {
            let noise = estate.membership(at);
            let fit = declared.fit(resource).and(noise.fit(resource));
            match fit {
                Fit::Yes => {
                    members.insert(at);
                }
                Fit::No => {}
                Fit::Unread(gap) => undecided.push(Undecided { resource: at, gap }),
            }
        }
        let (members, open) = estate.belonging(members);
        undecided.extend(open);
        let names = if declared.entry_points.is_empty() {
            estate.names_reaching(&members)
        } else {
            declared.entry_points.iter().cloned().collect()
        };
        let mut found = Self {
            members,
            undecided,
            entry_points: Vec::new(),
        };
        found.enter(estate, &names, entry_names);
        found
    }

    /// Takes in the names that clients use, with the record sets behind them.
    fn enter(
        &mut self,
        estate: &Estate<'_>,
        names: &BTreeSet<String>,
        entry_names: &BTreeMap<String, Vec<u32>>,
    ) {
        for name in names {
            let records = match entry_names.get(name) {
                Some(records) => records.clone(),
                None => estate.public_records(name),
            };
            let (entry, ways) = estate.entered_by(name.clone(), &records);
            self.entry_points.push(entry);
            let (ways, open) = estate.belonging(ways);
            self.members.extend(ways);
            self.undecided.extend(open);
        }
    }

    fn workload(self, estate: &Estate<'_>, declared: &Declared) -> Workload {
        let said = Said {
            active: declared.active.clone(),
            standby: declared.standby.clone(),
            posture: declared.posture,
        };
        let members: Vec<u32> = self.members.into_iter().collect();
        let clues = estate.clues_of(members, self.entry_points);
        Workload {
            objectives: declared.objectives.clone(),
            undecided: self.undecided,
            declared: Some(declared.place.clone()),
            ..infer::infer(&declared.name, clues, &said)
        }
    }
}

impl Boundary {
    /// Whether the boundary is about what a resource holds.
    pub fn covers(&self, resource: &Resource) -> Fit {
        self.tags.fit(resource)
    }

    /// About all data, in these Regions.
    pub fn of(name: &str, regions: impl IntoIterator<Item = Region>) -> Self {
        Self {
            name: name.to_owned(),
            regions: regions.into_iter().collect(),
            tags: Tags::default(),
        }
    }
}

impl PartialEq for Boundary {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.regions == other.regions
    }
}
