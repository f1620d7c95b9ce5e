//! The sample estate, read again with something missing: no alert closes for what was not read.

use std::path::Path;

use super::*;
use crate::check::{Options, check};
use crate::inventory::{Gap, Header, Inventory, Reading, Resource, snapshot};
use crate::report::{Report, json};
use crate::rule::RuleSet;

const ESTATE: &str = include_str!("../../../reports/examples/estate.jsonl");

struct World {
    rules: RuleSet,
    whole: Inventory,
    report: Report,
    earlier: Earlier,
}

impl World {
    fn new() -> Self {
        let whole = snapshot::read(ESTATE.as_bytes(), Path::new("estate.jsonl")).unwrap();
        let rules = RuleSet::builtin().unwrap();
        let report = check(&whole, &rules, &Options::default());
        let mut bytes = Vec::new();
        json::render(&report, &mut bytes).unwrap();
        Self {
            earlier: Earlier::read(&bytes).unwrap(),
            rules,
            whole,
            report,
        }
    }

    fn again(&self, part: &Inventory) -> Report {
        let options = Options {
            earlier: Some(self.earlier.clone()),
            ..Options::default()
        };
        check(part, &self.rules, &options)
    }

    /// Without what a call would have told: resources and readings of those kinds and places.
    fn without(&self, hidden: impl Fn(Kind, &AccountId, &Region) -> bool, said: bool) -> Inventory {
        // Buckets lie in a Region and are listed once for all; global clusters lie in none and are
        // listed in each Region.
        let listed = |it: &Resource| {
            let readings = self.whole.readings();
            let own = readings.filter(|reading| {
                reading.account == it.account && reading.kinds.contains(&it.kind())
            });
            let places: Vec<Region> = own.map(|reading| reading.region).collect();
            let here = places.iter().find(|region| **region == it.region);
            here.or(places.first()).unwrap().clone()
        };
        let resources = self.whole.resources().iter();
        let kept = resources.filter(|it| !hidden(it.kind(), &it.account, &listed(it)));
        let mut gaps = Vec::new();
        let mut readings = Vec::new();
        for reading in self.whole.readings() {
            let (account, region) = (&reading.account, &reading.region);
            let all = reading.kinds.iter().copied();
            let (hides, kinds): (BTreeSet<_>, BTreeSet<_>) =
                all.partition(|kind| hidden(*kind, account, region));
            if !hides.is_empty() && said {
                gaps.push(denied(account, region, hides));
            }
            readings.push(Reading { kinds, ..reading });
        }
        let header = self.whole.header().clone();
        Inventory::new(header, kept.cloned().collect(), gaps, readings)
    }
}

fn denied(account: &AccountId, region: &Region, hides: BTreeSet<Kind>) -> Gap {
    Gap {
        key: GapKey {
            account: account.clone(),
            region: region.clone(),
            operation: "x:List".to_owned(),
            cause: Cause::DeniedByScp,
        },
        action: None,
        message: None,
        hides,
        calls: 1,
    }
}

fn prints<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> BTreeSet<String> {
    let findings = findings.into_iter();
    findings.map(|it| it.fingerprint.to_string()).collect()
}

fn since(report: &Report) -> &Since {
    report.since.as_ref().unwrap()
}

/// Nothing was mended, so every finding is found again or carried on.
fn assert_nothing_is_closed(world: &World, again: &Report, what: &str) {
    let mended: Vec<String> = since(again)
        .mended
        .iter()
        .map(|it| format!("{} {}", it.rule, it.resource.arn))
        .collect();
    assert!(mended.is_empty(), "{what}: {mended:#?}");
    let carried = since(again).carried.iter().map(|it| &it.finding);
    let still = prints(again.findings.iter().chain(carried));
    let before = prints(world.report.findings.iter());
    assert!(before.is_subset(&still), "{what}: findings are gone");
}

