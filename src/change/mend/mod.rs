//! What mending a finding does to an inventory: one table, by the names that rule files use.
//!
//! A mend changes what its finding is about, and makes what it needs; it never looks at the rule. What
//! it cannot model it says.

mod accelerators;
mod access_points;
mod buckets;
mod caches;
mod capacity;
mod checks;
mod clusters;
mod databases;
mod distributions;
mod keys;
mod members;
mod names;
mod records;
mod references;
mod tables;
mod twins;

use super::site::{Refusal, Site};
use crate::check::verdict::SubjectId;
use crate::located::nearest;
use crate::rule::Subject;

/// Changes what a finding is about.
#[derive(Debug, Clone, Copy)]
enum By {
    Resource(fn(&mut Site<'_, '_>, u32) -> Result<(), Refusal>),
    /// What it cannot do it says itself.
    Sure(fn(&mut Site<'_, '_>, u32)),
    Workload(fn(&mut Site<'_, '_>) -> Result<(), Refusal>),
}

/// A way to mend a finding.
#[derive(Debug)]
pub struct Mend {
    /// As rule files name it.
    pub name: &'static str,
    /// What it does, for people.
    pub does: &'static str,
    by: By,
}

macro_rules! mends {
    ($($name:literal $by:ident $act:path, $does:literal;)*) => {
        /// Every mend, sorted by name.
        pub const MENDS: &[Mend] = &[$(Mend { name: $name, does: $does, by: By::$by($act) },)*];
    };
}

mends! {
    "accelerator-checks" Sure accelerators::checked, "checks endpoints over HTTP every 10 s, three times";
    "accelerator-dial" Resource accelerators::dialled, "dials the Region to 100 % and gives its endpoints weight";
    "accelerator-regions" Resource accelerators::complete, "enables the accelerator and adds an endpoint group in each active Region";
    "access-point-regions" Resource access_points::complete, "puts a bucket of each active Region behind the access point, all active, and replicates between them";
    "alarm-check-unhealthy" Sure checks::alarm, "calls the check unhealthy while its alarm has no data";
    "bucket-encrypted-objects" Sure buckets::encrypted, "replicates KMS-encrypted objects, with a key of the destination";
    "bucket-replicas" Sure buckets::replicas, "replicates to a bucket in each active Region and back, with Replication Time Control";
    "bucket-return" Sure buckets::returned, "replicates back from the buckets that it replicates to";
    "bucket-time-control" Sure buckets::timed, "replicates with Replication Time Control";
    "bucket-whole" Sure buckets::whole, "replicates all objects";
    "cache-datastore" Sure caches::datastore, "puts the cache into a Global Datastore with a member in each active Region";
    "capacity-ceilings" Resource capacity::ceilings, "raises ceilings until the load fits without any one Region";
    "capacity-running" Sure capacity::running, "runs what the largest twin runs";
    "capacity-zones" Sure capacity::zones, "starts instances in every zone of its network";
    "check-decides" Resource checks::decides, "enables the check, with a threshold that its children can reach";
    "check-of-its-own" Resource checks::own, "gives each record set a check that probes where it leads";
    "cluster-instances" Resource clusters::instances, "gives the secondary the instances of the primary";
    "cluster-member" Resource clusters::member, "makes the copy a member of a global cluster instead of a follower of the log";
    "cluster-ready" Resource clusters::ready, "gives each secondary the version, parameters and instances of the primary";
    "cluster-regions" Resource clusters::global, "puts the cluster into a global cluster with a secondary in each active Region";
    "database-replicas" Sure databases::replicas, "adds a read replica in each active Region";
    "distribution-failover-soon" Sure distributions::soon, "asks the second origin after 10 s and for every error";
    "distribution-pair-apart" Resource distributions::apart, "moves the second origin of each pair to another Region";
    "distribution-second-origin" Resource distributions::second_origin, "adds an origin in another Region to each path; writes go to a name routed over the Regions";
    "distribution-writes" Resource distributions::writes_routed, "sends writes to a name routed over the Regions";
    "key-replicas" Sure keys::replicas, "enables the key and replicates it to each active Region";
    "local-addresses" Sure references::endpoints, "uses the addresses of its own Region";
    "local-images" Resource references::images, "pulls images from the registry of its own Region";
    "local-references" Sure references::function, "names what stands in its own Region, which is made where it does not";
    "local-references-of-task" Resource references::service, "names in its task definition what stands in its own Region, which is made where it does not";
    "local-references-of-user-data" Resource references::user_data, "names in its user data what stands in its own Region, which is made where it does not";
    "name-both-families" Resource records::both_families, "answers over IPv6 as over IPv4";
    "name-default-location" Resource records::default_location, "adds a default location that leads to whatever stands";
    "name-failover" Resource records::failover, "looks at the primary's health and adds a secondary in another Region";
    "name-health" Resource records::healthy, "lets the health of what it leads to decide whether it is answered";
    "name-quick" Resource records::quick, "keeps answers for 60 s and probes every 10 s, three times";
    "name-regions" Resource records::complete, "adds a member for each active Region and removes those of others";
    "name-routed" Resource records::routed, "routes the name by latency over the active Regions";
    "name-short-ttl" Sure records::shorter, "keeps answers for 60 s";
    "name-spread" Resource records::spread, "sends traffic to every active Region of the set";
    "queue-regions" Resource twins::queue, "makes the queue in each active Region and leads code there";
    "region-fronts" Workload twins::answering, "makes a load balancer with targets in each active Region";
    "region-twins" Workload twins::serving, "makes what serves in each active Region";
    "secret-in-step" Resource keys::failed, "writes the copies that failed";
    "secret-replicas" Sure keys::secrets, "replicates the secret to each active Region";
    "store-near-users" Resource references::store, "copies the store to the Regions that use it and leads their code there";
    "table-replica-usable" Resource tables::usable, "makes replicas usable";
    "table-replicas" Sure tables::replicas, "adds a replica in each active Region";
    "writes-forwarded" Resource references::forwarded, "forwards writes from the secondary of each Region and leads code there";
}

impl Mend {
    pub fn find(name: &str) -> Option<&'static Self> {
        MENDS.iter().find(|it| it.name == name)
    }

    /// The name most like a word.
    pub fn nearest(word: &str) -> Option<&'static str> {
        nearest(word, MENDS.iter().map(|it| it.name))
    }

    /// Whether it can mend what a rule judges.
    pub fn fits(&self, subject: Subject) -> bool {
        match self.by {
            By::Resource(_) | By::Sure(_) => {
                matches!(subject, Subject::Resource(_) | Subject::Store)
            }
            By::Workload(_) => subject == Subject::Workload,
        }
    }

    /// Mends one finding.
    pub(super) fn apply(&self, site: &mut Site<'_, '_>, subject: &SubjectId) {
        let done = match (self.by, subject) {
            (By::Resource(act), SubjectId::Resource(at)) => act(site, *at),
            (By::Sure(act), SubjectId::Resource(at)) => {
                act(site, *at);
                Ok(())
            }
            (By::Workload(act), SubjectId::Workload) => act(site),
            _ => Ok(()),
        };
        if let Err(why) = done {
            site.draft.leave(why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_are_sorted_and_have_one_name_each() {
        assert!(MENDS.is_sorted_by(|a, b| a.name < b.name));
    }
}
