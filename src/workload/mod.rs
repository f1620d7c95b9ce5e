//! Workloads: resources that serve one purpose, with their Regions, posture and objectives.
//!
//! Says who belongs where and what is meant; it never judges. What nobody declared is worked out
//! in [`infer`] and by families of tags, and every such guess is kept with what it rests on.

pub mod declared;
mod family;
pub mod infer;
mod life;
mod membership;
pub mod select;

use std::collections::BTreeSet;

use crate::estate::Estate;
use crate::inventory::{AccountId, GapKey, Kind, Region};
use crate::rule::meta::Posture;

pub use declared::{Boundary, Declared, Place};
pub use membership::{Membership, finished};

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
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    pub name: String,
    pub objectives: Objectives,
    /// Unknown when what would tell was not read and nobody declared it.
    pub active: Known<ActiveRegions>,
    /// Regions that wait for a failover, sorted.
    pub standby: Vec<Region>,
    pub posture: Known<Posture>,
    /// Indexes of the resources that belong to it, ascending.
    pub members: Vec<u32>,
    /// What may belong to it, in the order of the inventory.
    pub undecided: Vec<Undecided>,
    /// Kinds of which resources that are undecided elsewhere may belong to it too, and why.
    pub open: BTreeSet<(Kind, GapKey)>,
    /// Names that clients use, sorted.
    pub entry_points: Vec<EntryPoint>,
    /// What nobody declared, in the order of its weight.
    pub guesses: Vec<Guess>,
    /// Where it was declared; `None` when it was worked out.
    pub declared: Option<Place>,
    /// The tags that it was worked out of, each way in which they are written; empty where tags do
    /// not tell its resources from others.
    pub found_by: Vec<Vec<(String, String)>>,
}

impl Workload {
    /// Accounts and Regions in which it is or waits and that nobody asked, though the account may
    /// use them: nothing is known of what is there.
    pub fn unasked(&self, estate: &Estate<'_>) -> Vec<(AccountId, Region)> {
        let active = self.active.get().into_iter().flat_map(|it| &it.regions);
        let regions: BTreeSet<&Region> = active.chain(&self.standby).collect();
        let members = self.members.iter().map(|at| estate.resource(*at));
        let accounts: BTreeSet<&AccountId> = members.map(|it| &it.account).collect();
        let of_account = |account| {
            let there = regions
                .iter()
                .filter(move |it| estate.may_hold_more(account, it));
            there.map(move |region| (AccountId::clone(account), Region::clone(region)))
        };
        accounts.into_iter().flat_map(of_account).collect()
    }
}

/// What a workload is meant to reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Objectives {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Seconds that it may be down when a Region is lost.
    pub rto_seconds: Option<i64>,
    /// Seconds of the latest data that it may lose.
    pub rpo_seconds: Option<i64>,
    /// Where its data may be.
    pub boundary: Option<Boundary>,
    /// Weight of its score among the workloads.
    pub criticality: u32,
}

impl Default for Objectives {
    fn default() -> Self {
        Self {
            owner: None,
            rto_seconds: None,
            rpo_seconds: None,
            boundary: None,
            criticality: 1,
        }
    }
}

/// A resource of which nobody can say whether it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    pub resource: u32,
    /// What would tell, and was not read.
    pub gap: GapKey,
}

/// A name that clients use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPoint {
    /// DNS name without the last dot.
    pub name: String,
    /// Regions that it leads to, sorted.
    pub regions: Vec<Region>,
    /// Those of them that stand in for each other, sorted: paths of a distribution that hold
    /// different things do not.
    pub spread: Vec<Region>,
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

/// All workloads of an estate.
#[derive(Debug, Clone, PartialEq)]
pub struct Workloads {
    /// Sorted by name.
    pub workloads: Vec<Workload>,
    /// Resources that no declared workload selects, ascending.
    pub unassigned: Vec<u32>,
}

impl Workloads {
    /// The declared ones, or those that can be worked out. `active` are the Regions that the user
    /// named for a run without declarations.
    pub fn of(estate: &Estate<'_>, declared: &[Declared], active: Option<&[Region]>) -> Self {
        if !declared.is_empty() {
            return declared::workloads(estate, declared);
        }
        let workloads = match active {
            Some(active) => vec![infer::whole(estate, active)],
            None => family::workloads(estate),
        };
        Self {
            workloads,
            unassigned: Vec::new(),
        }
    }
}

/// Indexes are 32 bits: an inventory beyond that fits no memory.
fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
