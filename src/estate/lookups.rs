//! What an id or a name written in one resource stands for: buckets, access points and health checks.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::Resolution;
use super::{Estate, index};
use crate::inventory::kinds::{elasticache, rds, route53, s3};
use crate::inventory::{GapKey, Kind, Resource};

/// Resources by the ids that others know them by. Only ever looked up, never walked.
#[derive(Debug, Default)]
pub(super) struct Lookups<'a> {
    buckets: HashMap<&'a str, u32>,
    checks: HashMap<&'a str, u32>,
    users: HashMap<&'a str, Vec<u32>>,
    /// Buckets by the name of what their rules in force replicate to.
    replicators: HashMap<&'a str, Vec<u32>>,
    /// Multi-Region Access Points by the names of the buckets behind them.
    access_points: HashMap<&'a str, Vec<u32>>,
    /// Databases and caches by the host names that they answer to.
    hosts: HashMap<&'a str, (u32, Door)>,
    /// Gaps of buckets whose replication was not read.
    replication_unread: BTreeSet<GapKey>,
}

/// What a host name of a database or cache is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Answered by whatever takes writes.
    Writer,
    /// Answered by readers.
    Reader,
    /// Answered by one instance, whatever its part.
    Instance,
}

/// The host names of a database or cache.
fn doors(resource: &Resource) -> impl Iterator<Item = (&str, Door)> {
    let found = if let Some(it) = resource.of::<rds::DbCluster>() {
        pair(it.endpoint.as_ref(), it.reader_endpoint.as_ref())
    } else if let Some(it) = resource.of::<rds::GlobalCluster>() {
        pair(it.endpoint.as_ref(), None)
    } else if let Some(it) = resource.of::<elasticache::ReplicationGroup>() {
        pair(it.endpoint.as_ref(), it.reader_endpoint.as_ref())
    } else if let Some(it) = resource.of::<elasticache::ServerlessCache>() {
        pair(it.endpoint.as_ref(), it.reader_endpoint.as_ref())
    } else if let Some(it) = resource.of::<rds::DbInstance>() {
        [
            (it.endpoint.as_ref(), Door::Instance),
            (None, Door::Instance),
        ]
    } else {
        pair(None, None)
    };
    let found = found.into_iter();
    found.filter_map(|(host, door)| Some((host?.as_str(), door)))
}

type Doors<'r> = [(Option<&'r String>, Door); 2];

fn pair<'r>(writer: Option<&'r String>, reader: Option<&'r String>) -> Doors<'r> {
    [(writer, Door::Writer), (reader, Door::Reader)]
}

/// What was looked for elsewhere in the estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Resource(u32),
    /// Everything was read, and it is not there: it is not of these accounts.
    Absent,
    /// These gaps may hide it.
    Unknown(Vec<GapKey>),
}

impl<'a> Lookups<'a> {
    pub(super) fn new(resources: &'a [Resource]) -> Self {
        let mut lookups = Self::default();
        for (at, resource) in resources.iter().enumerate() {
            let at = index(at);
            for (host, door) in doors(resource) {
                lookups.hosts.entry(host).or_insert((at, door));
            }
            if let Some(bucket) = resource.of::<s3::Bucket>() {
                lookups.buckets.entry(&resource.name).or_insert(at);
                lookups
                    .replication_unread
                    .extend(resource.unread("replication").cloned());
                let rules = bucket.replication.iter().flat_map(|it| &it.rules);
                for rule in rules.filter(|rule| rule.status == "Enabled") {
                    lookups
                        .replicators
                        .entry(&rule.destination_bucket)
                        .or_default()
                        .push(at);
                }
            } else if let Some(point) = resource.of::<s3::MultiRegionAccessPoint>() {
                for member in &point.buckets {
                    let points = lookups.access_points.entry(&member.bucket).or_default();
                    points.push(at);
                }
            } else if let Some(check) = resource.of::<route53::HealthCheck>() {
                lookups.checks.entry(&check.health_check_id).or_insert(at);
            } else if let Some(record) = resource.of::<route53::RecordSet>()
                && let Some(check) = &record.health_check_id
            {
                lookups.users.entry(check).or_default().push(at);
            }
        }
        lookups
    }
}

