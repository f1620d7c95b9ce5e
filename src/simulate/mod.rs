//! The loss of a Region, played through on an estate: what still answers, what breaks, for how long,
//! with how much data lost.
//!
//! A model, no promise: what no fact says is a named constant ([`constants`]). Touches nothing and
//! asks nobody. What gaps leave open is unknown, never survived and never failed.

mod capacity;
mod chosen;
mod closure;
pub mod constants;
mod data;
mod databases;
mod doors;
mod effect;
mod health;
mod launch;
pub mod loss;
mod messages;
mod names;
pub mod outages;
mod outcome;
pub mod places;
mod plans;
mod residency;
mod services;
mod shared;
mod stores;
#[cfg(test)]
mod tests;
pub mod time;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;

use crate::estate::Estate;
use crate::estate::names::{Leaf, LeafKind};
use crate::inventory::{GapKey, Region};
use crate::workload::{Known, Workload};
use constants::Constants;
use loss::{Degree, Loss};
use shared::Shared;
use time::Span;

/// How a workload comes out of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Survives,
    /// It serves, but not all or not as much as before.
    Degraded,
    /// Somebody finds nothing that serves, or data is gone.
    Fails,
    /// What would tell was not read.
    Unknown,
}

impl Fate {
    pub const ALL: [Self; 4] = [Self::Survives, Self::Degraded, Self::Fails, Self::Unknown];

    pub fn text(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::Degraded => "degraded",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
        }
    }
}

/// What the time until all serve again is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Detect,
    Route,
    Promote,
    Scale,
}

impl Phase {
    pub fn text(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Route => "route",
            Self::Promote => "promote",
            Self::Scale => "scale",
        }
    }
}

/// A part of that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub phase: Phase,
    pub what: String,
    pub span: Span,
}

/// What a cause, or a gap, is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// Where clients are sent.
    Route,
    /// What is needed to serve them.
    Need,
    /// What becomes of the data.
    Data,
    /// Whether the survivors carry the load.
    Capacity,
    /// How long it takes; the fate does not hang on it.
    Time,
    /// What leaves the boundary; the fate does not hang on it.
    Boundary,
    /// What the workload is.
    Workload,
}

impl Matter {
    pub fn text(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Need => "need",
            Self::Data => "data",
            Self::Capacity => "capacity",
            Self::Time => "time",
            Self::Boundary => "boundary",
            Self::Workload => "workload",
        }
    }
}

/// Why something fails, or works less well.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// What it alone makes of the outcome.
    pub makes: Fate,
    pub matter: Matter,
    pub what: String,
    /// The way to it, from a name; empty where there is none.
    pub path: Vec<String>,
}

impl fmt::Display for Cause {
    /// With the way to it, where it has more than one step.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.path.len() > 1 {
            write!(f, " ({})", self.path.join(" -> "))?;
        }
        Ok(())
    }
}

/// A store that is lost, and what stands in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// What is lost.
    pub store: String,
    /// The mechanism, in words.
    pub by: &'static str,
    pub region: Region,
    pub rpo: Span,
    /// Whether somebody has to decide on it.
    pub manual: bool,
}

/// How one workload comes out of one loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub workload: String,
    pub loss: Loss,
    pub fate: Fate,
    /// Until all serve again.
    pub rto: Span,
    /// The latest data that is lost.
    pub rpo: Span,
    /// What decides the fate: fails first, then what leaves it open, then what works less well.
    pub causes: Vec<Cause>,
    pub timeline: Vec<Step>,
    pub stand_ins: Vec<StandIn>,
    /// Stores that clients need and of which nothing is left, sorted.
    pub gone: Vec<String>,
    /// Queues and streams that are lost: what is in them waits there. Sorted.
    pub stranded: Vec<String>,
    /// What leaves the boundary with it, users and data; `None` without a boundary. There may be more
    /// where gaps leave [`Matter::Boundary`] open.
    pub outside: Option<Vec<String>>,
    /// Regions in which clients end, sorted.
    pub serving: Vec<Region>,
    /// Control planes that are gone too: what runs goes on without them.
    pub control_planes: Vec<&'static str>,
    /// Gaps that leave something open, by what that is.
    pub open: BTreeMap<Matter, BTreeSet<GapKey>>,
    /// Whether the objectives are met at the upper end; `None` without an objective, or unknown.
    pub rto_met: Option<bool>,
    pub rpo_met: Option<bool>,
}

impl Outcome {
    /// Every gap that leaves something open, sorted.
    pub fn gaps(&self) -> BTreeSet<&GapKey> {
        self.open.values().flatten().collect()
    }

    /// The causes that are about something.
    pub fn about(&self, matter: Matter) -> impl Iterator<Item = &Cause> {
        self.causes.iter().filter(move |it| it.matter == matter)
    }

    /// Until it is seen, or until clients are elsewhere.
    pub fn lasts(&self, phase: Phase) -> Span {
        let step = self.timeline.iter().find(|it| it.phase == phase);
        step.map_or(Span::NONE, |it| it.span)
    }
}

/// Plays losses through.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<'s, 'a> {
    pub estate: &'s Estate<'a>,
    pub constants: &'s Constants,
}

impl Simulation<'_, '_> {
    /// Whether a workload serves somebody: what belongs to no application and has no name is no
    /// workload to lose.
    pub fn serves(workload: &Workload) -> bool {
        workload.declared.is_some() || !workload.entry_points.is_empty()
    }

    /// How a workload comes out of the losses that it is meant to live through; nothing where it
    /// serves nobody.
    pub fn played(&self, workload: &Workload) -> Vec<Outcome> {
        if Self::serves(workload) {
            self.outcomes(workload, &self.losses(workload))
        } else {
            Vec::new()
        }
    }

