//! Two Regions, an account of a team and one of the network's owners.

use std::collections::BTreeMap;

use crate::estate::Estate;
use crate::inventory::kinds::ec2::{
    GatewaySide, Subnet, TransitGateway, TransitGatewayPeeringAttachment, Vpc,
};
use crate::inventory::kinds::ec2_routes::{
    Route, RouteTable, RoutedAttachment, TransitGatewayRoute, TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
};
use crate::inventory::{Header, Inventory, Kind, Properties, Reading, Region, Resource};

pub(super) const OURS: &str = "111111111111";
pub(super) const NETWORK: &str = "222222222222";
pub(super) const WEST: &str = "eu-west-1";
pub(super) const US: &str = "us-east-1";

pub(super) fn at(
    account: &str,
    region: &str,
    id: &str,
    properties: impl Into<Properties>,
) -> Resource {
    let properties = properties.into();
    Resource {
        arn: format!("arn:aws:ec2:{region}:{account}:{}/{id}", properties.kind()),
        account: account.into(),
        region: region.into(),
        name: id.to_owned(),
        tags: BTreeMap::new(),
        properties,
        unread: BTreeMap::new(),
    }
}

/// Everything was read in these accounts, but for the kinds that `unread` names in one of them.
pub(super) fn inventory(
    resources: Vec<Resource>,
    accounts: &[&str],
    unread: &[(&str, Kind)],
) -> Inventory {
    let regions = || [WEST, US].map(Region::from);
    let header = Header {
        scope: accounts
            .iter()
            .map(|it| ((*it).into(), regions().into()))
            .collect(),
        ..Header::default()
    };
    let readings = accounts.iter().flat_map(|account| {
        regions().map(|region| Reading {
            account: (*account).into(),
            region,
            kinds: Kind::ALL
                .iter()
                .copied()
                .filter(|kind| !unread.contains(&(account, *kind)))
                .collect(),
            word: None,
        })
    });
    Inventory::new(header, resources, [], readings.collect::<Vec<_>>())
}

pub(super) fn vpc(region: &str, id: &str, cidr: &str) -> Resource {
    let vpc = Vpc {
        vpc_id: id.to_owned(),
        cidrs: vec![cidr.to_owned()],
        ..Default::default()
    };
    at(OURS, region, id, vpc)
}

pub(super) fn subnet(id: &str) -> Resource {
    let subnet = Subnet {
        subnet_id: id.to_owned(),
        vpc_id: "vpc-west".to_owned(),
        ..Default::default()
    };
    at(OURS, WEST, id, subnet)
}

/// A route table of a VPC: destination, kind and id of the target.
pub(super) fn table(region: &str, id: &str, vpc: &str, routes: &[(&str, &str, &str)]) -> Resource {
    let routes = routes.iter().map(|(destination, kind, target)| Route {
        destination: (*destination).to_owned(),
        target_kind: (*kind).to_owned(),
        target: (*target).to_owned(),
        state: "active".to_owned(),
    });
    let table = RouteTable {
        route_table_id: id.to_owned(),
        vpc_id: vpc.to_owned(),
        main: true,
        routes: routes.collect(),
        ..Default::default()
    };
    at(OURS, region, id, table)
}

/// A gateway of the network account, as both accounts list it.
pub(super) fn gateway(region: &str, id: &str) -> [Resource; 2] {
    [OURS, NETWORK].map(|account| {
        let gateway = TransitGateway {
            gateway_id: id.to_owned(),
            owner: NETWORK.to_owned(),
            state: "available".to_owned(),
            asn: None,
        };
        at(account, region, id, gateway)
    })
}

/// A VPC on a gateway: only the owner of the gateway sees its route table.
pub(super) fn attached(region: &str, vpc: &str, gateway: &str, table: &str) -> [Resource; 2] {
    [OURS, NETWORK].map(|account| {
        let attachment = TransitGatewayVpcAttachment {
            attachment_id: format!("att-{vpc}"),
            gateway_id: gateway.to_owned(),
            gateway_owner: NETWORK.to_owned(),
            vpc_id: vpc.to_owned(),
            vpc_owner: OURS.to_owned(),
            state: "available".to_owned(),
            route_table_id: (account == NETWORK).then(|| table.to_owned()),
        };
        at(account, region, &format!("att-{vpc}"), attachment)
    })
}

