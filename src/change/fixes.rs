//! Which fixes change the answer: losses played through again with findings mended.
//!
//! Each rule alone first; where none of them changes what becomes of the workload, those together
//! that do. Says what would be, never what should be done first.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Fix, Model};
use crate::check::open;
use crate::estate::Estate;
use crate::rule::{Rule, RuleSet};
use crate::simulate::loss::Loss;
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Outcome, Simulation};
use crate::vocabulary::World;

/// What of a workload's findings was mended, and how it then comes out of a loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Rules whose findings were mended, sorted by id.
    pub rules: Vec<Rules>,
    pub fate: Fate,
    pub rto: Span,
    pub rpo: Span,
}

/// A rule, and how much of what it found was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    pub rule: String,
    pub title: String,
    pub findings: usize,
}

/// The fixes that change one outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixes {
    /// How many rules found something that can be mended; none for outcomes that need no fix.
    pub tried: usize,
    /// Each alone, the best first.
    pub alone: Vec<Mended>,
    /// Together, where none of them alone changes the fate. None of these can be left out; whether
    /// there are fewer that would do is not known.
    pub together: Option<Mended>,
}

/// What one rule found of a workload.
type Found<'r> = (&'r Rule, Fix);

impl Model {
    /// The fixes that change each of these outcomes, in their order. None for what is survived
    /// within its objectives.
    pub fn fixes(&self, rules: &RuleSet, outcomes: &[Outcome]) -> Vec<Fixes> {
        let wanting = |it: &&Outcome| {
            it.fate != Fate::Survives || it.rto_met == Some(false) || it.rpo_met == Some(false)
        };
        let mut by_workload = BTreeMap::<&str, Vec<&Outcome>>::new();
        for outcome in outcomes.iter().filter(wanting) {
            by_workload
                .entry(&outcome.workload)
                .or_default()
                .push(outcome);
        }
        let mut found = BTreeMap::<(&str, &Loss), Fixes>::new();
        for (workload, outcomes) in by_workload {
            let fixes = Bench::new(self, rules, workload, &outcomes).fixes();
            let losses = outcomes.iter().map(|it| (workload, &it.loss));
            found.extend(losses.zip(fixes));
        }
        let each = outcomes
            .iter()
            .map(|it| found.remove(&(it.workload.as_str(), &it.loss)));
        each.map(Option::unwrap_or_default).collect()
    }

    /// How a workload comes out of losses; `None` where it is no workload any more.
    pub(super) fn outcomes(&self, workload: &str, losses: &[Loss]) -> Option<Vec<Outcome>> {
        let estate = Estate::new(&self.inventory);
        let all = self.workloads(&estate);
        let own = all.workloads.iter().find(|it| it.name == workload)?;
        let simulation = Simulation {
            estate: &estate,
            constants: &self.options.constants,
        };
        Some(simulation.outcomes(own, losses))
    }
}

/// Where the findings of one workload are mended and its losses played through again.
struct Bench<'b> {
    model: &'b Model,
    workload: &'b str,
    now: &'b [&'b Outcome],
    found: Vec<Found<'b>>,
}

