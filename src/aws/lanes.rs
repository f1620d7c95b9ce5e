//! The limits on the calls of one account, and how patient with its services one still is.
//!
//! No account, Region or service waits for another: each limit of AWS has a bucket of its own, and
//! they go when the account has been read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{MutexGuard, Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::bucket::Bucket;
use super::budget::{self, Applied, Per, Where};
use super::error::{Failure, given_up};
use super::pace::{Pace, wait_before};
use crate::inventory::{Cause, Region};

/// Calls of one operation in flight in one Region of one account.
const IN_FLIGHT: usize = 16;
/// So many attempts in a row without an answer, and a service is not asked any more in a Region.
const SILENCE: u32 = 8;
/// An operation of which nothing was served for so long is not called any more …
const REFUSED_FOR: Duration = Duration::from_secs(20);
/// … if it was throttled so often meanwhile.
const REFUSALS: u32 = 6;

/// A limit of AWS as it stands for some calls: its place in the file, and what does not share it.
type BucketKey = (usize, String, Option<String>, Option<Region>);

/// The limits on the calls of one account.
#[derive(Debug)]
pub struct Lanes {
    /// The share (0 to 1) of what AWS allows that is taken.
    share: f64,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    lanes: BTreeMap<(Region, String), Arc<Lane>>,
    buckets: BTreeMap<BucketKey, Arc<Bucket>>,
    /// By Region and service.
    silent: BTreeMap<(Region, String), Arc<Mutex<u32>>>,
}

/// One operation in one Region of one account.
#[derive(Debug)]
pub struct Lane {
    calls: Semaphore,
    /// Every limit that a call counts against, the narrow before the shared.
    buckets: Vec<Arc<Bucket>>,
    /// Attempts in a row at the whole service without an answer.
    silent: Arc<Mutex<u32>>,
    /// Since something was served.
    refused: Mutex<Option<Refused>>,
    /// Held by the one call that tries while the operation is throttled.
    turn: tokio::sync::Mutex<()>,
}

/// A call may be made.
#[derive(Debug)]
pub struct Turn<'a> {
    _turn: Option<MutexGuard<'a, ()>>,
    place: Option<SemaphorePermit<'a>>,
}

impl Turn<'_> {
    /// There is an answer: the next call may go, of another operation if this one is throttled.
    pub fn answered(&mut self) {
        self.place = None;
    }
}

/// AWS throttles an operation, and has served none since.
#[derive(Debug, Clone, Copy)]
struct Refused {
    since: Instant,
    /// The last time, and how often: calls that were in flight together count once.
    last: Instant,
    times: u32,
}

impl Refused {
    /// When the next attempt is due.
    fn due(self) -> Instant {
        self.last + wait_before(self.times + 1)
    }
}

impl Lanes {
    /// `share` (0 to 1) of what AWS allows is taken.
    pub fn new(share: f64) -> Self {
        Self {
            share,
            known: Mutex::default(),
        }
    }

    /// The limits on an operation (`dynamodb:ListTables`) in a Region.
    pub fn lane(&self, region: &Region, operation: &str) -> Arc<Lane> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (region.clone(), operation.to_owned());
        if let Some(lane) = known.lanes.get(&key) {
            return Arc::clone(lane);
        }
        let lane = Arc::new(known.make(region, operation, self.share));
        known.lanes.insert(key, Arc::clone(&lane));
        lane
    }
}

