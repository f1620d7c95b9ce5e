//! The account itself: which Regions it has enabled, whether it blocks public access to buckets, which
//! organisation it belongs to, and, where the account may ask, what that organisation's policies allow.
//!
//! Addresses and owners of accounts are never kept, of policies only what [`policy::parse`] keeps.

use aws_sdk_account::Client as AccountClient;
use aws_sdk_account::operation::list_regions::ListRegionsOutput;
use aws_sdk_account::types as sdk;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::Organization;

use super::organizations::{self, LIST_ACCOUNTS, LIST_POLICIES, LIST_ROOTS, LIST_UNITS};
use super::organizations::{DESCRIBE_POLICY, LIST_TARGETS};
use super::plain::text;
use super::s3_control::{GET_PUBLIC_ACCESS_BLOCK, public_access_block};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::account::{Account, Membership, RegionStatus};
use crate::inventory::{GapKey, Kind, Region, Resource};

const LIST_REGIONS: Operation = Operation {
    name: "account:ListRegions",
    action: "account:ListRegions",
    times: Times::ONCE,
};
const DESCRIBE_ORGANIZATION: Operation = Operation {
    name: "organizations:DescribeOrganization",
    action: "organizations:DescribeOrganization",
    times: Times::ONCE,
};

/// What AWS says of an account that belongs to no organisation.
const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";
/// Regions in an answer.
const PAGE: i32 = 50;

pub(super) const ACCOUNTS: Collector = Collector {
    name: "accounts",
    kinds: &[
        Kind::AccountAccount,
        Kind::OrganizationsAccount,
        Kind::OrganizationsPolicy,
    ],
    scope: Scope::Global,
    operations: &[
        LIST_REGIONS,
        DESCRIBE_ORGANIZATION,
        GET_PUBLIC_ACCESS_BLOCK,
        LIST_ROOTS,
        LIST_UNITS,
        LIST_ACCOUNTS,
        LIST_POLICIES,
        DESCRIBE_POLICY,
        LIST_TARGETS,
    ],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let client = Client::new(ctx.sdk());
        let (regions, organization, block) = tokio::join!(
            regions(ctx),
            organization(ctx, &client),
            public_access_block(ctx)
        );
        let mut unread = std::collections::BTreeMap::new();
        let mut open = |property: &str, gap: GapKey| {
            unread.insert(property.to_owned(), gap);
        };
        let mut account = Account::default();
        match regions {
            Ok(found) => account.regions = found,
            Err(gap) => open("regions", gap),
        }
        match organization {
            Ok(found) => account.organization = found,
            Err(gap) => open("organization", gap),
        }
        match block {
            Ok(found) => account.public_access_block = found,
            Err(gap) => open("public_access_block", gap),
        }
        let membership = account.organization.clone();
        let place = Place {
            partition: ctx.partition(),
            region: Region::GLOBAL,
            account: ctx.account(),
        };
        ctx.push(Resource {
            arn: Kind::AccountAccount.arn(place, ctx.account()),
            account: ctx.account().clone(),
            region: Region::global(),
            name: ctx.account().to_string(),
            tags: std::collections::BTreeMap::new(),
            properties: account.into(),
            unread,
        });
        if let Some(membership) = membership {
            organizations::read(ctx, &client, &membership).await;
        }
    })
}

/// The opt status of every Region.
async fn regions(ctx: &Context) -> Result<Vec<RegionStatus>, GapKey> {
    let client = AccountClient::new(ctx.sdk());
    let mut pages = Vec::new();
    let next = |page: &ListRegionsOutput| page.next_token().map(str::to_owned);
    let send = |token| {
        let request = client.list_regions().max_results(PAGE);
        request.set_next_token(token).send()
    };
    ctx.pages_into(&mut pages, &LIST_REGIONS, &[], next, send)
        .await?;
    let mut regions: Vec<RegionStatus> = pages
        .iter()
        .flat_map(ListRegionsOutput::regions)
        .map(region)
        .collect();
    regions.sort_by(|a, b| a.region.cmp(&b.region));
    Ok(regions)
}

fn region(it: &sdk::Region) -> RegionStatus {
    RegionStatus {
        region: text(it.region_name()),
        status: text(it.region_opt_status().map(sdk::RegionOptStatus::as_str)),
    }
}

/// The organisation that the account belongs to, if any. Every member may ask this.
async fn organization(ctx: &Context, client: &Client) -> Result<Option<Membership>, GapKey> {
    let hides = &[Kind::OrganizationsAccount, Kind::OrganizationsPolicy];
    let answer = ctx
        .call_or_absent(&DESCRIBE_ORGANIZATION, &[NOT_IN_USE], hides, || {
            client.describe_organization().send()
        })
        .await?;
    Ok(answer.and_then(|it| it.organization).map(membership))
}

fn membership(it: Organization) -> Membership {
    Membership {
        id: it.id.unwrap_or_default(),
        management_account: it.master_account_id.unwrap_or_default(),
    }
}
