//! A token bucket: how many calls may go out, and when.
//!
//! Halved when AWS throttles, recovering slowly. Whoever waits is served in the order of arrival.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::Limit;

/// How much of its rate a bucket wins back each second after it was throttled.
const RECOVERY: f64 = 0.02;
/// The least that throttling leaves of a rate.
const FLOOR: f64 = 1.0 / 16.0;
/// Throttles so near each other are one event: calls in flight together are refused together.
const ONE_EVENT: Duration = Duration::from_secs(1);

/// Calls that may go out against one limit.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Held by whoever is served next.
    queue: tokio::sync::Mutex<()>,
    level: Mutex<Level>,
}

#[derive(Debug)]
struct Level {
    /// Calls a second, and the most that add up, while AWS does not complain.
    rate: f64,
    burst: f64,
    tokens: f64,
    /// When the tokens were counted.
    counted: Instant,
    /// The part of the rate that is used: 1 while AWS does not complain.
    part: f64,
    /// When AWS last complained.
    throttled: Option<Instant>,
}

impl Bucket {
    /// Full, at a share (0 to 1) of what AWS allows.
    pub(super) fn new(limit: &Limit, share: f64) -> Self {
        Self {
            queue: tokio::sync::Mutex::default(),
            level: Mutex::new(Level::full(limit, share, Instant::now())),
        }
    }

    /// Waits until a call may go out. Nobody else's may before the guard is given back; [`Self::spend`]
    /// takes the token when it goes.
    pub(super) async fn ready(&self) -> tokio::sync::MutexGuard<'_, ()> {
        let first = self.queue.lock().await;
        loop {
            // The lock must not be held across the wait.
            let missing = self.level().missing(Instant::now());
            match missing {
                None => return first,
                // Asked again on the way: the rate may have changed.
                Some(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// A call goes out now.
    pub(super) fn spend(&self) {
        self.level().tokens -= 1.0;
    }

    /// AWS said that calls came too fast: what was saved is gone, and the rate halves.
    pub(super) fn throttled(&self) {
        self.level().throttled(Instant::now());
    }

    fn level(&self) -> MutexGuard<'_, Level> {
        self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Level {
    fn full(limit: &Limit, share: f64, now: Instant) -> Self {
        let burst = limit.burst_at(share);
        Self {
            rate: limit.rate_at(share),
            burst,
            tokens: burst,
            counted: now,
            part: 1.0,
            throttled: None,
        }
    }

    /// How long until there may be a token; `None` where there is one.
    fn missing(&mut self, now: Instant) -> Option<Duration> {
        self.count(now);
        if self.tokens >= 1.0 {
            return None;
        }
        let wait = (1.0 - self.tokens) / (self.rate * self.part);
        // Rounded up: a token that is nearly there is not there.
        Some(Duration::from_secs_f64(wait) + Duration::from_millis(1))
    }

    fn count(&mut self, now: Instant) {
        let passed = now.duration_since(self.counted).as_secs_f64();
        self.counted = now;
        self.tokens = (self.tokens + passed * self.rate * self.part).min(self.burst);
        self.part = (self.part + passed * RECOVERY).min(1.0);
    }

    fn throttled(&mut self, now: Instant) {
        self.count(now);
        self.tokens = self.tokens.min(0.0);
        let event = |at: Instant| now.duration_since(at) < ONE_EVENT;
        if !self.throttled.is_some_and(event) {
            self.part = (self.part / 2.0).max(FLOOR);
            self.throttled = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::budget::{Per, Where};

    /// A bucket and a clock of its own.
    struct Clock {
        level: Level,
        now: Instant,
    }

    impl Clock {
        fn new(rate: f64, burst: f64) -> Self {
            let limit = Limit {
                service: "ec2".to_owned(),
                operations: vec!["*".to_owned()],
                per: Per::Operation,
                r#where: Where::Region,
                rate,
                // What is left of it for calls that overtake others comes on top.
                burst: burst + 1.0 + rate * 0.05,
                source: None,
                checked: None,
            };
            let now = Instant::now();
            let level = Level::full(&limit, 1.0, now);
            Self { level, now }
        }

        /// Seconds that so many calls take.
        fn calls(&mut self, calls: usize) -> f64 {
            let began = self.now;
            for _ in 0..calls {
                while let Some(wait) = self.level.missing(self.now) {
                    self.now += wait;
                }
                self.level.tokens -= 1.0;
            }
            self.now.duration_since(began).as_secs_f64()
        }

        fn throttled(&mut self) {
            self.level.throttled(self.now);
        }
    }

    #[test]
    fn what_was_saved_goes_at_once_and_the_rest_by_the_rate() {
        let mut clock = Clock::new(10.0, 5.0);
        assert!(clock.calls(5) < 0.01);
        let taken = clock.calls(20);
        assert!((2.0..2.05).contains(&taken), "{taken}");
        clock.now += Duration::from_mins(1);
        assert!(clock.calls(5) < 0.01, "what was saved");
        assert!(clock.calls(1) > 0.09, "no more than the burst is saved");
    }

    #[test]
    fn throttles_halve_the_rate_and_time_heals() {
        let mut clock = Clock::new(10.0, 5.0);
        clock.throttled();
        clock.throttled();
        let slow = clock.calls(5);
        assert!((0.9..1.1).contains(&slow), "halved once: {slow}");
        clock.now += ONE_EVENT;
        clock.throttled();
        let slower = clock.calls(5);
        assert!(slower > 1.5, "{slower}");
        clock.now += Duration::from_mins(2);
        clock.calls(5);
        let healed = clock.calls(10);
        assert!((0.9..1.1).contains(&healed), "{healed}");
    }

    #[test]
    fn a_bucket_that_is_always_throttled_still_lets_calls_through() {
        let mut clock = Clock::new(10.0, 1.0);
        for _ in 0..20 {
            clock.throttled();
            clock.now += ONE_EVENT;
        }
        assert!(clock.calls(2) < 20.0);
    }

    #[tokio::test]
    async fn whoever_waits_is_served_in_the_order_of_arrival() {
        let limit = &crate::aws::budget::limits("ec2:DescribeVpcs")[0].limit;
        let bucket = Bucket::new(limit, 1.0);
        let served = Mutex::new(Vec::new());
        let calls = (0..120).map(async |number| {
            let _first = bucket.ready().await;
            bucket.spend();
            served.lock().unwrap().push(number);
        });
        futures_util::future::join_all(calls).await;
        assert!(served.lock().unwrap().is_sorted());
    }
}
