//! What goes wrong on purpose: where, what, how often. Chance comes from a seed and from the request
//! alone, never from the order in which requests arrive.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Duration;

use globset::{Glob, GlobMatcher};
use serde::Deserialize;

use super::recording::Name;

/// A fault as it is ordered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    #[serde(default = "any")]
    service: String,
    #[serde(default = "any")]
    operation: String,
    #[serde(default = "any")]
    account: String,
    #[serde(default = "any")]
    region: String,
    #[serde(rename = "do")]
    what: What,
    /// Of the requests that it may strike, the share that it does.
    #[serde(default = "always")]
    probability: f64,
    /// How many requests it strikes at most.
    times: Option<u64>,
    /// For what takes time.
    #[serde(default = "always")]
    seconds: f64,
}

fn any() -> String {
    "*".to_owned()
}

const fn always() -> f64 {
    1.0
}

/// What a fault does: something to the connection, or an API error by the fake's name for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) enum What {
    /// The connection is reset.
    Reset,
    /// No answer for some seconds, then a reset.
    Hang,
    /// The second half of the answer comes some seconds later.
    Slow,
    /// The second half of the answer never comes.
    Half,
    /// An answer of no protocol.
    Garbage,
    Error(String),
}

impl From<String> for What {
    fn from(name: String) -> Self {
        match name.as_str() {
            "reset" => Self::Reset,
            "hang" => Self::Hang,
            "slow" => Self::Slow,
            "half" => Self::Half,
            "garbage" => Self::Garbage,
            _ => Self::Error(name),
        }
    }
}

#[derive(Debug)]
struct Fault {
    order: Order,
    service: GlobMatcher,
    operation: GlobMatcher,
    account: GlobMatcher,
    region: GlobMatcher,
    left: Cell<Option<u64>>,
}

/// All faults; the first that strikes counts.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    all: Vec<Fault>,
    /// How often a request was made before.
    attempts: RefCell<HashMap<u64, u64>>,
}

/// A request as chance sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Struck<'r> {
    pub(crate) account: &'r str,
    pub(crate) region: &'r str,
    pub(crate) name: &'r Name,
    pub(crate) identity: &'r str,
}

impl Faults {
    pub(crate) fn new(seed: u64, orders: Vec<Order>) -> Result<Self, globset::Error> {
        let glob = |text: &str| Ok::<_, globset::Error>(Glob::new(text)?.compile_matcher());
        let fault = |order: Order| {
            Ok(Fault {
                service: glob(&order.service)?,
                operation: glob(&order.operation)?,
                account: glob(&order.account)?,
                region: glob(&order.region)?,
                left: Cell::new(order.times),
                order,
            })
        };
        Ok(Self {
            seed,
            all: orders.into_iter().map(fault).collect::<Result<_, _>>()?,
            attempts: RefCell::default(),
        })
    }

    /// What happens to the request, and for how long.
    pub(crate) fn strike(&self, request: Struck<'_>) -> Option<(What, Duration)> {
        if self.all.is_empty() {
            return None;
        }
        let Struck {
            account,
            region,
            name: (service, operation),
            identity,
        } = request;
        let parts = [account, region, service, operation, identity];
        let request = hash(self.seed, parts.map(str::as_bytes));
        let mut attempts = self.attempts.borrow_mut();
        let attempt = attempts.entry(request).or_insert(0);
        *attempt += 1;
        let attempt = *attempt;
        let struck = self.all.iter().zip(0_u64..).find(|(fault, index)| {
            let here = fault.service.is_match(service)
                && fault.operation.is_match(operation)
                && fault.account.is_match(account)
                && fault.region.is_match(region);
            let dice = [attempt.to_le_bytes(), index.to_le_bytes()];
            here && share(hash(request, [&dice[0][..], &dice[1]])) < fault.order.probability
                && fault.left.get() != Some(0)
        });
        let (fault, _) = struck?;
        fault.left.set(fault.left.get().map(|left| left - 1));
        let seconds = Duration::from_secs_f64(fault.order.seconds.max(0.0));
        Some((fault.order.what.clone(), seconds))
    }
}

/// FNV-1a over the parts, with the mixer of SplitMix64 at its end: the same on every machine.
fn hash<const N: usize>(seed: u64, parts: [&[u8]; N]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325 ^ seed;
    for byte in parts.iter().flat_map(|part| part.iter().chain(&[0])) {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// As a share of one.
fn share(hash: u64) -> f64 {
    f64::from(u32::try_from(hash >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}
