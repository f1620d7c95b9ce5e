//! What is left of the data of a store that is lost: the best copy elsewhere, by mechanism.
//!
//! Who promotes it, how long that takes and what is lost on the way come with it.

use std::collections::BTreeSet;

use super::Lost;
use super::time::Span;
use crate::estate::edges::{Relation, Target};
use crate::estate::replicas::GlobalOf;
use crate::inventory::kinds::{dynamodb, elasticache, rds, s3};
use crate::inventory::{Arn, GapKey, Region};

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
    /// These gaps may hide a copy.
    Open(BTreeSet<GapKey>),
}

/// Copies found, and the gaps that may hide better ones.
#[derive(Default)]
struct Copies {
    found: Vec<Copy>,
    gaps: BTreeSet<GapKey>,
    why: Option<String>,
}

impl Lost<'_, '_> {
    /// What is left of a store that is lost.
    pub(super) fn left(&self, at: u32) -> Left {
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
        self.replicas(at, &mut copies);
        let least = |it: &Copy| (it.rpo.worst(), it.act.worst(), it.region.clone());
        let best = copies.found.into_iter().min_by_key(least);
        match best {
            Some(best) => Left::Copy(best),
            None if !copies.gaps.is_empty() => Left::Open(copies.gaps),
            None => Left::Nothing(
                copies
                    .why
                    .unwrap_or_else(|| format!("{} has no copy that survives", self.called(at))),
            ),
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
                copies.why = Some(why);
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
        let writes = global
            .members
            .iter()
            .any(|it| it.writer && it.cluster_arn == *own);
        let (by, lag, promote) = match cluster.engine.as_str() {
            "docdb" => ("DocumentDB global cluster", "docdb-lag", "cluster-promote"),
            "neptune" => ("Neptune global database", "neptune-lag", "cluster-promote"),
            _ => ("Aurora global database", "aurora-lag", "aurora-promote"),
        };
        for member in global.members.iter().filter(|it| it.cluster_arn != *own) {
            let region = Region::from(member.region.as_str());
            if !self.stands(&region, "rds") {
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
            if !writes {
                // Data comes from the writer: what a reader loses, that one has.
                if member.writer {
                    copies.found.push(copy(Span::NONE, Span::NONE, false));
                }
                continue;
            }
            let mut act = self.constants.get(promote);
            if self.is_headless(resource, &mut copies.gaps) {
                act = act + self.constants.get("headless-instance");
            }
            let rpo = bounded(self.constants.get(lag), cluster);
            copies.found.push(copy(rpo, act, true));
        }
    }

    /// Whether a secondary has no instance to take over with.
    fn is_headless(&self, at: Option<u32>, gaps: &mut BTreeSet<GapKey>) -> bool {
        let Some(secondary) = at.map(|at| self.estate.resource(at)) else {
            return false;
        };
        gaps.extend(secondary.unread("members").cloned());
        secondary
            .of::<rds::DbCluster>()
            .is_some_and(|it| it.members.is_empty())
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
        let mut members = datastore.members.iter();
        let primary = members.any(|it| it.role == "PRIMARY" && it.group_arn == *own);
        for member in datastore.members.iter().filter(|it| it.group_arn != *own) {
            let region = Region::from(member.region.as_str());
            if !self.stands(&region, "elasticache") || (!primary && member.role != "PRIMARY") {
                continue;
            }
            let (rpo, act) = if primary {
                (
                    self.constants.get("cache-lag"),
                    self.constants.get("cache-promote"),
                )
            } else {
                (Span::NONE, Span::NONE)
            };
            copies.found.push(Copy {
                by: "Global Datastore",
                region,
                resource: self.estate.by_arn(&member.group_arn),
                rpo,
                act,
                manual: primary,
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
            // A rule for some objects says nothing of the others.
            let all = rule.prefix.is_empty() && rule.tag_keys.is_empty();
            if self.is_lost(end) || !all {
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
                    typical: super::time::Seconds::NONE,
                    upper: super::time::Seconds::Never,
                },
                act: Span::NONE,
                manual: false,
            });
        }
    }

    /// Read replicas and backups of databases.
    fn replicas(&self, at: u32, copies: &mut Copies) {
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
        for edge in into.filter(|it| it.mechanism == "rds-xrr" && !self.is_lost(it.from)) {
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
            typical: lag.typical.min(super::time::Seconds::Of(seconds)),
            upper: super::time::Seconds::Of(seconds),
        },
        _ => lag,
    }
}
