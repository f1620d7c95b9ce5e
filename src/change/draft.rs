//! An inventory while it is being changed: what becomes of its resources, in words, and what could
//! not be changed.
//!
//! Resources keep the index that the estate knows them by; what is added comes behind. Nothing is
//! said to be done that changed nothing.

use std::collections::{BTreeSet, HashMap};

use crate::inventory::{Header, Inventory, Kind, OfKind, Reading, Region, Resource};

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What it was made to, as `called` calls it.
    pub resource: String,
    pub what: String,
}

/// The inventory as it is being changed.
#[derive(Debug)]
pub(super) struct Draft {
    resources: Vec<Resource>,
    removed: BTreeSet<u32>,
    /// What was there before: indexes below are the estate's too.
    kept: u32,
    found: HashMap<(Kind, String, Region), u32>,
    done: Vec<Done>,
    left: BTreeSet<String>,
    /// What stands for a resource in another Region, as far as that was worked out.
    pub(super) there: HashMap<(u32, Region), u32>,
    /// What an ARN, a host or an id is called in another Region.
    pub(super) known: HashMap<(String, Region), String>,
}

impl Draft {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let resources = inventory.resources().to_vec();
        let found = (0..).zip(&resources).map(|(at, it)| (key(it), at));
        Self {
            found: found.collect(),
            kept: u32::try_from(resources.len()).unwrap_or(u32::MAX),
            resources,
            removed: BTreeSet::new(),
            done: Vec::new(),
            left: BTreeSet::new(),
            there: HashMap::new(),
            known: HashMap::new(),
        }
    }

    pub(super) fn resource(&self, at: u32) -> &Resource {
        &self.resources[at as usize]
    }

    /// Whether it was there before.
    pub(super) fn is_old(&self, at: u32) -> bool {
        at < self.kept
    }

    /// Whether anything of an account is in a Region from now on.
    pub(super) fn holds(&self, account: &str, region: &Region) -> bool {
        let added = self.resources.iter().skip(self.kept as usize);
        let mut added = added.filter(|it| *it.account == *account);
        added.any(|it| it.region == *region)
    }

    /// What was added of a kind, ascending.
    pub(super) fn added(&self, kind: Kind) -> impl Iterator<Item = u32> + '_ {
        let added = (0..).zip(&self.resources).skip(self.kept as usize);
        let stays = |at: &u32| !self.removed.contains(at);
        added
            .filter(move |(_, it)| it.kind() == kind)
            .map(|(at, _)| at)
            .filter(stays)
    }

    /// The resource of that identity, old or new.
    pub(super) fn find(&self, kind: Kind, arn: &str, region: &Region) -> Option<u32> {
        let key = (kind, arn.to_owned(), region.clone());
        let found = self.found.get(&key).copied();
        found.filter(|at| !self.removed.contains(at))
    }

    /// Changes the properties of a resource, and says so unless they stay as they are.
    pub(super) fn edit<T: OfKind>(
        &mut self,
        at: u32,
        what: impl Into<String>,
        edit: impl FnOnce(&mut T),
    ) {
        self.edit_whole(at, what, |it| {
            if let Some(properties) = it.of_mut::<T>() {
                edit(properties);
            }
        });
    }

    /// As [`Self::edit`], of all that a resource is.
    pub(super) fn edit_whole(
        &mut self,
        at: u32,
        what: impl Into<String>,
        edit: impl FnOnce(&mut Resource),
    ) {
        let resource = &mut self.resources[at as usize];
        let before = resource.clone();
        edit(resource);
        if *resource != before {
            let resource = called(&before);
            self.say(resource, what);
        }
    }

    /// Adds a resource; one that is there already stays as it is.
    pub(super) fn add(&mut self, resource: Resource, what: impl Into<String>) -> u32 {
        if let Some(at) = self.find(resource.kind(), &resource.arn, &resource.region) {
            return at;
        }
        let at = u32::try_from(self.resources.len()).unwrap_or(u32::MAX);
        self.found.insert(key(&resource), at);
        self.say(called(&resource), what);
        self.resources.push(resource);
        at
    }

    /// Puts what was just added into its final shape.
    pub(super) fn settle(&mut self, at: u32, resource: Resource) {
        self.resources[at as usize] = resource;
    }

    pub(super) fn remove(&mut self, at: u32, what: impl Into<String>) {
        if self.removed.insert(at) {
            self.say(called(self.resource(at)), what);
        }
    }

    pub(super) fn is_removed(&self, at: u32) -> bool {
        self.removed.contains(&at)
    }

    /// Says what was changed.
    pub(super) fn say(&mut self, resource: String, what: impl Into<String>) {
        let what = what.into();
        self.done.push(Done { resource, what });
    }

    /// Says what cannot be modelled.
    pub(super) fn leave(&mut self, what: impl Into<String>) {
        self.left.insert(what.into());
    }

    pub(super) fn changed(&self) -> bool {
        !self.done.is_empty()
    }

    /// The changed inventory, what was done, and what was left. `asked` is what is known of places
    /// that nobody read.
    pub(super) fn finish(
        self,
        of: &Inventory,
        header: Header,
        asked: Vec<Reading>,
    ) -> (Inventory, Vec<Done>, BTreeSet<String>) {
        let Self {
            resources,
            removed,
            done,
            left,
            ..
        } = self;
        let all = (0..).zip(resources);
        let stay = all.filter(|(at, _)| !removed.contains(at));
        let resources = stay.map(|(_, it)| it).collect();
        (of.changed(header, resources, asked), done, left)
    }
}

fn key(resource: &Resource) -> (Kind, String, Region) {
    (
        resource.kind(),
        resource.arn.clone(),
        resource.region.clone(),
    )
}

/// How a resource is called in what is said of it.
pub(super) fn called(resource: &Resource) -> String {
    let kind = resource.kind().name();
    let kind = kind.rsplit("::").next().unwrap_or(kind);
    if resource.region.is_global() {
        format!("{kind} {}", resource.name)
    } else {
        format!("{kind} {} in {}", resource.name, resource.region)
    }
}
