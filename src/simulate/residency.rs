//! What a loss sends out of a workload's boundary: users that it served inside, and data of which the
//! copy that stands in is outside.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Whole;
use super::{Lost, Simulation};
use crate::inventory::Region;
use crate::workload::Workload;
use crate::workload::select::Fit;

/// Where the clients of each record set of the entry points end now; empty without a boundary.
pub(super) fn now(
    simulation: &Simulation<'_, '_>,
    workload: &Workload,
) -> BTreeMap<u32, BTreeSet<Region>> {
    if workload.objectives.boundary.is_none() {
        return BTreeMap::new();
    }
    let now = Lost::new(*simulation, None);
    let names = workload.entry_points.iter();
    let records = names.flat_map(|it| simulation.estate.public_records(&it.name));
    records.map(|at| (at, now.ends(at))).collect()
}

impl Lost<'_, '_> {
    fn ends(&self, record: u32) -> BTreeSet<Region> {
        let (answer, _) = self.clients_of(record);
        answer
            .alive
            .into_iter()
            .filter_map(|it| it.region)
            .collect()
    }
}

impl Whole<'_, '_> {
    /// What is outside of the boundary then and was inside before, in words; `None` without one.
    /// `copies` are stores that are lost, with where the copy is that stands in.
    pub(super) fn outside(
        &self,
        lost: &Lost<'_, '_>,
        copies: &[(u32, Region)],
    ) -> Option<Vec<String>> {
        let boundary = self.workload.objectives.boundary.as_ref()?;
        let mut outside = BTreeSet::new();
        for (at, before) in &self.ends {
            if !before.iter().any(|it| boundary.regions.contains(it)) {
                continue;
            }
            let after = lost.ends(*at);
            let left = after
                .difference(before)
                .filter(|it| !boundary.regions.contains(*it));
            let left: Vec<&str> = left.map(Region::as_str).collect();
            if !left.is_empty() {
                let clients = lost.member_name(*at);
                outside.insert(format!(
                    "clients of {clients} are served in {}",
                    left.join(", ")
                ));
            }
        }
        for (at, region) in copies {
            let store = lost.estate.resource(*at);
            let covered = !matches!(boundary.covers(store), Fit::No);
            if covered
                && boundary.regions.contains(&store.region)
                && !boundary.regions.contains(region)
            {
                outside.insert(format!("{} takes over in {region}", lost.called(*at)));
            }
        }
        Some(outside.into_iter().collect())
    }
}
