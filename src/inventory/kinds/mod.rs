//! The kinds of resources, each with the struct that holds its properties.
//!
//! Property names follow the API's own words in snake case; their doc comments are the reference
//! for authors of rules (`mrlint kinds show`). A property that takes a call of its own to read
//! stands at the top of its struct's tree, so that it can be *unread* on its own. Nothing here
//! judges, and nothing here holds customer data: values that could are left out by the collectors.

pub mod account;
pub mod applicationautoscaling;
pub mod arcregionswitch;
mod arn;
pub mod autoscaling;
pub mod cloudfront;
pub mod dynamodb;
pub mod ec2;
pub mod ec2_launch;
pub mod ec2_routes;
pub mod ecs;
pub mod elasticache;
pub mod elbv2;
pub mod globalaccelerator;
pub mod kms;
pub mod lambda;
pub mod organizations;
pub mod rds;
pub mod route53;
pub mod s3;
pub mod secretsmanager;
pub mod sns;
pub mod sqs;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use arn::Place;

/// The properties of one kind.
pub trait OfKind: Sized {
    const KIND: Kind;

    /// The properties, if they are of this kind.
    fn of(properties: &Properties) -> Option<&Self>;

    /// As [`Self::of`], to change them.
    fn of_mut(properties: &mut Properties) -> Option<&mut Self>;
}

/// The one list of kinds: CloudFormation type name, variant, struct. Sorted by name.
macro_rules! kinds {
    ($($name:literal $variant:ident $ty:ty,)*) => {
        /// A kind of resource, by its CloudFormation type name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($variant,)* }

        /// What was read of a resource.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Properties { $($variant(Box<$ty>),)* }

        impl Kind {
            /// Every kind, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The CloudFormation type name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// JSON Schema of the kind's properties.
            pub fn schema(self) -> Schema {
                match self { $(Self::$variant => schemars::schema_for!($ty),)* }
            }
        }

        impl Properties {
            pub fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => Kind::$variant,)* }
            }

            /// Reads the properties of a kind. Absent ones take their default: whoever reads a
            /// file must note them as unread.
            pub fn from_json<'de, J: Deserializer<'de>>(kind: Kind, json: J) -> Result<Self, J::Error> {
                match kind { $(Kind::$variant => Box::<$ty>::deserialize(json).map(Self::$variant),)* }
            }
        }

        $(
            impl OfKind for $ty {
                const KIND: Kind = Kind::$variant;

                fn of(properties: &Properties) -> Option<&Self> {
                    match properties {
                        Properties::$variant(it) => Some(it),
                        _ => None,
                    }
                }

                fn of_mut(properties: &mut Properties) -> Option<&mut Self> {
                    match properties {
                        Properties::$variant(it) => Some(it),
                        _ => None,
                    }
                }
            }

            impl From<$ty> for Properties {
                fn from(it: $ty) -> Self {
                    Self::$variant(Box::new(it))
                }
            }
        )*
    };
}

kinds! {
    "AWS::ARCRegionSwitch::Plan" ArcRegionSwitchPlan arcregionswitch::Plan,
    "AWS::Account::Account" AccountAccount account::Account,
    "AWS::ApplicationAutoScaling::ScalableTarget" ScalableTarget applicationautoscaling::ScalableTarget,
    "AWS::AutoScaling::AutoScalingGroup" AutoScalingGroup autoscaling::AutoScalingGroup,
    "AWS::CloudFront::Distribution" CloudFrontDistribution cloudfront::Distribution,
    "AWS::DynamoDB::Table" DynamoDbTable dynamodb::Table,
    "AWS::EC2::Image" Ec2Image ec2_launch::Image,
    "AWS::EC2::Instance" Ec2Instance ec2::Instance,
    "AWS::EC2::LaunchTemplate" Ec2LaunchTemplate ec2_launch::LaunchTemplate,
    "AWS::EC2::NatGateway" Ec2NatGateway ec2_routes::NatGateway,
    "AWS::EC2::RouteTable" Ec2RouteTable ec2_routes::RouteTable,
    "AWS::EC2::Subnet" Ec2Subnet ec2::Subnet,
    "AWS::EC2::TransitGateway" Ec2TransitGateway ec2::TransitGateway,
    "AWS::EC2::TransitGatewayPeeringAttachment" Ec2TransitGatewayPeeringAttachment ec2::TransitGatewayPeeringAttachment,
    "AWS::EC2::TransitGatewayRouteTable" Ec2TransitGatewayRouteTable ec2_routes::TransitGatewayRouteTable,
    "AWS::EC2::TransitGatewayVpcAttachment" Ec2TransitGatewayVpcAttachment ec2_routes::TransitGatewayVpcAttachment,
    "AWS::EC2::VPC" Ec2Vpc ec2::Vpc,
    "AWS::EC2::VPCEndpoint" Ec2VpcEndpoint ec2_routes::VpcEndpoint,
    "AWS::EC2::VPCPeeringConnection" Ec2VpcPeeringConnection ec2::VpcPeeringConnection,
    "AWS::EC2::Volume" Ec2Volume ec2_launch::Volume,
    "AWS::ECS::CapacityProvider" EcsCapacityProvider ecs::CapacityProvider,
    "AWS::ECS::Cluster" EcsCluster ecs::Cluster,
    "AWS::ECS::Service" EcsService ecs::Service,
    "AWS::ECS::TaskDefinition" EcsTaskDefinition ecs::TaskDefinition,
    "AWS::ElastiCache::GlobalReplicationGroup" CacheGlobalReplicationGroup elasticache::GlobalReplicationGroup,
    "AWS::ElastiCache::ReplicationGroup" CacheReplicationGroup elasticache::ReplicationGroup,
    "AWS::ElastiCache::ServerlessCache" CacheServerlessCache elasticache::ServerlessCache,
    "AWS::ElasticLoadBalancingV2::Listener" ElbListener elbv2::Listener,
    "AWS::ElasticLoadBalancingV2::LoadBalancer" ElbLoadBalancer elbv2::LoadBalancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup" ElbTargetGroup elbv2::TargetGroup,
    "AWS::GlobalAccelerator::Accelerator" GlobalAcceleratorAccelerator globalaccelerator::Accelerator,
    "AWS::GlobalAccelerator::EndpointGroup" GlobalAcceleratorEndpointGroup globalaccelerator::EndpointGroup,
    "AWS::GlobalAccelerator::Listener" GlobalAcceleratorListener globalaccelerator::Listener,
    "AWS::KMS::Key" KmsKey kms::Key,
    "AWS::Lambda::EventSourceMapping" LambdaEventSourceMapping lambda::EventSourceMapping,
    "AWS::Lambda::Function" LambdaFunction lambda::Function,
    "AWS::Organizations::Account" OrganizationsAccount organizations::Account,
    "AWS::Organizations::Policy" OrganizationsPolicy organizations::Policy,
    "AWS::RDS::AutomatedBackup" RdsAutomatedBackup rds::AutomatedBackup,
    "AWS::RDS::DBCluster" RdsDbCluster rds::DbCluster,
    "AWS::RDS::DBInstance" RdsDbInstance rds::DbInstance,
    "AWS::RDS::GlobalCluster" RdsGlobalCluster rds::GlobalCluster,
    "AWS::Route53::HealthCheck" Route53HealthCheck route53::HealthCheck,
    "AWS::Route53::HostedZone" Route53HostedZone route53::HostedZone,
    "AWS::Route53::RecordSet" Route53RecordSet route53::RecordSet,
    "AWS::S3::Bucket" S3Bucket s3::Bucket,
    "AWS::S3::MultiRegionAccessPoint" S3MultiRegionAccessPoint s3::MultiRegionAccessPoint,
    "AWS::SNS::Topic" SnsTopic sns::Topic,
    "AWS::SQS::Queue" SqsQueue sqs::Queue,
    "AWS::SecretsManager::Secret" SecretsManagerSecret secretsmanager::Secret,
}

