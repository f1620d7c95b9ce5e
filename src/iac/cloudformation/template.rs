//! The outline of a template: its resources, their types, and where they stand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::iac::spot::Spot;
use crate::iac::tree::{Entry, Node};
use crate::inventory::Kind;

/// A template of CloudFormation or SAM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::iac) struct Template {
    /// The file, canonical.
    pub(super) path: PathBuf,
    /// By logical id. More than one of a name: the template contradicts itself.
    resources: BTreeMap<String, Vec<Declared>>,
}

/// A resource of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) kind: String,
    pub(super) spot: Spot,
    /// Of a stack within: the template's path, where it is written out.
    pub(super) nested: Option<String>,
}

/// Types that are a kind of the inventory under another name.
const SYNONYMS: [(&str, Kind); 11] = [
    ("AWS::DocDB::DBCluster", Kind::RdsDbCluster),
    ("AWS::DocDB::DBInstance", Kind::RdsDbInstance),
    ("AWS::DocDB::GlobalCluster", Kind::RdsGlobalCluster),
    ("AWS::DynamoDB::GlobalTable", Kind::DynamoDbTable),
    (
        "AWS::EC2::TransitGatewayAttachment",
        Kind::Ec2TransitGatewayVpcAttachment,
    ),
    ("AWS::KMS::ReplicaKey", Kind::KmsKey),
    ("AWS::Neptune::DBCluster", Kind::RdsDbCluster),
    ("AWS::Neptune::DBInstance", Kind::RdsDbInstance),
    ("AWS::Neptune::GlobalCluster", Kind::RdsGlobalCluster),
    ("AWS::Serverless::Function", Kind::LambdaFunction),
    ("AWS::Serverless::SimpleTable", Kind::DynamoDbTable),
];

/// Kinds whose resources carry the tags of what brought them.
const BROUGHT: [(Kind, Kind); 5] = [
    (Kind::Ec2Instance, Kind::AutoScalingGroup),
    (Kind::Ec2Volume, Kind::AutoScalingGroup),
    (Kind::Ec2Volume, Kind::Ec2Instance),
    (Kind::RdsAutomatedBackup, Kind::RdsDbCluster),
    (Kind::RdsAutomatedBackup, Kind::RdsDbInstance),
];

/// Sources of events for which SAM makes a mapping.
const MAPPED: [&str; 7] = [
    "DocumentDB",
    "DynamoDB",
    "Kinesis",
    "MQ",
    "MSK",
    "SQS",
    "SelfManagedKafka",
];

impl Template {
    /// The outline; `None` where the text is no template.
    pub(in crate::iac) fn of(path: &Path, root: &Node) -> Option<Self> {
        let mut resources = BTreeMap::<String, Vec<Declared>>::new();
        for entry in root.get("Resources")?.entries() {
            let Some(kind) = entry.value.get("Type").and_then(Node::text) else {
                continue;
            };
            let mut put =
                |name: String, declared| resources.entry(name).or_default().push(declared);
            if kind == "AWS::Serverless::Function" {
                for (name, event) in events(entry) {
                    let mapping = Declared {
                        kind: Kind::LambdaEventSourceMapping.name().to_owned(),
                        spot: event.spot.clone(),
                        nested: None,
                    };
                    put(name, mapping);
                }
            }
            let declared = Declared {
                kind: kind.to_owned(),
                spot: entry.spot.clone(),
                nested: nested(kind, &entry.value),
            };
            put(entry.key.clone(), declared);
        }
        let any = resources
            .values()
            .flatten()
            .any(|it| it.kind.contains("::"));
        any.then(|| Self {
            path: path.to_owned(),
            resources,
        })
    }

    pub(in crate::iac) fn path(&self) -> &Path {
        &self.path
    }

    /// The one resource of that logical id that is, or brings, one of the kind.
    pub(super) fn find(&self, logical: &str, kind: Kind) -> Option<&Declared> {
        let declared = self.only(logical)?;
        is(&declared.kind, kind).then_some(declared)
    }

    /// The one resource of that logical id.
    pub(super) fn only(&self, logical: &str) -> Option<&Declared> {
        match self.resources.get(logical)?.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// Whether a resource of that type is, or brings, one of the kind.
fn is(declared: &str, kind: Kind) -> bool {
    let known = |kind: Kind| declared == kind.name() || SYNONYMS.contains(&(declared, kind));
    known(kind)
        || BROUGHT
            .iter()
            .any(|(brought, by)| *brought == kind && known(*by))
}

/// The event source mappings that SAM makes for a function, by the logical ids that it gives them.
fn events(function: &Entry) -> Vec<(String, &Entry)> {
    let events = function
        .value
        .get("Properties")
        .and_then(|it| it.get("Events"));
    let events = events.map_or(&[][..], Node::entries).iter();
    let mapped = events.filter(|it| {
        let source = it.value.get("Type").and_then(Node::text);
        source.is_some_and(|it| MAPPED.contains(&it))
    });
    mapped
        .map(|it| (format!("{}{}", function.key, it.key), it))
        .collect()
}

/// Where the template of a stack within lies, if the template says so.
fn nested(kind: &str, value: &Node) -> Option<String> {
    let key = match kind {
        "AWS::CloudFormation::Stack" => "TemplateURL",
        "AWS::Serverless::Application" => "Location",
        _ => return None,
    };
    let place = value.get("Properties")?.get(key)?.text()?;
    let place = place.strip_prefix("file://").unwrap_or(place);
    (!place.contains("://") && !place.contains("${")).then(|| place.to_owned())
}
