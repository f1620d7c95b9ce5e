//! The ways from a name to where it leads in the end.
//!
//! Follows aliases and CNAMEs through the zones of the estate, and what is found there through
//! global front doors: distributions to their origins, accelerators to their endpoints,
//! Multi-Region Access Points to their buckets. What cannot be followed (zones that were not read,
//! front doors of other accounts) leaves the answer open.

use std::collections::{BTreeSet, HashSet};

use super::Estate;
use super::doors::Ahead;
use super::names::{Leaf, LeafKind, Resolution, elsewhere};
use crate::inventory::kinds::route53;
use crate::inventory::{AccountId, Cause, GapKey, Kind, Region};

/// How something is come by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Way {
    /// Whether it is gone only when something else fails.
    waits: bool,
    /// Whether it leads through a front door.
    beyond: bool,
}

/// One walk. Every record set and door is entered once for each way, so that cycles end.
#[derive(Default)]
struct Walk {
    seen: HashSet<(u32, Way)>,
    open: Vec<(u32, Way)>,
    leaves: BTreeSet<Leaf>,
    ends: BTreeSet<Leaf>,
    gaps: BTreeSet<GapKey>,
    records: BTreeSet<u32>,
    doors: BTreeSet<u32>,
}

impl Walk {
    fn push(&mut self, next: Vec<u32>, way: Way) {
        self.open.extend(next.into_iter().map(|at| (at, way)));
    }
}

/// A host that a resource (by index) names, and whether it waits.
pub(super) type Named<'n> = (u32, &'n str, bool);

/// Record types that lead on for someone who asks for the other type.
fn answers(asked: &str, found: &str) -> bool {
    match asked {
        "A" | "AAAA" => found == asked || found == "CNAME",
        "CNAME" | "HTTPS" => matches!(found, "A" | "AAAA" | "CNAME"),
        _ => found == asked,
    }
}

/// Whether a member of a routed set is answered only when the others fail.
fn waits(record: &route53::RecordSet) -> bool {
    record.failover.as_deref() == Some("SECONDARY") || record.weight == Some(0)
}

/// Sorted leaves, each once: what serves on one way does not wait.
fn settled(leaves: BTreeSet<Leaf>) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = leaves.into_iter().collect();
    leaves.dedup_by(|later, first| {
        (later.kind, &later.host, &later.region) == (first.kind, &first.host, &first.region)
    });
    leaves
}

