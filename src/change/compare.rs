//! What changes move: outcomes, findings and scores, before and after.
//!
//! Says what differs, and nothing of whether that is worth it.

use std::collections::{BTreeMap, BTreeSet};

use super::Model;
use crate::check::check;
use crate::estate::Estate;
use crate::report::{Finding, Grade, Report};
use crate::rule::RuleSet;
use crate::simulate::loss::Loss;
use crate::simulate::{Outcome, Simulation};

/// What was compared.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// Every outcome, by workload, then by loss.
    pub outcomes: Vec<Pair>,
    /// By workload.
    pub scores: Vec<Scores>,
    /// Findings that are there before only, worst first.
    pub gone: Vec<Finding>,
    /// Findings that are there after only, worst first.
    pub new: Vec<Finding>,
}

/// An outcome before and after; `None` where there is no such workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub workload: String,
    pub loss: Loss,
    pub before: Option<Outcome>,
    pub after: Option<Outcome>,
}

impl Pair {
    /// Whether it comes out otherwise: by fate, time or data.
    pub fn moves(&self) -> bool {
        let came = |it: &Option<Outcome>| {
            let it = it.as_ref();
            it.map(|it| (it.fate, it.rto, it.rpo, it.rto_met, it.rpo_met))
        };
        came(&self.before) != came(&self.after)
    }
}

/// The points of a workload; `None` where there is no such workload, or none could be given.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    pub workload: String,
    pub before: Option<Points>,
    pub after: Option<Points>,
}

/// A score as far as it was decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points {
    pub decided: u8,
    pub grade: Option<&'static str>,
}

impl Compared {
    /// Whether anything differs.
    pub fn moves(&self) -> bool {
        let outcomes = self.outcomes.iter().any(Pair::moves);
        let scores = self.scores.iter().any(|it| it.before != it.after);
        outcomes || scores || !self.gone.is_empty() || !self.new.is_empty()
    }
}

impl Model {
    /// What differs after changes. Losses that nobody names are all that the workloads are meant
    /// to live through, before or after; `only` is the name of the one workload that is meant.
    pub fn compare(
        &self,
        after: &Self,
        rules: &RuleSet,
        lose: &[Loss],
        only: Option<&str>,
    ) -> Compared {
        let mut losses = BTreeMap::<String, Vec<Loss>>::new();
        for model in [self, after] {
            for (workload, own) in model.losses(only) {
                let known = losses.entry(workload).or_default();
                let own = if lose.is_empty() { own } else { lose.to_vec() };
                let more: Vec<Loss> = own.into_iter().filter(|it| !known.contains(it)).collect();
                known.extend(more);
            }
        }
        let mut compared = Compared::default();
        for (workload, losses) in losses {
            let before = self.outcomes(&workload, &losses).unwrap_or_default();
            let after = after.outcomes(&workload, &losses).unwrap_or_default();
            let pair = |(at, loss): (usize, Loss)| Pair {
                workload: workload.clone(),
                loss,
                before: before.get(at).cloned(),
                after: after.get(at).cloned(),
            };
            compared
                .outcomes
                .extend(losses.into_iter().enumerate().map(pair));
        }
        let before = check(&self.inventory, rules, &self.options);
        let after = check(&after.inventory, rules, &after.options);
        compared.scores = scores(&before, &after, only);
        compared.gone = beside(&before, &after, only);
        compared.new = beside(&after, &before, only);
        compared
    }

    /// The losses that each workload is meant to live through: of those that serve, or of all where
    /// none does.
    fn losses(&self, only: Option<&str>) -> BTreeMap<String, Vec<Loss>> {
        let estate = Estate::new(&self.inventory);
        let all = self.workloads(&estate).workloads;
        let simulation = Simulation {
            estate: &estate,
            constants: &self.options.constants,
        };
        let any = all.iter().any(Simulation::serves);
        let wanted = all.iter().filter(|it| match only {
            Some(name) => it.name == name,
            None => !any || Simulation::serves(it),
        });
        wanted
            .map(|it| (it.name.clone(), simulation.losses(it)))
            .collect()
    }
}

fn scores(before: &Report, after: &Report, only: Option<&str>) -> Vec<Scores> {
    let points = |report: &Report, name: &str| {
        let found = report.workloads.iter().find(|it| it.name == name)?;
        Some(Points {
            decided: found.score.decided?,
            grade: found.score.grade.map(Grade::text),
        })
    };
    let all = before.workloads.iter().chain(&after.workloads);
    let names: BTreeSet<&str> = all.map(|it| it.name.as_str()).collect();
    let names = names
        .into_iter()
        .filter(|it| only.is_none_or(|only| only == *it));
    names
        .map(|name| Scores {
            workload: name.to_owned(),
            before: points(before, name),
            after: points(after, name),
        })
        .collect()
}

/// Findings of one report that the other has not.
fn beside(one: &Report, other: &Report, only: Option<&str>) -> Vec<Finding> {
    let known: BTreeSet<_> = other.findings.iter().map(|it| &it.fingerprint).collect();
    let own = one
        .findings
        .iter()
        .filter(|it| !known.contains(&it.fingerprint));
    let of_workload = own.filter(|it| only.is_none_or(|only| only == it.workload));
    of_workload.cloned().collect()
}
