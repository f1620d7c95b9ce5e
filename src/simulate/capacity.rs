//! Whether the survivors can carry the load of what is lost: sizes now against ceilings.
//!
//! Twins are taken to share one load. What has no twin is not judged here.

use std::collections::BTreeSet;

use super::Lost;
use super::names::Term;
use crate::inventory::kinds::{applicationautoscaling, autoscaling, ecs};
use crate::inventory::{GapKey, Kind};

/// What the survivors lack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Capacity {
    /// How long they take to grow, where they have to.
    pub(super) scale: Term,
    /// What does not fit, in hundredths of the load, each with what lacks it.
    pub(super) short: BTreeSet<(u64, String)>,
    /// What can only start on Spot, in hundredths of the load: nobody promises that it starts.
    pub(super) spot: BTreeSet<(u64, String)>,
    /// What may hide higher ceilings.
    pub(super) open: BTreeSet<GapKey>,
}

/// How large something is now, and at most.
pub(super) struct Size {
    now: u64,
    most: u64,
    constant: &'static str,
    /// Instances that are bought on demand before any other, and the share of those beyond, in
    /// hundredths.
    base: u64,
    percent: u64,
}

impl Size {
    /// How many of so many are bought on demand.
    fn on_demand(&self, of: u64) -> u64 {
        let beyond = of.saturating_sub(self.base);
        let share = beyond.saturating_mul(self.percent).div_ceil(100);
        of.min(self.base).saturating_add(share)
    }
}

/// Of the growth that these need together, as much as has to start on Spot, where whoever buys most
/// on demand grows first.
fn on_spot(standing: &[&Size], growth: u64) -> u64 {
    let mut order = standing.to_vec();
    order.sort_by_key(|it| std::cmp::Reverse(it.percent));
    let (mut left, mut spot) = (growth, 0);
    for size in order {
        let grows = left.min(size.most.saturating_sub(size.now));
        let then = size.now + grows;
        let sure = size
            .on_demand(then)
            .saturating_sub(size.on_demand(size.now));
        spot += grows.saturating_sub(sure);
        left -= grows;
    }
    spot
}

/// Twins of a workload that share one load, each with its size.
pub(super) type Sizes = Vec<(u32, Size)>;

impl Lost<'_, '_> {
    /// Of these members, those that have twins, all of a size.
    pub(super) fn sizes(&self, members: &[u32]) -> Vec<Sizes> {
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        for set in members.iter().filter_map(|at| self.estate.twin_set(*at)) {
            // Twins that are guessed at share no load for certain.
            if set.percent < 70 || !seen.insert(set.members[0]) {
                continue;
            }
            let sizes = set.members.iter().map(|at| Some((*at, self.size(*at)?)));
            found.extend(sizes.collect::<Option<Sizes>>());
        }
        found
    }

    /// Of these twins, those of which some are lost.
    pub(super) fn capacity(&self, sets: &[Sizes]) -> Capacity {
        let mut found = Capacity::default();
        for set in sets {
            let all = set.iter().map(|(at, size)| (self.is_lost(*at), size));
            let sizes: Vec<(bool, &Size)> = all.collect();
            if !sizes.iter().any(|(lost, _)| *lost) {
                continue;
            }
            let load: u64 = sizes.iter().map(|(_, it)| it.now).sum();
            let stand = || sizes.iter().filter(|(lost, _)| !lost).map(|(_, it)| *it);
            let now: u64 = stand().map(|it| it.now).sum();
            let most: u64 = stand().map(|it| it.most).sum();
            let unread = || set.iter().map(|it| it.0).filter(|at| !self.is_lost(*at));
            let Some(standing) = unread().next() else {
                continue;
            };
            let name = &self.estate.resource(standing).name;
            if most < load {
                let hidden = unread().flat_map(|at| self.ceilings_hidden(at));
                found.open.extend(hidden);
            }
            if most < load {
                let short = (load - most).saturating_mul(100).div_ceil(load);
                found
                    .short
                    .insert((short, format!("{name} grows to {most} of {load}")));
            }
            let grown = most.min(load);
            if now < grown
                && let Some(size) = stand().next()
            {
                let what = format!("{name} grows from {now} to {grown}");
                let term = Term::new(self.constants.get(size.constant), &what);
                found.scale = found.scale.max(term);
                let spot = on_spot(&stand().collect::<Vec<_>>(), grown - now);
                if spot > 0 {
                    let share = spot.saturating_mul(100).div_ceil(load);
                    found.spot.insert((share, what));
                }
            }
        }
        found
    }

    /// Services grow as far as a scalable target lets them.
    fn ceilings_hidden(&self, at: u32) -> Vec<GapKey> {
        if self.estate.resource(at).of::<ecs::Service>().is_none() {
            return Vec::new();
        }
        self.estate.hidden_here(at, Kind::ScalableTarget).to_vec()
    }

    fn size(&self, at: u32) -> Option<Size> {
        let whole = |it: i64| u64::try_from(it).unwrap_or_default();
        let it = self.estate.resource(at);
        if let Some(group) = it.of::<autoscaling::AutoScalingGroup>() {
            return Some(Size {
                now: whole(group.desired),
                most: whole(group.max_size),
                constant: "scale-instances",
                base: group.on_demand_base.map_or(0, whole),
                percent: group.on_demand_percent.map_or(100, whole).min(100),
            });
        }
        let service = it.of::<ecs::Service>()?;
        let targets = self.estate.scalable_targets(at).iter();
        let most = targets.filter_map(|target| {
            let target = self.estate.resource(*target);
            Some(target.of::<applicationautoscaling::ScalableTarget>()?.max)
        });
        let now = whole(service.desired);
        Some(Size {
            now,
            most: most.max().map_or(now, whole),
            constant: "scale-tasks",
            base: 0,
            percent: 100,
        })
    }
}
