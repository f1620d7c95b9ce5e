//! Workloads: resources that serve one purpose, with their Regions and their posture.
//!
//! Says who belongs where and what is meant; it never judges. What nobody declared is worked out
//! in [`infer`], and every such guess is kept with what it rests on.

pub mod infer;
mod membership;

use crate::inventory::{GapKey, Region};
use crate::rule::meta::Posture;

pub use membership::Membership;

/// A statement that gaps may leave open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    Is(T),
    /// Could not be worked out, because of these.
    Unknown(Vec<GapKey>),
}

impl<T> Known<T> {
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

/// Regions in which the workload serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveRegions {
    /// Sorted.
    pub regions: Vec<Region>,
    /// Gaps that may hide further ones; empty when these are all.
    pub gaps: Vec<GapKey>,
}

/// Resources that serve one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    pub name: String,
    /// Unknown when what would tell was not read and nobody declared it.
    pub active: Known<ActiveRegions>,
    /// Regions that wait for a failover, sorted.
    pub standby: Vec<Region>,
    pub posture: Known<Posture>,
    /// Indexes of the resources that belong to it, ascending.
    pub members: Vec<u32>,
    /// Names that clients use, sorted.
    pub entry_points: Vec<EntryPoint>,
    /// What nobody declared, in the order of its weight.
    pub guesses: Vec<Guess>,
}

/// A name that clients use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPoint {
    /// DNS name without the last dot.
    pub name: String,
    /// Regions that it leads to, sorted.
    pub regions: Vec<Region>,
    /// Gaps that may hide further ones.
    pub gaps: Vec<GapKey>,
    /// Whether every Region it leads to gets traffic while all is well; false where a failover
    /// policy keeps all but one waiting.
    pub all_serve: bool,
}

/// Something assumed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// What was assumed.
    pub what: String,
    /// What it rests on.
    pub because: String,
    /// How to say it instead.
    pub instead: String,
}