impl<'b> Bench<'b> {
    fn new(
        model: &'b Model,
        rules: &'b RuleSet,
        workload: &'b str,
        now: &'b [&'b Outcome],
    ) -> Self {
        let estate = Estate::new(&model.inventory);
        let all = model.workloads(&estate);
        let mut found = Vec::new();
        for own in all.workloads.iter().filter(|it| it.name == workload) {
            let world = World::new(&estate, own, &model.options.constants);
            let mendable: Vec<&Rule> = rules
                .rules()
                .iter()
                .filter(|it| it.mend.is_some())
                .collect();
            let each = mendable.into_par_iter().map(|rule| {
                let open = open(rule, &world, &model.options);
                let subjects = open.into_iter().map(|it| it.resource.arn).collect();
                let fix = Fix {
                    rule: rule.id.clone(),
                    subjects,
                };
                (rule, fix)
            });
            let each: Vec<Found<'_>> = each.collect();
            found.extend(each.into_iter().filter(|it| !it.1.subjects.is_empty()));
        }
        Self {
            model,
            workload,
            now,
            found,
        }
    }

    fn fixes(&self) -> Vec<Fixes> {
        let losses: Vec<Loss> = self.now.iter().map(|it| it.loss.clone()).collect();
        let each = self.found.par_iter().map(|it| self.then(&[it], &losses));
        let alone: Vec<Option<Vec<Outcome>>> = each.collect();
        let of_loss = self.now.par_iter().enumerate().map(|(at, now)| {
            let then: Vec<Option<&Outcome>> = alone
                .iter()
                .map(|it| it.as_ref().and_then(|it| it.get(at)))
                .collect();
            self.fixes_of(now, &then)
        });
        of_loss.collect()
    }

    /// The fixes of one outcome. `then` is what it would be with each rule mended alone.
    fn fixes_of(&self, now: &Outcome, then: &[Option<&Outcome>]) -> Fixes {
        let pairs = || {
            self.found
                .iter()
                .zip(then)
                .filter_map(|(it, then)| Some((it, (*then)?)))
        };
        let mut alone: Vec<Mended> = pairs()
            .filter(|(_, then)| better(now, then))
            .map(|(it, then)| mended(&[it], then))
            .collect();
        alone.sort_by(|a, b| (order(a), &a.rules[0].rule).cmp(&(order(b), &b.rules[0].rule)));
        let suffices = alone
            .first()
            .is_some_and(|it| rank(it.fate) < rank(now.fate));
        let together = if suffices {
            None
        } else {
            // What alone changes nothing at all goes first, then one after the other.
            let moves = pairs().filter(|(_, then)| *then != now).map(|(it, _)| it);
            self.together(now, moves.collect())
        };
        Fixes {
            tried: self.found.len(),
            alone,
            together,
        }
    }

    /// A set of which none can be left out, if all together change the fate.
    fn together(&self, now: &Outcome, moves: Vec<&Found<'b>>) -> Option<Mended> {
        let loss = std::slice::from_ref(&now.loss);
        let outcome = |set: &[&Found<'b>]| self.then(set, loss)?.pop();
        let all: Vec<&Found<'b>> = self.found.iter().collect();
        let best = outcome(&all)?;
        let changes = |it: &Outcome| rank(it.fate) <= rank(best.fate);
        if rank(best.fate) >= rank(now.fate) {
            return None;
        }
        let few = outcome(&moves).filter(changes);
        let (mut set, mut last) = match few {
            Some(then) => (moves, then),
            None => (all, best.clone()),
        };
        let mut at = set.len();
        while let Some(next) = at.checked_sub(1) {
            at = next;
            let mut fewer = set.clone();
            fewer.remove(at);
            if let Some(then) = outcome(&fewer).filter(changes) {
                (set, last) = (fewer, then);
            }
        }
        Some(mended(&set, &last))
    }

    fn then(&self, set: &[&Found<'b>], losses: &[Loss]) -> Option<Vec<Outcome>> {
        let fixes: Vec<(&Rule, &Fix)> = set.iter().map(|(rule, fix)| (*rule, fix)).collect();
        let (model, done, _) = self.model.mend(&fixes, Some(self.workload));
        if done.is_empty() {
            return None;
        }
        model.outcomes(self.workload, losses)
    }
}

fn mended(set: &[&Found<'_>], then: &Outcome) -> Mended {
    let rules: BTreeMap<&str, Rules> = set
        .iter()
        .map(|(rule, fix)| {
            let of_rule = Rules {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                findings: fix.subjects.len(),
            };
            (rule.id.as_str(), of_rule)
        })
        .collect();
    Mended {
        rules: rules.into_values().collect(),
        fate: then.fate,
        rto: then.rto,
        rpo: then.rpo,
    }
}

/// How bad a fate is: what is proven to fail is worse than what is open.
fn rank(fate: Fate) -> u8 {
    match fate {
        Fate::Survives => 0,
        Fate::Degraded => 1,
        Fate::Unknown => 2,
        Fate::Fails => 3,
    }
}

/// Whether the fate is better, or as good with less time or less data lost at the upper end.
fn better(now: &Outcome, then: &Outcome) -> bool {
    let (before, after) = (rank(now.fate), rank(then.fate));
    let less = |now: Span, then: Span| then.upper < now.upper;
    after < before || (after == before && (less(now.rto, then.rto) || less(now.rpo, then.rpo)))
}

type Order = (u8, (Seconds, Seconds), (Seconds, Seconds));

fn order(it: &Mended) -> Order {
    (rank(it.fate), it.rto.worst(), it.rpo.worst())
}
