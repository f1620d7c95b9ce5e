//! Token buckets, as AWS fills them: what is asked too fast is throttled.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
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

/// Limit, account, Region (if it counts), and whose it is: a service's or an operation's.
type Key = (usize, u64, Option<u16>, Rc<str>);

/// The limits that an operation's calls count against, and whose each is.
type Counting = Vec<(usize, Rc<str>)>;

/// The buckets of all limits.
#[derive(Debug)]
pub(crate) struct Buckets {
    limits: Vec<(Limit, Vec<GlobMatcher>)>,
    counting: RefCell<HashMap<Operation, Counting>>,
    levels: RefCell<HashMap<Key, (f64, Instant)>>,
}

impl Buckets {
    pub(crate) fn new(limits: Option<Limits>) -> Result<Self, globset::Error> {
        let all = limits.map(|it| it.limits.into_iter().chain(it.default));
        let limits = all.into_iter().flatten().map(|limit| {
            let glob = |text: &String| Ok(Glob::new(text)?.compile_matcher());
            let names: Result<_, globset::Error> = limit.operations.iter().map(glob).collect();
            Ok((limit, names?))
        });
        Ok(Self {
            limits: limits.collect::<Result<_, globset::Error>>()?,
            counting: RefCell::default(),
            levels: RefCell::default(),
        })
    }

    fn of(&self, (service, operation): &Name) -> Counting {
        let mut own = false;
        let all = self.limits.iter().enumerate();
        let naming = all.clone().filter(|(_, (limit, names))| {
            limit.service == *service && names.iter().any(|it| it.is_match(operation))
        });
        let counting = naming.filter(|(_, (limit, _))| {
            limit.per == Per::Service || !std::mem::replace(&mut own, true)
        });
        let mut found: Vec<_> = counting.collect();
        if found.is_empty() {
            found.extend(all.filter(|(_, (limit, _))| limit.service.is_empty()));
        }
        let whose = |per| match per {
            Per::Service => service.clone(),
            Per::Operation => format!("{service}:{operation}"),
        };
        let found = found.into_iter();
        found
            .map(|(index, (limit, _))| (index, whose(limit.per).into()))
            .collect()
    }

    /// Whether the call may be answered; takes from every bucket that it counts against.
    pub(crate) fn take(&self, (account, region): Place, operation: Operation, name: &Name) -> bool {
        let now = Instant::now();
        let mut counting = self.counting.borrow_mut();
        let mut levels = self.levels.borrow_mut();
        let keys: Vec<Key> = counting
            .entry(operation)
            .or_insert_with(|| self.of(name))
            .iter()
            .map(|(index, whose)| {
                let (limit, _) = &self.limits[*index];
                let region = (limit.r#where == Where::Region).then_some(region);
                (*index, account, region, Rc::clone(whose))
            })
            .collect();
        for key in &keys {
            let (limit, _) = &self.limits[key.0];
            let (level, since) = levels.entry(key.clone()).or_insert((limit.burst, now));
            let filled = now.duration_since(*since).as_secs_f64() * limit.rate;
            (*level, *since) = ((*level + filled).min(limit.burst), now);
        }
        let enough = keys.iter().all(|key| levels[key].0 >= 1.0);
        if enough {
            for key in &keys {
                levels
                    .entry(key.clone())
                    .and_modify(|(level, _)| *level -= 1.0);
            }
        }
        enough
    }
}
