//! What a thing is made of and hangs on: what selects it selects its parts, which often bear no
//! tags, its network and its keys.
//!
//! Follows ids that AWS writes into the parts. Whose the whole is, is not decided here.

use std::collections::BTreeSet;

use super::Estate;
use super::edges::Relation;
use super::links::Link;
use super::lookups::Found;
use super::replicas::{GlobalOf, listed_members};
use crate::inventory::kinds::{autoscaling, ec2, ec2_launch, ecs, elbv2, lambda, route53};
use crate::inventory::{GapKey, Kind, Resource};

/// Parts that name their whole: the whole's kind, and the kinds of its parts.
const PARTS: &[(Kind, &[Kind])] = &[
    (
        Kind::ElbLoadBalancer,
        &[Kind::ElbListener, Kind::ElbTargetGroup],
    ),
    (
        Kind::Ec2Vpc,
        &[
            Kind::Ec2Subnet,
            Kind::Ec2RouteTable,
            Kind::Ec2NatGateway,
            Kind::Ec2VpcEndpoint,
            Kind::Ec2VpcPeeringConnection,
            Kind::Ec2TransitGatewayVpcAttachment,
        ],
    ),
    (Kind::Ec2Instance, &[Kind::Ec2Volume]),
    (
        Kind::Ec2TransitGateway,
        &[
            Kind::Ec2TransitGatewayPeeringAttachment,
            Kind::Ec2TransitGatewayRouteTable,
        ],
    ),
    (Kind::RdsDbCluster, &[Kind::RdsDbInstance]),
    (
        Kind::GlobalAcceleratorAccelerator,
        &[Kind::GlobalAcceleratorListener],
    ),
    (
        Kind::GlobalAcceleratorListener,
        &[Kind::GlobalAcceleratorEndpointGroup],
    ),
];

/// A transit gateway, and what is its own.
const GATEWAYS: [Kind; 3] = [
    Kind::Ec2TransitGateway,
    Kind::Ec2TransitGatewayPeeringAttachment,
    Kind::Ec2TransitGatewayRouteTable,
];

