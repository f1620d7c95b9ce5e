//! Opens the accounts of a request: who to be in each, and which Regions are asked there.
//!
//! An account that cannot be asked is a gap, never silence; only when none can be asked is there
//! no inventory.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::join_all;

use super::Context;
use super::members::{Member, members};
use super::progress::Progress;
use super::recorder::Recorders;
use super::request::{CollectError, Request};
use super::scope::{Account, Run};
use super::services::tags::Tags;
use super::unit::Unit;
use super::who::{Identity, Members, Who};
use crate::aws::error::Failure;
use crate::aws::regions::{self, DESCRIBE_REGIONS, Wanted};
use crate::aws::role::RoleArn;
use crate::aws::session::{Caller, Session};
use crate::inventory::{AccountId, Gap, GapKey, Kind, Region};

/// The accounts of a request.
#[derive(Debug)]
pub(super) struct Accounts {
    /// Those that are asked.
    pub(super) asked: Vec<Arc<Account>>,
    /// Those that cannot be.
    pub(super) shut: Vec<Shut>,
}

/// Opens what a request asks for. Notes what is not known of the accounts, and which cannot be
/// asked, as gaps of the run.
pub(super) async fn open(
    run: &Arc<Run>,
    request: &Request,
    progress: &dyn Progress,
) -> Result<Accounts, CollectError> {
    let wanted = wanted(request)?;
    let tried = match Who::new(request)? {
        Who::Each(identities) => each(run, &identities, &wanted).await,
        Who::Members(members) => all_members(run, &members, &wanted, progress).await?,
    };
    let (opened, shut) = told_apart(tried);
    let asked = chosen(request, &wanted, run, (opened, &shut))?;
    Ok(Accounts { asked, shut })
}

fn wanted(request: &Request) -> Result<Wanted, CollectError> {
    let all = ["all".to_owned()];
    let include = if request.regions.is_empty() {
        &all[..]
    } else {
        &request.regions[..]
    };
    Wanted::new(include, &request.exclude_regions).map_err(|problem| CollectError::Usage {
        problem,
        help: None,
    })
}

/// An account that can be asked.
struct Opened {
    session: Session,
    /// `None` where nobody says which are enabled.
    enabled: Option<BTreeSet<Region>>,
    /// The Regions that are wanted.
    regions: BTreeSet<Region>,
    /// Why nobody says which are enabled.
    gap: Option<Gap>,
}

/// An account that cannot be asked.
#[derive(Debug)]
pub(super) struct Shut {
    pub(super) gap: Gap,
    pub(super) message: String,
}

/// One for each identity.
async fn each(run: &Run, identities: &[Identity], wanted: &Wanted) -> Vec<Result<Opened, Shut>> {
    let mut callers: BTreeMap<Option<&str>, Caller> = BTreeMap::new();
    for identity in identities {
        let profile = identity.profile.as_deref();
        if let Entry::Vacant(new) = callers.entry(profile) {
            new.insert(Caller::load(profile, &run.pace).await);
        }
    }
    let tried = identities.iter().filter_map(|identity| {
        let caller = callers.get(&identity.profile.as_deref())?;
        Some(async move {
            let session = become_one(run, caller, identity).await?;
            choose(run, session, wanted).await
        })
    });
    join_all(tried).await
}

async fn become_one(run: &Run, caller: &Caller, identity: &Identity) -> Result<Session, Shut> {
    let Some(role) = &identity.role else {
        let opened = caller.open(&run.pace).await;
        return opened
            .map_err(|failed| not_signed_in(caller.name().into(), &caller.name(), &failed));
    };
    let external_id = identity.external_id.as_deref();
    let opened = caller.take_on(role.clone(), external_id, &run.sign_ins);
    let opened = opened.await;
    opened.map_err(|failed| not_signed_in(role.account.clone(), role.as_str(), &failed))
}

