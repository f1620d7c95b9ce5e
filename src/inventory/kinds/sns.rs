//! SNS topics and who is subscribed. People's addresses are never kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A topic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Topic {
    /// Whether messages keep their order within a group.
    pub fifo: bool,
    /// Whether equal messages count as one without an id; FIFO topics only.
    pub content_based_deduplication: bool,
    /// KMS key, as configured (ARN, id or alias); null without KMS.
    pub kms_key: Option<String>,
    /// How many confirmed subscriptions SNS counts, those of other accounts included.
    pub confirmed_subscriptions: i64,
    /// Subscriptions of this account, sorted; equal ones stand together. (A call of its own:
    /// `sns:ListSubscriptions`.)
    pub subscriptions: Vec<Subscription>,
}

/// Subscriptions to a topic that are equal but for an address that is not kept.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct Subscription {
    /// How messages are delivered.
    #[schemars(extend("x-known" = ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"]))]
    pub protocol: String,
    /// ARN of the queue, function or delivery stream; null for people, devices and URLs.
    pub endpoint: Option<String>,
    /// Whether the subscriber confirmed it.
    pub confirmed: bool,
    /// How many there are.
    pub count: i64,
}
