//! What is lost: Regions, one Availability Zone, or services in one Region.
//!
//! Says which resources go with it. Control planes that live in a lost Region are named, not removed:
//! what runs goes on without them.
//!
//! A Region is lost for good, and its data with it. A service that does not answer keeps what was
//! written to it until it comes back, and nobody can read that meanwhile: whoever has no copy waits
//! and loses nothing; whoever goes on with a copy misses what had not arrived there. An outage that
//! is replayed is known to end: nobody waits for longer than it lasted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::outages::{self, Outage};
use super::services;
use super::time::Seconds;
use crate::inventory::kinds::{autoscaling, ec2, rds};
use crate::inventory::{Region, Resource};

/// What is lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Whole Regions at once.
    Regions(BTreeSet<Region>),
    /// One Availability Zone (`eu-west-1a`).
    Zone { region: Region, zone: String },
    /// Services (`dynamodb`) in one Region.
    Services(Services),
}

/// What no longer works of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Degree {
    /// No request is answered.
    Requests,
    /// Requests are answered late, or with errors at times.
    Answers,
    /// What runs goes on; nothing new is started, for growth or in the place of what breaks.
    Starts,
    /// Events and messages are handed on late.
    Deliveries,
    /// Nothing can be changed: its control plane.
    Changes,
    /// Only other services of AWS, which are told of themselves, found it gone.
    Inside,
}

impl Degree {
    pub fn text(self) -> &'static str {
        match self {
            Self::Requests => "answers no request",
            Self::Answers => "answers late or with errors",
            Self::Starts => "starts nothing new",
            Self::Deliveries => "delivers late",
            Self::Changes => "takes no changes",
            Self::Inside => "fails other services of AWS",
        }
    }
}

/// Services of one Region, and what no longer works of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Services {
    pub region: Region,
    /// By their names in ARNs; a part of one behind a slash (`elasticloadbalancing/network`).
    lost: BTreeMap<String, BTreeSet<Degree>>,
    /// The outage that is replayed.
    outage: Option<&'static Outage>,
}

impl Services {
    fn gone(services: BTreeSet<String>, region: Region) -> Self {
        let degrees = || [Degree::Requests].into();
        Self {
            region,
            lost: services.into_iter().map(|it| (it, degrees())).collect(),
            outage: None,
        }
    }

    fn of_outage(outage: &'static Outage) -> Self {
        let mut lost = BTreeMap::<String, BTreeSet<Degree>>::new();
        for part in &outage.parts {
            let degrees = lost.entry(part.service.clone()).or_default();
            degrees.extend(&part.lost);
        }
        Self {
            region: outage.region.as_str().into(),
            lost,
            outage: Some(outage),
        }
    }

    fn loses(&self, service: &str, degree: Degree) -> bool {
        let degrees = self.lost.get(services::plain(service));
        degrees.is_some_and(|it| it.contains(&degree))
    }

    /// Whether that is lost of a service, or of the part of it that a resource is of.
    fn loses_of(&self, resource: &Resource, degree: Degree) -> bool {
        if resource.region != self.region {
            return false;
        }
        let service = services::of(resource);
        let part = || services::part_of(resource).map(|it| format!("{service}/{it}"));
        self.loses(service, degree) || part().is_some_and(|it| self.loses(&it, degree))
    }
}

impl Loss {
    pub fn region(region: &Region) -> Self {
        Self::Regions([region.clone()].into())
    }

