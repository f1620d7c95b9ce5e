//! Application, network and gateway load balancers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A load balancer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoadBalancer {
    /// Type.
    #[schemars(extend("x-known" = ["application", "network", "gateway"]))]
    pub balancer_type: String,
    /// Whether it faces the internet.
    #[schemars(extend("x-known" = ["internet-facing", "internal"]))]
    pub scheme: String,
    /// State.
    #[schemars(extend("x-known" = ["active", "provisioning", "active_impaired", "failed"]))]
    pub state: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Host name; null for gateway load balancers.
    pub dns_name: Option<String>,
    /// Hosted zone that alias records name.
    pub canonical_zone_id: Option<String>,
    /// Id of its VPC.
    pub vpc_id: Option<String>,
    /// Availability Zones it has nodes in.
    pub zones: Vec<String>,
    /// Address family.
    #[schemars(extend("x-known" = ["ipv4", "dualstack", "dualstack-without-public-ipv4"]))]
    pub ip_address_type: Option<String>,
    /// Attributes. (A call of its own: `elasticloadbalancing:DescribeLoadBalancerAttributes`.)
    pub attributes: LoadBalancerAttributes,
}

/// Attributes of a load balancer; null where this type has no such attribute.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoadBalancerAttributes {
    /// Whether it is protected from deletion.
    pub deletion_protection: Option<bool>,
    /// Whether nodes send to targets in every Availability Zone.
    pub cross_zone: Option<bool>,
    /// Whether zonal shift can take an Availability Zone out.
    pub zonal_shift: Option<bool>,
    /// How clients are routed to the zones of a network load balancer.
    #[schemars(extend("x-known" = ["availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"]))]
    pub client_routing_policy: Option<String>,
    /// Seconds that an application load balancer keeps the connection of a client at most.
    pub client_keep_alive_seconds: Option<i64>,
}

/// A listener. Its resource name is the load balancer's, with protocol and port.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Listener {
    /// ARN of the load balancer.
    pub load_balancer: String,
    /// Port; null for gateway load balancers.
    pub port: Option<i64>,
    /// Protocol; null for gateway load balancers.
    pub protocol: Option<String>,
    /// ARNs of the target groups that default actions forward to, without those of weight 0.
    pub target_groups: Vec<String>,
    /// ARNs of the default certificates.
    pub certificates: Vec<String>,
}

/// A target group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TargetGroup {
    /// What is registered.
    #[schemars(extend("x-known" = ["instance", "ip", "lambda", "alb"]))]
    pub target_type: String,
    /// Protocol to the targets; null for Lambda functions.
    pub protocol: Option<String>,
    /// Port of the targets; null for Lambda functions.
    pub port: Option<i64>,
    /// Id of its VPC; null for Lambda functions.
    pub vpc_id: Option<String>,
    /// ARNs of the load balancers that use it.
    pub load_balancers: Vec<String>,
    /// How targets are checked.
    pub health_check: TargetHealthCheck,
    /// Attributes. (A call of its own: `elasticloadbalancing:DescribeTargetGroupAttributes`.)
    pub attributes: TargetGroupAttributes,
    /// Registered targets. (A call of its own: `elasticloadbalancing:DescribeTargetHealth`.)
    pub targets: Vec<Target>,
}

/// How a target group checks its targets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TargetHealthCheck {
    /// Whether targets are checked at all.
    pub enabled: bool,
    /// Protocol of the check.
    pub protocol: Option<String>,
    /// Path that is asked for.
    pub path: Option<String>,
    /// Seconds between checks.
    pub interval: Option<i64>,
    /// Failures in a row that make a target unhealthy.
    pub unhealthy_threshold: Option<i64>,
}

/// Attributes of a target group; null where this type has no such attribute.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TargetGroupAttributes {
    /// Whether a client stays with its target.
    pub stickiness: Option<bool>,
    /// What makes it stay.
    #[schemars(extend("x-known" = ["lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"]))]
    pub stickiness_type: Option<String>,
    /// Seconds that it stays, for the cookie types.
    pub stickiness_seconds: Option<i64>,
    /// Seconds before a target is let go.
    pub deregistration_seconds: Option<i64>,
    /// Healthy targets below which all targets get requests again.
    pub fail_open_count: Option<i64>,
    /// The same as a share in per cent; null when no share is set.
    pub fail_open_percent: Option<i64>,
    /// Healthy targets below which DNS sends clients elsewhere.
    pub dns_failover_count: Option<i64>,
    /// The same as a share in per cent; null when no share is set.
    pub dns_failover_percent: Option<i64>,
}

/// A registered target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Instance id, address or ARN.
    pub id: String,
    /// Port of the target.
    pub port: Option<i64>,
    /// Availability Zone of the target.
    pub zone: Option<String>,
    /// Health.
    #[schemars(extend("x-known" = ["initial", "healthy", "unhealthy", "unhealthy.draining", "unused", "draining", "unavailable"]))]
    pub health: String,
}
