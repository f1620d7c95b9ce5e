//! Runs the collectors of a request, and puts together what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;

use super::ALL;
use super::aggregator;
use super::keep::{Keep, Kept};
use super::open::{Accounts, open};
use super::progress::{Left, Progress, telling};
use super::request::{CollectError, How, Request};
use super::scope::Run;
use super::unit::Unit;
use super::units::run_all;
use super::word::{Said, Told, rfc_3339};
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
    /// Whose word was taken for what is empty, and what came of that.
    pub word: Option<(String, Told)>,
}

/// Collects what the request asks for, until it is done or `cancel` is.
pub async fn collect(
    request: &Request,
    how: &How,
    progress: &dyn Progress,
    cancel: impl Future<Output = ()>,
) -> Result<Collected, CollectError> {
    let began = jiff::Timestamp::now();
    let started = rfc_3339(began);
    let keep = Keep::open(&how.place, &request.fingerprint(), &started)?;
    let run = Arc::new(Run::new(how.speed, keep));
    let mut cancel = pin!(cancel);
    let nothing = Left::default();
    let opening = async {
        // Neither waits for the other; the first that fails ends both.
        tokio::try_join!(
            open(&run, request, progress),
            aggregator::ask(&run, request, began, progress)
        )
    };
    let (accounts, said) = tokio::select! {
        biased;
        () = &mut cancel => return Err(CollectError::Interrupted),
        opened = telling(&run, progress, &nothing, opening) => opened?,
    };
    let Accounts { asked, shut } = accounts;
    if let Some(said) = said {
        // Filled once, here.
        let _ = run.said.set(said);
    }
    let mut scope: BTreeMap<AccountId, BTreeSet<Region>> = asked
        .iter()
        .map(|it| (it.session.account.clone(), it.regions.clone()))
        .collect();
    let first = asked.first().map(|it| it.session.partition.clone());
    run.keep.begin(|unit| {
        let regions = scope.get(&unit.account);
        regions.is_some_and(|it| unit.region.is_global() || it.contains(&unit.region))
    })?;
    let opening = run.opening.take();
    run.keep.end(Unit::opening(), opening, None).await?;
    // The set of opened accounts is filled once, here.
    let _ = run.asked.set(scope.keys().cloned().collect());
    let shut = shut.into_iter().map(|it| it.gap.key.account);
    scope.extend(shut.map(|account| (account, BTreeSet::new())));
    let whole = run_all(&run, ALL, asked, progress, cancel).await?;

    let (calls, throttles) = (run.calls(), run.throttles());
    let header = Header {
        tool: format!("mrlint {}", env!("CARGO_PKG_VERSION")),
        partition: first.unwrap_or_default(),
        scope,
        started,
        finished: now(),
    };
    let run = alone(run).await;
    Ok(Collected {
        word: run.said.into_inner().map(Said::into_told),
        kept: run.keep.finish(header)?,
        calls,
        throttles,
        interrupted: !whole,
    })
}

/// The run, once nothing else holds it: a task that has ended may take a moment to let go.
pub(super) async fn alone(mut run: Arc<Run>) -> Run {
    loop {
        match Arc::try_unwrap(run) {
            Ok(run) => return run,
            Err(shared) => run = shared,
        }
        tokio::task::yield_now().await;
    }
}

/// RFC 3339 in UTC, without fractions.
pub(super) fn now() -> String {
    rfc_3339(jiff::Timestamp::now())
}
