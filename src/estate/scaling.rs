//! Which resource a scalable target scales, and back.
//!
//! Reads the ids that Application Auto Scaling writes; whether a ceiling is high enough is for rules.

use super::Estate;
use super::links::Link;
use crate::inventory::kinds::{applicationautoscaling, ecs};
use crate::inventory::{Arn, Kind, Resource};

/// What a scalable target names: kind, name, and the cluster for what is known within one.
pub(super) type Scaled<'t> = (Kind, &'t str, &'t str);

/// `None` for what is not collected.
pub(super) fn scaled(target: &applicationautoscaling::ScalableTarget) -> Option<Scaled<'_>> {
    let id = target.resource_id.as_str();
    let up_to = |id: &'_ str, end: char| id.find(end).unwrap_or(id.len());
    match target.namespace.as_str() {
        "dynamodb" => {
            let name = id.strip_prefix("table/")?;
            Some((Kind::DynamoDbTable, &name[..up_to(name, '/')], ""))
        }
        "ecs" => {
            let (cluster, name) = id.strip_prefix("service/")?.split_once('/')?;
            Some((Kind::EcsService, name, cluster))
        }
        "lambda" => {
            let name = id.strip_prefix("function:")?;
            Some((Kind::LambdaFunction, &name[..up_to(name, ':')], ""))
        }
        "neptune" | "rds" => Some((Kind::RdsDbCluster, id.strip_prefix("cluster:")?, "")),
        _ => None,
    }
}

/// The cluster that a resource is known within; empty for all but container services.
pub(super) fn cluster_of(resource: &Resource) -> &str {
    let service = resource.of::<ecs::Service>();
    let cluster = service.and_then(|it| Arn::parse(&it.cluster));
    cluster.map_or("", |arn| arn.name())
}

impl Estate<'_> {
    /// The kind of what a scalable target scales, if that is collected.
    pub fn scaled_kind(&self, target: &Resource) -> Option<Kind> {
        scaled(target.of()?).map(|(kind, _, _)| kind)
    }

    /// What a scalable target scales, if it was read.
    pub fn scaled_by(&self, target: &Resource) -> Option<u32> {
        let (kind, name, cluster) = scaled(target.of()?)?;
        let found = self.linked_within(Link::Id(kind), target, name, cluster);
        found.first().copied()
    }

    /// The scalable targets of a resource, ascending.
    pub fn scalable_targets(&self, at: u32) -> &[u32] {
        let own = self.resource(at);
        let link = Link::Of(Kind::ScalableTarget, own.kind());
        self.linked_within(link, own, &own.name, cluster_of(own))
    }
}
