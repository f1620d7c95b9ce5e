//! Launch templates, and the images that they name.
//!
//! User data is searched for ARNs and AWS host names while the answer is in memory, and dropped with
//! it: no struct, message or log of ours holds any. Images are asked for by the ids in use, never
//! listed.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_images::DescribeImagesOutput;
use aws_sdk_ec2::operation::describe_launch_template_versions::DescribeLaunchTemplateVersionsOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::{some_text, text};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::{Times, count};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::ec2_launch::{Image, LaunchTemplate, TemplateVersion, TemplateVolume};
use crate::inventory::{Kind, Reference, Resource, reference};

const DESCRIBE_VERSIONS: Operation = Operation {
    name: "ec2:DescribeLaunchTemplateVersions",
    action: "ec2:DescribeLaunchTemplateVersions",
    times: Times(|it| {
        let versions = it.summed::<LaunchTemplate>(|it| count(&it.versions));
        it.listing(versions, VERSIONS).or_more()
    }),
};
const DESCRIBE_IMAGES: Operation = Operation {
    name: "ec2:DescribeImages",
    action: "ec2:DescribeImages",
    times: Times(|it| it.distinct::<LaunchTemplate, _>(images).in_batches(FILTER)),
};
/// The most versions in one answer.
const VERSIONS: i32 = 200;
/// The most values of one filter.
const FILTER: usize = 200;

pub(super) const TEMPLATES: Collector = Collector {
    name: "launch_templates",
    kinds: &[Kind::Ec2Image, Kind::Ec2LaunchTemplate],
    scope: Scope::Regional,
    operations: &[DESCRIBE_VERSIONS, DESCRIBE_IMAGES, GET_RESOURCES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_VERSIONS,
            // Images are only known by their names.
            &[Kind::Ec2Image, Kind::Ec2LaunchTemplate],
            |page: &Page| page.next.clone(),
            |token| {
                let request = ec2.describe_launch_template_versions();
                let request = request.versions("$Latest").versions("$Default");
                let request = request.max_results(VERSIONS).set_next_token(token);
                let request = request.include_managed_resources(true);
                async { request.send().await.map(Page::of) }
            },
        );
        let templates = by_template(pages.await.into_iter().flat_map(|page| page.versions));
        let images = templates.values().flat_map(images);
        let images: BTreeSet<String> = images.map(str::to_owned).collect();
        ctx.each(templates, |(name, it)| add(ctx, name, it)).await;
        let images: Vec<String> = images.into_iter().collect();
        for ids in images.chunks(FILTER) {
            read_images(ctx, &ec2, ids).await;
        }
    })
}

/// What is kept of an answer: user data does not outlive it.
#[derive(Debug)]
struct Page {
    next: Option<String>,
    versions: Vec<Version>,
}

/// A version, and whose it is.
#[derive(Debug)]
struct Version {
    template_id: String,
    template_name: String,
    said: TemplateVersion,
}

impl Page {
    fn of(answer: DescribeLaunchTemplateVersionsOutput) -> Self {
        let versions = answer.launch_template_versions.into_iter().flatten();
        Self {
            next: some_text(answer.next_token.as_deref()),
            versions: versions.filter_map(Version::of).collect(),
        }
    }
}

impl Version {
    fn of(it: sdk::LaunchTemplateVersion) -> Option<Self> {
        let template_id = it.launch_template_id?;
        Some(Self {
            template_name: it
                .launch_template_name
                .unwrap_or_else(|| template_id.clone()),
            said: TemplateVersion {
                number: it.version_number.unwrap_or_default(),
                default_version: it.default_version.unwrap_or_default(),
                ..it.launch_template_data.map(version).unwrap_or_default()
            },
            template_id,
        })
    }
}

/// The images that a template names by their ids.
fn images(it: &LaunchTemplate) -> impl Iterator<Item = &str> {
    let named = it.versions.iter().filter_map(|it| it.image_id.as_deref());
    named.filter(|id| id.starts_with("ami-"))
}

