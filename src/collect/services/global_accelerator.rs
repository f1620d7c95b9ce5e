//! Standard accelerators with their listeners and endpoint groups.
//!
//! One Region keeps them for the whole account; partitions without that Region have none.

use std::collections::BTreeMap;

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::config::Region as SdkRegion;
use aws_sdk_globalaccelerator::operation::list_accelerators::ListAcceleratorsOutput;
use aws_sdk_globalaccelerator::operation::list_endpoint_groups::ListEndpointGroupsOutput;
use aws_sdk_globalaccelerator::operation::list_listeners::ListListenersOutput;
use aws_sdk_globalaccelerator::types as sdk;

use super::plain::{number, set, some_text, tags, text, time};
use super::times::{Calls, Times};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::globalaccelerator::{
    Accelerator, Endpoint, EndpointGroup, Listener, PortRange,
};
use crate::inventory::{GapKey, Kind, Properties, Region, Resource};

const LIST_ACCELERATORS: Operation = Operation {
    name: "globalaccelerator:ListAccelerators",
    action: "globalaccelerator:ListAccelerators",
    times: Times(|it| {
        if it.partition() == PARTITION {
            it.pages(&[Kind::GlobalAcceleratorAccelerator], PAGE)
        } else {
            Calls::default()
        }
    }),
};
const LIST_LISTENERS: Operation = Operation {
    name: "globalaccelerator:ListListeners",
    action: "globalaccelerator:ListListeners",
    times: Times(|it| {
        let parents = Kind::GlobalAcceleratorAccelerator;
        it.pages_per::<Listener>(parents, PAGE, |it| &it.accelerator_arn)
    }),
};
const LIST_GROUPS: Operation = Operation {
    name: "globalaccelerator:ListEndpointGroups",
    action: "globalaccelerator:ListEndpointGroups",
    times: Times(|it| {
        let parents = Kind::GlobalAcceleratorListener;
        it.pages_per::<EndpointGroup>(parents, PAGE, |it| &it.listener_arn)
    }),
};
const LIST_TAGS: Operation = Operation {
    name: "globalaccelerator:ListTagsForResource",
    action: "globalaccelerator:ListTagsForResource",
    times: Times(|it| it.each(Kind::GlobalAcceleratorAccelerator)),
};

/// The Region that keeps them, and the partition that it is in.
const HOME: &str = "us-west-2";
const PARTITION: &str = "aws";
const PAGE: i32 = 100;

/// What an endpoint weighs, and a group is dialled to, where nobody said otherwise.
const WEIGHT: i32 = 128;
const DIAL: f32 = 100.0;

const GONE: &[&str] = &["AcceleratorNotFoundException"];

pub(super) const ACCELERATORS: Collector = Collector {
    name: "global_accelerator",
    kinds: &[
        Kind::GlobalAcceleratorAccelerator,
        Kind::GlobalAcceleratorListener,
        Kind::GlobalAcceleratorEndpointGroup,
    ],
    scope: Scope::Global,
    operations: &[LIST_ACCELERATORS, LIST_LISTENERS, LIST_GROUPS, LIST_TAGS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        if ctx.partition() != PARTITION {
            return;
        }
        let config = aws_sdk_globalaccelerator::config::Builder::from(ctx.sdk());
        let client = Client::from_conf(config.region(SdkRegion::new(HOME)).build());
        let pages = ctx.pages(
            &LIST_ACCELERATORS,
            ACCELERATORS.kinds,
            |page: &ListAcceleratorsOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = client.list_accelerators().max_results(PAGE);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.accelerators.unwrap_or_default());
        ctx.each(found, |it| add(ctx, &client, it)).await;
    })
}

/// Tags of an accelerator, and what they left open. They hold for its parts too, which cannot have
/// any of their own.
type Tags = (BTreeMap<String, String>, BTreeMap<String, GapKey>);

/// One accelerator and its parts. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, client: &Client, it: sdk::Accelerator) {
    let Some(arn) = it.accelerator_arn() else {
        return;
    };
    let request = || client.list_tags_for_resource().resource_arn(arn).send();
    let of_it: Tags = match ctx.call_or_absent(&LIST_TAGS, GONE, &[], request).await {
        Ok(Some(answer)) => {
            let pairs = answer.tags().iter();
            let pairs = pairs.map(|tag| (Some(tag.key()), Some(tag.value())));
            (tags(pairs), BTreeMap::new())
        }
        Ok(None) => return,
        Err(gap) => (BTreeMap::new(), [("tags".to_owned(), gap)].into()),
    };
    let name = it.name().unwrap_or(arn);
    push(ctx, (arn, name), accelerator(&it), &of_it);
    let pages = ctx.pages(
        &LIST_LISTENERS,
        &[
            Kind::GlobalAcceleratorListener,
            Kind::GlobalAcceleratorEndpointGroup,
        ],
        |page: &ListListenersOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.list_listeners().max_results(PAGE);
            request.accelerator_arn(arn).set_next_token(token).send()
        },
    );
    for listener in pages.await.iter().flat_map(ListListenersOutput::listeners) {
        add_listener(ctx, client, (arn, name), listener, &of_it).await;
    }
}

