//! What is left of the data of a store that is lost: the best copy elsewhere, by mechanism.
//!
//! Who promotes it, how long that takes and what is lost on the way come with it.

use std::collections::BTreeSet;

use super::Lost;
use super::health::not_read;
use super::time::{Seconds, Span};
use crate::estate::edges::{Relation, Target};
use crate::estate::replicas::GlobalOf;
use crate::inventory::kinds::elasticache::GlobalGroupMember;
use crate::inventory::kinds::{dynamodb, elasticache, rds, s3};
use crate::inventory::{Arn, GapKey, Region, Resource};

/// Longer chains of replicas of replicas are loops.
const CHAIN: usize = 8;

/// What stands in for a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    /// How it came to be there, for people.
    pub(super) by: &'static str,
    /// Where it is.
    pub(super) region: Region,
    /// The resource, if it was read.
    pub(super) resource: Option<u32>,
    /// What was not yet there.
    pub(super) rpo: Span,
    /// From the decision until it takes writes.
    pub(super) act: Span,
    /// Whether somebody has to decide that.
    pub(super) manual: bool,
}

/// What is left of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    /// It takes writes elsewhere, or will.
    Copy(Copy),
    /// Nothing, with why.
    Nothing(String),
    /// Copies that have it all and take no writes, with why.
    Stopped(String),
    /// These gaps may hide a copy.
    Open(BTreeSet<GapKey>),
}

/// Copies found, and the gaps that may hide better ones.
#[derive(Default)]
struct Copies {
    found: Vec<Copy>,
    gaps: BTreeSet<GapKey>,
    stopped: Option<String>,
}

impl Lost<'_, '_> {
    /// What is left of a store that is lost.
    pub(super) fn left(&self, at: u32) -> Left {
        self.left_of(at, CHAIN)
    }

    fn left_of(&self, at: u32, depth: usize) -> Left {
        let store = self.estate.resource(at);
        let mut copies = Copies::default();
        if let Some(table) = store.of::<dynamodb::Table>() {
            self.table(at, table, &mut copies);
        } else if let Some(cluster) = store.of::<rds::DbCluster>() {
            self.cluster(at, cluster, &mut copies);
        } else if store.of::<elasticache::ReplicationGroup>().is_some() {
            self.cache(at, &mut copies);
        } else if let Some(bucket) = store.of::<s3::Bucket>() {
            self.bucket(at, bucket, &mut copies);
        }
        self.replicas(at, &mut copies, depth);
        let least = |it: &Copy| (it.rpo.worst(), it.act.worst(), it.region.clone());
        let best = copies.found.into_iter().min_by_key(least);
        match best {
            Some(best) => Left::Copy(best),
            None if !copies.gaps.is_empty() => Left::Open(copies.gaps),
            None => match copies.stopped {
                Some(why) => Left::Stopped(why),
                None => Left::Nothing(format!("{} has no copy that survives", self.called(at))),
            },
        }
    }

    fn stands(&self, region: &Region, service: &str) -> bool {
        !self.is_lost_there(region, Some(service))
    }

    fn table(&self, at: u32, table: &dynamodb::Table, copies: &mut Copies) {
        let (regions, gaps) = self.estate.table_regions(at);
        copies.gaps.extend(gaps);
        let stand: Vec<&Region> = regions
            .iter()
            .filter(|it| self.stands(it, "dynamodb"))
            .collect();
        let strong = table.consistency.as_deref() == Some("STRONG");
        if strong {
            let witnesses = table
                .witnesses
                .iter()
                .map(|it| Region::from(it.region.as_str()));
            let standing = witnesses
                .clone()
                .filter(|it| self.stands(it, "dynamodb"))
                .count();
            let all = regions.len() + witnesses.count();
            if (stand.len() + standing) * 2 <= all {
                let name = self.called(at);
                let why = format!("{name} keeps no majority of its {all} Regions, and stops");
                // Writes wait for a majority, so that whoever stands has them all.
                copies.stopped = Some(why).filter(|_| !stand.is_empty());
                return;
            }
        }
        let rpo = if strong {
            Span::NONE
        } else {
            self.constants.get("table-lag")
        };
        copies.found.extend(stand.into_iter().map(|region| Copy {
            by: if strong {
                "global table, strongly consistent"
            } else {
                "global table"
            },
            region: region.clone(),
            resource: self.named_in(at, region),
            rpo,
            act: Span::NONE,
            manual: false,
        }));
    }