    /// The losses that a workload is meant to live through: each of its Regions, the Regions of
    /// control planes, and any two where it has three.
    pub fn losses(&self, workload: &Workload) -> Vec<Loss> {
        let active = workload.active.get().into_iter().flat_map(|it| &it.regions);
        let own: BTreeSet<&Region> = active.chain(&workload.standby).collect();
        let planes = control_plane_regions(&self.estate.inventory().header().partition);
        let planes = planes.map(Region::from);
        let mut losses: Vec<Loss> = own.iter().map(|it| Loss::region(it)).collect();
        let others = planes.iter().filter(|it| !own.contains(it));
        losses.extend(others.map(Loss::region));
        if own.len() >= 3 {
            let own: Vec<&Region> = own.into_iter().collect();
            for (at, one) in own.iter().enumerate() {
                for other in &own[at + 1..] {
                    let both = [(*one).clone(), (*other).clone()];
                    losses.push(Loss::Regions(both.into()));
                }
            }
        }
        losses
    }

    /// All of these losses for a workload, in their order, on every core.
    pub fn outcomes(&self, workload: &Workload, losses: &[Loss]) -> Vec<Outcome> {
        let whole = outcome::Whole::new(self, workload);
        let each = losses.par_iter().map(|loss| whole.lose(loss));
        each.collect()
    }
}

/// Where the control planes of services without Regions live: none of them is lost twice.
fn control_plane_regions(partition: &str) -> [&'static str; 2] {
    match partition {
        "aws-cn" => ["cn-north-1", "cn-northwest-1"],
        "aws-us-gov" => ["us-gov-west-1", "us-gov-east-1"],
        _ => ["us-east-1", "us-west-2"],
    }
}

/// The control planes that go with a Region. Their data planes go on.
fn control_planes(region: &str) -> &'static [&'static str] {
    match region {
        "us-east-1" => &["IAM", "Organizations", "Route 53", "CloudFront"],
        "us-west-2" => &["Global Accelerator", "ARC routing control configuration"],
        "cn-north-1" => &["IAM"],
        "cn-northwest-1" => &["Route 53", "CloudFront"],
        "us-gov-west-1" => &["IAM", "Route 53"],
        _ => &[],
    }
}

/// An estate of which something is lost.
struct Lost<'s, 'a> {
    estate: &'s Estate<'a>,
    constants: &'s Constants,
    /// `None`: as it is now.
    loss: Option<&'s Loss>,
    shared: Arc<Shared>,
    worked: Worked,
}

/// What was worked out before, by how deep it may still go: many ways lead to the same names, and
/// loops lead back.
#[derive(Default)]
struct Worked {
    sets: RefCell<HashMap<(Vec<u32>, usize), names::Answer>>,
    targets: RefCell<HashMap<(Vec<u32>, usize), health::State>>,
    checks: RefCell<HashMap<(u32, usize), health::State>>,
    doors: RefCell<HashMap<(u32, usize), names::Answer>>,
    ttls: RefCell<HashMap<(u32, usize), Span>>,
}

/// Works it out, unless that was done before.
fn once<K: Eq + Hash, V: Clone>(
    known: &RefCell<HashMap<K, V>>,
    key: K,
    work: impl FnOnce() -> V,
) -> V {
    let found = known.borrow().get(&key).cloned();
    found.unwrap_or_else(|| {
        let value = work();
        known.borrow_mut().insert(key, value.clone());
        value
    })
}

impl<'s, 'a> Lost<'s, 'a> {
    fn new(simulation: Simulation<'s, 'a>, loss: Option<&'s Loss>) -> Self {
        Self::sharing(simulation, loss, &Arc::default())
    }

    /// Beside other losses of the same workload.
    fn sharing(
        simulation: Simulation<'s, 'a>,
        loss: Option<&'s Loss>,
        shared: &Arc<Shared>,
    ) -> Self {
        Self {
            estate: simulation.estate,
            constants: simulation.constants,
            loss,
            shared: Arc::clone(shared),
            worked: Worked::default(),
        }
    }

    fn loses_nothing(&self) -> bool {
        self.loss.is_none()
    }

    fn is_lost(&self, at: u32) -> bool {
        self.loss
            .is_some_and(|loss| loss.takes(self.estate.resource(at)))
    }

    fn is_lost_there(&self, region: &Region, service: Option<&str>) -> bool {
        self.loss
            .is_some_and(|loss| loss.takes_there(region, service))
    }

    /// Whether that does not work of what stands.
    fn is_weak(&self, at: u32, degree: Degree) -> bool {
        self.loss
            .is_some_and(|loss| loss.weakens(self.estate.resource(at), degree))
    }

    fn is_weak_there(&self, region: &Region, service: &str, degree: Degree) -> bool {
        self.loss
            .is_some_and(|loss| loss.weakens_there(region, service, degree))
    }

    /// Whether anything can be weak: Regions and zones are lost or not.
    fn weakens_something(&self) -> bool {
        self.loss.is_some_and(Loss::returns)
    }

    fn leaf_is_lost(&self, leaf: &Leaf) -> bool {
        if let Some(at) = leaf.resource {
            return self.is_lost(at);
        }
        let service = match leaf.kind {
            LeafKind::LoadBalancer => Some("elasticloadbalancingv2"),
            LeafKind::Bucket | LeafKind::Website => Some("s3"),
            LeafKind::Api => Some("apigateway"),
            LeafKind::FunctionUrl => Some("lambda"),
            LeafKind::Instance => Some("ec2"),
            _ => None,
        };
        let region = leaf.region.as_ref();
        region.is_some_and(|region| self.is_lost_there(region, service))
    }
}

/// Whether a workload is where its Regions are known.
fn regions_known(workload: &Workload) -> bool {
    matches!(workload.active, Known::Is(_))
}
