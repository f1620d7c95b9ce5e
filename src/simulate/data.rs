//! What becomes of the data of a workload.
//!
//! What requests reach has to be somewhere else. Of other stores of it nobody can say whether they
//! are needed: configuration names many by words that say nothing.

use std::collections::BTreeSet;

use super::effect::Effect;
use super::names::Term;
use super::outcome::Whole;
use super::stores::{Copy, Left};
use super::time::{Seconds, Span};
use super::{Lost, Matter, StandIn};
use crate::inventory::Kind;

impl Whole<'_, '_> {
    pub(super) fn stores(&self, lost: &Lost<'_, '_>, effect: &mut Effect) {
        let (needed, unread) = lost.data(&self.reached);
        effect.open(Matter::Data, unread);
        for at in lost.stores_lost(needed.iter().copied(), effect) {
            let left = lost.left(at);
            Self::becomes(lost, at, left, true, effect);
        }
        for at in &self.reached.resources {
            if lost.estate.resource(*at).kind() == Kind::S3MultiRegionAccessPoint {
                let answer = lost.door(*at, 1);
                let span = answer.detect.span + answer.route.span;
                let term = Term::new(span, answer.route.what);
                effect.promote = std::mem::take(&mut effect.promote).max(term);
            }
        }
        let (used, _) = lost.data(&self.used);
        let own = self.workload.members.iter().copied();
        let own = own.filter(|at| keeps_records(self.simulation.estate.resource(*at).kind()));
        let others: BTreeSet<u32> = own.chain(used).filter(|at| !needed.contains(at)).collect();
        for at in lost.stores_lost(others, effect) {
            let left = lost.left(at);
            Self::becomes(lost, at, left, false, effect);
        }
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
                let (term, manual) = lost.takes_over(at, &copy, effect);
                effect.promote = std::mem::take(&mut effect.promote).max(term);
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
    /// How long until a copy takes over, and whether somebody has a hand in it: by a plan where one
    /// moves it.
    fn takes_over(&self, at: u32, copy: &Copy, effect: &mut Effect) -> (Term, bool) {
        let name = &self.estate.resource(at).name;
        let what = format!("{name} takes over in {}", copy.region);
        if !copy.manual {
            return (Term::new(copy.act, what), false);
        }
        effect.open(Matter::Time, self.plans_hidden(at));
        if let Some(planned) = self.planned(at, copy) {
            let what = format!("{what} by plan {}", planned.plan);
            return (Term::new(planned.span, what), planned.manual);
        }
        let operator = self.constants.get("operator-step");
        (Term::new(operator + copy.act, what), true)
    }

    /// Those that are stores, and lost.
    fn stores_lost(&self, of: impl IntoIterator<Item = u32>, effect: &mut Effect) -> Vec<u32> {
        let mut stores = Vec::new();
        for at in of.into_iter().filter(|at| self.is_lost(*at)) {
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
