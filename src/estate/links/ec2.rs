//! What resources of EC2 are found by.

use super::Link;
use crate::inventory::kinds::{ec2, ec2_launch, ec2_routes};
use crate::inventory::{Kind, Resource};

fn own(kind: Kind, id: &str) -> (Link, &str) {
    (Link::Id(kind), id)
}

fn of(kind: Kind, whole: Kind, id: &str) -> (Link, &str) {
    (Link::Of(kind, whole), id)
}

/// Every link of a resource of EC2; none for other kinds.
pub(super) fn links(resource: &Resource) -> Vec<(Link, &str)> {
    let kind = resource.kind();
    if let Some(it) = resource.of::<ec2::Instance>() {
        vec![own(kind, &it.instance_id)]
    } else if let Some(it) = resource.of::<ec2::Subnet>() {
        vec![own(kind, &it.subnet_id), of(kind, Kind::Ec2Vpc, &it.vpc_id)]
    } else if let Some(it) = resource.of::<ec2::Vpc>() {
        vec![own(kind, &it.vpc_id)]
    } else if let Some(it) = resource.of::<ec2::VpcPeeringConnection>() {
        vec![
            own(kind, &it.peering_id),
            of(kind, Kind::Ec2Vpc, &it.requester.vpc_id),
            of(kind, Kind::Ec2Vpc, &it.accepter.vpc_id),
        ]
    } else if let Some(it) = resource.of::<ec2::TransitGateway>() {
        vec![own(kind, &it.gateway_id)]
    } else if let Some(it) = resource.of::<ec2::TransitGatewayPeeringAttachment>() {
        vec![
            own(kind, &it.attachment_id),
            of(kind, Kind::Ec2TransitGateway, &it.requester.gateway_id),
            of(kind, Kind::Ec2TransitGateway, &it.accepter.gateway_id),
        ]
    } else {
        routes(resource).unwrap_or_else(|| launch(resource))
    }
}

/// `None` for what has nothing to do with routes.
fn routes(resource: &Resource) -> Option<Vec<(Link, &str)>> {
    let kind = resource.kind();
    let links = if let Some(it) = resource.of::<ec2_routes::RouteTable>() {
        let subnets = it.subnets.iter().map(|id| of(kind, Kind::Ec2Subnet, id));
        let fixed = [
            own(kind, &it.route_table_id),
            of(kind, Kind::Ec2Vpc, &it.vpc_id),
        ];
        fixed.into_iter().chain(subnets).collect()
    } else if let Some(it) = resource.of::<ec2_routes::TransitGatewayVpcAttachment>() {
        vec![
            of(kind, Kind::Ec2Vpc, &it.vpc_id),
            of(kind, Kind::Ec2TransitGateway, &it.gateway_id),
        ]
    } else if let Some(it) = resource.of::<ec2_routes::TransitGatewayRouteTable>() {
        vec![
            own(kind, &it.route_table_id),
            of(kind, Kind::Ec2TransitGateway, &it.gateway_id),
        ]
    } else if let Some(it) = resource.of::<ec2_routes::NatGateway>() {
        vec![
            own(kind, &it.nat_gateway_id),
            of(kind, Kind::Ec2Vpc, &it.vpc_id),
        ]
    } else {
        let it = resource.of::<ec2_routes::VpcEndpoint>()?;
        vec![of(kind, Kind::Ec2Vpc, &it.vpc_id)]
    };
    Some(links)
}

fn launch(resource: &Resource) -> Vec<(Link, &str)> {
    let kind = resource.kind();
    if let Some(it) = resource.of::<ec2_launch::LaunchTemplate>() {
        vec![own(kind, &it.template_id)]
    } else if let Some(it) = resource.of::<ec2_launch::Image>() {
        vec![own(kind, &it.image_id)]
    } else if let Some(it) = resource.of::<ec2_launch::Volume>() {
        let instances = it.attachments.iter().map(|it| &it.instance_id);
        instances
            .map(|id| of(kind, Kind::Ec2Instance, id))
            .collect()
    } else {
        Vec::new()
    }
}
