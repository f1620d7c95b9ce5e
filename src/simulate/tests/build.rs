//! Small estates to lose a Region of: a load balancer and a function in each Region, one name before
//! them, and what the functions need.
//!
//! Everything was read, but for what a test says.

use std::collections::BTreeMap;

use crate::estate::Estate;
use crate::inventory::kinds::{elbv2, lambda, route53};
use crate::inventory::{
    Cause, GapKey, Header, Inventory, Kind, Properties, Reading, Reference, Region, Resource,
    reference,
};
use crate::simulate::constants::Constants;
use crate::simulate::loss::Loss;
use crate::simulate::time::Span;
use crate::simulate::{Outcome, Simulation};
use crate::workload::{Workload, Workloads};

pub(super) const ACCOUNT: &str = "111111111111";
pub(super) const WEST: &str = "eu-west-1";
pub(super) const CENTRAL: &str = "eu-central-1";
pub(super) const NORTH: &str = "eu-north-1";
pub(super) const BOTH: [&str; 2] = [WEST, CENTRAL];
pub(super) const NAME: &str = "api.example.com";

/// An alias that sees its load balancer gone, and its way to the clients.
/// `// 30 s + 60 s TTL = 90 s; upper: 120 s + 60 s + 300 s = 480 s`
pub(super) fn alias_moves() -> Span {
    Span::of(90, 480)
}

