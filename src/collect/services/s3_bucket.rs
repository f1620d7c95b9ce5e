//! What one bucket says of itself: each property takes a call of its own, all of them at once.
//!
//! Of its policy only whether S3 calls it public is asked, never the policy.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::types as sdk;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::plain::{some_text, text};
use super::s3::GONE;
use super::s3_lifecycle::lifecycle;
use super::s3_replication::replication;
use super::times::Times;
use super::{Context, Operation};
use crate::inventory::kinds::s3::{Bucket, Encryption, ObjectLock, PublicAccessBlock};
use crate::inventory::{GapKey, Kind};

/// Once for each bucket of a Region that is asked.
const EACH: Times = Times(|it| it.each(Kind::S3Bucket));

pub(super) const GET_VERSIONING: Operation = Operation {
    name: "s3:GetBucketVersioning",
    action: "s3:GetBucketVersioning",
    times: EACH,
};
pub(super) const GET_REPLICATION: Operation = Operation {
    name: "s3:GetBucketReplication",
    action: "s3:GetReplicationConfiguration",
    times: EACH,
};
pub(super) const GET_ENCRYPTION: Operation = Operation {
    name: "s3:GetBucketEncryption",
    action: "s3:GetEncryptionConfiguration",
    times: EACH,
};
pub(super) const GET_LIFECYCLE: Operation = Operation {
    name: "s3:GetBucketLifecycleConfiguration",
    action: "s3:GetLifecycleConfiguration",
    times: EACH,
};
pub(super) const GET_OBJECT_LOCK: Operation = Operation {
    name: "s3:GetObjectLockConfiguration",
    action: "s3:GetBucketObjectLockConfiguration",
    times: EACH,
};
pub(super) const GET_PUBLIC_ACCESS_BLOCK: Operation = Operation {
    name: "s3:GetPublicAccessBlock",
    action: "s3:GetBucketPublicAccessBlock",
    times: EACH,
};
pub(super) const GET_POLICY_STATUS: Operation = Operation {
    name: "s3:GetBucketPolicyStatus",
    action: "s3:GetBucketPolicyStatus",
    times: EACH,
};
pub(super) const GET_ACCELERATION: Operation = Operation {
    name: "s3:GetBucketAccelerateConfiguration",
    action: "s3:GetAccelerateConfiguration",
    times: EACH,
};

/// The properties, each with the call that reads it.
pub(super) const PROPERTIES: [(&str, Operation); 8] = [
    ("versioning", GET_VERSIONING),
    ("replication", GET_REPLICATION),
    ("encryption", GET_ENCRYPTION),
    ("lifecycle", GET_LIFECYCLE),
    ("object_lock", GET_OBJECT_LOCK),
    ("public_access_block", GET_PUBLIC_ACCESS_BLOCK),
    ("policy_is_public", GET_POLICY_STATUS),
    ("acceleration", GET_ACCELERATION),
];

/// What S3 says where a Region has no transfer acceleration: the older and the newer ones differ.
const NO_ACCELERATION: [&str; 2] = ["UnsupportedArgument", "MethodNotAllowed"];
const YEAR: i64 = 365;

/// An answer, the code that says there is none, or the gap.
type Answer<T> = Result<Result<T, String>, GapKey>;

/// Reads all properties; the gaps of those that could not be read, or `None` where the bucket is
/// gone.
pub(super) async fn read(
    there: &Context,
    s3: &Client,
    name: &str,
    properties: &mut Bucket,
) -> Option<BTreeMap<String, GapKey>> {
    let none = |code| [code, GONE];
    let replication_none = none("ReplicationConfigurationNotFoundError");
    let encryption_none = none("ServerSideEncryptionConfigurationNotFoundError");
    let lifecycle_none = none("NoSuchLifecycleConfiguration");
    let lock_none = none("ObjectLockConfigurationNotFoundError");
    let block_none = none("NoSuchPublicAccessBlockConfiguration");
    let policy_none = none("NoSuchBucketPolicy");
    let acceleration_none = [NO_ACCELERATION[0], NO_ACCELERATION[1], GONE];
    let (versioning, replicated, encrypted, aged, lock, block, policy, acceleration) = tokio::join!(
        ask(there, &GET_VERSIONING, &[GONE], || s3
            .get_bucket_versioning()
            .bucket(name)
            .send()),
        ask(there, &GET_REPLICATION, &replication_none, || s3
            .get_bucket_replication()
            .bucket(name)
            .send()),
        ask(there, &GET_ENCRYPTION, &encryption_none, || s3
            .get_bucket_encryption()
            .bucket(name)
            .send()),
        ask(there, &GET_LIFECYCLE, &lifecycle_none, || s3
            .get_bucket_lifecycle_configuration()
            .bucket(name)
            .send()),
        ask(there, &GET_OBJECT_LOCK, &lock_none, || s3
            .get_object_lock_configuration()
            .bucket(name)
            .send()),
        ask(there, &GET_PUBLIC_ACCESS_BLOCK, &block_none, || s3
            .get_public_access_block()
            .bucket(name)
            .send()),
        ask(there, &GET_POLICY_STATUS, &policy_none, || s3
            .get_bucket_policy_status()
            .bucket(name)
            .send()),
        ask(there, &GET_ACCELERATION, &acceleration_none, || s3
            .get_bucket_accelerate_configuration()
            .bucket(name)
            .send()),
    );
    let mut read = Read::default();
    let status = read.take("versioning", versioning).and_then(|it| it.status);
    let status = status.as_ref().map_or("Disabled", |it| it.as_str());
    properties.versioning = String::from(status);
    let configured = read.take("replication", replicated);
    properties.replication = configured
        .and_then(|it| it.replication_configuration)
        .map(|it| replication(&it));
    let configured = read.take("encryption", encrypted);
    properties.encryption = configured
        .and_then(|it| it.server_side_encryption_configuration)
        .and_then(|it| it.rules.first().and_then(encryption));
    let configured = read.take("lifecycle", aged).and_then(|it| it.rules);
    properties.lifecycle = configured.iter().flatten().map(lifecycle).collect();
    let configured = read.take("object_lock", lock);
    properties.object_lock = configured
        .and_then(|it| it.object_lock_configuration)
        .and_then(|it| object_lock(&it));
    let configured = read.take("public_access_block", block);
    properties.public_access_block = configured
        .and_then(|it| it.public_access_block_configuration)
        .map(|it| public_access_block(&it));
    let status = read.take("policy_is_public", policy);
    let status = status.and_then(|it| it.policy_status);
    properties.policy_is_public = status.and_then(|it| it.is_public).unwrap_or_default();
    let status = read.take("acceleration", acceleration);
    let status = status.and_then(|it| it.status);
    let status = status.as_ref().map_or("Disabled", |it| it.as_str());
    properties.acceleration = String::from(status);
    (!read.gone).then_some(read.unread)
}

