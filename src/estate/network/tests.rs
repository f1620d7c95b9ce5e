//! Networks of a few hops: where packets go, and what must not be known.

mod world;

use super::{End, Sought};
use crate::estate::Estate;
use crate::inventory::kinds::ec2::{PeeringSide, VpcPeeringConnection};
use crate::inventory::{Cidr, Inventory, Kind, Properties, Reading, Region};
use world::{NETWORK, OURS, US, WEST, at, index, inventory, names, subnet, table, two_regions};

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
