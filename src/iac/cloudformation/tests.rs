//! Stacks and templates: which line a resource with CloudFormation's tags has.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::*;
use crate::iac::candidate::{Choice, choose};
use crate::iac::tree;
use crate::inventory::kinds::{ec2, lambda, sqs};
use crate::inventory::{Properties, Region};

const SHOP: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  # the queue that takes orders in
  Intake:
    Type: AWS::SQS::Queue
    Condition: IsProd
    Properties:
      QueueName: !Sub "${Stage}-intake"
  Mailer:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Orders:
          Type: SQS
          Properties: {Queue: !GetAtt Intake.Arn}
        Web: {Type: HttpApi}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
  Payments:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./payments.json}
  Far:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: https://s3.amazonaws.com/b/k}
  Fn::ForEach::Queues: [Name, [a, b], {"Q${Name}": {Type: AWS::SQS::Queue}}]
"#;

const PAYMENTS: &str = "{\"Resources\": {\n  \"Ledger\": {\"Type\": \"AWS::SQS::Queue\"}\n}}";

struct World {
    folder: tempfile::TempDir,
    templates: Vec<Template>,
}

fn world(files: &[(&str, &str)]) -> World {
    let folder = tempfile::tempdir().unwrap();
    let mut templates = Vec::new();
    for (name, text) in files {
        let path = folder.path().canonicalize().unwrap().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let shown = (*name).into();
        let root = if text.starts_with('{') {
            tree::json(text, &shown)
        } else {
            tree::yaml(text, &shown)
        };
        templates.extend(Template::of(&path, &root.unwrap()));
    }
    World { folder, templates }
}

impl World {
    fn named(self, named: &[(&str, &str)], deployed: &[(&str, &str)]) -> CloudFormation {
        let at = |file: &str| self.folder.path().canonicalize().unwrap().join(file);
        let named = named.iter().map(|(stack, file)| {
            (
                globset::Glob::new(stack).unwrap().compile_matcher(),
                at(file),
            )
        });
        let deployed = deployed
            .iter()
            .map(|(stack, file)| ((*stack).to_owned(), vec![at(file)]));
        let (named, deployed) = (named.collect(), deployed.collect());
        let made = CloudFormation::new(self.templates, named, deployed);
        // Stacks within are looked up by their path on disk.
        let _ = self.folder.keep();
        made
    }
}

fn resource(stack: Option<(&str, &str)>, name: &str, properties: Properties) -> Resource {
    let tags = stack.map(|(stack, logical)| {
        BTreeMap::from([
            ("aws:cloudformation:stack-name".to_owned(), stack.to_owned()),
            (
                "aws:cloudformation:logical-id".to_owned(),
                logical.to_owned(),
            ),
        ])
    });
    Resource {
        arn: format!("arn:aws:sqs:eu-west-1:111111111111:{name}"),
        account: "111111111111".into(),
        region: Region::from("eu-west-1"),
        name: name.to_owned(),
        tags: tags.unwrap_or_default(),
        properties,
        unread: BTreeMap::new(),
    }
}

fn queue(stack: &str, logical: &str) -> Resource {
    resource(Some((stack, logical)), "q", sqs::Queue::default().into())
}

fn at(code: &CloudFormation, resource: &Resource) -> String {
    match choose(&code.candidates(resource)) {
        Choice::None => "none".to_owned(),
        Choice::One(place) => format!("{place} {}", place.confidence.text()),
        Choice::Apart(all) => all.join(" or "),
    }
}

#[test]
fn the_file_with_the_stack_s_name_is_its_template() {
    let code = world(&[("shop.yaml", SHOP), ("payments.json", PAYMENTS)]).named(&[], &[]);
    assert_eq!(at(&code, &queue("shop", "Intake")), "shop.yaml:9 exact");
    assert_eq!(at(&code, &queue("shop", "Nothing")), "none");
    // The logical id is another type's.
    assert_eq!(at(&code, &queue("shop", "Mailer")), "none");
    let function = resource(
        Some(("shop", "Mailer")),
        "f",
        lambda::Function::default().into(),
    );
    assert_eq!(at(&code, &function), "shop.yaml:14 exact");
    let mapping = lambda::EventSourceMapping::default();
    let mapping = resource(Some(("shop", "MailerOrders")), "m", mapping.into());
    assert_eq!(at(&code, &mapping), "shop.yaml:18 exact");
    let instance = resource(
        Some(("shop", "Group")),
        "i",
        ec2::Instance::default().into(),
    );
    assert_eq!(
        at(&code, &instance),
        "shop.yaml:22 exact",
        "it brought the instance"
    );
}

