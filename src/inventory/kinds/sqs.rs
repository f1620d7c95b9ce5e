//! SQS queues. Messages are never read; the queue's policy is not asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A queue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// When the queue was created (RFC 3339).
    pub created: Option<String>,
    /// Whether messages keep their order within a group.
    pub fifo: bool,
    /// Whether equal messages count as one without an id; FIFO queues only.
    pub content_based_deduplication: bool,
    /// Whether duplicates are looked for in the queue or in the message group; null for standard queues.
    #[schemars(extend("x-known" = ["queue", "messageGroup"]))]
    pub deduplication_scope: Option<String>,
    /// Whether throughput is limited by queue or by message group; null for standard queues.
    #[schemars(extend("x-known" = ["perQueue", "perMessageGroupId"]))]
    pub fifo_throughput_limit: Option<String>,
    /// Seconds that a received message stays invisible to others.
    pub visibility_timeout_seconds: i64,
    /// Seconds that messages are kept.
    pub message_retention_seconds: i64,
    /// Seconds that new messages wait before they can be received.
    pub delay_seconds: i64,
    /// Seconds that a receiver waits for a message.
    pub receive_wait_seconds: i64,
    /// Bytes that a message may have.
    pub max_message_bytes: i64,
    /// ARN of the queue for messages that could not be handled; null when there is none.
    pub dead_letter: Option<String>,
    /// How often a message is received before it goes there; null when it never does.
    pub max_receive_count: Option<i64>,
    /// KMS key, as configured (ARN, id or alias); null without KMS.
    pub kms_key: Option<String>,
    /// Whether SQS encrypts with keys of its own.
    pub sqs_managed_encryption: bool,
}
