//! What a request needs once it has arrived: everything that is invoked, read, decrypted and run.
//!
//! Of several things that traffic goes to, one that stands is enough; of what code needs, all must
//! stand. The shortest way to what is missing is kept.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};

use super::loss::Degree;
use super::{Lost, services};
use crate::estate::edges::{Edge, Relation, Target};
use crate::estate::replicas::listed_members;
use crate::inventory::{Arn, GapKey, Kind, Region, not_collected, reference};

/// What is reached from some places, and what of it is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reached<'e> {
    /// Ascending.
    pub(super) resources: BTreeSet<u32>,
    /// What of it leads to what the inventory does not hold.
    outside: Vec<&'e Edge>,
    /// What is needed, and lost or weak, the nearest first.
    pub(super) missing: Vec<Missing>,
}

/// Something that is needed, and lost or weak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// The way to it: names of what is passed, what is missing last.
    pub(super) path: Vec<String>,
    /// What is missing.
    pub(super) name: String,
    pub(super) region: Region,
    pub(super) lack: Lack,
    /// The service of it, where that is known.
    pub(super) service: String,
}

/// How something that is needed is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lack {
    /// It is gone.
    Gone,
    /// What runs goes on without it, and nothing new starts.
    ToStart,
    /// A control plane: what runs goes on, and can change nothing by it.
    ToChange,
    /// It answers late or with errors.
    Slow,
    /// It runs, and no more of it starts.
    NoMore,
}

/// The gap of something that exists and is of no account that was read.
fn not_of_ours(kind: Kind) -> GapKey {
    not_collected(kind, &"another account".into(), &Region::global())
}

/// A member that was not read: its Region and service, and what hides it.
pub(super) type Unlisted = (Region, String, GapKey);

/// From where each was reached first.
pub(super) type Before = HashMap<u32, Option<u32>>;

