//! What is lost: Regions, one Availability Zone, or one service in one Region.
//!
//! Says which resources go with it. Control planes that live in a lost Region are named, not removed:
//! what runs goes on without them.

use std::collections::BTreeSet;
use std::fmt;

use crate::inventory::kinds::{autoscaling, ec2, rds};
use crate::inventory::{Arn, Kind, Region, Resource};
use crate::located::nearest;

/// What is lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Whole Regions at once.
    Regions(BTreeSet<Region>),
    /// One Availability Zone (`eu-west-1a`).
    Zone { region: Region, zone: String },
    /// One service (`dynamodb`) in one Region.
    Service { service: String, region: Region },
}

impl Loss {
    pub fn region(region: &Region) -> Self {
        Self::Regions([region.clone()].into())
    }

    /// Reads what a user writes: `eu-west-1`, `eu-west-1+eu-central-1`, `eu-west-1a`,
    /// `dynamodb:eu-west-1`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((service, region)) = text.split_once(':') {
            if !is_region(region) || service.is_empty() {
                return Err(format!("`{text}` is no SERVICE:REGION"));
            }
            return Ok(Self::Service {
                service: known_service(&service.to_ascii_lowercase())?,
                region: region.into(),
            });
        }
        if text.contains('+') {
            let regions: Vec<&str> = text.split('+').map(str::trim).collect();
            return match regions.iter().find(|it| !is_region(it)) {
                Some(odd) => Err(format!("`{odd}` in `{text}` is no Region")),
                None => Ok(Self::Regions(
                    regions.into_iter().map(Region::from).collect(),
                )),
            };
        }
        if is_region(text) {
            return Ok(Self::region(&text.into()));
        }
        let region = text.trim_end_matches(|it: char| it.is_ascii_lowercase());
        if is_region(region) && text.len() == region.len() + 1 {
            return Ok(Self::Zone {
                region: region.into(),
                zone: text.to_owned(),
            });
        }
        Err(format!(
            "`{text}` is no Region (eu-west-1), no Availability Zone (eu-west-1a) and no SERVICE:REGION"
        ))
    }

    /// Whether a resource is gone.
    pub fn takes(&self, resource: &Resource) -> bool {
        match self {
            Self::Regions(regions) => regions.contains(&resource.region),
            Self::Zone { region, zone } => {
                resource.region == *region && in_zone_only(resource, zone)
            }
            Self::Service { service, region } => {
                resource.region == *region && service_of(resource) == *service
            }
        }
    }

    /// Whether what stands in a Region and was not read is gone. `service` is its service, where
    /// that is known.
    pub fn takes_there(&self, region: &Region, service: Option<&str>) -> bool {
        match self {
            Self::Regions(regions) => regions.contains(region),
            Self::Zone { .. } => false,
            Self::Service {
                service: lost,
                region: there,
            } => there == region && service.is_some_and(|it| plain(it) == lost),
        }
    }

    /// The Regions in which something is lost.
    pub fn places(&self) -> BTreeSet<Region> {
        match self {
            Self::Regions(regions) => regions.clone(),
            Self::Zone { region, .. } | Self::Service { region, .. } => [region.clone()].into(),
        }
    }

    /// The Regions that are lost whole.
    pub fn regions(&self) -> BTreeSet<Region> {
        match self {
            Self::Regions(regions) => regions.clone(),
            Self::Zone { .. } | Self::Service { .. } => BTreeSet::new(),
        }
    }
}

/// Two or more words and a digit at the end.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = parts
        .last()
        .is_some_and(|it| it.len() == 1 && it.bytes().all(|byte| byte.is_ascii_digit()));
    let word = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.len() >= 3 && number && parts[..parts.len() - 1].iter().all(word)
}

/// A service as ARNs name it, by any of its names.
fn plain(service: &str) -> &str {
    match service {
        "applicationautoscaling" => "application-autoscaling",
        "arcregionswitch" => "arc-region-switch",
        "elasticloadbalancingv2" | "elb" => "elasticloadbalancing",
        "execute-api" => "apigateway",
        "lambda-url" => "lambda",
        _ => service,
    }
}

/// Services of which nothing is collected and that configuration names all the same.
const ONLY_NAMED: [&str; 10] = [
    "apigateway",
    "cloudwatch",
    "cognito-idp",
    "ecr",
    "elasticfilesystem",
    "events",
    "kinesis",
    "ssm",
    "states",
    "sts",
];

