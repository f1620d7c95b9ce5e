//! What answers for a name: record sets by name, and hosts by what stands there.
//!
//! Where a name leads from there is followed in `ways.rs`.

use std::collections::{BTreeSet, HashMap};

use super::lookups::Found;
use super::{Estate, index};
use crate::inventory::kinds::{cloudfront, ec2, elbv2, globalaccelerator, route53, s3};
use crate::inventory::{GapKey, Kind, Region, Resource, not_collected, reference};

/// Where a name leads in the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// What it is.
    pub kind: LeafKind,
    /// Host name, address, bucket, or id of an endpoint.
    pub host: String,
    /// Its Region; `None` for global front doors and for hosts outside of AWS.
    pub region: Option<Region>,
    /// The resource, if it was read.
    pub resource: Option<u32>,
    /// Whether it gets traffic only when something else fails.
    pub waits: bool,
}

/// What stands at the end of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeafKind {
    LoadBalancer,
    Website,
    Bucket,
    Api,
    /// A CloudFront distribution.
    Distribution,
    /// An accelerator of Global Accelerator.
    Accelerator,
    /// A Multi-Region Access Point.
    AccessPoint,
    VpcEndpoint,
    FunctionUrl,
    /// An instance with that public address, or behind an accelerator.
    Instance,
    /// An address that no instance of the estate has.
    Address,
    /// Another host of AWS.
    Aws,
    /// A host of nobody known.
    Outside,
}

impl LeafKind {
    /// The kind of a front door: what stands before several Regions.
    pub(crate) fn door(self) -> Option<Kind> {
        match self {
            Self::Distribution => Some(Kind::CloudFrontDistribution),
            Self::Accelerator => Some(Kind::GlobalAcceleratorAccelerator),
            Self::AccessPoint => Some(Kind::S3MultiRegionAccessPoint),
            _ => None,
        }
    }

    fn of_door(kind: Kind) -> Self {
        match kind {
            Kind::CloudFrontDistribution => Self::Distribution,
            Kind::S3MultiRegionAccessPoint => Self::AccessPoint,
            _ => Self::Accelerator,
        }
    }
}

/// What a name resolves to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// What stands at the end, behind front doors too. Sorted, each once.
    pub leaves: Vec<Leaf>,
    /// What DNS itself leads to: front doors instead of what stands behind them. Sorted.
    pub ends: Vec<Leaf>,
    /// Record sets on the way, those asked for included, ascending.
    pub records: Vec<u32>,
    /// Front doors on the way, ascending.
    pub doors: Vec<u32>,
    /// Gaps that may hide further leaves, sorted.
    pub gaps: Vec<GapKey>,
}

impl Resolution {
    /// Regions of the leaves, sorted.
    pub fn regions(&self) -> Vec<Region> {
        self.regions_of(|_| true)
    }

    /// Regions of the leaves that get traffic while all is well, sorted.
    pub fn serving(&self) -> Vec<Region> {
        self.regions_of(|leaf| !leaf.waits)
    }

    fn regions_of(&self, counts: impl Fn(&Leaf) -> bool) -> Vec<Region> {
        let leaves = self.leaves.iter().filter(|leaf| counts(leaf));
        let regions: BTreeSet<&Region> = leaves.filter_map(|leaf| leaf.region.as_ref()).collect();
        regions.into_iter().cloned().collect()
    }
}

/// Record sets by name, and hosts by what answers there. Only ever looked up, never walked.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    records: HashMap<String, Vec<u32>>,
    balancers: HashMap<String, u32>,
    addresses: HashMap<&'a str, u32>,
    /// Front doors by host name and address.
    doors: HashMap<String, u32>,
    instances: HashMap<&'a str, u32>,
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
                let name = plain(&resource.name);
                names.records.entry(name).or_default().push(at);
            } else if let Some(balancer) = resource.of::<elbv2::LoadBalancer>() {
                if let Some(host) = &balancer.dns_name {
                    names.balancers.entry(plain(host)).or_insert(at);
                }
            } else if let Some(instance) = resource.of::<ec2::Instance>() {
                names.instances.entry(&instance.instance_id).or_insert(at);
                if let Some(address) = &instance.public_ip {
                    names.addresses.entry(address).or_insert(at);
                }
            }
            for host in door_hosts(resource) {
                names.doors.entry(host).or_insert(at);
            }
        }
        names
    }

    /// Record sets of a name; those of the nearest wildcard if it has none.
    pub(super) fn at(&self, name: &str) -> &[u32] {
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

    pub(super) fn instance(&self, id: &str) -> Option<u32> {
        self.instances.get(id).copied()
    }

    /// Aliases of a distribution may be patterns, as wildcards of DNS are.
    fn door(&self, host: &str) -> Option<u32> {
        let pattern = || host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        let found = self.doors.get(host);
        found.or_else(|| self.doors.get(&pattern()?)).copied()
    }
}

/// The names and addresses of a front door.
fn door_hosts(resource: &Resource) -> Vec<String> {
    if let Some(it) = resource.of::<cloudfront::Distribution>() {
        // A staging distribution shares the names of the one that it tries changes for.
        let aliases = it.aliases.iter().filter(|_| !it.staging);
        [&it.domain_name]
            .into_iter()
            .chain(aliases)
            .map(|it| plain(it))
            .collect()
    } else if let Some(it) = resource.of::<globalaccelerator::Accelerator>() {
        let hosts = it.dns_name.iter().chain(&it.dual_stack_dns_name);
        hosts.chain(&it.ip_addresses).map(|it| plain(it)).collect()
    } else if let Some(it) = resource.of::<s3::MultiRegionAccessPoint>() {
        vec![plain(&format!("{}.{ACCESS_POINTS}", it.alias))]
    } else {
        Vec::new()
    }
}

