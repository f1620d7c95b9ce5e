//! What all calls of a run share: how many may be in flight, how long to wait for one and after its
//! failure, and how many were made.
//!
//! The limits of each account are [`super::lanes`]'s. The SDK's own retries are off, so that every
//! throttle is seen here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::lanes::Lanes;

/// Calls in flight altogether.
const ALTOGETHER: usize = 256;
/// How often a call is made at most when AWS throttles it.
pub const THROTTLED_ATTEMPTS: u32 = 6;
/// How often a call is made at most when it fails for another reason that may pass.
pub const FAILED_ATTEMPTS: u32 = 3;
/// How often a call is made at most when no answer comes: each time costs the whole wait.
pub const SILENT_ATTEMPTS: u32 = 2;
/// How long to wait for an answer when nobody says.
const ANSWER: Duration = Duration::from_secs(30);

/// Percent of what AWS allows that is taken when nobody says.
pub const BUDGET: u8 = 25;

/// How fast a run may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// The longest that a call may take to be answered whole.
    pub answer: Duration,
    /// Percent (1 to 100) of what AWS allows that is taken.
    pub budget: u8,
}

impl Default for Speed {
    fn default() -> Self {
        Self {
            answer: ANSWER,
            budget: BUDGET,
        }
    }
}

impl Speed {
    /// The part (0 to 1) of what AWS allows that is taken.
    pub fn share(self) -> f64 {
        f64::from(self.budget.clamp(1, 100)) / 100.0
    }
}

/// The limits of a run, and what it did.
#[derive(Debug)]
pub struct Pace {
    speed: Speed,
    altogether: Semaphore,
    calls: AtomicU64,
    throttles: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(Speed::default())
    }
}

impl Pace {
    pub fn new(speed: Speed) -> Self {
        Self {
            speed,
            altogether: Semaphore::new(ALTOGETHER),
            calls: AtomicU64::new(0),
            throttles: AtomicU64::new(0),
        }
    }

    /// The longest that a call may take to be answered whole.
    pub fn answer(&self) -> Duration {
        self.speed.answer
    }

    /// The limits on the calls of one more account.
    pub fn lanes(&self) -> Arc<Lanes> {
        Arc::new(Lanes::new(self.speed.share()))
    }

    /// A place among all calls. `None` never happens: the limit is never closed.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.altogether.acquire().await.ok()
    }

    /// Counts a call that is made.
    pub fn called(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
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
