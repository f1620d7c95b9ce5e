//! KMS keys and their aliases. Grants and key material are never asked for. Policies of customers'
//! keys are searched in memory for the services that they name, and dropped.

use std::collections::BTreeMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::operation::list_aliases::ListAliasesOutput;
use aws_sdk_kms::operation::list_keys::ListKeysOutput;
use aws_sdk_kms::types as sdk;

use super::plain::{set, text, time};
use super::tagged::{push, push_tagged};
use super::tags::GET_RESOURCES;
use super::times::{Times, count};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::kms::Key;
use crate::inventory::{Cause, GapKey, Kind, policy};

const LIST_KEYS: Operation = Operation {
    name: "kms:ListKeys",
    action: "kms:ListKeys",
    times: Times(|it| it.pages(&[Kind::KmsKey], KEYS_PAGE).or_more()),
};
const DESCRIBE_KEY: Operation = Operation {
    name: "kms:DescribeKey",
    action: "kms:DescribeKey",
    times: Times(|it| it.each(Kind::KmsKey)),
};
const LIST_ALIASES: Operation = Operation {
    name: "kms:ListAliases",
    action: "kms:ListAliases",
    times: Times(|it| {
        it.listing(it.summed::<Key>(|it| count(&it.aliases)), ALIASES_PAGE)
            .or_more()
    }),
};
const GET_KEY_POLICY: Operation = Operation {
    name: "kms:GetKeyPolicy",
    action: "kms:GetKeyPolicy",
    times: Times(|it| it.each_where::<Key>(|it| it.manager == CUSTOMER)),
};

pub(super) const KEYS: Collector = Collector {
    name: "kms",
    kinds: &[Kind::KmsKey],
    scope: Scope::Regional,
    operations: &[
        LIST_KEYS,
        DESCRIBE_KEY,
        LIST_ALIASES,
        GET_KEY_POLICY,
        GET_RESOURCES,
    ],
    run,
};

/// Most keys of one answer, and most aliases.
const KEYS_PAGE: i32 = 1000;
const ALIASES_PAGE: i32 = 100;

/// Who manages the keys whose policies people write.
pub(super) const CUSTOMER: &str = "CUSTOMER";
/// What KMS says of a key that is gone since it was listed.
const GONE: &str = "NotFoundException";

/// Aliases by the id of their key, or why they are not known.
type Aliases = Result<BTreeMap<String, Vec<String>>, GapKey>;

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let kms = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_KEYS,
            &[Kind::KmsKey],
            |page: &ListKeysOutput| page.next_marker().map(str::to_owned),
            |marker| {
                let request = kms.list_keys().limit(KEYS_PAGE);
                request.set_marker(marker).send()
            },
        );
        let (pages, aliases) = tokio::join!(pages, aliases(ctx, &kms));
        let keys = pages
            .into_iter()
            .flat_map(|page| page.keys.unwrap_or_default());
        let ids = keys.filter_map(|key| key.key_id);
        ctx.each(ids, |id| read(ctx, &kms, id, &aliases)).await;
    })
}

async fn aliases(ctx: &Context, kms: &Client) -> Aliases {
    let mut pages = Vec::new();
    let next = |page: &ListAliasesOutput| page.next_marker().map(str::to_owned);
    let send = |marker: Option<String>| {
        let request = kms.list_aliases().limit(ALIASES_PAGE);
        request.set_marker(marker).send()
    };
    ctx.pages_into(&mut pages, &LIST_ALIASES, &[], next, send)
        .await?;
    let mut aliases = BTreeMap::<String, Vec<String>>::new();
    for alias in pages.iter().flat_map(ListAliasesOutput::aliases) {
        if let (Some(key), Some(name)) = (alias.target_key_id(), alias.alias_name()) {
            let name = name.strip_prefix("alias/").unwrap_or(name);
            aliases
                .entry(key.to_owned())
                .or_default()
                .push(name.to_owned());
        }
    }
    Ok(aliases)
}

