//! Networks: VPCs, subnets, route tables and VPC peerings.
//!
//! A peering is listed in the Region and account of each side that is read: each side has tags of
//! its own, and sets its DNS options in its own Region.

use std::collections::BTreeSet;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_subnets::DescribeSubnetsOutput;
use aws_sdk_ec2::operation::describe_vpc_peering_connections::DescribeVpcPeeringConnectionsOutput;
use aws_sdk_ec2::operation::describe_vpcs::DescribeVpcsOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::{set, some_text, text};
use super::routes::{DESCRIBE_ROUTE_TABLES, route_tables};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ec2::{PeeringSide, Subnet, Vpc, VpcPeeringConnection};
use crate::inventory::{Kind, Resource};

const DESCRIBE_VPCS: Operation = Operation {
    name: "ec2:DescribeVpcs",
    action: "ec2:DescribeVpcs",
    times: Times(|it| it.pages(&[Kind::Ec2Vpc], PAGE).or_more()),
};
const DESCRIBE_SUBNETS: Operation = Operation {
    name: "ec2:DescribeSubnets",
    action: "ec2:DescribeSubnets",
    times: Times(|it| it.given(Kind::Ec2Vpc, it.pages(&[Kind::Ec2Subnet], PAGE))),
};
const DESCRIBE_PEERINGS: Operation = Operation {
    name: "ec2:DescribeVpcPeeringConnections",
    action: "ec2:DescribeVpcPeeringConnections",
    times: Times(|it| {
        it.given(
            Kind::Ec2Vpc,
            it.pages(&[Kind::Ec2VpcPeeringConnection], PAGE),
        )
    }),
};

pub(super) const NETWORKS: Collector = Collector {
    name: "vpc",
    kinds: &[
        Kind::Ec2Vpc,
        Kind::Ec2Subnet,
        Kind::Ec2RouteTable,
        Kind::Ec2VpcPeeringConnection,
    ],
    scope: Scope::Regional,
    operations: &[
        DESCRIBE_VPCS,
        DESCRIBE_SUBNETS,
        DESCRIBE_ROUTE_TABLES,
        DESCRIBE_PEERINGS,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        // Everything else here is a part of a VPC.
        if let Some(default) = vpcs(ctx, &ec2).await {
            tokio::join!(
                subnets(ctx, &ec2),
                route_tables(ctx, &ec2, &default),
                peerings(ctx, &ec2),
            );
        }
    })
}