#[test]
fn what_a_gap_hides_is_never_mended() {
    let world = World::new();
    for region in ["eu-central-1", "eu-west-1", "us-east-1", Region::GLOBAL] {
        let part = world.without(|_, _, it| it.as_str() == region, true);
        let again = world.again(&part);
        assert!(!since(&again).carried.is_empty(), "{region}");
        assert_nothing_is_closed(&world, &again, region);
    }
    // Kinds alone, several at a time: this is what a missing permission looks like.
    let kinds: BTreeSet<Kind> = world.whole.resources().iter().map(Resource::kind).collect();
    for some in kinds.into_iter().collect::<Vec<_>>().chunks(8) {
        let again = world.again(&world.without(|kind, _, _| some.contains(&kind), true));
        assert_nothing_is_closed(&world, &again, &format!("{some:?}"));
    }
}

#[test]
fn what_nobody_asked_for_is_never_mended() {
    let world = World::new();
    let part = world.without(|_, _, it| it.as_str() == "eu-west-1", false);
    assert_nothing_is_closed(&world, &world.again(&part), "not asked");
}

/// A run over fewer accounts says nothing of the others.
#[test]
fn an_account_that_is_left_out_keeps_its_findings() {
    let world = World::new();
    let left = AccountId::from("222222222222");
    let part = world.without(|_, account, _| *account == left, false);
    let mut header: Header = part.header().clone();
    header.scope.remove(&left);
    let readings = part.readings().filter(|it| it.account != left);
    let part = Inventory::new(header, part.resources().to_vec(), [], readings);
    let again = world.again(&part);
    let own = |it: &&Finding| it.resource.account == left.as_str();
    let before = prints(world.report.findings.iter().filter(own));
    assert!(!before.is_empty());
    let carried = prints(since(&again).carried.iter().map(|it| &it.finding));
    assert!(before.is_subset(&carried));
}

#[test]
fn unread_tags_close_nothing() {
    let world = World::new();
    let gap = denied(&"111111111111".into(), &"eu-west-1".into(), [].into());
    let mut resources = world.whole.resources().to_vec();
    for resource in &mut resources {
        if resource.account.as_str() == "111111111111" && resource.region.as_str() == "eu-west-1" {
            resource.tags.clear();
            resource.unread.insert("tags".to_owned(), gap.key.clone());
        }
    }
    let header = world.whole.header().clone();
    let part = Inventory::new(header, resources, [gap], world.whole.readings());
    assert_nothing_is_closed(&world, &world.again(&part), "tags");
}

#[test]
fn what_is_gone_from_a_place_that_was_read_is_mended() {
    let world = World::new();
    let first = world.report.findings.iter();
    let gone = first
        .map(|it| &it.resource)
        .find(|it| it.kind == "AWS::DynamoDB::Table")
        .unwrap();
    let resources = world.whole.resources().iter();
    let kept = resources.filter(|it| it.arn != gone.arn).cloned();
    let header = world.whole.header().clone();
    let part = Inventory::new(header, kept.collect(), [], world.whole.readings());
    let again = world.again(&part);
    let of = |report: &Report| {
        let own = report
            .findings
            .iter()
            .filter(|it| it.resource.arn == gone.arn);
        prints(own)
    };
    let mended = prints(&since(&again).mended);
    assert!(of(&world.report).is_subset(&mended));
    assert!(since(&again).carried.is_empty());
    assert!(of(&again).is_empty());
}

/// What one run carried, the next one carries too, and says since when.
#[test]
fn what_is_carried_goes_on_until_it_is_judged() {
    let world = World::new();
    let part = world.without(|_, _, it| it.as_str() == "eu-west-1", true);
    let second = world.again(&part);
    let mut bytes = Vec::new();
    json::render(&second, &mut bytes).unwrap();
    let options = Options {
        earlier: Some(Earlier::read(&bytes).unwrap()),
        ..Options::default()
    };
    let third = check(&part, &world.rules, &options);
    assert_eq!(since(&third).carried, since(&second).carried);
    let fourth = check(&world.whole, &world.rules, &options);
    assert_eq!(since(&fourth).carried, []);
    assert_eq!(fourth.findings, world.report.findings);
}
