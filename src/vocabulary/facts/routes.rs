//! Route tables, what routes lead through, and endpoints.

use std::collections::BTreeSet;

use super::databases::here;
use crate::estate::links::Link;
use crate::estate::network::{Sought, Way};
use crate::inventory::kinds::ec2::{
    GatewaySide, TransitGatewayPeeringAttachment, VpcPeeringConnection,
};
use crate::inventory::kinds::ec2_routes::{
    NatGateway, RouteTable, TransitGatewayRouteTable, VpcEndpoint,
};
use crate::inventory::{AccountId, GapKey, Kind, Region};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const ROUTE_TABLE: &[Fact] = &[
    Fact {
        name: "used_by",
        doc: "The subnets that use it: those that name it, and for the main one those that name none.",
        ty: |types, _| types.list(Kind::Ec2Subnet),
        get: |world, index| {
            let (found, gaps) = world.estate().subnets_of_table(index);
            world.objects(found, &gaps)
        },
    },
    Fact {
        name: "default_ways",
        doc: "Where packets go that no narrower route is for: the ways to 0.0.0.0/0 and ::/0 that it has.",
        ty: |types, _| Type::list(types.way.clone()),
        get: |world, index| {
            let own = world.resource_at(index);
            let ways = world.estate().default_ways(index);
            let ways = ways.iter().map(|(to, it)| way(world, to, it)).collect();
            world.list(ways, own.unread("routes"))
        },
    },
];

fn way(world: &World<'_>, to: &str, it: &Way) -> Value {
    let gaps = it.end.as_ref().err();
    let end = match &it.end {
        Ok(end) => Value::string(end.text()),
        Err(gaps) => world.unknown(gaps),
    };
    let via = it.via.iter().map(|id| Value::string(id.as_str()));
    world.record(
        |types| &types.way,
        vec![
            Value::string(to),
            world.regions(&it.regions, gaps.into_iter().flatten()),
            world.list(via.collect(), gaps.into_iter().flatten()),
            end,
        ],
    )
}

pub(super) const NAT_GATEWAY: &[Fact] = &[Fact {
    name: "used_by",
    doc: "The subnets of its VPC whose routes lead to it.",
    ty: |types, _| types.list(Kind::Ec2Subnet),
    get: |world, index| {
        let own = world.resource_at(index);
        let Some(it) = own.of::<NatGateway>() else {
            return world.unknown([]);
        };
        let tables = tables_to(
            world,
            (&own.account, &own.region),
            &it.vpc_id,
            &it.nat_gateway_id,
        );
        let mut gaps: BTreeSet<GapKey> = here(world, index, Kind::Ec2RouteTable)
            .into_iter()
            .collect();
        let mut subnets = BTreeSet::new();
        for table in tables {
            let (found, hidden) = world.estate().subnets_of_table(table);
            subnets.extend(found);
            gaps.extend(hidden);
        }
        world.objects(subnets, &gaps)
    },
}];

/// Route tables of a VPC with a route in force to a target, ascending.
fn tables_to(
    world: &World<'_>,
    place: (&AccountId, &Region),
    vpc_id: &str,
    target: &str,
) -> Vec<u32> {
    let link = Link::Of(Kind::Ec2RouteTable, Kind::Ec2Vpc);
    let tables = world
        .estate()
        .linked_in(link, place, vpc_id)
        .iter()
        .copied();
    tables
        .filter(|at| {
            let table = world.resource_at(*at).of::<RouteTable>();
            let mut routes = table.into_iter().flat_map(|it| &it.routes);
            routes.any(|it| it.target == target && it.state == "active")
        })
        .collect()
}

pub(super) const ENDPOINT: &[Fact] = &[Fact {
    name: "service",
    doc: "Name of the service without its Region (`ecr.api`, `s3`); empty for endpoints of none.",
    ty: |_, _| Type::STRING,
    get: |world, index| {
        let own = world.resource_at(index);
        for property in ["service_name", "service_region"] {
            if let Some(gap) = own.unread(property) {
                return world.unknown([gap]);
            }
        }
        let Some(it) = own.of::<VpcEndpoint>() else {
            return world.unknown([]);
        };
        let region = it.service_region.as_deref().unwrap_or(&own.region);
        Value::string(service(&it.service_name, region))
    },
}];

