//! Networks and the ways between them.

use super::databases::{absent, here};
use crate::estate::links::Link;
use crate::inventory::Kind;
use crate::inventory::kinds::ec2;
use crate::rule::expr::Value;
use crate::vocabulary::{Fact, World};

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
];

pub(super) const SUBNET: &[Fact] = &[Fact {
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
}];

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
