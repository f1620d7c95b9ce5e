//! What leads out of a VPC beside routes: NAT gateways and VPC endpoints.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_nat_gateways::DescribeNatGatewaysOutput;
use aws_sdk_ec2::operation::describe_vpc_endpoints::DescribeVpcEndpointsOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::{set, some_text, text, time};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ec2_routes::{NatGateway, VpcEndpoint};
use crate::inventory::{Kind, Resource};

const DESCRIBE_NAT_GATEWAYS: Operation = Operation {
    name: "ec2:DescribeNatGateways",
    action: "ec2:DescribeNatGateways",
    times: Times(|it| it.pages(&[Kind::Ec2NatGateway], PAGE).or_more()),
};
const DESCRIBE_ENDPOINTS: Operation = Operation {
    name: "ec2:DescribeVpcEndpoints",
    action: "ec2:DescribeVpcEndpoints",
    times: Times(|it| it.pages(&[Kind::Ec2VpcEndpoint], PAGE).or_more()),
};

pub(super) const GATEWAYS: Collector = Collector {
    name: "vpc_gateways",
    kinds: &[Kind::Ec2NatGateway, Kind::Ec2VpcEndpoint],
    scope: Scope::Regional,
    operations: &[DESCRIBE_NAT_GATEWAYS, DESCRIBE_ENDPOINTS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        tokio::join!(nat_gateways(ctx, &ec2), endpoints(ctx, &ec2));
    })
}

async fn nat_gateways(ctx: &Context, ec2: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_NAT_GATEWAYS,
        &[Kind::Ec2NatGateway],
        |page: &DescribeNatGatewaysOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_nat_gateways().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeNatGatewaysOutput::nat_gateways);
    found
        .filter_map(|it| nat_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

async fn endpoints(ctx: &Context, ec2: &Client) {
    let pages = ctx.pages(
        &DESCRIBE_ENDPOINTS,
        &[Kind::Ec2VpcEndpoint],
        |page: &DescribeVpcEndpointsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = ec2.describe_vpc_endpoints().max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages
        .iter()
        .flat_map(DescribeVpcEndpointsOutput::vpc_endpoints);
    found
        .filter_map(|it| endpoint_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

/// `None` for a gateway that was deleted: AWS shows it for an hour, but it is no more.
fn nat_resource(read: Read<'_>, it: &sdk::NatGateway) -> Option<Resource> {
    let id = it.nat_gateway_id()?;
    let gone = it.state() == Some(&sdk::NatGatewayState::Deleted);
    (!gone).then(|| read.resource(None, id, it.tags(), nat_gateway(it)))
}

/// `None` for an endpoint that was deleted, and for one of another account in a shared subnet.
fn endpoint_resource(read: Read<'_>, it: &sdk::VpcEndpoint) -> Option<Resource> {
    let id = it.vpc_endpoint_id().filter(|_| read.owns(it.owner_id()))?;
    let properties = endpoint(it);
    (properties.state != "deleted").then(|| read.resource(None, id, it.tags(), properties))
}

fn nat_gateway(it: &sdk::NatGateway) -> NatGateway {
    let connectivity = it.connectivity_type().map(sdk::ConnectivityType::as_str);
    let availability = it.availability_mode().map(sdk::AvailabilityMode::as_str);
    NatGateway {
        nat_gateway_id: text(it.nat_gateway_id()),
        vpc_id: text(it.vpc_id()),
        subnet_id: some_text(it.subnet_id()),
        state: text(it.state().map(sdk::NatGatewayState::as_str)),
        connectivity: connectivity.unwrap_or("public").to_owned(),
        // Gateways from before there were regional ones may not say.
        availability: availability.unwrap_or("zonal").to_owned(),
        created: time(it.create_time()),
    }
}

fn endpoint(it: &sdk::VpcEndpoint) -> VpcEndpoint {
    VpcEndpoint {
        endpoint_id: text(it.vpc_endpoint_id()),
        vpc_id: text(it.vpc_id()),
        endpoint_type: text(it.vpc_endpoint_type().map(sdk::VpcEndpointType::as_str)),
        service_name: text(it.service_name()),
        service_region: some_text(it.service_region()),
        state: lower_first(it.state().map(sdk::State::as_str)),
        private_dns: it.private_dns_enabled().unwrap_or_default(),
        requester_managed: it.requester_managed().unwrap_or_default(),
        subnets: set(it.subnet_ids()),
        route_tables: set(it.route_table_ids()),
        created: time(it.creation_timestamp()),
    }
}

/// The API model says `Available`, the API itself `available`.
fn lower_first(value: Option<&str>) -> String {
    let mut letters = value.unwrap_or_default().chars();
    let first = letters.next().map(|it| it.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::{reading, tag};
    use super::*;

    #[test]
    fn a_gateway_that_does_not_say_is_public_and_zonal() {
        let it = sdk::NatGateway::builder()
            .nat_gateway_id("nat-1")
            .vpc_id("vpc-1")
            .subnet_id("subnet-1")
            .state(sdk::NatGatewayState::Available)
            .tags(tag("Name", "out"));
        let resource = reading(|read| nat_resource(read, &it.clone().build())).unwrap();
        assert_eq!(resource.name, "out");
        let read: &NatGateway = resource.of().unwrap();
        assert_eq!(
            (&*read.connectivity, &*read.availability),
            ("public", "zonal")
        );
        let regional = it
            .clone()
            .availability_mode(sdk::AvailabilityMode::Regional);
        assert_eq!(nat_gateway(&regional.build()).availability, "regional");
        let gone = it.state(sdk::NatGatewayState::Deleted).build();
        assert_eq!(reading(|read| nat_resource(read, &gone)), None);
    }

    #[test]
    fn states_of_endpoints_read_alike_however_they_are_written() {
        let it = sdk::VpcEndpoint::builder()
            .vpc_endpoint_id("vpce-1")
            .vpc_endpoint_type(sdk::VpcEndpointType::Interface)
            .service_name("com.amazonaws.us-east-1.kms")
            .service_region("us-east-1")
            .private_dns_enabled(true)
            .policy_document(r#"{"Statement":"kept nowhere"}"#);
        for (written, read) in [
            ("available", "available"),
            ("Available", "available"),
            ("PendingAcceptance", "pendingAcceptance"),
        ] {
            let it = it.clone().state(written.into()).build();
            assert_eq!(endpoint(&it).state, read);
        }
        for gone in ["deleted", "Deleted"] {
            let it = it.clone().state(gone.into()).build();
            assert_eq!(reading(|read| endpoint_resource(read, &it)), None);
        }
        let other = it.owner_id("222222222222").build();
        assert_eq!(reading(|read| endpoint_resource(read, &other)), None);
    }
}