/// One key. Nothing where it is gone since it was listed; not described, it may be anything.
async fn read(ctx: &Context, kms: &Client, id: String, aliases: &Aliases) {
    let request = || kms.describe_key().key_id(&id).send();
    let answer = ctx
        .call_or_absent(&DESCRIBE_KEY, &[GONE], &[Kind::KmsKey], request)
        .await;
    let Some(it) = answer.ok().flatten().and_then(|answer| answer.key_metadata) else {
        return;
    };
    let Some(arn) = it.arn() else {
        return;
    };
    let mut properties = key(&it);
    let mut unread = BTreeMap::new();
    match aliases {
        Ok(aliases) => properties.aliases = aliases.get(&id).map(set).unwrap_or_default(),
        Err(gap) => {
            unread.insert("aliases".to_owned(), gap.clone());
        }
    }
    if properties.manager == CUSTOMER {
        match via_services(ctx, kms, &id).await {
            Ok(Some(services)) => properties.via_services = services,
            Ok(None) => return,
            Err(gap) => {
                unread.insert("via_services".to_owned(), gap);
            }
        }
    }
    let name = properties
        .aliases
        .first()
        .cloned()
        .unwrap_or_else(|| id.clone());
    if properties.manager == CUSTOMER {
        push_tagged(ctx, (arn, &name), properties, unread).await;
    } else {
        // AWS lets nobody tag its own keys.
        push(ctx, (arn, &name), BTreeMap::new(), properties, unread);
    }
}

/// The services that its policy demands; `None` where the key is gone since it was listed.
async fn via_services(
    ctx: &Context,
    kms: &Client,
    id: &str,
) -> Result<Option<Vec<String>>, GapKey> {
    let request = || kms.get_key_policy().key_id(id).send();
    let answer = ctx
        .call_or_absent(&GET_KEY_POLICY, &[GONE], &[], request)
        .await?;
    let Some(answer) = answer else {
        return Ok(None);
    };
    let services = policy::via_services(answer.policy().unwrap_or_default());
    services
        .map(Some)
        .map_err(|problem| ctx.gap(&GET_KEY_POLICY, Cause::Other, Some(problem), &[]))
}

/// The key, without what takes a call of its own.
fn key(it: &sdk::KeyMetadata) -> Key {
    let kin = it.multi_region_configuration();
    let primary = kin.and_then(|it| it.primary_key());
    let replicas = kin
        .map(sdk::MultiRegionConfiguration::replica_keys)
        .unwrap_or_default();
    let regions = primary
        .into_iter()
        .chain(replicas)
        .filter_map(|key| key.region());
    let role = kin.and_then(|it| it.multi_region_key_type());
    Key {
        key_id: it.key_id().to_owned(),
        manager: text(it.key_manager().map(sdk::KeyManagerType::as_str)),
        state: text(it.key_state().map(sdk::KeyState::as_str)),
        origin: text(it.origin().map(sdk::OriginType::as_str)),
        usage: text(it.key_usage().map(sdk::KeyUsageType::as_str)),
        spec: text(it.key_spec().map(sdk::KeySpec::as_str)),
        multi_region: it.multi_region().unwrap_or_default(),
        multi_region_role: role.map(|role| role.as_str().to_owned()),
        regions: set(regions),
        valid_to: time(it.valid_to()),
        aliases: Vec::new(),
        via_services: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(region: &str) -> sdk::MultiRegionKey {
        let arn = format!("arn:aws:kms:{region}:111111111111:key/mrk-1");
        sdk::MultiRegionKey::builder()
            .arn(arn)
            .region(region)
            .build()
    }

    #[test]
    fn a_multi_region_key_names_all_its_regions() {
        let configuration = sdk::MultiRegionConfiguration::builder()
            .multi_region_key_type(sdk::MultiRegionKeyType::Replica)
            .primary_key(kin("eu-west-1"))
            .replica_keys(kin("eu-central-1"));
        let it = sdk::KeyMetadata::builder()
            .key_id("mrk-1")
            .multi_region(true)
            .key_state(sdk::KeyState::PendingDeletion)
            .multi_region_configuration(configuration.build())
            .build()
            .unwrap();
        let key = key(&it);
        assert_eq!(key.regions, ["eu-central-1", "eu-west-1"]);
        assert_eq!(key.multi_region_role.as_deref(), Some("REPLICA"));
        assert_eq!(key.state, "PendingDeletion");
    }
}
