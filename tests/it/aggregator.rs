//! An aggregator of AWS Config says where there is nothing to ask for: how far its word is taken, and
//! that it is told.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::binary::{Mrlint, Ran};
use crate::support::reports::report;
use crate::support::server::{Server, scratch};
use crate::support::venv::lab_dir;

const MAIN: &str = "111111111111";
const OTHER: &str = "222222222222";
const SOURCE: &str = "AWS Config aggregator org in us-east-1";

/// The world, at the time of the test: gathered an hour ago.
pub(crate) fn world(more: &str) -> Server {
    let at = |hours: i64| {
        let at = Timestamp::now() - SignedDuration::from_hours(hours);
        at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let times = format!(
        "{{gathered: {}, old: {}, long_ago: {}}}",
        at(1),
        at(72),
        at(2400)
    );
    let mut text = "values:\n".to_owned();
    for region in [&["us-east-1"][..], &REGIONS].concat() {
        text += &format!("  {region}: {times}\n");
    }
    let file = scratch("times.yaml");
    fs::write(&file, text + more).expect("the times");
    Server::lab_of(&[lab_dir().join("worlds/aggregator.yaml"), file])
}

/// Those of the account `main` beside the aggregator's own.
const REGIONS: [&str; 12] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ca-central-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];

/// The lists of the collectors that may be left out.
const LISTS: [&str; 9] = [
    "autoscaling:DescribeAutoScalingGroups",
    "dynamodb:ListTables",
    "ecs:ListClusters",
    "elbv2:DescribeLoadBalancers",
    "lambda:ListFunctions",
    "rds:DescribeDBClusters",
    "rds:DescribeDBInstances",
    "sns:ListTopics",
    "sqs:ListQueues",
];

const BOTH: [&str; 4] = ["--account", MAIN, "--account", OTHER];
const ON_WORD: [&str; 2] = ["--config-aggregator", "org"];

fn mrlint(args: &[&[&str]]) -> Mrlint {
    Mrlint::new(args.concat())
}

/// What of the lists was not asked, each with the account and the Region.
fn unasked(lab: &Server) -> BTreeSet<[String; 3]> {
    let own = |region: &str| [MAIN.to_owned(), region.to_owned()];
    let places = [&["us-east-1"][..], &REGIONS].concat();
    let mut places: Vec<[String; 2]> = places.into_iter().map(own).collect();
    for region in ["us-east-1", "eu-west-2"] {
        places.push([OTHER.to_owned(), region.to_owned()]);
    }
    let mut all = BTreeSet::new();
    for [account, region] in &places {
        for list in LISTS {
            all.insert([account.clone(), region.clone(), list.to_owned()]);
        }
    }
    for line in lab.requests() {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let operation = format!("{}:{}", text("service"), text("operation"));
        all.remove(&[text("account"), text("region"), operation]);
    }
    all
}

/// All lists in a place but some.
fn all_but(account: &str, region: &str, but: &[&str]) -> BTreeSet<[String; 3]> {
    let lists = LISTS.iter().filter(|list| !but.contains(list));
    lists
        .map(|list| [account, region, list].map(str::to_owned))
        .collect()
}