#[test]
fn a_stack_within_follows_from_the_one_around_it() {
    let code = world(&[("shop.yaml", SHOP), ("payments.json", PAYMENTS)]).named(&[], &[]);
    let inner = "shop-Payments-1ABCDEFGHIJK2";
    assert_eq!(at(&code, &queue(inner, "Ledger")), "payments.json:2 exact");
    assert_eq!(at(&code, &queue(inner, "Other")), "none");
    let far = queue("shop-Far-1ABCDEFGHIJK2", "Anything");
    assert_eq!(at(&code, &far), "shop.yaml:27 module-call");
    let deep = queue("shop-Far-1ABCDEFGHIJK2-More-3ABCDEFGHIJK4", "Anything");
    assert_eq!(at(&code, &deep), "shop.yaml:27 module-call");
    assert_eq!(at(&code, &queue("shop-Far-lowercase", "Anything")), "none");
}

#[test]
fn what_is_said_counts_before_what_files_are_called() {
    let files = [
        ("shop.yaml", PAYMENTS),
        ("live/main.yaml", SHOP),
        ("live/other.yaml", SHOP),
    ];
    let code = world(&files).named(
        &[("shop*", "live/main.yaml")],
        &[("pay", "live/other.yaml")],
    );
    assert_eq!(
        at(&code, &queue("shop", "Intake")),
        "live/main.yaml:9 exact"
    );
    assert_eq!(
        at(&code, &queue("shop-eu", "Intake")),
        "live/main.yaml:9 exact"
    );
    assert_eq!(
        at(&code, &queue("pay", "Intake")),
        "live/other.yaml:9 exact"
    );
}

#[test]
fn a_logical_id_alone_is_likely_and_two_are_nothing() {
    let code = world(&[("a.yaml", SHOP), ("b.json", PAYMENTS)]).named(&[], &[]);
    assert_eq!(
        at(&code, &queue("unheard-of", "Intake")),
        "a.yaml:9 heuristic"
    );
    let twice = world(&[("a.yaml", SHOP), ("b.yaml", SHOP)]).named(&[], &[]);
    assert_eq!(at(&twice, &queue("unheard-of", "Intake")), "none");
    let same = world(&[("x/shop.yaml", SHOP), ("y/shop.yaml", SHOP)]).named(&[], &[]);
    assert_eq!(
        at(&same, &queue("shop", "Intake")),
        "none",
        "two files of that name"
    );
    assert!(!same.knows("shop"));
}

#[test]
fn a_name_that_cloudformation_made_is_likely() {
    let code = world(&[("shop.yaml", SHOP)]).named(&[], &[]);
    let named = |name: &str| resource(None, name, sqs::Queue::default().into());
    assert_eq!(
        at(&code, &named("shop-Intake-1ABCDEFGHIJK2")),
        "shop.yaml:9 heuristic"
    );
    assert_eq!(at(&code, &named("shop-Intake-queue")), "none");
    assert_eq!(at(&code, &named("shop-Group-1ABCDEFGHIJK2")), "none");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), head in 0..4usize) {
        let heads = ["", "Resources:\n  A: {Type: AWS::", "Resources:\n", "{\"Resources\": {\"A\": {\"Type\": "];
        let text = format!("{}{text}", heads[head]);
        let path = "x".into();
        for root in [tree::yaml(&text, &path), tree::json(&text, &path)].into_iter().flatten() {
            let _ = Template::of(Path::new("x"), &root);
        }
    }

    #[test]
    fn every_resource_is_found_at_its_line(
        names in prop::collection::btree_set("[A-Z][a-z]{1,5}", 1..8),
        gaps in prop::collection::vec(0..3usize, 8),
    ) {
        let (mut yaml, mut json) = ("Resources:\n".to_owned(), "{\"Resources\": {".to_owned());
        let mut expected = Vec::new();
        for (nth, (name, gap)) in names.iter().zip(&gaps).enumerate() {
            let blank = "\n".repeat(*gap);
            yaml += &blank;
            json += if nth == 0 { "\n" } else { ",\n" };
            json += &blank;
            let line = |text: &str| text.matches('\n').count() + 1;
            expected.push((name.clone(), line(&yaml), line(&json)));
            yaml += &format!("  {name}:\n    Type: AWS::SQS::Queue\n    Properties:\n      {name}: {{Type: x}}\n");
            json += &format!("\t\"{name}\": {{\"Properties\": {{\"{name}\": 1}},\n\"Type\": \"AWS::SQS::Queue\"}}");
        }
        json += "}}";
        let path = "x".into();
        let yaml = Template::of(Path::new("x"), &tree::yaml(&yaml, &path).unwrap()).unwrap();
        let json = Template::of(Path::new("x"), &tree::json(&json, &path).unwrap()).unwrap();
        for (name, in_yaml, in_json) in expected {
            let line = |it: &Template| it.find(&name, crate::inventory::Kind::SqsQueue).unwrap().spot.line;
            prop_assert_eq!(line(&yaml), in_yaml as u64);
            prop_assert_eq!(line(&json), in_json as u64);
        }
    }
}
