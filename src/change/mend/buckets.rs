//! S3: buckets that replicate both ways, all of their objects, in time.

use crate::change::site::{Refusal, Site};
use crate::estate::lookups::Found;
use crate::inventory::kinds::s3::{Bucket, Replication, ReplicationRule};
use crate::inventory::{Kind, Region};

/// What becomes of a replication rule.
type Edit = fn(&mut ReplicationRule);

pub(super) fn replicas(site: &mut Site<'_, '_>, at: u32) {
    site.in_each(at, |site, region| site.bucket_there(at, region).map(|_| ()));
}

/// What goes to another Region comes back.
pub(super) fn returned(site: &mut Site<'_, '_>, at: u32) {
    for (_, to) in abroad(site, at) {
        site.pair(at, to);
    }
}

pub(super) fn whole(site: &mut Site<'_, '_>, at: u32) {
    rules(site, at, "replicates all its objects", |rule| {
        rule.prefix.clear();
        rule.tag_keys.clear();
    });
}

pub(super) fn encrypted(site: &mut Site<'_, '_>, at: u32) {
    for (number, to) in abroad(site, at) {
        let region = site.resource(to).region.clone();
        let key = site.replica_key(at, &region);
        edit(
            site,
            at,
            "replicates what is encrypted with KMS",
            &[number],
            |rule| {
                rule.sse_kms_objects = true;
                rule.replica_kms_key = rule.replica_kms_key.take().or(key.clone());
            },
        );
    }
}

/// Replication Time Control brings the metrics with it.
pub(super) fn timed(site: &mut Site<'_, '_>, at: u32) {
    rules(
        site,
        at,
        "replicates with Replication Time Control",
        |rule| {
            rule.time_control = true;
            rule.metrics = true;
        },
    );
}

/// The numbers of the rules in force that lead to other Regions, and the buckets there.
fn abroad(site: &Site<'_, '_>, at: u32) -> Vec<(usize, u32)> {
    let own = site.resource(at);
    let rules = own.of::<Bucket>().and_then(|it| it.replication.as_ref());
    let rules = rules.into_iter().flat_map(|it| it.rules.iter().enumerate());
    let ends = rules
        .filter(|(_, it)| it.status == "Enabled")
        .filter_map(
            |(number, it)| match site.estate.bucket(&it.destination_bucket) {
                Found::Resource(to) => Some((number, to)),
                Found::Absent | Found::Unknown(_) => None,
            },
        );
    ends.filter(|(_, to)| site.resource(*to).region != own.region)
        .collect()
}

/// Changes the rules that lead to other Regions.
fn rules(site: &mut Site<'_, '_>, at: u32, what: &str, change: Edit) {
    let numbers: Vec<usize> = abroad(site, at)
        .into_iter()
        .map(|(number, _)| number)
        .collect();
    edit(site, at, what, &numbers, change);
}

fn edit(
    site: &mut Site<'_, '_>,
    at: u32,
    what: &str,
    numbers: &[usize],
    mut change: impl FnMut(&mut ReplicationRule),
) {
    site.draft.edit::<Bucket>(at, what, |it| {
        let rules = it
            .replication
            .iter_mut()
            .flat_map(|it| it.rules.iter_mut().enumerate());
        rules
            .filter(|(number, _)| numbers.contains(number))
            .for_each(|(_, rule)| change(rule));
    });
}

impl Site<'_, '_> {
    /// The bucket that it replicates to and from: one that does already, its twin, or a new one.
    pub(in crate::change) fn bucket_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        if *self.resource(at).region == **region {
            return Ok(at);
        }
        if self.resource(at).unread("replication").is_some() {
            return Err(format!(
                "where {} replicates to was not read",
                self.called(at)
            ));
        }
        let known = abroad(self, at).into_iter().map(|(_, to)| to);
        let known = known
            .clone()
            .find(|to| self.resource(*to).region == *region);
        if let Some(found) = known.or_else(|| self.standing(at, region)) {
            self.pair(at, found);
            return Ok(found);
        }
        self.key_of_copy(at, region)?;
        let from = self.resource(at).region.clone();
        let mut copy = self.copy(at, region);
        if copy.name == self.resource(at).name {
            let name = format!("{}-{region}", copy.name);
            copy.arn = copy.arn.replacen(&*copy.name, &name, 1);
            copy.name = name;
        }
        if let Some(it) = copy.of_mut::<Bucket>() {
            it.replication = None;
        }
        let made = self
            .draft
            .add(copy, format!("made as a replica of that in {from}"));
        self.pair(at, made);
        Ok(made)
    }

    /// Lets two buckets replicate all their objects to each other.
    pub(super) fn pair(&mut self, one: u32, other: u32) {
        self.replicate_to(one, other);
        self.replicate_to(other, one);
    }

    fn replicate_to(&mut self, from: u32, to: u32) {
        let (region, name) = (
            self.resource(to).region.clone(),
            self.resource(to).name.clone(),
        );
        let key = self.replica_key(from, &region);
        let kms = self
            .of::<Bucket>(from)
            .and_then(|it| it.encryption.as_ref());
        let kms = kms.is_some_and(|it| it.algorithm.starts_with("aws:kms"));
        let what = format!("replicates to {name} in {region}");
        self.draft.edit::<Bucket>(from, what, |it| {
            "Enabled".clone_into(&mut it.versioning);
            let replication = it.replication.get_or_insert_with(Replication::default);
            let complete = |it: &ReplicationRule| {
                it.destination_bucket == name
                    && it.status == "Enabled"
                    && it.prefix.is_empty()
                    && it.tag_keys.is_empty()
            };
            if let Some(rule) = replication.rules.iter_mut().find(|it| complete(it)) {
                rule.replica_modifications = true;
                rule.delete_markers = true;
                return;
            }
            let priority = replication.rules.iter().filter_map(|it| it.priority).max();
            replication.rules.push(ReplicationRule {
                id: format!("to-{region}"),
                status: "Enabled".to_owned(),
                priority: Some(priority.map_or(1, |it| it.saturating_add(1))),
                destination_bucket: name.clone(),
                replica_kms_key: key.filter(|_| kms),
                sse_kms_objects: kms,
                replica_modifications: true,
                delete_markers: true,
                time_control: true,
                metrics: true,
                ..ReplicationRule::default()
            });
        });
    }

    /// The key that replicas of a bucket are encrypted with in another Region.
    fn replica_key(&mut self, at: u32, region: &Region) -> Option<String> {
        let own = self.resource(at);
        let (from, key) = (
            own.region.clone(),
            own.of::<Bucket>()?.encryption.clone()?.kms_key,
        );
        if let Err(why) = self.key_of_copy(at, region) {
            self.draft.leave(why);
        }
        let key = key.unwrap_or_else(|| "alias/aws/s3".to_owned());
        Some(self.text_in(&key, &from, region))
    }

    /// Every bucket behind an access point, for those who change it.
    pub(super) fn is_bucket(&self, at: u32) -> bool {
        self.resource(at).kind() == Kind::S3Bucket
    }
}
