//! Assemblies as `cdk synth` of aws-cdk-lib 2.2xx writes them, cut to what matters.

use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::iac::candidate::{Choice, choose};
use crate::inventory::Region;
use crate::inventory::kinds::sqs::Queue;

const APP: &str = "new OrdersStack(app, 'Eu');\nnew OrdersStack(app, 'Us');\n";
const STACK: &str = "\
class Queues extends NestedStack {
    new sqs.Queue(this, 'Intake');
}
    new dynamodb.Table(this, 'Orders');
    new Queues(this, 'One');
    new Queues(this, 'Two');
";

/// `$R` stands for the folder of the repository.
fn metadata(stack: &str, app_line: u32) -> String {
    let nested = |name: &str, line: u32, id: &str| {
        format!(
            r#""/{stack}/{name}": [{{"type": "aws:cdk:creationStack", "data": []}}],
"/{stack}/{name}.NestedStack/{name}.NestedStackResource": [
  {{"type": "aws:cdk:logicalId", "data": "{name}Stack"}},
  {{"type": "aws:cdk:creationStack", "data": ["new Queues ($R/lib/stack.ts:{line}:5)"]}}],
"/{stack}/{name}/Intake/Resource": [
  {{"type": "aws:cdk:logicalId", "data": "Intake{id}"}},
  {{"type": "aws:cdk:creationStack", "data": ["...new Queue2 in aws-cdk-lib...", "new Queues ($R/lib/stack.ts:2:5)",
    "new OrdersStack ($R/lib/stack.ts:{line}:5)"]}}]"#
        )
    };
    format!(
        r#"{{"/{stack}/Orders/Resource": [
  {{"type": "aws:cdk:logicalId", "data": "OrdersA9B65338"}},
  {{"type": "aws:cdk:creationStack", "data": ["...new Table2 in aws-cdk-lib...", "new Table ($R/node_modules/x/index.js:1:1)",
    "new OrdersStack ($R/lib/stack.ts:4:5)", "<anonymous> ($R/bin/app.ts:{app_line}:1)"]}}],
{}, {},
"/{stack}/Old/Resource": [{{"type": "aws:cdk:logicalId", "data": "Old", "trace": ["new Old ($R/lib/stack.ts:4:5)"]}}],
"/{stack}/Lost/Resource": [{{"type": "aws:cdk:logicalId", "data": "Lost", "trace": ["(no user code in 10 frames)"]}}],
"/{stack}/Changed/Resource": [{{"type": "aws:cdk:logicalId", "data": "Changed", "trace": ["f ($R/lib/stack.ts:3:1)"]}}]}}"#,
        nested("One", 5, "0A"),
        nested("Two", 6, "0A"),
    )
}

/// The repository and its assembly.
fn world() -> (Cdk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let manifest = |name: &str, stack: &str, region: &str| {
        format!(
            r#""{name}": {{"type": "aws:cloudformation:stack", "environment": "aws://{region}",
 "properties": {{"templateFile": "x", "stackName": "{stack}"}}, "additionalMetadataFile": "{name}.metadata.json"}}"#
        )
    };
    let top = format!(
        r#"{{"version": "55.0.0", "artifacts": {{{}, {}, "Tree": {{"type": "cdk:tree"}},
 "assembly-Prod": {{"type": "cdk:cloud-assembly", "properties": {{"directoryName": "assembly-Prod"}}}},
 "evil": {{"type": "cdk:cloud-assembly", "properties": {{"directoryName": "../.."}}}}}}}}"#,
        manifest("Eu", "orders", "111111111111/eu-west-1"),
        manifest("Us", "orders", "111111111111/us-east-1"),
    );
    let stage = format!(
        r#"{{"artifacts": {{{}}}}}"#,
        manifest("Prod", "prod", "unknown-account/unknown-region")
    );
    let shown = root.display().to_string();
    for (path, text) in [
        (".git/HEAD", "x".to_owned()),
        ("bin/app.ts", APP.to_owned()),
        ("lib/stack.ts", STACK.to_owned()),
        ("node_modules/x/index.js", "new Table()".to_owned()),
        (
            "cdk.json",
            r#"{"app": "npx ts-node --prefer-ts-exts bin/app.ts"}"#.to_owned(),
        ),
        ("cdk.out/manifest.json", top),
        ("cdk.out/Eu.metadata.json", metadata("Eu", 1)),
        ("cdk.out/Us.metadata.json", metadata("Us", 2)),
        ("cdk.out/assembly-Prod/manifest.json", stage),
        (
            "cdk.out/assembly-Prod/Prod.metadata.json",
            metadata("Prod", 2),
        ),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("$R", &shown)).unwrap();
    }
    let base = Base::of(&root, None);
    let cdk = Cdk::new(&[root.join("cdk.out")], &base).unwrap();
    (cdk, folder)
}

