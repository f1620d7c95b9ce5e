//! What the credentials may read, found out by running the collectors without reading on: a page of
//! each listing, the first thing of each kind.
//!
//! So what is tried is what a run would call, with about one call for an operation and a place.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::driver::{alone, now};
use super::keep::{Keep, Place};
use super::open::{Accounts, Shut, open};
use super::progress::{Left, Progress, telling};
use super::request::{CollectError, Request};
use super::scope::{Account, Run};
use super::unit::Unit;
use super::units::run_all;
use super::who::Who;
use super::{ALL, ALWAYS};
use crate::aws::pace::Speed;
use crate::aws::session::{Caller, GET_CALLER_IDENTITY};
use crate::aws::whoami::{Whoami, whoami};
use crate::inventory::{AccountId, Cause, Gap, Header, Kind, Region, region};

/// What was found out.
#[derive(Debug, Serialize)]
pub struct Checkup {
    pub callers: Vec<Signed>,
    /// Accounts that can be read.
    pub accounts: Vec<Readable>,
    /// Accounts that cannot be, and why.
    pub closed: Vec<Closed>,
    /// Operations that were answered wherever they were tried.
    pub allowed: BTreeSet<&'static str>,
    /// Operations for which there was nothing to ask about.
    pub untried: BTreeSet<&'static str>,
    /// What was not answered.
    pub missing: Vec<Missing>,
    /// Calls to AWS that this took.
    pub calls: u64,
    /// How many of them AWS throttled.
    pub throttled: u64,
}

/// Credentials that sign in.
#[derive(Debug, Serialize)]
pub struct Signed {
    /// The profile, or the default credentials.
    pub name: String,
    pub account: Option<String>,
    pub arn: Option<String>,
    /// Where the credentials were found, if any were.
    pub source: Option<&'static str>,
    /// The last letters of the name of the key.
    pub key: Option<String>,
    pub expires: Option<String>,
    /// The Region of the profile or the environment.
    pub region: Option<String>,
    /// How far the clock of this machine is ahead of AWS's.
    pub seconds_ahead: Option<i64>,
    /// Why nobody says who that is.
    pub failure: Option<String>,
}

/// An account that can be read.
#[derive(Debug, Serialize)]
pub struct Readable {
    pub account: AccountId,
    /// As whom.
    pub arn: String,
    /// When that session ends; it is renewed before.
    pub expires: Option<String>,
    /// Regions that are wanted.
    pub regions: BTreeSet<Region>,
    /// Regions that are enabled, where AWS says so.
    pub enabled: Option<BTreeSet<Region>>,
    /// Regions that exist and are not enabled.
    pub off: BTreeSet<Region>,
}

/// An account that cannot be read.
#[derive(Debug, Serialize)]
pub struct Closed {
    pub account: AccountId,
    pub cause: Cause,
    pub reason: String,
}

/// Operations that failed for the same reason in the same places.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub cause: Cause,
    pub operations: BTreeSet<String>,
    pub actions: BTreeSet<String>,
    pub accounts: BTreeSet<AccountId>,
    pub regions: BTreeSet<Region>,
    /// Kinds of which nothing is known then.
    pub hides: BTreeSet<Kind>,
    /// Kinds of which less is known then.
    pub dims: BTreeSet<Kind>,
    /// What AWS said of one of them.
    pub message: Option<String>,
}

impl Missing {
    /// Whether somebody has to do something: what a Region does not offer is no lack.
    pub fn is_lack(&self) -> bool {
        !matches!(
            self.cause,
            Cause::UnsupportedInRegion | Cause::RegionDisabled | Cause::NotCollected
        )
    }
}

