//! Makes a call until it is answered, refused, or not worth another attempt.
//!
//! Every call to AWS goes through here: the limits of [`Pace`] hold for all of them, and no
//! throttle is missed.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::error::{Failure, classify, given_up, timed_out};
use super::pace::{FAILED_ATTEMPTS, Pace, SILENT_ATTEMPTS, THROTTLED_ATTEMPTS, wait_before};
use crate::inventory::{AccountId, Cause, Region};

/// What one attempt may take beyond the wait for its answer, whatever the SDK waits for: connecting,
/// credentials.
const AROUND: Duration = Duration::from_secs(15);

/// Calls until there is an answer; else the last failure. `operation` is `service:Operation`, and
/// with account and Region says where it is called.
///
/// Whoever waits for another attempt keeps the service's lane: that is what slows it down.
pub async fn attempt<T, E, F, Fut>(
    pace: &Pace,
    (account, region, operation): (&AccountId, &Region, &str),
    send: F,
) -> Result<T, Failure>
where
    E: ProvideErrorMetadata,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let service = operation.split(':').next().unwrap_or_default();
    let lane = pace.lane(account, region, service);
    let _lane = lane.acquire().await;
    let mut number = 1;
    loop {
        if let Some(cause) = lane.given_up(operation) {
            return Err(given_up(cause));
        }
        let place = pace.place().await;
        let answer = tokio::time::timeout(pace.answer() + AROUND, send()).await;
        drop(place);
        let failure = match answer {
            Ok(Ok(answer)) => {
                lane.served(operation);
                return Ok(answer);
            }
            Ok(Err(error)) => classify(&error),
            Err(_) => timed_out(),
        };
        if failure.cause == Cause::Throttled {
            pace.throttled();
        }
        let last = number >= most(&failure);
        match failure.cause {
            Cause::Timeout => lane.silent(),
            Cause::Throttled if last => lane.refused(operation),
            Cause::Throttled => lane.answered(),
            _ => lane.served(operation),
        }
        if last {
            return Err(failure);
        }
        number += 1;
        tokio::time::sleep(wait_before(number)).await;
    }
}

/// How often a call that fails so is made at most.
fn most(failure: &Failure) -> u32 {
    match failure.cause {
        Cause::Throttled => THROTTLED_ATTEMPTS,
        Cause::Timeout => SILENT_ATTEMPTS,
        _ if failure.transient => FAILED_ATTEMPTS,
        _ => 1,
    }
}
