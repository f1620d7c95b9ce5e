//! Who names whom by id: one index for every "which of these belong to that".
//!
//! Only ids that AWS itself writes into the other resource; what names mean in DNS and which
//! components are the same elsewhere are worked out beside this.

use indexmap::{Equivalent, IndexMap};

use super::replicas::listed_members;
use super::{Estate, consumers, index, scaling};
use crate::inventory::kinds::{
    applicationautoscaling, autoscaling, dynamodb, ec2, ecs, elbv2, lambda, rds, route53,
};
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
    /// Record sets by name, within a zone; hosted zones by name.
    Name,
    /// Record sets by the name and type that their alias leads to, within a zone.
    Alias,
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
        } else if resource.of::<rds::DbCluster>().is_some() {
            put(Link::Id(kind), &resource.name);
        } else if let Some(instance) = resource.of::<rds::DbInstance>() {
            put(Link::Id(kind), &resource.name);
            if let Some(cluster) = &instance.cluster_id {
                put(Link::Of(kind, Kind::RdsDbCluster), cluster);
            }
        } else if let Some(member) = kind.lists() {
            for arn in listed_members(resource) {
                self.put_anywhere(at, Link::Of(kind, member), arn);
            }
        } else if let Some(check) = resource.of::<route53::HealthCheck>() {
            for child in &check.children {
                self.put_anywhere(at, Link::Of(kind, kind), child);
            }
        } else if resource.of::<dynamodb::Table>().is_some() {
            put(Link::Id(kind), &resource.name);
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
        } else {
            self.running(at, resource);
        }
    }

    /// What runs, what feeds it and what scales it.
    fn running(&mut self, at: u32, resource: &'a Resource) {
        let kind = resource.kind();
        let mut put = |link: Link, id: &'a str| self.within(at, link, resource, (id, ""));
        if resource.of::<lambda::Function>().is_some()
            || resource.of::<ecs::CapacityProvider>().is_some()
        {
            put(Link::Id(kind), &resource.name);
        } else if let Some(mapping) = resource.of::<lambda::EventSourceMapping>() {
            let function = consumers::unqualified(&mapping.function_arn);
            put(Link::Of(kind, Kind::LambdaFunction), function);
            if let Some(arn) = &mapping.event_source_arn {
                for source in [Kind::DynamoDbTable, Kind::SqsQueue] {
                    put(Link::Of(kind, source), consumers::source(arn));
                }
            }
        } else if let Some(service) = resource.of::<ecs::Service>() {
            for group in &service.target_groups {
                put(Link::Of(kind, Kind::ElbTargetGroup), group);
            }
            let place = (resource.name.as_str(), scaling::cluster_of(resource));
            self.within(at, Link::Id(kind), resource, place);
        } else if let Some(target) = resource.of::<applicationautoscaling::ScalableTarget>()
            && let Some((scaled, name, cluster)) = scaling::scaled(target)
        {
            self.within(at, Link::Of(kind, scaled), resource, (name, cluster));
        }
    }

    /// What is known by a name within a cluster.
    fn within(
        &mut self,
        at: u32,
        link: Link,
        resource: &'a Resource,
        (name, cluster): (&'a str, &'a str),
    ) {
        let (account, region) = (resource.account.as_str(), resource.region.as_str());
        let key = (link, account, region, name, cluster);
        self.found.entry(key).or_default().push(at);
    }

    fn zone(&mut self, at: u32, resource: &'a Resource) {
        if let Some(zone) = resource.of::<route53::HostedZone>() {
            self.put_anywhere(at, Link::Id(Kind::Route53HostedZone), &zone.zone_id);
            self.put_anywhere(at, Link::Name, &resource.name);
        }
    }

    /// By what is unique in AWS, whoever holds it, or may be anybody's.
    fn put_anywhere(&mut self, at: u32, link: Link, id: &'a str) {
        let list = self.found.entry((link, "", "", id, "")).or_default();
        if list.last() != Some(&at) {
            list.push(at);
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
        let inside = record.alias.iter().filter(|it| it.zone_id == zone);
        let alias = inside.map(|it| (Link::Alias, "", zone, it.dns_name.as_str(), kind));
        for key in keys.into_iter().chain(alias) {
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
        self.linked_within(link, near, id, "")
    }

    /// The same for what is known by a name within a cluster.
    pub fn linked_within(&self, link: Link, near: &Resource, id: &str, cluster: &str) -> &[u32] {
        let key = (
            link,
            near.account.as_str(),
            near.region.as_str(),
            id,
            cluster,
        );
        self.links.get(key)
    }

    /// The hosted zone of that id.
    pub fn zone(&self, id: &str) -> Option<u32> {
        let key = (Link::Id(Kind::Route53HostedZone), "", "", id, "");
        self.links.get(key).first().copied()
    }

    /// The hosted zones of that name, ascending.
    pub fn zones_named(&self, name: &str) -> &[u32] {
        self.links.get((Link::Name, "", "", name, ""))
    }

    /// The resources of a global kind that list a resource as their member, ascending.
    pub fn listing_in(&self, kind: Kind, member: &Resource) -> &[u32] {
        let link = Link::Of(kind, member.kind());
        self.links.get((link, "", "", &member.arn, ""))
    }

    /// The calculated checks that count the health check of that id, ascending.
    pub fn checks_counting(&self, id: &str) -> &[u32] {
        let link = Link::Of(Kind::Route53HealthCheck, Kind::Route53HealthCheck);
        self.links.get((link, "", "", id, ""))
    }

    /// The record sets of a zone whose alias leads to that name and type, ascending.
    pub fn aliases_of(&self, zone_id: &str, name: &str, record_type: &str) -> &[u32] {
        let key = (Link::Alias, "", zone_id, name, record_type);
        self.links.get(key)
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
