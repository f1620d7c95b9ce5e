//! Names, edges and Regions that go through global front doors.

use super::*;
use crate::inventory::kinds::cloudfront::{CacheBehavior, Distribution, Origin, OriginGroup};
use crate::inventory::kinds::globalaccelerator::{Accelerator, Endpoint, EndpointGroup, Listener};
use crate::inventory::kinds::{s3, s3::AccessPointRoute};

fn behavior(pattern: &str, target: &str) -> CacheBehavior {
    CacheBehavior {
        path_pattern: pattern.to_owned(),
        target_origin_id: target.to_owned(),
        ..Default::default()
    }
}

/// A distribution at `d1.cloudfront.net` with origins named after their hosts.
fn distribution(hosts: &[&str], groups: &[(&str, &[&str])], paths: &[(&str, &str)]) -> Resource {
    let origins = hosts.iter().map(|host| Origin {
        id: (*host).to_owned(),
        domain_name: (*host).to_owned(),
        ..Default::default()
    });
    let groups = groups.iter().map(|(id, members)| OriginGroup {
        id: (*id).to_owned(),
        members: members.iter().map(|it| (*it).to_owned()).collect(),
        ..Default::default()
    });
    let paths = paths
        .iter()
        .map(|(pattern, target)| behavior(pattern, target));
    let it = Distribution {
        domain_name: "d1.cloudfront.net".to_owned(),
        aliases: vec!["*.cdn.example.com".to_owned()],
        enabled: true,
        origins: origins.collect(),
        origin_groups: groups.collect(),
        cache_behaviors: paths.collect(),
        ..Default::default()
    };
    resource(Region::GLOBAL, "d1", it)
}

fn door() -> Resource {
    alias("www.example.com", "", "d1.cloudfront.net", "ZCF")
}

const WEST_LB: &str = "api-1.eu-west-1.elb.amazonaws.com";
const CENTRAL_LB: &str = "api-1.eu-central-1.elb.amazonaws.com";

#[test]
fn a_secondary_origin_waits() {
    let both: &[&str] = &[WEST_LB, CENTRAL_LB];
    let it = distribution(both, &[("both", both)], &[("*", "both")]);
    let inventory = inventory(vec![door(), it, balancer(WEST), balancer(CENTRAL)], &[]);
    let estate = Estate::new(&inventory);
    let entries = estate.entry_points();
    assert_eq!(entries[0].regions, [Region::from(CENTRAL), WEST.into()]);
    assert_eq!(entries[0].spread, entries[0].regions);
    assert!(entries[0].gaps.is_empty() && !entries[0].all_serve);
    let record = estate.of_kind(Kind::Route53RecordSet).start;
    let resolved = estate.resolve(&[record]);
    assert_eq!(resolved.serving(), [Region::from(WEST)]);
    assert_eq!(resolved.ends[0].kind, LeafKind::Distribution);
    assert_eq!(resolved.doors.len(), 1);
    for at in estate.of_kind(Kind::ElbLoadBalancer) {
        assert_eq!(estate.names_to(at).collect::<Vec<_>>(), ["www.example.com"]);
    }
}

#[test]
fn paths_of_a_distribution_do_not_stand_in_for_each_other() {
    let it = distribution(
        &[WEST_LB, CENTRAL_LB],
        &[],
        &[("/static/*", CENTRAL_LB), ("*", WEST_LB)],
    );
    let inventory = inventory(vec![door(), it], &[]);
    let entries = Estate::new(&inventory).entry_points();
    assert_eq!(entries[0].regions.len(), 2);
    assert_eq!(entries[0].spread, [Region::from(WEST)]);
}

#[test]
fn origins_are_names_again_and_circles_end() {
    let mut resources = vec![
        door(),
        distribution(
            &["www.example.com", "api.example.com"],
            &[],
            &[("/loop/*", "www.example.com"), ("*", "api.example.com")],
        ),
        alias("api.example.com", "a", WEST_LB, "ZELB"),
        alias("api.example.com", "b", CENTRAL_LB, "ZELB"),
    ];
    let first = inventory(resources.clone(), &[]);
    let estate = Estate::new(&first);
    let door = estate.public_records("www.example.com");
    let resolved = estate.resolve(&door);
    assert_eq!(resolved.regions(), [Region::from(CENTRAL), WEST.into()]);
    assert_eq!(resolved.records.len(), 3);
    let names: Vec<String> = estate
        .entry_points()
        .into_iter()
        .map(|it| it.name)
        .collect();
    assert!(names.contains(&"www.example.com".to_owned()), "{names:?}");
    resources.reverse();
    let second = inventory(resources, &[]);
    assert_eq!(Estate::new(&second).entry_points(), estate.entry_points());
}

#[test]
fn a_distribution_answers_for_its_aliases() {
    let resources = vec![
        cname("shop.example.com", "img.cdn.example.com"),
        distribution(&[WEST_LB], &[], &[("*", WEST_LB)]),
    ];
    let inventory = inventory(resources, &[]);
    let entries = Estate::new(&inventory).entry_points();
    assert_eq!(entries[0].regions, [Region::from(WEST)]);
    assert!(entries[0].gaps.is_empty());
}