/// One call, in the heap: the futures of eight calls together are large.
async fn ask<T, E, F, Fut>(
    there: &Context,
    operation: &Operation,
    none: &[&str],
    send: F,
) -> Answer<T>
where
    E: ProvideErrorMetadata,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    Box::pin(there.call_or_code(operation, none, &[], send)).await
}

/// What the answers came to.
#[derive(Default)]
struct Read {
    gone: bool,
    unread: BTreeMap<String, GapKey>,
}

impl Read {
    fn take<T>(&mut self, property: &str, answer: Answer<T>) -> Option<T> {
        match answer {
            Ok(Ok(it)) => return Some(it),
            Ok(Err(code)) => self.gone |= code == GONE,
            Err(gap) => {
                self.unread.insert(property.to_owned(), gap);
            }
        }
        None
    }
}

/// A bucket has one rule at most.
fn encryption(rule: &sdk::ServerSideEncryptionRule) -> Option<Encryption> {
    let by_default = rule.apply_server_side_encryption_by_default()?;
    Some(Encryption {
        algorithm: text(Some(by_default.sse_algorithm().as_str())),
        kms_key: some_text(by_default.kms_master_key_id()),
        bucket_key: rule.bucket_key_enabled().unwrap_or_default(),
    })
}

/// `None` where it is not enabled.
fn object_lock(it: &sdk::ObjectLockConfiguration) -> Option<ObjectLock> {
    it.object_lock_enabled()?;
    let retention = it.rule().and_then(sdk::ObjectLockRule::default_retention);
    let days = retention
        .and_then(aws_sdk_s3::types::DefaultRetention::days)
        .map(i64::from);
    let years = retention
        .and_then(aws_sdk_s3::types::DefaultRetention::years)
        .map(i64::from);
    Some(ObjectLock {
        mode: some_text(
            retention
                .and_then(|it| it.mode())
                .map(sdk::ObjectLockRetentionMode::as_str),
        ),
        retention_days: days.or(years.map(|years| years * YEAR)),
    })
}

fn public_access_block(it: &sdk::PublicAccessBlockConfiguration) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: it.block_public_acls().unwrap_or_default(),
        ignore_public_acls: it.ignore_public_acls().unwrap_or_default(),
        block_public_policy: it.block_public_policy().unwrap_or_default(),
        restrict_public_buckets: it.restrict_public_buckets().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_retention_counts_as_days() {
        let lock = |retention: sdk::DefaultRetention| {
            let rule = sdk::ObjectLockRule::builder().default_retention(retention);
            let it = sdk::ObjectLockConfiguration::builder()
                .object_lock_enabled(sdk::ObjectLockEnabled::Enabled)
                .rule(rule.build());
            object_lock(&it.build()).unwrap()
        };
        let mode = sdk::ObjectLockRetentionMode::Compliance;
        let years = sdk::DefaultRetention::builder()
            .mode(mode.clone())
            .years(2)
            .build();
        let days = sdk::DefaultRetention::builder()
            .mode(mode)
            .days(730)
            .build();
        assert_eq!(lock(years), lock(days));
    }

    #[test]
    fn a_lock_that_is_not_enabled_is_none() {
        let it = sdk::ObjectLockConfiguration::builder().build();
        assert_eq!(object_lock(&it), None);
    }
}