/// What has to be left out when nothing older than a day counts.
fn proven() -> BTreeSet<[String; 3]> {
    [
        all_but(
            MAIN,
            "eu-west-1",
            &["dynamodb:ListTables", "sqs:ListQueues"],
        ),
        all_but(MAIN, "eu-west-2", &[]),
        all_but(OTHER, "eu-west-2", &[]),
        all_but(MAIN, "eu-central-2", &["sqs:ListQueues"]),
        all_but(MAIN, "eu-south-1", &["sqs:ListQueues"]),
        all_but(MAIN, "sa-east-1", &["lambda:ListFunctions"]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The lines of an inventory file.
fn collect(lab: &Server, args: &[&[&str]]) -> (Vec<Value>, Ran) {
    let file = scratch("inventory.jsonl");
    let name = file.to_str().expect("a path in UTF-8").to_owned();
    let ran = mrlint(&[&["collect", "-o", &name], &args.concat()])
        .against(lab)
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = fs::read_to_string(&file).expect("the inventory");
    let lines = text.lines();
    let lines = lines.map(|line| serde_json::from_str(line).expect("JSON"));
    (lines.collect(), ran)
}

/// What an inventory holds: its resources and gaps, and which kinds of which place it knows of.
fn known(lines: &[Value]) -> (Vec<Value>, BTreeSet<[String; 3]>) {
    let things = lines.iter().skip(1);
    let things = things.filter(|line| line["reading"].is_null());
    let mut kinds = BTreeSet::new();
    for reading in lines.iter().filter_map(|line| line["reading"].as_object()) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for kind in reading["kinds"].as_array().expect("kinds") {
            kinds.insert([
                text(&reading["account"]),
                text(&reading["region"]),
                text(kind),
            ]);
        }
    }
    (things.cloned().collect(), kinds)
}

#[test]
fn only_what_is_proven_empty_is_not_asked_and_the_inventory_is_the_same() {
    let lab = world("");
    let (told, ran) = collect(&lab, &[&BOTH, &ON_WORD]);
    assert_eq!(unasked(&lab), proven(), "{}", ran.stderr);
    // Without it, everything is asked.
    let direct = world("");
    let (whole, _) = collect(&direct, &[&BOTH]);
    assert!(unasked(&direct).is_empty());
    assert_eq!(known(&told), known(&whole));
    assert_eq!(whole[0]["mrlint_inventory"], 1);
    assert_eq!(told[0]["mrlint_inventory"], 2);

    let said = |part: &str| assert!(ran.stderr.contains(part), "no `{part}` in {}", ran.stderr);
    // Of the databases, one collector asks two lists.
    said(&format!(
        "; {} parts not asked: empty by {SOURCE}, as of ",
        6 + 8 + 8 + 7 + 7 + 7
    ));
    for why in [
        "no source of the aggregator (2 Regions)",
        "last gathering failed or is outdated (1 Region)",
        "gathered or recorded too long ago (2 Regions)",
        "the aggregator holds nothing at all of it (1 Region)",
        "its recorder could not be asked (1 Region)",
        "nothing is recorded there (1 Region)",
        "recorded for less than a day (1 Region)",
        "some kinds are not recorded (2 Regions)",
    ] {
        said(why);
    }

    // Two calls know the recorder of a place, and where nothing hangs on it none are made.
    let requests = lab.requests();
    let asked = |operation: &str| {
        let asked = requests
            .iter()
            .filter(|line| line["operation"] == operation);
        asked.map(|line| line["region"].clone()).collect::<Vec<_>>()
    };
    let recorders = asked("DescribeConfigurationRecorderStatus");
    assert_eq!(recorders.len(), 10, "{recorders:?}");
    assert!(!recorders.contains(&json!("us-east-1")), "{recorders:?}");
    assert_eq!(
        asked("DescribeConfigurationAggregatorSourcesStatus").len(),
        7
    );
    assert_eq!(asked("SelectAggregateResourceConfig").len(), 6 + 1);
}

#[test]
fn a_daily_record_is_a_day_older_and_counts_where_that_is_allowed() {
    let lab = world("");
    let age = ["--config-aggregator-max-age", "48"];
    let (told, _) = collect(&lab, &[&["--account", MAIN], &ON_WORD, &age]);
    let daily = all_but(MAIN, "eu-west-3", &[]);
    assert!(unasked(&lab).is_superset(&daily));
    let at = |region: &str| {
        let readings = told.iter().map(|line| &line["reading"]);
        let mut own = readings.filter(|it| it["region"] == region && it["word"].is_object());
        let word = own.next().expect("a word")["word"].clone();
        let at = word["at"].as_str().expect("a time").to_owned();
        at.parse::<Timestamp>().expect("RFC 3339")
    };
    let later = at("eu-west-2").duration_since(at("eu-west-3"));
    assert_eq!(later, SignedDuration::from_hours(24));
}

#[test]
fn the_caller_asks_the_aggregator_and_the_reader_the_recorder() {
    let lab = world("");
    let region = ["--config-aggregator-region", "us-east-1"];
    let args = ["--account", OTHER, "--regions", "eu-west-2"];
    collect(&lab, &[&args, &ON_WORD, &region]);
    for line in lab.requests() {
        let asked = line["operation"].as_str().unwrap_or_default();
        let (account, region) = if asked.contains("Aggregat") {
            (MAIN, "us-east-1")
        } else if asked.starts_with("DescribeConfigurationRecorder") {
            (OTHER, "eu-west-2")
        } else {
            continue;
        };
        assert_eq!(line["account"], account, "{line}");
        assert_eq!(line["region"], region, "{line}");
    }
}

/// A table and a queue of which the aggregator knows nothing.
const UNTOLD: &str = r#"
records:
  - in: main/eu-west-2
    dynamodb: {tables: [{TableName: untold}]}
    sqs: {queues: [{QueueUrl: "https://sqs.${region}.amazonaws.com/${account}/untold"}]}
"#;

#[test]
fn whoever_lies_is_named_with_what_was_taken_on_that_word() {
    let lab = world(UNTOLD);
    let scan = |format: &str, more: &[&str]| {
        let args = ["scan", "-f", format, "--fail-on", "never"];
        let ran = mrlint(&[&args, &["--regions", "eu-west-2"], more])
            .against(&lab)
            .run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran
    };
    let direct = report(&scan("json", &[]));
    assert_eq!(direct["on_word"], json!([]));
    let told = report(&scan("json", &ON_WORD));
    let resources = |report: &Value| report["run"]["resources"].as_u64().expect("a number");
    assert_eq!(resources(&told) + 2, resources(&direct));
    let words = told["on_word"].as_array().expect("words");
    let here = words.iter().find(|it| it["region"] == "eu-west-2");
    let here = here.expect("the place");
    assert_eq!(here["source"], SOURCE);
    assert_eq!(here["account"], MAIN);
    let kinds = here["kinds"].as_array().expect("kinds");
    for kind in ["AWS::DynamoDB::Table", "AWS::SQS::Queue"] {
        assert!(kinds.contains(&json!(kind)), "{kinds:?}");
    }
    let at = here["at"].as_str().expect("a time");

    let line = format!("empty by {SOURCE}, as of {at} or later");
    let table = scan("table", &ON_WORD).stdout;
    let table: Vec<&str> = table.split_whitespace().collect();
    assert!(table.join(" ").contains(&line), "{table:?}");
    assert!(scan("sarif", &ON_WORD).stdout.contains(&line));
}

#[test]
fn an_aggregator_that_cannot_be_asked_ends_the_run_before_it_begins() {
    let lab = world("");
    let nobody = ["scan", "--config-aggregator", "nobody"];
    let ran = Mrlint::new(nobody).against(&lab).run();
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let said = |part: &str| assert!(ran.stderr.contains(part), "no `{part}` in {}", ran.stderr);
    said("`nobody` of account 111111111111 in us-east-1");
    said("--config-aggregator-region");

    for operation in [
        "DescribeConfigurationAggregatorSourcesStatus",
        "SelectAggregateResourceConfig",
    ] {
        let denied =
            format!("faults:\n  - {{service: config, operation: {operation}, do: denied}}\n");
        let ran = mrlint(&[&["scan"], &ON_WORD])
            .against(&world(&denied))
            .run();
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        let needs = format!("needs the permission config:{operation}");
        assert!(ran.stderr.contains(&needs), "{}", ran.stderr);
    }
}

#[test]
fn half_an_answer_proves_nothing() {
    let fault = "faults:\n  - {service: config, operation: SelectAggregateResourceConfig, do: ";
    for broken in ["internal", "garbage", "truncated"] {
        let lab = world(&format!("{fault}{broken}}}\n"));
        let (_, ran) = collect(&lab, &[&["--regions", "eu-west-2"], &ON_WORD]);
        let left = unasked(&lab);
        let here = all_but(MAIN, "eu-west-2", &[]);
        assert!(left.is_disjoint(&here), "{left:?}");
        let note = "all services are asked themselves";
        assert!(ran.stderr.contains(note), "{}", ran.stderr);
    }
}

#[test]
fn what_was_taken_on_a_word_is_kept_by_a_run_that_is_gone_on_with() {
    let folder = scratch("state");
    let state = folder.to_str().expect("a path in UTF-8").to_owned();
    let args = ["--regions", "eu-west-1,eu-west-2", "--state-dir", &state];
    let hang = "faults:\n  - {in: main/eu-west-1, service: dynamodb, operation: ListTables, do: hang, seconds: 60}\n";
    let lab = world(hang);
    let first = mrlint(&[&["collect", "-o", "first.jsonl"], &args, &ON_WORD]).against(&lab);
    // Until all but the call that hangs has come to its end.
    let seen = Cell::new((0, Instant::now()));
    let ran = first.interrupted(|| {
        let asked = lab.requests().len();
        let (before, since) = seen.get();
        if asked != before {
            seen.set((asked, Instant::now()));
        }
        asked > 60 && asked == before && since.elapsed() > Duration::from_secs(2)
    });
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);

    let lab = world("");
    let (told, ran) = collect(&lab, &[&args, &["--resume"], &ON_WORD]);
    assert!(ran.stderr.contains("went on with"), "{}", ran.stderr);
    let recorders = lab.requests().into_iter().filter(|line| {
        line["operation"] == "DescribeConfigurationRecorders" && line["region"] == "eu-west-2"
    });
    assert_eq!(recorders.count(), 0);
    let (whole, _) = collect(&world(""), &[&args[..2], &ON_WORD]);
    assert_eq!(known(&told), known(&whole));
    let words = |lines: &[Value]| {
        let words = lines
            .iter()
            .filter(|line| line["reading"]["word"].is_object());
        words.count()
    };
    assert_eq!(words(&told), words(&whole));
}
