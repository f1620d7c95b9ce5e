//! Small estates for tests, and the tests of the estate.

mod doors;

use std::collections::BTreeMap;

use super::Estate;
use super::lookups::Found;
use super::names::LeafKind;
use super::replicas::GlobalOf;
use crate::inventory::kinds::{dynamodb, elbv2, lambda, rds, route53};
use crate::inventory::{Header, Inventory, Kind, Properties, Reading, Region, Resource};

mod recovery;
mod services;

const ACCOUNT: &str = "111111111111";
const WEST: &str = "eu-west-1";
const CENTRAL: &str = "eu-central-1";

fn resource(region: &str, name: &str, properties: impl Into<Properties>) -> Resource {
    let properties = properties.into();
    Resource {
        arn: format!("arn:aws:x:{region}:{ACCOUNT}:{}/{name}", properties.kind()),
        account: ACCOUNT.into(),
        region: region.into(),
        name: name.to_owned(),
        tags: BTreeMap::new(),
        properties,
        unread: BTreeMap::new(),
    }
}

/// Everything was read in two Regions, but for what `unread` names.
fn inventory(resources: Vec<Resource>, unread: &[Kind]) -> Inventory {
    let regions = [WEST, CENTRAL, Region::GLOBAL];
    let header = Header {
        scope: [(ACCOUNT.into(), [WEST.into(), CENTRAL.into()].into())].into(),
        ..Header::default()
    };
    let kinds = || {
        Kind::ALL
            .iter()
            .copied()
            .filter(|kind| !unread.contains(kind))
            .collect()
    };
    let readings = regions.map(|region| Reading {
        account: ACCOUNT.into(),
        region: region.into(),
        kinds: kinds(),
        word: None,
    });
    Inventory::new(header, resources, [], readings)
}

fn table(region: &str, name: &str, replicas: &[(&str, &str)]) -> Resource {
    let replicas = replicas.iter().map(|(region, status)| dynamodb::Replica {
        region: (*region).to_owned(),
        status: (*status).to_owned(),
        ..Default::default()
    });
    resource(
        region,
        name,
        dynamodb::Table {
            replicas: replicas.collect(),
            ..Default::default()
        },
    )
}

fn record(name: &str, id: &str, kind: &str) -> (Resource, route53::RecordSet) {
    let record = route53::RecordSet {
        zone_id: "Z1".to_owned(),
        record_type: kind.to_owned(),
        ..Default::default()
    };
    let mut resource = resource(Region::GLOBAL, name, record.clone());
    resource.arn = format!("arn:aws:route53:::recordset/Z1/{name}/{kind}/{id}");
    (resource, record)
}

fn alias(name: &str, id: &str, target: &str, zone: &str) -> Resource {
    let (mut resource, record) = record(name, id, "A");
    let alias = route53::Alias {
        zone_id: zone.to_owned(),
        dns_name: target.to_owned(),
        evaluate_target_health: true,
    };
    resource.properties = route53::RecordSet {
        alias: Some(alias),
        ..record
    }
    .into();
    resource
}

fn cname(name: &str, target: &str) -> Resource {
    let (mut resource, record) = record(name, "", "CNAME");
    resource.properties = route53::RecordSet {
        values: vec![target.to_owned()],
        ..record
    }
    .into();
    resource
}

fn balancer(region: &str) -> Resource {
    let host = format!("api-1.{region}.elb.amazonaws.com");
    resource(
        region,
        "api",
        elbv2::LoadBalancer {
            dns_name: Some(host),
            ..Default::default()
        },
    )
}

#[test]
fn replicas_pair_and_answers_are_united() {
    let tables = vec![
        table(WEST, "orders", &[(CENTRAL, "ACTIVE")]),
        table(CENTRAL, "orders", &[]),
    ];
    let inventory = inventory(tables, &[]);
    let estate = Estate::new(&inventory);
    assert_eq!(estate.pairing_percent(0), 100);
    for at in [0, 1] {
        assert_eq!(
            estate.table_regions(at).0,
            [Region::from(CENTRAL), WEST.into()]
        );
        assert_eq!(estate.twins(at).others, [1 - at]);
        assert_eq!(estate.twins(at).gaps, []);
    }
}

#[test]
fn same_names_without_replication_pair_by_name_only() {
    let tables = vec![
        table(WEST, "orders-euw1", &[]),
        table(CENTRAL, "orders-euc1", &[]),
    ];
    let inventory = inventory(tables, &[]);
    let estate = Estate::new(&inventory);
    assert_eq!(estate.pairing_percent(0), 75);
    assert_eq!(estate.table_regions(0).0.len(), 1);
}

#[test]
fn two_candidates_in_a_region_pair_with_nobody() {
    let tables = vec![
        table(WEST, "orders-euw1", &[]),
        table(WEST, "orders", &[]),
        table(CENTRAL, "orders", &[]),
    ];
    let inventory = inventory(tables, &[]);
    assert_eq!(Estate::new(&inventory).twin_sets(), []);
}

#[test]
fn environments_stay_apart() {
    let mut tables = vec![table(WEST, "orders", &[]), table(CENTRAL, "orders", &[])];
    tables[0].tags.insert("env".to_owned(), "prod".to_owned());
    tables[1].tags.insert("env".to_owned(), "test".to_owned());
    let inventory = inventory(tables, &[]);
    assert_eq!(Estate::new(&inventory).twin_sets(), []);
}

#[test]
fn twins_say_what_hides_them() {
    let inventory = inventory(vec![table(WEST, "orders", &[])], &[Kind::DynamoDbTable]);
    let gaps = Estate::new(&inventory).twins(0).gaps;
    assert_eq!(gaps.len(), 1);
    assert_eq!(&*gaps[0].region, CENTRAL);
}

