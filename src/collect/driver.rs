//! Runs the collectors of a request, and puts together what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;

use super::ALL;
use super::open::{Accounts, open};
use super::progress::{Left, Progress, telling};
use super::request::{CollectError, Request};
use super::scope::Run;
use super::units::run_all;
use crate::inventory::{AccountId, Header, Inventory, Region};

/// What was collected, and how.
#[derive(Debug)]
pub struct Collected {
    pub inventory: Inventory,
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
    progress: &dyn Progress,
    cancel: impl Future<Output = ()>,
) -> Result<Collected, CollectError> {
    let started = now();
    let run = Arc::new(Run::new(request.answer));
    let mut cancel = pin!(cancel);
    let nothing = Left::default();
    let opening = open(&run, request, progress);
    let accounts = tokio::select! {
        biased;
        () = &mut cancel => return Err(CollectError::Interrupted),
        opened = telling(&run, progress, &nothing, opening) => opened?,
    };
    let Accounts { asked, shut } = accounts;
    let mut scope: BTreeMap<AccountId, BTreeSet<Region>> = asked
        .iter()
        .map(|it| (it.session.account.clone(), it.regions.clone()))
        .collect();
    // The set of opened accounts is filled once, here.
    let _ = run.asked.set(scope.keys().cloned().collect());
    let shut = shut.into_iter().map(|it| it.gap.key.account);
    scope.extend(shut.map(|account| (account, BTreeSet::new())));
    let whole = run_all(&run, ALL, &asked, progress, cancel).await;

    let found = std::mem::take(&mut *run.found());
    let header = Header {
        tool: format!("mrlint {}", env!("CARGO_PKG_VERSION")),
        partition: asked
            .first()
            .map(|it| it.session.partition.clone())
            .unwrap_or_default(),
        scope,
        started,
        finished: now(),
    };
    let gaps = found.gaps.into_values();
    Ok(Collected {
        inventory: Inventory::new(header, found.resources, gaps, found.readings),
        calls: run.calls(),
        throttles: run.throttles(),
        interrupted: !whole,
    })
}

/// RFC 3339 in UTC, without fractions.
fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
