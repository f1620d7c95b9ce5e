//! The record types of what buckets are copied by and stand behind.

use super::{Row, TEXT, Types, maybe_text};
use crate::rule::expr::Type;

pub(super) fn replication(bucket: Type) -> Vec<Row> {
    let region = "Region of the destination; unknown when the bucket was not read.";
    let class = "Storage class of the replicas; null when they keep the source's.";
    vec![
        ("id", TEXT, "Name of the rule."),
        (
            "status",
            Type::one_of(["Enabled", "Disabled"]),
            "Whether the rule is in force.",
        ),
        (
            "prefix",
            TEXT,
            "Key prefix the rule is limited to; empty for all keys.",
        ),
        (
            "tag_keys",
            Types::strings(),
            "Object tags the rule is limited to.",
        ),
        ("destination_bucket", TEXT, "Name of the destination."),
        ("region", TEXT, region),
        (
            "bucket",
            bucket,
            "The destination; null when it is not of these accounts.",
        ),
        ("storage_class", maybe_text(), class),
        (
            "replica_kms_key",
            maybe_text(),
            "KMS key for replicas; null when not given.",
        ),
        (
            "sse_kms_objects",
            Type::Bool,
            "Whether objects encrypted with KMS are replicated.",
        ),
        (
            "replica_modifications",
            Type::Bool,
            "Whether changes of metadata on replicas flow back.",
        ),
        (
            "delete_markers",
            Type::Bool,
            "Whether delete markers are replicated.",
        ),
        (
            "time_control",
            Type::Bool,
            "Whether Replication Time Control is on.",
        ),
        (
            "metrics",
            Type::Bool,
            "Whether replication metrics are published.",
        ),
        (
            "returned",
            Type::Bool,
            "Whether the destination has a rule in force that leads back.",
        ),
    ]
}

pub(super) fn access_point_member(bucket: Type) -> Vec<Row> {
    let dial = "100 where requests are sent now, 0 where the route is passive.";
    vec![
        ("name", TEXT, "Name of the bucket."),
        ("region", TEXT, "Region of the bucket."),
        ("traffic_dial", Type::Int, dial),
        (
            "bucket",
            bucket,
            "The bucket; unknown when it is not of these accounts.",
        ),
    ]
}