/// AWS's own services are called `com.amazonaws.REGION.SERVICE`.
fn service(name: &str, region: &str) -> String {
    let parts: Vec<&str> = name.split('.').filter(|part| *part != region).collect();
    let own = match parts.as_slice() {
        ["com", "amazonaws", rest @ ..] | ["cn", "com", "amazonaws", rest @ ..] => rest,
        all => all,
    };
    own.join(".")
}

pub(super) const VPC_PEERING: &[Fact] = &[Fact {
    name: "routed_from",
    doc: "Ids of the VPCs of which a route leads to it, sorted.",
    ty: |_, _| Types::strings(),
    get: |world, index| {
        let own = world.resource_at(index);
        let Some(it) = own.of::<VpcPeeringConnection>() else {
            return world.unknown([]);
        };
        let (mut found, mut gaps) = (BTreeSet::new(), BTreeSet::new());
        for side in [&it.requester, &it.accepter] {
            let place: (AccountId, Region) =
                (side.account.as_str().into(), side.region.as_str().into());
            if tables_to(world, (&place.0, &place.1), &side.vpc_id, &it.peering_id).is_empty() {
                let inventory = world.estate().inventory();
                gaps.extend(inventory.hiding(Kind::Ec2RouteTable, &place.0, &place.1));
            } else {
                found.insert(side.vpc_id.as_str());
            }
        }
        world.list(found.into_iter().map(Value::string).collect(), &gaps)
    },
}];

pub(super) const GATEWAY_PEERING: &[Fact] = &[Fact {
    name: "routed_from",
    doc: "Ids of the transit gateways of which a route leads to it, sorted.",
    ty: |_, _| Types::strings(),
    get: |world, index| {
        let own = world.resource_at(index);
        let Some(it) = own.of::<TransitGatewayPeeringAttachment>() else {
            return world.unknown([]);
        };
        let (mut found, mut gaps) = (BTreeSet::new(), BTreeSet::new());
        for side in [&it.requester, &it.accepter] {
            match gateway_routes_to(world, side, &it.attachment_id) {
                Sought::Resource(_) => _ = found.insert(side.gateway_id.as_str()),
                Sought::Unknown(hidden) => gaps.extend(hidden),
                Sought::None => {}
            }
        }
        world.list(found.into_iter().map(Value::string).collect(), &gaps)
    },
}];

/// A route table of a transit gateway that leads to an attachment.
fn gateway_routes_to(world: &World<'_>, side: &GatewaySide, attachment: &str) -> Sought {
    let place: (AccountId, Region) = (side.account.as_str().into(), side.region.as_str().into());
    let kind = Kind::Ec2TransitGatewayRouteTable;
    let link = Link::Of(kind, Kind::Ec2TransitGateway);
    let mut gaps = world.estate().inventory().hiding(kind, &place.0, &place.1);
    for at in world
        .estate()
        .linked_in(link, (&place.0, &place.1), &side.gateway_id)
    {
        let resource = world.resource_at(*at);
        gaps.extend(resource.unread("routes").cloned());
        let table = resource.of::<TransitGatewayRouteTable>();
        let routes = table.into_iter().flat_map(|it| &it.routes);
        let mut attachments = routes.flat_map(|it| &it.attachments);
        if attachments.any(|it| it.attachment_id == attachment) {
            return Sought::Resource(*at);
        }
    }
    if gaps.is_empty() {
        Sought::None
    } else {
        Sought::Unknown(gaps)
    }
}

#[cfg(test)]
mod tests {
    use super::service;

    #[test]
    fn services_are_called_the_same_in_every_region() {
        for (name, region, called) in [
            ("com.amazonaws.eu-west-1.s3", "eu-west-1", "s3"),
            ("com.amazonaws.us-east-1.ecr.api", "us-east-1", "ecr.api"),
            (
                "cn.com.amazonaws.cn-north-1.ecr.dkr",
                "cn-north-1",
                "ecr.dkr",
            ),
            (
                "aws.sagemaker.eu-west-1.notebook",
                "eu-west-1",
                "aws.sagemaker.notebook",
            ),
            (
                "com.amazonaws.vpce.eu-west-1.vpce-svc-1",
                "eu-west-1",
                "vpce.vpce-svc-1",
            ),
            ("com.amazonaws.iam", "us-east-1", "iam"),
        ] {
            assert_eq!(service(name, region), called);
        }
    }
}
