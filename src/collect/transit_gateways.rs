//! Transit gateways and the peerings between them.
//!
//! A gateway that another account shares is listed in the account that was read too, under its
//! owner's ARN: its owner may never be read, and paths of networks run through it. A peering is
//! listed in the Region and account of each side that is read, with that side's tags.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_transit_gateway_peering_attachments::DescribeTransitGatewayPeeringAttachmentsOutput;
use aws_sdk_ec2::operation::describe_transit_gateways::DescribeTransitGatewaysOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::text;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ec2::{GatewaySide, TransitGateway, TransitGatewayPeeringAttachment};
use crate::inventory::{Kind, Resource};

const DESCRIBE_GATEWAYS: Operation = Operation {
    name: "ec2:DescribeTransitGateways",
    action: "ec2:DescribeTransitGateways",
};
const DESCRIBE_PEERINGS: Operation = Operation {
    name: "ec2:DescribeTransitGatewayPeeringAttachments",
    action: "ec2:DescribeTransitGatewayPeeringAttachments",
};

pub(super) const TRANSIT_GATEWAYS: Collector = Collector {
    name: "transit_gateways",
    kinds: &[
        Kind::Ec2TransitGateway,
        Kind::Ec2TransitGatewayPeeringAttachment,
    ],
    scope: Scope::Regional,
    operations: &[DESCRIBE_GATEWAYS, DESCRIBE_PEERINGS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        gateways(ctx, &ec2).await;
        peerings(ctx, &ec2).await;
    })
}

async fn gateways(ctx: &Context, ec2: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_GATEWAYS,
        &[Kind::Ec2TransitGateway],
        |page: &DescribeTransitGatewaysOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_transit_gateways().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeTransitGatewaysOutput::transit_gateways);
    found
        .filter_map(|it| gateway_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

async fn peerings(ctx: &Context, ec2: &Client) {
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
        .filter_map(|it| peering_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

/// `None` for a gateway that was deleted: AWS shows it for a while, but it is no more.
fn gateway_resource(read: Read<'_>, it: &sdk::TransitGateway) -> Option<Resource> {
    let id = it.transit_gateway_id()?;
    let gone = it.state() == Some(&sdk::TransitGatewayState::Deleted);
    (!gone).then(|| read.resource(it.owner_id(), id, it.tags(), gateway(read, it)))
}

/// `None` for a peering that was deleted.
fn peering_resource(read: Read<'_>, it: &sdk::TransitGatewayPeeringAttachment) -> Option<Resource> {
    let id = it.transit_gateway_attachment_id()?;
    let gone = it.state() == Some(&sdk::TransitGatewayAttachmentState::Deleted);
    (!gone).then(|| read.resource(None, id, it.tags(), peering(it)))
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
        let resource = reading(|read| peering_resource(read, &it)).unwrap();
        assert_eq!(resource.name, "eu to us");
        let read: &TransitGatewayPeeringAttachment = resource.of().unwrap();
        assert_eq!(read.state, "pendingAcceptance");
        assert_eq!(read.requester.gateway_id, "tgw-eu-west-1");
        assert_eq!(read.accepter.region, "us-east-1");
    }

    #[test]
    fn what_was_deleted_is_no_more() {
        let it = peered(sdk::TransitGatewayAttachmentState::Deleted);
        assert_eq!(reading(|read| peering_resource(read, &it)), None);
        let it = sdk::TransitGateway::builder()
            .transit_gateway_id("tgw-1")
            .state(sdk::TransitGatewayState::Deleted)
            .build();
        assert_eq!(reading(|read| gateway_resource(read, &it)), None);
    }
}
