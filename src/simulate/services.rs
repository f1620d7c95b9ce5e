//! How services are called: by kinds, in ARNs, in host names, by users.
//!
//! Knows names only; what is lost of a service is [`super::loss`]'s.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::loss::is_region;
use crate::inventory::kinds::elbv2;
use crate::inventory::{Arn, Kind, Region, Resource};
use crate::located::nearest;

/// A service as ARNs name it, by any of its names.
pub(super) fn plain(service: &str) -> &str {
    match service {
        "applicationautoscaling" => "application-autoscaling",
        "arcregionswitch" => "arc-region-switch",
        "elasticloadbalancingv2" | "elb" => "elasticloadbalancing",
        "execute-api" => "apigateway",
        "lambda-url" => "lambda",
        "monitoring" => "cloudwatch",
        _ => service,
    }
}

/// Services of which nothing is collected and that configuration names all the same.
const ONLY_NAMED: [&str; 13] = [
    "apigateway",
    "cloudwatch",
    "cognito-idp",
    "ecr",
    "elasticfilesystem",
    "events",
    "firehose",
    "iam",
    "kinesis",
    "logs",
    "ssm",
    "states",
    "sts",
];

/// A service that something can hang on: what nobody has survives every loss of it, and so does a
/// slip of the pen.
pub(super) fn known(service: &str) -> Result<String, String> {
    let name = plain(service);
    let mut known: BTreeSet<&str> = Kind::ALL.iter().map(|it| of_kind(*it)).collect();
    known.extend(ONLY_NAMED);
    if known.contains(name) {
        return Ok(name.to_owned());
    }
    let near = nearest(name, known.iter().copied());
    Err(match (service, near) {
        ("docdb" | "neptune", _) => format!("`{service}` goes with its control plane: lose `rds`"),
        (_, Some(near)) => format!("no service `{service}` is known; did you mean `{near}`?"),
        (_, None) => format!(
            "no service `{service}` is known; known are {}",
            known.into_iter().collect::<Vec<_>>().join(", ")
        ),
    })
}

static OF_KINDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let name = |kind: &Kind| kind.name().split("::").nth(1).unwrap_or_default();
    let plain = |kind| plain(&name(kind).to_ascii_lowercase()).to_owned();
    Kind::ALL.iter().map(plain).collect()
});

/// The service of a kind as ARNs name it.
pub(super) fn of_kind(kind: Kind) -> &'static str {
    OF_KINDS.get(kind as usize).map_or("", String::as_str)
}

/// The service of a resource as its ARN names it.
pub(super) fn of(resource: &Resource) -> &'static str {
    of_kind(resource.kind())
}

/// The part of a service that a resource is of, where an outage may take a part alone.
pub(super) fn part_of(resource: &Resource) -> Option<&str> {
    let balancer = resource.of::<elbv2::LoadBalancer>()?;
    Some(balancer.balancer_type.as_str())
}

/// The service that starts more of a kind when it grows, or anew when it breaks.
pub(super) fn starting(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::AutoScalingGroup => Some("ec2"),
        Kind::EcsService => Some("ecs"),
        Kind::LambdaFunction => Some("lambda"),
        _ => None,
    }
}

/// The service that an ARN or a host name of AWS names: beside its Region.
pub(super) fn named_in(text: &str) -> Option<&str> {
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

/// Regions that every account has: AWS answers for the global name of STS in each of them. Newer
/// ones have to be enabled.
const ALWAYS_ON: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The Region that answers for a host name that names none, to whoever asks from another; with
/// whether it is a control plane, that what runs goes on without.
pub(super) fn answering(host: &str, from: &Region) -> Option<(Region, bool)> {
    let (home, control) = match host {
        "sts.amazonaws.com" if ALWAYS_ON.contains(&from.as_str()) => (from.as_str(), false),
        "sts.amazonaws.com" => ("us-east-1", false),
        "cloudfront.amazonaws.com"
        | "iam.amazonaws.com"
        | "organizations.amazonaws.com"
        | "route53.amazonaws.com" => ("us-east-1", true),
        "globalaccelerator.amazonaws.com" => ("us-west-2", true),
        _ => return None,
    };
    Some((home.into(), control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_one_name() {
        for (text, service) in [
            ("arn:aws:sqs:eu-west-1:111111111111:jobs", "sqs"),
            ("sqs.eu-west-1.amazonaws.com", "sqs"),
            ("orders.cluster-x.eu-west-1.rds.amazonaws.com", "rds"),
            ("111111111111.dkr.ecr.eu-west-1.amazonaws.com/api:1", "ecr"),
            ("api-1.eu-west-1.elb.amazonaws.com", "elasticloadbalancing"),
            ("abc.lambda-url.eu-west-1.on.aws", "lambda"),
            ("monitoring.eu-west-1.amazonaws.com", "cloudwatch"),
        ] {
            assert_eq!(named_in(text).map(plain), Some(service), "{text}");
        }
        assert_eq!(named_in("sts.amazonaws.com"), None);
    }

    #[test]
    fn every_kind_is_of_its_service() {
        assert_eq!(of_kind(Kind::DynamoDbTable), "dynamodb");
        assert_eq!(of_kind(Kind::ElbLoadBalancer), "elasticloadbalancing");
        assert_eq!(of_kind(Kind::ScalableTarget), "application-autoscaling");
        assert_eq!(OF_KINDS.len(), Kind::ALL.len());
    }

    #[test]
    fn global_names_are_answered_somewhere() {
        let home = |host: &str, from: &str| answering(host, &from.into()).map(|it| it.0);
        let east = || Some(Region::from("us-east-1"));
        assert_eq!(
            home("sts.amazonaws.com", "eu-west-1"),
            Some("eu-west-1".into())
        );
        assert_eq!(home("sts.amazonaws.com", "eu-south-1"), east());
        assert_eq!(home("iam.amazonaws.com", "eu-west-1"), east());
        assert_eq!(home("s3.amazonaws.com", "eu-west-1"), None);
    }
}
