//! Opens the accounts of a request: who to be in each, and which Regions are asked there.
//!
//! An account that cannot be asked is a gap, never silence; only when none can be asked is there
//! no inventory.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;

use super::request::{CollectError, Request};
use super::scope::{Account, Run};
use super::tags::Tags;
use crate::aws::error::Failure;
use crate::aws::regions::{self, DESCRIBE_REGIONS, Wanted};
use crate::aws::session::{Identity, Session};
use crate::inventory::{AccountId, Gap, GapKey, Kind, Region};

pub(super) fn wanted(request: &Request) -> Result<Wanted, CollectError> {
    let all = ["all".to_owned()];
    let include = if request.regions.is_empty() {
        &all[..]
    } else {
        &request.regions[..]
    };
    Wanted::new(include, &request.exclude_regions).map_err(CollectError::Usage)
}

pub(super) fn identities(request: &Request) -> Result<Vec<Identity>, CollectError> {
    let Request {
        profiles,
        role_arns,
        external_id,
        ..
    } = request;
    let identity = |profile: Option<&String>, role: Option<&String>| Identity {
        profile: profile.cloned(),
        role_arn: role.cloned(),
        external_id: role.and(external_id.clone()),
    };
    if !role_arns.is_empty() && profiles.len() > 1 {
        let message = "several profiles and roles together: roles are assumed with the \
                       credentials of one profile; name one profile, or no roles";
        return Err(CollectError::Usage(message.to_owned()));
    }
    if external_id.is_some() && role_arns.is_empty() {
        let message = "an external id is for roles: name them with --role-arn";
        return Err(CollectError::Usage(message.to_owned()));
    }
    if !role_arns.is_empty() {
        return Ok(role_arns
            .iter()
            .map(|role| identity(profiles.first(), Some(role)))
            .collect());
    }
    if profiles.is_empty() {
        return Ok(vec![identity(None, None)]);
    }
    Ok(profiles
        .iter()
        .map(|profile| identity(Some(profile), None))
        .collect())
}

/// An account that can be asked.
pub(super) struct Opened {
    session: Session,
    /// `None` where nobody says which are enabled.
    enabled: Option<BTreeSet<Region>>,
    /// The Regions that are wanted.
    regions: BTreeSet<Region>,
    /// Why nobody says which are enabled.
    gap: Option<Gap>,
}

/// An account that cannot be asked.
pub(super) struct Shut {
    pub(super) gap: Gap,
    message: String,
}

/// One for each account: of several identities for one account, the first that opens it.
pub(super) async fn open(
    run: &Run,
    identities: &[Identity],
    wanted: &Wanted,
) -> (Vec<Opened>, Vec<Shut>) {
    let tried = identities.iter().map(async |identity| {
        let opened = Session::open(identity, &run.pace).await;
        let session = opened.map_err(|(operation, failure)| {
            let message = format!("{}: {operation}: {}", identity.name(), said(&failure));
            cannot_ask(identity.account(), operation, &failure, message)
        })?;
        choose(run, session, wanted).await
    });
    let mut accounts = BTreeSet::new();
    let (mut opened, mut shut) = (Vec::new(), Vec::<Shut>::new());
    for tried in join_all(tried).await {
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
pub(super) fn chosen(
    request: &Request,
    wanted: &Wanted,
    run: &Run,
    (opened, shut): (Vec<Opened>, Vec<Shut>),
) -> Result<Vec<Arc<Account>>, CollectError> {
    if opened.is_empty() {
        let reasons = shut.into_iter().map(|it| it.message);
        return Err(CollectError::NoAccount(reasons.collect()));
    }
    // An account that cannot be asked may have it enabled: that is a gap, no slip of the pen.
    let all_asked = shut.is_empty();
    let mut accounts = Vec::new();
    let mut all_enabled = BTreeSet::new();
    for it in opened {
        let confirmed = it.enabled.is_some();
        all_enabled.extend(it.enabled.unwrap_or_else(|| it.regions.clone()));
        it.gap
            .into_iter()
            .for_each(|gap| run.opening.lock().gap(gap));
        accounts.push(Arc::new(Account {
            session: it.session,
            regions: it.regions,
            confirmed,
            tags: Tags::default(),
        }));
    }
    for it in shut {
        run.opening.lock().gap(it.gap);
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
