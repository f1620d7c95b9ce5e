//! Global front doors: CloudFront, Global Accelerator, Multi-Region Access Points.

use super::build::*;
use super::data::*;
use super::stores::fails;
use crate::inventory::kinds::cloudfront::{CacheBehavior, Distribution, Origin, OriginGroup};
use crate::inventory::kinds::globalaccelerator::{Accelerator, Endpoint, EndpointGroup, Listener};
use crate::inventory::kinds::s3::{AccessPointBucket, AccessPointRoute, MultiRegionAccessPoint};
use crate::inventory::{Kind, Region, Resource};
use crate::simulate::Fate;
use crate::simulate::time::Span;

const READS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
const WRITES: [&str; 4] = ["GET", "HEAD", "POST", "PUT"];

/// A distribution with an origin in each Region; `target` names one of them or `pair`.
fn distribution(target: &str, methods: &[&str]) -> Vec<Resource> {
    let origins = BOTH.map(|region| Origin {
        id: region.to_owned(),
        domain_name: host(region),
        ..Default::default()
    });
    let properties = Distribution {
        distribution_id: "E1".to_owned(),
        domain_name: "d1.cloudfront.net".to_owned(),
        aliases: vec![NAME.to_owned()],
        enabled: true,
        origins: origins.into(),
        origin_groups: vec![OriginGroup {
            id: "pair".to_owned(),
            members: BOTH.map(str::to_owned).into(),
            status_codes: vec![502, 503, 504],
            selection_criteria: None,
        }],
        cache_behaviors: vec![CacheBehavior {
            path_pattern: "*".to_owned(),
            target_origin_id: target.to_owned(),
            allowed_methods: methods.iter().map(|it| (*it).to_owned()).collect(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let arn = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/E1");
    vec![
        resource(arn, Region::GLOBAL, NAME, properties),
        record(NAME, "", "simple", |it| {
            it.alias = Some(to("d1.cloudfront.net", false));
        }),
    ]
}

#[test]
fn a_second_origin_answers_request_by_request() {
    let outcome = World::named(distribution("pair", &READS)).lose(WEST);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    // No outage: each request waits for 3 attempts of 10 s at most.
    assert_eq!(outcome.rto, Span::of(0, 30));
    let second = World::named(distribution("pair", &READS)).lose(CENTRAL);
    assert_eq!((second.fate, second.rto), (Fate::Survives, Span::NONE));
}

#[test]
fn writes_do_not_fail_over() {
    let outcome = World::named(distribution("pair", &WRITES)).lose(WEST);
    assert_eq!(outcome.fate, Fate::Degraded, "{outcome:#?}");
    assert!(
        outcome.causes[0]
            .what
            .contains("does not fail over POST, PUT")
    );
}

#[test]
fn one_origin_alone_is_gone() {
    let world = World::named(distribution(WEST, &READS));
    fails(&world.lose(WEST), "has no other origin for *");
    assert_eq!(world.lose(CENTRAL).fate, Fate::Survives);
}

#[test]
fn unread_origins_leave_it_open() {
    let world = World::named(distribution("pair", &READS));
    let arn = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/E1");
    let unread = world.clone().unread_in(&arn, "origins");
    assert_eq!(unread.lose(WEST).fate, Fate::Unknown);
    let hidden = world
        .without(&arn)
        .hiding(Kind::CloudFrontDistribution, Region::GLOBAL);
    assert_eq!(hidden.lose(WEST).fate, Fate::Unknown);
}

/// An accelerator with a group for each Region: its dial, and the weight of its load balancer.
fn accelerator(groups: &[(&str, f64, i64)]) -> Vec<Resource> {
    let arn = |rest: &str| format!("arn:aws:globalaccelerator::{ACCOUNT}:accelerator/a{rest}");
    let properties = Accelerator {
        enabled: true,
        dns_name: Some("a1.awsglobalaccelerator.com".to_owned()),
        ..Default::default()
    };
    let listener = Listener {
        accelerator_arn: arn(""),
        ..Default::default()
    };
    let mut all = vec![
        resource(arn(""), Region::GLOBAL, "edge", properties),
        resource(arn("/listener/1"), Region::GLOBAL, "edge TCP:443", listener),
        record(NAME, "", "simple", |it| {
            it.alias = Some(to("a1.awsglobalaccelerator.com", false));
        }),
    ];
    for (region, dial, weight) in groups {
        let group = EndpointGroup {
            listener_arn: arn("/listener/1"),
            endpoint_region: (*region).to_owned(),
            traffic_dial_percentage: *dial,
            health_check_interval_seconds: 30,
            threshold_count: 3,
            endpoints: vec![Endpoint {
                id: balancer(region),
                weight: *weight,
                health: "HEALTHY".to_owned(),
            }],
            ..Default::default()
        };
        let own = arn(&format!("/listener/1/endpoint-group/{region}"));
        all.push(resource(own, Region::GLOBAL, region, group));
    }
    all
}

/// Its load balancer is seen in 30 s, upper 120 s; traffic moves in 10 s, upper 60 s. No TTL.
fn shifted() -> Span {
    Span::of(40, 180)
}

#[test]
fn an_accelerator_sends_traffic_to_the_other_group() {
    let world = World::named(accelerator(&[(WEST, 100.0, 128), (CENTRAL, 100.0, 128)]));
    let outcome = world.lose(WEST);
    assert_eq!(
        (outcome.fate, outcome.rto),
        (Fate::Survives, shifted()),
        "{outcome:#?}"
    );
}

#[test]
fn a_dial_of_0_waits_and_a_weight_of_0_gets_nothing() {
    let dialled = World::named(accelerator(&[(WEST, 100.0, 128), (CENTRAL, 0.0, 128)]));
    let outcome = dialled.lose(WEST);
    assert_eq!(
        (outcome.fate, outcome.rto),
        (Fate::Survives, shifted()),
        "{outcome:#?}"
    );
    let waiting = dialled.lose(CENTRAL);
    assert_eq!((waiting.fate, waiting.rto), (Fate::Survives, Span::NONE));
    let out = World::named(accelerator(&[(WEST, 100.0, 128), (CENTRAL, 100.0, 0)]));
    fails(&out.lose(WEST), "has no endpoint elsewhere");
    assert_eq!(out.lose(CENTRAL).rto, Span::NONE);
}

#[test]
fn groups_that_were_not_read_may_stand_elsewhere() {
    let world = World::named(accelerator(&[(WEST, 100.0, 128)]));
    fails(&world.lose(WEST), "has no endpoint elsewhere");
    let hidden = world.hiding(Kind::GlobalAcceleratorEndpointGroup, Region::GLOBAL);
    assert_eq!(hidden.lose(WEST).fate, Fate::Unknown);
}

/// Buckets that replicate both ways, behind an access point with these dials.
fn access_point(west: i64, central: i64) -> World {
    let (one, other) = ("docs-west", "docs-central");
    let members = [(one, WEST), (other, CENTRAL)];
    let buckets = members.map(|(bucket, region)| AccessPointBucket {
        bucket: bucket.to_owned(),
        region: region.to_owned(),
        ..Default::default()
    });
    let dials = [(one, WEST, west), (other, CENTRAL, central)];
    let routes = dials.map(|(bucket, region, traffic_dial)| AccessPointRoute {
        bucket: bucket.to_owned(),
        region: region.to_owned(),
        traffic_dial,
    });
    let point = MultiRegionAccessPoint {
        alias: "m1.mrap".to_owned(),
        buckets: buckets.into(),
        routes: routes.into(),
        ..Default::default()
    };
    let timed = |to: &str| {
        let mut rule = rule(to);
        rule.time_control = true;
        rule
    };
    let world = World::sites(&BOTH, |_| Vec::new());
    world.with([
        bucket_of(one, WEST, vec![timed(other)]),
        bucket_of(other, CENTRAL, vec![timed(one)]),
        resource(POINT.to_owned(), Region::GLOBAL, "docs", point),
        record("docs.example.com", "", "simple", |it| {
            it.record_type = "CNAME".to_owned();
            it.values = vec!["m1.mrap.accesspoint.s3-global.amazonaws.com".to_owned()];
        }),
    ])
}

const POINT: &str = "arn:aws:s3::111111111111:accesspoint/m1.mrap";

#[test]
fn active_buckets_take_over_by_themselves() {
    let outcome = access_point(100, 100).lose(WEST);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    // 120 s, upper 600 s; objects of 15 s, upper 900 s
    assert_eq!(
        (outcome.rto, outcome.rpo),
        (Span::of(120, 600), Span::of(15, 900))
    );
}

#[test]
fn a_passive_bucket_is_switched_to_by_hand() {
    let world = access_point(100, 0);
    let outcome = world.lose(WEST);
    assert_eq!(outcome.fate, Fate::Survives, "{outcome:#?}");
    // 900 s + 120 s; upper: 1800 s + 600 s
    assert_eq!(
        (outcome.rto, outcome.rpo),
        (Span::of(1020, 2400), Span::of(15, 900))
    );
    let passive = world.lose(CENTRAL);
    assert_eq!((passive.fate, passive.rto), (Fate::Survives, Span::NONE));
    assert_eq!(
        world.unread_in(POINT, "routes").lose(WEST).fate,
        Fate::Unknown
    );
}
