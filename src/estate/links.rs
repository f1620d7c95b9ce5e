//! Who names whom by id: one index for every "which of these belong to that".
//!
//! Only ids that AWS itself writes into the other resource; what names mean in DNS and which
//! components are the same elsewhere are worked out beside this.

use indexmap::{Equivalent, IndexMap};

use super::{Estate, index};
use crate::inventory::kinds::{autoscaling, dynamodb, ec2, elbv2, globalaccelerator, rds, route53};
use crate::inventory::{Kind, Resource};

/// What a resource is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// A resource by its own id (instance, subnet, VPC, gateway, zone) or identifier (cluster).
    Id(Kind),
    /// Resources of a kind by the ARN, id or name of what they belong to.
    Of(Kind, Kind),
    /// Record sets by name and type, within a zone.
    Set,
    /// Record sets by name, within a zone.
    Name,
}

type Key<'a> = (Link, &'a str, &'a str, &'a str, &'a str);

/// Resources by what they are found by. Only ever looked up, never walked.
#[derive(Debug, Default)]
pub(super) struct Links<'a> {
    found: IndexMap<Key<'a>, Vec<u32>>,
}

impl<'a> Links<'a> {
    pub(super) fn new(resources: &'a [Resource]) -> Self {
        let mut links = Self::default();
        for (at, resource) in resources.iter().enumerate() {
            links.add(index(at), resource);
        }
        links
    }

    fn add(&mut self, at: u32, resource: &'a Resource) {
        let kind = resource.kind();
        let mut put = |link: Link, id: &'a str| {
            let key = (
                link,
                resource.account.as_str(),
                resource.region.as_str(),
                id,
                "",
            );
            let list = self.found.entry(key).or_default();
            if list.last() != Some(&at) {
                list.push(at);
            }
        };
        if let Some(instance) = resource.of::<ec2::Instance>() {
            put(Link::Id(kind), &instance.instance_id);
        } else if let Some(subnet) = resource.of::<ec2::Subnet>() {
            put(Link::Id(kind), &subnet.subnet_id);
            put(Link::Of(kind, Kind::Ec2Vpc), &subnet.vpc_id);
        } else if let Some(vpc) = resource.of::<ec2::Vpc>() {
            put(Link::Id(kind), &vpc.vpc_id);
        } else if let Some(peering) = resource.of::<ec2::VpcPeeringConnection>() {
            put(Link::Of(kind, Kind::Ec2Vpc), &peering.requester.vpc_id);
            put(Link::Of(kind, Kind::Ec2Vpc), &peering.accepter.vpc_id);
        } else if let Some(peering) = resource.of::<ec2::TransitGatewayPeeringAttachment>() {
            put(
                Link::Of(kind, Kind::Ec2TransitGateway),
                &peering.requester.gateway_id,
            );
            put(
                Link::Of(kind, Kind::Ec2TransitGateway),
                &peering.accepter.gateway_id,
            );
        } else if let Some(listener) = resource.of::<elbv2::Listener>() {
            put(
                Link::Of(kind, Kind::ElbLoadBalancer),
                &listener.load_balancer,
            );
        } else if let Some(group) = resource.of::<elbv2::TargetGroup>() {
            for balancer in &group.load_balancers {
                put(Link::Of(kind, Kind::ElbLoadBalancer), balancer);
            }
            let target = match group.target_type.as_str() {
                "lambda" => Kind::LambdaFunction,
                "alb" => Kind::ElbLoadBalancer,
                _ => Kind::Ec2Instance,
            };
            for registered in &group.targets {
                put(Link::Of(kind, target), &registered.id);
            }
        } else if let Some(group) = resource.of::<autoscaling::AutoScalingGroup>() {
            for instance in &group.instances {
                put(Link::Of(kind, Kind::Ec2Instance), &instance.instance_id);
            }
            for target_group in &group.target_groups {
                put(Link::Of(kind, Kind::ElbTargetGroup), target_group);
            }
        } else if let Some(listener) = resource.of::<globalaccelerator::Listener>() {
            let link = Link::Of(kind, Kind::GlobalAcceleratorAccelerator);
            put(link, &listener.accelerator_arn);
        } else if let Some(group) = resource.of::<globalaccelerator::EndpointGroup>() {
            let link = Link::Of(kind, Kind::GlobalAcceleratorListener);
            put(link, &group.listener_arn);
        } else if resource.of::<rds::DbCluster>().is_some() {
            put(Link::Id(kind), &resource.name);
        } else if let Some(instance) = resource.of::<rds::DbInstance>() {
            put(Link::Id(kind), &resource.name);
            if let Some(cluster) = &instance.cluster_id {
                put(Link::Of(kind, Kind::RdsDbCluster), cluster);
            }
        } else if resource.of::<dynamodb::Table>().is_some() {
            // Namesakes in other Regions: the key leaves the Region out.
            let key = (
                Link::Name,
                resource.account.as_str(),
                "",
                resource.name.as_str(),
                "",
            );
            self.found.entry(key).or_default().push(at);
        } else if resource.of::<route53::HostedZone>().is_some() {
            self.zone(at, resource);
        } else if resource.of::<route53::RecordSet>().is_some() {
            self.record(at, resource);
        }
    }

    fn zone(&mut self, at: u32, resource: &'a Resource) {
        if let Some(zone) = resource.of::<route53::HostedZone>() {
            let key = (
                Link::Id(Kind::Route53HostedZone),
                "",
                "",
                zone.zone_id.as_str(),
                "",
            );
            self.found.entry(key).or_default().push(at);
        }
    }

    /// Ids of zones are unique in AWS, so their keys name no account.
    fn record(&mut self, at: u32, resource: &'a Resource) {
        let Some(record) = resource.of::<route53::RecordSet>() else {
            return;
        };
        let (zone, name) = (record.zone_id.as_str(), resource.name.as_str());
        let kind = record.record_type.as_str();
        let keys = [
            (
                Link::Of(Kind::Route53RecordSet, Kind::Route53HostedZone),
                "",
                "",
                zone,
                "",
            ),
            (Link::Name, "", zone, name, ""),
            (Link::Set, "", zone, name, kind),
        ];
        for key in keys {
            self.found.entry(key).or_default().push(at);
        }
    }

    fn get(&self, key: Key<'_>) -> &[u32] {
        self.found
            .get(&Asked(key))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// A key that need not live as long as the inventory.
#[derive(Hash)]
struct Asked<'k>(Key<'k>);

