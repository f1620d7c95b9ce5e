//! What a loss sends out of a workload's boundary: users that it served inside, and data of which the
//! copy that stands in is outside.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::Effect;
use super::outcome::Whole;
use super::{Lost, Matter, Simulation};
use crate::inventory::{GapKey, Region};
use crate::workload::Workload;
use crate::workload::select::Fit;

/// Where the clients of a record set end, and what may change that.
#[derive(Debug, Default)]
pub(super) struct Ends {
    regions: BTreeSet<Region>,
    open: BTreeSet<GapKey>,
}

/// Where the clients of each record set of the entry points end now; empty without a boundary.
pub(super) fn now(simulation: &Simulation<'_, '_>, workload: &Workload) -> BTreeMap<u32, Ends> {
    if workload.objectives.boundary.is_none() {
        return BTreeMap::new();
    }
    let now = Lost::new(*simulation, None);
    let names = workload.entry_points.iter();
    let records = names.flat_map(|it| simulation.estate.public_records(&it.name));
    records.map(|at| (at, now.ends(at))).collect()
}

impl Lost<'_, '_> {
    fn ends(&self, record: u32) -> Ends {
        let (answer, _) = self.clients_of(record);
        let regions = answer.alive.into_iter().filter_map(|it| it.region);
        Ends {
            regions: regions.collect(),
            open: answer.open,
        }
    }
}

impl Whole<'_, '_> {
    /// What is outside of the boundary then and was inside before, in words; nothing without one. What
    /// may hide more is left open.
    pub(super) fn outside(&self, lost: &Lost<'_, '_>, effect: &mut Effect) {
        let Some(boundary) = &self.workload.objectives.boundary else {
            return;
        };
        let inside = |it: &Region| boundary.regions.contains(it);
        let (mut outside, mut open) = (BTreeSet::new(), BTreeSet::new());
        for (at, before) in &self.ends {
            open.extend(before.open.iter().cloned());
            if !before.regions.iter().any(inside) {
                continue;
            }
            let after = lost.ends(*at);
            open.extend(after.open);
            let left = after.regions.difference(&before.regions);
            let left: Vec<&str> = left.filter(|it| !inside(it)).map(Region::as_str).collect();
            if !left.is_empty() {
                let (clients, left) = (lost.member_name(*at), left.join(", "));
                outside.insert(format!("clients of {clients} are served in {left}"));
            }
        }
        for (at, region) in &effect.copies {
            let store = lost.estate.resource(*at);
            if !inside(&store.region) || inside(region) {
                continue;
            }
            match boundary.covers(store) {
                Fit::Yes => {
                    outside.insert(format!("{} takes over in {region}", lost.called(*at)));
                }
                Fit::Unread(gap) => {
                    open.insert(gap);
                }
                Fit::No => {}
            }
        }
        effect.open(Matter::Boundary, open);
        effect.outside = Some(outside.into_iter().collect());
    }
}
