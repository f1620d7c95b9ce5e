//! One rule against one workload: a verdict for each subject.
//!
//! Decides and nothing more: no message is rendered for what passes. Whatever could not be read
//! ends as unknown here, never as pass or fail.

use std::collections::BTreeSet;

use super::verdict::{Judged, SubjectId, Verdict};
use crate::inventory::{GapKey, Kind, Resource};
use crate::rule::expr::{Env, Gaps, Program, Value};
use crate::rule::{Rule, Subject};
use crate::vocabulary::World;
use crate::workload::Known;

/// The verdicts of a rule, in the order of its subjects.
pub fn evaluate(rule: &Rule, world: &World<'_>) -> Vec<Judged> {
    match rule.subject {
        Subject::Resource(kind) => resources(rule, kind, world),
        Subject::Store => {
            let stores = Kind::ALL.iter().filter(|kind| kind.is_store());
            stores
                .flat_map(|kind| resources(rule, *kind, world))
                .collect()
        }
        Subject::Workload => {
            let variables = world.variables(&SubjectId::Workload, &rule.options);
            let verdict = judge(rule, world, &variables);
            vec![Judged {
                subject: SubjectId::Workload,
                verdict,
            }]
        }
        Subject::Account => world
            .estate()
            .inventory()
            .accounts()
            .filter(|account| world.concerns(account))
            .map(|account| {
                let subject = SubjectId::Account(account.clone());
                let verdict = judge(rule, world, &world.variables(&subject, &rule.options));
                Judged { subject, verdict }
            })
            .collect(),
    }
}

fn resources(rule: &Rule, kind: Kind, world: &World<'_>) -> Vec<Judged> {
    let mut judged: Vec<Judged> = world
        .members(kind)
        .into_iter()
        .filter_map(|index| {
            let subject = SubjectId::Resource(index);
            let variables = world.variables(&subject, &rule.options);
            let verdict = match concerns(rule, world.resource_at(index)) {
                Ok(false) => return None,
                Ok(true) if !leads(rule, world, index, &variables) => return None,
                Ok(true) => judge(rule, world, &variables),
                // A rule that does not apply would not, whatever the resource is.
                Err(gap) => match judge(rule, world, &variables) {
                    Verdict::NotApplicable => Verdict::NotApplicable,
                    _ => Verdict::Unknown(world.gap_set([gap])),
                },
            };
            Some(Judged { subject, verdict })
        })
        .collect();
    judged.extend(hidden(rule, kind, world));
    judged
}

/// Whether the rule is about the resource: one over stores is about what holds data of its own.
fn concerns<'r>(rule: &Rule, resource: &'r Resource) -> Result<bool, &'r GapKey> {
    match rule.subject {
        Subject::Store => resource.is_store(),
        _ => Ok(true),
    }
}

/// Whether the resource is the one that its set is judged for: the first in the inventory's order
/// to which `when` applies, or may; the first of all where it applies to none.
fn leads(rule: &Rule, world: &World<'_>, index: u32, variables: &[Value]) -> bool {
    let Some(per) = &rule.expressions.per else {
        return true;
    };
    let env = Env {
        host: world,
        variables,
    };
    let Ok(Value::List(set)) = per.eval(env) else {
        return true;
    };
    let kind = world.resource_at(index).kind();
    let others = set
        .items
        .iter()
        .filter_map(|item| world.resource_index(item));
    let members: BTreeSet<u32> = others
        .filter(|at| world.is_member(*at) && world.resource_at(*at).kind() == kind)
        .chain([index])
        .collect();
    let applies = |at: &&u32| {
        let Some(when) = &rule.expressions.when else {
            return true;
        };
        let variables = world.variables(&SubjectId::Resource(**at), &rule.options);
        let env = Env {
            host: world,
            variables: &variables,
        };
        decide(when, env) != Ok(false)
    };
    let first = members.iter().find(applies).or(members.first());
    first == Some(&index)
}

/// One unknown for each account and Region in which resources of the kind may be missing, and for
/// each gap that leaves open whether some belong.
fn hidden(rule: &Rule, kind: Kind, world: &World<'_>) -> Vec<Judged> {
    if posture_excludes(rule, world) {
        return Vec::new();
    }
    let estate = world.estate();
    let undecided = world.undecided(kind).map(std::slice::from_ref);
    let places = estate.hidden_places(kind).iter().map(Vec::as_slice);
    let mut seen = BTreeSet::<&[GapKey]>::new();
    let mut judged = Vec::new();
    for keys in undecided.chain(places) {
        if seen.insert(keys) {
            let gaps: Gaps = keys.iter().map(|key| estate.gap_index(key)).collect();
            judged.push(Judged {
                subject: SubjectId::Hidden,
                verdict: Verdict::Unknown(gaps),
            });
        }
    }
    judged
}

/// Whether the workload's posture alone takes the rule away.
pub(super) fn posture_excludes(rule: &Rule, world: &World<'_>) -> bool {
    matches!(&world.workload().posture, Known::Is(posture) if !rule.applies.to(*posture))
}

/// Posture, then `when`, then `fail`.
fn judge(rule: &Rule, world: &World<'_>, variables: &[Value]) -> Verdict {
    if posture_excludes(rule, world) {
        return Verdict::NotApplicable;
    }
    let env = Env {
        host: world,
        variables,
    };
    let posture = match &world.workload().posture {
        Known::Is(_) => Ok(true),
        Known::Unknown(gaps) => {
            // A rule for every posture needs none.
            let any = crate::rule::meta::Applies::Any == rule.applies;
            if any {
                Ok(true)
            } else {
                Err(world.gap_set(gaps))
            }
        }
    };
    let applies = match (posture, &rule.expressions.when) {
        (Err(gaps), _) => Err(gaps),
        (Ok(_), Some(when)) => decide(when, env),
        (Ok(_), None) => Ok(true),
    };
    match applies {
        Ok(false) => Verdict::NotApplicable,
        Err(gaps) => Verdict::Unknown(gaps),
        Ok(true) => match decide(&rule.expressions.fail, env) {
            Ok(true) => Verdict::Fail,
            Ok(false) => Verdict::Pass,
            Err(gaps) => Verdict::Unknown(gaps),
        },
    }
}

/// An expression that costs too much decides nothing.
fn decide(program: &Program, env: Env<'_>) -> Result<bool, Gaps> {
    program.decide(env).unwrap_or(Err(Gaps::NONE))
}
