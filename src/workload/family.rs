//! Workloads that nobody declared: families of resources with the same application tag, and the rest.
//!
//! A family stands alone only where a name leads to it: what else would say in which Regions it
//! serves? Everything else stays together, so that nothing is judged by fewer Regions than the
//! estate serves in.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::infer::{self, Said};
use super::select::Fit;
use super::{Guess, Undecided, Workload};
use crate::estate::Estate;
use crate::inventory::{GapKey, Kind, Resource};

/// Tags that say what a resource is a part of, the surest first.
const FAMILY: [&str; 6] = [
    "mrlint:workload",
    "app",
    "application",
    "workload",
    "service",
    "project",
];

/// Name of the workload that holds whatever belongs to no family.
pub(super) const REST: &str = "inferred";

/// The families, sorted by name, and the rest if there is any.
pub(super) fn workloads(estate: &Estate<'_>) -> Vec<Workload> {
    let mut sorted = Sorted::default();
    for (at, resource) in (0..).zip(estate.inventory().resources()) {
        sorted.add(at, resource, estate);
    }
    let entry_names = estate.entry_names();
    let mut workloads = Vec::new();
    let (mut rest, mut undecided) = (sorted.rest, sorted.undecided);
    let mut taken = BTreeSet::new();
    let open: BTreeSet<(Kind, GapKey)> = undecided
        .iter()
        .map(|it| (estate.resource(it.resource).kind(), it.gap.clone()))
        .collect();
    let families = sorted.families.into_values();
    let kins: Vec<Kin> = families.flat_map(Family::split).collect();
    let standings = kins.into_par_iter();
    let standings = standings.map(|kin| Standing::of(estate, kin, &entry_names));
    for standing in standings.collect::<Vec<_>>() {
        match standing {
            Standing::Alone(workload) => {
                taken.extend(workload.members.iter().copied());
                workloads.push(Workload {
                    open: open.clone(),
                    ..*workload
                });
            }
            Standing::Open(members, gap) => {
                let each = members.into_iter().map(|resource| Undecided {
                    resource,
                    gap: gap.clone(),
                });
                undecided.extend(each);
            }
            Standing::Together(members) => rest.extend(members),
        }
    }
    let rest: BTreeSet<u32> = rest.difference(&taken).copied().collect();
    undecided.retain(|it| !taken.contains(&it.resource));
    if !rest.is_empty() || !undecided.is_empty() || workloads.is_empty() {
        workloads.push(remaining(estate, rest, undecided));
    }
    tell_apart(&mut workloads);
    workloads
}

/// Whether a family is a workload of its own.
enum Standing {
    /// A name leads to it.
    Alone(Box<Workload>),
    /// What was not read may show that it stands alone.
    Open(BTreeSet<u32>, GapKey),
    /// It goes with the rest.
    Together(BTreeSet<u32>),
}

impl Standing {
    fn of(estate: &Estate<'_>, kin: Kin, entry_names: &BTreeMap<String, Vec<u32>>) -> Self {
        let names = estate.names_reaching(&estate.with_parts(kin.members.clone()));
        if !names.is_empty() {
            return Self::Alone(Box::new(family(estate, kin, &names, entry_names)));
        }
        match ways_hidden(estate, &kin.members) {
            Some(gap) => Self::Open(kin.members, gap),
            None => Self::Together(kin.members),
        }
    }
}

/// Sorts by name. Tags may hold anything: equal names get a number, because everything that is said
/// of a workload is said under its name.
fn tell_apart(workloads: &mut [Workload]) {
    workloads.sort_by(|a, b| (&a.name, &a.found_by).cmp(&(&b.name, &b.found_by)));
    let mut taken = BTreeSet::new();
    for workload in workloads.iter_mut() {
        let plain = workload.name.clone();
        let mut number = 2;
        while !taken.insert(workload.name.clone()) {
            workload.name = format!("{plain} #{number}");
            number += 1;
        }
    }
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
}

/// The first gap that may hide a name that leads to one of these.
fn ways_hidden(estate: &Estate<'_>, members: &BTreeSet<u32>) -> Option<GapKey> {
    members.iter().flat_map(|at| estate.ways_hidden(*at)).min()
}

fn family(
    estate: &Estate<'_>,
    kin: Kin,
    names: &BTreeSet<String>,
    entry_names: &BTreeMap<String, Vec<u32>>,
) -> Workload {
    let (mut members, mut undecided) = estate.belonging(kin.members);
    let mut entry_points = Vec::new();
    for entry in names {
        let records = entry_names
            .get(entry)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let (point, ways) = estate.entered_by(entry.clone(), records);
        entry_points.push(point);
        let (ways, open) = estate.belonging(ways);
        members.extend(ways);
        undecided.extend(open);
    }
    let count = members.len();
    let clues = estate.clues_of(members.into_iter().collect(), entry_points);
    let mut workload = infer::infer(&kin.name, clues, &Said::default());
    let guess = Guess {
        what: format!("workload {}: {count} resources", kin.name),
        because: "they bear the same application tag, or hang on those that do".to_owned(),
        instead: infer::DECLARE.to_owned(),
    };
    workload.guesses.insert(0, guess);
    Workload {
        undecided,
        found_by: kin.found_by,
        ..workload
    }
}

