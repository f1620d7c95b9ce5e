//! How many calls may be in flight, how long to wait for them and after a failure, and when to stop
//! asking.
//!
//! One limit per account, Region and service, so that no service waits for another; the SDK's own
//! retries are off, so that every throttle is seen here. A run ends in minutes whatever AWS does: a
//! service that gives no answer, and an operation that is throttled without end, are asked no more.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::inventory::{AccountId, Cause, Region};

/// Calls in flight to one service in one Region of one account.
const PER_SERVICE: usize = 4;
/// Calls in flight altogether.
const ALTOGETHER: usize = 128;
/// How often a call is made at most when AWS throttles it.
pub const THROTTLED_ATTEMPTS: u32 = 6;
/// How often a call is made at most when it fails for another reason that may pass.
pub const FAILED_ATTEMPTS: u32 = 3;
/// How often a call is made at most when no answer comes: each time costs the whole wait.
pub const SILENT_ATTEMPTS: u32 = 2;
/// So many attempts in a row without an answer, and a service is not asked any more in a Region.
const SILENCE: u32 = 8;
/// So many calls in a row throttled to the last attempt, and an operation is not called any more.
const REFUSALS: u32 = 3;
/// How long to wait for an answer when nobody says.
const ANSWER: Duration = Duration::from_secs(30);

/// One service (`dynamodb`) in one Region of one account.
type Place = (AccountId, Region, String);

/// The limits of a run, and what it did.
#[derive(Debug)]
pub struct Pace {
    answer: Duration,
    lanes: Mutex<BTreeMap<Place, Arc<Lane>>>,
    altogether: Semaphore,
    calls: AtomicU64,
    throttles: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Pace {
    /// `answer` is the longest that a call may take to be answered whole.
    pub fn new(answer: Option<Duration>) -> Self {
        Self {
            answer: answer.unwrap_or(ANSWER),
            lanes: Mutex::default(),
            altogether: Semaphore::new(ALTOGETHER),
            calls: AtomicU64::new(0),
            throttles: AtomicU64::new(0),
        }
    }

    /// The longest that a call may take to be answered whole.
    pub fn answer(&self) -> Duration {
        self.answer
    }

    /// The limit for one service (`dynamodb`) in one Region of one account.
    pub fn lane(&self, account: &AccountId, region: &Region, service: &str) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (account.clone(), region.clone(), service.to_owned());
        Arc::clone(lanes.entry(place).or_default())
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

/// The limit for one service in one Region of one account, and how patient with it one still is.
#[derive(Debug)]
pub struct Lane {
    calls: Semaphore,
    patience: Mutex<Patience>,
}

/// Failures since the last success.
#[derive(Debug, Default)]
struct Patience {
    /// Attempts without an answer.
    silent: u32,
    /// Calls throttled to the last attempt, by operation.
    refused: BTreeMap<String, u32>,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            calls: Semaphore::new(PER_SERVICE),
            patience: Mutex::default(),
        }
    }
}

impl Lane {
    /// A place among the calls of the lane. `None` never happens: the limit is never closed.
    pub async fn acquire(&self) -> Option<SemaphorePermit<'_>> {
        self.calls.acquire().await.ok()
    }

    /// Why a call of the operation is not worth an attempt.
    pub fn given_up(&self, operation: &str) -> Option<Cause> {
        let patience = self.patience();
        let refused = patience.refused.get(operation).copied();
        if patience.silent >= SILENCE {
            Some(Cause::Timeout)
        } else if refused >= Some(REFUSALS) {
            Some(Cause::Throttled)
        } else {
            None
        }
    }

    /// Notes an attempt without an answer.
    pub fn silent(&self) {
        self.patience().silent += 1;
    }

    /// Notes a call that was throttled to its last attempt.
    pub fn refused(&self, operation: &str) {
        let mut patience = self.patience();
        *patience.refused.entry(operation.to_owned()).or_default() += 1;
    }

    /// Notes an answer, be it an error.
    pub fn answered(&self) {
        self.patience().silent = 0;
    }

    /// Notes an answer that is no throttle.
    pub fn served(&self, operation: &str) {
        let mut patience = self.patience();
        patience.silent = 0;
        patience.refused.remove(operation);
    }

    fn patience(&self) -> MutexGuard<'_, Patience> {
        self.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before attempt `attempt` (the first is 1): 0.2 s, doubled each time, 5 s at most.
pub fn wait_before(attempt: u32) -> Duration {
    let doubled = 200_u64.saturating_mul(1 << attempt.saturating_sub(2).min(10));
    Duration::from_millis(doubled.min(5_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_without_answers_is_given_up_and_one_answer_is_enough_to_go_on() {
        let lane = Lane::default();
        for _ in 1..SILENCE {
            lane.silent();
            assert_eq!(lane.given_up("s3:ListBuckets"), None);
        }
        lane.answered();
        lane.silent();
        assert_eq!(lane.given_up("s3:ListBuckets"), None);
        for _ in 0..SILENCE {
            lane.silent();
        }
        assert_eq!(lane.given_up("s3:ListBuckets"), Some(Cause::Timeout));
        assert_eq!(lane.given_up("s3:GetBucketLogging"), Some(Cause::Timeout));
    }

    #[test]
    fn an_operation_throttled_without_end_is_given_up_alone() {
        let lane = Lane::default();
        for _ in 0..REFUSALS {
            assert_eq!(lane.given_up("ec2:DescribeVpcs"), None);
            lane.refused("ec2:DescribeVpcs");
            lane.served("ec2:DescribeSubnets");
        }
        assert_eq!(lane.given_up("ec2:DescribeVpcs"), Some(Cause::Throttled));
        assert_eq!(lane.given_up("ec2:DescribeSubnets"), None);
        lane.served("ec2:DescribeVpcs");
        assert_eq!(lane.given_up("ec2:DescribeVpcs"), None);
    }
}