impl Known {
    fn make(&mut self, region: &Region, operation: &str, share: f64) -> Lane {
        let service = operation.split(':').next().unwrap_or_default();
        let mut limits = budget::limits(operation);
        limits.sort_by_key(|it| it.limit.per == Per::Service);
        let buckets = limits.into_iter().map(|Applied { limit, index }| {
            let own = (limit.per == Per::Operation).then(|| operation.to_owned());
            let here = (limit.r#where == Where::Region).then(|| region.clone());
            let key = (index, service.to_owned(), own, here);
            let bucket = self.buckets.entry(key);
            Arc::clone(bucket.or_insert_with(|| Arc::new(Bucket::new(limit, share))))
        });
        let buckets = buckets.collect();
        let silent = self.silent.entry((region.clone(), service.to_owned()));
        Lane {
            calls: Semaphore::new(IN_FLIGHT),
            buckets,
            silent: Arc::clone(silent.or_default()),
            refused: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl Lane {
    /// A place among the calls of the operation. `None` never happens: the limit is never closed.
    pub async fn acquire(&self) -> Option<SemaphorePermit<'_>> {
        self.calls.acquire().await.ok()
    }

    /// Waits until every limit of AWS lets one more call go, and there is a place for it: a call that
    /// may go goes at once, or several would come together that were meant to come one by one. The
    /// turn is held until there is an answer: while the operation is throttled, one call at a time
    /// tries.
    pub async fn wait<'a>(&'a self, pace: &'a Pace) -> Turn<'a> {
        let turn = match self.refused() {
            Some(_) => Some(self.turn.lock().await),
            None => None,
        };
        // Served meanwhile: the others need not wait for this one.
        let refused = self.refused();
        let turn = turn.filter(|_| refused.is_some());
        if let Some(refused) = refused {
            tokio::time::sleep_until(refused.due()).await;
        }
        let mut first = Vec::with_capacity(self.buckets.len());
        for bucket in &self.buckets {
            first.push(bucket.ready().await);
        }
        let place = pace.place().await;
        self.buckets.iter().for_each(|bucket| bucket.spend());
        Turn { _turn: turn, place }
    }

    /// The failure to go on with where a call is not worth an attempt.
    pub fn worth_it(&self) -> Result<(), Failure> {
        self.given_up().map_or(Ok(()), |cause| Err(given_up(cause)))
    }

    fn given_up(&self) -> Option<Cause> {
        let refused = self.refused();
        let refused = refused.filter(|it| it.times >= REFUSALS);
        if *held(&self.silent) >= SILENCE {
            Some(Cause::Timeout)
        } else if refused.is_some_and(|it| it.since.elapsed() >= REFUSED_FOR) {
            Some(Cause::Throttled)
        } else {
            None
        }
    }

    /// Notes an attempt without an answer.
    pub fn silent(&self) {
        *held(&self.silent) += 1;
    }

    /// Notes an attempt that was throttled.
    pub fn throttled(&self) {
        *held(&self.silent) = 0;
        self.buckets.iter().for_each(|bucket| bucket.throttled());
        self.refuse(Instant::now());
    }

    /// Notes an answer that is no throttle, be it an error.
    pub fn served(&self) {
        *held(&self.silent) = 0;
        *held(&self.refused) = None;
    }

    fn refused(&self) -> Option<Refused> {
        *held(&self.refused)
    }

    fn refuse(&self, now: Instant) {
        let mut refused = held(&self.refused);
        let since = refused.map_or(now, |it| it.since);
        let times = match *refused {
            None => 1,
            Some(it) if now < it.due() => return,
            Some(it) => it.times + 1,
        };
        *refused = Some(Refused {
            since,
            last: now,
            times,
        });
    }
}

fn held<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(lanes: &Lanes, region: &str, operation: &str) -> Arc<Lane> {
        lanes.lane(&region.into(), operation)
    }

    #[test]
    fn a_service_without_answers_is_given_up_and_one_answer_is_enough_to_go_on() {
        let lanes = Lanes::new(1.0);
        let list = lane(&lanes, "eu-west-1", "s3:ListBuckets");
        let logging = lane(&lanes, "eu-west-1", "s3:GetBucketLogging");
        for _ in 1..SILENCE {
            list.silent();
            assert_eq!(list.given_up(), None);
        }
        logging.served();
        list.silent();
        assert_eq!(list.given_up(), None);
        for _ in 0..SILENCE {
            list.silent();
        }
        assert_eq!(list.given_up(), Some(Cause::Timeout));
        assert_eq!(logging.given_up(), Some(Cause::Timeout));
        assert_eq!(lane(&lanes, "eu-west-3", "s3:ListBuckets").given_up(), None);
    }

    #[test]
    fn an_operation_throttled_without_end_is_given_up_alone() {
        let lanes = Lanes::new(1.0);
        let vpcs = lane(&lanes, "eu-west-1", "ec2:DescribeVpcs");
        let subnets = lane(&lanes, "eu-west-1", "ec2:DescribeSubnets");
        let began = Instant::now() - REFUSED_FOR;
        for times in 0..REFUSALS {
            assert_eq!(vpcs.given_up(), None);
            let now = vpcs.refused().map_or(began, Refused::due);
            vpcs.refuse(now);
            vpcs.refuse(now);
            assert_eq!(
                vpcs.refused().unwrap().times,
                times + 1,
                "in flight together"
            );
            subnets.served();
        }
        assert_eq!(vpcs.given_up(), Some(Cause::Throttled));
        assert_eq!(subnets.given_up(), None);
        vpcs.served();
        assert_eq!(vpcs.given_up(), None);
    }

    #[test]
    fn limits_are_shared_as_aws_shares_them() {
        let lanes = Lanes::new(1.0);
        let same = |a: &Lane, b: &Lane| {
            let mut of_a = a.buckets.iter();
            of_a.any(|bucket| b.buckets.iter().any(|other| Arc::ptr_eq(bucket, other)))
        };
        let vpcs = lane(&lanes, "eu-west-1", "ec2:DescribeVpcs");
        assert!(!same(
            &vpcs,
            &lane(&lanes, "eu-west-1", "ec2:DescribeSubnets")
        ));
        assert!(!same(&vpcs, &lane(&lanes, "eu-west-3", "ec2:DescribeVpcs")));
        let zones = lane(&lanes, "aws-global", "route53:ListHostedZones");
        assert!(same(
            &zones,
            &lane(&lanes, "us-east-1", "route53:ListHealthChecks")
        ));
    }
}
