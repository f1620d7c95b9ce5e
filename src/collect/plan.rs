//! What a run would call, place by place, and how long the limits of AWS make it take.
//!
//! Arithmetic alone: makes no call. Counts are those that the operations declare
//! ([`super::times`]), limits those of [`crate::aws::budget`]. What a run calls again because a
//! call failed comes on top, and so do the ways there and back.

use std::collections::BTreeMap;

use super::times::{Calls, Held};
use super::{ALL, ALWAYS, Operation, Scope};
use crate::aws::budget::{self, Applied, Limit, Per, Where};
use crate::inventory::{AccountId, Inventory, Kind, Region};

/// The calls of an operation in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub account: AccountId,
    /// `aws-global` for what belongs to no Region.
    pub region: Region,
    pub operation: &'static str,
    pub calls: Calls,
}

impl Planned {
    /// `dynamodb` of `dynamodb:ListTables`.
    pub fn service(&self) -> &'static str {
        self.operation.split(':').next().unwrap_or_default()
    }
}

/// A limit of AWS as an account meets it, and the calls that count against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    pub account: AccountId,
    /// None where all Regions share it.
    pub region: Option<Region>,
    /// The operations that share it.
    pub operations: Vec<&'static str>,
    pub limit: &'static Limit,
    pub calls: Calls,
}

impl Bucket {
    /// The least time that it makes the calls take at a share (0 to 1) of what AWS allows, in
    /// seconds.
    pub fn seconds(&self, share: f64) -> f64 {
        self.limit.seconds(self.calls.least, share)
    }
}

/// An operation, and where the collectors run that call it.
struct Asked {
    operation: Operation,
    regional: bool,
    global: bool,
}

/// The calls of a run over the accounts and Regions of an inventory, by what it holds; sorted by
/// account, Region and operation. Of an inventory without resources: the least that a run makes.
pub fn calls(inventory: &Inventory) -> Vec<Planned> {
    let operations = operations();
    let mut planned = Vec::new();
    for (account, regions) in &inventory.header().scope {
        let nowhere = Region::global();
        let shut = regions.is_empty() && hides_all(inventory, account);
        for region in regions.iter().chain([&nowhere]) {
            let here = operations.iter().filter(|it| !shut || it.always());
            let counted = here.map(|it| (it.operation.name, it.calls(inventory, account, region)));
            planned.extend(counted.map(|(operation, calls)| Planned {
                account: account.clone(),
                region: region.clone(),
                operation,
                calls,
            }));
        }
    }
    planned.retain(|it| it.calls != Calls::default());
    planned.sort_by(|a, b| {
        let key = |it: &'_ Planned| (it.account.clone(), it.region.clone(), it.operation);
        key(a).cmp(&key(b))
    });
    planned
}

/// Whether an account could not be opened.
fn hides_all(inventory: &Inventory, account: &AccountId) -> bool {
    let hidden = inventory.hiding(Kind::AccountAccount, account, &Region::global());
    !hidden.is_empty()
}

fn operations() -> Vec<Asked> {
    let mut all = BTreeMap::<&str, Asked>::new();
    let of_collectors = ALL.iter().flat_map(|collector| {
        let operations = collector.operations.iter();
        operations.map(|operation| (operation, collector.scope))
    });
    let always = ALWAYS.iter().map(|operation| (operation, Scope::Global));
    for (operation, scope) in of_collectors.chain(always) {
        let asked = all.entry(operation.name).or_insert(Asked {
            operation: *operation,
            regional: false,
            global: false,
        });
        asked.regional |= scope == Scope::Regional;
        asked.global |= scope == Scope::Global;
    }
    all.into_values().collect()
}

impl Asked {
    fn calls(&self, inventory: &Inventory, account: &AccountId, region: &Region) -> Calls {
        let runs = if region.is_global() {
            self.global
        } else {
            self.regional
        };
        let held = Held::new(inventory, account, region, runs);
        let calls = (self.operation.times.0)(&held);
        // Where no collector runs, only what is known to be there is asked about.
        if runs || calls.least > 0 {
            calls
        } else {
            Calls::default()
        }
    }

    /// Whether it is called to open an account.
    fn always(&self) -> bool {
        ALWAYS.iter().any(|it| it.name == self.operation.name)
    }
}