/// Reads the VPCs; the ids of the default ones. `None` where there is none, not even another
/// account's.
async fn vpcs(ctx: &Context, ec2: &Client) -> Option<BTreeSet<String>> {
    let mut pages = Vec::new();
    let read = ctx.pages_into(
        &mut pages,
        &DESCRIBE_VPCS,
        &[Kind::Ec2Vpc],
        |page: &DescribeVpcsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_vpcs().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let whole = read.await.is_ok();
    let found = || pages.iter().flat_map(DescribeVpcsOutput::vpcs);
    found()
        .filter_map(|it| vpc_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
    let default = found().filter(|it| it.is_default().unwrap_or_default());
    let default = default.filter_map(|it| it.vpc_id().map(str::to_owned));
    let none = whole && found().next().is_none();
    (!none).then(|| default.collect())
}

async fn subnets(ctx: &Context, ec2: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_SUBNETS,
        &[Kind::Ec2Subnet],
        |page: &DescribeSubnetsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_subnets().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages.iter().flat_map(DescribeSubnetsOutput::subnets);
    found
        .filter_map(|it| subnet_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

async fn peerings(ctx: &Context, ec2: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_PEERINGS,
        &[Kind::Ec2VpcPeeringConnection],
        |page: &DescribeVpcPeeringConnectionsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_vpc_peering_connections().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeVpcPeeringConnectionsOutput::vpc_peering_connections);
    found
        .filter_map(|it| peering_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

fn vpc_resource(read: Read<'_>, it: &sdk::Vpc) -> Option<Resource> {
    let id = it.vpc_id().filter(|_| read.owns(it.owner_id()))?;
    Some(read.resource(it.owner_id(), id, it.tags(), vpc(it)))
}

fn subnet_resource(read: Read<'_>, it: &sdk::Subnet) -> Option<Resource> {
    let id = it.subnet_id().filter(|_| read.owns(it.owner_id()))?;
    Some(read.resource(it.owner_id(), id, it.tags(), subnet(it)))
}

/// `None` for a peering that was deleted: AWS shows it for a while, but it is no more.
fn peering_resource(read: Read<'_>, it: &sdk::VpcPeeringConnection) -> Option<Resource> {
    let id = it.vpc_peering_connection_id()?;
    let properties = peering(it);
    let deleted = sdk::VpcPeeringConnectionStateReasonCode::Deleted.as_str();
    (properties.status != deleted).then(|| read.resource(None, id, it.tags(), properties))
}

/// Ranges in use: those that are associated, and where AWS says nothing of that, all.
fn in_use(state: Option<&sdk::VpcCidrBlockState>) -> bool {
    state
        .and_then(|state| state.state())
        .is_none_or(|state| *state == sdk::VpcCidrBlockStateCode::Associated)
}

fn vpc(it: &sdk::Vpc) -> Vpc {
    let associated = it.cidr_block_association_set().iter();
    let associated = associated
        .filter(|range| in_use(range.cidr_block_state()))
        .filter_map(|range| range.cidr_block());
    let first = it.cidr_block();
    let further = set(associated.filter(|range| Some(*range) != first));
    let ipv6 = it.ipv6_cidr_block_association_set().iter();
    Vpc {
        vpc_id: text(it.vpc_id()),
        cidrs: first
            .map(str::to_owned)
            .into_iter()
            .chain(further)
            .collect(),
        ipv6_cidrs: set(ipv6
            .filter(|range| in_use(range.ipv6_cidr_block_state()))
            .filter_map(|range| range.ipv6_cidr_block())),
        default: it.is_default().unwrap_or_default(),
        state: text(it.state().map(sdk::VpcState::as_str)),
    }
}

fn subnet(it: &sdk::Subnet) -> Subnet {
    Subnet {
        subnet_id: text(it.subnet_id()),
        vpc_id: text(it.vpc_id()),
        zone: text(it.availability_zone()),
        zone_id: some_text(it.availability_zone_id()),
        cidr: some_text(it.cidr_block()),
        public_addresses: it.map_public_ip_on_launch().unwrap_or_default(),
        free_addresses: it.available_ip_address_count().map(i64::from),
    }
}

fn peering(it: &sdk::VpcPeeringConnection) -> VpcPeeringConnection {
    VpcPeeringConnection {
        peering_id: text(it.vpc_peering_connection_id()),
        status: text(
            it.status()
                .and_then(|it| it.code())
                .map(sdk::VpcPeeringConnectionStateReasonCode::as_str),
        ),
        requester: it.requester_vpc_info().map(side).unwrap_or_default(),
        accepter: it.accepter_vpc_info().map(side).unwrap_or_default(),
    }
}

fn side(it: &sdk::VpcPeeringConnectionVpcInfo) -> PeeringSide {
    let ranges = it.cidr_block_set().iter().filter_map(|it| it.cidr_block());
    PeeringSide {
        account: text(it.owner_id()),
        region: text(it.region()),
        vpc_id: text(it.vpc_id()),
        cidrs: set(ranges.chain(it.cidr_block())),
        dns_resolution: it.peering_options().and_then(
            sdk::VpcPeeringConnectionOptionsDescription::allow_dns_resolution_from_remote_vpc,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::{reading, tag};
    use super::*;

    fn range(cidr: &str, state: sdk::VpcCidrBlockStateCode) -> sdk::VpcCidrBlockAssociation {
        let state = sdk::VpcCidrBlockState::builder().state(state).build();
        sdk::VpcCidrBlockAssociation::builder()
            .cidr_block(cidr)
            .cidr_block_state(state)
            .build()
    }

    #[test]
    fn a_vpc_has_its_first_range_first_and_no_range_that_is_gone() {
        use sdk::VpcCidrBlockStateCode::{Associated, Disassociated};
        let it = sdk::Vpc::builder()
            .vpc_id("vpc-1")
            .owner_id("111111111111")
            .cidr_block("10.9.0.0/16")
            .cidr_block_association_set(range("10.9.0.0/16", Associated))
            .cidr_block_association_set(range("10.2.0.0/16", Associated))
            .cidr_block_association_set(range("10.1.0.0/16", Disassociated))
            .tags(tag("Name", "shop"))
            .build();
        let resource = reading(|read| vpc_resource(read, &it)).unwrap();
        assert_eq!(resource.arn, "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1");
        assert_eq!(resource.name, "shop");
        let read: &Vpc = resource.of().unwrap();
        assert_eq!(read.cidrs, ["10.9.0.0/16", "10.2.0.0/16"]);
    }

    #[test]
    fn what_another_account_shares_is_left_to_its_owner() {
        let vpc = sdk::Vpc::builder().vpc_id("vpc-1").owner_id("222222222222");
        assert_eq!(reading(|read| vpc_resource(read, &vpc.build())), None);
        let own = sdk::Subnet::builder().subnet_id("subnet-1");
        let shared = own.clone().owner_id("222222222222").build();
        assert_eq!(reading(|read| subnet_resource(read, &shared)), None);
        let resource = reading(|read| subnet_resource(read, &own.build())).unwrap();
        assert_eq!(resource.name, "subnet-1", "the id, without a Name tag");
    }

    fn peered(status: &str) -> sdk::VpcPeeringConnection {
        let options = sdk::VpcPeeringConnectionOptionsDescription::builder()
            .allow_dns_resolution_from_remote_vpc(true)
            .build();
        let requester = sdk::VpcPeeringConnectionVpcInfo::builder()
            .region("eu-west-1")
            .cidr_block("10.0.0.0/16")
            .cidr_block_set(sdk::CidrBlock::builder().cidr_block("10.0.0.0/16").build())
            .peering_options(options)
            .build();
        let accepter = sdk::VpcPeeringConnectionVpcInfo::builder()
            .owner_id("222222222222")
            .region("us-east-1")
            .build();
        let reason = sdk::VpcPeeringConnectionStateReason::builder().code(status.into());
        sdk::VpcPeeringConnection::builder()
            .vpc_peering_connection_id("pcx-1")
            .status(reason.build())
            .requester_vpc_info(requester)
            .accepter_vpc_info(accepter)
            .build()
    }

    #[test]
    fn a_peering_tells_of_both_sides_and_keeps_states_it_does_not_know() {
        let resource = reading(|read| peering_resource(read, &peered("half-open"))).unwrap();
        let read: &VpcPeeringConnection = resource.of().unwrap();
        assert_eq!(read.status, "half-open");
        assert_eq!(read.requester.cidrs, ["10.0.0.0/16"]);
        assert_eq!(read.requester.dns_resolution, Some(true));
        assert_eq!(read.accepter.region, "us-east-1");
        assert_eq!(read.accepter.dns_resolution, None);
    }

    #[test]
    fn a_deleted_peering_is_no_more() {
        assert_eq!(
            reading(|read| peering_resource(read, &peered("deleted"))),
            None
        );
    }
}
