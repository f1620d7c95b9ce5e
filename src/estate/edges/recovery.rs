//! The edges of Region switch plans: to what their steps act on.

use super::maker::Maker;
use super::{Relation, Target};
use crate::inventory::kinds::arcregionswitch::Plan;
use crate::inventory::{Arn, Region};

impl Maker<'_, '_> {
    pub(super) fn plan(&mut self) {
        let Some(plan) = self.own.of::<Plan>() else {
            return;
        };
        let steps = plan.workflows.iter().flat_map(|it| &it.stages);
        for resource in steps.flat_map(|it| &it.steps).flat_map(|it| &it.resources) {
            // Functions are named with versions and aliases too.
            let end = self.estate.by_arn(&resource.arn);
            let end = end.or_else(|| self.estate.function(&resource.arn));
            let to = end.map_or_else(|| Target::Text(resource.arn.clone()), Target::Resource);
            let region = resource.region.as_deref();
            let region = region.or_else(|| Arn::parse(&resource.arn).map(|arn| arn.region));
            let region = region.filter(|it| !it.is_empty()).map(Region::from);
            self.add(Relation::Recovers, "region-switch", to, region);
        }
    }
}
