//! Application, network and gateway load balancers, with their listeners.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::operation::describe_listeners::DescribeListenersOutput;
use aws_sdk_elasticloadbalancingv2::operation::describe_load_balancers::DescribeLoadBalancersOutput;
use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::plain::{set, some_text, text, time};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::Kind;
use crate::inventory::kinds::elbv2::{Listener, LoadBalancer, LoadBalancerAttributes};

const DESCRIBE_BALANCERS: Operation = Operation {
    name: "elasticloadbalancing:DescribeLoadBalancers",
    action: "elasticloadbalancing:DescribeLoadBalancers",
    times: Times(|it| it.pages(&[Kind::ElbLoadBalancer], PAGE)),
};
const DESCRIBE_ATTRIBUTES: Operation = Operation {
    name: "elasticloadbalancing:DescribeLoadBalancerAttributes",
    action: "elasticloadbalancing:DescribeLoadBalancerAttributes",
    times: Times(|it| it.each(Kind::ElbLoadBalancer)),
};
const DESCRIBE_LISTENERS: Operation = Operation {
    name: "elasticloadbalancing:DescribeListeners",
    action: "elasticloadbalancing:DescribeListeners",
    times: Times(|it| {
        it.pages_per::<Listener>(Kind::ElbLoadBalancer, PAGE, |it| &it.load_balancer)
    }),
};

/// The most that Elastic Load Balancing answers.
pub(super) const PAGE: i32 = 400;

pub(super) const LOAD_BALANCERS: Collector = Collector {
    name: "load_balancers",
    kinds: &[Kind::ElbLoadBalancer, Kind::ElbListener],
    scope: Scope::Regional,
    operations: &[
        DESCRIBE_BALANCERS,
        DESCRIBE_ATTRIBUTES,
        DESCRIBE_LISTENERS,
        GET_RESOURCES,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let elb = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &DESCRIBE_BALANCERS,
            &[Kind::ElbLoadBalancer, Kind::ElbListener],
            |page: &DescribeLoadBalancersOutput| page.next_marker().map(str::to_owned),
            |marker| {
                let request = elb.describe_load_balancers().page_size(PAGE);
                request.set_marker(marker).send()
            },
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.load_balancers.unwrap_or_default());
        ctx.each(found, |it| read(ctx, &elb, it)).await;
    })
}

/// One load balancer: its attributes and its listeners. Nothing where it is gone since it was listed.
async fn read(ctx: &Context, elb: &Client, it: sdk::LoadBalancer) {
    let Some(arn) = it.load_balancer_arn() else {
        return;
    };
    let name = it.load_balancer_name().unwrap_or(arn);
    let mut properties = balancer(&it);
    let mut unread = BTreeMap::new();
    let request = || {
        elb.describe_load_balancer_attributes()
            .load_balancer_arn(arn)
            .send()
    };
    let gone = &["LoadBalancerNotFound"];
    match ctx
        .call_or_absent(&DESCRIBE_ATTRIBUTES, gone, &[], request)
        .await
    {
        Ok(Some(answer)) => properties.attributes = attributes(answer.attributes()),
        Ok(None) => return,
        Err(gap) => {
            unread.insert("attributes".to_owned(), gap);
        }
    }
    push_tagged(ctx, (arn, name), properties, unread).await;
    listeners(ctx, elb, arn, name).await;
}

async fn listeners(ctx: &Context, elb: &Client, balancer_arn: &str, balancer_name: &str) {
    let pages = ctx.pages(
        &DESCRIBE_LISTENERS,
        &[Kind::ElbListener],
        |page: &DescribeListenersOutput| page.next_marker().map(str::to_owned),
        |marker| {
            let request = elb.describe_listeners().load_balancer_arn(balancer_arn);
            request.page_size(PAGE).set_marker(marker).send()
        },
    );
    for it in pages
        .await
        .iter()
        .flat_map(DescribeListenersOutput::listeners)
    {
        if let Some(arn) = it.listener_arn() {
            let properties = listener(balancer_arn, it);
            let name = listener_name(balancer_name, &properties);
            push_tagged(ctx, (arn, &name), properties, BTreeMap::new()).await;
        }
    }
}