/// What of a limit does not share with others: as the run keeps its buckets.
type Key = (AccountId, Option<Region>, usize, Option<&'static str>);

/// The limits that the calls meet, the slowest at that share (0 to 1) of what AWS allows first.
pub fn buckets(planned: &[Planned], share: f64) -> Vec<Bucket> {
    let mut buckets = BTreeMap::<Key, Bucket>::new();
    for it in planned {
        for Applied { limit, index } in budget::limits(it.operation) {
            let region = (limit.r#where == Where::Region).then(|| it.region.clone());
            let own = match limit.per {
                Per::Operation => it.operation,
                Per::Service => it.service(),
            };
            let key = (it.account.clone(), region.clone(), index, Some(own));
            let bucket = buckets.entry(key).or_insert_with(|| Bucket {
                account: it.account.clone(),
                region,
                operations: Vec::new(),
                limit,
                calls: Calls::default(),
            });
            bucket.calls = bucket.calls + it.calls;
            if !bucket.operations.contains(&it.operation) {
                bucket.operations.push(it.operation);
            }
        }
    }
    let mut all: Vec<Bucket> = buckets.into_values().collect();
    all.sort_by(|a, b| {
        let slow = b.seconds(share).total_cmp(&a.seconds(share));
        slow.then(b.calls.least.cmp(&a.calls.least))
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::kinds::dynamodb::Table;
    use crate::inventory::{Header, Reading, Resource};

    const HERE: &str = "eu-west-1";

    /// An account in one Region, with so many tables there.
    fn world(tables: usize) -> Inventory {
        let account = AccountId::from("111111111111");
        let table = |number: usize| Resource {
            arn: format!("arn:aws:dynamodb:{HERE}:{account}:table/t{number}"),
            account: account.clone(),
            region: HERE.into(),
            name: format!("t{number}"),
            tags: BTreeMap::new(),
            properties: Table::default().into(),
            unread: BTreeMap::new(),
        };
        let header = Header {
            partition: "aws".to_owned(),
            scope: [(account.clone(), [HERE.into()].into())].into(),
            ..Header::default()
        };
        let reading = |region: &str| Reading {
            account: account.clone(),
            region: region.into(),
            kinds: Kind::ALL.iter().copied().collect(),
            word: None,
        };
        let readings = [reading(HERE), reading(Region::GLOBAL)];
        Inventory::new(header, (0..tables).map(table).collect(), [], readings)
    }

    fn of(planned: &[Planned], operation: &str) -> Calls {
        let own = planned.iter().filter(|it| it.operation == operation);
        own.map(|it| it.calls).sum()
    }

    #[test]
    fn where_there_is_nothing_only_lists_are_asked_for() {
        let planned = calls(&world(0));
        let exactly = Calls::exactly;
        assert_eq!(of(&planned, "dynamodb:ListTables"), exactly(1));
        assert_eq!(of(&planned, "dynamodb:DescribeLimits"), exactly(0));
        assert_eq!(
            of(&planned, "resourcegroupstaggingapi:GetResources"),
            exactly(0)
        );
        assert_eq!(of(&planned, "s3:ListBuckets"), exactly(1));
        assert_eq!(of(&planned, "organizations:ListRoots"), exactly(0));
    }

    #[test]
    fn what_there_is_is_described_and_pages_fill_up() {
        let planned = calls(&world(201));
        let exactly = Calls::exactly;
        assert_eq!(of(&planned, "dynamodb:ListTables"), exactly(3));
        assert_eq!(of(&planned, "dynamodb:DescribeTable"), exactly(201));
        assert_eq!(of(&planned, "dynamodb:DescribeLimits"), exactly(1));
        let tags = of(&planned, "resourcegroupstaggingapi:GetResources");
        assert_eq!(tags, exactly(1).or_more());
    }

    #[test]
    fn of_what_nobody_read_the_least_is_known() {
        let known = world(0);
        let unread = Inventory::new(known.header().clone(), Vec::new(), [], []);
        let planned = calls(&unread);
        assert_eq!(
            of(&planned, "dynamodb:ListTables"),
            Calls::exactly(1).or_more()
        );
        assert_eq!(
            of(&planned, "dynamodb:DescribeTable"),
            Calls::default().or_more()
        );
        let least = |planned: &[Planned]| planned.iter().map(|it| it.calls.least).sum::<u64>();
        assert_eq!(least(&planned), least(&calls(&known)));
    }

    #[test]
    fn the_slowest_limit_is_the_bound() {
        let planned = calls(&world(201));
        let buckets = buckets(&planned, 0.25);
        let slowest = &buckets[0];
        assert_eq!(slowest.operations, ["dynamodb:DescribeContinuousBackups"]);
        // 10 a second and 10 at once, 1.5 of these left, a quarter of it: 2.125 go at once, then 2.5
        // each second.
        assert!((slowest.seconds(0.25) - (201.0 - 2.125) / 2.5).abs() < 1e-9);
        // All that is called of it counts against the limit of the control plane too.
        let shared = buckets.iter().find(|it| it.operations.len() == 4);
        let shared = shared.map(|it| it.calls.least);
        assert_eq!(shared, Some(3 + 201 + 201 + 1));
    }

    /// The default is for what nobody has looked up.
    #[test]
    fn every_operation_has_a_limit_that_names_its_service() {
        let bare: Vec<&str> = super::super::operations()
            .iter()
            .map(|it| it.name)
            .filter(|name| {
                budget::limits(name)
                    .iter()
                    .any(|it| it.limit.service.is_empty())
            })
            .collect();
        assert!(bare.is_empty(), "{bare:?}");
    }
}
