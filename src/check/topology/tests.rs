//! Groups, links and crossings of a small estate.

use super::*;
use crate::inventory::kinds::{dynamodb, sns, sqs};
use crate::inventory::{Header, Inventory, Properties, Resource};
use crate::workload::Workloads;

const ACCOUNT: &str = "111111111111";

fn resource(region: &str, name: &str, properties: impl Into<Properties>) -> Resource {
    let properties = properties.into();
    let word = match properties.kind() {
        Kind::DynamoDbTable => "dynamodb",
        Kind::SnsTopic => "sns",
        _ => "sqs",
    };
    Resource {
        arn: format!("arn:aws:{word}:{region}:{ACCOUNT}:{name}"),
        account: ACCOUNT.into(),
        region: region.into(),
        name: name.to_owned(),
        tags: BTreeMap::new(),
        properties,
        unread: BTreeMap::new(),
    }
}

/// A topic in the west that sends to two queues there and to one in the middle, and to one that
/// nobody read.
fn inventory() -> Inventory {
    let to = |region: &str, name: &str| sns::Subscription {
        protocol: "sqs".to_owned(),
        confirmed: true,
        endpoint: Some(format!("arn:aws:sqs:{region}:{ACCOUNT}:{name}")),
        ..Default::default()
    };
    let topic = sns::Topic {
        subscriptions: vec![
            to("eu-west-1", "a"),
            to("eu-west-1", "b"),
            to("eu-central-1", "c"),
            to("us-east-1", "gone"),
        ],
        ..Default::default()
    };
    let header = Header {
        scope: [(
            ACCOUNT.into(),
            ["eu-west-1".into(), "eu-north-1".into()].into(),
        )]
        .into(),
        ..Header::default()
    };
    let resources = vec![
        resource("eu-west-1", "topic", topic),
        resource("eu-west-1", "a", sqs::Queue::default()),
        resource("eu-west-1", "b", sqs::Queue::default()),
        resource("eu-central-1", "c", sqs::Queue::default()),
        resource("eu-west-1", "table", dynamodb::Table::default()),
    ];
    Inventory::new(header, resources, [], [])
}

fn drawn(inventory: &Inventory) -> Topology {
    let estate = Estate::new(inventory);
    let active = ["eu-west-1".into()];
    let all = Workloads::of(&estate, &[], Some(&active));
    topology(&estate, &all.workloads[0])
}

#[test]
fn resources_of_a_kind_and_region_are_one_group() {
    let inventory = inventory();
    let topology = drawn(&inventory);
    let groups: Vec<_> = topology
        .groups
        .iter()
        .map(|it| {
            (
                it.layer,
                it.region.as_ref().map(Region::as_str),
                it.own,
                it.resources,
            )
        })
        .collect();
    assert_eq!(
        groups,
        [
            (Layer::Messages, Some("eu-west-1"), true, 1),
            (Layer::Messages, Some("eu-central-1"), true, 1),
            (Layer::Messages, Some("eu-west-1"), true, 2),
            (Layer::Data, Some("eu-west-1"), true, 1),
            (Layer::Other, Some("us-east-1"), false, 1),
        ]
    );
    assert_eq!(topology.groups[2].names, ["a", "b"]);
    assert_eq!(topology.groups[4].kind, None);
}

#[test]
fn links_count_edges_between_groups_and_crossings_those_that_leave_a_region() {
    let inventory = inventory();
    let topology = drawn(&inventory);
    let links: Vec<_> = topology
        .links
        .iter()
        .map(|it| (it.from, it.to, it.relation, it.edges))
        .collect();
    assert_eq!(
        links,
        [
            (0, 1, "delivers", 1),
            (0, 2, "delivers", 2),
            (0, 4, "delivers", 1)
        ]
    );
    let crossing = |to: &str| Crossing {
        from: "eu-west-1".into(),
        to: to.into(),
        relation: "delivers",
        edges: 1,
    };
    assert_eq!(
        topology.crossings,
        [crossing("eu-central-1"), crossing("us-east-1")]
    );
}

#[test]
fn the_map_has_what_was_asked_what_holds_something_and_what_is_led_to() {
    let inventory = inventory();
    let map = map(&Estate::new(&inventory));
    let regions: Vec<_> = map
        .regions
        .iter()
        .map(|it| (it.region.as_str(), it.resources, it.asked))
        .collect();
    assert_eq!(
        regions,
        [
            ("eu-central-1", 1, false),
            ("eu-north-1", 0, true),
            ("eu-west-1", 4, true),
            ("us-east-1", 0, false),
        ]
    );
    assert_eq!(map.regions[2].place.as_ref().unwrap().name, "Dublin");
    assert_eq!(map.crossings.len(), 2);
}
