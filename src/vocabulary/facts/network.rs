//! Networks and the ways between them.

use std::collections::BTreeSet;

use super::databases::{absent, here};
use crate::estate::links::Link;
use crate::estate::network::Sought;
use crate::inventory::Kind;
use crate::inventory::kinds::ec2;
use crate::inventory::kinds::ec2_routes::RouteTable;
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, Types, World};

pub(super) const VPC: &[Fact] = &[
    Fact {
        name: "subnets",
        doc: "Its subnets.",
        ty: |types, _| types.list(Kind::Ec2Subnet),
        get: |world, index| of_vpc(world, index, Kind::Ec2Subnet),
    },
    Fact {
        name: "peerings",
        doc: "The peerings that it is a side of, as its own Region describes them.",
        ty: |types, _| types.list(Kind::Ec2VpcPeeringConnection),
        get: |world, index| of_vpc(world, index, Kind::Ec2VpcPeeringConnection),
    },
    Fact {
        name: "route_tables",
        doc: "Its route tables.",
        ty: |types, _| types.list(Kind::Ec2RouteTable),
        get: |world, index| of_vpc(world, index, Kind::Ec2RouteTable),
    },
    Fact {
        name: "nat_gateways",
        doc: "Its NAT gateways.",
        ty: |types, _| types.list(Kind::Ec2NatGateway),
        get: |world, index| of_vpc(world, index, Kind::Ec2NatGateway),
    },
    Fact {
        name: "endpoints",
        doc: "Its endpoints.",
        ty: |types, _| types.list(Kind::Ec2VpcEndpoint),
        get: |world, index| of_vpc(world, index, Kind::Ec2VpcEndpoint),
    },
    Fact {
        name: "joined",
        doc: "The other VPCs that it hangs together with: by a peering, or on transit gateways that are the same or peered. Routes may still keep them apart.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let (found, gaps) = world.estate().joined(index);
            world.objects(found, &gaps)
        },
    },
    Fact {
        name: "reachable",
        doc: "The other VPCs that routes lead to from it and back. Firewalls and security groups may still stop packets.",
        ty: |types, kind| types.list(kind),
        get: |world, index| {
            let (found, gaps) = world.estate().reachable(index);
            world.objects(found, &gaps)
        },
    },
    Fact {
        name: "zones_seen",
        doc: "Availability Zones of its Region in which the account has any subnet, sorted.",
        ty: |_, _| Types::strings(),
        get: |world, index| {
            let own = world.resource_at(index);
            let subnets = world.estate().of_kind(Kind::Ec2Subnet);
            let subnets = subnets.map(|at| world.resource_at(at));
            let beside = subnets.filter(|it| it.account == own.account && it.region == own.region);
            let zones = beside.filter_map(|it| it.of::<ec2::Subnet>().map(|it| it.zone.as_str()));
            let zones: BTreeSet<&str> = zones.collect();
            let zones = zones.into_iter().map(Value::string).collect();
            world.list(zones, &here(world, index, Kind::Ec2Subnet))
        },
    },
];

pub(super) const SUBNET: &[Fact] = &[
    Fact {
        name: "vpc",
        doc: "Its VPC; null when that is of another account.",
        ty: |types, _| types.maybe(Kind::Ec2Vpc),
        get: |world, index| {
            let own = world.resource_at(index);
            let id = own
                .of::<ec2::Subnet>()
                .map(|it| it.vpc_id.as_str())
                .unwrap_or_default();
            match world
                .estate()
                .linked(Link::Id(Kind::Ec2Vpc), own, id)
                .first()
            {
                Some(vpc) => world.object(*vpc),
                None => absent(world, &here(world, index, Kind::Ec2Vpc)),
            }
        },
    },
    Fact {
        name: "route_table",
        doc: "The route table that it uses; null in a default VPC.",
        ty: |types, _| types.maybe(Kind::Ec2RouteTable),
        get: |world, index| match world.estate().route_table(index) {
            Sought::Resource(table) => world.object(table),
            Sought::None => Value::Null,
            Sought::Unknown(gaps) => world.unknown(&gaps),
        },
    },
    Fact {
        name: "public",
        doc: "Whether its route table leads to an internet gateway; false where it has none.",
        ty: |_, _| Type::Bool,
        get: |world, index| match world.estate().route_table(index) {
            Sought::Resource(table) => {
                let table = world.resource_at(table).of::<RouteTable>();
                let mut routes = table.into_iter().flat_map(|it| &it.routes);
                Value::Bool(routes.any(|it| it.target_kind == "internet-gateway"))
            }
            Sought::None => Value::Bool(false),
            Sought::Unknown(gaps) => world.unknown(&gaps),
        },
    },
];

pub(super) const GATEWAY: &[Fact] = &[Fact {
    name: "peering_attachments",
    doc: "The peerings that it is a side of, as its own Region describes them.",
    ty: |types, _| types.list(Kind::Ec2TransitGatewayPeeringAttachment),
    get: |world, index| {
        let own = world.resource_at(index);
        let gateway = own.of::<ec2::TransitGateway>();
        let id = gateway.map(|it| it.gateway_id.as_str()).unwrap_or_default();
        let kind = Kind::Ec2TransitGatewayPeeringAttachment;
        let found = world
            .estate()
            .linked(Link::Of(kind, Kind::Ec2TransitGateway), own, id);
        world.objects(found.iter().copied(), &here(world, index, kind))
    },
}];

fn of_vpc(world: &World<'_>, index: u32, kind: Kind) -> Value {
    let own = world.resource_at(index);
    let id = own
        .of::<ec2::Vpc>()
        .map(|it| it.vpc_id.as_str())
        .unwrap_or_default();
    let found = world.estate().linked(Link::Of(kind, Kind::Ec2Vpc), own, id);
    world.objects(found.iter().copied(), &here(world, index, kind))
}