impl<'s> Lost<'s, '_> {
    /// What is reached from these, through what stands.
    pub(super) fn reached(&self, starts: impl IntoIterator<Item = u32>) -> Reached<'s> {
        let mut open: VecDeque<u32> = starts.into_iter().collect();
        let mut before: Before = open.iter().map(|at| (*at, None)).collect();
        let mut found = Reached::default();
        let mut edges = Vec::<&Edge>::new();
        let mut passed = Vec::new();
        while let Some(at) = open.pop_front() {
            passed.push(at);
            self.weak(at, &before, &mut found.missing);
            self.launched(at, &before, &mut found.missing);
            edges.clear();
            edges.extend(self.estate.edges_from(at).filter(|it| it.serves()));
            let switched = self.switched_to(at);
            for next in &switched {
                if !before.contains_key(next) {
                    before.insert(*next, Some(at));
                    open.push_back(*next);
                }
            }
            let mut routes = edges.iter().filter(|it| it.relation == Relation::Routes);
            let some_stand = !switched.is_empty() || routes.any(|edge| !self.edge_is_lost(edge));
            for edge in &edges {
                if let Target::Text(_) = edge.to {
                    found.outside.push(edge);
                }
                if let Some(lack) = self.lack_of(edge) {
                    if !(edge.relation == Relation::Routes && some_stand) {
                        found.missing.push(self.missing(at, edge, lack, &before));
                    }
                    continue;
                }
                if let Target::Resource(next) = edge.to
                    && let Entry::Vacant(unseen) = before.entry(next)
                {
                    unseen.insert(Some(at));
                    open.push_back(next);
                }
            }
        }
        found.resources = passed.into_iter().collect();
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
        matches!(self.lack_of(edge), Some(Lack::Gone | Lack::ToStart))
    }

    /// How the far end of an edge is missed; what is in the inventory and weak is told where it is
    /// reached.
    pub(super) fn lack_of(&self, edge: &Edge) -> Option<Lack> {
        let gone = if edge.mechanism == "image" {
            Lack::ToStart
        } else {
            Lack::Gone
        };
        let text = match &edge.to {
            Target::Resource(at) => return Some(gone).filter(|_| self.is_lost(*at)),
            Target::Text(text) => text,
        };
        let named = edge.to_region.clone();
        let named = named.or_else(|| reference::region_of(text).map(Region::from));
        if let Some(region) = named {
            let service = services::named_in(text);
            if self.is_lost_there(&region, service) {
                return Some(gone);
            }
            let slow = service.is_some_and(|it| self.is_weak_there(&region, it, Degree::Answers));
            return Some(Lack::Slow).filter(|_| slow);
        }
        let from = self.estate.resource(edge.from);
        let (region, control) = services::answering(text, &from.region)?;
        let service = text.split('.').next().unwrap_or_default();
        if control {
            let lost = self.is_lost_there(&region, Some(service))
                || self.is_weak_there(&region, service, Degree::Changes);
            return Some(Lack::ToChange).filter(|_| lost);
        }
        if self.is_lost_there(&region, Some(service)) {
            return Some(gone);
        }
        let slow = self.is_weak_there(&region, service, Degree::Answers);
        Some(Lack::Slow).filter(|_| slow)
    }

    /// What does not work of something that stands.
    fn weak(&self, at: u32, before: &Before, missing: &mut Vec<Missing>) {
        if !self.weakens_something() {
            return;
        }
        let it = self.estate.resource(at);
        let starting = services::starting(it.kind());
        let starts =
            starting.filter(|service| self.is_weak_there(&it.region, service, Degree::Starts));
        let slow = self.is_weak(at, Degree::Answers);
        let found = [
            (slow, Lack::Slow, services::of(it)),
            (starts.is_some(), Lack::NoMore, starts.unwrap_or_default()),
        ];
        for (_, lack, service) in found.into_iter().filter(|it| it.0) {
            missing.push(Missing {
                path: self.way(at, before),
                name: self.called(at),
                region: it.region.clone(),
                lack,
                service: service.to_owned(),
            });
        }
    }

    /// How one came there: names of what is passed, itself last.
    fn way(&self, at: u32, before: &Before) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = Some(at);
        while let Some(here) = at {
            path.push(self.called(here));
            at = before.get(&here).copied().flatten();
        }
        path.reverse();
        path
    }

    /// Everything reached, and the members of what stands for several: a global database is where
    /// they are. With it the members that were not read.
    pub(super) fn data(&self, reached: &Reached<'_>) -> (BTreeSet<u32>, Vec<Unlisted>) {
        let mut data = reached.resources.clone();
        let mut unlisted = Vec::new();
        for at in &reached.resources {
            let it = self.estate.resource(*at);
            for arn in listed_members(it) {
                if let Some(member) = self.estate.by_arn(arn) {
                    data.insert(member);
                } else if let (Some(kind), Some(arn)) = (it.kind().lists(), Arn::parse(arn)) {
                    let gap = not_collected(kind, &it.account, &arn.region.into());
                    unlisted.push((arn.region.into(), arn.service.to_owned(), gap));
                }
            }
        }
        (data, unlisted)
    }

    /// What hides things that are needed, named, and not in the inventory: of those that are lost
    /// what became of their data, of others what they need themselves.
    pub(super) fn named_unread(&self, reached: &Reached<'_>, lost: bool) -> BTreeSet<GapKey> {
        let mut gaps = BTreeSet::new();
        for edge in &reached.outside {
            let text = edge.to.text();
            let placed = edge.to_region.is_some() || reference::region_of(text).is_some();
            if !placed || lost == self.edge_is_lost(edge) {
                gaps.extend(self.hiding(text));
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

    pub(super) fn missing(&self, from: u32, edge: &Edge, lack: Lack, before: &Before) -> Missing {
        let (name, region, service) = match &edge.to {
            Target::Resource(at) => {
                let it = self.estate.resource(*at);
                (self.called(*at), it.region.clone(), services::of(it))
            }
            Target::Text(text) => {
                let region = edge.to_region.clone().unwrap_or_default();
                let service = services::named_in(text).unwrap_or_default();
                (text.clone(), region, services::plain(service))
            }
        };
        let mut path = self.way(from, before);
        path.push(name.clone());
        Missing {
            path,
            name,
            region,
            lack,
            service: service.to_owned(),
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