impl Kind {
    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let at = Self::ALL.binary_search_by(|kind| kind.name().cmp(name));
        at.ok().and_then(|at| Self::ALL.get(at)).copied()
    }

    /// Whether its resources live in no Region (`aws-global`).
    pub fn is_global(self) -> bool {
        matches!(
            self,
            Self::AccountAccount
                | Self::ArcRegionSwitchPlan
                | Self::CacheGlobalReplicationGroup
                | Self::CloudFrontDistribution
                | Self::GlobalAcceleratorAccelerator
                | Self::GlobalAcceleratorEndpointGroup
                | Self::GlobalAcceleratorListener
                | Self::OrganizationsAccount
                | Self::OrganizationsPolicy
                | Self::RdsGlobalCluster
                | Self::Route53HealthCheck
                | Self::Route53HostedZone
                | Self::Route53RecordSet
                | Self::S3MultiRegionAccessPoint
        )
    }

    /// Whether its resources may hold data of their own; [`crate::inventory::Resource::is_store`]
    /// says which do.
    pub fn is_store(self) -> bool {
        matches!(
            self,
            Self::CacheReplicationGroup
                | Self::CacheServerlessCache
                | Self::DynamoDbTable
                | Self::RdsAutomatedBackup
                | Self::RdsDbCluster
                | Self::RdsDbInstance
                | Self::S3Bucket
        )
    }

    /// The kind of the members that its resources list, for kinds that AWS keeps as lists.
    pub fn lists(self) -> Option<Self> {
        match self {
            Self::RdsGlobalCluster => Some(Self::RdsDbCluster),
            Self::CacheGlobalReplicationGroup => Some(Self::CacheReplicationGroup),
            _ => None,
        }
    }

    /// Whether its resources can be part of a workload: accounts and what their organisation says
    /// about them are none.
    pub fn is_of_a_workload(self) -> bool {
        !matches!(
            self,
            Self::AccountAccount | Self::OrganizationsAccount | Self::OrganizationsPolicy
        )
    }

    /// Names of its properties, sorted: those that can be unread on their own.
    pub fn properties(self) -> &'static BTreeSet<String> {
        static NAMES: LazyLock<Vec<BTreeSet<String>>> = LazyLock::new(|| {
            let names = |kind: &Kind| {
                let schema = kind.schema();
                let properties = schema.get("properties").and_then(|it| it.as_object());
                properties
                    .into_iter()
                    .flat_map(|map| map.keys().cloned())
                    .collect()
            };
            Kind::ALL.iter().map(names).collect()
        });
        &NAMES[self as usize]
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| de::Error::custom(format!("unknown kind {name:?}")))
    }
}

impl JsonSchema for Kind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_by_name() {
        assert!(Kind::ALL.is_sorted_by(|a, b| a.name() < b.name()));
    }

    #[test]
    fn every_property_is_documented() {
        let mut bare = Vec::new();
        for kind in Kind::ALL {
            let schema = kind.schema();
            let structs = schema.get("$defs").and_then(|defs| defs.as_object());
            let nested = structs
                .into_iter()
                .flatten()
                .map(|(name, def)| (name.as_str(), def));
            for (name, def) in nested.chain([(kind.name(), schema.as_value())]) {
                for (property, schema) in def["properties"].as_object().into_iter().flatten() {
                    if schema.get("description").is_none() {
                        bare.push(format!("{kind}: {name}.{property}"));
                    }
                }
            }
        }
        assert!(
            bare.is_empty(),
            "properties without a doc comment: {bare:#?}"
        );
    }
}