fn queue(region: &str, stack: &str, logical: &str) -> Resource {
    let tags = [("stack-name", stack), ("logical-id", logical)];
    let tags = tags.map(|(key, value)| (format!("aws:cloudformation:{key}"), value.to_owned()));
    Resource {
        arn: "arn:aws:sqs:eu-west-1:111111111111:q".to_owned(),
        account: "111111111111".into(),
        region: Region::from(region),
        name: "q".to_owned(),
        tags: BTreeMap::from(tags),
        properties: Queue::default().into(),
        unread: BTreeMap::new(),
    }
}

fn at(cdk: &Cdk, resource: &Resource) -> String {
    match choose(&cdk.candidates(resource)) {
        Choice::None => "none".to_owned(),
        Choice::One(place) => format!("{place} {}; {}", place.confidence.text(), place.how),
        Choice::Apart(all) => all.join(" or "),
    }
}

#[test]
fn a_construct_stands_where_the_repository_makes_it() {
    let (cdk, _folder) = world();
    let orders = at(&cdk, &queue("eu-west-1", "orders", "OrdersA9B65338"));
    assert_eq!(
        orders,
        "lib/stack.ts:4 exact; /Eu/Orders/Resource of stack orders"
    );
    let orders = at(&cdk, &queue("us-east-1", "orders", "OrdersA9B65338"));
    assert_eq!(
        orders,
        "lib/stack.ts:4 exact; /Us/Orders/Resource of stack orders"
    );
    // The assembly has no stack of that name there.
    assert_eq!(
        at(&cdk, &queue("eu-central-1", "orders", "OrdersA9B65338")),
        "none"
    );
    let anywhere = at(&cdk, &queue("eu-central-1", "prod", "OrdersA9B65338"));
    assert!(anywhere.starts_with("lib/stack.ts:4 exact"), "{anywhere}");
    let old = at(&cdk, &queue("eu-west-1", "orders", "Old"));
    assert!(old.starts_with("lib/stack.ts:4 exact"), "{old}");
    assert_eq!(at(&cdk, &queue("eu-west-1", "orders", "Unheard")), "none");
    assert_eq!(at(&cdk, &queue("eu-west-1", "unheard", "Old")), "none");
}

#[test]
fn stacks_within_are_told_apart() {
    let (cdk, _folder) = world();
    let inner = at(
        &cdk,
        &queue("eu-west-1", "orders-OneStack-1ABCDEFGHIJK2", "Intake0A"),
    );
    assert_eq!(
        inner,
        "lib/stack.ts:2 exact; /Eu/One/Intake/Resource of stack orders"
    );
    let other = at(
        &cdk,
        &queue("eu-west-1", "orders-TwoStack-1ABCDEFGHIJK2", "Intake0A"),
    );
    assert_eq!(
        other,
        "lib/stack.ts:2 exact; /Eu/Two/Intake/Resource of stack orders"
    );
    // It is no resource of the stack around them.
    assert_eq!(at(&cdk, &queue("eu-west-1", "orders", "Intake0A")), "none");
    assert!(cdk.knows("orders-OneStack-1ABCDEFGHIJK2") && !cdk.knows("orders-OneStack"));
}

#[test]
fn without_a_call_in_the_repository_a_place_is_likely_at_most() {
    let (cdk, _folder) = world();
    let lost = at(&cdk, &queue("eu-west-1", "orders", "Lost"));
    assert_eq!(
        lost,
        "bin/app.ts:1 heuristic; /Eu/Lost/Resource of stack orders"
    );
    let changed = at(&cdk, &queue("eu-west-1", "orders", "Changed"));
    assert!(changed.starts_with("lib/stack.ts:3 heuristic"), "{changed}");
}

#[test]
fn what_is_no_assembly_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let base = Base::of(&folder.path().canonicalize().unwrap(), None);
    let read = || {
        Cdk::new(&[folder.path().to_owned()], &base)
            .unwrap_err()
            .to_string()
    };
    assert!(read().contains("manifest.json"), "{}", read());
    fs::write(folder.path().join("manifest.json"), "{\n\"artifacts\": 5}").unwrap();
    assert!(read().contains("manifest.json:2"), "{}", read());
}
