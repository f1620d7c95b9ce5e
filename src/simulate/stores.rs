//! What is left of the data of a store that is lost: the best copy elsewhere, by mechanism.
//!
//! Who promotes it, how long that takes and what is lost on the way come with it.

use std::collections::BTreeSet;

use super::Lost;
use super::health::not_read;
use super::loss::Loss;
use super::time::{Seconds, Span};
use crate::estate::replicas::GlobalOf;
use crate::inventory::kinds::elasticache::GlobalGroupMember;
use crate::inventory::kinds::{dynamodb, elasticache, rds, s3};
use crate::inventory::{GapKey, Region, Resource};

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
pub(super) struct Copies {
    pub(super) found: Vec<Copy>,
    pub(super) gaps: BTreeSet<GapKey>,
    stopped: Option<String>,
}

impl Lost<'_, '_> {
    /// What is left of a store that is lost.
    pub(super) fn left(&self, at: u32) -> Left {
        self.left_of(at, CHAIN)
    }

    pub(super) fn left_of(&self, at: u32, depth: usize) -> Left {
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
        } else if let Some(instance) = store.of::<rds::DbInstance>() {
            self.backups_here(at, instance, &mut copies);
        }
        self.replicas(at, &mut copies, depth);
        let least = |it: &Copy| (it.rpo.worst(), it.act.worst(), it.region.clone());
        let best = copies.found.into_iter().min_by_key(least);
        match best {
            Some(best) => Left::Copy(best),
            None if !copies.gaps.is_empty() => Left::Open(copies.gaps),
            None => match copies.stopped {
                Some(why) => Left::Stopped(why),
                None if self.loss.is_some_and(Loss::returns) => Left::Stopped(format!(
                    "{} has no copy elsewhere, and is out of reach until its service answers again; what it holds is safe",
                    self.called(at)
                )),
                None => Left::Nothing(format!("{} has no copy that survives", self.called(at))),
            },
        }
    }

    pub(super) fn stands(&self, region: &Region, service: &str) -> bool {
        !self.is_lost_there(region, Some(service))
    }

    fn table(&self, at: u32, table: &dynamodb::Table, copies: &mut Copies) {
        let known = self.shared.tables.get(at, || self.estate.table_regions(at));
        let (regions, gaps) = &*known;
        copies.gaps.extend(gaps.iter().cloned());
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
        // All are as good: the first stands for them.
        copies.found.extend(stand.first().map(|region| Copy {
            by: if strong {
                "global table, strongly consistent"
            } else {
                "global table"
            },
            region: (*region).clone(),
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
