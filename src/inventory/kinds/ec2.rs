//! EC2: networks and the ways between them, and instances.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A virtual network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Vpc {
    /// Id of the VPC.
    pub vpc_id: String,
    /// IPv4 ranges in use, the first one first.
    pub cidrs: Vec<String>,
    /// IPv6 ranges in use.
    pub ipv6_cidrs: Vec<String>,
    /// Whether it is the network that AWS made with the account.
    pub default: bool,
    /// State.
    #[schemars(extend("x-known" = ["pending", "available"]))]
    pub state: String,
}

/// A subnet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Subnet {
    /// Id of the subnet.
    pub subnet_id: String,
    /// Id of its VPC.
    pub vpc_id: String,
    /// Availability Zone.
    pub zone: String,
    /// Id of the Availability Zone, the same in every account.
    pub zone_id: Option<String>,
    /// IPv4 range.
    pub cidr: Option<String>,
    /// Whether instances get public addresses by default.
    pub public_addresses: bool,
    /// IPv4 addresses that are free; null when not reported.
    pub free_addresses: Option<i64>,
}

/// A peering of two VPCs. It is listed once for each side that is read, with that side's tags.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VpcPeeringConnection {
    /// Id of the peering.
    pub peering_id: String,
    /// State.
    #[schemars(extend("x-known" = ["active", "deleted", "deleting", "expired", "failed", "initiating-request", "pending-acceptance", "provisioning", "rejected"]))]
    pub status: String,
    /// The side that asked.
    pub requester: PeeringSide,
    /// The side that was asked.
    pub accepter: PeeringSide,
}

/// One side of a VPC peering.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PeeringSide {
    /// Account of the VPC.
    pub account: String,
    /// Region of the VPC.
    pub region: String,
    /// Id of the VPC.
    pub vpc_id: String,
    /// IPv4 ranges of the VPC; empty until the peering is active.
    pub cidrs: Vec<String>,
    /// Whether names of this side resolve to private addresses on the other; null when not reported
    /// (the far side of a peering between Regions may not be).
    pub dns_resolution: Option<bool>,
}

/// A transit gateway. A shared one is listed in each account that is read and sees it, under its
/// owner's ARN; its tags show in its owner's account only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransitGateway {
    /// Id of the gateway.
    pub gateway_id: String,
    /// Account that owns it; another one when it is shared.
    pub owner: String,
    /// State.
    #[schemars(extend("x-known" = ["pending", "available", "modifying", "deleting", "deleted"]))]
    pub state: String,
    /// Autonomous system number of its side.
    pub asn: Option<i64>,
}

/// A peering of two transit gateways. It is listed once for each side that is read, with that
/// side's tags.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransitGatewayPeeringAttachment {
    /// Id of the attachment.
    pub attachment_id: String,
    /// State.
    #[schemars(extend("x-known" = ["initiating", "initiatingRequest", "pendingAcceptance", "rollingBack", "pending", "available", "modifying", "deleting", "deleted", "failed", "rejected", "rejecting", "failing"]))]
    pub state: String,
    /// The side that asked.
    pub requester: GatewaySide,
    /// The side that was asked.
    pub accepter: GatewaySide,
    /// Id of the route table of this side's gateway that decides where arriving packets go; null
    /// without one.
    pub route_table_id: Option<String>,
}

/// One side of a transit gateway peering.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GatewaySide {
    /// Account of the gateway.
    pub account: String,
    /// Region of the gateway.
    pub region: String,
    /// Id of the gateway.
    pub gateway_id: String,
}

/// An instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Instance {
    /// Id of the instance.
    pub instance_id: String,
    /// Instance type.
    pub instance_type: String,
    /// State.
    #[schemars(extend("x-known" = ["pending", "running", "shutting-down", "terminated", "stopping", "stopped"]))]
    pub state: String,
    /// When it was started last (RFC 3339).
    pub launched: Option<String>,
    /// Availability Zone.
    pub zone: String,
    /// Id of its VPC.
    pub vpc_id: Option<String>,
    /// Id of its subnet.
    pub subnet_id: Option<String>,
    /// Private IPv4 address.
    pub private_ip: Option<String>,
    /// Public IPv4 address.
    pub public_ip: Option<String>,
    /// Image it was started from.
    pub image_id: Option<String>,
    /// Whether the network checks that it is source or destination of its traffic; off for routers and firewalls.
    pub source_dest_check: bool,
    /// `spot` or `scheduled`; null for on demand.
    pub lifecycle: Option<String>,
    /// Attached volumes.
    pub volumes: Vec<AttachedVolume>,
}

/// A volume attached to an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AttachedVolume {
    /// Id of the volume.
    pub volume_id: String,
    /// Device name.
    pub device: String,
    /// Whether it is the root device.
    pub root: bool,
    /// Whether it goes with the instance.
    pub delete_on_termination: bool,
}
