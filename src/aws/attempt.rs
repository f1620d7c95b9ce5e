//! Makes a call until it is answered, refused, or not worth another attempt.
//!
//! Every call to AWS goes through here: the limits of [`Pace`] hold for all of them, and no
//! throttle is missed.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::error::{Failure, classify, timed_out};
use super::pace::{FAILED_ATTEMPTS, Pace, THROTTLED_ATTEMPTS, wait_before};
use crate::inventory::{AccountId, Cause, Region};

/// The longest one attempt may take, whatever the SDK waits for: connecting, credentials, reading.
const ATTEMPT: Duration = Duration::from_secs(45);

/// Calls until there is an answer; else the last failure. `place` is account, Region and service.
///
/// Whoever waits for another attempt keeps the service's lane: that is what slows it down.
pub async fn attempt<T, E, F, Fut>(
    pace: &Pace,
    (account, region, service): (&AccountId, &Region, &str),
    send: F,
) -> Result<T, Failure>
where
    E: ProvideErrorMetadata,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let lane = pace.lane(account, region, service);
    let _lane = lane.acquire().await;
    let mut number = 1;
    loop {
        let place = pace.place().await;
        let answer = tokio::time::timeout(ATTEMPT, send()).await;
        drop(place);
        let failure = match answer {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => classify(&error),
            Err(_) => timed_out(),
        };
        let most = if failure.cause == Cause::Throttled {
            pace.throttled();
            THROTTLED_ATTEMPTS
        } else if failure.transient {
            FAILED_ATTEMPTS
        } else {
            1
        };
        if number >= most {
            return Err(failure);
        }
        number += 1;
        tokio::time::sleep(wait_before(number)).await;
    }
}
