//! Synthetic inventories of any size: the same seed and size give the same bytes.
//!
//! An estate of applications, each in an account and two or three Regions, made of services whose
//! parts stand in about the proportions of real accounts, with the odd defect and the odd gap.
//! Test code: nothing of it is in the tool.

#![allow(dead_code, reason = "each of its users takes a part of it")]

mod parts;
mod random;
mod service;
mod stores;

use mrlint::inventory::{AccountId, Cause, Gap, GapKey, Header, Inventory, Kind, Reading, Region};

use parts::Application;
use random::Random;

/// Regions that every account has enabled.
const REGIONS: [&str; 17] = [
    "eu-west-1",
    "eu-central-1",
    "eu-north-1",
    "us-east-1",
    "us-west-2",
    "us-east-2",
    "ap-southeast-1",
    "ap-northeast-1",
    "eu-west-2",
    "eu-west-3",
    "us-west-1",
    "ca-central-1",
    "sa-east-1",
    "ap-south-1",
    "ap-southeast-2",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// Regions that have to be enabled: for estates that are in more than the others.
const FURTHER: [&str; 3] = ["af-south-1", "eu-south-1", "me-central-1"];

/// Applications of an estate of a million resources; smaller ones have fewer.
const MOST_APPLICATIONS: usize = 400;

/// An inventory of about that many resources: never fewer, and at most one service more.
pub(crate) fn inventory(seed: u64, resources: usize) -> Inventory {
    let count = (resources / 500).clamp(2, MOST_APPLICATIONS);
    let mut random = Random::new(seed);
    let all = REGIONS.iter();
    build(&mut random, (resources, count), all, regions)
}

/// The same of so many applications, however small each of them is.
pub(crate) fn many(seed: u64, resources: usize, applications: usize) -> Inventory {
    let mut random = Random::new(seed);
    let all = REGIONS.iter();
    build(&mut random, (resources, applications), all, regions)
}

/// The same of one application that is in as many Regions.
pub(crate) fn wide(seed: u64, resources: usize, count: usize) -> Inventory {
    let mut random = Random::new(seed);
    let all = || REGIONS.iter().chain(&FURTHER).take(count);
    let own: Vec<Region> = all().map(|code| Region::from(*code)).collect();
    build(&mut random, (resources, 1), all(), |_| own.clone())
}

fn build(
    random: &mut Random,
    (resources, count): (usize, usize),
    scope: impl Iterator<Item = &'static &'static str>,
    regions: impl Fn(&mut Random) -> Vec<Region>,
) -> Inventory {
    let mut all = Vec::with_capacity(resources);
    let mut accounts = Vec::new();
    for number in 0..count {
        let account = AccountId::new(format!("{:012}", 100_000_000_000 + number as u64 / 2));
        let mut application = Application::new(number, account.clone(), regions(random));
        let until = resources * (number + 1) / count;
        application.network(&mut all);
        while all.len() < until {
            service::add(&mut application, random, &mut all);
        }
        accounts.push(account);
    }
    accounts.dedup();
    let everywhere: Vec<Region> = scope.map(|code| Region::from(*code)).collect();
    let header = Header {
        tool: "synthetic".to_owned(),
        partition: "aws".to_owned(),
        scope: accounts
            .iter()
            .map(|account| (account.clone(), everywhere.iter().cloned().collect()))
            .collect(),
        started: "2026-11-23T06:00:00Z".to_owned(),
        finished: "2026-11-23T06:20:00Z".to_owned(),
    };
    let gaps = gaps(&accounts, &everywhere);
    let readings = readings(&accounts, &everywhere);
    Inventory::new(header, all, gaps, readings)
}

/// Two Regions, or three; mostly the first few.
fn regions(random: &mut Random) -> Vec<Region> {
    let count = if random.percent(40) { 3 } else { 2 };
    let first = if random.percent(75) {
        0
    } else {
        random.below(REGIONS.len() - count)
    };
    let own = &REGIONS[first..first + count];
    own.iter().map(|code| Region::from(*code)).collect()
}

/// One account in twenty may not list secrets; one in twenty may not describe keys in one Region.
fn gaps(accounts: &[AccountId], regions: &[Region]) -> Vec<Gap> {
    let gap = |account: &AccountId, region: &Region, operation: &str, kind| Gap {
        key: GapKey {
            account: account.clone(),
            region: region.clone(),
            operation: operation.to_owned(),
            cause: Cause::Denied,
        },
        action: None,
        message: None,
        hides: [kind].into(),
        calls: 1,
    };
    let mut gaps = Vec::new();
    for account in accounts.iter().skip(7).step_by(20) {
        let all = regions.iter();
        let kind = Kind::SecretsManagerSecret;
        gaps.extend(all.map(|region| gap(account, region, "secretsmanager:ListSecrets", kind)));
    }
    for account in accounts.iter().skip(13).step_by(20) {
        gaps.push(gap(account, &regions[0], "kms:ListKeys", Kind::KmsKey));
    }
    gaps
}

fn readings(accounts: &[AccountId], regions: &[Region]) -> Vec<Reading> {
    let (global, regional): (Vec<Kind>, Vec<Kind>) =
        Kind::ALL.iter().partition(|kind| kind.is_global());
    let reading = |account: &AccountId, region: Region, kinds: &[Kind]| Reading {
        account: account.clone(),
        region,
        kinds: kinds.iter().copied().collect(),
        word: None,
    };
    let mut readings = Vec::new();
    for account in accounts {
        readings.push(reading(account, Region::global(), &global));
        let all = regions.iter();
        readings.extend(all.map(|region| reading(account, region.clone(), &regional)));
    }
    readings
}