#[test]
fn what_is_switched_off_or_unread_leads_nowhere() {
    let it = distribution(&[WEST_LB], &[], &[("*", WEST_LB)]);
    let mut off = it.clone();
    if let Some(own) = it.of::<Distribution>() {
        let own = own.clone();
        off.properties = Distribution {
            enabled: false,
            ..own
        }
        .into();
    }
    let closed = inventory(vec![door(), off], &[]);
    let entries = Estate::new(&closed).entry_points();
    assert!(entries[0].regions.is_empty() && entries[0].gaps.is_empty());

    let mut unread = it;
    let gap = crate::inventory::not_collected(Kind::S3Bucket, &ACCOUNT.into(), &WEST.into());
    unread.unread.insert("origins".to_owned(), gap.clone());
    let open = inventory(vec![door(), unread], &[]);
    let entries = Estate::new(&open).entry_points();
    assert!(entries[0].regions.is_empty());
    assert_eq!(entries[0].gaps, [gap]);
}

/// Of each group: its Region, dial, and the weight of its endpoint.
fn accelerator(groups: &[(&str, f64, i64)]) -> Vec<Resource> {
    let own = Accelerator {
        enabled: true,
        dns_name: Some("a1.awsglobalaccelerator.com".to_owned()),
        ip_addresses: vec!["192.0.2.7".to_owned()],
        ..Default::default()
    };
    let own = resource(Region::GLOBAL, "a1", own);
    let listener = Listener {
        accelerator_arn: own.arn.clone(),
        ..Default::default()
    };
    let listener = resource(Region::GLOBAL, "tcp", listener);
    let group = |(region, dial, weight): &(&str, f64, i64)| {
        let endpoint = Endpoint {
            id: balancer(region).arn,
            weight: *weight,
            ..Default::default()
        };
        let group = EndpointGroup {
            listener_arn: listener.arn.clone(),
            endpoint_region: (*region).to_owned(),
            traffic_dial_percentage: *dial,
            endpoints: vec![endpoint],
            ..Default::default()
        };
        resource(Region::GLOBAL, region, group)
    };
    let groups: Vec<Resource> = groups.iter().map(group).collect();
    [own, listener].into_iter().chain(groups).collect()
}

fn through_accelerator(groups: &[(&str, f64, i64)], unread: &[Kind]) -> Inventory {
    let mut resources = accelerator(groups);
    let target = "a1.awsglobalaccelerator.com";
    resources.push(alias("api.example.com", "", target, "ZGA"));
    resources.push(balancer(WEST));
    resources.push(balancer(CENTRAL));
    inventory(resources, unread)
}

#[test]
fn a_dial_at_nothing_waits_and_a_weight_of_nothing_is_out() {
    let inventory = through_accelerator(&[(WEST, 100.0, 128), (CENTRAL, 0.0, 128)], &[]);
    let entries = Estate::new(&inventory).entry_points();
    assert_eq!(entries[0].regions, [Region::from(CENTRAL), WEST.into()]);
    assert!(!entries[0].all_serve);

    let inventory = through_accelerator(&[(WEST, 100.0, 128), (CENTRAL, 100.0, 0)], &[]);
    let estate = Estate::new(&inventory);
    assert_eq!(estate.entry_points()[0].regions, [Region::from(WEST)]);
    let reached = estate
        .of_kind(Kind::ElbLoadBalancer)
        .filter(|at| estate.names_to(*at).count() > 0);
    let reached: Vec<&str> = reached
        .map(|at| estate.resource(at).region.as_str())
        .collect();
    assert_eq!(reached, [WEST]);
}

#[test]
fn an_address_of_an_accelerator_leads_there_and_hidden_groups_leave_it_open() {
    let groups = [(WEST, 100.0, 128), (CENTRAL, 50.0, 1)];
    let inventory = through_accelerator(&groups, &[]);
    let estate = Estate::new(&inventory);
    let address = estate.leaf("192.0.2.7", false).0;
    assert_eq!(address.kind, LeafKind::Accelerator);
    let entry = &estate.entry_points()[0];
    assert!(entry.all_serve && entry.gaps.is_empty());
    let kind = Kind::GlobalAcceleratorEndpointGroup;
    let inventory = through_accelerator(&groups, &[kind]);
    assert_eq!(Estate::new(&inventory).entry_points()[0].gaps.len(), 1);
}

#[test]
fn access_points_and_buckets_behind_a_distribution_have_regions() {
    let point = s3::MultiRegionAccessPoint {
        alias: "m1.mrap".to_owned(),
        routes: [(WEST, 100), (CENTRAL, 0)]
            .map(|(region, traffic_dial)| AccessPointRoute {
                bucket: format!("media-{region}"),
                region: region.to_owned(),
                traffic_dial,
            })
            .into(),
        ..Default::default()
    };
    let host = "m1.mrap.accesspoint.s3-global.amazonaws.com";
    let old = "images.s3.amazonaws.com";
    let theirs = "theirs.s3.amazonaws.com";
    let paths = &[("/m/*", host), ("/i/*", old), ("*", theirs)];
    let resources = vec![
        door(),
        distribution(&[host, old, theirs], &[], paths),
        resource(Region::GLOBAL, "m1", point),
        resource(CENTRAL, "images", s3::Bucket::default()),
    ];
    let inventory = inventory(resources, &[]);
    let estate = Estate::new(&inventory);
    let entry = &estate.entry_points()[0];
    assert_eq!(entry.regions, [Region::from(CENTRAL), WEST.into()]);
    // Nobody here knows where the bucket of another account is.
    assert_eq!(entry.gaps.len(), 1);
    assert_eq!(entry.gaps[0].operation, "AWS::S3::Bucket");
}