/// A service that something can hang on: what nobody has survives every loss of it, and so does a
/// slip of the pen.
fn known_service(service: &str) -> Result<String, String> {
    let name = plain(service);
    let of_kind = |kind: &Kind| service_of_kind(*kind);
    let mut known: BTreeSet<String> = Kind::ALL.iter().map(of_kind).collect();
    known.extend(ONLY_NAMED.map(str::to_owned));
    if known.contains(name) {
        return Ok(name.to_owned());
    }
    let near = nearest(name, known.iter().map(String::as_str));
    Err(match (service, near) {
        ("docdb" | "neptune", _) => format!("`{service}` goes with its control plane: lose `rds`"),
        (_, Some(near)) => format!("no service `{service}` is known; did you mean `{near}`?"),
        (_, None) => format!(
            "no service `{service}` is known; known are {}",
            known.into_iter().collect::<Vec<_>>().join(", ")
        ),
    })
}

/// The service of a resource as its ARN names it.
fn service_of(resource: &Resource) -> String {
    service_of_kind(resource.kind())
}

fn service_of_kind(kind: Kind) -> String {
    let service = kind.name().split("::").nth(1).unwrap_or_default();
    plain(&service.to_ascii_lowercase()).to_owned()
}

/// The service that an ARN or a host name of AWS names: beside its Region.
pub(super) fn service_in(text: &str) -> Option<&str> {
    if let Some(arn) = Arn::parse(text) {
        return Some(arn.service);
    }
    let host = text.split('/').next()?;
    let labels: Vec<&str> = host.split('.').collect();
    let at = labels.iter().rposition(|it| is_region(it))?;
    let domain = |it: &&str| matches!(*it, "amazonaws" | "api" | "on");
    let behind = labels.get(at + 1).copied().filter(|it| !domain(it));
    behind.or_else(|| at.checked_sub(1).map(|it| labels[it]))
}

/// Whether all of a resource stands in the zone: what spans several zones goes on.
fn in_zone_only(resource: &Resource, zone: &str) -> bool {
    let all = |zones: &[String]| !zones.is_empty() && zones.iter().all(|it| it == zone);
    if let Some(it) = resource.of::<ec2::Instance>() {
        it.zone == zone
    } else if let Some(it) = resource.of::<ec2::Subnet>() {
        it.zone == zone
    } else if let Some(it) = resource.of::<rds::DbInstance>() {
        !it.multi_az && it.zone.as_deref() == Some(zone)
    } else if let Some(it) = resource.of::<autoscaling::AutoScalingGroup>() {
        all(&it.zones)
    } else {
        false
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Regions(regions) => {
                let regions: Vec<&str> = regions.iter().map(Region::as_str).collect();
                f.write_str(&regions.join("+"))
            }
            Self::Zone { zone, .. } => f.write_str(zone),
            Self::Service { service, region } => write!(f, "{service}:{region}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_read_as_they_are_written() {
        for text in [
            "eu-west-1",
            "eu-central-1+eu-west-1",
            "eu-west-1a",
            "dynamodb:eu-west-1",
        ] {
            assert_eq!(Loss::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "mars",
            "eu-west-1aa",
            "eu-west-1+x",
            ":eu-west-1",
            "s3:",
            "EU-WEST-1",
            "dynamodv:eu-west-1",
            "docdb:eu-west-1",
        ] {
            assert!(Loss::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn services_have_one_name() {
        for (text, service) in [
            ("arn:aws:sqs:eu-west-1:111111111111:jobs", "sqs"),
            ("sqs.eu-west-1.amazonaws.com", "sqs"),
            ("orders.cluster-x.eu-west-1.rds.amazonaws.com", "rds"),
            ("111111111111.dkr.ecr.eu-west-1.amazonaws.com/api:1", "ecr"),
            ("api-1.eu-west-1.elb.amazonaws.com", "elasticloadbalancing"),
            ("abc.lambda-url.eu-west-1.on.aws", "lambda"),
        ] {
            assert_eq!(service_in(text).map(plain), Some(service), "{text}");
        }
        assert_eq!(service_in("sts.amazonaws.com"), None);
        let lost = Loss::parse("elasticloadbalancingv2:eu-west-1").unwrap();
        assert_eq!(lost, Loss::parse("ELB:eu-west-1").unwrap());
        assert!(lost.takes_there(&"eu-west-1".into(), Some("elasticloadbalancing")));
    }
}
