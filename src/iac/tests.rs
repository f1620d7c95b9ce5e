//! Code as a whole: what is read, and what is said about a report.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::check::{Options, check};
use crate::inventory::snapshot;
use crate::rule::RuleSet;

const DEMO: &str = include_str!("../../reports/examples/estate.jsonl");

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn request(folder: &Path, states: &[&str]) -> Request {
    let state = |it: &&str| StateFile {
        path: folder.join(it),
        folder: None,
    };
    Request {
        roots: vec![folder.to_owned()],
        states: states.iter().map(state).collect(),
        ..Request::default()
    }
}

fn located(folder: &Path, states: &[&str]) -> (Report, Sources) {
    let inventory = snapshot::read(DEMO.as_bytes(), Path::new("demo")).unwrap();
    let report = check(
        &inventory,
        &RuleSet::builtin().unwrap(),
        &Options::default(),
    );
    let code = Code::read(&request(folder, states), folder).unwrap();
    let sources = code.locate(&inventory, &report);
    assert_eq!(sources, code.locate(&inventory, &report));
    (report, sources)
}

/// A state of tables whose ARNs are the sample estate's.
fn state(resources: &[(&str, &str)]) -> String {
    let one = |(address, arn): &(&str, &str)| {
        let (kind, name) = address.split_once('.').unwrap();
        format!(
            r#"{{"mode": "managed", "type": "{kind}", "name": "{name}", "instances": [{{"attributes": {{"arn": "{arn}"}}}}]}}"#
        )
    };
    let all: Vec<String> = resources.iter().map(one).collect();
    format!(r#"{{"version": 4, "resources": [{}]}}"#, all.join(", "))
}

#[test]
fn two_states_that_contradict_each_other_place_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = snapshot::read(DEMO.as_bytes(), Path::new("demo")).unwrap();
    let any = inventory
        .resources()
        .iter()
        .find(|it| it.arn.contains(":table/"))
        .unwrap();
    let one = state(&[("aws_dynamodb_table.a", &any.arn)]);
    write(
        folder.path(),
        &[
            ("one/main.tf", "resource \"aws_dynamodb_table\" \"a\" {}"),
            ("one/terraform.tfstate", &one),
            ("two/main.tf", "\nresource \"aws_dynamodb_table\" \"a\" {}"),
            ("two/terraform.tfstate", &one),
        ],
    );
    let read = |states: &[&str]| {
        let code = Code::read(&request(folder.path(), states), folder.path()).unwrap();
        match code.place(&inventory, any) {
            Choice::One(place) => place.to_string(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(read(&["one/terraform.tfstate"]), "one/main.tf:1");
    assert_eq!(read(&["two/terraform.tfstate"]), "two/main.tf:2");
    let both = read(&["one/terraform.tfstate", "two/terraform.tfstate"]);
    assert_eq!(both, "Apart([\"one/main.tf:1\", \"two/main.tf:2\"])");
    let (_, sources) = located(
        folder.path(),
        &["one/terraform.tfstate", "two/terraform.tfstate"],
    );
    let said = format!("{:?}", sources.notices);
    assert!(
        said.contains("the state of one; 1 of 1 resources"),
        "{said}"
    );
}

#[test]
fn broken_files_are_said_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let deep = "[".repeat(50_000);
    write(
        folder.path(),
        &[
            ("a.tf", "resource \"aws_vpc\" {\n"),
            (
                "b.yaml",
                "AWSTemplateFormatVersion: x\nResources:\n  A: {Type: AWS::X\n",
            ),
            (
                "c.json",
                &format!("{{\"Resources\": \"AWS::\", \"x\": {deep}"),
            ),
            ("d.tf", &format!("x = {deep}")),
            ("e.yaml", &format!("Resources: AWS::{deep}")),
            ("samconfig.toml", "x = ["),
        ],
    );
    fs::write(folder.path().join("f.tf"), b"\xff\xfe").unwrap();
    let code = Code::read(&request(folder.path(), &[]), folder.path()).unwrap();
    let said: Vec<String> = code.notices.iter().map(|it| it.place.to_string()).collect();
    let files: Vec<&str> = said
        .iter()
        .map(|it| it.split(':').next().unwrap())
        .collect();
    assert_eq!(
        files,
        ["a.tf", "b.yaml", "d.tf", "f.tf", "samconfig.toml"],
        "{:?}",
        code.notices
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        head in prop::sample::select(vec!["", "{\"version\": 4, \"resources\": [{\"mode\": ", "Resources: AWS::\n", "resource \"a\" \"b\" {"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = [head.as_bytes(), &bytes].concat();
        let names = ["a.tf", "a.tf.json", "a.yaml", "a.json", "samconfig.toml", "manifest.json"];
        for name in names.into_iter().chain(["cdk.json", "a.tfstate"]) {
            fs::write(folder.path().join(name), &bytes).unwrap();
        }
        let mut request = request(folder.path(), &[]);
        prop_assert!(Code::read(&request, folder.path()).is_ok());
        request.states.push(StateFile { path: folder.path().join("a.tfstate"), folder: None });
        let _ = Code::read(&request, folder.path());
        request.assemblies.push(folder.path().to_owned());
        let _ = Code::read(&request, folder.path());
    }
}

/// A file of one long line takes no longer than one of many.
#[test]
fn one_long_line_is_read_in_one_go() {
    let one = |at: usize| format!("\"A{at}\": {{\"Type\": \"AWS::SQS::Queue\"}}");
    let all: Vec<String> = (0..50_000).map(one).collect();
    let text = format!("{{\"Resources\": {{{}}}}}", all.join(","));
    let node = tree::json(&text, &"x".into()).unwrap();
    let last = node.get("Resources").unwrap().entries().last().unwrap();
    let before = text.find("\"A49999\"").unwrap();
    assert_eq!(last.spot.column, before as u64 + 1);
}

#[test]
fn what_the_user_names_has_to_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    write(
        top,
        &[
            ("x.json", "{}"),
            ("s.tfstate", "{\"version\": 4}"),
            ("main.tf", ""),
        ],
    );
    let said = |request: &Request| Code::read(request, top).unwrap_err().to_string();
    let root = Request {
        roots: vec![top.join("x.json")],
        ..Request::default()
    };
    assert!(said(&root).contains("is no folder"), "{}", said(&root));
    assert!(said(&request(top, &["x.json"])).contains("no state"));
    assert!(said(&request(top, &["gone"])).contains("gone"));
    let mut elsewhere = request(top, &["s.tfstate"]);
    elsewhere.states[0].folder = Some(Path::new("/").to_owned());
    assert!(said(&elsewhere).contains("holds no Terraform code"));
    let mut stacks = request(top, &[]);
    stacks.stacks.push(NamedStack {
        stack: globset::Glob::new("x").unwrap().compile_matcher(),
        template: top.join("x.json"),
    });
    assert!(said(&stacks).contains("no template"), "{}", said(&stacks));
}

/// A block that makes a copy owns that copy, and nothing else.
#[test]
fn an_original_does_not_stand_where_its_copy_does() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = snapshot::read(DEMO.as_bytes(), Path::new("demo")).unwrap();
    let table = |it: &&Resource| it.kind() == Kind::DynamoDbTable && !originals(it).is_empty();
    let table = inventory.resources().iter().find(table).unwrap();
    let (_, copy) = originals(table).remove(0);
    write(
        folder.path(),
        &[
            (
                "main.tf",
                "resource \"aws_dynamodb_table_replica\" \"a\" {}",
            ),
            (
                "terraform.tfstate",
                &state(&[("aws_dynamodb_table_replica.a", &copy)]),
            ),
        ],
    );
    let code = Code::read(
        &request(folder.path(), &["terraform.tfstate"]),
        folder.path(),
    )
    .unwrap();
    assert_eq!(code.place(&inventory, table), Choice::None);
}

#[test]
fn a_replica_stands_where_its_original_does() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = snapshot::read(DEMO.as_bytes(), Path::new("demo")).unwrap();
    let replicated = |it: &&Resource| !originals(it).is_empty();
    let replica = inventory.resources().iter().find(replicated).unwrap();
    let (region, arn) = originals(replica).remove(0);
    assert_ne!(region, replica.region);
    let kind = if arn.contains(":table/") {
        "aws_dynamodb_table"
    } else {
        "aws_secretsmanager_secret"
    };
    write(
        folder.path(),
        &[
            ("main.tf", &format!("resource \"{kind}\" \"a\" {{}}")),
            ("terraform.tfstate", &state(&[(&format!("{kind}.a"), &arn)])),
        ],
    );
    let code = Code::read(
        &request(folder.path(), &["terraform.tfstate"]),
        folder.path(),
    )
    .unwrap();
    match code.place(&inventory, replica) {
        Choice::One(place) => {
            assert_eq!(place.to_string(), "main.tf:1");
            assert!(place.how.starts_with("a copy of"), "{}", place.how);
        }
        other => panic!("{other:?} for {}", replica.arn),
    }
}