/// What is in no family is shared by all, as far as anybody knows: it is judged by the Regions in
/// which the whole estate serves.
fn remaining(estate: &Estate<'_>, members: BTreeSet<u32>, undecided: Vec<Undecided>) -> Workload {
    let (everything, _) = estate.candidates();
    let clues = estate.clues_of(everything, estate.entry_points());
    let entries = estate.names_reaching(&members);
    let mut workload = infer::infer(REST, clues, &Said::default());
    workload
        .entry_points
        .retain(|it| entries.contains(&it.name));
    Workload {
        members: members.into_iter().collect(),
        undecided,
        ..workload
    }
}

/// Key and value.
type Tag = (String, String);

/// Resources that say that they belong together.
struct Kin {
    name: String,
    /// The tags of those that have them, each way in which they are written; empty where tags do
    /// not tell them from others.
    found_by: Vec<Vec<Tag>>,
    members: BTreeSet<u32>,
}

/// One application, by its environments and by how the tags of each are written. What names no
/// environment is under `None`.
#[derive(Default)]
struct Family {
    environments: BTreeMap<Option<String>, BTreeMap<Vec<Tag>, BTreeSet<u32>>>,
}

impl Family {
    /// A family for each environment. Who names none goes with the others if these agree, and
    /// else stands alone.
    fn split(self) -> Vec<Kin> {
        if self.environments.keys().flatten().count() < 2 {
            let all = self.environments.into_values().flatten();
            let all = all.map(|(tags, it)| (tags.into_iter().take(1).collect(), it));
            return vec![Kin::of(None, all)];
        }
        let each = self.environments.into_iter();
        each.map(|(environment, written)| {
            let mut kin = Kin::of(environment.as_deref(), written);
            if environment.is_none() {
                // The tag of the application alone would select every environment.
                kin.found_by.clear();
            }
            kin
        })
        .collect()
    }
}

impl Kin {
    fn of(
        environment: Option<&str>,
        written: impl IntoIterator<Item = (Vec<Tag>, BTreeSet<u32>)>,
    ) -> Self {
        let (mut found_by, mut members) = (Vec::new(), BTreeSet::new());
        for (tags, of_these) in written {
            found_by.push(tags);
            members.extend(of_these);
        }
        found_by.sort();
        found_by.dedup();
        let family = found_by.first().and_then(|tags| tags.first());
        let family = family.map(|(_, value)| value.as_str()).unwrap_or_default();
        let name = match environment {
            Some(environment) => format!("{family} ({environment})"),
            None => family.to_owned(),
        };
        Self {
            name,
            found_by,
            members,
        }
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
        match estate.membership(at).fit(resource) {
            Fit::No => {}
            Fit::Unread(gap) => self.undecided.push(Undecided { resource: at, gap }),
            Fit::Yes => match FAMILY.iter().find_map(|key| resource.tag(key)) {
                Some(tag) => self.put(at, resource, owned(tag)),
                // What it is a part of may be of a family.
                None => match estate.whole_hidden(at) {
                    Some(gap) => self.undecided.push(Undecided { resource: at, gap }),
                    None => _ = self.rest.insert(at),
                },
            },
        }
    }

    fn put(&mut self, at: u32, resource: &Resource, application: Tag) {
        let family = self.families.entry(application.1.clone()).or_default();
        let environment = resource.environment().map(owned);
        let named = environment.as_ref().map(|(_, value)| value.clone());
        let tags = [application].into_iter().chain(environment).collect();
        let written = family.environments.entry(named).or_default();
        written.entry(tags).or_default().insert(at);
    }
}

fn owned((key, value): (&String, &String)) -> Tag {
    (key.clone(), value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::infer::Clues;

    fn tags(pairs: &[(&str, &str)]) -> Vec<Tag> {
        let tag = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(tag).collect()
    }

    fn family(written: &[&[(&str, &str)]]) -> Vec<Kin> {
        let mut family = Family::default();
        for (at, pairs) in (0..).zip(written) {
            let tags = tags(pairs);
            let environment = tags.get(1).map(|(_, value)| value.clone());
            let written = family.environments.entry(environment).or_default();
            written.entry(tags).or_default().insert(at);
        }
        family.split()
    }

    #[test]
    fn names_that_are_equal_get_a_number() {
        let named = |name: &str| infer::infer(name, Clues::default(), &Said::default());
        let mut all = [
            named(REST),
            named("shop #2"),
            named("shop"),
            named("shop"),
            named(REST),
        ];
        tell_apart(&mut all);
        let names: BTreeSet<&str> = all.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), all.len(), "{names:?}");
    }

    #[test]
    fn one_environment_is_one_family_however_its_tags_are_written() {
        let kin = family(&[
            &[("app", "shop")],
            &[("app", "shop"), ("env", "prod")],
            &[("App", "shop"), ("Env", "prod")],
        ]);
        assert_eq!(kin.len(), 1);
        assert_eq!((kin[0].name.as_str(), kin[0].members.len()), ("shop", 3));
        assert_eq!(
            kin[0].found_by,
            [tags(&[("App", "shop")]), tags(&[("app", "shop")])]
        );
    }

    #[test]
    fn several_environments_are_several_families() {
        let kin = family(&[
            &[("app", "shop")],
            &[("app", "shop"), ("env", "prod")],
            &[("app", "shop"), ("Env", "prod")],
            &[("app", "shop"), ("env", "test")],
        ]);
        let names: Vec<&str> = kin.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["shop", "shop (prod)", "shop (test)"]);
        // The application's tag alone would select the others too.
        assert!(kin[0].found_by.is_empty());
        assert_eq!(kin[1].found_by.len(), 2);
    }
}
