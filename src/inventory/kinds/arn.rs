//! The ARN of each kind from its name, for those that AWS gives none and for those built by hand.

use super::Kind;

/// Where a resource is, for its ARN.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub partition: &'a str,
    pub region: &'a str,
    pub account: &'a str,
}

impl Kind {
    /// The ARN of the resource with that name (or id, where ARNs hold ids).
    ///
    /// For kinds whose ARNs hold more than a name (load balancers, target groups, groups), a stable
    /// one of the right shape.
    pub fn arn(self, place: Place<'_>, name: &str) -> String {
        let Place {
            partition,
            region,
            account,
        } = place;
        let regional = |service: &str, resource: &str| {
            format!("arn:{partition}:{service}:{region}:{account}:{resource}{name}")
        };
        let global = |service: &str, account: &str, resource: &str| {
            format!("arn:{partition}:{service}::{account}:{resource}{name}")
        };
        match self {
            Self::AccountAccount => global("account", name, "account/"),
            Self::ArcRegionSwitchPlan => global("arc-region-switch", account, "plan/"),
            Self::ScalableTarget => regional("application-autoscaling", "scalable-target/"),
            Self::AutoScalingGroup => {
                regional("autoscaling", "autoScalingGroup:*:autoScalingGroupName/")
            }
            Self::CacheGlobalReplicationGroup => {
                global("elasticache", account, "globalreplicationgroup:")
            }
            Self::CacheReplicationGroup => regional("elasticache", "replicationgroup:"),
            Self::CacheServerlessCache => regional("elasticache", "serverlesscache:"),
            Self::CloudFrontDistribution => global("cloudfront", account, "distribution/"),
            Self::DynamoDbTable => regional("dynamodb", "table/"),
            // Images may be everybody's: their ARNs name no account.
            Self::Ec2Image => format!("arn:{partition}:ec2:{region}::image/{name}"),
            Self::Ec2Instance => regional("ec2", "instance/"),
            Self::Ec2LaunchTemplate => regional("ec2", "launch-template/"),
            Self::Ec2NatGateway => regional("ec2", "natgateway/"),
            Self::Ec2RouteTable => regional("ec2", "route-table/"),
            Self::Ec2Subnet => regional("ec2", "subnet/"),
            Self::Ec2TransitGateway => regional("ec2", "transit-gateway/"),
            Self::Ec2TransitGatewayPeeringAttachment | Self::Ec2TransitGatewayVpcAttachment => {
                regional("ec2", "transit-gateway-attachment/")
            }
            Self::Ec2TransitGatewayRouteTable => regional("ec2", "transit-gateway-route-table/"),
            Self::Ec2Volume => regional("ec2", "volume/"),
            Self::Ec2Vpc => regional("ec2", "vpc/"),
            Self::Ec2VpcEndpoint => regional("ec2", "vpc-endpoint/"),
            Self::Ec2VpcPeeringConnection => regional("ec2", "vpc-peering-connection/"),
            Self::EcsCapacityProvider => regional("ecs", "capacity-provider/"),
            Self::EcsCluster => regional("ecs", "cluster/"),
            Self::EcsService => regional("ecs", "service/"),
            Self::EcsTaskDefinition => regional("ecs", "task-definition/"),
            Self::ElbListener => regional("elasticloadbalancing", "listener/"),
            Self::ElbLoadBalancer => regional("elasticloadbalancing", "loadbalancer/"),
            Self::ElbTargetGroup => regional("elasticloadbalancing", "targetgroup/"),
            Self::GlobalAcceleratorAccelerator => {
                global("globalaccelerator", account, "accelerator/")
            }
            Self::GlobalAcceleratorEndpointGroup => global(
                "globalaccelerator",
                account,
                "accelerator/0/listener/0/endpoint-group/",
            ),
            Self::GlobalAcceleratorListener => {
                global("globalaccelerator", account, "accelerator/0/listener/")
            }
            Self::KmsKey => regional("kms", "key/"),
            Self::LambdaEventSourceMapping => regional("lambda", "event-source-mapping:"),
            Self::LambdaFunction => regional("lambda", "function:"),
            Self::OrganizationsAccount => global("organizations", account, "account/o-0000000000/"),
            Self::OrganizationsPolicy => global(
                "organizations",
                account,
                "policy/o-0000000000/service_control_policy/",
            ),
            Self::RdsAutomatedBackup => regional("rds", "auto-backup:"),
            Self::RdsDbCluster => regional("rds", "cluster:"),
            Self::RdsDbInstance => regional("rds", "db:"),
            Self::RdsGlobalCluster => global("rds", account, "global-cluster:"),
            Self::Route53HealthCheck => global("route53", "", "healthcheck/"),
            Self::Route53HostedZone => global("route53", "", "hostedzone/"),
            Self::Route53RecordSet => global("route53", "", "recordset/"),
            Self::S3Bucket => global("s3", "", ""),
            Self::SecretsManagerSecret => regional("secretsmanager", "secret:"),
            Self::S3MultiRegionAccessPoint => global("s3", account, "accesspoint/"),
            Self::SnsTopic => regional("sns", ""),
            Self::SqsQueue => regional("sqs", ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Arn;

    #[test]
    fn every_kind_has_an_arn_that_parses() {
        let place = Place {
            partition: "aws",
            region: "eu-west-1",
            account: "111111111111",
        };
        for kind in Kind::ALL {
            let arn = kind.arn(place, "orders");
            assert!(
                Arn::parse(&arn).is_some_and(|arn| arn.name() == "orders"),
                "{arn}"
            );
        }
    }
}