    /// The replica of a table in another Region.
    fn named_in(&self, at: u32, region: &Region) -> Option<u32> {
        let own = self.estate.resource(at);
        let tables = self.estate.tables_named(&own.account, &own.name).iter();
        tables
            .copied()
            .find(|it| self.estate.resource(*it).region == *region)
    }

    /// The writer where a reader is lost; else a secondary that somebody promotes.
    fn cluster(&self, at: u32, cluster: &rds::DbCluster, copies: &mut Copies) {
        let global = match self.estate.global_cluster(at) {
            GlobalOf::Cluster(global) => global,
            GlobalOf::None => return,
            GlobalOf::Unknown(gaps) => {
                copies.gaps.extend(gaps);
                return;
            }
        };
        let Some(global) = self.estate.resource(global).of::<rds::GlobalCluster>() else {
            return;
        };
        let own = &self.estate.resource(at).arn;
        let writer = global.members.iter().find(|it| it.writer);
        let stands = |it: &rds::GlobalMember| self.stands(&it.region.as_str().into(), "rds");
        // Data comes from the writer: what a reader loses, that one has.
        let reads = writer.is_some_and(|it| it.cluster_arn != *own && stands(it));
        let (by, lag, promote) = match cluster.engine.as_str() {
            "docdb" => ("DocumentDB global cluster", "docdb-lag", "cluster-promote"),
            "neptune" => ("Neptune global database", "neptune-lag", "cluster-promote"),
            _ => ("Aurora global database", "aurora-lag", "aurora-promote"),
        };
        for member in global.members.iter().filter(|it| it.cluster_arn != *own) {
            let region = Region::from(member.region.as_str());
            if !stands(member) {
                continue;
            }
            let resource = self.estate.by_arn(&member.cluster_arn);
            let copy = |rpo, act, manual| Copy {
                by,
                region: region.clone(),
                resource,
                rpo,
                act,
                manual,
            };
            if reads {
                if member.writer {
                    copies.found.push(copy(Span::NONE, Span::NONE, false));
                }
                continue;
            }
            let act = self.constants.get(promote) + self.first_instance(resource);
            let rpo = bounded(self.constants.get(lag), cluster);
            copies.found.push(copy(rpo, act, true));
        }
    }

    /// How long a secondary takes to have an instance that can take over; what was not read may
    /// have none.
    fn first_instance(&self, at: Option<u32>) -> Span {
        let takes = self.constants.get("headless-instance");
        let secondary = at.map(|at| self.estate.resource(at));
        let read = secondary.filter(|it| it.unread("members").is_none());
        match read.and_then(|it| it.of::<rds::DbCluster>()) {
            Some(it) if it.members.is_empty() => takes,
            Some(_) => Span::NONE,
            None => Span {
                typical: Seconds::NONE,
                upper: takes.upper,
            },
        }
    }

    fn cache(&self, at: u32, copies: &mut Copies) {
        let datastore = match self.estate.global_datastore(at) {
            GlobalOf::Cluster(datastore) => datastore,
            GlobalOf::None => return,
            GlobalOf::Unknown(gaps) => {
                copies.gaps.extend(gaps);
                return;
            }
        };
        let datastore = self.estate.resource(datastore);
        let Some(datastore) = datastore.of::<elasticache::GlobalReplicationGroup>() else {
            return;
        };
        let own = &self.estate.resource(at).arn;
        let primary = datastore.members.iter().find(|it| it.role == "PRIMARY");
        let stands =
            |it: &GlobalGroupMember| self.stands(&it.region.as_str().into(), "elasticache");
        let follows = primary.is_some_and(|it| it.group_arn != *own && stands(it));
        for member in datastore.members.iter().filter(|it| it.group_arn != *own) {
            let region = Region::from(member.region.as_str());
            if !stands(member) || (follows && member.role != "PRIMARY") {
                continue;
            }
            let (rpo, act) = if follows {
                (Span::NONE, Span::NONE)
            } else {
                (
                    self.constants.get("cache-lag"),
                    self.constants.get("cache-promote"),
                )
            };
            copies.found.push(Copy {
                by: "Global Datastore",
                region,
                resource: self.estate.by_arn(&member.group_arn),
                rpo,
                act,
                manual: !follows,
            });
        }
    }

