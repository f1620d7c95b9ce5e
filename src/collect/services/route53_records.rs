//! Record sets. Values of free text (TXT and the like) may be secrets and are not kept.

use std::collections::BTreeMap;

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::list_resource_record_sets::ListResourceRecordSetsOutput;
use aws_sdk_route53::types as sdk;

use super::context::Token;
use super::plain::{set, some_text};
use super::times::Times;
use super::{Context, Operation};
use crate::inventory::kinds::route53::{Alias, GeoLocation, GeoProximity, RecordSet};
use crate::inventory::{Kind, Region, Resource};

pub(super) const LIST_RECORDS: Operation = Operation {
    name: "route53:ListResourceRecordSets",
    action: "route53:ListResourceRecordSets",
    times: Times(|it| it.pages_per::<RecordSet>(Kind::Route53HostedZone, PAGE, |it| &it.zone_id)),
};

/// The most that Route 53 answers.
const PAGE: i32 = 300;
/// Types whose values are addresses and host names.
const KEPT: [&str; 4] = ["A", "AAAA", "CNAME", "NS"];

/// The first record of the next page.
#[derive(Debug, Clone, PartialEq)]
struct Start {
    name: Option<String>,
    record_type: Option<sdk::RrType>,
    identifier: Option<String>,
}

impl Token for Start {}

impl Start {
    fn after(page: &ListResourceRecordSetsOutput) -> Option<Self> {
        page.is_truncated().then(|| Self {
            name: page.next_record_name().map(str::to_owned),
            record_type: page.next_record_type().cloned(),
            identifier: page.next_record_identifier().map(str::to_owned),
        })
    }
}

/// Adds the record sets of a zone.
pub(super) async fn read(ctx: &Context, route53: &Client, zone: &str, private: bool) {
    let mut pages = Vec::new();
    let send = |start: Option<Start>| {
        let request = route53.list_resource_record_sets().hosted_zone_id(zone);
        let request = request.max_items(PAGE);
        let request = match start {
            Some(start) => request
                .set_start_record_name(start.name)
                .set_start_record_type(start.record_type)
                .set_start_record_identifier(start.identifier),
            None => request,
        };
        request.send()
    };
    let hides = &[Kind::Route53RecordSet];
    let answer = ctx
        .pages_into(&mut pages, &LIST_RECORDS, hides, Start::after, send)
        .await;
    // The failure is a gap already; the pages before it still count.
    drop(answer);
    let found = pages
        .iter()
        .flat_map(ListResourceRecordSetsOutput::resource_record_sets);
    for it in found {
        let properties = record(zone, private, it);
        ctx.push(Resource {
            arn: arn(ctx.partition(), &properties, it.name()),
            account: ctx.account().clone(),
            region: Region::global(),
            name: dns_name(it.name()),
            tags: BTreeMap::new(),
            properties: properties.into(),
            unread: BTreeMap::new(),
        });
    }
}

/// AWS has no ARN for record sets: the zone's, and what tells its records apart.
fn arn(partition: &str, it: &RecordSet, name: &str) -> String {
    let RecordSet {
        zone_id,
        record_type,
        ..
    } = it;
    let name = dns_name(name);
    let set = it
        .set_identifier
        .as_ref()
        .map(|set| format!("/{set}"))
        .unwrap_or_default();
    format!("arn:{partition}:route53:::hostedzone/{zone_id}/recordset/{name}/{record_type}{set}")
}

/// The name as people write it: `\052` and its like unescaped where that is printable, in lower
/// case, without the last dot.
pub(super) fn dns_name(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 4);
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(code) = code.filter(u8::is_ascii_graphic) {
            text.push(char::from(code));
            rest = &rest[at + 4..];
        } else {
            text.push('\\');
            rest = &rest[at + 1..];
        }
    }
    text.push_str(rest);
    let text = text.to_ascii_lowercase();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

