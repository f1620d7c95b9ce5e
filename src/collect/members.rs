//! Which accounts an organisation has, of those that a request means.
//!
//! Whoever asks for all gets all or an error: an account that was not listed would look like one
//! that is not there. Units are read from the top down; nobody is asked for a parent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_organizations::Client;
use aws_sdk_organizations::operation::list_accounts::ListAccountsOutput;
use aws_sdk_organizations::operation::list_accounts_for_parent::ListAccountsForParentOutput;
use aws_sdk_organizations::operation::list_organizational_units_for_parent::ListOrganizationalUnitsForParentOutput;
use aws_sdk_organizations::operation::list_tags_for_resource::ListTagsForResourceOutput;
use aws_sdk_organizations::types as sdk;

use super::progress::Progress;
use super::request::NotListed;
use super::services::organizations::{
    self as organization, LIST_ACCOUNTS as LIST_ACCOUNTS_OF, LIST_UNITS, PAGE,
};
use super::times::Times;
use super::who::{Listed, Members};
use super::{Context, Operation};
use crate::inventory::{AccountId, Cause, GapKey};

pub(super) const LIST_ACCOUNTS: Operation =
    organization::operation("organizations:ListAccounts", Times::UNTOLD.0);
pub(super) const LIST_TAGS: Operation =
    organization::operation("organizations:ListTagsForResource", Times::UNTOLD.0);

/// What an account has to be.
const ACTIVE: &str = "ACTIVE";

/// An account that is to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) account: AccountId,
    /// Where the organisation was asked for it.
    pub(super) name: Option<String>,
    /// Why it cannot be read: what it is instead of active.
    inactive: Option<String>,
}

/// The accounts that are meant, sorted. Tells which are left out.
pub(super) async fn members(
    ctx: &Context,
    wanted: &Members,
    progress: &dyn Progress,
) -> Result<Vec<Member>, NotListed> {
    let client = Client::new(ctx.sdk());
    let listed = match &wanted.listed {
        None => Ok(Vec::new()),
        Some(Listed::All) => all(ctx, &client).await,
        Some(Listed::Units(units)) => below(ctx, &client, units).await,
    };
    let mut listed = listed.map_err(|gap| not_listed(ctx, &gap))?;
    listed.sort();
    listed.dedup();
    let mut used = BTreeSet::new();
    let left = without_inactive(listed, progress);
    let left = without_excluded(left, wanted, &mut used, progress);
    let mut found = tagged(ctx, &client, left, wanted, progress)
        .await
        .map_err(|gap| not_listed(ctx, &gap))?;
    let known: BTreeSet<AccountId> = found.iter().map(|it| it.account.clone()).collect();
    let named = wanted.accounts.iter().filter(|it| !known.contains(*it));
    let named = named.map(|account| Member {
        account: account.clone(),
        name: None,
        inactive: None,
    });
    found.extend(without_excluded(
        named.collect(),
        wanted,
        &mut used,
        progress,
    ));
    found.sort();
    found.dedup();
    for pattern in wanted.exclude.iter().filter(|it| !used.contains(&it.text)) {
        progress.note(&format!(
            "--exclude-accounts `{}` fits no account",
            pattern.text
        ));
    }
    Ok(found)
}

fn not_listed(ctx: &Context, gap: &GapKey) -> NotListed {
    NotListed {
        operation: gap.operation.clone(),
        caller: gap.account.to_string(),
        message: ctx.said(gap).unwrap_or_else(|| gap.cause.to_string()),
        denied: matches!(gap.cause, Cause::Denied | Cause::DeniedByScp),
    }
}

/// Tells how many are in which state.
fn without_inactive(listed: Vec<Member>, progress: &dyn Progress) -> Vec<Member> {
    let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut active = Vec::new();
    for member in listed {
        match &member.inactive {
            Some(state) => states.entry(state.clone()).or_default().push(member.said()),
            None => active.push(member),
        }
    }
    for (state, accounts) in states {
        progress.note(&format!("left out because {state}: {}", counted(&accounts)));
    }
    active
}

/// Tells how many; notes which patterns were of use.
fn without_excluded(
    members: Vec<Member>,
    wanted: &Members,
    used: &mut BTreeSet<String>,
    progress: &dyn Progress,
) -> Vec<Member> {
    let mut out = Vec::new();
    let mut left = Vec::new();
    for member in members {
        let fits = wanted.excluding(&member.account, member.name.as_deref());
        let fits: Vec<String> = fits.map(|it| it.text.clone()).collect();
        if fits.is_empty() {
            left.push(member);
        } else {
            out.push(member.said());
            used.extend(fits);
        }
    }
    if !out.is_empty() {
        progress.note(&format!("excluded: {}", counted(&out)));
    }
    left
}

