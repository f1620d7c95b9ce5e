//! What new instances of a group are started with: the user data of the version of its launch template.
//!
//! What runs has been started. A version that was not read says nothing, and neither does user data
//! that is no text.

use super::Lost;
use super::closure::{Before, Missing};
use crate::estate::edges::{Edge, Relation, Target};
use crate::estate::links::Link;
use crate::estate::lookups::Found;
use crate::inventory::kinds::{autoscaling, ec2_launch};
use crate::inventory::{Arn, Kind, Reference, Region};

impl Lost<'_, '_> {
    /// What is lost of that.
    pub(super) fn launched(&self, at: u32, before: &Before, missing: &mut Vec<Missing>) {
        for reference in self.user_data(at) {
            let edge = self.to_start(at, reference);
            if let Some(lack) = self.lack_of(&edge) {
                missing.push(self.missing(at, &edge, lack, before));
            }
        }
    }

    fn user_data(&self, at: u32) -> &[Reference] {
        let own = self.estate.resource(at);
        let found = own.of::<autoscaling::AutoScalingGroup>().and_then(|group| {
            let id = group.launch_template.as_deref()?;
            let link = Link::Id(Kind::Ec2LaunchTemplate);
            let template = *self.estate.linked(link, own, id).first()?;
            let template = self.estate.resource(template);
            let template = template.of::<ec2_launch::LaunchTemplate>()?;
            template.version(group.launch_template_version.as_deref())
        });
        found.map(|it| it.references.as_slice()).unwrap_or_default()
    }

    fn to_start(&self, from: u32, reference: &Reference) -> Edge {
        let text = reference.target.as_str();
        let bucket = Arn::parse(text).filter(|it| it.service == "s3" && it.account.is_empty());
        let bucket = bucket.and_then(|arn| {
            let name = arn.resource.split('/').next().unwrap_or_default();
            match self.estate.bucket(name) {
                Found::Resource(end) => Some(end),
                Found::Absent | Found::Unknown(_) => None,
            }
        });
        let known = bucket.or_else(|| self.estate.by_arn(text));
        let known = known.or_else(|| self.estate.by_host(text).map(|it| it.0));
        Edge {
            from,
            relation: Relation::Reads,
            mechanism: "image",
            to: known.map_or_else(|| Target::Text(text.to_owned()), Target::Resource),
            to_region: reference.region.as_deref().map(Region::from),
        }
    }
}
