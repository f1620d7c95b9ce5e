//! What a request needs once it has arrived: everything that is invoked, read, decrypted and run.
//!
//! Of several things that traffic goes to, one that stands is enough; of what code needs, all must
//! stand. The shortest way to what is missing is kept.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Lost;
use super::loss::service_in;
use crate::estate::edges::{Edge, Relation, Target};
use crate::estate::replicas::listed_members;
use crate::inventory::{Arn, GapKey, Kind, Region, not_collected, reference};

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
        Relation::Replicates | Relation::Delivers | Relation::Scales | Relation::Recovers => false,
    }
}

/// The gap of something that exists and is of no account that was read.
fn not_of_ours(kind: Kind) -> GapKey {
    not_collected(kind, &"another account".into(), &Region::global())
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
            let switched = self.switched_to(at);
            for next in &switched {
                if !before.contains_key(next) {
                    before.insert(*next, Some(at));
                    open.push_back(*next);
                }
            }
            let routes = edges.iter().filter(|it| it.relation == Relation::Routes);
            let some_stand =
                !switched.is_empty() || routes.clone().any(|edge| !self.edge_is_lost(edge));
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

    /// Buckets that an access point sends requests to once a bucket behind it is lost: passive ones
    /// too, when somebody switches.
    fn switched_to(&self, at: u32) -> Vec<u32> {
        if self.estate.resource(at).kind() != Kind::S3MultiRegionAccessPoint {
            return Vec::new();
        }
        let alive = self.door(at, 1).alive;
        alive.into_iter().filter_map(|it| it.resource).collect()
    }

    fn edge_is_lost(&self, edge: &Edge) -> bool {
        match &edge.to {
            Target::Resource(at) => self.is_lost(*at),
            Target::Text(text) => {
                let region = edge.to_region.clone();
                let region = region.or_else(|| reference::region_of(text).map(Region::from));
                region.is_some_and(|it| self.is_lost_there(&it, service_in(text)))
            }
        }
    }

    /// Everything reached, and the members of what stands for several: a global database is where
    /// they are. With it what hides members that are lost.
    pub(super) fn data(&self, reached: &Reached) -> (BTreeSet<u32>, BTreeSet<GapKey>) {
        let mut data = reached.resources.clone();
        let mut unread = BTreeSet::new();
        for at in &reached.resources {
            let it = self.estate.resource(*at);
            for arn in listed_members(it) {
                if let Some(member) = self.estate.by_arn(arn) {
                    data.insert(member);
                } else if let (Some(kind), Some(arn)) = (it.kind().lists(), Arn::parse(arn)) {
                    let region = arn.region.into();
                    if self.is_lost_there(&region, Some(arn.service)) {
                        unread.insert(not_collected(kind, &it.account, &region));
                    }
                }
            }
        }
        (data, unread)
    }

    /// What hides things that are needed, named, and not in the inventory: of those that are lost
    /// what became of their data, of others what they need themselves.
    pub(super) fn named_unread(&self, reached: &Reached, lost: bool) -> BTreeSet<GapKey> {
        let mut gaps = BTreeSet::new();
        for at in &reached.resources {
            for edge in self.estate.edges_from(*at).filter(|it| needed(it)) {
                let Target::Text(text) = &edge.to else {
                    continue;
                };
                let placed = edge.to_region.is_some() || reference::region_of(text).is_some();
                if !placed || lost == self.edge_is_lost(edge) {
                    gaps.extend(self.hiding(text));
                }
            }
        }
        gaps
    }

    /// What hides a thing of that ARN or host; what is of another account is never read.
    fn hiding(&self, text: &str) -> Vec<GapKey> {
        let Some(arn) = Arn::parse(text) else {
            return self.estate.hosts_hidden(text);
        };
        let kinds: &[Kind] = match arn.service {
            "dynamodb" => &[Kind::DynamoDbTable],
            "elasticache" => &[Kind::CacheReplicationGroup, Kind::CacheServerlessCache],
            "lambda" => &[Kind::LambdaFunction],
            "rds" => &[Kind::RdsDbCluster, Kind::RdsDbInstance],
            "s3" => &[Kind::S3Bucket],
            "secretsmanager" => &[Kind::SecretsManagerSecret],
            _ => return Vec::new(),
        };
        let inventory = self.estate.inventory();
        if arn.account.is_empty() {
            let hidden = self.estate.hidden_anywhere(kinds);
            let elsewhere = || kinds.iter().map(|it| not_of_ours(*it)).collect();
            return Some(hidden)
                .filter(|it| !it.is_empty())
                .unwrap_or_else(elsewhere);
        }
        let (account, region) = (arn.account.into(), arn.region.into());
        if !inventory.accounts().any(|it| *it == account) {
            return kinds.iter().map(|it| not_of_ours(*it)).collect();
        }
        let hidden = kinds
            .iter()
            .flat_map(|kind| inventory.hiding(*kind, &account, &region));
        hidden.collect()
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
