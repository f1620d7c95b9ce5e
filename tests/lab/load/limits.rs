//! Token buckets, as AWS fills them: what is asked too fast is throttled.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;

use globset::{Glob, GlobMatcher};
use serde::Deserialize;

use super::recording::{Name, Operation};

/// What the operations of a limit share, or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Per {
    Operation,
    Service,
}

/// Whether Regions share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Where {
    Region,
    Account,
}

/// One limit.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Limit {
    #[serde(default)]
    service: String,
    #[serde(default)]
    operations: Vec<String>,
    per: Per,
    r#where: Where,
    rate: f64,
    burst: f64,
}

/// The limits of all services, in the shape of the data file that mrlint has of them: of the limits
/// per operation that name one, the first counts; of those per service, all.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Limits {
    limits: Vec<Limit>,
    default: Option<Limit>,
}

/// An account and a Region, as numbers.
pub(crate) type Place = (u64, u16);

/// Limit, account, Region (if it counts) and operation (if it counts).
type Key = (usize, u64, Option<u16>, Option<Operation>);

/// The buckets of all limits.
#[derive(Debug)]
pub(crate) struct Buckets {
    limits: Vec<Limit>,
    /// For each operation the limits that its calls count against.
    of: Vec<Vec<usize>>,
    levels: RefCell<HashMap<Key, (f64, Instant)>>,
}

impl Buckets {
    pub(crate) fn new<'o>(
        limits: Option<Limits>,
        operations: impl Iterator<Item = &'o Name>,
    ) -> Result<Self, globset::Error> {
        let Some(Limits { limits, default }) = limits else {
            return Ok(Self::of(
                Vec::new(),
                operations.map(|_| Vec::new()).collect(),
            ));
        };
        let matchers: Vec<Vec<GlobMatcher>> = limits
            .iter()
            .map(|limit| matchers(&limit.operations))
            .collect::<Result<_, _>>()?;
        let of = operations.map(|(service, operation)| {
            let mut own = false;
            let naming = limits.iter().zip(&matchers).enumerate();
            let naming = naming.filter(|(_, (limit, names))| {
                limit.service == *service && names.iter().any(|it| it.is_match(operation))
            });
            let counting = naming.filter(|(_, (limit, _))| {
                limit.per == Per::Service || !std::mem::replace(&mut own, true)
            });
            let mut found: Vec<usize> = counting.map(|(index, _)| index).collect();
            if found.is_empty() && default.is_some() {
                found.push(limits.len());
            }
            found
        });
        let of = of.collect();
        Ok(Self::of(limits.into_iter().chain(default).collect(), of))
    }

    fn of(limits: Vec<Limit>, of: Vec<Vec<usize>>) -> Self {
        Self {
            limits,
            of,
            levels: RefCell::default(),
        }
    }

    /// Whether the call may be answered; takes from every bucket that it counts against.
    pub(crate) fn take(&self, (account, region): Place, operation: Operation) -> bool {
        let now = Instant::now();
        let mut levels = self.levels.borrow_mut();
        let keys: Vec<Key> = self.of[operation]
            .iter()
            .map(|&index| {
                let limit = &self.limits[index];
                // The default is one limit for each service that no other names.
                let own = limit.per == Per::Operation || limit.service.is_empty();
                let region = (limit.r#where == Where::Region).then_some(region);
                (index, account, region, own.then_some(operation))
            })
            .collect();
        for key in &keys {
            let limit = &self.limits[key.0];
            let (level, since) = levels.entry(*key).or_insert((limit.burst, now));
            let filled = now.duration_since(*since).as_secs_f64() * limit.rate;
            (*level, *since) = ((*level + filled).min(limit.burst), now);
        }
        let enough = keys.iter().all(|key| levels[key].0 >= 1.0);
        if enough {
            for key in &keys {
                levels.entry(*key).and_modify(|(level, _)| *level -= 1.0);
            }
        }
        enough
    }
}

fn matchers(globs: &[String]) -> Result<Vec<GlobMatcher>, globset::Error> {
    let glob = |text: &String| Ok(Glob::new(text)?.compile_matcher());
    globs.iter().map(glob).collect()
}