#[derive(Clone)]
pub(super) struct World {
    pub(super) resources: Vec<Resource>,
    pub(super) regions: Vec<&'static str>,
    pub(super) unread: Vec<(Kind, &'static str)>,
}

pub(super) fn arn(service: &str, region: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{region}:{ACCOUNT}:{rest}")
}

pub(super) fn resource(
    arn: String,
    region: &str,
    name: &str,
    properties: impl Into<Properties>,
) -> Resource {
    Resource {
        arn,
        account: ACCOUNT.into(),
        region: region.into(),
        name: name.to_owned(),
        tags: BTreeMap::new(),
        properties: properties.into(),
        unread: BTreeMap::new(),
    }
}

pub(super) fn denied(operation: &str, region: &str) -> GapKey {
    GapKey {
        account: ACCOUNT.into(),
        region: region.into(),
        operation: operation.to_owned(),
        cause: Cause::Denied,
    }
}

pub(super) fn host(region: &str) -> String {
    format!("api-1.{region}.elb.amazonaws.com")
}

pub(super) fn balancer(region: &str) -> String {
    arn("elasticloadbalancing", region, "loadbalancer/app/api/1")
}

pub(super) fn function(region: &str) -> String {
    arn("lambda", region, "function:api")
}

pub(super) fn table(region: &str) -> String {
    arn("dynamodb", region, "table/orders")
}

pub(super) fn cluster(region: &str) -> String {
    arn("rds", region, "cluster:orders")
}

pub(super) fn cache(region: &str) -> String {
    arn("elasticache", region, "replicationgroup:session")
}

pub(super) fn key(region: &str, id: &str) -> String {
    arn("kms", region, &format!("key/{id}"))
}

pub(super) fn secret(region: &str) -> String {
    arn("secretsmanager", region, "secret:token-AbCdEf")
}

pub(super) fn bucket(name: &str) -> String {
    format!("arn:aws:s3:::{name}")
}

/// A load balancer with a function behind it, which its own configuration leads to `needs`.
fn site(region: &str, needs: &[String]) -> Vec<Resource> {
    let group = arn("elasticloadbalancing", region, "targetgroup/api/1");
    let references = needs.iter().map(|it| Reference {
        key: "NEEDS".to_owned(),
        region: reference::region_of(it),
        target: it.clone(),
    });
    vec![
        resource(
            balancer(region),
            region,
            "api",
            elbv2::LoadBalancer {
                dns_name: Some(host(region)),
                ..Default::default()
            },
        ),
        resource(
            arn("elasticloadbalancing", region, "listener/app/api/1/1"),
            region,
            "api HTTPS:443",
            elbv2::Listener {
                load_balancer: balancer(region),
                target_groups: vec![group.clone()],
                ..Default::default()
            },
        ),
        resource(
            group,
            region,
            "api",
            elbv2::TargetGroup {
                target_type: "lambda".to_owned(),
                load_balancers: vec![balancer(region)],
                targets: vec![elbv2::Target {
                    id: function(region),
                    ..Default::default()
                }],
                ..Default::default()
            },
        ),
        resource(
            function(region),
            region,
            "api",
            lambda::Function {
                references: references.collect(),
                ..Default::default()
            },
        ),
    ]
}

/// A record set of a policy.
pub(super) fn record(
    name: &str,
    id: &str,
    policy: &str,
    rest: impl FnOnce(&mut route53::RecordSet),
) -> Resource {
    let mut record = route53::RecordSet {
        zone_id: "Z1".to_owned(),
        record_type: "A".to_owned(),
        policy: policy.to_owned(),
        set_identifier: Some(id.to_owned()).filter(|it| !it.is_empty()),
        ..Default::default()
    };
    rest(&mut record);
    let kind = record.record_type.clone();
    let arn = format!("arn:aws:route53:::recordset/Z1/{name}/{kind}/{id}");
    resource(arn, Region::GLOBAL, name, record)
}

/// An alias to a load balancer, or to a name of the same zone.
pub(super) fn to(target: &str, evaluates: bool) -> route53::Alias {
    let own = target.ends_with("example.com");
    route53::Alias {
        zone_id: if own { "Z1" } else { "ZAWS" }.to_owned(),
        dns_name: target.to_owned(),
        evaluate_target_health: evaluates,
    }
}

/// A health check, by default of an endpoint, every 30 seconds, three times.
pub(super) fn check(id: &str, rest: impl FnOnce(&mut route53::HealthCheck)) -> Resource {
    let mut check = route53::HealthCheck {
        health_check_id: id.to_owned(),
        check_type: "HTTPS".to_owned(),
        request_interval: Some(30),
        failure_threshold: Some(3),
        ..Default::default()
    };
    rest(&mut check);
    let arn = format!("arn:aws:route53:::healthcheck/{id}");
    resource(arn, Region::GLOBAL, id, check)
}

/// A check of a load balancer.
pub(super) fn probe(id: &str, region: &str) -> Resource {
    check(id, |it| it.fqdn = Some(host(region)))
}

impl World {
    /// Sites without a name before them.
    pub(super) fn sites(regions: &[&'static str], needs: impl Fn(&str) -> Vec<String>) -> Self {
        let sites = regions.iter().flat_map(|it| site(it, &needs(it)));
        Self {
            resources: sites.collect(),
            regions: regions.to_vec(),
            unread: Vec::new(),
        }
    }

    /// Sites behind one name that sees each load balancer's health.
    pub(super) fn steered(regions: &[&'static str], needs: impl Fn(&str) -> Vec<String>) -> Self {
        let mut world = Self::sites(regions, needs);
        for region in regions {
            world.push(record(NAME, region, "latency", |it| {
                it.latency_region = Some((*region).to_owned());
                it.alias = Some(to(&host(region), true));
            }));
        }
        world
    }

    /// Two sites behind these record sets and checks.
    pub(super) fn named(records: impl IntoIterator<Item = Resource>) -> Self {
        let mut world = Self::sites(&BOTH, |_| Vec::new());
        world.resources.extend(records);
        world
    }

    pub(super) fn push(&mut self, resource: Resource) {
        self.resources.push(resource);
    }

    pub(super) fn with(mut self, resources: impl IntoIterator<Item = Resource>) -> Self {
        self.resources.extend(resources);
        self
    }

    /// Without what has this ARN.
    pub(super) fn without(mut self, arn: &str) -> Self {
        let before = self.resources.len();
        self.resources.retain(|it| it.arn != arn);
        assert_eq!(self.resources.len() + 1, before, "{arn}");
        self
    }

    /// A property of a resource could not be read.
    pub(super) fn unread_in(mut self, arn: &str, property: &str) -> Self {
        let found = self.resources.iter_mut().find(|it| it.arn == arn);
        let gap = denied("x:Read", WEST);
        found.unwrap().unread.insert(property.to_owned(), gap);
        self
    }

    /// A kind could not be listed in a Region.
    pub(super) fn hiding(mut self, kind: Kind, region: &'static str) -> Self {
        self.unread.push((kind, region));
        self
    }

    pub(super) fn inventory(&self) -> Inventory {
        let scope = self.regions.iter().map(|it| Region::from(*it)).collect();
        let header = Header {
            scope: [(ACCOUNT.into(), scope)].into(),
            partition: "aws".to_owned(),
            ..Header::default()
        };
        let regions = self.regions.iter().copied().chain([Region::GLOBAL]);
        let readings = regions.map(|region| Reading {
            account: ACCOUNT.into(),
            region: region.into(),
            kinds: Kind::ALL
                .iter()
                .copied()
                .filter(|kind| kind.is_global() == (region == Region::GLOBAL))
                .filter(|kind| !self.unread.contains(&(*kind, region)))
                .collect(),
            word: None,
        });
        Inventory::new(header, self.resources.clone(), [], readings)
    }

    /// What comes of a loss.
    pub(super) fn lose(&self, what: &str) -> Outcome {
        self.lose_as(what, |_| {})
    }

    pub(super) fn lose_as(&self, what: &str, change: impl FnOnce(&mut Workload)) -> Outcome {
        let inventory = self.inventory();
        let estate = Estate::new(&inventory);
        let active: Vec<Region> = self.regions.iter().map(|it| Region::from(*it)).collect();
        let mut workloads = Workloads::of(&estate, &[], Some(&active)).workloads;
        assert_eq!(workloads.len(), 1);
        change(&mut workloads[0]);
        let simulation = Simulation {
            estate: &estate,
            constants: &Constants::default(),
        };
        let loss = Loss::parse(what).unwrap();
        let mut outcomes = simulation.outcomes(&workloads[0], &[loss]);
        outcomes.remove(0)
    }
}
