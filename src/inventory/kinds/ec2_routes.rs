//! EC2: where packets go. Route tables of VPCs and of transit gateways, and what routes lead through.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A route table of a VPC. The main one of a default VPC is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RouteTable {
    /// Id of the route table.
    pub route_table_id: String,
    /// Id of its VPC.
    pub vpc_id: String,
    /// Whether subnets use it that name no other.
    pub main: bool,
    /// Ids of the subnets that name it.
    pub subnets: Vec<String>,
    /// Ids of the gateways whose arriving packets it routes.
    pub gateways: Vec<String>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// A route of a VPC.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Route {
    /// IPv4 or IPv6 range, or id of a prefix list.
    pub destination: String,
    /// What it leads to.
    #[schemars(extend("x-known" = ["local", "internet-gateway", "egress-only-internet-gateway", "nat-gateway", "transit-gateway", "vpc-peering", "vpc-endpoint", "instance", "network-interface", "vpn-gateway", "local-gateway", "carrier-gateway", "core-network", "other"]))]
    pub target_kind: String,
    /// Id or ARN of what it leads to.
    pub target: String,
    /// Whether it is in force; `blackhole` when what it leads to is gone.
    #[schemars(extend("x-known" = ["active", "blackhole", "filtered"]))]
    pub state: String,
}

/// A VPC on a transit gateway. It is listed in the account of the VPC and in that of the gateway.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransitGatewayVpcAttachment {
    /// Id of the attachment.
    pub attachment_id: String,
    /// Id of the gateway.
    pub gateway_id: String,
    /// Account that owns the gateway.
    pub gateway_owner: String,
    /// Id of the VPC.
    pub vpc_id: String,
    /// Account that owns the VPC.
    pub vpc_owner: String,
    /// State.
    #[schemars(extend("x-known" = ["initiating", "initiatingRequest", "pendingAcceptance", "rollingBack", "pending", "available", "modifying", "deleting", "deleted", "failed", "rejected", "rejecting", "failing"]))]
    pub state: String,
    /// Id of the gateway's route table that decides where packets of the VPC go; null without one,
    /// and where the owner of the gateway alone can see it.
    pub route_table_id: Option<String>,
}

/// A route table of a transit gateway. Only the owner of the gateway sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransitGatewayRouteTable {
    /// Id of the route table.
    pub route_table_id: String,
    /// Id of the gateway.
    pub gateway_id: String,
    /// State.
    #[schemars(extend("x-known" = ["pending", "available", "deleting", "deleted"]))]
    pub state: String,
    /// Its routes, propagated ones included.
    pub routes: Vec<TransitGatewayRoute>,
}

/// A route of a transit gateway.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransitGatewayRoute {
    /// IPv4 or IPv6 range; id of a prefix list where one is named.
    pub destination: String,
    /// Whether it is in force; packets to a `blackhole` are dropped.
    #[schemars(extend("x-known" = ["pending", "active", "blackhole", "deleting", "deleted"]))]
    pub state: String,
    /// The attachments that it leads to; none for a blackhole.
    pub attachments: Vec<RoutedAttachment>,
}

/// An attachment that a route leads to.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct RoutedAttachment {
    /// Id of the attachment.
    pub attachment_id: String,
    /// What is attached.
    #[schemars(extend("x-known" = ["vpc", "vpn", "vpn-concentrator", "client-vpn", "direct-connect-gateway", "connect", "peering", "tgw-peering", "network-function"]))]
    pub resource_type: String,
    /// Id of what is attached.
    pub resource_id: String,
}

/// A gateway through which a VPC reaches other networks under another address.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NatGateway {
    /// Id of the gateway.
    pub nat_gateway_id: String,
    /// Id of its VPC.
    pub vpc_id: String,
    /// Id of the subnet it stands in; null for a regional one.
    pub subnet_id: Option<String>,
    /// State.
    #[schemars(extend("x-known" = ["pending", "failed", "available", "deleting", "deleted"]))]
    pub state: String,
    /// Whether it leads to the internet (`public`) or to other private networks only.
    #[schemars(extend("x-known" = ["public", "private"]))]
    pub connectivity: String,
    /// Whether it stands in one Availability Zone or in all that need it.
    #[schemars(extend("x-known" = ["zonal", "regional"]))]
    pub availability: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
}

/// A private way from a VPC to a service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VpcEndpoint {
    /// Id of the endpoint.
    pub endpoint_id: String,
    /// Id of its VPC.
    pub vpc_id: String,
    /// How it works.
    #[schemars(extend("x-known" = ["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"]))]
    pub endpoint_type: String,
    /// Name of the service; empty for endpoints of resources and service networks.
    pub service_name: String,
    /// Region that the service is in; null when not reported.
    pub service_region: Option<String>,
    /// State.
    #[schemars(extend("x-known" = ["pendingAcceptance", "pending", "available", "deleting", "deleted", "rejected", "failed", "expired", "partial"]))]
    pub state: String,
    /// Whether the service's own name leads to it within the VPC.
    pub private_dns: bool,
    /// Whether an AWS service made it and looks after it.
    pub requester_managed: bool,
    /// Ids of the subnets that it stands in.
    pub subnets: Vec<String>,
    /// Ids of the route tables that lead to it; of a gateway endpoint.
    pub route_tables: Vec<String>,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
}
