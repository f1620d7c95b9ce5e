//! Witnesses that nobody here wrote: what moto and MiniStack can hold of the sample estate, built
//! there through boto3, gives the same findings as the lab's.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::binary::Mrlint;
use crate::support::server::{Server, scratch, shared_lab};

/// Declared, because neither emulator is given the load balancers that names lead to.
const REGIONS: &str = "eu-central-1,eu-west-1,us-east-1";

/// Rules about things that every server names by an id of its own.
const NAMED_BY_ID: [&str; 4] = [
    "NET-PEER-001",
    "ROUTE-R53-004",
    "ROUTE-R53-006",
    "ROUTE-R53-007",
];

/// Rules that both emulators hold everything for.
const BOTH: [&str; 11] = [
    "DATA-S3-001",
    "DATA-S3-003",
    "DATA-S3-011",
    "NET-PEER-001",
    "ROUTE-R53-001",
    "ROUTE-R53-002",
    "ROUTE-R53-003",
    "ROUTE-R53-008",
    "ROUTE-R53-010",
    "ROUTE-R53-011",
    "ROUTE-R53-015",
];

/// Collects, and judges what was collected as if it were old enough: everything in an emulator was
/// made a moment ago, and what is that young is left alone.
fn judged(server: &Server) -> Value {
    let file = scratch("witness.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    // These servers answer one call after the other, however long that takes.
    let patient = ["--timeout", "600"];
    let args = [&["collect", "--regions", REGIONS, "-o", name], &patient[..]].concat();
    let collected = Mrlint::new(args).against(server).run();
    assert_eq!(collected.code, Some(0), "{}", collected.stderr);
    let text = fs::read_to_string(&file).expect("the inventory");
    fs::write(&file, without_ages(&text)).expect("the older inventory");
    let checked = Mrlint::new(["check", name, "--active", REGIONS, "-f", "json"]).run();
    serde_json::from_str(&checked.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", checked.stderr))
}

fn without_ages(inventory: &str) -> String {
    let older = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        if let Some(created) = line.pointer_mut("/resource/properties/created") {
            *created = Value::Null;
        }
        line.to_string()
    };
    inventory.lines().map(older).collect::<Vec<_>>().join("\n")
}

/// Rule, Region and name of the findings of some rules. The emulators have an account of their own.
fn findings(report: &Value, rules: &[&str]) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().expect("findings").iter();
    let lines = found.map(|it| {
        let (rule, resource) = (text(&it["rule"]), &it["resource"]);
        let name = if NAMED_BY_ID.contains(&rule.as_str()) {
            ""
        } else {
            &text(&resource["name"])
        };
        (
            rule.clone(),
            format!("{rule} {} {name}", text(&resource["region"])),
        )
    });
    lines
        .filter(|(rule, _)| rules.contains(&rule.as_str()))
        .map(|(_, line)| line)
        .collect()
}

fn assert_same(witness: &Value, rules: &[&str]) {
    let lab = findings(&judged(shared_lab(&["demo"])), rules);
    assert!(
        rules
            .iter()
            .all(|rule| lab.iter().any(|line| line.starts_with(rule))),
        "{lab:#?}"
    );
    assert_eq!(findings(witness, rules), lab);
}

/// moto knows no global tables and forgets replica modifications and filters of S3 rules.
#[test]
fn moto_agrees() {
    let moto = Server::moto();
    moto.fill("demo");
    let more = [
        "ROUTE-R53-004",
        "ROUTE-R53-006",
        "ROUTE-R53-007",
        "ROUTE-R53-016",
    ];
    assert_same(&judged(&moto), &[&BOTH[..], &more].concat());
}

/// MiniStack forgets what health checks are told, recovery settings of replicas, and tags of zones.
#[test]
fn ministack_agrees() {
    let ministack = Server::ministack();
    ministack.fill("demo");
    let more = ["DATA-DDB-001", "DATA-DDB-002", "DATA-S3-004"];
    assert_same(&judged(&ministack), &[&BOTH[..], &more].concat());
}

/// What moto answers with an error of its own, or not whole; of scalable targets, the two newest services alone.
const UNSERVED: [&str; 10] = [
    "account:ListRegions",
    "application-autoscaling:DescribeScalableTargets",
    "arc-region-switch:ListPlans",
    // It lists distributions without their origins, which is a gap of its own.
    "cloudfront:ListDistributions",
    "ec2:SearchTransitGatewayRoutes", // it stumbles over a page size
    "elasticache:DescribeGlobalReplicationGroups",
    "elasticache:DescribeServerlessCaches",
    "rds:DescribeDBClusterAutomatedBackups",
    "globalaccelerator:ListAccelerators",
    "s3control:ListMultiRegionAccessPoints",
];

