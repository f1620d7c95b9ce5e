//! The DNS tree: which places a name leads to in the end.
//!
//! Follows aliases and CNAMEs through the zones of the estate. What it cannot follow (zones that
//! were not read, global front doors whose origins are not collected) leaves the answer open.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Estate, index};
use crate::inventory::kinds::{ec2, elbv2, route53};
use crate::inventory::{Cause, GapKey, Kind, Region, Resource, reference};

/// Where a name leads in the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// What it is.
    pub kind: LeafKind,
    /// Host name or address.
    pub host: String,
    /// Its Region; `None` for global front doors and for hosts outside of AWS.
    pub region: Option<Region>,
    /// The resource, if it was read.
    pub resource: Option<u32>,
}

/// What stands at the end of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeafKind {
    LoadBalancer,
    Website,
    Api,
    Distribution,
    Accelerator,
    VpcEndpoint,
    FunctionUrl,
    /// An instance with that public address.
    Instance,
    /// An address that no instance of the estate has.
    Address,
    /// Another host of AWS.
    Aws,
    /// A host of nobody known.
    Outside,
}

/// What a name resolves to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Sorted, each once.
    pub leaves: Vec<Leaf>,
    /// Record sets on the way, those asked for included, ascending.
    pub records: Vec<u32>,
    /// Gaps that may hide further leaves, sorted.
    pub gaps: Vec<GapKey>,
}

impl Resolution {
    /// Regions of the leaves, sorted.
    pub fn regions(&self) -> Vec<Region> {
        let regions: BTreeSet<&Region> = self
            .leaves
            .iter()
            .filter_map(|l| l.region.as_ref())
            .collect();
        regions.into_iter().cloned().collect()
    }
}

/// Record sets by name, and hosts by what answers there. Only ever looked up, never walked.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    records: HashMap<String, Vec<u32>>,
    balancers: HashMap<String, u32>,
    addresses: HashMap<&'a str, u32>,
}

/// A name as it is compared: lower case, no last dot, `*` written plainly.
pub(super) fn plain(name: &str) -> String {
    name.trim_end_matches('.')
        .to_ascii_lowercase()
        .replace("\\052", "*")
}

impl<'a> Names<'a> {
    pub(super) fn new(resources: &'a [Resource]) -> Self {
        let mut names = Self::default();
        for (at, resource) in resources.iter().enumerate() {
            let at = index(at);
            if resource.of::<route53::RecordSet>().is_some() {
                names
                    .records
                    .entry(plain(&resource.name))
                    .or_default()
                    .push(at);
            } else if let Some(balancer) = resource.of::<elbv2::LoadBalancer>() {
                if let Some(host) = &balancer.dns_name {
                    names.balancers.entry(plain(host)).or_insert(at);
                }
            } else if let Some(instance) = resource.of::<ec2::Instance>()
                && let Some(address) = &instance.public_ip
            {
                names.addresses.entry(address).or_insert(at);
            }
        }
        names
    }

    /// Record sets of a name; those of the nearest wildcard if it has none.
    fn at(&self, name: &str) -> &[u32] {
        let name = plain(name);
        if let Some(found) = self.records.get(&name) {
            return found;
        }
        let mut rest = name.as_str();
        while let Some((_, parent)) = rest.split_once('.') {
            if let Some(found) = self.records.get(&format!("*.{parent}")) {
                return found;
            }
            // A name that exists below the wildcard shields what is under it.
            if self.records.contains_key(parent) {
                return &[];
            }
            rest = parent;
        }
        &[]
    }
}

/// Record types that lead on for someone who asks for the other type.
fn answers(asked: &str, found: &str) -> bool {
    match asked {
        "A" | "AAAA" => found == asked || found == "CNAME",
        "CNAME" | "HTTPS" => matches!(found, "A" | "AAAA" | "CNAME"),
        _ => found == asked,
    }
}

/// One walk through the tree. Every record set is entered once, so that cycles end.
#[derive(Default)]
struct Walk {
    seen: HashSet<u32>,
    open: Vec<u32>,
    leaves: BTreeSet<Leaf>,
    gaps: BTreeSet<GapKey>,
    records: BTreeSet<u32>,
}

