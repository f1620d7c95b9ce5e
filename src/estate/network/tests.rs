//! Networks of a few hops: where packets go, and what must not be known.

use std::collections::BTreeMap;

use super::{End, Sought};
use crate::estate::Estate;
use crate::inventory::kinds::ec2::{
    GatewaySide, PeeringSide, Subnet, TransitGateway, TransitGatewayPeeringAttachment, Vpc,
    VpcPeeringConnection,
};
use crate::inventory::kinds::ec2_routes::{
    Route, RouteTable, RoutedAttachment, TransitGatewayRoute, TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
};
use crate::inventory::{Cidr, Header, Inventory, Kind, Properties, Reading, Region, Resource};

const OURS: &str = "111111111111";
const NETWORK: &str = "222222222222";
const WEST: &str = "eu-west-1";
const US: &str = "us-east-1";

fn at(account: &str, region: &str, id: &str, properties: impl Into<Properties>) -> Resource {
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
fn inventory(resources: Vec<Resource>, accounts: &[&str], unread: &[(&str, Kind)]) -> Inventory {
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
        })
    });
    Inventory::new(header, resources, [], readings.collect::<Vec<_>>())
}

fn vpc(region: &str, id: &str, cidr: &str) -> Resource {
    let vpc = Vpc {
        vpc_id: id.to_owned(),
        cidrs: vec![cidr.to_owned()],
        ..Default::default()
    };
    at(OURS, region, id, vpc)
}

fn subnet(id: &str) -> Resource {
    let subnet = Subnet {
        subnet_id: id.to_owned(),
        vpc_id: "vpc-west".to_owned(),
        ..Default::default()
    };
    at(OURS, WEST, id, subnet)
}

