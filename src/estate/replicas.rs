//! Replica groups that AWS itself keeps: global tables and global clusters.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Estate;
use crate::inventory::kinds::{dynamodb, elasticache, kms, rds, secretsmanager};
use crate::inventory::{GapKey, Kind, Region, Resource};

/// Sets of resources that replicate one another, in the inventory's order.
pub(super) fn native_groups(resources: &[Resource], arns: &HashMap<&str, u32>) -> Vec<Vec<u32>> {
    let mut groups = global_tables(resources);
    groups.extend(kin(resources));
    let listed = resources.iter().map(listed_members);
    let known = |arn: &str| arns.get(arn).copied();
    groups.extend(listed.map(|arns| arns.into_iter().filter_map(known).collect()));
    groups
}

/// ARNs of what a global cluster or a Global Datastore lists as its members.
pub fn listed_members(resource: &Resource) -> Vec<&str> {
    if let Some(global) = resource.of::<rds::GlobalCluster>() {
        let members = global.members.iter();
        members.map(|it| it.cluster_arn.as_str()).collect()
    } else if let Some(global) = resource.of::<elasticache::GlobalReplicationGroup>() {
        let members = global.members.iter();
        members.map(|it| it.group_arn.as_str()).collect()
    } else {
        Vec::new()
    }
}

/// Multi-Region keys of one id, and secrets of one name of which one is written elsewhere.
fn kin(resources: &[Resource]) -> Vec<Vec<u32>> {
    let mut keys = BTreeMap::<(&str, &str), Vec<u32>>::new();
    let mut secrets = BTreeMap::<(&str, &str, &str), Vec<u32>>::new();
    for (at, resource) in resources.iter().enumerate() {
        let at = super::index(at);
        let account = resource.account.as_str();
        if let Some(key) = resource.of::<kms::Key>().filter(|key| key.multi_region) {
            keys.entry((account, &key.key_id)).or_default().push(at);
        } else if let Some(secret) = resource.of::<secretsmanager::Secret>()
            && let Some(primary) = &secret.primary_region
        {
            let one = (account, resource.name.as_str(), primary.as_str());
            secrets.entry(one).or_default().push(at);
        }
    }
    keys.into_values().chain(secrets.into_values()).collect()
}

/// Tables of one account and name are replicas where either says so.
fn global_tables(resources: &[Resource]) -> Vec<Vec<u32>> {
    let mut named = BTreeMap::<(&str, &str), BTreeMap<&str, (u32, &dynamodb::Table)>>::new();
    for (at, resource) in resources.iter().enumerate() {
        if let Some(table) = resource.of::<dynamodb::Table>() {
            let tables = named
                .entry((&resource.account, &resource.name))
                .or_default();
            tables
                .entry(&resource.region)
                .or_insert((super::index(at), table));
        }
    }
    named.values().flat_map(connected).collect()
}

/// Regions are few: walking all pairs of one name costs little.
fn connected(tables: &BTreeMap<&str, (u32, &dynamodb::Table)>) -> Vec<Vec<u32>> {
    let lists = |a: &str, b: &str| {
        tables
            .get(a)
            .is_some_and(|(_, table)| table.replicas.iter().any(|r| r.region == b))
    };
    let mut left: BTreeSet<&str> = tables.keys().copied().collect();
    let mut groups = Vec::new();
    while let Some(first) = left.pop_first() {
        let (mut group, mut open) = (Vec::new(), vec![first]);
        while let Some(here) = open.pop() {
            group.extend(tables.get(here).map(|(index, _)| *index));
            let next: Vec<&str> = left
                .iter()
                .copied()
                .filter(|it| lists(here, it) || lists(it, here))
                .collect();
            for region in next {
                left.remove(region);
                open.push(region);
            }
        }
        groups.push(group);
    }
    groups
}

/// The global cluster of a cluster, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GlobalOf {
    /// It belongs to this one.
    Cluster(u32),
    /// It belongs to none.
    None,
    /// These gaps may hide the one it belongs to.
    Unknown(Vec<GapKey>),
}

impl Estate<'_> {
    /// Regions with an active replica of a table, its own included, united over what each
    /// Region that was read says (sorted), and the gaps that may hide further ones.
    pub fn table_regions(&self, index: u32) -> (Vec<Region>, Vec<GapKey>) {
        let own = self.resource(index);
        let alone = [index];
        let members = match self.twin_set(index) {
            Some(set) if set.percent == 100 => set.members.as_slice(),
            _ => &alone,
        };
        let (mut regions, mut inactive, mut gaps) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for member in members.iter().map(|at| self.resource(*at)) {
            regions.insert(member.region.clone());
            if let Some(gap) = member.unread("replicas") {
                gaps.insert(gap.clone());
                continue;
            }
            let table = member.of::<dynamodb::Table>();
            for replica in table.into_iter().flat_map(|it| &it.replicas) {
                let region = Region::from(replica.region.as_str());
                if replica.status == "ACTIVE" {
                    regions.insert(region);
                } else {
                    inactive.insert(region);
                }
            }
        }
        // Answers may be of different moments: what one Region calls inactive is not counted on.
        regions.retain(|region| *region == own.region || !inactive.contains(region));
        (regions.into_iter().collect(), gaps.into_iter().collect())
    }

    /// The global cluster that lists a cluster as member.
    pub fn global_cluster(&self, index: u32) -> GlobalOf {
        self.listing(index, Kind::RdsGlobalCluster)
    }

    /// The Global Datastore that lists a replication group as member.
    pub fn global_datastore(&self, index: u32) -> GlobalOf {
        self.listing(index, Kind::CacheGlobalReplicationGroup)
    }

    /// What of a global kind lists a resource as member.
    fn listing(&self, index: u32, kind: Kind) -> GlobalOf {
        let resource = self.resource(index);
        if let Some(found) = self.listing_in(kind, resource).first() {
            return GlobalOf::Cluster(*found);
        }
        let global = Region::global();
        let gaps = self.inventory.hiding(kind, &resource.account, &global);
        if gaps.is_empty() {
            GlobalOf::None
        } else {
            GlobalOf::Unknown(gaps)
        }
    }
}
