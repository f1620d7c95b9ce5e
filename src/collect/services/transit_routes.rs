//! Route tables of transit gateways, with their routes. Only the owner of a gateway sees them.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_transit_gateway_route_tables::DescribeTransitGatewayRouteTablesOutput;
use aws_sdk_ec2::operation::search_transit_gateway_routes::SearchTransitGatewayRoutesOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::text;
use super::times::{Times, count, pages};
use super::{Context, Operation};
use crate::inventory::kinds::ec2_routes::{
    RoutedAttachment, TransitGatewayRoute, TransitGatewayRouteTable,
};
use crate::inventory::{Cause, GapKey, Kind, Resource};

pub(super) const DESCRIBE_ROUTE_TABLES: Operation = Operation {
    name: "ec2:DescribeTransitGatewayRouteTables",
    action: "ec2:DescribeTransitGatewayRouteTables",
    times: Times(|it| {
        let listed = it.pages(&[Kind::Ec2TransitGatewayRouteTable], PAGE);
        it.given(Kind::Ec2TransitGateway, listed)
    }),
};
pub(super) const SEARCH_ROUTES: Operation = Operation {
    name: "ec2:SearchTransitGatewayRoutes",
    action: "ec2:SearchTransitGatewayRoutes",
    times: Times(|it| it.summed::<TransitGatewayRouteTable>(|it| pages(count(&it.routes), PAGE))),
};

pub(super) async fn route_tables(ctx: &Context, ec2: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_ROUTE_TABLES,
        &[Kind::Ec2TransitGatewayRouteTable],
        |page: &DescribeTransitGatewayRouteTablesOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2
                .describe_transit_gateway_route_tables()
                .max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeTransitGatewayRouteTablesOutput::transit_gateway_route_tables);
    let gone = Some(&sdk::TransitGatewayRouteTableState::Deleted);
    let found: Vec<_> = found.filter(|it| it.state() != gone).cloned().collect();
    ctx.each(found, |it| add(ctx, ec2, it)).await;
}

async fn add(ctx: &Context, ec2: &Client, it: sdk::TransitGatewayRouteTable) {
    let Some(id) = it.transit_gateway_route_table_id() else {
        return;
    };
    let (routes, gap) = routes(ctx, ec2, id).await;
    ctx.push(resource(Read::by(ctx), &it, id, &routes, gap));
}

/// All routes of a table; the gap, where not all of them could be read.
async fn routes(
    ctx: &Context,
    ec2: &Client,
    id: &str,
) -> (Vec<sdk::TransitGatewayRoute>, Option<GapKey>) {
    let mut pages = Vec::new();
    let read = ctx.pages_into(
        &mut pages,
        &SEARCH_ROUTES,
        &[],
        |page: &SearchTransitGatewayRoutesOutput| page.next_token().map(str::to_owned),
        |token| {
            // The operation wants a filter: this one leaves out what is not in force.
            let state = sdk::Filter::builder().name("state");
            let state = state.values("active").values("blackhole").build();
            let request = ec2.search_transit_gateway_routes();
            let request = request.transit_gateway_route_table_id(id).filters(state);
            request.max_results(PAGE).set_next_token(token).send()
        },
    );
    let mut gap = read.await.err();
    let last = pages.last();
    if gap.is_none() && last.is_some_and(|it| it.additional_routes_available().unwrap_or_default())
    {
        let message = "a route table holds more routes than AWS shows".to_owned();
        gap = Some(ctx.gap(&SEARCH_ROUTES, Cause::Other, Some(message), &[]));
    }
    let found = pages
        .into_iter()
        .flat_map(|it| it.routes.unwrap_or_default());
    (found.collect(), gap)
}

fn resource(
    read: Read<'_>,
    it: &sdk::TransitGatewayRouteTable,
    id: &str,
    routes: &[sdk::TransitGatewayRoute],
    gap: Option<GapKey>,
) -> Resource {
    let mut routes: Vec<TransitGatewayRoute> = routes.iter().map(route).collect();
    routes.sort_by(|a, b| a.destination.cmp(&b.destination));
    let properties = TransitGatewayRouteTable {
        route_table_id: id.to_owned(),
        gateway_id: text(it.transit_gateway_id()),
        state: text(it.state().map(sdk::TransitGatewayRouteTableState::as_str)),
        routes,
    };
    let mut resource = read.resource(None, id, it.tags(), properties);
    resource.unread = gap
        .map(|gap| BTreeMap::from([("routes".to_owned(), gap)]))
        .unwrap_or_default();
    resource
}

fn route(it: &sdk::TransitGatewayRoute) -> TransitGatewayRoute {
    let mut attachments: Vec<RoutedAttachment> = it
        .transit_gateway_attachments()
        .iter()
        .map(|it| RoutedAttachment {
            attachment_id: text(it.transit_gateway_attachment_id()),
            resource_type: text(
                it.resource_type()
                    .map(sdk::TransitGatewayAttachmentResourceType::as_str),
            ),
            resource_id: text(it.resource_id()),
        })
        .collect();
    attachments.sort();
    TransitGatewayRoute {
        destination: text(it.destination_cidr_block().or(it.prefix_list_id())),
        state: text(it.state().map(sdk::TransitGatewayRouteState::as_str)),
        attachments,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::reading;
    use super::*;

    #[test]
    fn maps_a_table_with_its_routes() {
        let peer = sdk::TransitGatewayRouteAttachment::builder()
            .transit_gateway_attachment_id("tgw-attach-1")
            .resource_type(sdk::TransitGatewayAttachmentResourceType::Peering)
            .resource_id("tgw-2");
        let to = sdk::TransitGatewayRoute::builder;
        let routes = vec![
            to().destination_cidr_block("10.9.0.0/16")
                .state(sdk::TransitGatewayRouteState::Blackhole)
                .build(),
            to().destination_cidr_block("0.0.0.0/0")
                .state(sdk::TransitGatewayRouteState::Active)
                .transit_gateway_attachments(peer.build())
                .build(),
        ];
        let it = sdk::TransitGatewayRouteTable::builder()
            .transit_gateway_id("tgw-1")
            .state(sdk::TransitGatewayRouteTableState::Available)
            .build();
        let resource = reading(|read| resource(read, &it, "tgw-rtb-1", &routes, None));
        let read: &TransitGatewayRouteTable = resource.of().unwrap();
        assert_eq!(read.gateway_id, "tgw-1");
        assert_eq!(read.routes[0].attachments[0].resource_type, "peering");
        assert_eq!(read.routes[1].state, "blackhole");
        assert!(resource.unread.is_empty());
    }
}
