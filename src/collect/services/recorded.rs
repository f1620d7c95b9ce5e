//! What AWS Config records of what collectors find, and in which Regions: where none of it is there,
//! they find nothing.
//!
//! Strict: a collector is named here only where that follows. Left out are those that read what
//! Config does not record at all (ElastiCache, event source mappings, scalable targets, automated
//! backups), or not all of it (keys that AWS manages, other accounts' transit gateways), or of which
//! nobody says whether it does (instances, volumes and launch templates that services manage, replicas
//! of secrets, global clusters that are not Aurora's, endpoints that services made); those of types
//! that its queries do not know (target groups); those that find something in every Region
//! (networks), and those without Regions.

use std::collections::BTreeSet;

use super::{autoscaling, dynamodb, ecs, lambda, load_balancers, rds, sns, sqs};
use crate::inventory::{Kind, Region};

/// Collectors, each with the kinds without which it finds nothing. Config calls its types as
/// kinds are called, and its queries know all of these:
/// <https://github.com/awslabs/aws-config-resource-schema/tree/master/config/properties/resource-types>.
const STAND_FOR: [(&str, &[Kind]); 8] = [
    (autoscaling::GROUPS.name, &[Kind::AutoScalingGroup]),
    (dynamodb::TABLES.name, &[Kind::DynamoDbTable]),
    // Services, task definitions in use and capacity providers are read cluster by cluster.
    (ecs::CONTAINERS.name, &[Kind::EcsCluster]),
    (lambda::FUNCTIONS.name, &[Kind::LambdaFunction]),
    (
        load_balancers::LOAD_BALANCERS.name,
        &[Kind::ElbLoadBalancer],
    ),
    // DocumentDB and Neptune are recorded under the names of RDS.
    (
        rds::DATABASES.name,
        &[Kind::RdsDbCluster, Kind::RdsDbInstance],
    ),
    (sns::TOPICS.name, &[Kind::SnsTopic]),
    (sqs::QUEUES.name, &[Kind::SqsQueue]),
];

/// The Regions in which Config records all of these kinds (but see [`NO_QUEUES`]). One that is not
/// here is always asked itself: new ones, China's (where clusters of databases are missing) and those
/// of the US government.
///
/// Checked 2026-11-25:
/// <https://docs.aws.amazon.com/config/latest/developerguide/what-is-resource-config-coverage.html>.
const REGIONS: [&str; 34] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Of these Regions, those in which Config does not record queues; from the same page.
const NO_QUEUES: [&str; 13] = [
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "mx-central-1",
];

/// The kinds without which the collector finds nothing; `None` where no record tells that.
pub(in crate::collect) fn stands_for(collector: &str) -> Option<&'static [Kind]> {
    let found = STAND_FOR.iter().find(|(name, _)| *name == collector);
    found.map(|(_, kinds)| *kinds)
}

/// Every collector's.
pub(in crate::collect) fn all() -> impl Iterator<Item = &'static [Kind]> {
    STAND_FOR.iter().map(|(_, kinds)| *kinds)
}

/// Every kind that is asked about, sorted.
pub(in crate::collect) fn kinds() -> BTreeSet<Kind> {
    all().flatten().copied().collect()
}

/// Whether Config records the kind in that Region, of an account that wants it to.
pub(in crate::collect) fn is_recorded(kind: Kind, region: &Region) -> bool {
    let among = |regions: &[&str]| regions.contains(&region.as_str());
    among(&REGIONS) && !(kind == Kind::SqsQueue && among(&NO_QUEUES))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use aws_sdk_config::types::ResourceType;

    use super::*;
    use crate::collect::{ALL, Scope};
    use crate::inventory::region;

    #[test]
    fn what_stands_for_a_collector_is_its_own_and_is_a_type_of_config() {
        for (name, kinds) in STAND_FOR {
            let collector = ALL.iter().find(|it| it.name == name).unwrap();
            assert_eq!(collector.scope, Scope::Regional, "{name}");
            assert!(!kinds.is_empty(), "{name}");
            for kind in kinds {
                assert!(collector.kinds.contains(kind), "{name}: {kind}");
                let Ok(known) = ResourceType::from_str(kind.name());
                assert!(
                    ResourceType::values().contains(&known.as_str()),
                    "{kind} is no type of Config"
                );
            }
        }
    }

    #[test]
    fn only_regions_that_are_known_are_believed() {
        let code = |region: &str| region::info(region).is_some();
        assert!(REGIONS.iter().all(|it| code(it)));
        assert!(NO_QUEUES.iter().all(|it| REGIONS.contains(it)));
        assert!(is_recorded(Kind::SqsQueue, &"eu-west-1".into()));
        assert!(!is_recorded(Kind::SqsQueue, &"ca-west-1".into()));
        assert!(is_recorded(Kind::SnsTopic, &"ca-west-1".into()));
        for unknown in ["eu-west-9", "cn-north-1", "us-gov-west-1", "aws-global"] {
            assert!(!is_recorded(Kind::SnsTopic, &unknown.into()), "{unknown}");
        }
    }
}
