//! What instances are made of: launch templates, images, volumes.

use super::databases::{absent, here};
use super::references::resolved;
use crate::estate::links::Link;
use crate::inventory::kinds::autoscaling::AutoScalingGroup;
use crate::inventory::kinds::ec2::Instance;
use crate::inventory::kinds::ec2_launch::{Image, LaunchTemplate, TemplateVersion};
use crate::inventory::{Cause, GapKey, Kind, Resource};
use crate::rule::expr::{Type, Value};
use crate::vocabulary::{Fact, World};

pub(super) const IMAGE: &[Fact] = &[Fact {
    name: "age_days",
    doc: "Days between its creation and the end of collecting; null when either is not known.",
    ty: |_, _| Type::Int.nullable(),
    get: |world, index| {
        let resource = world.resource_at(index);
        if let Some(gap) = resource.unread("created") {
            return world.unknown([gap]);
        }
        let created = resource.of::<Image>().and_then(|it| it.created.as_deref());
        let parse = |text: &str| text.parse::<jiff::Timestamp>().ok();
        let finished = parse(&world.estate().inventory().header().finished);
        match (created.and_then(parse), finished) {
            (Some(created), Some(finished)) => {
                Value::Int(finished.duration_since(created).as_secs() / 86_400)
            }
            _ => Value::Null,
        }
    },
}];

pub(super) fn attached_volumes(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let id = own.of::<Instance>().map(|it| it.instance_id.as_str());
    let link = Link::Of(Kind::Ec2Volume, Kind::Ec2Instance);
    let found = id.map(|id| world.estate().linked(link, own, id));
    let found = found.unwrap_or_default().iter().copied();
    world.objects(found, &here(world, index, Kind::Ec2Volume))
}

/// The version of its launch template that a group names.
pub(super) fn launch(world: &World<'_>, index: u32) -> Value {
    let own = world.resource_at(index);
    let Some(group) = own.of::<AutoScalingGroup>() else {
        return Value::Null;
    };
    for property in ["launch_template", "launch_template_version"] {
        if let Some(gap) = own.unread(property) {
            return world.unknown([gap]);
        }
    }
    let Some(id) = &group.launch_template else {
        return Value::Null;
    };
    let link = Link::Id(Kind::Ec2LaunchTemplate);
    let Some(at) = world.estate().linked(link, own, id).first() else {
        return absent(world, &here(world, index, Kind::Ec2LaunchTemplate));
    };
    let resource = world.resource_at(*at);
    if let Some(gap) = resource.unread("versions") {
        return world.unknown([gap]);
    }
    let template = resource.of::<LaunchTemplate>();
    let named = group.launch_template_version.as_deref();
    match template.and_then(|it| it.version(named)) {
        Some(version) => record(world, index, resource, version),
        // Neither the latest nor the default one: those alone are asked for.
        None => world.unknown([&older(own)]),
    }
}

/// What a version says that nobody asked for, or that is no text.
fn older(group: &Resource) -> GapKey {
    GapKey {
        account: group.account.clone(),
        region: group.region.clone(),
        operation: "ec2:DescribeLaunchTemplateVersions".to_owned(),
        cause: Cause::NotCollected,
    }
}

fn record(world: &World<'_>, index: u32, template: &Resource, it: &TemplateVersion) -> Value {
    let own = world.resource_at(index);
    let text = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::string);
    let image = it.image_id.as_deref().filter(|id| id.starts_with("ami-"));
    let image = image.map_or(Value::Null, |id| {
        let link = Link::Id(Kind::Ec2Image);
        match world.estate().linked(link, own, id).first() {
            Some(image) => world.object(*image),
            None => absent(world, &here(world, index, Kind::Ec2Image)),
        }
    });
    let references = it.references.iter().map(|it| resolved(world, it)).collect();
    let unsearched = (it.user_data == "not-text").then(|| older(own));
    world.record(
        |types| &types.launch,
        vec![
            Value::string(template.name.as_str()),
            Value::Int(it.number),
            text(&it.image_id),
            image,
            text(&it.instance_type),
            text(&it.http_tokens),
            world.list(references, &unsearched),
        ],
    )
}