/// Finds out who we are and what may be read.
pub async fn examine(
    request: &Request,
    speed: Speed,
    progress: &dyn Progress,
    cancel: impl Future<Output = ()>,
) -> Result<Checkup, CollectError> {
    let who = Who::new(request)?;
    let keep = Keep::open(&Place::Memory, &request.fingerprint(), &now())?;
    let run = Arc::new(Run::probing(speed, keep));
    let mut cancel = pin!(cancel);
    let nothing = Left::default();
    let opening = async {
        let mut callers = Vec::new();
        for profile in who.profiles() {
            let caller = Caller::load(profile, &run.pace).await;
            callers.push(whoami(&caller, &run.pace).await);
        }
        // Nobody to be: nothing that could be opened.
        if callers.iter().all(|it| it.identity.is_err()) {
            return (callers, Err(CollectError::NoAccount(Vec::new())));
        }
        (callers, open(&run, request, progress).await)
    };
    let (callers, opened) = tokio::select! {
        biased;
        () = &mut cancel => return Err(CollectError::Interrupted),
        opened = telling(&run, progress, &nothing, opening) => opened,
    };
    let mut checkup = Checkup::of(callers);
    match opened {
        Ok(Accounts { asked, shut }) => {
            checkup.accounts = asked.iter().map(readable).collect();
            checkup.closed = shut.into_iter().map(closed).collect();
            let _ = run
                .asked
                .set(asked.iter().map(|it| it.session.account.clone()).collect());
            if !run_all(&run, ALL, asked, progress, cancel).await? {
                return Err(CollectError::Interrupted);
            }
        }
        Err(CollectError::NoAccount(reasons)) => {
            checkup.closed = reasons.into_iter().map(unknown).collect();
        }
        Err(error @ CollectError::NotListed(_)) => {
            checkup.closed = vec![unknown(error.to_string())];
        }
        Err(error) => return Err(error),
    }
    checkup.finish(run).await
}

impl Checkup {
    fn of(callers: Vec<Whoami>) -> Self {
        Self {
            callers: callers.into_iter().map(signed).collect(),
            accounts: Vec::new(),
            closed: Vec::new(),
            allowed: BTreeSet::new(),
            untried: BTreeSet::new(),
            missing: Vec::new(),
            calls: 0,
            throttled: 0,
        }
    }

    /// Adds what the probing came to.
    async fn finish(mut self, run: Arc<Run>) -> Result<Self, CollectError> {
        (self.calls, self.throttled) = (run.calls(), run.throttles());
        let mut answered = run.probed.as_ref().map(super::scope::Probed::take);
        let mut answered = answered.take().unwrap_or_default();
        if !self.accounts.is_empty() {
            answered.extend(ALWAYS.iter().map(|it| it.name));
        }
        let opening = run.opening.take();
        run.keep.end(Unit::opening(), opening, None).await?;
        let kept = alone(run).await.keep.finish(Header::default())?;
        let inventory = kept.inventory().map_err(|error| CollectError::Usage {
            problem: error.to_string(),
            help: None,
        })?;
        // An account that is closed is said once.
        let closed: BTreeSet<&AccountId> = self.closed.iter().map(|it| &it.account).collect();
        let gaps = inventory.gaps();
        self.missing = missing(gaps.filter(|gap| !closed.contains(&gap.key.account)));
        let failed = |name: &str| self.missing.iter().any(|it| it.operations.contains(name));
        let collectors = ALL.iter().flat_map(|it| it.operations);
        for operation in collectors.chain(ALWAYS) {
            if answered.contains(operation.name) && !failed(operation.name) {
                self.allowed.insert(operation.name);
            } else if !failed(operation.name) {
                self.untried.insert(operation.name);
            }
        }
        Ok(self)
    }
}

fn signed(it: Whoami) -> Signed {
    let (account, arn, failure) = match it.identity {
        Ok((account, arn)) => (Some(account), Some(arn), None),
        Err(failure) => {
            let operation = failure.operation.unwrap_or(GET_CALLER_IDENTITY);
            let said = failure.message.unwrap_or_else(|| failure.cause.to_string());
            (None, None, Some(format!("{operation}: {said}")))
        }
    };
    let found = it.credentials;
    Signed {
        name: it.name,
        account,
        arn,
        source: found.as_ref().map(|it| it.source),
        expires: found.as_ref().and_then(|it| it.expires).and_then(time),
        key: found.map(|it| it.key),
        region: it.region,
        seconds_ahead: it.ahead,
        failure,
    }
}

fn readable(it: &Arc<Account>) -> Readable {
    let of_the_partition = region::all()
        .iter()
        .filter(|known| known.partition == it.session.partition)
        .map(|known| Region::from(known.code.as_str()));
    let enabled = it.enabled.clone();
    let off = enabled.as_ref().map(|enabled| {
        let mut all: BTreeSet<Region> = of_the_partition.collect();
        all.retain(|region| !enabled.contains(region));
        all
    });
    Readable {
        account: it.session.account.clone(),
        arn: it.session.arn.clone(),
        expires: it.session.expiry().and_then(time),
        regions: it.regions.clone(),
        off: off.unwrap_or_default(),
        enabled,
    }
}

