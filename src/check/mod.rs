//! Rules against an estate: verdicts, findings, the report.
//!
//! Pure: the same inventory, rules and options give the same report. Never reads a file, a clock
//! or AWS.

pub mod cases;
mod evaluate;
mod finding;
mod summary;
pub mod verdict;

pub use evaluate::evaluate;

use crate::estate::Estate;
use crate::inventory::{Inventory, Region};
use crate::report::Report;
use crate::rule::RuleSet;
use crate::vocabulary::World;

/// What the user says beside the inventory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Regions that serve; worked out when not given.
    pub active: Option<Vec<Region>>,
}

/// Judges an inventory.
pub fn check(inventory: &Inventory, rules: &RuleSet, options: &Options) -> Report {
    let estate = Estate::new(inventory);
    let workload = crate::workload::infer::infer(estate.clues(), options.active.as_deref());
    let world = World::new(&estate, &workload);
    let mut summary = summary::Summary::default();
    for rule in rules.rules() {
        summary.add(rule, &world, &evaluate(rule, &world));
    }
    summary.report(inventory, &world)
}