impl Estate<'_> {
    /// Where record sets, or front doors, lead together.
    pub fn resolve(&self, records: &[u32]) -> Resolution {
        self.follow(records, &[])
    }

    /// Where hosts lead that resources name themselves, together.
    pub(super) fn resolve_hosts(&self, hosts: &[Named<'_>]) -> Resolution {
        self.follow(&[], hosts)
    }

    fn follow(&self, records: &[u32], hosts: &[Named<'_>]) -> Resolution {
        let mut walk = Walk::default();
        walk.push(records.to_vec(), Way::default());
        for (from, host, waits) in hosts {
            let way = Way {
                waits: *waits,
                beyond: false,
            };
            self.host(*from, host, way, &mut walk);
        }
        while let Some((at, way)) = walk.open.pop() {
            if !walk.seen.insert((at, way)) {
                continue;
            }
            match self.resource(at).of::<route53::RecordSet>() {
                Some(record) => self.record(at, record, way, &mut walk),
                None => self.door(at, way, &mut walk),
            }
        }
        Resolution {
            leaves: settled(walk.leaves),
            ends: settled(walk.ends),
            records: walk.records.into_iter().collect(),
            doors: walk.doors.into_iter().collect(),
            gaps: walk.gaps.into_iter().collect(),
        }
    }

    /// Record sets that a name leads to for a type, seen from a public or private zone.
    pub(crate) fn records_for(
        &self,
        name: &str,
        kind: &str,
        zone: Option<&str>,
        private: bool,
    ) -> Vec<u32> {
        let fits = |at: &u32| {
            let record = self.resource(*at).of::<route53::RecordSet>();
            record.is_some_and(|it| {
                it.private == private
                    && zone.is_none_or(|zone| it.zone_id == zone)
                    && answers(kind, &it.record_type)
            })
        };
        self.names.at(name).iter().copied().filter(fits).collect()
    }

    /// Address records and CNAMEs of a public name.
    pub fn public_records(&self, name: &str) -> Vec<u32> {
        self.records_for(name, "CNAME", None, false)
    }

    fn record(&self, at: u32, record: &route53::RecordSet, way: Way, walk: &mut Walk) {
        let way = Way {
            waits: way.waits || waits(record),
            ..way
        };
        walk.records.insert(at);
        let unread = &self.resource(at).unread;
        let leads = ["alias", "values"]
            .into_iter()
            .filter_map(|it| unread.get(it));
        walk.gaps.extend(leads.cloned());
        let kind = record.record_type.as_str();
        if let Some(alias) = &record.alias {
            let zone = Some(alias.zone_id.as_str()).filter(|it| *it == record.zone_id);
            let next = match zone {
                Some(_) => self.records_for(&alias.dns_name, kind, zone, record.private),
                None => Vec::new(),
            };
            if next.is_empty() {
                self.end(at, &alias.dns_name, zone.is_some(), way, walk);
            }
            walk.push(next, way);
            return;
        }
        for value in &record.values {
            let next = match kind {
                "CNAME" => self.records_for(value, kind, None, record.private),
                "A" | "AAAA" => Vec::new(),
                _ => continue,
            };
            if next.is_empty() {
                self.end(at, value, kind == "CNAME", way, walk);
            }
            walk.push(next, way);
        }
    }

    /// A host that somebody resolves in public.
    fn host(&self, from: u32, host: &str, way: Way, walk: &mut Walk) {
        let next = self.public_records(host);
        if next.is_empty() {
            self.end(from, host, true, way, walk);
        }
        walk.push(next, way);
    }

    /// A host that no record set of the estate answers for.
    fn end(&self, from: u32, host: &str, may_be_ours: bool, way: Way, walk: &mut Walk) {
        let (leaf, gaps) = self.leaf(host, way.waits);
        walk.gaps.extend(gaps);
        if !way.beyond {
            walk.ends.insert(leaf.clone());
        }
        match (leaf.kind, leaf.resource) {
            (kind, Some(door)) if kind.door().is_some() => {
                walk.open.push((door, way));
                return;
            }
            (kind, None) if kind.door().is_some() => walk.gaps.extend(self.behind(kind)),
            (LeafKind::Outside, _) if may_be_ours => walk.gaps.extend(self.names_hidden()),
            // An unmatched address may be an Elastic IP, a load balancer's, an accelerator's or an
            // unread instance's.
            (LeafKind::Address, _) => {
                walk.gaps.extend(self.addresses_hidden());
                walk.gaps.insert(address(&self.resource(from).account));
            }
            _ => {}
        }
        walk.leaves.insert(leaf);
    }

    /// Why nobody knows what stands behind a front door that was not read.
    pub(crate) fn behind(&self, kind: LeafKind) -> Vec<GapKey> {
        let kinds: Vec<Kind> = kind.door().into_iter().collect();
        let hidden = self.hidden_anywhere(&kinds);
        if hidden.is_empty() {
            kinds.into_iter().map(elsewhere).collect()
        } else {
            hidden
        }
    }

    /// Why nobody knows who has an address.
    pub(crate) fn holders_of_addresses(&self) -> Vec<GapKey> {
        let mut gaps = self.addresses_hidden();
        gaps.push(address(&"another account".into()));
        gaps
    }

    /// Why nobody knows what stands behind a name that no zone of the estate answers for.
    pub(crate) fn names_elsewhere(&self) -> Vec<GapKey> {
        let hidden = self.names_hidden();
        if hidden.is_empty() {
            vec![elsewhere(Kind::Route53RecordSet)]
        } else {
            hidden
        }
    }

    /// Gaps that may hide who has an address.
    fn addresses_hidden(&self) -> Vec<GapKey> {
        self.hidden_anywhere(&[Kind::Ec2Instance, Kind::GlobalAcceleratorAccelerator])
    }

    /// Goes through a front door. One that leads nowhere is the end itself.
    fn door(&self, at: u32, way: Way, walk: &mut Walk) {
        walk.doors.insert(at);
        let (ahead, gaps) = self.ahead(at);
        let open = !gaps.is_empty();
        walk.gaps.extend(gaps);
        if ahead.is_empty() && !open {
            walk.leaves.insert(self.closed(at, way.waits));
        }
        for next in ahead {
            match next {
                Ahead::Host { host, waits } => {
                    let way = Way {
                        waits: way.waits || waits,
                        beyond: true,
                    };
                    self.host(at, host, way, walk);
                }
                Ahead::Leaf(mut leaf) => {
                    leaf.waits |= way.waits;
                    walk.leaves.insert(leaf);
                }
            }
        }
    }
}

/// The gap of an address: Elastic IP addresses are not collected.
fn address(account: &AccountId) -> GapKey {
    GapKey {
        account: account.clone(),
        region: Region::global(),
        operation: "AWS::EC2::EIP".to_owned(),
        cause: Cause::NotCollected,
    }
}
