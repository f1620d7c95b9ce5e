//! What the inventory holds, for formats that hand whole tables on: who and where, never a property.
//!
//! Stands beside the report, not in it: no renderer for people needs more than [`PlaceRead`], and a
//! large estate has a million of these. Made by [`crate::check::contents`].

use std::collections::BTreeSet;

use super::ResourceSummary;
use crate::inventory::{AccountId, Cause, Region};

/// Resources, edges and coverage of an inventory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Sorted by kind, account, Region, ARN.
    pub resources: Vec<ResourceSummary>,
    /// Sorted by their beginning, in the order of the resources.
    pub edges: Vec<Edge>,
    /// Sorted by account, Region, service.
    pub places: Vec<Served>,
}

/// One thing that hangs on another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// ARN of the near end.
    pub from: String,
    pub relation: &'static str,
    pub mechanism: &'static str,
    /// ARN of the far end; an id or a host where the inventory does not hold it.
    pub to: String,
    /// Whether the inventory holds the far end.
    pub held: bool,
    pub to_region: Option<Region>,
}

/// How far a service was read in a Region of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    pub account: AccountId,
    pub region: Region,
    /// As CloudFormation calls it (`DynamoDB`).
    pub service: String,
    pub state: State,
    /// How many of its resources were read there.
    pub resources: usize,
    /// Why resources may be missing.
    pub causes: BTreeSet<Cause>,
}

/// How far a Region of an account was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRead {
    pub account: AccountId,
    pub region: Region,
    /// How many resources were read there.
    pub resources: usize,
    /// Services that were read whole.
    pub whole: usize,
    /// The others, with how far they were read and why not further.
    pub others: Vec<(String, State, BTreeSet<Cause>)>,
}

/// How far something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All of it.
    Read,
    /// Nobody asked: somebody said that there is nothing.
    OnWord,
    /// Resources of some kinds may be missing.
    Partly,
    /// Resources of every kind may be missing.
    Unread,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Read, Self::OnWord, Self::Partly, Self::Unread];

    pub fn text(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::OnWord => "on_word",
            Self::Partly => "partly",
            Self::Unread => "unread",
        }
    }
}
