//! Route tables of VPCs.

use std::collections::BTreeSet;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_route_tables::DescribeRouteTablesOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::Read;
use super::plain::{set, text};
use super::times::Times;
use super::{Context, Operation};
use crate::inventory::kinds::ec2_routes::{Route, RouteTable};
use crate::inventory::{Kind, Resource};

pub(super) const DESCRIBE_ROUTE_TABLES: Operation = Operation {
    name: "ec2:DescribeRouteTables",
    action: "ec2:DescribeRouteTables",
    times: Times(|it| it.given(Kind::Ec2Vpc, it.pages(&[Kind::Ec2RouteTable], PAGE))),
};
/// The most that this operation allows.
const PAGE: i32 = 100;

/// Reads the route tables, without those that AWS made with the default VPCs.
pub(super) async fn route_tables(ctx: &Context, ec2: &Client, default_vpcs: &BTreeSet<String>) {
    let pages = ctx.pages(
        &DESCRIBE_ROUTE_TABLES,
        &[Kind::Ec2RouteTable],
        |page: &DescribeRouteTablesOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_route_tables().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeRouteTablesOutput::route_tables);
    found
        .filter_map(|it| resource(Read::by(ctx), it, default_vpcs))
        .for_each(|it| ctx.push(it));
}

fn resource(
    read: Read<'_>,
    it: &sdk::RouteTable,
    default_vpcs: &BTreeSet<String>,
) -> Option<Resource> {
    let id = it.route_table_id().filter(|_| read.owns(it.owner_id()))?;
    let properties = route_table(it);
    let by_aws = properties.main && default_vpcs.contains(&properties.vpc_id);
    (!by_aws).then(|| read.resource(it.owner_id(), id, it.tags(), properties))
}

fn route_table(it: &sdk::RouteTable) -> RouteTable {
    let gone = |it: &&sdk::RouteTableAssociation| {
        use sdk::RouteTableAssociationStateCode::{Disassociated, Disassociating};
        let state = it.association_state().and_then(|it| it.state());
        !matches!(state, Some(Disassociated | Disassociating))
    };
    let associations: Vec<_> = it.associations().iter().filter(gone).collect();
    let mut routes: Vec<Route> = it.routes().iter().map(route).collect();
    routes.sort_by(|a, b| (&a.destination, &a.target).cmp(&(&b.destination, &b.target)));
    RouteTable {
        route_table_id: text(it.route_table_id()),
        vpc_id: text(it.vpc_id()),
        main: associations.iter().any(|it| it.main().unwrap_or_default()),
        subnets: set(associations.iter().filter_map(|it| it.subnet_id())),
        gateways: set(associations.iter().filter_map(|it| it.gateway_id())),
        routes,
    }
}

fn route(it: &sdk::Route) -> Route {
    let destination = it
        .destination_cidr_block()
        .or(it.destination_ipv6_cidr_block())
        .or(it.destination_prefix_list_id());
    let (kind, target) = target(it);
    Route {
        destination: text(destination),
        target_kind: kind.to_owned(),
        target: target.to_owned(),
        state: text(it.state().map(sdk::RouteState::as_str)),
    }
}

/// AWS names an instance's network interface beside the instance: the instance comes first.
fn target(it: &sdk::Route) -> (&'static str, &str) {
    let own = [
        (it.nat_gateway_id(), "nat-gateway"),
        (it.transit_gateway_id(), "transit-gateway"),
        (it.vpc_peering_connection_id(), "vpc-peering"),
        (
            it.egress_only_internet_gateway_id(),
            "egress-only-internet-gateway",
        ),
        (it.instance_id(), "instance"),
        (it.network_interface_id(), "network-interface"),
        (it.local_gateway_id(), "local-gateway"),
        (it.carrier_gateway_id(), "carrier-gateway"),
        (it.core_network_arn(), "core-network"),
    ];
    let mut own = own.into_iter().filter_map(|(id, kind)| Some((kind, id?)));
    own.next().unwrap_or_else(|| {
        let id = it.gateway_id().unwrap_or_default();
        (gateway(id), id)
    })
}

fn gateway(id: &str) -> &'static str {
    match id.split('-').next() {
        Some("local") => "local",
        Some("igw") => "internet-gateway",
        Some("vgw") => "vpn-gateway",
        Some("vpce") => "vpc-endpoint",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::reading;
    use super::*;

    fn table(main: bool) -> sdk::RouteTable {
        let association = sdk::RouteTableAssociation::builder();
        let gone = sdk::RouteTableAssociationState::builder()
            .state(sdk::RouteTableAssociationStateCode::Disassociated)
            .build();
        let to = sdk::Route::builder;
        sdk::RouteTable::builder()
            .route_table_id("rtb-1")
            .vpc_id("vpc-1")
            .owner_id("111111111111")
            .associations(association.clone().main(main).build())
            .associations(association.clone().subnet_id("subnet-1").build())
            .associations(
                association
                    .subnet_id("subnet-2")
                    .association_state(gone)
                    .build(),
            )
            .routes(
                to().destination_cidr_block("10.0.0.0/16")
                    .gateway_id("local")
                    .state(sdk::RouteState::Active)
                    .build(),
            )
            .routes(
                to().destination_cidr_block("0.0.0.0/0")
                    .transit_gateway_id("tgw-1")
                    .build(),
            )
            .routes(
                to().destination_prefix_list_id("pl-1")
                    .gateway_id("vpce-1")
                    .build(),
            )
            .routes(
                to().destination_ipv6_cidr_block("::/0")
                    .instance_id("i-1")
                    .network_interface_id("eni-1")
                    .build(),
            )
            .routes(
                to().destination_cidr_block("9.0.0.0/8")
                    .odb_network_arn("arn:x")
                    .build(),
            )
            .build()
    }

    #[test]
    fn maps_a_table_with_its_routes_in_order() {
        let none = BTreeSet::new();
        let resource = reading(|read| resource(read, &table(true), &none)).unwrap();
        let read: &RouteTable = resource.of().unwrap();
        assert!(read.main);
        assert_eq!(
            read.subnets,
            ["subnet-1"],
            "an association that is gone counts no more"
        );
        let routes: Vec<_> = read
            .routes
            .iter()
            .map(|it| (&*it.destination, &*it.target_kind, &*it.target))
            .collect();
        assert_eq!(
            routes,
            [
                ("0.0.0.0/0", "transit-gateway", "tgw-1"),
                ("10.0.0.0/16", "local", "local"),
                ("9.0.0.0/8", "other", ""),
                ("::/0", "instance", "i-1"),
                ("pl-1", "vpc-endpoint", "vpce-1"),
            ]
        );
    }

    #[test]
    fn the_main_table_of_a_default_vpc_is_left_out() {
        let default: BTreeSet<String> = ["vpc-1".to_owned()].into();
        let found = |main| reading(|read| resource(read, &table(main), &default));
        assert_eq!(found(true), None);
        assert!(found(false).is_some(), "its owner made this one");
    }
}
