//! Runs the collectors of a request, and puts together what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;

use super::ALL;
use super::keep::{Keep, Kept};
use super::open::{chosen, identities, open, wanted};
use super::progress::{Left, Progress, telling};
use super::request::{CollectError, How, Request};
use super::scope::Run;
use super::unit::Unit;
use super::units::run_all;
use crate::inventory::{AccountId, Header, Region};

/// What was collected, and how.
#[derive(Debug)]
pub struct Collected {
    pub kept: Kept,
    /// Calls to AWS.
    pub calls: u64,
    /// How many of them AWS throttled.
    pub throttles: u64,
    /// Whether it was stopped before its end; what is missing is among the gaps.
    pub interrupted: bool,
}

/// Collects what the request asks for, until it is done or `cancel` is.
pub async fn collect(
    request: &Request,
    how: &How,
    progress: &dyn Progress,
    cancel: impl Future<Output = ()>,
) -> Result<Collected, CollectError> {
    let started = now();
    let wanted = wanted(request)?;
    let identities = identities(request)?;
    let keep = Keep::open(&how.place, &request.fingerprint(), &started)?;
    let run = Arc::new(Run::new(how.speed, keep));
    let mut cancel = pin!(cancel);
    let nothing = Left::default();
    let opening = telling(&run, progress, &nothing, open(&run, &identities, &wanted));
    let opened = tokio::select! {
        biased;
        () = &mut cancel => return Err(CollectError::Interrupted),
        opened = opening => opened,
    };
    let shut: Vec<AccountId> = opened
        .1
        .iter()
        .map(|it| it.gap.key.account.clone())
        .collect();
    let accounts = chosen(request, &wanted, &run, opened)?;
    let mut scope: BTreeMap<AccountId, BTreeSet<Region>> = accounts
        .iter()
        .map(|it| (it.session.account.clone(), it.regions.clone()))
        .collect();
    let first = accounts.first().map(|it| it.session.partition.clone());
    run.keep.begin(|unit| {
        let regions = scope.get(&unit.account);
        regions.is_some_and(|it| unit.region.is_global() || it.contains(&unit.region))
    })?;
    let opening = run.opening.take();
    run.keep.end(Unit::opening(), opening, None).await?;
    // The set of opened accounts is filled once, here.
    let _ = run.asked.set(scope.keys().cloned().collect());
    scope.extend(shut.into_iter().map(|account| (account, BTreeSet::new())));
    let whole = run_all(&run, ALL, accounts, progress, cancel).await?;

    let (calls, throttles) = (run.pace.calls(), run.pace.throttles());
    let header = Header {
        tool: format!("mrlint {}", env!("CARGO_PKG_VERSION")),
        partition: first.unwrap_or_default(),
        scope,
        started,
        finished: now(),
    };
    Ok(Collected {
        kept: alone(run).await.keep.finish(header)?,
        calls,
        throttles,
        interrupted: !whole,
    })
}

/// The run, once nothing else holds it: a task that has ended may take a moment to let go.
async fn alone(mut run: Arc<Run>) -> Run {
    loop {
        match Arc::try_unwrap(run) {
            Ok(run) => return run,
            Err(shared) => run = shared,
        }
        tokio::task::yield_now().await;
    }
}

/// RFC 3339 in UTC, without fractions.
fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