fn record(zone: &str, private: bool, it: &sdk::ResourceRecordSet) -> RecordSet {
    let record_type = it.r#type().as_str();
    let values = it
        .resource_records()
        .iter()
        .map(|it| value(record_type, it.value()));
    RecordSet {
        zone_id: zone.to_owned(),
        private,
        record_type: record_type.to_owned(),
        policy: policy(it).to_owned(),
        set_identifier: some_text(it.set_identifier()),
        ttl: it.ttl(),
        weight: it.weight(),
        latency_region: some_text(it.region().map(sdk::ResourceRecordSetRegion::as_str)),
        failover: some_text(it.failover().map(sdk::ResourceRecordSetFailover::as_str)),
        geolocation: it.geo_location().map(|it| GeoLocation {
            continent: some_text(it.continent_code()),
            country: some_text(it.country_code()),
            subdivision: some_text(it.subdivision_code()),
        }),
        geoproximity: it.geo_proximity_location().map(|it| GeoProximity {
            region: some_text(it.aws_region()),
            local_zone_group: some_text(it.local_zone_group()),
            bias: it.bias().map(i64::from).unwrap_or_default(),
        }),
        cidr_location: some_text(
            it.cidr_routing_config()
                .map(sdk::CidrRoutingConfig::location_name),
        ),
        alias: it.alias_target().map(|it| Alias {
            zone_id: it.hosted_zone_id().to_owned(),
            dns_name: dns_name(it.dns_name()),
            evaluate_target_health: it.evaluate_target_health(),
        }),
        values: if KEPT.contains(&record_type) {
            set(values)
        } else {
            Vec::new()
        },
        health_check_id: some_text(it.health_check_id()),
    }
}

/// Addresses as they are, host names like all names.
fn value(record_type: &str, text: &str) -> String {
    match record_type {
        "A" | "AAAA" => text.to_owned(),
        _ => dns_name(text),
    }
}

fn policy(it: &sdk::ResourceRecordSet) -> &'static str {
    if it.weight().is_some() {
        "weighted"
    } else if it.region().is_some() {
        "latency"
    } else if it.failover().is_some() {
        "failover"
    } else if it.geo_location().is_some() {
        "geolocation"
    } else if it.geo_proximity_location().is_some() {
        "geoproximity"
    } else if it.cidr_routing_config().is_some() {
        "cidr"
    } else if it.multi_value_answer() == Some(true) {
        "multivalue"
    } else {
        "simple"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record_type: sdk::RrType, value: &str) -> RecordSet {
        let value = sdk::ResourceRecord::builder().value(value).build().unwrap();
        let it = sdk::ResourceRecordSet::builder()
            .name("\\052.Acme.com.")
            .r#type(record_type)
            .set_identifier("blue")
            .weight(10)
            .resource_records(value)
            .build()
            .unwrap();
        record("Z1", false, &it)
    }

    #[test]
    fn names_read_as_people_write_them() {
        assert_eq!(dns_name("\\052.Acme.com."), "*.acme.com");
        assert_eq!(dns_name("a\\040b.com."), "a\\040b.com");
        assert_eq!(dns_name("a\\"), "a\\");
        assert_eq!(dns_name("a\\é1."), "a\\é1");
    }

    #[test]
    fn values_of_free_text_are_not_kept() {
        assert_eq!(read(sdk::RrType::Txt, "hunter2").values, [""; 0]);
        assert_eq!(
            read(sdk::RrType::Cname, "Web.Acme.com.").values,
            ["web.acme.com"]
        );
        assert_eq!(read(sdk::RrType::A, "192.0.2.1").policy, "weighted");
    }

    #[test]
    fn members_of_a_set_have_arns_of_their_own() {
        let it = read(sdk::RrType::A, "192.0.2.1");
        let arn = arn("aws", &it, "\\052.acme.com.");
        assert_eq!(
            arn,
            "arn:aws:route53:::hostedzone/Z1/recordset/*.acme.com/A/blue"
        );
    }
}
