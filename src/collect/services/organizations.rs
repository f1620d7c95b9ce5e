//! Accounts and service control policies of an organisation.
//!
//! Only its management account and its delegated administrators are answered. Another member asks
//! once, unless the management account is asked in the same run: then that one speaks for all.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_sdk_organizations::Client;
use aws_sdk_organizations::operation::list_accounts_for_parent::ListAccountsForParentOutput;
use aws_sdk_organizations::operation::list_organizational_units_for_parent::ListOrganizationalUnitsForParentOutput;
use aws_sdk_organizations::operation::list_policies::ListPoliciesOutput;
use aws_sdk_organizations::operation::list_roots::ListRootsOutput;
use aws_sdk_organizations::operation::list_targets_for_policy::ListTargetsForPolicyOutput;
use aws_sdk_organizations::types as sdk;

use super::plain::{set, some_text, text};
use super::times::{Calls, Held, Times, count, pages};
use super::{Context, Operation};
use crate::inventory::kinds::account::{self, Membership};
use crate::inventory::kinds::organizations::{Account, Policy, Statement};
use crate::inventory::policy;
use crate::inventory::{Cause, GapKey, Kind, Properties, Region, Resource, not_collected};

/// An operation whose IAM action has the same name.
pub(in crate::collect) const fn operation(
    name: &'static str,
    times: fn(&Held<'_>) -> Calls,
) -> Operation {
    Operation {
        name,
        action: name,
        times: Times(times),
    }
}

pub(in crate::collect) const LIST_ROOTS: Operation = operation("organizations:ListRoots", |it| {
    let answered = it.each(Kind::OrganizationsPolicy) + it.each(Kind::OrganizationsAccount);
    Calls {
        least: answered.least.min(1),
        ..answered
    }
});
/// A unit without accounts is asked too, and nothing tells of it afterwards.
pub(in crate::collect) const LIST_UNITS: Operation =
    operation("organizations:ListOrganizationalUnitsForParent", |it| {
        it.distinct::<Account, _>(|it| &it.path).or_more()
    });
pub(in crate::collect) const LIST_ACCOUNTS: Operation =
    operation("organizations:ListAccountsForParent", |it| {
        let further = it.per::<Account>(
            |it| it.path.last().map_or("", String::as_str),
            |accounts| pages(accounts, PAGE) - 1,
        );
        (it.distinct::<Account, _>(|it| &it.path) + further).or_more()
    });
pub(in crate::collect) const LIST_POLICIES: Operation =
    operation("organizations:ListPolicies", |it| {
        asked(it, it.each(Kind::OrganizationsPolicy))
    });
pub(in crate::collect) const DESCRIBE_POLICY: Operation =
    operation("organizations:DescribePolicy", |it| {
        it.each(Kind::OrganizationsPolicy)
    });
pub(in crate::collect) const LIST_TARGETS: Operation =
    operation("organizations:ListTargetsForPolicy", |it| {
        it.summed::<Policy>(|it| pages(count(&it.targets), PAGE))
    });

/// The pages of a list that the account is asked for where it is the one to ask.
fn asked(it: &Held<'_>, listed: Calls) -> Calls {
    let mut accounts = it.of::<account::Account>();
    let organization = accounts.find_map(|it| it.organization.as_ref());
    let Some(organization) = organization else {
        let known = it.each_where::<account::Account>(|it| it.organization.is_some());
        return known;
    };
    let management = organization.management_account.as_str();
    if management == it.account().as_str() || !it.asks(management) {
        it.listing(listed, PAGE)
    } else {
        Calls::default()
    }
}

/// Things in an answer: the most that Organizations gives.
pub(in crate::collect) const PAGE: i32 = 20;
const TYPE: sdk::PolicyType = sdk::PolicyType::ServiceControlPolicy;

/// Reads the organisation, where this account is the one to ask.
pub(in crate::collect) async fn read(ctx: &Context, client: &Client, organization: &Membership) {
    let manages = organization.management_account == **ctx.account();
    if !manages && ctx.asks(&organization.management_account) {
        return;
    }
    let mut pages = Vec::new();
    let next = |page: &ListPoliciesOutput| page.next_token().map(str::to_owned);
    let hides: &[Kind] = if manages {
        &[Kind::OrganizationsPolicy]
    } else {
        &[Kind::OrganizationsPolicy, Kind::OrganizationsAccount]
    };
    let send = |token| {
        let request = client.list_policies().filter(TYPE).max_results(PAGE);
        request.set_next_token(token).send()
    };
    let listed = ctx
        .pages_into(&mut pages, &LIST_POLICIES, hides, next, send)
        .await;
    // A member that may not ask this may ask nothing else either.
    if !manages && listed.is_err() && pages.is_empty() {
        return;
    }
    let (roots, in_force) = roots(ctx, client).await;
    accounts(ctx, client, roots).await;
    let found = pages
        .into_iter()
        .flat_map(|page| page.policies.unwrap_or_default());
    ctx.each(found, async |it| {
        add_policy(ctx, client, &it, in_force.clone()).await;
    })
    .await;
}

/// Ids of the roots, and whether they have service control policies switched on.
async fn roots(ctx: &Context, client: &Client) -> (Vec<String>, Result<bool, GapKey>) {
    let mut pages = Vec::new();
    let next = |page: &ListRootsOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_roots().max_results(PAGE);
        request.set_next_token(token).send()
    };
    let hides = &[Kind::OrganizationsAccount];
    let listed = ctx
        .pages_into(&mut pages, &LIST_ROOTS, hides, next, send)
        .await;
    let roots: Vec<&sdk::Root> = pages.iter().flat_map(ListRootsOutput::roots).collect();
    let on = |it: &sdk::PolicyTypeSummary| {
        it.r#type() == Some(&TYPE) && it.status() == Some(&sdk::PolicyTypeStatus::Enabled)
    };
    let enabled = roots.iter().any(|root| root.policy_types().iter().any(on));
    let ids = roots.iter().map(|root| text(root.id())).collect();
    (ids, listed.map(|()| enabled))
}

