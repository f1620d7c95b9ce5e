//! Transit gateways, the peerings between them and the VPCs on them.
//!
//! A gateway that another account shares is listed in the account that was read too, under its
//! owner's ARN: its owner may never be read, and paths of networks run through it. A peering is
//! listed in the Region and account of each side that is read, with that side's tags. Of all that is
//! attached, VPCs and peerings alone are kept: routes tell enough of the rest.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_transit_gateway_attachments::DescribeTransitGatewayAttachmentsOutput;
use aws_sdk_ec2::operation::describe_transit_gateway_peering_attachments::DescribeTransitGatewayPeeringAttachmentsOutput;
use aws_sdk_ec2::operation::describe_transit_gateways::DescribeTransitGatewaysOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::{some_text, text};
use super::times::Times;
use super::transit_routes::{DESCRIBE_ROUTE_TABLES, SEARCH_ROUTES, route_tables};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ec2::{GatewaySide, TransitGateway, TransitGatewayPeeringAttachment};
use crate::inventory::kinds::ec2_routes::TransitGatewayVpcAttachment;
use crate::inventory::{GapKey, Kind, Resource};

const DESCRIBE_GATEWAYS: Operation = Operation {
    name: "ec2:DescribeTransitGateways",
    action: "ec2:DescribeTransitGateways",
    times: Times(|it| it.pages(&[Kind::Ec2TransitGateway], PAGE).or_more()),
};
const DESCRIBE_ATTACHMENTS: Operation = Operation {
    name: "ec2:DescribeTransitGatewayAttachments",
    action: "ec2:DescribeTransitGatewayAttachments",
    times: Times(|it| {
        it.pages(&[Kind::Ec2TransitGatewayVpcAttachment], PAGE)
            .or_more()
    }),
};
const DESCRIBE_PEERINGS: Operation = Operation {
    name: "ec2:DescribeTransitGatewayPeeringAttachments",
    action: "ec2:DescribeTransitGatewayPeeringAttachments",
    times: Times(|it| {
        let listed = it.pages(&[Kind::Ec2TransitGatewayPeeringAttachment], PAGE);
        it.given(Kind::Ec2TransitGateway, listed)
    }),
};

pub(super) const TRANSIT_GATEWAYS: Collector = Collector {
    name: "transit_gateways",
    kinds: &[
        Kind::Ec2TransitGateway,
        Kind::Ec2TransitGatewayPeeringAttachment,
        Kind::Ec2TransitGatewayRouteTable,
        Kind::Ec2TransitGatewayVpcAttachment,
    ],
    scope: Scope::Regional,
    operations: &[
        DESCRIBE_GATEWAYS,
        DESCRIBE_ATTACHMENTS,
        DESCRIBE_PEERINGS,
        DESCRIBE_ROUTE_TABLES,
        SEARCH_ROUTES,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        let (any, tables) = tokio::join!(gateways(ctx, &ec2), attachments(ctx, &ec2));
        // Both ends of a peering and every route table belong to a gateway.
        if any {
            tokio::join!(peerings(ctx, &ec2, &tables), route_tables(ctx, &ec2));
        }
    })
}

/// The route table of each attachment that has one, or why not all were read.
type Tables = (BTreeMap<String, String>, Option<GapKey>);

