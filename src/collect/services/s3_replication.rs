//! Replication rules of buckets: both schemas of the API read the same here.

use aws_sdk_s3::types as sdk;

use super::plain::{set, some_text, text};
use crate::inventory::Arn;
use crate::inventory::kinds::s3::{Replication, ReplicationRule};

pub(super) fn replication(it: &sdk::ReplicationConfiguration) -> Replication {
    Replication {
        role: it.role().to_owned(),
        rules: it.rules().iter().map(rule).collect(),
    }
}

fn rule(it: &sdk::ReplicationRule) -> ReplicationRule {
    let to = it.destination();
    let bucket = to.map(sdk::Destination::bucket).unwrap_or_default();
    let selected = it.source_selection_criteria();
    let kms = selected.and_then(|it| it.sse_kms_encrypted_objects());
    let changes = selected.and_then(|it| it.replica_modifications());
    let time = to.and_then(|it| it.replication_time());
    let metrics = to.and_then(|it| it.metrics());
    ReplicationRule {
        id: text(it.id()),
        status: it.status().as_str().to_owned(),
        priority: it.priority().map(i64::from),
        prefix: prefix(it).to_owned(),
        tag_keys: tag_keys(it),
        destination_bucket: Arn::parse(bucket)
            .map_or(bucket, |arn| arn.resource)
            .to_owned(),
        destination_account: some_text(to.and_then(|it| it.account())),
        storage_class: some_text(
            to.and_then(|it| it.storage_class())
                .map(sdk::StorageClass::as_str),
        ),
        replica_kms_key: some_text(
            to.and_then(|it| it.encryption_configuration())
                .and_then(|it| it.replica_kms_key_id()),
        ),
        sse_kms_objects: kms
            .is_some_and(|it| *it.status() == sdk::SseKmsEncryptedObjectsStatus::Enabled),
        replica_modifications: changes
            .is_some_and(|it| *it.status() == sdk::ReplicaModificationsStatus::Enabled),
        delete_markers: delete_markers(it),
        time_control: time.is_some_and(|it| *it.status() == sdk::ReplicationTimeStatus::Enabled),
        metrics: metrics.is_some_and(|it| *it.status() == sdk::MetricsStatus::Enabled),
    }
}

/// The older schema, without a filter, always replicates delete markers.
fn delete_markers(it: &sdk::ReplicationRule) -> bool {
    let status = it.delete_marker_replication().and_then(|it| it.status());
    match status {
        Some(status) => *status == sdk::DeleteMarkerReplicationStatus::Enabled,
        None => it.filter().is_none(),
    }
}

fn prefix(it: &sdk::ReplicationRule) -> &str {
    let filter = it.filter();
    let and = filter.and_then(|it| it.and());
    let in_filter = filter
        .and_then(|it| it.prefix())
        .or(and.and_then(|it| it.prefix()));
    #[expect(deprecated, reason = "rules of the older schema have it here")]
    let at_rule = it.prefix();
    in_filter.or(at_rule).unwrap_or_default()
}

fn tag_keys(it: &sdk::ReplicationRule) -> Vec<String> {
    let filter = it.filter();
    let one = filter.and_then(|it| it.tag()).into_iter();
    let and = filter
        .and_then(|it| it.and())
        .map(sdk::ReplicationRuleAndOperator::tags);
    set(one.chain(and.unwrap_or_default()).map(sdk::Tag::key))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Builder = sdk::builders::ReplicationRuleBuilder;

    fn read(configure: impl FnOnce(Builder) -> Builder) -> ReplicationRule {
        let to = sdk::Destination::builder()
            .bucket("arn:aws:s3:::copies")
            .build()
            .unwrap();
        let builder = sdk::ReplicationRule::builder()
            .status(sdk::ReplicationRuleStatus::Enabled)
            .destination(to);
        rule(&configure(builder).build().unwrap())
    }

    #[test]
    fn both_schemas_read_the_same() {
        #[expect(deprecated, reason = "rules of the older schema have it here")]
        let older = read(|it| it.prefix("daily/"));
        assert_eq!(older.prefix, "daily/");
        assert_eq!(older.destination_bucket, "copies");
        assert!(older.delete_markers, "the older schema replicates them");

        let filter = sdk::ReplicationRuleFilter::builder()
            .prefix("daily/")
            .build();
        let newer = read(|it| it.filter(filter));
        assert_eq!(newer.prefix, "daily/");
        assert!(!newer.delete_markers, "the newer one only on request");
    }

    #[test]
    fn filters_may_hold_tags_alone_or_with_a_prefix() {
        let tag = |key: &str| sdk::Tag::builder().key(key).value("x").build().unwrap();
        let filter = sdk::ReplicationRuleFilter::builder()
            .tag(tag("copy"))
            .build();
        assert_eq!(read(|it| it.filter(filter)).tag_keys, ["copy"]);

        let and = sdk::ReplicationRuleAndOperator::builder()
            .prefix("p/")
            .tags(tag("b"))
            .tags(tag("a"))
            .build();
        let both = read(|it| it.filter(sdk::ReplicationRuleFilter::builder().and(and).build()));
        assert_eq!(
            (both.prefix.as_str(), both.tag_keys),
            ("p/", vec!["a".to_owned(), "b".to_owned()])
        );
    }
}
