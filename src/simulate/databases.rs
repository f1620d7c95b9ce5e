//! What is left of a database that is lost: global clusters, read replicas, backups.

use super::Lost;
use super::stores::{Copies, Copy, Left};
use super::time::{Seconds, Span};
use crate::estate::edges::{Relation, Target};
use crate::estate::replicas::GlobalOf;
use crate::inventory::kinds::rds;
use crate::inventory::{Arn, Kind, Region, not_collected};

impl Lost<'_, '_> {
    /// The writer where a reader is lost; else a secondary that somebody promotes.
    pub(super) fn cluster(&self, at: u32, cluster: &rds::DbCluster, copies: &mut Copies) {
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

    /// Backups stand in their Region, whatever zone the database is in.
    pub(super) fn backups_here(&self, at: u32, instance: &rds::DbInstance, copies: &mut Copies) {
        let region = &self.estate.resource(at).region;
        if instance.backup_retention_days > 0 && self.stands(region, "rds") {
            copies.found.push(Copy {
                by: "automated backups",
                region: region.clone(),
                resource: None,
                rpo: self.constants.get("backup-lag"),
                act: self.constants.get("backup-restore"),
                manual: true,
            });
        }
    }

    /// Read replicas and backups of databases.
    pub(super) fn replicas(&self, at: u32, copies: &mut Copies, depth: usize) {
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
            let stands =
                resource.map_or_else(|| self.stands(&region, "rds"), |at| !self.is_lost(at));
            if stands {
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
        // Clusters do not name their backups: what is not listed may hold some.
        if self.estate.resource(at).of::<rds::DbCluster>().is_some() {
            let hidden = self.estate.hidden_kind(Kind::RdsAutomatedBackup).iter();
            copies.gaps.extend(hidden.cloned());
        }
        self.source(at, copies, depth);
    }

    /// Where a read replica has its data from: the source has it all, and what became of a lost one
    /// became of its copies.
    fn source(&self, at: u32, copies: &mut Copies, depth: usize) {
        let own = self.estate.resource(at);
        let named = if let Some(it) = own.of::<rds::DbInstance>() {
            it.replica_source.as_deref()
        } else {
            let cluster = own.of::<rds::DbCluster>();
            cluster.and_then(|it| it.replication_source.as_deref())
        };
        let into = self.estate.edges_to(at);
        let into = into
            .filter(|it| it.mechanism == "rds-xrr")
            .map(|it| it.from);
        let known = named.and_then(|it| self.estate.by_arn(it)).or(into.min());
        let region = match (known, named) {
            (Some(at), _) => self.estate.resource(at).region.clone(),
            (None, Some(named)) => {
                Arn::parse(named).map_or_else(|| own.region.clone(), |it| it.region.into())
            }
            (None, None) => return,
        };
        let lost = known.map_or_else(|| !self.stands(&region, "rds"), |at| self.is_lost(at));
        if !lost {
            copies.found.push(Copy {
                by: "source of the read replica",
                region,
                resource: known,
                rpo: Span::NONE,
                act: Span::NONE,
                manual: false,
            });
            return;
        }
        let Some(source) = known else {
            copies
                .gaps
                .insert(not_collected(own.kind(), &own.account, &region));
            return;
        };
        match depth.checked_sub(1).map(|it| self.left_of(source, it)) {
            Some(Left::Copy(copy)) => copies.found.push(copy),
            Some(Left::Open(gaps)) => copies.gaps.extend(gaps),
            _ => {}
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