impl Estate<'_> {
    /// What may hide the whole that a resource is a part of.
    pub fn whole_hidden(&self, at: u32) -> Option<GapKey> {
        let kind = self.resource(at).kind();
        if kind == Kind::ArcRegionSwitchPlan {
            return self.hidden_of_plan(at);
        }
        let wholes = PARTS.iter().filter(|(_, parts)| parts.contains(&kind));
        // What is a transit gateway's belongs to the VPCs beside it.
        let beside = GATEWAYS.contains(&kind).then_some(Kind::Ec2Vpc);
        let wholes = wholes.map(|(whole, _)| *whole).chain(beside);
        let hidden = wholes.flat_map(|whole| self.hidden_here(at, whole));
        hidden.min().cloned()
    }

    /// The resources and all their parts, parts of parts included.
    pub fn with_parts(&self, wholes: BTreeSet<u32>) -> BTreeSet<u32> {
        let mut open: Vec<u32> = wholes.iter().copied().collect();
        let mut all = wholes;
        while let Some(at) = open.pop() {
            for part in self.parts(at) {
                if all.insert(part) {
                    open.push(part);
                }
            }
        }
        all
    }

    fn parts(&self, at: u32) -> Vec<u32> {
        let whole = self.resource(at);
        let id = self.link_id(at);
        let kinds = PARTS.iter().filter(|(kind, _)| *kind == whole.kind());
        let mut parts: Vec<u32> = kinds
            .flat_map(|(kind, parts)| parts.iter().map(|part| Link::Of(*part, *kind)))
            .flat_map(|link| self.linked(link, whole, id))
            .copied()
            .collect();
        if let Some(group) = whole.of::<autoscaling::AutoScalingGroup>() {
            for instance in &group.instances {
                let link = Link::Id(Kind::Ec2Instance);
                parts.extend(self.linked(link, whole, &instance.instance_id));
            }
            let template = group.launch_template.iter();
            let link = Link::Id(Kind::Ec2LaunchTemplate);
            parts.extend(template.flat_map(|id| self.linked(link, whole, id)));
        }
        if let Some(template) = whole.of::<ec2_launch::LaunchTemplate>() {
            let images = template
                .versions
                .iter()
                .filter_map(|it| it.image_id.as_ref());
            let link = Link::Id(Kind::Ec2Image);
            parts.extend(images.flat_map(|id| self.linked(link, whole, id)));
        }
        let global = match whole.kind() {
            Kind::RdsDbCluster => self.global_cluster(at),
            Kind::CacheReplicationGroup => self.global_datastore(at),
            _ => GlobalOf::None,
        };
        if let GlobalOf::Cluster(global) = global {
            parts.push(global);
        }
        let members = listed_members(whole).into_iter();
        parts.extend(members.filter_map(|member| self.by_arn(member)));
        let copies = self
            .edges_from(at)
            .filter(|edge| edge.mechanism == "rds-backup-repl");
        parts.extend(copies.filter_map(|edge| edge.to.resource()));
        if let Some(service) = whole.of::<ecs::Service>() {
            let named = [&service.task_definition, &service.cluster];
            parts.extend(named.into_iter().filter_map(|arn| self.by_arn(arn)));
        }
        if let Some(cluster) = whole.of::<ecs::Cluster>() {
            let link = Link::Id(Kind::EcsCapacityProvider);
            let named = cluster.capacity_providers.iter();
            parts.extend(named.flat_map(|name| self.linked(link, whole, name)));
        }
        if whole.kind() == Kind::LambdaFunction {
            parts.extend(self.mappings_of(at));
        }
        parts.extend(self.scalable_targets(at));
        parts.extend(self.checks(at));
        parts.extend(self.network(at));
        parts.extend(self.plans_for(at));
        let keys = self
            .edges_from(at)
            .filter(|edge| edge.relation == Relation::Decrypts);
        parts.extend(keys.filter_map(|edge| edge.to.resource()));
        if whole.kind() == Kind::Ec2Vpc {
            parts.extend(self.gateways_near(whole));
        }
        parts
    }

    /// The VPC that a component stands in.
    fn network(&self, at: u32) -> Vec<u32> {
        let resource = self.resource(at);
        let subnet = |id: &String| {
            let found = self.linked(Link::Id(Kind::Ec2Subnet), resource, id);
            let mut found = found
                .iter()
                .filter_map(|at| self.resource(*at).of::<ec2::Subnet>());
            found.next()
        };
        let vpc = if let Some(instance) = resource.of::<ec2::Instance>() {
            instance.vpc_id.as_ref()
        } else if let Some(balancer) = resource.of::<elbv2::LoadBalancer>() {
            balancer.vpc_id.as_ref()
        } else if let Some(function) = resource.of::<lambda::Function>() {
            function.vpc_id.as_ref()
        } else if let Some(group) = resource.of::<autoscaling::AutoScalingGroup>() {
            group.subnets.iter().find_map(subnet).map(|it| &it.vpc_id)
        } else if let Some(service) = resource.of::<ecs::Service>() {
            service.subnets.iter().find_map(subnet).map(|it| &it.vpc_id)
        } else {
            None
        };
        let found = vpc.map(|id| self.linked(Link::Id(Kind::Ec2Vpc), resource, id));
        found.unwrap_or_default().to_vec()
    }

    /// Transit gateways of the same account and Region, and what is theirs: shared ground of every
    /// VPC there, whether or not the gateways themselves could be listed.
    fn gateways_near(&self, vpc: &Resource) -> impl Iterator<Item = u32> {
        let near = |kind| self.of_kind_in(kind, &vpc.account, &vpc.region);
        GATEWAYS.into_iter().flat_map(near)
    }

    /// Health checks that decide about a record set, or that a calculated check is made of.
    fn checks(&self, at: u32) -> Vec<u32> {
        let resource = self.resource(at);
        let record = resource.of::<route53::RecordSet>();
        let check = resource.of::<route53::HealthCheck>();
        let own = record.and_then(|it| it.health_check_id.as_ref());
        let ids = own
            .into_iter()
            .chain(check.into_iter().flat_map(|it| &it.children));
        ids.filter_map(|id| match self.health_check(id) {
            Found::Resource(check) => Some(check),
            Found::Absent | Found::Unknown(_) => None,
        })
        .collect()
    }

    /// What the parts of a resource know it by.
    fn link_id(&self, at: u32) -> &str {
        let resource = self.resource(at);
        if let Some(vpc) = resource.of::<ec2::Vpc>() {
            &vpc.vpc_id
        } else if let Some(gateway) = resource.of::<ec2::TransitGateway>() {
            &gateway.gateway_id
        } else if let Some(instance) = resource.of::<ec2::Instance>() {
            &instance.instance_id
        } else {
            match resource.kind() {
                Kind::ElbLoadBalancer
                | Kind::GlobalAcceleratorAccelerator
                | Kind::GlobalAcceleratorListener => &resource.arn,
                _ => &resource.name,
            }
        }
    }
}