/// The load balancer, without what takes a call of its own.
fn balancer(it: &sdk::LoadBalancer) -> LoadBalancer {
    let zones = it.availability_zones().iter();
    LoadBalancer {
        balancer_type: text(it.r#type().map(sdk::LoadBalancerTypeEnum::as_str)),
        scheme: text(it.scheme().map(sdk::LoadBalancerSchemeEnum::as_str)),
        state: text(
            it.state()
                .and_then(|it| it.code())
                .map(sdk::LoadBalancerStateEnum::as_str),
        ),
        created: time(it.created_time()),
        dns_name: some_text(it.dns_name()),
        canonical_zone_id: some_text(it.canonical_hosted_zone_id()),
        vpc_id: some_text(it.vpc_id()),
        zones: set(zones.filter_map(|zone| zone.zone_name())),
        ip_address_type: some_text(it.ip_address_type().map(sdk::IpAddressType::as_str)),
        attributes: LoadBalancerAttributes::default(),
    }
}

fn attributes(answered: &[sdk::LoadBalancerAttribute]) -> LoadBalancerAttributes {
    let values = Attributes::new(answered.iter().map(|it| (it.key(), it.value())));
    LoadBalancerAttributes {
        deletion_protection: values.flag("deletion_protection.enabled"),
        cross_zone: values.flag("load_balancing.cross_zone.enabled"),
        zonal_shift: values.flag("zonal_shift.config.enabled"),
        client_routing_policy: some_text(values.text("dns_record.client_routing_policy")),
        client_keep_alive_seconds: values.number("client_keep_alive.seconds"),
    }
}

fn listener(balancer_arn: &str, it: &sdk::Listener) -> Listener {
    let certificates = it.certificates().iter();
    Listener {
        load_balancer: it.load_balancer_arn().unwrap_or(balancer_arn).to_owned(),
        port: it.port().map(i64::from),
        protocol: some_text(it.protocol().map(sdk::ProtocolEnum::as_str)),
        target_groups: forwarded_to(it.default_actions()),
        certificates: set(certificates.filter_map(|it| it.certificate_arn())),
    }
}

/// Target groups that get requests: AWS keeps those with weight 0 in the action, unused.
fn forwarded_to(actions: &[sdk::Action]) -> Vec<String> {
    let single = actions
        .iter()
        .filter_map(|action| action.target_group_arn());
    let weighted = actions
        .iter()
        .filter_map(|action| action.forward_config())
        .flat_map(sdk::ForwardActionConfig::target_groups)
        .filter(|group| group.weight() != Some(0))
        .filter_map(|group| group.target_group_arn());
    set(single.chain(weighted))
}

/// The load balancer's name, with protocol and port where the listener has them.
fn listener_name(balancer_name: &str, it: &Listener) -> String {
    match (&it.protocol, it.port) {
        (Some(protocol), Some(port)) => format!("{balancer_name} {protocol}:{port}"),
        _ => balancer_name.to_owned(),
    }
}

/// Attributes as this API answers them: keys and values, all texts.
pub(super) struct Attributes<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Attributes<'a> {
    pub(super) fn new(pairs: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>) -> Self {
        Self(pairs.filter_map(|(key, value)| key.zip(value)).collect())
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.0.get(key).copied()
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.text(key)?.parse().ok()
    }

    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.text(key)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_a_load_balancer() {
        let zone = |name: &str| sdk::AvailabilityZone::builder().zone_name(name).build();
        let state = sdk::LoadBalancerState::builder().code("dreaming".into());
        let it = sdk::LoadBalancer::builder()
            .r#type(sdk::LoadBalancerTypeEnum::Network)
            .scheme(sdk::LoadBalancerSchemeEnum::InternetFacing)
            .state(state.build())
            .availability_zones(zone("eu-west-1b"))
            .availability_zones(zone("eu-west-1a"))
            .build();
        let read = balancer(&it);
        assert_eq!(read.balancer_type, "network");
        assert_eq!(read.scheme, "internet-facing");
        assert_eq!(read.state, "dreaming");
        assert_eq!(read.zones, ["eu-west-1a", "eu-west-1b"]);
    }

    #[test]
    fn attributes_that_the_type_does_not_have_are_null() {
        let attribute = |key: &str, value: &str| {
            let builder = sdk::LoadBalancerAttribute::builder();
            builder.key(key).value(value).build()
        };
        let read = attributes(&[
            attribute("deletion_protection.enabled", "true"),
            attribute("load_balancing.cross_zone.enabled", "false"),
            attribute("dns_record.client_routing_policy", "any_availability_zone"),
            attribute("access_logs.s3.bucket", "logs"),
        ]);
        let expected = LoadBalancerAttributes {
            deletion_protection: Some(true),
            cross_zone: Some(false),
            zonal_shift: None,
            client_routing_policy: Some("any_availability_zone".to_owned()),
            client_keep_alive_seconds: None,
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_listener_forwards_to_groups_with_weight_only() {
        let group = |arn: &str, weight| {
            let builder = sdk::TargetGroupTuple::builder().target_group_arn(arn);
            builder.weight(weight).build()
        };
        let forward = sdk::ForwardActionConfig::builder()
            .target_groups(group("blue", 100))
            .target_groups(group("green", 0));
        let it = sdk::Listener::builder()
            .protocol(sdk::ProtocolEnum::Https)
            .port(443)
            .default_actions(
                sdk::Action::builder()
                    .forward_config(forward.build())
                    .build(),
            )
            .default_actions(sdk::Action::builder().target_group_arn("amber").build())
            .build();
        let read = listener("lb", &it);
        assert_eq!(read.load_balancer, "lb");
        assert_eq!(read.target_groups, ["amber", "blue"]);
        assert_eq!(listener_name("shop", &read), "shop HTTPS:443");
    }

    #[test]
    fn a_listener_of_a_gateway_load_balancer_is_named_after_it() {
        let read = listener("lb", &sdk::Listener::builder().build());
        assert_eq!(listener_name("inspect", &read), "inspect");
    }
}