/// Every account, from the roots down, a level at a time.
async fn accounts(ctx: &Context, client: &Client, roots: Vec<String>) {
    let mut level: Vec<Vec<String>> = roots.into_iter().map(|root| vec![root]).collect();
    while !level.is_empty() {
        let below = Mutex::new(Vec::new());
        ctx.each(level, async |path| {
            let Some(parent) = path.last() else {
                return;
            };
            accounts_of(ctx, client, parent, &path).await;
            let units = units_of(ctx, client, parent).await;
            let paths = units.into_iter().map(|unit| {
                let mut path = path.clone();
                path.push(unit);
                path
            });
            let mut below = below.lock().unwrap_or_else(PoisonError::into_inner);
            below.extend(paths);
        })
        .await;
        level = below.into_inner().unwrap_or_else(PoisonError::into_inner);
    }
}

async fn units_of(ctx: &Context, client: &Client, parent: &str) -> Vec<String> {
    let pages = ctx.pages(
        &LIST_UNITS,
        &[Kind::OrganizationsAccount],
        |page: &ListOrganizationalUnitsForParentOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.list_organizational_units_for_parent();
            let request = request.parent_id(parent).max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    let units = pages
        .iter()
        .flat_map(ListOrganizationalUnitsForParentOutput::organizational_units);
    units.filter_map(|it| it.id().map(str::to_owned)).collect()
}

async fn accounts_of(ctx: &Context, client: &Client, parent: &str, path: &[String]) {
    let pages = ctx.pages(
        &LIST_ACCOUNTS,
        &[Kind::OrganizationsAccount],
        |page: &ListAccountsForParentOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.list_accounts_for_parent();
            let request = request.parent_id(parent).max_results(PAGE);
            request.set_next_token(token).send()
        },
    );
    let pages = pages.await;
    for it in pages.iter().flat_map(ListAccountsForParentOutput::accounts) {
        let (Some(arn), Some(id)) = (it.arn(), it.id()) else {
            continue;
        };
        let account = Account {
            account_id: id.to_owned(),
            state: some_text(it.state().map(sdk::AccountState::as_str)),
            path: path.to_vec(),
        };
        push(
            ctx,
            (arn, it.name().unwrap_or(id)),
            account,
            BTreeMap::new(),
        );
    }
}

async fn add_policy(
    ctx: &Context,
    client: &Client,
    it: &sdk::PolicySummary,
    in_force: Result<bool, GapKey>,
) {
    let (Some(arn), Some(id)) = (it.arn(), it.id()) else {
        return;
    };
    let mut properties = Policy {
        policy_id: id.to_owned(),
        aws_managed: it.aws_managed(),
        ..Policy::default()
    };
    let mut unread = BTreeMap::new();
    match in_force {
        Ok(in_force) => properties.in_force = in_force,
        Err(gap) => {
            unread.insert("in_force".to_owned(), gap);
        }
    }
    let (statements, targets) = tokio::join!(statements(ctx, client, id), targets(ctx, client, id));
    match statements {
        Ok(Some(found)) => properties.statements = found,
        // Deleted since it was listed.
        Ok(None) => return,
        Err(gap) => {
            unread.insert("statements".to_owned(), gap);
        }
    }
    match targets {
        Ok(found) => properties.targets = found,
        Err(gap) => {
            unread.insert("targets".to_owned(), gap);
        }
    }
    push(ctx, (arn, it.name().unwrap_or(id)), properties, unread);
}

async fn statements(
    ctx: &Context,
    client: &Client,
    id: &str,
) -> Result<Option<Vec<Statement>>, GapKey> {
    let gone = &["PolicyNotFoundException"];
    let request = || client.describe_policy().policy_id(id).send();
    let answer = ctx
        .call_or_absent(&DESCRIBE_POLICY, gone, &[], request)
        .await?;
    let Some(answer) = answer else {
        return Ok(None);
    };
    let content = answer.policy().and_then(sdk::Policy::content);
    let parsed = policy::parse(content.unwrap_or_default());
    parsed
        .map(Some)
        .map_err(|problem| ctx.gap(&DESCRIBE_POLICY, Cause::Other, Some(problem), &[]))
}

async fn targets(ctx: &Context, client: &Client, id: &str) -> Result<Vec<String>, GapKey> {
    let mut pages = Vec::new();
    let next = |page: &ListTargetsForPolicyOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_targets_for_policy().policy_id(id);
        let request = request.max_results(PAGE);
        request.set_next_token(token).send()
    };
    ctx.pages_into(&mut pages, &LIST_TARGETS, &[], next, send)
        .await?;
    let targets = pages.iter().flat_map(ListTargetsForPolicyOutput::targets);
    Ok(set(targets.filter_map(|it| it.target_id())))
}

/// Adds what the asked account was shown of its organisation.
fn push(
    ctx: &Context,
    (arn, name): (&str, &str),
    properties: impl Into<Properties>,
    mut unread: BTreeMap<String, GapKey>,
) {
    let (properties, region) = (properties.into(), Region::global());
    let gap = not_collected(properties.kind(), ctx.account(), &region);
    unread.insert("tags".to_owned(), gap);
    ctx.push(Resource {
        arn: arn.to_owned(),
        account: ctx.account().clone(),
        region,
        name: name.to_owned(),
        tags: BTreeMap::new(),
        properties,
        unread,
    });
}