impl Estate<'_> {
    fn found(&self, found: Option<&u32>, kind: Kind) -> Found {
        match found {
            Some(at) => Found::Resource(*at),
            None => match self.hidden_anywhere(&[kind]) {
                gaps if gaps.is_empty() => Found::Absent,
                gaps => Found::Unknown(gaps),
            },
        }
    }

    /// The bucket of that name: names of buckets are unique in a partition.
    pub fn bucket(&self, name: &str) -> Found {
        self.found(self.lookups.buckets.get(name), Kind::S3Bucket)
    }

    /// Buckets with a rule in force that replicates to the bucket of that name, ascending, and the
    /// gaps that may hide others.
    pub fn replicators(&self, name: &str) -> (Vec<u32>, Vec<GapKey>) {
        let mut found = self
            .lookups
            .replicators
            .get(name)
            .cloned()
            .unwrap_or_default();
        found.dedup();
        let hidden = self.hidden_kind(Kind::S3Bucket).iter();
        (
            found,
            hidden
                .chain(&self.lookups.replication_unread)
                .cloned()
                .collect(),
        )
    }

    /// Multi-Region Access Points with the bucket of that name behind them, ascending.
    pub fn access_points_of(&self, bucket: &str) -> &[u32] {
        let found = self.lookups.access_points.get(bucket);
        found.map(Vec::as_slice).unwrap_or_default()
    }

    /// The database or cache that answers to a host name, and what the name is for.
    pub fn by_host(&self, host: &str) -> Option<(u32, Door)> {
        let host = host.to_ascii_lowercase();
        self.lookups.hosts.get(host.as_str()).copied()
    }

    /// Gaps that may hide what answers to a host name: none for names of other services.
    pub fn hosts_hidden(&self, host: &str) -> Vec<GapKey> {
        let service = host.to_ascii_lowercase();
        let service = service.split(".amazonaws.").next().unwrap_or_default();
        let kinds: &[Kind] = match service.rsplit('.').next() {
            Some("rds" | "docdb" | "neptune") => &[
                Kind::RdsDbCluster,
                Kind::RdsDbInstance,
                Kind::RdsGlobalCluster,
            ],
            Some("cache") => &[Kind::CacheReplicationGroup, Kind::CacheServerlessCache],
            _ => &[],
        };
        self.hidden_anywhere(kinds)
    }

    /// The health check of that id.
    pub fn health_check(&self, id: &str) -> Found {
        self.found(self.lookups.checks.get(id), Kind::Route53HealthCheck)
    }

    /// Record sets that a health check decides about, ascending. [`Self::names_hidden`] says what
    /// may hide others.
    pub fn users_of_check(&self, id: &str) -> &[u32] {
        self.lookups
            .users
            .get(id)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Where the names and addresses lead that a check and its children probe, together.
    pub fn probed(&self, id: &str) -> Resolution {
        let (mut open, mut seen) = (vec![id], HashSet::new());
        let (mut records, mut gaps, mut hosts) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.health_check(id) {
                Found::Unknown(hidden) => gaps.extend(hidden),
                Found::Absent => {}
                Found::Resource(at) => {
                    let Some(check) = self.resource(at).of::<route53::HealthCheck>() else {
                        continue;
                    };
                    open.extend(check.children.iter().map(String::as_str));
                    let host = check.ip_address.as_ref().or(check.fqdn.as_ref());
                    let Some(host) = host else { continue };
                    match self.public_records(host) {
                        none if none.is_empty() => hosts.push((at, host.as_str())),
                        some => records.extend(some),
                    }
                }
            }
        }
        let records: Vec<u32> = records.into_iter().collect();
        let mut resolved = self.resolve_with(&records, &hosts);
        gaps.extend(resolved.gaps);
        gaps.extend(self.names_hidden());
        resolved.gaps = gaps.into_iter().collect();
        resolved
    }
}