    /// Reads what a user writes: `eu-west-1`, `eu-west-1+eu-central-1`, `eu-west-1a`,
    /// `dynamodb:eu-west-1`, `dynamodb+sqs:eu-west-1`, `outage:2025-10-20`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(id) = text.strip_prefix("outage:") {
            return outages::find(id).map(|it| Self::Services(Services::of_outage(it)));
        }
        if let Some((names, region)) = text.split_once(':') {
            if !is_region(region) || names.is_empty() {
                return Err(format!("`{text}` is no SERVICE:REGION"));
            }
            let names = names.split('+').map(|it| it.trim().to_ascii_lowercase());
            let known: Result<_, String> = names.map(|it| services::known(&it)).collect();
            return Ok(Self::Services(Services::gone(known?, region.into())));
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
            "`{text}` is no Region (eu-west-1), no Availability Zone (eu-west-1a), no SERVICE:REGION and no outage:DATE"
        ))
    }

    /// Whether a resource is gone.
    pub fn takes(&self, resource: &Resource) -> bool {
        match self {
            Self::Regions(regions) => regions.contains(&resource.region),
            Self::Zone { region, zone } => {
                resource.region == *region && in_zone_only(resource, zone)
            }
            Self::Services(it) => it.loses_of(resource, Degree::Requests),
        }
    }

    /// Whether what stands in a Region and was not read is gone. `service` is its service, where
    /// that is known.
    pub fn takes_there(&self, region: &Region, service: Option<&str>) -> bool {
        match self {
            Self::Regions(regions) => regions.contains(region),
            Self::Zone { .. } => false,
            Self::Services(_) => {
                service.is_some_and(|it| self.weakens_there(region, it, Degree::Requests))
            }
        }
    }

    /// Whether something stands, and that does not work of it.
    pub(super) fn weakens(&self, resource: &Resource, degree: Degree) -> bool {
        match self {
            Self::Services(it) => it.loses_of(resource, degree),
            Self::Regions(_) | Self::Zone { .. } => false,
        }
    }

    /// The same for a service in a Region.
    pub(super) fn weakens_there(&self, region: &Region, service: &str, degree: Degree) -> bool {
        match self {
            Self::Services(it) => it.region == *region && it.loses(service, degree),
            Self::Regions(_) | Self::Zone { .. } => false,
        }
    }

    /// Whether what is lost is only out of reach, with all that was written to it.
    pub fn returns(&self) -> bool {
        matches!(self, Self::Services(_))
    }

    /// The outage that is replayed.
    pub fn outage(&self) -> Option<&'static Outage> {
        match self {
            Self::Services(it) => it.outage,
            Self::Regions(_) | Self::Zone { .. } => None,
        }
    }

    /// After how long all is answered again, where that is known.
    pub(super) fn ends(&self) -> Option<Seconds> {
        self.outage().map(|it| Seconds::Of(it.unanswered()))
    }

    /// The Regions in which something is lost.
    pub fn places(&self) -> BTreeSet<Region> {
        match self {
            Self::Regions(regions) => regions.clone(),
            Self::Zone { region, .. } | Self::Services(Services { region, .. }) => {
                [region.clone()].into()
            }
        }
    }

    /// The Regions that are lost whole.
    pub fn regions(&self) -> BTreeSet<Region> {
        match self {
            Self::Regions(regions) => regions.clone(),
            Self::Zone { .. } | Self::Services(_) => BTreeSet::new(),
        }
    }
}

/// Two or more words and a digit at the end.
pub(super) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = parts
        .last()
        .is_some_and(|it| it.len() == 1 && it.bytes().all(|byte| byte.is_ascii_digit()));
    let word = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.len() >= 3 && number && parts[..parts.len() - 1].iter().all(word)
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
            Self::Services(it) => {
                if let Some(outage) = it.outage {
                    return write!(f, "outage:{}", outage.id);
                }
                let services: Vec<&str> = it.lost.keys().map(String::as_str).collect();
                write!(f, "{}:{}", services.join("+"), it.region)
            }
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
            "dynamodb+kinesis:us-east-1",
            "outage:2025-10-20",
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
            "dynamodb+:eu-west-1",
            "docdb:eu-west-1",
            "outage:",
            "outage:2025-10-21",
        ] {
            assert!(Loss::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_service_is_lost_by_any_of_its_names() {
        let lost = Loss::parse("elasticloadbalancingv2:eu-west-1").unwrap();
        assert_eq!(lost, Loss::parse("ELB:eu-west-1").unwrap());
        assert!(lost.takes_there(&"eu-west-1".into(), Some("elasticloadbalancing")));
        assert!(!lost.takes_there(&"eu-west-1".into(), Some("s3")));
    }

    #[test]
    fn of_a_service_only_what_is_said_is_lost() {
        let lost = Loss::parse("outage:2025-10-20").unwrap();
        let east = "us-east-1".into();
        assert!(lost.takes_there(&east, Some("dynamodb")));
        assert!(!lost.takes_there(&east, Some("ec2")));
        assert!(lost.weakens_there(&east, "ec2", Degree::Starts));
        assert!(!lost.weakens_there(&"us-west-2".into(), "ec2", Degree::Starts));
    }
}
