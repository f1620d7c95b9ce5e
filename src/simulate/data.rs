//! What becomes of the data of a workload.
//!
//! What requests reach has to be somewhere else. Of other stores of it nobody can say whether they
//! are needed: configuration names many by words that say nothing.

use std::collections::BTreeSet;

use super::closure::Unlisted;
use super::effect::Effect;
use super::names::Term;
use super::outcome::Whole;
use super::stores::{Copy, Left};
use super::time::{Seconds, Span};
use super::{Lost, Matter, StandIn};
use crate::inventory::Kind;

/// Where a workload keeps data, whatever is lost.
#[derive(Default)]
pub(super) struct Stores {
    /// What requests reach.
    needed: Vec<u32>,
    /// Members of what requests reach that were not read.
    unlisted: Vec<Unlisted>,
    /// Access points that requests reach.
    points: Vec<u32>,
    /// Other stores of it.
    others: Vec<u32>,
}

impl Stores {
    pub(super) fn of(whole: &Whole<'_, '_>, now: &Lost<'_, '_>) -> Self {
        let kind = |at: &u32| now.estate.resource(*at).kind();
        let (needed, unlisted) = now.data(&whole.reached);
        let (used, _) = now.data(&whole.used);
        let own = whole.workload.members.iter().copied();
        let own = own.filter(|at| keeps_records(kind(at)));
        let others: BTreeSet<u32> = own.chain(used).filter(|at| !needed.contains(at)).collect();
        let store = |at: &u32| kind(at).is_store();
        let points = whole.reached.resources.iter().copied();
        Self {
            unlisted,
            points: points
                .filter(|at| kind(at) == Kind::S3MultiRegionAccessPoint)
                .collect(),
            needed: needed.into_iter().filter(store).collect(),
            others: others.into_iter().filter(store).collect(),
        }
    }
}

impl Whole<'_, '_> {
    pub(super) fn stores(&self, lost: &Lost<'_, '_>, effect: &mut Effect) {
        let unlisted = self.stores.unlisted.iter();
        let hidden = unlisted.filter(|it| lost.is_lost_there(&it.0, Some(&it.1)));
        effect.open(Matter::Data, hidden.map(|it| it.2.clone()));
        for at in lost.stores_lost(&self.stores.needed, effect) {
            let left = lost.left(at);
            Self::becomes(lost, at, left, true, effect);
        }
        for at in &self.stores.points {
            let answer = lost.door(*at, 1);
            let span = answer.detect.span + answer.route.span;
            let term = Term::new(span, answer.route.what);
            effect.promote = std::mem::take(&mut effect.promote).max(term);
        }
        for at in lost.stores_lost(&self.stores.others, effect) {
            let left = lost.left(at);
            Self::becomes(lost, at, left, false, effect);
        }
        Self::decided(lost, effect);
    }

    /// Somebody decides once, and starts one after the other; once started they go on side by side.
    fn decided(lost: &Lost<'_, '_>, effect: &mut Effect) {
        let (longest, started) = std::mem::take(&mut effect.by_hand);
        let count = started.len() as u64;
        let Some(further) = count.checked_sub(1) else {
            return;
        };
        let next = lost.constants.get("operator-next-step");
        let steps = lost.constants.get("operator-step") + next.times(further);
        let what = match further {
            0 => longest.what,
            _ => format!("{}, one of {count} by hand", longest.what),
        };
        let term = Term::new(steps + longest.span, what);
        effect.promote = std::mem::take(&mut effect.promote).max(term);
    }

    /// Whether it is needed says whether its end is the end of the workload.
    fn becomes(lost: &Lost<'_, '_>, at: u32, left: Left, needed: bool, effect: &mut Effect) {
        match left {
            Left::Open(gaps) => effect.open(Matter::Data, gaps),
            Left::Nothing(why) if needed => {
                effect.lose(Span::NEVER);
                effect.gone.insert(lost.called(at));
                effect.fail(Matter::Data, why, Vec::new());
            }
            Left::Stopped(why) if needed => {
                effect.fail(Matter::Data, why, Vec::new());
            }
            Left::Nothing(why) => {
                effect.lose(Span {
                    typical: Seconds::NONE,
                    upper: Seconds::Never,
                });
                effect.reason(
                    Matter::Data,
                    format!("{why}; whether clients need it is not known"),
                );
            }
            Left::Stopped(why) => {
                effect.reason(
                    Matter::Data,
                    format!("{why}; whether clients need it is not known"),
                );
            }
            Left::Copy(copy) => {
                effect.lose(copy.rpo);
                let manual = lost.takes_over(at, &copy, effect);
                // A copy that cannot be read is none.
                if needed {
                    Self::needs(&lost.reached(copy.resource), effect);
                }
                effect.copies.push((at, copy.region.clone()));
                effect.stand_ins.push(StandIn {
                    store: lost.called(at),
                    by: copy.by,
                    region: copy.region,
                    rpo: copy.rpo,
                    manual,
                });
            }
        }
    }
}

impl Lost<'_, '_> {
    /// Adds the time until a copy takes over: by itself, by a plan that moves it, or by hand. Says
    /// whether somebody has a hand in it.
    fn takes_over(&self, at: u32, copy: &Copy, effect: &mut Effect) -> bool {
        let name = &self.estate.resource(at).name;
        let what = format!("{name} takes over in {}", copy.region);
        if copy.manual {
            effect.open(Matter::Time, self.plans_hidden(at));
        }
        let planned = Some(()).filter(|()| copy.manual);
        let planned = planned.and_then(|()| self.planned(at, copy));
        let (term, manual) = match planned {
            Some(planned) => {
                let what = format!("{what} by plan {}", planned.plan);
                (Term::new(planned.span, what), planned.manual)
            }
            None if copy.manual => {
                // Several that are lost may have one copy, which is promoted once.
                let (longest, mut started) = std::mem::take(&mut effect.by_hand);
                started.insert(copy.resource.unwrap_or(at));
                effect.by_hand = (longest.max(Term::new(copy.act, what)), started);
                return true;
            }
            None => (Term::new(copy.act, what), false),
        };
        effect.promote = std::mem::take(&mut effect.promote).max(term);
        manual
    }

    /// Those that are stores, and lost.
    fn stores_lost(&self, of: &[u32], effect: &mut Effect) -> Vec<u32> {
        let mut stores = Vec::new();
        for at in of.iter().copied().filter(|at| self.is_lost(*at)) {
            match self.estate.resource(at).is_store() {
                Ok(true) => stores.push(at),
                Ok(false) => {}
                Err(gap) => {
                    effect.open(Matter::Data, [gap.clone()]);
                }
            }
        }
        stores
    }
}

/// Whether a store counts although nothing is seen to name it: tables and databases do, buckets of
/// logs and releases are too many.
fn keeps_records(kind: Kind) -> bool {
    kind.is_store() && !matches!(kind, Kind::S3Bucket | Kind::RdsAutomatedBackup)
}