async fn add_listener(
    ctx: &Context,
    client: &Client,
    (accelerator, of): (&str, &str),
    it: &sdk::Listener,
    tags: &Tags,
) {
    let Some(arn) = it.listener_arn() else {
        return;
    };
    let properties = listener(accelerator, it);
    let port = properties.port_ranges.first().map_or(0, |it| it.from);
    let name = format!("{of} {} {port}", properties.protocol);
    push(ctx, (arn, &name), properties, tags);
    let pages = ctx.pages(
        &LIST_GROUPS,
        &[Kind::GlobalAcceleratorEndpointGroup],
        |page: &ListEndpointGroupsOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.list_endpoint_groups().max_results(PAGE);
            request.listener_arn(arn).set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let groups = pages
        .iter()
        .flat_map(ListEndpointGroupsOutput::endpoint_groups);
    for it in groups {
        if let Some(own) = it.endpoint_group_arn() {
            let properties = group(arn, it);
            let name = format!("{name} {}", properties.endpoint_region);
            push(ctx, (own, &name), properties, tags);
        }
    }
}

fn push(
    ctx: &Context,
    (arn, name): (&str, &str),
    properties: impl Into<Properties>,
    (tags, unread): &Tags,
) {
    ctx.push(Resource {
        arn: arn.to_owned(),
        account: ctx.account().clone(),
        region: Region::global(),
        name: name.to_owned(),
        tags: tags.clone(),
        properties: properties.into(),
        unread: unread.clone(),
    });
}

fn accelerator(it: &sdk::Accelerator) -> Accelerator {
    let addresses = it.ip_sets().iter().flat_map(sdk::IpSet::ip_addresses);
    Accelerator {
        enabled: it.enabled().unwrap_or_default(),
        status: text(it.status().map(sdk::AcceleratorStatus::as_str)),
        dns_name: some_text(it.dns_name()),
        dual_stack_dns_name: some_text(it.dual_stack_dns_name()),
        ip_addresses: set(addresses),
        created: time(it.created_time()),
    }
}

fn listener(accelerator: &str, it: &sdk::Listener) -> Listener {
    let ranges = it.port_ranges().iter().map(|it| PortRange {
        from: number(it.from_port()),
        to: number(it.to_port()),
    });
    let mut port_ranges: Vec<PortRange> = ranges.collect();
    port_ranges.sort();
    Listener {
        accelerator_arn: accelerator.to_owned(),
        protocol: text(it.protocol().map(sdk::Protocol::as_str)),
        client_affinity: text(it.client_affinity().map(sdk::ClientAffinity::as_str)),
        port_ranges,
    }
}

fn group(listener: &str, it: &sdk::EndpointGroup) -> EndpointGroup {
    let mut endpoints: Vec<Endpoint> = it.endpoint_descriptions().iter().map(endpoint).collect();
    endpoints.sort_by(|a, b| a.id.cmp(&b.id));
    let protocol = it.health_check_protocol();
    EndpointGroup {
        listener_arn: listener.to_owned(),
        endpoint_region: text(it.endpoint_group_region()),
        traffic_dial_percentage: it.traffic_dial_percentage().unwrap_or(DIAL).into(),
        health_check_protocol: text(protocol.map(sdk::HealthCheckProtocol::as_str)),
        health_check_path: some_text(it.health_check_path()),
        health_check_interval_seconds: number(it.health_check_interval_seconds()),
        threshold_count: number(it.threshold_count()),
        endpoints,
    }
}

fn endpoint(it: &sdk::EndpointDescription) -> Endpoint {
    Endpoint {
        id: text(it.endpoint_id()),
        weight: it.weight().unwrap_or(WEIGHT).into(),
        health: text(it.health_state().map(sdk::HealthState::as_str)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_without_a_weight_has_the_usual_one() {
        let it = sdk::EndpointDescription::builder()
            .endpoint_id("i-1")
            .build();
        assert_eq!(endpoint(&it).weight, 128);
        let out = sdk::EndpointDescription::builder().weight(0).build();
        assert_eq!(endpoint(&out).weight, 0);
    }

    #[test]
    fn a_group_that_nobody_dialled_takes_all() {
        let it = sdk::EndpointGroup::builder()
            .endpoint_group_region("eu-west-1")
            .build();
        let read = group("l", &it);
        assert!((read.traffic_dial_percentage - 100.0).abs() < f64::EPSILON);
        assert_eq!(read.endpoint_region, "eu-west-1");
    }
}