/// Everything else that moto serves is read from it too, and linked.
#[test]
fn moto_serves_the_other_collectors() {
    let moto = Server::moto();
    moto.emulate();
    let file = scratch("moto.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let ran = Mrlint::new(["collect", "--regions", "eu-west-1", "-o", name])
        .against(&moto)
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = fs::read_to_string(&file).expect("the inventory");
    assert!(!text.contains("hunter2"), "the inventory holds a secret");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let gaps: Vec<&Value> = lines
        .iter()
        .filter(|line| line["gap"].is_object())
        .collect();
    let unserved =
        |gap: &&&Value| !UNSERVED.contains(&gap["gap"]["operation"].as_str().unwrap_or_default());
    let more: Vec<&&Value> = gaps.iter().filter(unserved).collect();
    assert!(more.is_empty(), "{more:#?}");
    let one = |kind: &str, name: &str| {
        let found = lines.iter().map(|line| &line["resource"]);
        let mut found =
            found.filter(|it| it["kind"] == kind && (name.is_empty() || it["name"] == name));
        found.next().unwrap_or_else(|| panic!("no {kind} {name}"))["properties"].clone()
    };
    assert_eq!(
        one("AWS::RDS::DBCluster", "ledger")["members"][0]["instance_id"],
        "ledger-1"
    );
    assert_eq!(
        one("AWS::RDS::DBCluster", "ledger")["parameters"],
        serde_json::json!([{"name": "time_zone", "value": "UTC"}])
    );
    assert_eq!(
        one("AWS::RDS::DBInstance", "ledger-1")["cluster_id"],
        "ledger"
    );
    let cache = one("AWS::ElastiCache::ReplicationGroup", "sessions");
    assert_eq!(cache["shards"][1]["nodes"], 2, "{cache}");
    assert_eq!(cache["multi_az"], "enabled");
    assert_eq!(cache["snapshot_retention_days"], 3);
    let global = one("AWS::RDS::GlobalCluster", "ledger-global");
    assert_eq!(global["members"][0]["region"], "eu-west-1");
    assert_eq!(
        one("AWS::ElasticLoadBalancingV2::LoadBalancer", "web")["balancer_type"],
        "application"
    );
    assert_eq!(one("AWS::ElasticLoadBalancingV2::Listener", "")["port"], 80);
    let target = &one("AWS::ElasticLoadBalancingV2::TargetGroup", "web")["targets"][0];
    assert!(
        target["id"].as_str().is_some_and(|id| id.starts_with("i-")),
        "{target}"
    );
    assert_eq!(
        one("AWS::AutoScaling::AutoScalingGroup", "web")["max_size"],
        4
    );
    assert_eq!(one("AWS::EC2::Instance", "")["state"], "running");
    assert_eq!(one("AWS::EC2::TransitGateway", "")["state"], "available");
    what_instances_are_made_of(&one);
    ways(&one);
    let distribution = one("AWS::CloudFront::Distribution", "");
    let host = distribution["domain_name"].as_str().unwrap_or_default();
    assert!(host.ends_with(".cloudfront.net"), "{distribution}");
    let mut resources = lines.iter().map(|line| &line["resource"]);
    let listed = resources.find(|it| it["kind"] == "AWS::CloudFront::Distribution");
    let origins = listed.map(|it| &it["unread"]["origins"]);
    assert!(origins.is_some_and(Value::is_object), "{listed:?}");
    let function = one("AWS::Lambda::Function", "checkout");
    assert_eq!(function["references"][0]["region"], "us-east-1");
    assert_eq!(
        function["environment_keys"],
        serde_json::json!(["PASSWORD", "QUEUE"])
    );
    let mapping = one("AWS::Lambda::EventSourceMapping", "checkout from jobs");
    assert_eq!(mapping["source_service"], "sqs");
    assert_eq!(one("AWS::ECS::Cluster", "shop")["status"], "ACTIVE");
    let service = one("AWS::ECS::Service", "web");
    assert_eq!(service["desired"], 2);
    let task = one("AWS::ECS::TaskDefinition", "web");
    assert_eq!(service["task_definition"], task_arn(&lines));
    assert_eq!(task["references"][0]["region"], "us-east-1");
    let scaled = one(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "service/shop/web DesiredCount",
    );
    assert_eq!(scaled["max"], 8);
}

/// The ARN of the only task definition.
fn task_arn(lines: &[Value]) -> Value {
    let found = lines.iter().map(|line| &line["resource"]);
    let mut found = found.filter(|it| it["kind"] == "AWS::ECS::TaskDefinition");
    found.next().expect("a task definition")["arn"].clone()
}

fn what_instances_are_made_of(one: &dyn Fn(&str, &str) -> Value) {
    let group = one("AWS::AutoScaling::AutoScalingGroup", "web");
    let template = one("AWS::EC2::LaunchTemplate", "web");
    assert_eq!(group["launch_template"], template["template_id"]);
    assert_eq!(group["launch_template_version"], "$Latest");
    let version = &template["versions"][0];
    assert_eq!(version["user_data"], "searched");
    assert_eq!(version["references"][0]["region"], "us-east-1");
    let image = one("AWS::EC2::Image", "web-2026-11");
    assert_eq!(image["image_id"], version["image_id"]);
    let volume = one("AWS::EC2::Volume", "");
    assert!(
        volume["attachments"][0]["instance_id"].is_string(),
        "{volume}"
    );
}

fn ways(one: &dyn Fn(&str, &str) -> Value) {
    let attachment = one("AWS::EC2::TransitGatewayVpcAttachment", "");
    let gateway = one("AWS::EC2::TransitGateway", "");
    assert_eq!(attachment["gateway_id"], gateway["gateway_id"]);
    let table = one("AWS::EC2::TransitGatewayRouteTable", "");
    assert_eq!(table["gateway_id"], gateway["gateway_id"]);
    assert_eq!(one("AWS::EC2::VPCEndpoint", "")["endpoint_type"], "Gateway");
    let nat = one("AWS::EC2::NatGateway", "");
    assert_eq!(nat["availability"], "zonal");
    assert_eq!(nat["vpc_id"], attachment["vpc_id"]);
}
