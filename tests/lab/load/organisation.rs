//! What no recording can hold: keys of roles in any account, and an organisation of any size.
//!
//! Its accounts are numbered from [`FIRST`], which manages it and lies in the root; the others lie in
//! units of fifty.

use serde_json::{Value, json};

use super::request::form;

/// The management account.
const FIRST: u64 = 100_000_000_000;
const PER_UNIT: u64 = 50;
/// The most that Organizations puts on a page.
const PAGE: u64 = 20;
const ID: &str = "o-load000000";
const ROOT: &str = "r-load";

/// What the server says of its own knowledge.
#[derive(Debug)]
pub(crate) enum Own {
    /// An answer: media type and body.
    Answer(&'static str, String),
    /// Only the management account is told.
    Denied,
}

/// The account that keys are asked for, where the request asks for the keys of a role.
pub(crate) fn role_account(body: &str) -> Option<String> {
    let role = form(body, "RoleArn")?;
    role.split(':').nth(4).map(str::to_owned)
}

/// Keys of the role, good for so many seconds; the token says until when.
pub(crate) fn keys(body: &str, account: &str, seconds: i64) -> String {
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    let role = form(body, "RoleArn").unwrap_or_default();
    let role = role.rsplit('/').next().unwrap_or_default();
    let session = form(body, "RoleSessionName").unwrap_or_default();
    let token = format!("{TOKEN}{}", until.as_second());
    let expires = until.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
         <AssumedRoleUser><AssumedRoleId>AROALOAD{account}:{session}</AssumedRoleId>\
         <Arn>arn:aws:sts::{account}:assumed-role/{role}/{session}</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>ASIA{account}LOAD</AccessKeyId>\
         <SecretAccessKey>not-a-secret-of-anything</SecretAccessKey>\
         <SessionToken>{token}</SessionToken><Expiration>{expires}</Expiration></Credentials>\
         </AssumeRoleResult><ResponseMetadata><RequestId>00000000</RequestId></ResponseMetadata>\
         </AssumeRoleResponse>"
    )
}

const TOKEN: &str = "load-until-";

/// Whether the session token was given by [`keys`], too long ago.
pub(crate) fn is_expired(token: &str) -> bool {
    let until = token.strip_prefix(TOKEN).and_then(|it| it.parse().ok());
    until.is_some_and(|until: i64| until <= jiff::Timestamp::now().as_second())
}

/// What an organisation of so many accounts says to one of them. `None` where that is not for here.
pub(crate) fn answer(accounts: u64, asker: &str, operation: &str, body: &str) -> Option<Own> {
    let body: Value = serde_json::from_str(body).ok()?;
    let managing = format!("{FIRST:012}");
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let told = match operation {
        "DescribeOrganization" => json!({"Organization": {
            "Id": ID,
            "Arn": format!("arn:aws:organizations::{managing}:organization/{ID}"),
            "FeatureSet": "ALL",
            "MasterAccountId": managing,
            "MasterAccountArn": arn(FIRST),
            "MasterAccountEmail": "owner@example.com",
        }}),
        _ if asker != managing => return Some(Own::Denied),
        "ListAccounts" => page(&body, "Accounts", (0..accounts).map(account)),
        "DescribeAccount" => {
            json!({"Account": account(text("AccountId").parse::<u64>().ok()?.checked_sub(FIRST)?)})
        }
        "ListTagsForResource" => {
            let number: u64 = text("ResourceId").parse().ok()?;
            let stage = if number.is_multiple_of(2) {
                "prod"
            } else {
                "dev"
            };
            json!({"Tags": [{"Key": "stage", "Value": stage}]})
        }
        "ListRoots" => json!({"Roots": [{
            "Id": ROOT,
            "Arn": format!("arn:aws:organizations::{managing}:root/{ID}/{ROOT}"),
            "Name": "Root",
            "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
        }]}),
        "ListPolicies" => json!({"Policies": []}),
        "ListOrganizationalUnitsForParent" if text("ParentId") == ROOT => {
            let units = accounts.saturating_sub(1).div_ceil(PER_UNIT);
            page(&body, "OrganizationalUnits", (0..units).map(unit))
        }
        "ListOrganizationalUnitsForParent" => json!({"OrganizationalUnits": []}),
        "ListAccountsForParent" if text("ParentId") == ROOT => {
            page(&body, "Accounts", (0..1).map(account))
        }
        "ListAccountsForParent" => {
            let number: u64 = text("ParentId").rsplit('-').next()?.parse().ok()?;
            let first = number * PER_UNIT + 1;
            let within = first..(first + PER_UNIT).min(accounts);
            page(&body, "Accounts", within.map(account))
        }
        _ => return None,
    };
    Some(Own::Answer("application/x-amz-json-1.1", told.to_string()))
}

fn arn(number: u64) -> String {
    format!("arn:aws:organizations::{FIRST:012}:account/{ID}/{number:012}")
}

fn account(index: u64) -> Value {
    let number = FIRST + index;
    json!({
        "Id": format!("{number:012}"),
        "Arn": arn(number),
        "Name": format!("load-{index}"),
        "Email": format!("load-{index}@example.com"),
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": 1_760_000_000,
    })
}

fn unit(index: u64) -> Value {
    let id = format!("ou-load-{index:08}");
    json!({
        "Id": id,
        "Arn": format!("arn:aws:organizations::{FIRST:012}:ou/{ID}/{id}"),
        "Name": format!("unit-{index}"),
    })
}

/// One page of what is listed.
fn page(body: &Value, member: &str, all: impl Iterator<Item = Value> + Clone) -> Value {
    let from = body["NextToken"].as_str().and_then(|it| it.parse().ok());
    let (from, size) = (from.unwrap_or(0), body["MaxResults"].as_u64());
    let size = size.unwrap_or(PAGE).clamp(1, PAGE);
    let [skip, take] = [from, size].map(|it| usize::try_from(it).unwrap_or(usize::MAX));
    let mut rest = all.skip(skip).peekable();
    let listed: Vec<Value> = rest.by_ref().take(take).collect();
    let mut page = json!({member: listed});
    if rest.peek().is_some() {
        page["NextToken"] = json!((from + size).to_string());
    }
    page
}