/// Those with the tags that are wanted. Only then is anybody asked for tags.
async fn tagged(
    ctx: &Context,
    client: &Client,
    members: Vec<Member>,
    wanted: &Members,
    progress: &dyn Progress,
) -> Result<Vec<Member>, GapKey> {
    if wanted.tags.is_empty() {
        return Ok(members);
    }
    let all = members.len();
    let kept = Mutex::new(Ok(Vec::new()));
    ctx.each(members, async |member| {
        let tags = tags_of(ctx, client, &member.account).await;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        match (tags, &mut *kept) {
            (Ok(tags), Ok(kept)) if wanted.has_tags(&tags) => kept.push(member),
            (Err(gap), Ok(_)) => *kept = Err(gap),
            _ => {}
        }
    })
    .await;
    let kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    if kept.len() < all {
        let without = all - kept.len();
        progress.note(&format!("left out by tag: {without} of {all} accounts"));
    }
    Ok(kept)
}

async fn all(ctx: &Context, client: &Client) -> Result<Vec<Member>, GapKey> {
    let mut pages = Vec::new();
    let next = |page: &ListAccountsOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_accounts().max_results(PAGE);
        request.set_next_token(token).send()
    };
    ctx.pages_into(&mut pages, &LIST_ACCOUNTS, &[], next, send)
        .await?;
    Ok(of(pages.iter().flat_map(ListAccountsOutput::accounts)))
}

/// The accounts of the units and of all units below them, a level at a time.
async fn below(ctx: &Context, client: &Client, units: &[String]) -> Result<Vec<Member>, GapKey> {
    let mut met: BTreeSet<String> = units.iter().cloned().collect();
    let mut level: Vec<String> = met.iter().cloned().collect();
    let mut members = Vec::new();
    while !level.is_empty() {
        let read = Mutex::new(Vec::new());
        ctx.each(level, async |unit| {
            let here = tokio::join!(
                accounts_of(ctx, client, &unit),
                units_of(ctx, client, &unit)
            );
            let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
            read.push(here);
        })
        .await;
        level = Vec::new();
        for (accounts, units) in read.into_inner().unwrap_or_else(PoisonError::into_inner) {
            members.extend(accounts?);
            let new = units?.into_iter().filter(|unit| met.insert(unit.clone()));
            level.extend(new);
        }
    }
    Ok(members)
}

async fn accounts_of(ctx: &Context, client: &Client, unit: &str) -> Result<Vec<Member>, GapKey> {
    let mut pages = Vec::new();
    let next = |page: &ListAccountsForParentOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_accounts_for_parent().parent_id(unit);
        let request = request.max_results(PAGE);
        request.set_next_token(token).send()
    };
    ctx.pages_into(&mut pages, &LIST_ACCOUNTS_OF, &[], next, send)
        .await?;
    let accounts = pages.iter().flat_map(ListAccountsForParentOutput::accounts);
    Ok(of(accounts))
}

async fn units_of(ctx: &Context, client: &Client, unit: &str) -> Result<Vec<String>, GapKey> {
    let mut pages = Vec::new();
    let next = |page: &ListOrganizationalUnitsForParentOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_organizational_units_for_parent();
        let request = request.parent_id(unit).max_results(PAGE);
        request.set_next_token(token).send()
    };
    ctx.pages_into(&mut pages, &LIST_UNITS, &[], next, send)
        .await?;
    let units = pages
        .iter()
        .flat_map(ListOrganizationalUnitsForParentOutput::organizational_units);
    Ok(units.filter_map(|it| it.id().map(str::to_owned)).collect())
}

async fn tags_of(
    ctx: &Context,
    client: &Client,
    account: &AccountId,
) -> Result<BTreeMap<String, String>, GapKey> {
    let mut pages = Vec::new();
    let next = |page: &ListTagsForResourceOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_tags_for_resource().resource_id(&**account);
        request.set_next_token(token).send()
    };
    ctx.pages_into(&mut pages, &LIST_TAGS, &[], next, send)
        .await?;
    let tags = pages.iter().flat_map(ListTagsForResourceOutput::tags);
    Ok(tags
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect())
}

fn of<'a>(accounts: impl Iterator<Item = &'a sdk::Account>) -> Vec<Member> {
    let member = |it: &sdk::Account| {
        // The older field is all that some partitions have.
        let state = it.state().map(sdk::AccountState::as_str);
        let state = state.or_else(|| it.status().map(sdk::AccountStatus::as_str));
        Some(Member {
            account: it.id()?.into(),
            name: it.name().map(str::to_owned),
            inactive: state.filter(|it| *it != ACTIVE).map(str::to_owned),
        })
    };
    accounts.filter_map(member).collect()
}

impl Member {
    fn said(&self) -> String {
        match &self.name {
            Some(name) => format!("{} ({name})", self.account),
            None => self.account.to_string(),
        }
    }
}

/// How many, and the first of them.
fn counted(accounts: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = accounts.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let more = match accounts.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let word = if accounts.len() == 1 {
        "account"
    } else {
        "accounts"
    };
    format!("{} {word}: {}{more}", accounts.len(), shown.join(", "))
}
