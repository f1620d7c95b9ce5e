//! How many calls may be in flight, and how long to wait after a failure.
//!
//! One limit per account, Region and service, so that no service waits for another; the SDK's own
//! retries are off, so that every throttle is seen here.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::inventory::{AccountId, Region};

/// Calls in flight to one service in one Region of one account.
const PER_SERVICE: usize = 4;
/// Calls in flight altogether.
const ALTOGETHER: usize = 128;
/// How often a call is made at most when AWS throttles it.
pub const THROTTLED_ATTEMPTS: u32 = 6;
/// How often a call is made at most when it fails for another reason that may pass.
pub const FAILED_ATTEMPTS: u32 = 3;

type Lane = (AccountId, Region, String);

/// The limits of a run, and what it did.
#[derive(Debug)]
pub struct Pace {
    lanes: Mutex<BTreeMap<Lane, Arc<Semaphore>>>,
    altogether: Semaphore,
    calls: AtomicU64,
    throttles: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            lanes: Mutex::default(),
            altogether: Semaphore::new(ALTOGETHER),
            calls: AtomicU64::new(0),
            throttles: AtomicU64::new(0),
        }
    }
}

impl Pace {
    /// The limit for one service (`dynamodb`) in one Region of one account.
    pub fn lane(&self, account: &AccountId, region: &Region, service: &str) -> Arc<Semaphore> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = (account.clone(), region.clone(), service.to_owned());
        Arc::clone(
            lanes
                .entry(lane)
                .or_insert_with(|| Arc::new(Semaphore::new(PER_SERVICE))),
        )
    }

    /// A place among all calls; counts the call. `None` never happens: the limit is never closed.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        let place = self.altogether.acquire().await.ok();
        self.calls.fetch_add(1, Ordering::Relaxed);
        place
    }

    pub fn throttled(&self) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
    }

    /// Calls made so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Throttles seen so far.
    pub fn throttles(&self) -> u64 {
        self.throttles.load(Ordering::Relaxed)
    }
}

/// How long to wait before attempt `attempt` (the first is 1): 0.2 s, doubled each time, 5 s at most.
pub fn wait_before(attempt: u32) -> Duration {
    let doubled = 200_u64.saturating_mul(1 << attempt.saturating_sub(2).min(10));
    Duration::from_millis(doubled.min(5_000))
}
