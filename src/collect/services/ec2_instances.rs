//! EC2 instances. User data is never asked for.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput;
use aws_sdk_ec2::types as sdk;

use super::ec2::{PAGE, Read};
use super::plain::{some_text, text, time};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::ec2::{AttachedVolume, Instance};
use crate::inventory::{Kind, Resource};

const DESCRIBE_INSTANCES: Operation = Operation {
    name: "ec2:DescribeInstances",
    action: "ec2:DescribeInstances",
    times: Times(|it| it.pages(&[Kind::Ec2Instance], PAGE).or_more()),
};

pub(super) const INSTANCES: Collector = Collector {
    name: "ec2_instances",
    kinds: &[Kind::Ec2Instance],
    scope: Scope::Regional,
    operations: &[DESCRIBE_INSTANCES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let ec2 = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_INSTANCES,
            &[Kind::Ec2Instance],
            |page: &DescribeInstancesOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = ec2.describe_instances().max_results(PAGE);
                // Those that an AWS service runs for the account may be hidden otherwise.
                let request = request.include_managed_resources(true);
                request.set_next_token(token).send()
            },
        );
        for reservation in pages
            .await
            .iter()
            .flat_map(DescribeInstancesOutput::reservations)
        {
            let found = reservation.instances().iter();
            found
                .filter_map(|it| resource(Read::by(ctx), reservation.owner_id(), it))
                .for_each(|it| ctx.push(it));
        }
    })
}

/// `None` for a terminated instance: AWS shows it for an hour, but it is no more.
fn resource(read: Read<'_>, owner: Option<&str>, it: &sdk::Instance) -> Option<Resource> {
    let id = it.instance_id()?;
    let terminated = sdk::InstanceStateName::Terminated.as_str();
    let properties = instance(it);
    (properties.state != terminated).then(|| read.resource(owner, id, it.tags(), properties))
}

fn instance(it: &sdk::Instance) -> Instance {
    Instance {
        instance_id: text(it.instance_id()),
        instance_type: text(it.instance_type().map(sdk::InstanceType::as_str)),
        state: text(
            it.state()
                .and_then(|it| it.name())
                .map(sdk::InstanceStateName::as_str),
        ),
        launched: time(it.launch_time()),
        zone: text(it.placement().and_then(|it| it.availability_zone())),
        vpc_id: some_text(it.vpc_id()),
        subnet_id: some_text(it.subnet_id()),
        private_ip: some_text(it.private_ip_address()),
        public_ip: some_text(it.public_ip_address()),
        image_id: some_text(it.image_id()),
        source_dest_check: it.source_dest_check().unwrap_or(true),
        lifecycle: some_text(
            it.instance_lifecycle()
                .map(sdk::InstanceLifecycleType::as_str),
        ),
        volumes: volumes(it),
    }
}

fn volumes(it: &sdk::Instance) -> Vec<AttachedVolume> {
    let mut volumes: Vec<AttachedVolume> = it
        .block_device_mappings()
        .iter()
        .filter_map(|mapping| {
            let volume = mapping.ebs()?;
            let device = mapping.device_name();
            Some(AttachedVolume {
                volume_id: text(volume.volume_id()),
                device: text(device),
                root: device.is_some() && device == it.root_device_name(),
                delete_on_termination: volume.delete_on_termination().unwrap_or_default(),
            })
        })
        .collect();
    volumes.sort_by(|a, b| a.device.cmp(&b.device));
    volumes
}

#[cfg(test)]
mod tests {
    use super::super::ec2::tests::{reading, tag};
    use super::*;

    fn in_state(state: &str) -> sdk::Instance {
        let volume = |device: &str, id: &str| {
            let ebs = sdk::EbsInstanceBlockDevice::builder()
                .volume_id(id)
                .delete_on_termination(true)
                .build();
            let mapping = sdk::InstanceBlockDeviceMapping::builder().device_name(device);
            mapping.ebs(ebs).build()
        };
        sdk::Instance::builder()
            .instance_id("i-1")
            .instance_type(sdk::InstanceType::from("z99.huge"))
            .state(sdk::InstanceState::builder().name(state.into()).build())
            .instance_lifecycle(sdk::InstanceLifecycleType::Spot)
            .root_device_name("/dev/xvda")
            .block_device_mappings(volume("/dev/xvdb", "vol-2"))
            .block_device_mappings(volume("/dev/xvda", "vol-1"))
            .tags(tag("Name", " "))
            .build()
    }

    #[test]
    fn maps_an_instance_with_its_volumes() {
        let it = in_state("running");
        let resource = reading(|read| resource(read, Some("111111111111"), &it)).unwrap();
        assert_eq!(resource.name, "i-1", "a blank Name tag names nothing");
        assert_eq!(
            resource.arn,
            "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"
        );
        let read: &Instance = resource.of().unwrap();
        assert_eq!(read.instance_type, "z99.huge");
        assert_eq!(read.lifecycle.as_deref(), Some("spot"));
        let volumes: Vec<_> = read
            .volumes
            .iter()
            .map(|it| (&*it.volume_id, it.root))
            .collect();
        assert_eq!(volumes, [("vol-1", true), ("vol-2", false)]);
    }

    #[test]
    fn a_terminated_instance_is_no_more_and_a_stopped_one_is() {
        for (state, listed) in [
            ("terminated", false),
            ("stopped", true),
            ("shutting-down", true),
        ] {
            let it = in_state(state);
            let found = reading(|read| resource(read, None, &it));
            assert_eq!(found.is_some(), listed, "{state}");
        }
    }
}
