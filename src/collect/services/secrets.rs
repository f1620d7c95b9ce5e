//! Secrets of Secrets Manager: names, keys, replicas. Values are never asked for.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::list_secrets::ListSecretsOutput;
use aws_sdk_secretsmanager::types as sdk;

use super::plain::{some_text, tags, text, time};
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::secretsmanager::{Secret, SecretReplica};
use crate::inventory::{Kind, Region, Resource};

const LIST_SECRETS: Operation = Operation {
    name: "secretsmanager:ListSecrets",
    action: "secretsmanager:ListSecrets",
    times: Times(|it| it.pages(&[Kind::SecretsManagerSecret], PAGE)),
};
const DESCRIBE_SECRET: Operation = Operation {
    name: "secretsmanager:DescribeSecret",
    action: "secretsmanager:DescribeSecret",
    times: Times(|it| {
        let here = it.region();
        it.each_where::<Secret>(|it| is_primary(it, here))
    }),
};

pub(super) const SECRETS: Collector = Collector {
    name: "secrets",
    kinds: &[Kind::SecretsManagerSecret],
    scope: Scope::Regional,
    operations: &[LIST_SECRETS, DESCRIBE_SECRET],
    run,
};

/// Most secrets of one answer.
const PAGE: i32 = 100;

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let client = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_SECRETS,
            &[Kind::SecretsManagerSecret],
            |page: &ListSecretsOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = client.list_secrets().max_results(PAGE);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await.into_iter();
        let secrets = pages.flat_map(|page| page.secret_list.unwrap_or_default());
        ctx.each(secrets, |secret| read(ctx, &client, secret)).await;
    })
}

/// One secret. Only the primary knows its replicas.
async fn read(ctx: &Context, client: &Client, it: sdk::SecretListEntry) {
    let (Some(arn), Some(name)) = (it.arn(), it.name()) else {
        return;
    };
    let mut properties = secret(&it);
    let mut unread = BTreeMap::new();
    if is_primary(&properties, ctx.region()) {
        let request = || client.describe_secret().secret_id(arn).send();
        let gone = &["ResourceNotFoundException"];
        match ctx
            .call_or_absent(&DESCRIBE_SECRET, gone, &[], request)
            .await
        {
            Ok(Some(answer)) => {
                properties.replicas = answer.replication_status().iter().map(replica).collect();
                properties.replicas.sort_by(|a, b| a.region.cmp(&b.region));
            }
            Ok(None) => return,
            Err(gap) => {
                unread.insert("replicas".to_owned(), gap);
            }
        }
    }
    ctx.push(Resource {
        arn: arn.to_owned(),
        account: ctx.account().clone(),
        region: ctx.region().clone(),
        name: name.to_owned(),
        tags: tags(it.tags().iter().map(|tag| (tag.key(), tag.value()))),
        properties: properties.into(),
        unread,
    });
}

/// The secret, without its replicas.
/// Whether it is the one that its replicas follow: only that one knows them.
fn is_primary(it: &Secret, here: &Region) -> bool {
    let primary = it.primary_region.as_deref();
    primary.is_none_or(|region| region == here.as_str())
}

fn secret(it: &sdk::SecretListEntry) -> Secret {
    Secret {
        primary_region: some_text(it.primary_region()),
        kms_key: some_text(it.kms_key_id()),
        owning_service: some_text(it.owning_service()),
        rotation_enabled: it.rotation_enabled().unwrap_or_default(),
        rotation_function: some_text(it.rotation_lambda_arn()),
        last_changed: time(it.last_changed_date()),
        replicas: Vec::new(),
    }
}

fn replica(it: &sdk::ReplicationStatusType) -> SecretReplica {
    SecretReplica {
        region: text(it.region()),
        status: text(it.status().map(sdk::StatusType::as_str)),
        kms_key: some_text(it.kms_key_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_a_service_says_whose_it_is() {
        let it = sdk::SecretListEntry::builder()
            .name("rds!db-1")
            .owning_service("rds")
            .rotation_enabled(true)
            .build();
        let secret = secret(&it);
        assert_eq!(secret.owning_service.as_deref(), Some("rds"));
        assert_eq!(secret.rotation_function, None);
        assert!(secret.rotation_enabled);
    }

    #[test]
    fn a_replica_keeps_its_state_and_key() {
        let it = sdk::ReplicationStatusType::builder()
            .region("eu-central-1")
            .status(sdk::StatusType::Failed)
            .kms_key_id("alias/shop")
            .build();
        let replica = replica(&it);
        assert_eq!(
            (replica.region.as_str(), replica.status.as_str()),
            ("eu-central-1", "Failed")
        );
    }
}