/// The templates by their names, each version once.
fn by_template(versions: impl Iterator<Item = Version>) -> BTreeMap<String, LaunchTemplate> {
    let mut templates = BTreeMap::<String, LaunchTemplate>::new();
    for it in versions {
        let template = templates.entry(it.template_name).or_default();
        template.template_id = it.template_id;
        let known = template.versions.iter().map(|known| known.number);
        if known.into_iter().all(|number| number != it.said.number) {
            template.versions.push(it.said);
        }
    }
    for template in templates.values_mut() {
        template.versions.sort_by_key(|it| it.number);
    }
    templates
}

async fn add(ctx: &Context, name: String, it: LaunchTemplate) {
    let place = Place {
        partition: ctx.partition(),
        region: ctx.region(),
        account: ctx.account(),
    };
    let arn = Kind::Ec2LaunchTemplate.arn(place, &it.template_id);
    push_tagged(ctx, (&arn, &name), it, BTreeMap::new()).await;
}

/// The version, without its number. Takes the user data: it ends here.
fn version(it: sdk::ResponseLaunchTemplateData) -> TemplateVersion {
    let metadata = it.metadata_options.as_ref();
    let profile = it.iam_instance_profile.as_ref();
    let (user_data, references) = searched(it.user_data);
    let mut volumes: Vec<TemplateVolume> = it
        .block_device_mappings
        .iter()
        .flatten()
        .filter_map(volume)
        .collect();
    volumes.sort_by(|a, b| a.device.cmp(&b.device));
    TemplateVersion {
        number: 0,
        default_version: false,
        image_id: some_text(it.image_id.as_deref()),
        instance_type: some_text(it.instance_type.as_ref().map(sdk::InstanceType::as_str)),
        http_tokens: some_text(
            metadata
                .and_then(sdk::LaunchTemplateInstanceMetadataOptions::http_tokens)
                .map(sdk::LaunchTemplateHttpTokensState::as_str),
        ),
        instance_profile: some_text(profile.and_then(|it| it.name().or(it.arn()))),
        volumes,
        user_data: user_data.to_owned(),
        references,
    }
}

fn volume(it: &sdk::LaunchTemplateBlockDeviceMapping) -> Option<TemplateVolume> {
    let volume = it.ebs()?;
    Some(TemplateVolume {
        device: text(it.device_name()),
        volume_type: some_text(volume.volume_type().map(sdk::VolumeType::as_str)),
        size_gib: volume.volume_size().map(i64::from),
        encrypted: volume.encrypted(),
        delete_on_termination: volume.delete_on_termination(),
    })
}

/// Whether there is user data that can be searched, and what it names.
fn searched(user_data: Option<String>) -> (&'static str, Vec<Reference>) {
    let Some(encoded) = user_data.filter(|it| !it.is_empty()) else {
        return ("none", Vec::new());
    };
    let decoded = aws_smithy_types::base64::decode(encoded.trim()).ok();
    // What is compressed or a program is no text.
    match decoded.and_then(|it| String::from_utf8(it).ok()) {
        Some(plain) => ("searched", reference::find("UserData", &plain)),
        None => ("not-text", Vec::new()),
    }
}

