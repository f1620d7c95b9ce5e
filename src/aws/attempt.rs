//! Makes a call until it is answered, refused, or not worth another attempt.
//!
//! Every call to AWS goes through here: the limits of [`Pace`] hold for all of them, and no
//! throttle is missed.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::error::{Failure, classify, timed_out};
use super::lanes::Lanes;
use super::pace::{FAILED_ATTEMPTS, Pace, SILENT_ATTEMPTS, THROTTLED_ATTEMPTS, wait_before};
use crate::inventory::{Cause, Region};

/// What one attempt may take beyond the wait for its answer, whatever the SDK waits for: connecting,
/// credentials.
const AROUND: Duration = Duration::from_secs(15);

/// Calls until there is an answer; else the last failure. `operation` is `service:Operation`; the
/// lanes are those of the account that is asked.
pub async fn attempt<T, E, F, Fut>(
    pace: &Pace,
    (lanes, region, operation): (&Lanes, &Region, &str),
    send: F,
) -> Result<T, Failure>
where
    E: ProvideErrorMetadata,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let lane = lanes.lane(region, operation);
    let _lane = lane.acquire().await;
    let mut number = 1;
    loop {
        lane.worth_it()?;
        let mut turn = lane.wait(pace).await;
        // It may have been given up meanwhile.
        lane.worth_it()?;
        pace.called();
        let answer = tokio::time::timeout(pace.answer() + AROUND, send()).await;
        turn.answered();
        let failure = match answer {
            Ok(Ok(answer)) => {
                lane.served();
                return Ok(answer);
            }
            Ok(Err(error)) => classify(&error),
            Err(_) => timed_out(),
        };
        match failure.cause {
            Cause::Timeout => lane.silent(),
            Cause::Throttled => {
                pace.throttled();
                lane.throttled();
            }
            _ => lane.served(),
        }
        drop(turn);
        if number >= most(&failure) {
            return Err(failure);
        }
        number += 1;
        // Of a throttle, the lane knows how long to wait.
        if failure.cause != Cause::Throttled {
            tokio::time::sleep(wait_before(number)).await;
        }
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