/// A route table of a gateway: destination, kind of the attachment, its id, what is attached.
pub(super) fn transit(
    region: &str,
    id: &str,
    gateway: &str,
    routes: &[(&str, &str, &str, &str)],
) -> Resource {
    let routes = routes
        .iter()
        .map(|(destination, kind, id, thing)| TransitGatewayRoute {
            destination: (*destination).to_owned(),
            state: "active".to_owned(),
            attachments: vec![RoutedAttachment {
                attachment_id: (*id).to_owned(),
                resource_type: (*kind).to_owned(),
                resource_id: (*thing).to_owned(),
            }],
        });
    let table = TransitGatewayRouteTable {
        route_table_id: id.to_owned(),
        gateway_id: gateway.to_owned(),
        state: "available".to_owned(),
        routes: routes.collect(),
    };
    at(NETWORK, region, id, table)
}

/// The peering of the gateways, each side with the route table for what arrives.
pub(super) fn peering() -> [Resource; 2] {
    let side = |region: &str, gateway: &str| GatewaySide {
        account: NETWORK.to_owned(),
        region: region.to_owned(),
        gateway_id: gateway.to_owned(),
    };
    [(WEST, "rtb-tgw-west"), (US, "rtb-tgw-us")].map(|(region, table)| {
        let peering = TransitGatewayPeeringAttachment {
            attachment_id: "att-peer".to_owned(),
            state: "available".to_owned(),
            requester: side(WEST, "tgw-west"),
            accepter: side(US, "tgw-us"),
            route_table_id: Some(table.to_owned()),
        };
        at(NETWORK, region, "att-peer", peering)
    })
}

/// A VPC in each Region, on gateways of a network account that are peered; all traffic of eu-west-1
/// goes out over us-east-1.
pub(super) fn two_regions() -> Vec<Resource> {
    let to_us = ("10.20.0.0/16", "peering", "att-peer", "tgw-us");
    let mut all = vec![
        vpc(WEST, "vpc-west", "10.10.0.0/16"),
        vpc(US, "vpc-us", "10.20.0.0/16"),
        table(
            WEST,
            "rtb-west",
            "vpc-west",
            &[
                ("10.10.0.0/16", "local", "local"),
                ("0.0.0.0/0", "transit-gateway", "tgw-west"),
            ],
        ),
        table(
            US,
            "rtb-us",
            "vpc-us",
            &[
                ("10.20.0.0/16", "local", "local"),
                ("10.0.0.0/8", "transit-gateway", "tgw-us"),
                ("0.0.0.0/0", "internet-gateway", "igw-us"),
            ],
        ),
        transit(
            WEST,
            "rtb-tgw-west",
            "tgw-west",
            &[
                to_us,
                ("10.10.0.0/16", "vpc", "att-vpc-west", "vpc-west"),
                ("0.0.0.0/0", "peering", "att-peer", "tgw-us"),
            ],
        ),
        transit(
            US,
            "rtb-tgw-us",
            "tgw-us",
            &[
                ("10.20.0.0/16", "vpc", "att-vpc-us", "vpc-us"),
                ("10.10.0.0/16", "peering", "att-peer", "tgw-west"),
                ("0.0.0.0/0", "vpc", "att-vpc-us", "vpc-us"),
            ],
        ),
    ];
    all.extend(gateway(WEST, "tgw-west"));
    all.extend(gateway(US, "tgw-us"));
    all.extend(attached(WEST, "vpc-west", "tgw-west", "rtb-tgw-west"));
    all.extend(attached(US, "vpc-us", "tgw-us", "rtb-tgw-us"));
    all.extend(peering());
    all
}

pub(super) fn index(estate: &Estate<'_>, name: &str) -> u32 {
    let resources = estate.inventory().resources();
    let at = resources.iter().position(|it| it.name == name);
    u32::try_from(at.unwrap()).unwrap()
}

pub(super) fn names(estate: &Estate<'_>, found: &[u32]) -> Vec<String> {
    found
        .iter()
        .map(|at| estate.resource(*at).name.clone())
        .collect()
}
