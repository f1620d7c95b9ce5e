//! What a request needs once it has arrived: everything that is invoked, read, decrypted and run.
//!
//! Of several things that traffic goes to, one that stands is enough; of what code needs, all must
//! stand. The shortest way to what is missing is kept.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Lost;
use crate::estate::edges::{Edge, Relation, Target};
use crate::inventory::{Arn, Region, reference};

/// What is reached from some places, and what of it is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// Ascending.
    pub(super) resources: BTreeSet<u32>,
    /// What is needed and lost, the nearest first.
    pub(super) missing: Vec<Missing>,
}

/// Something that is needed and lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// The way to it: names of what is passed, what is missing last.
    pub(super) path: Vec<String>,
    /// What is missing.
    pub(super) name: String,
    pub(super) region: Region,
    /// Whether what runs already goes on without it.
    pub(super) later: bool,
}

/// Whether what an edge leads to is needed to serve.
fn needed(edge: &Edge) -> bool {
    match edge.relation {
        Relation::Routes | Relation::Reads | Relation::Decrypts | Relation::Runs => true,
        Relation::Invokes => edge.mechanism != "rotation",
        Relation::Replicates | Relation::Delivers | Relation::Scales => false,
    }
}

impl Lost<'_, '_> {
    /// What is reached from these, through what stands.
    pub(super) fn reached(&self, starts: impl IntoIterator<Item = u32>) -> Reached {
        let mut open: VecDeque<u32> = starts.into_iter().collect();
        let mut before: BTreeMap<u32, Option<u32>> = open.iter().map(|at| (*at, None)).collect();
        let mut found = Reached::default();
        while let Some(at) = open.pop_front() {
            found.resources.insert(at);
            let edges: Vec<&Edge> = self.estate.edges_from(at).filter(|it| needed(it)).collect();
            let routes = edges.iter().filter(|it| it.relation == Relation::Routes);
            let some_stand = routes.clone().any(|edge| !self.edge_is_lost(edge));
            for edge in &edges {
                let route = edge.relation == Relation::Routes;
                if self.edge_is_lost(edge) {
                    if !(route && some_stand) {
                        found.missing.push(self.missing(at, edge, &before));
                    }
                    continue;
                }
                if let Target::Resource(next) = edge.to
                    && !before.contains_key(&next)
                {
                    before.insert(next, Some(at));
                    open.push_back(next);
                }
            }
        }
        found
    }

    fn edge_is_lost(&self, edge: &Edge) -> bool {
        match &edge.to {
            Target::Resource(at) => self.is_lost(*at),
            Target::Text(text) => {
                let service = Arn::parse(text).map(|arn| arn.service.to_owned());
                let region = edge.to_region.clone();
                let region = region.or_else(|| reference::region_of(text).map(Region::from));
                region.is_some_and(|it| self.is_lost_there(&it, service.as_deref()))
            }
        }
    }

    fn missing(&self, from: u32, edge: &Edge, before: &BTreeMap<u32, Option<u32>>) -> Missing {
        let mut path = Vec::new();
        let mut at = Some(from);
        while let Some(here) = at {
            path.push(self.called(here));
            at = before.get(&here).copied().flatten();
        }
        path.reverse();
        let (name, region) = match &edge.to {
            Target::Resource(at) => (self.called(*at), self.estate.resource(*at).region.clone()),
            Target::Text(text) => (text.clone(), edge.to_region.clone().unwrap_or_default()),
        };
        path.push(name.clone());
        Missing {
            path,
            name,
            region,
            later: edge.mechanism == "image",
        }
    }

    /// How a resource is called on a path.
    pub(super) fn called(&self, at: u32) -> String {
        let it = self.estate.resource(at);
        let kind = it.kind().name().rsplit("::").next().unwrap_or_default();
        if it.region.is_global() {
            format!("{kind} {}", it.name)
        } else {
            format!("{kind} {} in {}", it.name, it.region)
        }
    }
}
