//! Rules against an estate: verdicts, findings, waivers, score, the report.
//!
//! Pure: the same inventory, rules and options give the same report. Never reads a file, a clock
//! or AWS.

pub mod cases;
mod contents;
mod evaluate;
mod finding;
mod gates;
mod judged;
pub mod score;
mod since;
mod summary;
mod topology;
pub mod verdict;
mod waive;
mod workload;

pub use contents::contents;
pub use evaluate::evaluate;
pub use workload::open;

use rayon::prelude::*;

use crate::config::{Runs, Waiver};
use crate::estate::Estate;
use crate::inventory::{Inventory, Region};
use crate::report::{ConfigStamp, Earlier, Notice, Report};
use crate::rule::RuleSet;
use crate::simulate::constants::Constants;
use crate::vocabulary::World;
use crate::workload::{Declared, Workloads};

/// What the user says beside the inventory.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Regions that serve, for a run without declared workloads; worked out when not given.
    pub active: Option<Vec<Region>>,
    pub workloads: Vec<Declared>,
    pub waivers: Vec<Waiver>,
    /// What the configuration leaves out.
    pub notices: Vec<Notice>,
    /// Where these were written.
    pub config: Option<ConfigStamp>,
    /// What a simulation assumes.
    pub constants: Constants,
    /// What becomes of the run; nothing of it is looked at here.
    pub runs: Runs,
    /// What was found before, to tell what is mended from what could not be judged again.
    pub earlier: Option<Earlier>,
}

/// Judges an inventory. Workloads and rules are worked through on every core; what is said, and in
/// which order, does not depend on how many there are.
pub fn check(inventory: &Inventory, rules: &RuleSet, options: &Options) -> Report {
    let estate = Estate::new(inventory);
    let all = Workloads::of(&estate, &options.workloads, options.active.as_deref());
    let world = |workload| World::new(&estate, workload, &options.constants);
    let before = since::Before::new(options.earlier.as_ref(), inventory);
    let judge = |workload| workload::judge(rules, &world(workload), options, &before);
    let judgements: Vec<_> = all.workloads.par_iter().map(judge).collect();
    let mut summary = summary::Summary::new(rules);
    for judgement in judgements {
        summary.add(judgement);
    }
    summary.report(&estate, &all, options, &before)
}
