//! Route 53 hosted zones, record sets and health checks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A hosted zone. Its resource name is the zone's name without the last dot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HostedZone {
    /// Id of the zone, without `/hostedzone/`.
    pub zone_id: String,
    /// Whether only associated VPCs can resolve the zone.
    pub private: bool,
    /// AWS service that made the zone and looks after it; null for zones of your own.
    pub linked_service: Option<String>,
    /// How many record sets the zone says it has.
    pub record_count: i64,
    /// VPCs that resolve a private zone. (A call of its own: `route53:GetHostedZone`.)
    pub vpcs: Vec<ZoneVpc>,
    /// Accelerated recovery of the DNS control plane; null when the API does not name it. (`route53:GetHostedZone`.)
    #[schemars(extend("x-known" = ["ENABLING", "ENABLE_FAILED", "ENABLING_HOSTED_ZONE_LOCKED", "ENABLED", "DISABLING", "DISABLE_FAILED", "DISABLED", "DISABLING_HOSTED_ZONE_LOCKED"]))]
    pub accelerated_recovery: Option<String>,
}

/// A VPC associated with a private zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ZoneVpc {
    /// Id of the VPC.
    pub vpc_id: String,
    /// Region of the VPC.
    pub region: String,
}

/// A record set: one name, type and set identifier. Its resource name is the DNS name without the last dot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecordSet {
    /// Id of the hosted zone.
    pub zone_id: String,
    /// Whether the hosted zone is private.
    pub private: bool,
    /// Record type.
    #[schemars(extend("x-known" = ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"]))]
    pub record_type: String,
    /// Routing policy, from the members that the API sets.
    #[schemars(extend("x-known" = ["simple", "weighted", "latency", "geolocation", "geoproximity", "failover", "multivalue", "cidr"]))]
    pub policy: String,
    /// Tells the members of a routed set apart; null for simple routing.
    pub set_identifier: Option<String>,
    /// Seconds that resolvers may keep the answer; null for an alias.
    pub ttl: Option<i64>,
    /// Share of the traffic in a weighted set.
    pub weight: Option<i64>,
    /// Region label in a latency set. It need not be where the target is.
    pub latency_region: Option<String>,
    /// Role in a failover set.
    #[schemars(extend("x-known" = ["PRIMARY", "SECONDARY"]))]
    pub failover: Option<String>,
    /// Place in a geolocation set; `*` as country is the default.
    pub geolocation: Option<GeoLocation>,
    /// Place in a geoproximity set.
    pub geoproximity: Option<GeoProximity>,
    /// CIDR location in a CIDR set; `*` is the default.
    pub cidr_location: Option<String>,
    /// Target of an alias; null for a record with values.
    pub alias: Option<Alias>,
    /// Addresses and host names of A, AAAA, CNAME and NS records. Values of other types are not kept.
    pub values: Vec<String>,
    /// Id of the health check that decides whether this member is answered.
    pub health_check_id: Option<String>,
}

/// Where a geolocation member applies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GeoLocation {
    /// Continent code.
    pub continent: Option<String>,
    /// Country code; `*` for the default.
    pub country: Option<String>,
    /// Subdivision code (a state of the United States, an oblast of Ukraine).
    pub subdivision: Option<String>,
}

/// Where a geoproximity member is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GeoProximity {
    /// AWS Region; null when given by local zone or coordinates.
    pub region: Option<String>,
    /// Local zone group; null when given by Region or coordinates.
    pub local_zone_group: Option<String>,
    /// Grows (up to 99) or shrinks (down to -99) the area served.
    pub bias: i64,
}

/// Target of an alias record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Alias {
    /// Hosted zone of the target.
    pub zone_id: String,
    /// DNS name of the target, without the last dot.
    pub dns_name: String,
    /// Whether the target's health decides whether this record is answered.
    pub evaluate_target_health: bool,
}

/// A health check.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HealthCheck {
    /// Id of the health check.
    pub health_check_id: String,
    /// What it watches.
    #[schemars(extend("x-known" = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"]))]
    pub check_type: String,
    /// A disabled check counts as healthy for ever.
    pub disabled: bool,
    /// Whether healthy and unhealthy are swapped.
    pub inverted: bool,
    /// Address that is probed; null when the name is resolved instead.
    pub ip_address: Option<String>,
    /// Name that is probed, or only sent as Host header when there is an address.
    pub fqdn: Option<String>,
    /// Port that is probed.
    pub port: Option<i64>,
    /// Path that is asked for.
    pub resource_path: Option<String>,
    /// Whether the answer is searched for a text. The text itself is not kept.
    pub searches_body: bool,
    /// Seconds between probes of one checker.
    pub request_interval: Option<i64>,
    /// Probes in a row that change the state.
    pub failure_threshold: Option<i64>,
    /// Regions of the checkers; empty for all of them.
    pub checker_regions: Vec<String>,
    /// Ids of the checks that a calculated one counts.
    pub children: Vec<String>,
    /// How many children must be healthy.
    pub health_threshold: Option<i64>,
    /// CloudWatch alarm that a `CLOUDWATCH_METRIC` check follows.
    pub alarm: Option<Alarm>,
    /// What such a check reports while the alarm has too little data.
    #[schemars(extend("x-known" = ["Healthy", "Unhealthy", "LastKnownStatus"]))]
    pub insufficient_data_status: Option<String>,
    /// ARC routing control that a `RECOVERY_CONTROL` check follows.
    pub routing_control_arn: Option<String>,
    /// AWS service that made the check and looks after it; null for checks of your own.
    pub linked_service: Option<String>,
    /// What the checkers last saw; null for types that have no checkers. (A call of its own: `route53:GetHealthCheckStatus`.)
    pub status: Option<CheckerStatus>,
}

/// The CloudWatch alarm behind a health check, as Route 53 describes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Alarm {
    /// Name of the alarm.
    pub name: String,
    /// Region of the alarm.
    pub region: String,
    /// Namespace of the metric; null when Route 53 gives none.
    pub namespace: Option<String>,
    /// Seconds of one evaluation period.
    pub period: Option<i64>,
    /// Periods that are evaluated.
    pub evaluation_periods: Option<i64>,
}

/// What the checkers last saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CheckerStatus {
    /// Checkers that called the endpoint healthy.
    pub healthy: i64,
    /// All checkers that reported.
    pub total: i64,
}