impl<'a> Equivalent<Key<'a>> for Asked<'_> {
    fn equivalent(&self, key: &Key<'a>) -> bool {
        self.0 == *key
    }
}

impl Estate<'_> {
    /// Resources in the same account and Region as `near` that are found by an id, ascending.
    pub fn linked(&self, link: Link, near: &Resource, id: &str) -> &[u32] {
        self.links.get((link, &near.account, &near.region, id, ""))
    }

    /// The hosted zone of that id.
    pub fn zone(&self, id: &str) -> Option<u32> {
        let key = (Link::Id(Kind::Route53HostedZone), "", "", id, "");
        self.links.get(key).first().copied()
    }

    /// All record sets of a zone, ascending.
    pub fn records_of(&self, zone_id: &str) -> &[u32] {
        let link = Link::Of(Kind::Route53RecordSet, Kind::Route53HostedZone);
        self.links.get((link, "", "", zone_id, ""))
    }

    /// The record sets of a zone with that name and type, ascending.
    pub fn record_set(&self, zone_id: &str, name: &str, record_type: &str) -> &[u32] {
        self.links.get((Link::Set, "", zone_id, name, record_type))
    }

    /// The record sets of a zone with that name, of all types, ascending.
    pub fn records_named(&self, zone_id: &str, name: &str) -> &[u32] {
        self.links.get((Link::Name, "", zone_id, name, ""))
    }

    /// The tables of that name in all Regions of an account, ascending.
    pub fn tables_named(&self, account: &str, name: &str) -> &[u32] {
        self.links.get((Link::Name, account, "", name, ""))
    }
}