    /// Where its objects are replicated to. What comes in only is at its source too.
    fn bucket(&self, at: u32, bucket: &s3::Bucket, copies: &mut Copies) {
        let own = self.estate.resource(at);
        copies.gaps.extend(own.unread("replication").cloned());
        let rules = bucket.replication.iter().flat_map(|it| &it.rules);
        for rule in rules.filter(|it| it.status == "Enabled") {
            let crate::estate::lookups::Found::Resource(end) =
                self.estate.bucket(&rule.destination_bucket)
            else {
                copies
                    .gaps
                    .extend(self.estate.hidden_anywhere(&[own.kind()]));
                continue;
            };
            if self.is_lost(end) {
                continue;
            }
            if let Some(gap) = left_out(own, bucket, rule) {
                copies.gaps.insert(gap);
                continue;
            }
            let lag = if rule.time_control {
                "bucket-lag-rtc"
            } else {
                "bucket-lag"
            };
            copies.found.push(Copy {
                by: "S3 replication",
                region: self.estate.resource(end).region.clone(),
                resource: Some(end),
                rpo: self.constants.get(lag),
                act: Span::NONE,
                manual: false,
            });
        }
        let (sources, gaps) = self.estate.replicators(&own.name);
        copies.gaps.extend(gaps);
        for source in sources.into_iter().filter(|it| !self.is_lost(*it)) {
            copies.found.push(Copy {
                by: "source of S3 replication; what was written here alone is not there",
                region: self.estate.resource(source).region.clone(),
                resource: Some(source),
                rpo: Span {
                    typical: Seconds::NONE,
                    upper: Seconds::Never,
                },
                act: Span::NONE,
                manual: false,
            });
        }
    }

    /// Read replicas and backups of databases.
    fn replicas(&self, at: u32, copies: &mut Copies, depth: usize) {
        let out = self.estate.edges_from(at);
        for edge in out.filter(|it| it.relation == Relation::Replicates) {
            let (by, lag, act) = match edge.mechanism {
                "rds-xrr" => ("read replica", "replica-lag", "replica-promote"),
                "rds-backup-repl" => ("automated backups", "backup-lag", "backup-restore"),
                _ => continue,
            };
            let (region, resource) = match &edge.to {
                Target::Resource(end) => (self.estate.resource(*end).region.clone(), Some(*end)),
                Target::Text(arn) => match Arn::parse(arn) {
                    Some(arn) => (Region::from(arn.region), None),
                    None => continue,
                },
            };
            if self.stands(&region, "rds") {
                copies.found.push(Copy {
                    by,
                    region,
                    resource,
                    rpo: self.constants.get(lag),
                    act: self.constants.get(act),
                    manual: true,
                });
            }
        }
        let into = self.estate.edges_to(at);
        for edge in into.filter(|it| it.mechanism == "rds-xrr") {
            if self.is_lost(edge.from) {
                // What became of the source became of its copies.
                let left = depth.checked_sub(1).map(|it| self.left_of(edge.from, it));
                match left {
                    Some(Left::Copy(copy)) => copies.found.push(copy),
                    Some(Left::Open(gaps)) => copies.gaps.extend(gaps),
                    _ => {}
                }
                continue;
            }
            copies.found.push(Copy {
                by: "source of the read replica",
                region: self.estate.resource(edge.from).region.clone(),
                resource: Some(edge.from),
                rpo: Span::NONE,
                act: Span::NONE,
                manual: false,
            });
        }
    }
}

/// The lag that a cluster of PostgreSQL holds commits back for bounds what can be lost.
fn bounded(lag: Span, cluster: &rds::DbCluster) -> Span {
    let bound = cluster
        .parameters
        .iter()
        .find(|it| it.name == "rds.global_db_rpo");
    let bound = bound.and_then(|it| it.value.parse::<u64>().ok());
    match bound {
        Some(seconds) if seconds > 0 => Span {
            typical: lag.typical.min(Seconds::Of(seconds)),
            upper: lag.upper.min(Seconds::Of(seconds)),
        },
        _ => lag,
    }
}

/// What leaves open whether a rule copies all objects: those without its prefix or tags, and those
/// that are encrypted with a key where it passes over them. Whether there are any was not read.
fn left_out(own: &Resource, bucket: &s3::Bucket, rule: &s3::ReplicationRule) -> Option<GapKey> {
    let objects = || Some(not_read(own.account.clone(), "s3:ListBucket"));
    if !rule.prefix.is_empty() || !rule.tag_keys.is_empty() {
        return objects();
    }
    if rule.sse_kms_objects {
        return None;
    }
    if let Some(gap) = own.unread("encryption") {
        return Some(gap.clone());
    }
    let encryption = bucket.encryption.as_ref();
    encryption
        .filter(|it| it.algorithm.starts_with("aws:kms"))
        .and_then(|_| objects())
}