#[test]
fn a_name_leads_through_nested_records_to_both_regions() {
    let resources = || {
        vec![
            alias("api.example.com", "", "pool.example.com", "Z1"),
            alias(
                "pool.example.com",
                "a",
                "dualstack.api-1.eu-west-1.elb.amazonaws.com",
                "ZELB",
            ),
            alias(
                "pool.example.com",
                "b",
                "api-1.eu-central-1.elb.amazonaws.com.",
                "ZELB",
            ),
            balancer(WEST),
            balancer(CENTRAL),
        ]
    };
    let first = inventory(resources(), &[]);
    let estate = Estate::new(&first);
    let entries = estate.entry_points();
    assert_eq!(
        entries.len(),
        1,
        "what is only a target is no entry: {entries:?}"
    );
    assert_eq!(entries[0].name, "api.example.com");
    assert_eq!(entries[0].regions, [Region::from(CENTRAL), WEST.into()]);
    assert!(entries[0].gaps.is_empty() && entries[0].all_serve);
    let mut shuffled = resources();
    shuffled.reverse();
    let second = inventory(shuffled, &[]);
    assert_eq!(Estate::new(&second).entry_points(), entries);
}

#[test]
fn front_doors_and_unread_zones_leave_the_regions_open() {
    let doors = vec![
        alias(
            "www.example.com",
            "",
            "d111.cloudfront.net",
            "Z2FDTNDATAQYW2",
        ),
        cname("shop.example.com", "elsewhere.example.org"),
    ];
    let read = inventory(doors.clone(), &[]);
    let estate = Estate::new(&read);
    let door = estate.resolve(&[0, 1]);
    assert_eq!(door.gaps.len(), 1);
    assert_eq!(door.gaps[0].operation, "AWS::CloudFront::Distribution");
    assert!(
        door.leaves
            .iter()
            .any(|leaf| leaf.kind == LeafKind::Outside)
    );
    let unread = inventory(doors, &[Kind::Route53HostedZone]);
    assert_eq!(Estate::new(&unread).resolve(&[0, 1]).gaps.len(), 2);
}

#[test]
fn cycles_and_deep_chains_end() {
    let mut resources = vec![
        alias("a.example.com", "", "b.example.com", "Z1"),
        alias("b.example.com", "", "a.example.com", "Z1"),
        alias("", "", "", "Z1"),
    ];
    let host = |at: usize| format!("n{at}.example.com");
    resources.extend((0..1000).map(|at| alias(&host(at), "", &host(at + 1), "Z1")));
    resources.push(alias(
        &host(1000),
        "",
        "api-1.eu-west-1.elb.amazonaws.com",
        "ZELB",
    ));
    let inventory = inventory(resources, &[]);
    let estate = Estate::new(&inventory);
    let entries = estate.entry_points();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].regions, [Region::from(WEST)]);
}

#[test]
fn a_global_cluster_is_found_or_unknown() {
    let cluster = resource(WEST, "orders", rds::DbCluster::default());
    let member = rds::GlobalMember {
        cluster_arn: cluster.arn.clone(),
        ..Default::default()
    };
    let global = rds::GlobalCluster {
        members: vec![member],
        ..Default::default()
    };
    let global = resource(Region::GLOBAL, "orders", global);
    let both = inventory(vec![cluster.clone(), global], &[]);
    assert_eq!(Estate::new(&both).global_cluster(0), GlobalOf::Cluster(1));
    let alone = inventory(vec![cluster.clone()], &[]);
    assert_eq!(Estate::new(&alone).global_cluster(0), GlobalOf::None);
    let hidden = inventory(vec![cluster], &[Kind::RdsGlobalCluster]);
    assert!(
        matches!(Estate::new(&hidden).global_cluster(0), GlobalOf::Unknown(gaps) if gaps.len() == 1)
    );
}

#[test]
fn gaps_keep_their_numbers() {
    let inventory = inventory(vec![resource(WEST, "f", lambda::Function::default())], &[]);
    let estate = Estate::new(&inventory);
    let key = crate::inventory::gap::GapKey {
        account: ACCOUNT.into(),
        region: WEST.into(),
        operation: "x:Y".to_owned(),
        cause: crate::inventory::Cause::Denied,
    };
    let number = estate.gap_index(&key);
    assert_eq!(estate.gap_index(&key), number);
    assert_eq!(estate.gap(number), key);
}

#[test]
fn checks_probe_names_and_cycles_of_children_end() {
    let check = |id: &str, child: &str, fqdn: Option<&str>| {
        let check = route53::HealthCheck {
            health_check_id: id.to_owned(),
            children: vec![child.to_owned()],
            fqdn: fqdn.map(str::to_owned),
            ..Default::default()
        };
        resource(Region::GLOBAL, id, check)
    };
    let target = "api-1.eu-west-1.elb.amazonaws.com";
    let resources = vec![
        check("c1", "c2", None),
        check("c2", "c1", Some("api.example.com")),
        check("c3", "", Some("api-1.eu-central-1.elb.amazonaws.com")),
        alias("api.example.com", "", target, "ZELB"),
    ];
    let inventory = inventory(resources, &[Kind::S3Bucket]);
    let estate = Estate::new(&inventory);
    let probed = estate.probed("c1");
    assert_eq!(probed.regions(), [Region::from(WEST)]);
    assert!(probed.gaps.is_empty());
    assert_eq!(estate.probed("c3").regions(), [Region::from(CENTRAL)]);
    assert_eq!(estate.health_check("c9"), Found::Absent);
    assert!(matches!(estate.bucket("b"), Found::Unknown(gaps) if gaps.len() == 2));
}
