//! Hosted zones, each with its record sets.

use std::collections::BTreeMap;

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::get_hosted_zone::GetHostedZoneOutput;
use aws_sdk_route53::operation::list_hosted_zones::ListHostedZonesOutput;
use aws_sdk_route53::types as sdk;

use super::plain::{some_text, text};
use super::route53_records::{self, LIST_RECORDS, dns_name};
use super::route53_tags::{self, LIST_TAGS};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::route53::{HostedZone, ZoneVpc};
use crate::inventory::{GapKey, Kind, Region, Resource};

const LIST_ZONES: Operation = Operation {
    name: "route53:ListHostedZones",
    action: "route53:ListHostedZones",
    times: Times(|it| it.pages(&[Kind::Route53HostedZone], PAGE)),
};
const GET_ZONE: Operation = Operation {
    name: "route53:GetHostedZone",
    action: "route53:GetHostedZone",
    times: Times(|it| it.each(Kind::Route53HostedZone)),
};

/// The most that Route 53 answers.
const PAGE: i32 = 100;

pub(super) const ZONES: Collector = Collector {
    name: "route53_zones",
    kinds: &[Kind::Route53HostedZone, Kind::Route53RecordSet],
    scope: Scope::Global,
    operations: &[LIST_ZONES, GET_ZONE, LIST_RECORDS, LIST_TAGS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let route53 = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_ZONES,
            &[Kind::Route53HostedZone, Kind::Route53RecordSet],
            |page: &ListHostedZonesOutput| {
                page.next_marker()
                    .filter(|_| page.is_truncated())
                    .map(str::to_owned)
            },
            |marker| {
                let request = route53.list_hosted_zones().max_items(PAGE);
                request.set_marker(marker).send()
            },
        );
        let pages = pages.await.into_iter();
        let zones: Vec<sdk::HostedZone> = pages.flat_map(|page| page.hosted_zones).collect();
        let ids: Vec<String> = zones.iter().map(|it| zone_id(it).to_owned()).collect();
        let kind = sdk::TagResourceType::Hostedzone;
        let tags = route53_tags::read(ctx, &route53, kind, &ids).await;
        ctx.each(&zones, async |it| {
            add(ctx, &route53, it, route53_tags::of(&tags, zone_id(it))).await;
        })
        .await;
    })
}

/// The id without the path that the API writes before it.
fn zone_id(it: &sdk::HostedZone) -> &str {
    it.id().rsplit('/').next().unwrap_or_default()
}

type Tags = (BTreeMap<String, String>, BTreeMap<String, GapKey>);

/// One zone and its records. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, route53: &Client, it: &sdk::HostedZone, (tags, mut unread): Tags) {
    let id = zone_id(it);
    let mut properties = zone(it);
    let request = || route53.get_hosted_zone().id(id).send();
    match ctx
        .call_or_absent(&GET_ZONE, &["NoSuchHostedZone"], &[], request)
        .await
    {
        Ok(Some(answer)) => describe(&mut properties, &answer),
        Ok(None) => return,
        Err(gap) => {
            for property in ["vpcs", "accelerated_recovery"] {
                unread.insert(property.to_owned(), gap.clone());
            }
        }
    }
    let private = properties.private;
    let place = Place {
        partition: ctx.partition(),
        region: Region::GLOBAL,
        account: ctx.account(),
    };
    ctx.push(Resource {
        arn: Kind::Route53HostedZone.arn(place, id),
        account: ctx.account().clone(),
        region: Region::global(),
        name: dns_name(it.name()),
        tags,
        properties: properties.into(),
        unread,
    });
    route53_records::read(ctx, route53, id, private).await;
}

/// The zone as the list shows it.
fn zone(it: &sdk::HostedZone) -> HostedZone {
    HostedZone {
        zone_id: zone_id(it).to_owned(),
        private: it.config().is_some_and(sdk::HostedZoneConfig::private_zone),
        linked_service: some_text(it.linked_service().and_then(|it| it.service_principal())),
        record_count: it.resource_record_set_count().unwrap_or_default(),
        vpcs: Vec::new(),
        accelerated_recovery: None,
    }
}

fn describe(zone: &mut HostedZone, answer: &GetHostedZoneOutput) {
    let vpc = |it: &sdk::Vpc| ZoneVpc {
        vpc_id: text(it.vpc_id()),
        region: text(it.vpc_region().map(sdk::VpcRegion::as_str)),
    };
    zone.vpcs = answer.vpcs().iter().map(vpc).collect();
    zone.vpcs
        .sort_by(|a, b| (&a.region, &a.vpc_id).cmp(&(&b.region, &b.vpc_id)));
    let features = answer.hosted_zone().and_then(|it| it.features());
    let recovery = features.and_then(|it| it.accelerated_recovery_status());
    zone.accelerated_recovery = some_text(recovery.map(sdk::AcceleratedRecoveryStatus::as_str));
}
