//! Reads from AWS into an [`crate::inventory::Inventory`]; the only part that knows the SDK's types.
//!
//! A collector maps the answers of one service to resources. Pagination, retries, limits and gaps
//! belong to the [`Context`] that it is given, so that no collector can forget them; which
//! accounts and Regions are asked is decided by `open`. Nothing here changes anything in AWS
//! or reads secrets or customer data.

use std::pin::Pin;

use services::organizations;
use times::Times;

use crate::aws::regions::DESCRIBE_REGIONS;
use crate::aws::session::{ASSUME_ROLE, GET_CALLER_IDENTITY};
use crate::inventory::Kind;

mod aggregator;
mod context;
pub mod doctor;
pub mod driver;
mod finished;
pub mod keep;
mod members;
mod open;
pub mod permissions;
pub mod plan;
mod progress;
mod recorder;
mod request;
mod scope;
mod services;
mod store;
pub mod survey;
pub mod times;
mod unit;
mod units;
mod who;
mod word;

pub use context::Context;
pub use driver::{Collected, collect};
pub use progress::{Progress, State};
pub use request::{Aggregator, CollectError, How, Request};
pub use services::ALL;

pub use word::{Told, Why};

/// An API operation that a collector calls.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// `service:Operation`, as gaps name it.
    pub name: &'static str,
    /// The IAM action that allows it.
    pub action: &'static str,
    /// How often it is called in each Region of an account, and for what the account has in none.
    pub times: Times,
}

/// Where a collector asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In every Region.
    Regional,
    /// Once per account.
    Global,
}

/// A collector at work.
pub type Running<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Reads some kinds of resources.
#[derive(Debug)]
pub struct Collector {
    /// Its module's name, for messages.
    pub name: &'static str,
    pub kinds: &'static [Kind],
    pub scope: Scope,
    /// Everything that it may call.
    pub operations: &'static [Operation],
    pub run: for<'a> fn(&'a Context) -> Running<'a>,
}

/// What whoever signs in calls: to take on roles, and to learn which accounts there are.
pub const OF_THE_CALLER: &[Operation] = &[
    Operation {
        name: ASSUME_ROLE,
        action: ASSUME_ROLE,
        times: Times::UNTOLD,
    },
    members::LIST_ACCOUNTS,
    members::LIST_TAGS,
    organizations::LIST_ACCOUNTS,
    organizations::LIST_UNITS,
];

/// What whoever runs it calls where an aggregator is to say what is empty.
pub const OF_AN_AGGREGATOR: &[Operation] = &[aggregator::SOURCES_STATUS, aggregator::SELECT];

/// What is called in an account where an aggregator says that something is empty.
pub const OF_ITS_SOURCES: &[Operation] = &[recorder::DESCRIBE_RECORDERS, recorder::DESCRIBE_STATUS];

/// What a run calls, whatever is collected: to learn who we are, and which Regions there are.
pub const ALWAYS: &[Operation] = &[
    Operation {
        name: GET_CALLER_IDENTITY,
        action: GET_CALLER_IDENTITY,
        times: Times::ONCE,
    },
    Operation {
        name: DESCRIBE_REGIONS,
        action: DESCRIBE_REGIONS,
        times: Times::ONCE,
    },
];

/// Every operation that a run may call, sorted.
pub fn operations() -> Vec<Operation> {
    let collectors = ALL.iter().flat_map(|collector| collector.operations);
    let aggregated = OF_AN_AGGREGATOR.iter().chain(OF_ITS_SOURCES);
    let others = ALWAYS.iter().chain(OF_THE_CALLER).chain(aggregated);
    let mut all: Vec<Operation> = collectors.chain(others).copied().collect();
    all.sort_unstable_by_key(|it| (it.name, it.action));
    all.dedup_by_key(|it| (it.name, it.action));
    all
}