fn closed(it: Shut) -> Closed {
    Closed {
        account: it.gap.key.account,
        cause: it.gap.key.cause,
        reason: it.message,
    }
}

/// Of an account whose name nobody learned.
fn unknown(reason: String) -> Closed {
    Closed {
        account: AccountId::default(),
        cause: Cause::Other,
        reason,
    }
}

/// RFC 3339 in UTC, without fractions.
fn time(at: SystemTime) -> Option<String> {
    let at = jiff::Timestamp::try_from(at).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// What one operation met, for one cause.
#[derive(Debug, Default)]
struct Met {
    action: Option<String>,
    message: Option<String>,
    hides: BTreeSet<Kind>,
    /// In which Regions of which accounts.
    places: BTreeMap<AccountId, BTreeSet<Region>>,
}

/// In as few groups as can say it: the same cause in the same Regions of the same accounts.
fn missing<'a>(gaps: impl Iterator<Item = &'a Gap>) -> Vec<Missing> {
    let mut met = BTreeMap::<(Cause, &str), Met>::new();
    for gap in gaps {
        let it = met.entry((gap.key.cause, &gap.key.operation)).or_default();
        it.action = it.action.take().or_else(|| gap.action.clone());
        it.message = it.message.take().or_else(|| gap.message.clone());
        it.hides.extend(&gap.hides);
        let regions = it.places.entry(gap.key.account.clone()).or_default();
        regions.insert(gap.key.region.clone());
    }
    let mut groups = BTreeMap::<(Cause, BTreeSet<AccountId>, BTreeSet<Region>), Missing>::new();
    for ((cause, operation), it) in met {
        let mut alike = BTreeMap::<BTreeSet<Region>, BTreeSet<AccountId>>::new();
        for (account, regions) in it.places {
            alike.entry(regions).or_default().insert(account);
        }
        for (regions, accounts) in alike {
            let key = (cause, accounts.clone(), regions.clone());
            let group = groups.entry(key).or_insert_with(|| Missing {
                cause,
                operations: BTreeSet::new(),
                actions: BTreeSet::new(),
                accounts,
                regions,
                hides: BTreeSet::new(),
                dims: BTreeSet::new(),
                message: it.message.clone(),
            });
            group.operations.insert(operation.to_owned());
            group.actions.extend(it.action.clone());
            group.hides.extend(&it.hides);
            group.dims.extend(dimmed(operation));
        }
    }
    let mut groups: Vec<Missing> = groups.into_values().collect();
    for group in &mut groups {
        let hides = &group.hides;
        group.dims.retain(|kind| !hides.contains(kind));
    }
    groups
}

/// The kinds of the collectors that call it.
fn dimmed(operation: &str) -> impl Iterator<Item = Kind> {
    let calls = ALL
        .iter()
        .filter(move |it| it.operations.iter().any(|it| it.name == operation));
    calls.flat_map(|it| it.kinds).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::GapKey;

    fn gap(account: &str, region: &str, operation: &str) -> Gap {
        Gap {
            key: GapKey {
                account: account.into(),
                region: region.into(),
                operation: operation.to_owned(),
                cause: Cause::Denied,
            },
            action: Some(operation.to_owned()),
            message: None,
            hides: [Kind::DynamoDbTable].into(),
            calls: 1,
        }
    }

    #[test]
    fn the_same_in_many_accounts_is_said_once() {
        let mut gaps = Vec::new();
        for account in ["1", "2", "3"] {
            for operation in ["dynamodb:ListTables", "dynamodb:DescribeTable"] {
                gaps.push(gap(account, "eu-west-1", operation));
                gaps.push(gap(account, "us-east-1", operation));
            }
        }
        gaps.push(gap("4", "eu-west-1", "dynamodb:ListTables"));
        let found = missing(gaps.iter());
        let sizes: Vec<_> = found
            .iter()
            .map(|it| (it.operations.len(), it.accounts.len(), it.regions.len()))
            .collect();
        assert_eq!(sizes, [(2, 3, 2), (1, 1, 1)], "{found:?}");
        assert!(found[0].hides.contains(&Kind::DynamoDbTable));
        assert!(!found[0].dims.contains(&Kind::DynamoDbTable));
    }
}