/// Reads the VPCs on gateways; which attachment has which route table.
async fn attachments(ctx: &Context, ec2: &Client) -> Tables {
    let mut pages = Vec::new();
    let read = ctx.pages_into(
        &mut pages,
        &DESCRIBE_ATTACHMENTS,
        &[Kind::Ec2TransitGatewayVpcAttachment],
        |page: &DescribeTransitGatewayAttachmentsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_transit_gateway_attachments().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let gap = read.await.err();
    let all = || {
        let pages = pages.iter();
        pages.flat_map(DescribeTransitGatewayAttachmentsOutput::transit_gateway_attachments)
    };
    all()
        .filter_map(|it| attachment_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
    let associated = all().filter_map(|it| {
        let id = it.transit_gateway_attachment_id()?.to_owned();
        Some((id, table_of(it)?))
    });
    (associated.collect(), gap)
}

/// Reads the gateways; whether there may be any, be it another account's.
async fn gateways(ctx: &Context, ec2: &Client) -> bool {
    let mut pages = Vec::new();
    let read = ctx.pages_into(
        &mut pages,
        &DESCRIBE_GATEWAYS,
        &[Kind::Ec2TransitGateway],
        |page: &DescribeTransitGatewaysOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_transit_gateways().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let whole = read.await.is_ok();
    let pages = pages.iter();
    let found = || {
        pages
            .clone()
            .flat_map(DescribeTransitGatewaysOutput::transit_gateways)
    };
    found()
        .filter_map(|it| gateway_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
    !whole || found().next().is_some()
}

async fn peerings(ctx: &Context, ec2: &Client, tables: &Tables) {
    let pages = ctx.pages(
        &DESCRIBE_PEERINGS,
        &[Kind::Ec2TransitGatewayPeeringAttachment],
        |page: &DescribeTransitGatewayPeeringAttachmentsOutput| {
            page.next_token().map(str::to_owned)
        },
        |token| {
            let request = ec2
                .describe_transit_gateway_peering_attachments()
                .max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages.iter().flat_map(
        DescribeTransitGatewayPeeringAttachmentsOutput::transit_gateway_peering_attachments,
    );
    found
        .filter_map(|it| peering_resource(Read::by(ctx), it, tables))
        .for_each(|it| ctx.push(it));
}

/// `None` for a gateway that was deleted: AWS shows it for a while, but it is no more.
fn gateway_resource(read: Read<'_>, it: &sdk::TransitGateway) -> Option<Resource> {
    let id = it.transit_gateway_id()?;
    let gone = it.state() == Some(&sdk::TransitGatewayState::Deleted);
    (!gone).then(|| read.resource(it.owner_id(), id, it.tags(), gateway(read, it)))
}

/// `None` for a peering that was deleted.
fn peering_resource(
    read: Read<'_>,
    it: &sdk::TransitGatewayPeeringAttachment,
    (tables, gap): &Tables,
) -> Option<Resource> {
    let id = it.transit_gateway_attachment_id()?;
    if it.state() == Some(&sdk::TransitGatewayAttachmentState::Deleted) {
        return None;
    }
    let table = tables.get(id);
    let properties = TransitGatewayPeeringAttachment {
        route_table_id: table.cloned(),
        ..peering(it)
    };
    let mut resource = read.resource(None, id, it.tags(), properties);
    if let Some(gap) = gap.as_ref().filter(|_| table.is_none()) {
        let unread = &mut resource.unread;
        unread.insert("route_table_id".to_owned(), gap.clone());
    }
    Some(resource)
}

/// `None` for what is no VPC, and for what was deleted.
fn attachment_resource(read: Read<'_>, it: &sdk::TransitGatewayAttachment) -> Option<Resource> {
    let id = it.transit_gateway_attachment_id()?;
    let vpc = it.resource_type() == Some(&sdk::TransitGatewayAttachmentResourceType::Vpc);
    let gone = it.state() == Some(&sdk::TransitGatewayAttachmentState::Deleted);
    (vpc && !gone).then(|| {
        let properties = TransitGatewayVpcAttachment {
            attachment_id: id.to_owned(),
            gateway_id: text(it.transit_gateway_id()),
            gateway_owner: text(it.transit_gateway_owner_id()),
            vpc_id: text(it.resource_id()),
            vpc_owner: text(it.resource_owner_id()),
            state: text(it.state().map(sdk::TransitGatewayAttachmentState::as_str)),
            route_table_id: table_of(it),
        };
        read.resource(it.resource_owner_id(), id, it.tags(), properties)
    })
}

/// The route table that packets from an attachment are looked up in.
fn table_of(it: &sdk::TransitGatewayAttachment) -> Option<String> {
    use sdk::TransitGatewayAssociationState::{Disassociated, Disassociating};
    let association = it.association()?;
    let gone = matches!(association.state(), Some(Disassociated | Disassociating));
    let table = association.transit_gateway_route_table_id();
    some_text(table.filter(|_| !gone))
}

fn gateway(read: Read<'_>, it: &sdk::TransitGateway) -> TransitGateway {
    TransitGateway {
        gateway_id: text(it.transit_gateway_id()),
        owner: it.owner_id().unwrap_or(read.account).to_owned(),
        state: text(it.state().map(sdk::TransitGatewayState::as_str)),
        asn: it
            .options()
            .and_then(sdk::TransitGatewayOptions::amazon_side_asn),
    }
}

fn peering(it: &sdk::TransitGatewayPeeringAttachment) -> TransitGatewayPeeringAttachment {
    TransitGatewayPeeringAttachment {
        attachment_id: text(it.transit_gateway_attachment_id()),
        state: text(it.state().map(sdk::TransitGatewayAttachmentState::as_str)),
        requester: it.requester_tgw_info().map(side).unwrap_or_default(),
        accepter: it.accepter_tgw_info().map(side).unwrap_or_default(),
        route_table_id: None,
    }
}

fn side(it: &sdk::PeeringTgwInfo) -> GatewaySide {
    GatewaySide {
        account: text(it.owner_id()),
        region: text(it.region()),
        gateway_id: text(it.transit_gateway_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::{reading, tag};
    use super::*;

    #[test]
    fn a_shared_gateway_has_its_owners_arn_and_is_listed_where_it_was_read() {
        let options = sdk::TransitGatewayOptions::builder().amazon_side_asn(4_200_000_000);
        let it = sdk::TransitGateway::builder()
            .transit_gateway_id("tgw-1")
            .owner_id("222222222222")
            .state(sdk::TransitGatewayState::Available)
            .options(options.build())
            .build();
        let resource = reading(|read| gateway_resource(read, &it)).unwrap();
        let arn = "arn:aws:ec2:eu-west-1:222222222222:transit-gateway/tgw-1";
        assert_eq!(resource.arn, arn);
        assert_eq!(&*resource.account, "111111111111");
        let read: &TransitGateway = resource.of().unwrap();
        assert_eq!(read.owner, "222222222222");
        assert_eq!(read.asn, Some(4_200_000_000));
    }

    fn peered(state: sdk::TransitGatewayAttachmentState) -> sdk::TransitGatewayPeeringAttachment {
        let side = |region: &str| {
            let side = sdk::PeeringTgwInfo::builder().owner_id("111111111111");
            side.region(region)
                .transit_gateway_id(format!("tgw-{region}"))
                .build()
        };
        sdk::TransitGatewayPeeringAttachment::builder()
            .transit_gateway_attachment_id("tgw-attach-1")
            .state(state)
            .requester_tgw_info(side("eu-west-1"))
            .accepter_tgw_info(side("us-east-1"))
            .tags(tag("Name", "eu to us"))
            .build()
    }

    #[test]
    fn a_peering_tells_of_both_sides() {
        let it = peered(sdk::TransitGatewayAttachmentState::PendingAcceptance);
        let tables = [("tgw-attach-1".to_owned(), "tgw-rtb-1".to_owned())].into();
        let resource = reading(|read| peering_resource(read, &it, &(tables, None))).unwrap();
        assert_eq!(resource.name, "eu to us");
        let read: &TransitGatewayPeeringAttachment = resource.of().unwrap();
        assert_eq!(read.state, "pendingAcceptance");
        assert_eq!(read.requester.gateway_id, "tgw-eu-west-1");
        assert_eq!(read.accepter.region, "us-east-1");
        assert_eq!(read.route_table_id.as_deref(), Some("tgw-rtb-1"));
    }

    #[test]
    fn attachments_that_were_not_read_leave_the_route_table_open() {
        let it = peered(sdk::TransitGatewayAttachmentState::Available);
        let gap = GapKey {
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            operation: DESCRIBE_ATTACHMENTS.name.to_owned(),
            cause: crate::inventory::Cause::Denied,
        };
        let tables = (BTreeMap::new(), Some(gap.clone()));
        let resource = reading(|read| peering_resource(read, &it, &tables)).unwrap();
        assert_eq!(resource.unread("route_table_id"), Some(&gap));
    }

    fn attached(kind: sdk::TransitGatewayAttachmentResourceType) -> sdk::TransitGatewayAttachment {
        let association = sdk::TransitGatewayAttachmentAssociation::builder()
            .transit_gateway_route_table_id("tgw-rtb-1")
            .state(sdk::TransitGatewayAssociationState::Associated);
        sdk::TransitGatewayAttachment::builder()
            .transit_gateway_attachment_id("tgw-attach-2")
            .transit_gateway_id("tgw-1")
            .transit_gateway_owner_id("111111111111")
            .resource_owner_id("222222222222")
            .resource_type(kind)
            .resource_id("vpc-1")
            .state(sdk::TransitGatewayAttachmentState::Available)
            .association(association.build())
            .build()
    }

    #[test]
    fn an_attached_vpc_is_listed_under_its_owners_arn() {
        let it = attached(sdk::TransitGatewayAttachmentResourceType::Vpc);
        let resource = reading(|read| attachment_resource(read, &it)).unwrap();
        let arn = "arn:aws:ec2:eu-west-1:222222222222:transit-gateway-attachment/tgw-attach-2";
        assert_eq!(resource.arn, arn);
        assert_eq!(&*resource.account, "111111111111");
        let read: &TransitGatewayVpcAttachment = resource.of().unwrap();
        assert_eq!(read.route_table_id.as_deref(), Some("tgw-rtb-1"));
        let vpn = attached(sdk::TransitGatewayAttachmentResourceType::Vpn);
        assert_eq!(reading(|read| attachment_resource(read, &vpn)), None);
    }

    #[test]
    fn what_was_deleted_is_no_more() {
        let it = peered(sdk::TransitGatewayAttachmentState::Deleted);
        let none = (BTreeMap::new(), None);
        assert_eq!(reading(|read| peering_resource(read, &it, &none)), None);
        let it = sdk::TransitGateway::builder()
            .transit_gateway_id("tgw-1")
            .state(sdk::TransitGatewayState::Deleted)
            .build();
        assert_eq!(reading(|read| gateway_resource(read, &it)), None);
    }
}
