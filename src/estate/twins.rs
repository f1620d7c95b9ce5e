//! Twins: the same component in other Regions, with how sure the pairing is and why.
//!
//! First match wins, the surest way first. What fits several ways is not paired at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::normal::normal;
use super::{Estate, index, replicas};
use crate::inventory::kinds::lambda;
use crate::inventory::{GapKey, Kind, Region, Resource};

/// The same component, once in each of several Regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwinSet {
    /// Indexes, ascending; each in a Region of its own.
    pub members: Vec<u32>,
    /// How sure the pairing is, in hundredths.
    pub percent: u8,
    /// What the pairing rests on.
    pub reason: &'static str,
}

/// All twin sets.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    sets: Vec<TwinSet>,
    set_of: Vec<Option<u32>>,
}

/// Resources that share a key, by what the key is made of.
type Buckets = BTreeMap<(Kind, String, String), Vec<u32>>;

/// A way to pair: how sure in hundredths, why, and the key that twins share.
type Way = (u8, &'static str, fn(&Resource) -> Option<String>);

const WAYS: [Way; 3] = [
    (
        95,
        "same CloudFormation stack name and logical id",
        stack_key,
    ),
    (
        75,
        "same name but for Region, account and generated parts",
        name_key,
    ),
    (50, "same handler, runtime and code", handler_key),
];

impl Pairing {
    pub(super) fn new(resources: &[Resource], arns: &HashMap<&str, u32>) -> Self {
        let mut pairing = Self {
            sets: Vec::new(),
            set_of: vec![None; resources.len()],
        };
        for members in replicas::native_groups(resources, arns) {
            pairing.add(resources, members, 100, "replicas of one another");
        }
        for (percent, reason, key) in WAYS {
            let mut buckets = Buckets::new();
            for (at, resource) in resources.iter().enumerate() {
                if pairing.set_of[at].is_some() || !pairs(resource) {
                    continue;
                }
                if let Some(key) = key(resource) {
                    let account = resource.account.to_string();
                    let bucket = buckets.entry((resource.kind(), account, key)).or_default();
                    bucket.push(index(at));
                }
            }
            for members in buckets
                .into_values()
                .flat_map(|it| by_environment(resources, it))
            {
                pairing.add(resources, members, percent, reason);
            }
        }
        pairing
    }

    /// Adds a set, unless it holds fewer than two Regions or two of the same.
    fn add(&mut self, all: &[Resource], mut members: Vec<u32>, percent: u8, reason: &'static str) {
        members.sort_unstable();
        members.dedup();
        let regions: BTreeSet<&str> = members.iter().map(|m| &*all[*m as usize].region).collect();
        let free = members.iter().all(|m| self.set_of[*m as usize].is_none());
        if members.len() < 2 || regions.len() != members.len() || !free {
            return;
        }
        let set = index(self.sets.len());
        for member in &members {
            self.set_of[*member as usize] = Some(set);
        }
        self.sets.push(TwinSet {
            members,
            percent,
            reason,
        });
    }
}

/// A peering is one thing seen from two Regions; its sides are no twins. A copy of backups is a
/// part of what it copies. Global things have none.
pub fn pairs(resource: &Resource) -> bool {
    let one_thing = matches!(
        resource.kind(),
        Kind::Ec2VpcPeeringConnection
            | Kind::Ec2TransitGatewayPeeringAttachment
            | Kind::RdsAutomatedBackup
    );
    !one_thing && !resource.region.is_global()
}

fn tag<'a>(resource: &'a Resource, key: &str) -> Option<&'a str> {
    resource.tags.get(key).map(String::as_str)
}

fn stack_key(resource: &Resource) -> Option<String> {
    let stack = tag(resource, "aws:cloudformation:stack-name")?;
    let logical = tag(resource, "aws:cloudformation:logical-id")?;
    Some(format!("{stack}\n{logical}"))
}

/// Ids that AWS made up are no names.
fn name_key(resource: &Resource) -> Option<String> {
    let ec2 = resource.kind().name().starts_with("AWS::EC2::");
    if ec2 && resource.arn.ends_with(&format!("/{}", resource.name)) {
        return None;
    }
    Some(normal(&resource.name)).filter(|name| !name.is_empty())
}

fn handler_key(resource: &Resource) -> Option<String> {
    let function = resource.of::<lambda::Function>()?;
    let (handler, runtime) = (function.handler.as_ref()?, function.runtime.as_ref()?);
    let sha = function
        .code_sha256
        .as_deref()
        .filter(|sha| !sha.is_empty())?;
    Some(format!("{handler}\n{runtime}\n{sha}"))
}

/// Splits by environment. Who names none goes with the others only if these agree.
fn by_environment(resources: &[Resource], members: Vec<u32>) -> Vec<Vec<u32>> {
    let mut split = BTreeMap::<Option<&str>, Vec<u32>>::new();
    for member in &members {
        let named = resources[*member as usize].environment();
        split
            .entry(named.map(|(_, value)| value.as_str()))
            .or_default()
            .push(*member);
    }
    let named = split.keys().flatten().count();
    if named < 2 {
        return vec![members];
    }
    split
        .into_iter()
        .filter(|(name, _)| name.is_some())
        .map(|(_, it)| it)
        .collect()
}

/// The twins of a resource, and which gaps may hide further ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twins {
    /// The others, ascending.
    pub others: Vec<u32>,
    /// Gaps, sorted; empty when there are no further twins.
    pub gaps: Vec<GapKey>,
}

impl Estate<'_> {
    /// The set that a resource belongs to.
    pub fn twin_set(&self, index: u32) -> Option<&TwinSet> {
        let set = (*self.pairing.set_of.get(index as usize)?)?;
        self.pairing.sets.get(set as usize)
    }

    /// All sets, the surest first.
    pub fn twin_sets(&self) -> &[TwinSet] {
        &self.pairing.sets
    }

    /// How sure the pairing is, in hundredths; 100 for what is not paired.
    pub fn pairing_percent(&self, index: u32) -> u8 {
        self.twin_set(index).map_or(100, |set| set.percent)
    }

    /// The same component in other Regions.
    pub fn twins(&self, index: u32) -> Twins {
        let resource = self.resource(index);
        let members = self
            .twin_set(index)
            .map(|set| set.members.as_slice())
            .unwrap_or_default();
        let others: Vec<u32> = members.iter().copied().filter(|it| *it != index).collect();
        if !pairs(resource) {
            return Twins {
                others,
                gaps: Vec::new(),
            };
        }
        let taken = |region: &Region| {
            let mut members = members.iter();
            members.any(|it| self.resource(*it).region == *region)
        };
        let elsewhere = self.hidden_elsewhere(index, resource.kind()).iter();
        let open = elsewhere.filter(|(region, _)| !taken(region));
        let mut gaps: BTreeSet<GapKey> = open.flat_map(|(_, gaps)| gaps).cloned().collect();
        if others.is_empty() {
            gaps.extend(resource.unread("tags").cloned());
        }
        Twins {
            others,
            gaps: gaps.into_iter().collect(),
        }
    }
}
