//! CloudFront distributions. Values of custom headers are never kept: they may be secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A distribution. Its resource name is its first alias, else its id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Distribution {
    /// Id of the distribution.
    pub distribution_id: String,
    /// Host name that CloudFront gave it.
    pub domain_name: String,
    /// Other names that it answers for, sorted.
    pub aliases: Vec<String>,
    /// Whether it answers at all.
    pub enabled: bool,
    /// Whether it only tries out changes of another distribution.
    pub staging: bool,
    /// Which edge locations serve.
    #[schemars(extend("x-known" = ["PriceClass_100", "PriceClass_200", "PriceClass_All", "None"]))]
    pub price_class: String,
    /// Whether the countries in `geo_countries` alone are served (`whitelist`) or not served (`blacklist`).
    #[schemars(extend("x-known" = ["none", "whitelist", "blacklist"]))]
    pub geo_restriction: String,
    /// Countries that the restriction is about, sorted.
    pub geo_countries: Vec<String>,
    /// Where content comes from, sorted by id.
    pub origins: Vec<Origin>,
    /// Pairs of origins, sorted by id. `failovers` joins them with their origins.
    pub origin_groups: Vec<OriginGroup>,
    /// What is done with each path, in the order in which CloudFront matches them; the default is
    /// last. `paths` joins them with their origins.
    pub cache_behaviors: Vec<CacheBehavior>,
}

/// Where content comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Origin {
    /// Name of the origin within the distribution.
    pub id: String,
    /// Host name that is asked.
    pub domain_name: String,
    /// How it is reached.
    #[schemars(extend("x-known" = ["s3", "custom", "vpc"]))]
    pub reached_by: String,
    /// How often CloudFront tries to connect.
    pub connection_attempts: Option<i64>,
    /// Seconds that one attempt may take.
    pub connection_timeout: Option<i64>,
    /// Region of Origin Shield, through which all requests to the origin go; null when it is off.
    pub shield_region: Option<String>,
    /// Names of headers that CloudFront adds, sorted. Their values are not kept.
    pub header_names: Vec<String>,
}

/// A primary origin and the one that is asked when the primary fails.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OriginGroup {
    /// Name of the group within the distribution.
    pub id: String,
    /// Ids of its origins, the primary first.
    pub members: Vec<String>,
    /// Status codes of the primary that make CloudFront ask the secondary, sorted.
    pub status_codes: Vec<i64>,
    /// How the origin is chosen; null when not given.
    #[schemars(extend("x-known" = ["default", "media-quality-based"]))]
    pub selection_criteria: Option<String>,
}

/// What is done with the requests for some paths.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CacheBehavior {
    /// Pattern of the paths; `*` for the default.
    pub path_pattern: String,
    /// Id of an origin or of an origin group.
    pub target_origin_id: String,
    /// Methods that are passed on, sorted.
    pub allowed_methods: Vec<String>,
    /// Id of the cache policy; null where the settings of old are used.
    pub cache_policy_id: Option<String>,
    /// Least seconds that answers are kept, where the settings of old are used.
    pub min_ttl: Option<i64>,
    /// Seconds that answers are kept which do not say how long, where the settings of old are used.
    pub default_ttl: Option<i64>,
    /// Whether viewers need a signed URL or cookie.
    pub restricted: bool,
    /// Code that runs at the edge.
    pub functions: Vec<EdgeFunction>,
}

/// Code that runs at the edge.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EdgeFunction {
    /// When it runs.
    #[schemars(extend("x-known" = ["viewer-request", "viewer-response", "origin-request", "origin-response"]))]
    pub event: String,
    /// What runs.
    #[schemars(extend("x-known" = ["cloudfront", "lambda"]))]
    pub runtime: String,
    /// ARN of the function.
    pub arn: String,
}