async fn read_images(ctx: &Context, ec2: &Client, ids: &[String]) {
    let pages = ctx.pages(
        &DESCRIBE_IMAGES,
        &[Kind::Ec2Image],
        |page: &DescribeImagesOutput| page.next_token().map(str::to_owned),
        |token| {
            // Asked for as ids, one that is gone would fail the whole call.
            let named = sdk::Filter::builder()
                .name("image-id")
                .set_values(Some(ids.to_vec()));
            let request = ec2.describe_images().filters(named.build());
            let request = request.include_deprecated(true).include_disabled(true);
            request.max_results(PAGE).set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let found = pages.iter().flat_map(DescribeImagesOutput::images);
    found
        .filter_map(|it| image_resource(Read::by(ctx), it))
        .for_each(|it| ctx.push(it));
}

/// An image is called by its own name: `Name` tags of public ones do not show.
fn image_resource(read: Read<'_>, it: &sdk::Image) -> Option<Resource> {
    let id = it.image_id()?;
    let mut resource = read.resource(None, id, it.tags(), image(it));
    if let Some(name) = it.name() {
        name.clone_into(&mut resource.name);
    }
    Some(resource)
}

fn image(it: &sdk::Image) -> Image {
    Image {
        image_id: text(it.image_id()),
        state: text(it.state().map(sdk::ImageState::as_str)),
        owner: text(it.owner_id()),
        created: some_text(it.creation_date()),
        source_image_id: some_text(it.source_image_id()),
        source_image_region: some_text(it.source_image_region()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::{reading, tag};
    use super::*;

    const SECRET: &str = "hunter2";

    fn answered(number: i64, user_data: &[u8]) -> sdk::LaunchTemplateVersion {
        let ebs = sdk::LaunchTemplateEbsBlockDevice::builder().volume_size(20);
        let device = sdk::LaunchTemplateBlockDeviceMapping::builder()
            .device_name("/dev/xvda")
            .ebs(ebs.build());
        let data = sdk::ResponseLaunchTemplateData::builder()
            .image_id("ami-1")
            .instance_type(sdk::InstanceType::from("z99.huge"))
            .block_device_mappings(device.build())
            .user_data(aws_smithy_types::base64::encode(user_data));
        sdk::LaunchTemplateVersion::builder()
            .launch_template_id("lt-1")
            .launch_template_name("web")
            .version_number(number)
            .default_version(number == 1)
            .launch_template_data(data.build())
            .build()
    }

    #[test]
    fn no_user_data_outlives_the_answer() {
        let script = format!(
            "#!/bin/sh\nexport PASSWORD={SECRET}\n\
             curl https://{SECRET}@sqs.us-east-1.amazonaws.com/1/q\n"
        );
        let answer = DescribeLaunchTemplateVersionsOutput::builder()
            .launch_template_versions(answered(2, script.as_bytes()))
            .next_token("more");
        let page = Page::of(answer.build());
        assert_eq!(page.next.as_deref(), Some("more"));
        let read = &page.versions[0].said;
        assert_eq!(read.user_data, "searched");
        assert_eq!(read.references[0].target, "sqs.us-east-1.amazonaws.com");
        assert_eq!(read.instance_type.as_deref(), Some("z99.huge"));
        assert_eq!(read.volumes[0].size_gib, Some(20));
        let shown = format!("{page:?}");
        let encoded = aws_smithy_types::base64::encode(script.as_bytes());
        assert!(!shown.contains(SECRET) && !shown.contains(&encoded));
    }

    #[test]
    fn what_is_no_text_is_not_searched_and_what_is_not_there_needs_none() {
        assert_eq!(
            searched(Some("H4sIAAAAAAAA/8vIBADsjdTxAgAAAA==".to_owned())).0,
            "not-text"
        );
        assert_eq!(searched(Some("%%%".to_owned())).0, "not-text");
        assert_eq!(searched(None).0, "none");
    }

    #[test]
    fn latest_and_default_may_be_one_version() {
        let versions = [answered(3, b"x"), answered(1, b"x"), answered(3, b"x")];
        let read = by_template(versions.into_iter().filter_map(Version::of));
        let numbers: Vec<_> = read["web"].versions.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [1, 3]);
        assert!(read["web"].versions[0].default_version);
        assert_eq!(read["web"].template_id, "lt-1");
    }

    #[test]
    fn an_image_is_called_by_its_own_name() {
        let it = sdk::Image::builder()
            .image_id("ami-1")
            .name("web-2026-10-01")
            .owner_id("099720109477")
            .creation_date("2026-10-01T08:00:00.000Z")
            .tags(tag("Name", "of the tag"))
            .build();
        let resource = reading(|read| image_resource(read, &it)).unwrap();
        assert_eq!(resource.name, "web-2026-10-01");
        let read: &Image = resource.of().unwrap();
        assert_eq!(read.owner, "099720109477");
    }
}