/// A route table of a VPC: destination, kind and id of the target.
fn table(region: &str, id: &str, vpc: &str, routes: &[(&str, &str, &str)]) -> Resource {
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
fn gateway(region: &str, id: &str) -> [Resource; 2] {
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
fn attached(region: &str, vpc: &str, gateway: &str, table: &str) -> [Resource; 2] {
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
fn transit(region: &str, id: &str, gateway: &str, routes: &[(&str, &str, &str, &str)]) -> Resource {
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
fn peering() -> [Resource; 2] {
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
fn two_regions() -> Vec<Resource> {
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

fn index(estate: &Estate<'_>, name: &str) -> u32 {
    let resources = estate.inventory().resources();
    let at = resources.iter().position(|it| it.name == name);
    u32::try_from(at.unwrap()).unwrap()
}

fn names(estate: &Estate<'_>, found: &[u32]) -> Vec<String> {
    found
        .iter()
        .map(|at| estate.resource(*at).name.clone())
        .collect()
}

#[test]
fn a_default_route_is_followed_over_gateways_and_their_peering() {
    let inventory = inventory(two_regions(), &[OURS, NETWORK], &[]);
    let estate = Estate::new(&inventory);
    let ways = estate.default_ways(index(&estate, "rtb-west"));
    let [("0.0.0.0/0", way)] = ways.as_slice() else {
        panic!("{ways:?}");
    };
    assert_eq!(way.regions, [WEST, US].map(Region::from));
    assert_eq!(way.via, ["tgw-west", "att-peer", "att-vpc-us"]);
    assert_eq!(way.end, Ok(End::Vpc("vpc-us".to_owned())));
    let us = estate.way(index(&estate, "rtb-us"), Cidr::EVERYTHING);
    assert_eq!((us.regions.len(), us.end), (1, Ok(End::Internet)));
}

#[test]
fn networks_reach_each_other_when_routes_lead_both_ways() {
    let inventory = inventory(two_regions(), &[OURS, NETWORK], &[]);
    let estate = Estate::new(&inventory);
    let (found, gaps) = estate.reachable(index(&estate, "vpc-west"));
    assert_eq!(names(&estate, &found), ["vpc-us"]);
    assert!(gaps.is_empty());
}

#[test]
fn without_a_route_back_there_is_no_reaching() {
    let mut all = two_regions();
    for resource in &mut all {
        if let Properties::Ec2TransitGatewayRouteTable(it) = &mut resource.properties
            && it.route_table_id == "rtb-tgw-us"
        {
            it.routes.retain(|it| it.destination != "10.10.0.0/16");
        }
    }
    let inventory = inventory(all, &[OURS, NETWORK], &[]);
    let estate = Estate::new(&inventory);
    let west = index(&estate, "vpc-west");
    let (found, gaps) = estate.reachable(west);
    assert!(found.is_empty() && gaps.is_empty(), "{found:?} {gaps:?}");
    assert_eq!(names(&estate, &estate.joined(west).0), ["vpc-us"]);
}

#[test]
fn the_owner_of_the_gateways_unread_leaves_the_way_open() {
    let all = two_regions();
    let ours = all.into_iter().filter(|it| &*it.account == OURS).collect();
    let inventory = inventory(ours, &[OURS], &[]);
    let estate = Estate::new(&inventory);
    let way = estate.way(index(&estate, "rtb-west"), Cidr::EVERYTHING);
    assert_eq!(way.regions, [Region::from(WEST)]);
    let gaps = way.end.unwrap_err();
    assert!(gaps.iter().all(|gap| &*gap.account == NETWORK), "{gaps:?}");
    let west = index(&estate, "vpc-west");
    assert!(!estate.joined(west).1.is_empty());
}

#[test]
fn a_region_that_was_entered_stays_known_when_the_rest_is_not() {
    let unread = [(NETWORK, Kind::Ec2TransitGatewayRouteTable)];
    let mut all = two_regions();
    all.retain(|it| it.name != "rtb-tgw-us");
    let mut inventory = inventory(all, &[OURS, NETWORK], &[]);
    // Of the two Regions, us-east-1 alone was not read.
    let readings: Vec<Reading> = inventory
        .readings()
        .map(|mut it| {
            if &*it.region == US && &*it.account == NETWORK {
                it.kinds.retain(|kind| !unread.contains(&(NETWORK, *kind)));
            }
            it
        })
        .collect();
    inventory = Inventory::new(
        inventory.header().clone(),
        inventory.resources().to_vec(),
        [],
        readings,
    );
    let estate = Estate::new(&inventory);
    let way = estate.way(index(&estate, "rtb-west"), Cidr::EVERYTHING);
    assert_eq!(way.regions, [WEST, US].map(Region::from));
    assert!(way.end.is_err());
}

#[test]
fn gateways_that_lead_in_a_circle_lead_nowhere() {
    let mut all = two_regions();
    for resource in &mut all {
        if let Properties::Ec2TransitGatewayRouteTable(it) = &mut resource.properties {
            it.routes
                .retain(|it| it.attachments[0].resource_type == "peering");
        }
        if let Properties::Ec2TransitGatewayRouteTable(it) = &mut resource.properties {
            for route in &mut it.routes {
                route.destination = "0.0.0.0/0".to_owned();
            }
        }
    }
    let inventory = inventory(all, &[OURS, NETWORK], &[]);
    let estate = Estate::new(&inventory);
    let table = index(&estate, "rtb-west");
    assert_eq!(estate.way(table, Cidr::EVERYTHING).end, Ok(End::Nowhere));
    assert!(estate.default_ways(table).is_empty());
}

#[test]
fn the_narrowest_route_decides_and_prefix_lists_leave_it_open() {
    let to = Cidr::parse("10.20.0.0/16").unwrap();
    let wide = ("10.0.0.0/8", "vpn-gateway", "vgw-1");
    let narrow = ("10.20.0.0/16", "vpc-peering", "pcx-1");
    let list = ("pl-1", "transit-gateway", "tgw-1");
    let own_list = ("pl-2", "vpc-endpoint", "vpce-1");
    let side = |region: &str, vpc: &str| PeeringSide {
        account: OURS.to_owned(),
        region: region.to_owned(),
        vpc_id: vpc.to_owned(),
        ..Default::default()
    };
    let peering = VpcPeeringConnection {
        peering_id: "pcx-1".to_owned(),
        status: "active".to_owned(),
        requester: side(US, "vpc-us"),
        accepter: side(WEST, "vpc-west"),
    };
    let all = vec![
        at(OURS, WEST, "pcx-1", peering),
        table(WEST, "rtb-1", "vpc-west", &[wide, narrow, own_list]),
        table(WEST, "rtb-2", "vpc-west", &[wide, list]),
        table(
            WEST,
            "rtb-3",
            "vpc-west",
            &[("0.0.0.0/0", "core-network", "arn:x")],
        ),
    ];
    let inventory = inventory(all, &[OURS], &[]);
    let estate = Estate::new(&inventory);
    let way = |table: &str, to| estate.way(index(&estate, table), to);
    let found = way("rtb-1", to);
    assert_eq!(found.end, Ok(End::Vpc("vpc-us".to_owned())));
    assert_eq!(found.regions.last().unwrap(), &Region::from(US));
    assert!(
        way("rtb-2", to).end.is_err(),
        "the list may hold a narrower range"
    );
    assert!(
        way("rtb-3", Cidr::EVERYTHING).end.is_err(),
        "Cloud WAN is not read"
    );
}

#[test]
fn a_subnet_that_names_no_table_uses_the_main_one() {
    let mut named = table(WEST, "rtb-named", "vpc-west", &[]);
    if let Properties::Ec2RouteTable(it) = &mut named.properties {
        it.main = false;
        it.subnets = vec!["subnet-a".to_owned()];
    }
    let main = table(WEST, "rtb-main", "vpc-west", &[]);
    let all = || {
        vec![
            subnet("subnet-a"),
            subnet("subnet-b"),
            named.clone(),
            main.clone(),
        ]
    };
    let whole = inventory(all(), &[OURS], &[]);
    let estate = Estate::new(&whole);
    let used = |table: &str| estate.subnets_of_table(index(&estate, table));
    assert_eq!(names(&estate, &used("rtb-named").0), ["subnet-a"]);
    assert_eq!(names(&estate, &used("rtb-main").0), ["subnet-b"]);
    let part = inventory(all(), &[OURS], &[(OURS, Kind::Ec2RouteTable)]);
    let estate = Estate::new(&part);
    let table = estate.route_table(index(&estate, "subnet-b"));
    assert!(matches!(table, Sought::Unknown(_)), "{table:?}");
}