fn not_signed_in(account: AccountId, name: &str, failed: &(&'static str, Failure)) -> Shut {
    let (operation, failure) = failed;
    cannot_ask(account, operation, failure, signing_in(name, failed))
}

/// Why somebody could not sign in.
pub(super) fn signing_in(name: &str, (operation, failure): &(&'static str, Failure)) -> String {
    format!("{name}: {operation}: {}", said(failure))
}

/// One for each member.
async fn all_members(
    run: &Arc<Run>,
    wanted: &Members,
    regions: &Wanted,
    progress: &dyn Progress,
) -> Result<Vec<Result<Opened, Shut>>, CollectError> {
    let caller = Caller::load(wanted.profile.as_deref(), &run.pace).await;
    let own = caller.open(&run.pace).await.map_err(|failed| {
        let shut = not_signed_in(caller.name().into(), &caller.name(), &failed);
        CollectError::NoAccount(vec![shut.message])
    })?;
    let found = members(&listing(run, &own), wanted, progress).await;
    let found = found.map_err(CollectError::NotListed)?;
    if found.is_empty() {
        return Err(CollectError::usage(
            "no account is left of those that were chosen",
            "the notes above say which were left out, and why",
        ));
    }
    let tried = found.iter().map(async |member| {
        let session = become_member(run, (&caller, &own), wanted, member, progress).await?;
        choose(run, session, regions).await
    });
    Ok(join_all(tried).await)
}

/// To ask the caller's account about its organisation.
fn listing(run: &Arc<Run>, own: &Session) -> Context {
    asking(run, own, Region::global(), "members")
}

/// To ask the caller's account for something that is no part of the inventory.
pub(super) fn asking(run: &Arc<Run>, own: &Session, region: Region, what: &str) -> Context {
    let account = Account {
        session: own.clone(),
        regions: BTreeSet::new(),
        enabled: Some(BTreeSet::new()),
        tags: Tags::default(),
        recorders: Recorders::default(),
    };
    let unit = Unit {
        account: own.account.clone(),
        region,
        collector: what.to_owned(),
    };
    let (run, account) = (Arc::clone(run), Arc::new(account));
    Context::new(run, account, unit, Arc::default()).whole()
}

/// The caller's own account may be read without the role: service-managed stack sets leave out the
/// account that manages the organisation.
async fn become_member(
    run: &Run,
    (caller, own): (&Caller, &Session),
    wanted: &Members,
    member: &Member,
    progress: &dyn Progress,
) -> Result<Session, Shut> {
    let account = &member.account;
    let role = RoleArn::of(&own.partition, account, &wanted.role_name);
    let is_own = *account == own.account;
    if is_own && role.is_of(&own.arn) {
        return Ok(own.clone());
    }
    let external_id = wanted.external_id.as_deref();
    let opened = caller
        .take_on(role.clone(), external_id, &run.sign_ins)
        .await;
    match opened {
        Err((_, failure)) if is_own => {
            progress.note(&format!(
                "account {account} is read with the caller's own credentials: it is the caller's \
                 account, and {role} could not be assumed ({})",
                said(&failure)
            ));
            Ok(own.clone())
        }
        opened => opened.map_err(|failed| not_signed_in(account.clone(), role.as_str(), &failed)),
    }
}

/// Of several identities for one account, the first that opens it.
fn told_apart(tried: Vec<Result<Opened, Shut>>) -> (Vec<Opened>, Vec<Shut>) {
    let mut accounts = BTreeSet::new();
    let (mut opened, mut shut) = (Vec::new(), Vec::<Shut>::new());
    for tried in tried {
        match tried {
            Ok(it) if accounts.insert(it.session.account.clone()) => opened.push(it),
            Ok(_) => {}
            Err(it) => shut.push(it),
        }
    }
    shut.retain(|it| !accounts.contains(&it.gap.key.account));
    (opened, shut)
}

/// The enabled Regions and those of them wanted. Where nobody says which are enabled, those that
/// the user names are taken at their word.
async fn choose(run: &Run, session: Session, wanted: &Wanted) -> Result<Opened, Shut> {
    let failure = match regions::enabled(&session, &run.pace).await {
        Ok(enabled) => {
            return Ok(Opened {
                regions: wanted.among(&enabled),
                enabled: Some(enabled),
                gap: None,
                session,
            });
        }
        Err(failure) => failure,
    };
    let account = session.account.clone();
    if let Some(regions) = wanted.named() {
        let place = (account, session.own_region());
        let hides = BTreeSet::new();
        let gap = gap(place, DESCRIBE_REGIONS, &failure, said(&failure), hides);
        return Ok(Opened {
            regions,
            enabled: None,
            gap: Some(gap),
            session,
        });
    }
    let message = format!(
        "account {account}: {DESCRIBE_REGIONS}: {}; name the Regions one by one to go without it",
        said(&failure)
    );
    Err(cannot_ask(account, DESCRIBE_REGIONS, &failure, message))
}

/// An account of which nothing can be read.
fn cannot_ask(account: AccountId, operation: &str, failure: &Failure, message: String) -> Shut {
    let all = Kind::ALL.iter().copied().collect();
    let place = (account, Region::global());
    let gap = gap(place, operation, failure, message.clone(), all);
    Shut { gap, message }
}

fn gap(
    (account, region): (AccountId, Region),
    operation: &str,
    failure: &Failure,
    message: String,
    hides: BTreeSet<Kind>,
) -> Gap {
    let key = GapKey {
        account,
        region,
        operation: operation.to_owned(),
        cause: failure.cause,
    };
    Gap {
        key,
        action: Some(operation.to_owned()),
        message: Some(message),
        hides,
        calls: 1,
    }
}

fn said(failure: &Failure) -> String {
    failure
        .message
        .clone()
        .unwrap_or_else(|| failure.cause.to_string())
}

/// The accounts to ask, at least one of them in a Region that is wanted. Notes what is not known
/// of them, and those that cannot be asked.
fn chosen(
    request: &Request,
    wanted: &Wanted,
    run: &Run,
    (opened, shut): (Vec<Opened>, &[Shut]),
) -> Result<Vec<Arc<Account>>, CollectError> {
    if opened.is_empty() {
        let reasons = shut.iter().map(|it| it.message.clone());
        return Err(CollectError::NoAccount(reasons.collect()));
    }
    // An account that cannot be asked may have it enabled: that is a gap, no slip of the pen.
    let all_asked = shut.is_empty();
    let mut accounts = Vec::new();
    let mut all_enabled = BTreeSet::new();
    for it in opened {
        all_enabled.extend(it.enabled.as_ref().unwrap_or(&it.regions).iter().cloned());
        it.gap
            .into_iter()
            .for_each(|gap| run.opening.lock().gap(gap));
        accounts.push(Arc::new(Account {
            session: it.session,
            regions: it.regions,
            enabled: it.enabled,
            tags: Tags::default(),
            recorders: Recorders::default(),
        }));
    }
    for it in shut {
        run.opening.lock().gap(it.gap.clone());
    }
    let enabled: Vec<&str> = all_enabled.iter().map(Region::as_str).collect();
    let unmet = wanted.unmet(&all_enabled);
    if !unmet.is_empty() && all_asked {
        return Err(CollectError::NotEnabled {
            unmet,
            enabled: enabled.join(", "),
        });
    }
    if accounts.iter().all(|account| account.regions.is_empty()) {
        return Err(CollectError::NoRegion {
            wanted: request.regions.join(","),
            enabled: enabled.join(", "),
        });
    }
    Ok(accounts)
}
