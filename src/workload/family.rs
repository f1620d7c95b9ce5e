//! Workloads that nobody declared: families of resources with the same application tag, and the rest.
//!
//! A family stands alone only where a name leads to it: what else would say in which Regions it
//! serves? Everything else stays together, so that nothing is judged by fewer Regions than the
//! estate serves in.

use std::collections::{BTreeMap, BTreeSet};

use super::infer::{self, Said};
use super::select::Fit;
use super::{Guess, Membership, Undecided, Workload};
use crate::estate::Estate;
use crate::inventory::{GapKey, Resource};

/// Tags that say what a resource is a part of, the surest first.
const FAMILY: [&str; 6] = [
    "mrlint:workload",
    "app",
    "application",
    "workload",
    "service",
    "project",
];

/// Tags that keep environments apart.
const ENVIRONMENT: [&str; 3] = ["env", "environment", "stage"];

/// Name of the workload that holds whatever belongs to no family.
pub(super) const REST: &str = "inferred";

/// The families, sorted by name, and the rest if there is any.
pub(super) fn workloads(estate: &Estate<'_>) -> Vec<Workload> {
    let mut sorted = Sorted::default();
    for (at, resource) in (0..).zip(estate.inventory().resources()) {
        sorted.add(at, resource, estate);
    }
    let mut workloads = Vec::new();
    let (mut rest, mut undecided) = (sorted.rest, sorted.undecided);
    let mut taken = BTreeSet::new();
    for (tags, members) in sorted.families.into_values().flat_map(Family::split) {
        let members = estate.with_parts(members);
        let names = estate.names_reaching(&members);
        if !names.is_empty() {
            let workload = family(estate, tags, members, &names);
            taken.extend(workload.members.iter().copied());
            workloads.push(workload);
        } else if let Some(gap) = ways_hidden(estate, &members) {
            // What was not read may show that it stands alone.
            let each = members.into_iter().map(|resource| Undecided {
                resource,
                gap: gap.clone(),
            });
            undecided.extend(each);
        } else {
            rest.extend(members);
        }
    }
    let rest: Vec<u32> = rest.difference(&taken).copied().collect();
    if !rest.is_empty() || !undecided.is_empty() || workloads.is_empty() {
        workloads.push(remaining(estate, rest, undecided));
    }
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
    workloads
}

/// The first gap that may hide a name that leads to one of these.
fn ways_hidden(estate: &Estate<'_>, members: &BTreeSet<u32>) -> Option<GapKey> {
    let gaps = members.iter().flat_map(|at| estate.reached_from(*at).1);
    gaps.min()
}

fn family(
    estate: &Estate<'_>,
    tags: Vec<Tag>,
    members: BTreeSet<u32>,
    names: &BTreeSet<String>,
) -> Workload {
    let name = name_of(&tags);
    let entry_names = estate.entry_names();
    let mut members = members;
    let mut entry_points = Vec::new();
    for entry in names {
        let records = entry_names
            .get(entry)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let (point, ways) = estate.entered_by(entry.clone(), records);
        entry_points.push(point);
        members.extend(estate.with_parts(ways));
    }
    let count = members.len();
    let clues = estate.clues_of(members.into_iter().collect(), entry_points);
    let mut workload = infer::infer(&name, clues, &Said::default());
    let guess = Guess {
        what: format!("workload {name}: {count} resources"),
        because: "they bear the same application tag, or hang on those that do".to_owned(),
        instead: infer::DECLARE.to_owned(),
    };
    workload.guesses.insert(0, guess);
    Workload {
        found_by: tags,
        ..workload
    }
}

/// What is in no family is shared by all, as far as anybody knows: it is judged by the Regions in
/// which the whole estate serves.
fn remaining(estate: &Estate<'_>, members: Vec<u32>, undecided: Vec<Undecided>) -> Workload {
    let (everything, _) = estate.candidates();
    let clues = estate.clues_of(everything, estate.entry_points());
    let entries = estate.names_reaching(&members.iter().copied().collect());
    let mut workload = infer::infer(REST, clues, &Said::default());
    workload
        .entry_points
        .retain(|it| entries.contains(&it.name));
    Workload {
        members,
        undecided,
        ..workload
    }
}

/// Key and value.
type Tag = (String, String);

/// One application, by its environments; those that name none are under `None`.
#[derive(Default)]
struct Family {
    tag: Tag,
    environments: BTreeMap<Option<Tag>, BTreeSet<u32>>,
}

impl Family {
    /// A family for each environment. Who names none goes with the others if these agree, and
    /// else stands alone.
    fn split(self) -> Vec<(Vec<Tag>, BTreeSet<u32>)> {
        let named = self.environments.keys().flatten();
        let values: BTreeSet<&str> = named.map(|(_, value)| value.as_str()).collect();
        if values.len() < 2 {
            let members = self.environments.into_values().flatten().collect();
            return vec![(vec![self.tag], members)];
        }
        let each = self.environments.into_iter();
        each.map(|(environment, members)| {
            let tags = [self.tag.clone()].into_iter().chain(environment);
            (tags.collect(), members)
        })
        .collect()
    }
}

#[derive(Default)]
struct Sorted {
    /// By the value of the tag.
    families: BTreeMap<String, Family>,
    rest: BTreeSet<u32>,
    undecided: Vec<Undecided>,
}

impl Sorted {
    fn add(&mut self, at: u32, resource: &Resource, estate: &Estate<'_>) {
        let noise = Membership::of(resource, estate.inventory().header());
        match noise.fit(resource) {
            Fit::No => {}
            Fit::Unread(gap) => self.undecided.push(Undecided { resource: at, gap }),
            Fit::Yes => match FAMILY.iter().find_map(|key| tag(resource, key)) {
                Some(tag) => self.put(at, resource, tag),
                None => {
                    self.rest.insert(at);
                }
            },
        }
    }

    fn put(&mut self, at: u32, resource: &Resource, found: Tag) {
        let family = self.families.entry(found.1.clone()).or_default();
        if family.tag.0.is_empty() {
            family.tag = found;
        }
        let environment = ENVIRONMENT.iter().find_map(|key| tag(resource, key));
        family
            .environments
            .entry(environment)
            .or_default()
            .insert(at);
    }
}

/// The tag of that key, in any case.
fn tag(resource: &Resource, key: &str) -> Option<Tag> {
    let mut tags = resource.tags.iter();
    let found = tags.find(|(name, value)| name.eq_ignore_ascii_case(key) && !value.is_empty());
    found.map(|(name, value)| (name.clone(), value.clone()))
}

/// The application, with its environment.
fn name_of(tags: &[Tag]) -> String {
    match tags {
        [(_, family), (_, environment)] => format!("{family} ({environment})"),
        tags => tags.iter().map(|(_, value)| value.as_str()).collect(),
    }
}
