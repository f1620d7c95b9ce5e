//! Global Accelerator: standard accelerators, their listeners and endpoint groups.
//!
//! Custom routing accelerators have other semantics and are not read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A standard accelerator.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Accelerator {
    /// Whether it takes traffic at all.
    pub enabled: bool,
    /// State.
    #[schemars(extend("x-known" = ["DEPLOYED", "IN_PROGRESS"]))]
    pub status: String,
    /// Host name for IPv4.
    pub dns_name: Option<String>,
    /// Host name for IPv4 and IPv6; null for an accelerator of IPv4 alone.
    pub dual_stack_dns_name: Option<String>,
    /// Its static addresses, sorted.
    pub ip_addresses: Vec<String>,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
}

/// A listener. Its resource name is the accelerator's, with protocol and first port.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Listener {
    /// ARN of the accelerator.
    pub accelerator_arn: String,
    /// Protocol.
    #[schemars(extend("x-known" = ["TCP", "UDP"]))]
    pub protocol: String,
    /// Whether a client stays with its endpoint.
    #[schemars(extend("x-known" = ["NONE", "SOURCE_IP"]))]
    pub client_affinity: String,
    /// Ports that it listens on, sorted.
    pub port_ranges: Vec<PortRange>,
}

/// Ports, both ends included.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct PortRange {
    /// First port.
    pub from: i64,
    /// Last port.
    pub to: i64,
}

/// The endpoints of a listener in one Region. Its resource name is the listener's, with the Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EndpointGroup {
    /// ARN of the listener.
    pub listener_arn: String,
    /// Region of the endpoints.
    pub endpoint_region: String,
    /// Share of the traffic meant for the Region that goes there, in per cent. With 0 it gets
    /// traffic only when the endpoints of other Regions fail.
    pub traffic_dial_percentage: f64,
    /// Protocol of the health check. Load balancers are judged by their own checks instead.
    #[schemars(extend("x-known" = ["HTTP", "HTTPS", "TCP"]))]
    pub health_check_protocol: String,
    /// Path that the health check asks for.
    pub health_check_path: Option<String>,
    /// Seconds between health checks.
    pub health_check_interval_seconds: i64,
    /// Checks in a row that change the health of an endpoint.
    pub threshold_count: i64,
    /// Where traffic goes, sorted by id.
    pub endpoints: Vec<Endpoint>,
}

/// Where traffic goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    /// ARN of a load balancer, id of an instance, or allocation id of an Elastic IP address.
    pub id: String,
    /// Its share within the group; 0 takes it out, even when all others fail.
    pub weight: i64,
    /// Health.
    #[schemars(extend("x-known" = ["INITIAL", "HEALTHY", "UNHEALTHY"]))]
    pub health: String,
}