impl Estate<'_> {
    /// Where record sets lead, together.
    pub fn resolve(&self, records: &[u32]) -> Resolution {
        self.resolve_with(records, &[])
    }

    /// As [`Self::resolve`], together with hosts that a resource (by index) names itself.
    pub(super) fn resolve_with(&self, records: &[u32], hosts: &[(u32, &str)]) -> Resolution {
        let mut walk = Walk {
            open: records.to_vec(),
            ..Walk::default()
        };
        for (from, host) in hosts {
            self.end(*from, host, true, &mut walk);
        }
        while let Some(at) = walk.open.pop() {
            if !walk.seen.insert(at) {
                continue;
            }
            if let Some(record) = self.resource(at).of::<route53::RecordSet>() {
                walk.records.insert(at);
                let unread = &self.resource(at).unread;
                let leads = ["alias", "values"]
                    .into_iter()
                    .filter_map(|it| unread.get(it));
                walk.gaps.extend(leads.cloned());
                self.step(at, record, &mut walk);
            }
        }
        Resolution {
            leaves: walk.leaves.into_iter().collect(),
            records: walk.records.into_iter().collect(),
            gaps: walk.gaps.into_iter().collect(),
        }
    }

    /// Record sets that a name leads to for a type, seen from a public or private zone.
    fn records_for(&self, name: &str, kind: &str, zone: Option<&str>, private: bool) -> Vec<u32> {
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

    fn step(&self, at: u32, record: &route53::RecordSet, walk: &mut Walk) {
        let kind = record.record_type.as_str();
        if let Some(alias) = &record.alias {
            let zone = Some(alias.zone_id.as_str()).filter(|it| *it == record.zone_id);
            let inside = zone.is_some();
            let next = match zone {
                Some(_) => self.records_for(&alias.dns_name, kind, zone, record.private),
                None => Vec::new(),
            };
            if next.is_empty() {
                self.end(at, &alias.dns_name, inside, walk);
            }
            walk.open.extend(next);
            return;
        }
        for value in &record.values {
            let next = match kind {
                "CNAME" => self.records_for(value, kind, None, record.private),
                "A" | "AAAA" => Vec::new(),
                _ => continue,
            };
            if next.is_empty() {
                self.end(at, value, kind == "CNAME", walk);
            }
            walk.open.extend(next);
        }
    }

    /// A host that no record set of the estate answers for.
    fn end(&self, from: u32, host: &str, may_be_ours: bool, walk: &mut Walk) {
        let leaf = self.leaf(&plain(host));
        let account = &self.resource(from).account;
        match leaf.kind {
            LeafKind::Distribution => {
                walk.gaps
                    .insert(front_door(account, "AWS::CloudFront::Distribution"));
            }
            LeafKind::Accelerator => {
                walk.gaps
                    .insert(front_door(account, "AWS::GlobalAccelerator::Accelerator"));
            }
            LeafKind::Outside if may_be_ours => {
                walk.gaps.extend(self.names_hidden());
            }
            // An unmatched address may be an Elastic IP, a load balancer's or an unread instance's.
            LeafKind::Address => {
                walk.gaps.extend(self.hidden_anywhere(&[Kind::Ec2Instance]));
                walk.gaps.insert(front_door(account, "AWS::EC2::EIP"));
            }
            _ => {}
        }
        walk.leaves.insert(leaf);
    }

    fn leaf(&self, host: &str) -> Leaf {
        let mut resource = None;
        let kind = if host.parse::<std::net::IpAddr>().is_ok() {
            resource = self.names.addresses.get(host).copied();
            if resource.is_some() {
                LeafKind::Instance
            } else {
                LeafKind::Address
            }
        } else {
            kind_of(host)
        };
        if kind == LeafKind::LoadBalancer {
            let bare = host.strip_prefix("dualstack.").unwrap_or(host);
            resource = self
                .names
                .balancers
                .get(bare)
                .or_else(|| self.names.balancers.get(host))
                .copied();
        }
        let region = match resource {
            Some(at) => Some(self.resource(at).region.clone()),
            None if kind == LeafKind::Address => None,
            None if matches!(kind, LeafKind::Distribution | LeafKind::Accelerator) => None,
            None if kind == LeafKind::Outside => None,
            None => reference::region_of(host).map(Region::from),
        };
        Leaf {
            kind,
            host: host.to_owned(),
            region,
            resource,
        }
    }

    /// The load balancer or database that answers at a host name.
    pub fn host(&self, host: &str) -> Option<u32> {
        let host = plain(host);
        self.by_host(&host)
            .map(|(at, _)| at)
            .or_else(|| self.leaf(&host).resource)
    }

    /// Gaps that may hide zones or record sets.
    pub fn names_hidden(&self) -> Vec<GapKey> {
        self.hidden_anywhere(&[Kind::Route53HostedZone, Kind::Route53RecordSet])
    }
}

/// The gap of a front door: this kind is not collected, and Regions stand behind it.
fn front_door(account: &crate::inventory::AccountId, kind: &str) -> GapKey {
    GapKey {
        account: account.clone(),
        region: Region::global(),
        operation: kind.to_owned(),
        cause: Cause::NotCollected,
    }
}

fn kind_of(host: &str) -> LeafKind {
    let under = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    let has = |label: &str| host.split('.').any(|it| it == label);
    let aws = [
        "amazonaws.com",
        "amazonaws.com.cn",
        "amazonaws.eu",
        "api.aws",
        "on.aws",
    ];
    if under("cloudfront.net") || under("cloudfront.cn") {
        LeafKind::Distribution
    } else if under("awsglobalaccelerator.com") {
        LeafKind::Accelerator
    } else if under("awsapprunner.com") || under("elasticbeanstalk.com") {
        LeafKind::Aws
    } else if !aws.iter().any(|domain| under(domain)) {
        LeafKind::Outside
    } else if has("elb") {
        LeafKind::LoadBalancer
    } else if has("execute-api") {
        LeafKind::Api
    } else if has("lambda-url") {
        LeafKind::FunctionUrl
    } else if has("vpce") {
        LeafKind::VpcEndpoint
    } else if host.split('.').any(|it| it.starts_with("s3-website")) {
        LeafKind::Website
    } else {
        LeafKind::Aws
    }
}
