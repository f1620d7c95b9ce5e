//! The edges of container services, of what they run, and of what scales.

use super::maker::Maker;
use super::{Relation, Target};
use crate::inventory::kinds::ecs;
use crate::inventory::{Image, Region};

impl Maker<'_, '_> {
    pub(super) fn service(&mut self) {
        if let Some(service) = self.own.of::<ecs::Service>() {
            self.add_arn(Relation::Runs, "ecs", &service.task_definition);
        }
    }

    /// To what its configuration names, and to where its images come from.
    pub(super) fn task_definition(&mut self) {
        let Some(definition) = self.own.of::<ecs::TaskDefinition>() else {
            return;
        };
        for reference in &definition.references {
            self.configured(&reference.target);
        }
        for container in &definition.containers {
            let region = Image::parse(&container.image).region().map(Region::from);
            let to = Target::Text(container.image.clone());
            self.add(Relation::Reads, "image", to, region);
        }
    }

    pub(super) fn scalable_target(&mut self) {
        if let Some(end) = self.estate.scaled_by(self.own) {
            let to = Target::Resource(end);
            self.add(Relation::Scales, "application-autoscaling", to, None);
        }
    }
}
