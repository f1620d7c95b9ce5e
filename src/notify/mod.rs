//! Who is told what changed between two runs, and in which words.
//!
//! Only what changed is told; where nothing did, nobody is. Addresses and tokens come from the
//! environment or a file, never from an argument, and are never printed.

pub mod address;
pub mod message;
#[cfg(feature = "live")]
pub mod send;
mod slack;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rule::meta::Severity;

pub use message::Message;

/// Who is told, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub channel: Channel,
    pub on: BTreeSet<On>,
    /// Findings below are not told.
    pub least: Severity,
    /// Days before its end on which a waiver is told of.
    pub expiring_days: u32,
}

/// How it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// An incoming webhook of Slack.
    Slack { url: Secret },
    /// Any service that takes JSON; each header with where its value is.
    Webhook {
        url: Secret,
        headers: Vec<(String, Secret)>,
    },
    /// A topic of SNS, by the user's own credentials.
    Sns { topic_arn: String },
}

/// Where a secret is; never the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// An environment variable.
    Variable(String),
    File(PathBuf),
}

/// What a target wants to be told of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// Findings that are open now and were not.
    New,
    /// Findings that were decided to be none any more.
    Fixed,
    /// Waivers that end soon.
    Expiring,
    /// Less could be decided than before.
    Coverage,
}

impl On {
    pub const ALL: [Self; 4] = [Self::New, Self::Fixed, Self::Expiring, Self::Coverage];
}

impl Channel {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Slack { .. } => "slack",
            Self::Webhook { .. } => "webhook",
            Self::Sns { .. } => "sns",
        }
    }

    /// What would be sent.
    pub fn body(&self, message: &Message) -> serde_json::Result<String> {
        match self {
            Self::Slack { .. } => serde_json::to_string(&slack::payload(message)),
            Self::Webhook { .. } => serde_json::to_string(message),
            Self::Sns { .. } => Ok(text::text(message)),
        }
    }
}
