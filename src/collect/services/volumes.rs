//! Volumes that are attached to instances; those at rest are nobody's state.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_volumes::DescribeVolumesOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::{number, text, time};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ec2_launch::{Volume, VolumeAttachment};
use crate::inventory::{Kind, Resource};

const DESCRIBE_VOLUMES: Operation = Operation {
    name: "ec2:DescribeVolumes",
    action: "ec2:DescribeVolumes",
    times: Times(|it| it.pages(&[Kind::Ec2Volume], PAGE).or_more()),
};

pub(super) const VOLUMES: Collector = Collector {
    name: "volumes",
    kinds: &[Kind::Ec2Volume],
    scope: Scope::Regional,
    operations: &[DESCRIBE_VOLUMES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_VOLUMES,
            &[Kind::Ec2Volume],
            |page: &DescribeVolumesOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = ec2.describe_volumes().max_results(PAGE);
                // As for instances: those of AWS services may be hidden otherwise.
                let request = request.include_managed_resources(true);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await;
        let found = pages.iter().flat_map(DescribeVolumesOutput::volumes);
        found
            .filter_map(|it| resource(Read::by(ctx), it))
            .for_each(|it| ctx.push(it));
    })
}

/// `None` for a volume that no instance has.
fn resource(read: Read<'_>, it: &sdk::Volume) -> Option<Resource> {
    let id = it.volume_id()?;
    let properties = volume(it);
    let attached = !properties.attachments.is_empty();
    attached.then(|| read.resource(None, id, it.tags(), properties))
}

fn volume(it: &sdk::Volume) -> Volume {
    let mut attachments: Vec<VolumeAttachment> = it
        .attachments()
        .iter()
        .filter(|it| it.state() != Some(&sdk::VolumeAttachmentState::Detached))
        .filter_map(|it| {
            Some(VolumeAttachment {
                instance_id: it.instance_id()?.to_owned(),
                device: text(it.device()),
                delete_on_termination: it.delete_on_termination().unwrap_or_default(),
            })
        })
        .collect();
    attachments.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    Volume {
        volume_id: text(it.volume_id()),
        volume_type: text(it.volume_type().map(sdk::VolumeType::as_str)),
        size_gib: number(it.size()),
        encrypted: it.encrypted().unwrap_or_default(),
        multi_attach: it.multi_attach_enabled().unwrap_or_default(),
        created: time(it.create_time()),
        attachments,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::reading;
    use super::*;

    #[test]
    fn a_volume_of_an_instance_is_read_and_one_at_rest_is_not() {
        let place = |id: &str, state| {
            let place = sdk::VolumeAttachment::builder().instance_id(id);
            place.device("/dev/sdf").state(state).build()
        };
        let it = sdk::Volume::builder()
            .volume_id("vol-1")
            .volume_type(sdk::VolumeType::Io2)
            .size(200)
            .multi_attach_enabled(true)
            .attachments(place("i-2", sdk::VolumeAttachmentState::Attached))
            .attachments(place("i-1", sdk::VolumeAttachmentState::Busy))
            .build();
        let read = reading(|read| resource(read, &it)).unwrap();
        let read: &Volume = read.of().unwrap();
        assert_eq!((&*read.volume_type, read.size_gib), ("io2", 200));
        let at: Vec<_> = read.attachments.iter().map(|it| &*it.instance_id).collect();
        assert_eq!(at, ["i-1", "i-2"]);
        let gone = sdk::Volume::builder()
            .volume_id("vol-2")
            .attachments(place("i-1", sdk::VolumeAttachmentState::Detached));
        assert_eq!(reading(|read| resource(read, &gone.build())), None);
    }
}
