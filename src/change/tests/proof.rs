//! Each mend mends: in the cases of its rules and in the sample estate, what was found is gone, and
//! nothing graver comes in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::change::{Change, Fix, Model};
use crate::check::{Options, open};
use crate::config::Config;
use crate::estate::Estate;
use crate::inventory::snapshot;
use crate::report::Finding;
use crate::rule::meta::Severity;
use crate::rule::{Expected, Rule, RuleSet};
use crate::vocabulary::World;
use rayon::prelude::*;

fn with_mends(rules: &RuleSet) -> Vec<&Rule> {
    rules
        .rules()
        .iter()
        .filter(|it| it.mend.is_some())
        .collect()
}

pub(super) fn sample() -> Model {
    let text = include_str!("../../../reports/examples/estate.jsonl");
    Model {
        inventory: snapshot::read(text.as_bytes(), Path::new("the sample estate")).unwrap(),
        options: Options::default(),
    }
}

pub(super) fn declared() -> Model {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/lab/intent/mrlint.yaml"
    ));
    let config = Config::load(path).unwrap();
    Model {
        options: Options {
            workloads: config.workloads,
            waivers: config.waivers,
            ..Options::default()
        },
        ..sample()
    }
}

/// What a mend cannot reach in the cases of its rules, each with why.
const OUT_OF_REACH: &[(&str, &str)] = &[
    // No service copies these: they have to be replaced by another store.
    ("DATA-GEN-001", "a serverless cache that holds sessions"),
    ("DATA-GEN-001", "the first Aurora Serverless"),
    // A Global Datastore takes writes in one Region, whatever is done.
    ("DATA-GEN-004", "a Global Datastore"),
    // No zone is in the case in which a routed name could stand.
    ("ROUTE-CF-001", "the default path has one load balancer"),
    ("ROUTE-CF-003", "reads have a group, writes have one origin"),
    (
        "ROUTE-CF-003",
        "a group that takes writes sends them to its primary alone",
    ),
    // Nothing says what the accelerator is for.
    ("ROUTE-GA-001", "names lead to a disabled accelerator"),
    // Whose the address is was not read.
    ("ROUTE-R53-003", "no secondary of the same type"),
];

type Key = (String, String, String);

fn key(it: &Finding) -> Key {
    (
        it.workload.clone(),
        it.rule.clone(),
        it.resource.arn.clone(),
    )
}

/// What rules find that judge the estate itself: those over losses say what the simulation does.
fn findings(model: &Model, rules: &[&Rule]) -> BTreeMap<Key, Severity> {
    let estate = Estate::new(&model.inventory);
    let all = model.workloads(&estate);
    let mut found = BTreeMap::new();
    for workload in &all.workloads {
        let world = World::new(&estate, workload, &model.options.constants);
        let each = rules
            .par_iter()
            .flat_map(|it| open(it, &world, &model.options));
        let each: Vec<(Key, Severity)> = each.map(|it| (key(&it), it.severity)).collect();
        found.extend(each);
    }
    found
}

/// Rules that read no losses.
fn of_the_estate(rules: &RuleSet) -> Vec<&Rule> {
    let over_losses = |it: &&Rule| {
        let fails = it.expressions.fail.source();
        !fails.contains("losses") && !fails.contains("moves")
    };
    rules.rules().iter().filter(over_losses).collect()
}

/// Findings that a mend cannot reach, as it says itself.
fn proves(model: &Model, stay: &[(&str, &str)]) {
    let rules = RuleSet::builtin().unwrap();
    let judged = of_the_estate(&rules);
    let before = findings(model, &judged);
    let mut problems = Vec::new();
    let mut stayed = BTreeSet::new();
    for ((workload, id, arn), severity) in &before {
        if rules.find(id).is_none_or(|it| it.mend.is_none()) {
            continue;
        }
        let change = Change::Fix(Fix {
            rule: id.clone(),
            subjects: [arn.clone()].into(),
        });
        let (after, applied) = model.apply(&change, &rules, Some(workload)).unwrap();
        let now = findings(&after, &judged);
        let name = arn.rsplit([':', '/']).next().unwrap_or(arn);
        if now.contains_key(&(workload.clone(), id.clone(), arn.clone())) {
            if stay.contains(&(id, name)) && !applied.left.is_empty() {
                stayed.insert((id.clone(), name.to_owned()));
            } else {
                problems.push(format!("{id} of {arn} is still there: {applied:#?}"));
            }
        }
        let new = now
            .iter()
            .filter(|it| !before.contains_key(it.0) && it.1 > severity);
        problems.extend(new.map(|it| format!("{id} of {arn} brings {it:?}")));
    }
    let expected: BTreeSet<(String, String)> = stay
        .iter()
        .map(|it| (it.0.to_owned(), it.1.to_owned()))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(stayed, expected);
}

#[test]
fn each_finding_of_the_sample_estate_goes_when_it_is_mended() {
    // A strongly consistent table has three Regions and takes no fourth; no Global Datastore takes in
    // a serverless cache.
    proves(
        &sample(),
        &[
            ("DATA-DDB-001", "ledger-mrsc"),
            ("DATA-GEN-001", "login-state"),
        ],
    );
}

#[test]
fn each_finding_goes_where_owners_say_what_is_meant() {
    proves(&declared(), &[("DATA-GEN-001", "login-state")]);
}

#[test]
fn each_mend_mends_the_cases_of_its_rules() {
    let rules = RuleSet::builtin().unwrap();
    let mut problems = Vec::new();
    for rule in with_mends(&rules) {
        let cases = rule.cases().unwrap();
        for case in cases.iter().filter(|it| it.verdict == Expected::Fail) {
            let rule = Rule {
                options: case.options.clone(),
                ..rule.clone()
            };
            let (mended, left) = super::super::mend_case(&rule, case);
            let excused = OUT_OF_REACH.contains(&(&rule.id, &case.name));
            if mended == excused || (excused && left.is_empty()) {
                problems.push(format!("{} ({}): {left:?}", rule.id, case.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_mend_that_nobody_knows_is_an_error_with_a_near_one() {
    let rules = RuleSet::builtin().unwrap();
    let rule = rules.find("DATA-DDB-001").unwrap();
    for (mend, says) in [
        ("table-replica", "did you mean `table-replicas`?"),
        ("region-twins", "is not for what the rule judges"),
    ] {
        let text = rule
            .text
            .replace("mend: table-replicas", &format!("mend: {mend}"));
        let error = RuleSet::from_texts([(rule.path.as_path(), text.as_str())]).unwrap_err();
        let told = format!("{} {:?}", error[0], error[0].help);
        assert!(told.contains(says), "{told}");
        assert!(error[0].line > 1, "{told}");
    }
}

#[test]
fn every_mend_is_used() {
    let rules = RuleSet::builtin().unwrap();
    let used: BTreeSet<&str> = with_mends(&rules)
        .iter()
        .filter_map(|it| Some(it.mend?.name))
        .collect();
    let all: BTreeSet<&str> = crate::change::mend::MENDS
        .iter()
        .map(|it| it.name)
        .collect();
    assert_eq!(used, all);
}