/// Where Multi-Region Access Points answer.
const ACCESS_POINTS: &str = "accesspoint.s3-global.amazonaws.com";

impl Estate<'_> {
    /// What stands at a host, and the gaps that leave its Region open.
    pub(crate) fn leaf(&self, host: &str, waits: bool) -> (Leaf, Vec<GapKey>) {
        let host = plain(host);
        let leaf = |kind, region, resource| Leaf {
            kind,
            host: host.clone(),
            region,
            resource,
            waits,
        };
        let of = |at: u32| Some(self.resource(at).region.clone());
        let named = || reference::region_of(&host).map(Region::from);
        if let Some(door) = self.names.door(&host) {
            let kind = LeafKind::of_door(self.resource(door).kind());
            return (leaf(kind, None, Some(door)), Vec::new());
        }
        if host.parse::<std::net::IpAddr>().is_ok() {
            return match self.names.addresses.get(host.as_str()).copied() {
                Some(at) => (leaf(LeafKind::Instance, of(at), Some(at)), Vec::new()),
                None => (leaf(LeafKind::Address, None, None), Vec::new()),
            };
        }
        let kind = kind_of(&host);
        match kind {
            LeafKind::LoadBalancer => {
                let bare = host.strip_prefix("dualstack.").unwrap_or(&host);
                let found = self.names.balancers.get(bare);
                let found = found.or_else(|| self.names.balancers.get(&host)).copied();
                (
                    leaf(kind, found.and_then(of).or_else(named), found),
                    Vec::new(),
                )
            }
            LeafKind::Bucket | LeafKind::Website => {
                let bucket = bucket_of(&host).map(|name| self.bucket(name));
                match bucket {
                    Some(Found::Resource(at)) => (leaf(kind, of(at), Some(at)), Vec::new()),
                    Some(Found::Unknown(gaps)) if named().is_none() => {
                        (leaf(kind, None, None), gaps)
                    }
                    Some(Found::Absent) if named().is_none() => {
                        (leaf(kind, None, None), vec![elsewhere(Kind::S3Bucket)])
                    }
                    _ => (leaf(kind, named(), None), Vec::new()),
                }
            }
            LeafKind::Outside => (leaf(kind, None, None), Vec::new()),
            _ if kind.door().is_some() => (leaf(kind, None, None), Vec::new()),
            _ => (leaf(kind, named(), None), Vec::new()),
        }
    }

    /// What answers at a host name of AWS: a database, a cache, a load balancer, a front door, a bucket.
    pub fn answering(&self, host: &str) -> Option<u32> {
        let host = plain(host);
        let known = self.by_host(&host).map(|(at, _)| at);
        known.or_else(|| self.leaf(&host, false).0.resource)
    }

    /// Gaps that may hide zones or record sets.
    pub fn names_hidden(&self) -> Vec<GapKey> {
        self.hidden_anywhere(&[Kind::Route53HostedZone, Kind::Route53RecordSet])
    }

    /// Gaps that may hide front doors, or where they lead.
    pub(super) fn doors_hidden(&self) -> Vec<GapKey> {
        self.hidden_anywhere(&[
            Kind::CloudFrontDistribution,
            Kind::GlobalAcceleratorAccelerator,
            Kind::GlobalAcceleratorListener,
            Kind::GlobalAcceleratorEndpointGroup,
        ])
    }
}

/// The gap of something that exists and is of no account that was read.
pub(super) fn elsewhere(kind: Kind) -> GapKey {
    not_collected(kind, &"another account".into(), &Region::global())
}

/// The bucket that a host of S3 names, in the style of virtual hosts.
fn bucket_of(host: &str) -> Option<&str> {
    let (at, _) = host.match_indices(".s3").next()?;
    let rest = &host[at + 1..];
    let service = rest.split('.').next().unwrap_or_default();
    let plain = service == "s3" || service.starts_with("s3-");
    plain.then(|| &host[..at])
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
        "compute.internal",
    ];
    if under("cloudfront.net") || under("cloudfront.cn") {
        LeafKind::Distribution
    } else if under("awsglobalaccelerator.com") {
        LeafKind::Accelerator
    } else if under(ACCESS_POINTS) {
        LeafKind::AccessPoint
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
    } else if bucket_of(host).is_some() {
        LeafKind::Bucket
    } else {
        LeafKind::Aws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_buckets_name_them() {
        for (host, bucket) in [
            ("assets.s3.amazonaws.com", Some("assets")),
            ("my.assets.s3.eu-west-1.amazonaws.com", Some("my.assets")),
            ("assets.s3-eu-west-1.amazonaws.com", Some("assets")),
            (
                "assets.s3.dualstack.eu-west-1.amazonaws.com",
                Some("assets"),
            ),
            (
                "assets.s3-website.eu-central-1.amazonaws.com",
                Some("assets"),
            ),
            ("s3.eu-west-1.amazonaws.com", None),
            ("s3-website-eu-west-1.amazonaws.com", None),
            ("abc.execute-api.eu-west-1.amazonaws.com", None),
        ] {
            assert_eq!(bucket_of(host), bucket, "{host}");
        }
    }
}
