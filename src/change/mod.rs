//! An inventory as it might be: Regions added, findings mended, settings changed, in memory.
//!
//! Touches nothing in AWS and judges nothing. What a change did is said resource by resource, and so
//! is what of it cannot be modelled.

pub mod compare;
mod copy;
mod counterpart;
mod draft;
pub mod fixes;
pub mod mend;
mod region;
pub mod setting;
mod site;
mod stores;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use crate::check::verdict::{SubjectId, Verdict};
use crate::check::{Options, evaluate};
use crate::estate::Estate;
use crate::inventory::{Inventory, Region};
use crate::rule::{Rule, RuleSet};
use crate::vocabulary::World;
use crate::workload::{Workload, Workloads};
pub use draft::Done;
use draft::Draft;
use mend::Mend;
use setting::Setting;
use site::Site;

/// Mending one thing may show the next: no more than so many rounds.
const ROUNDS: usize = 3;

/// Something that could be done to an estate.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A workload serves from a further Region.
    AddRegion(Region),
    /// What a rule finds is mended.
    Fix(Fix),
    Set(Setting),
}

/// Which findings are mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Id of the rule.
    pub rule: String,
    /// ARNs of what it found; all where there are none.
    pub subjects: BTreeSet<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddRegion(region) => write!(f, "add {region}"),
            Self::Fix(fix) if fix.subjects.is_empty() => write!(f, "fix {}", fix.rule),
            Self::Fix(fix) => {
                let subjects: Vec<&str> = fix.subjects.iter().map(String::as_str).collect();
                write!(f, "fix {} of {}", fix.rule, subjects.join(", "))
            }
            Self::Set(setting) => write!(f, "set {setting}"),
        }
    }
}

/// An inventory, and what is meant by it.
#[derive(Debug, Clone)]
pub struct Model {
    pub inventory: Inventory,
    pub options: Options,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The change, in words.
    pub change: String,
    pub done: Vec<Done>,
    /// What of it cannot be modelled, sorted.
    pub left: Vec<String>,
}

impl Model {
    /// The model after a change. `only` is the name of the one workload that is meant.
    pub fn apply(
        &self,
        change: &Change,
        rules: &RuleSet,
        only: Option<&str>,
    ) -> Result<(Self, Applied), String> {
        let (model, done, left) = match change {
            Change::AddRegion(region) => self.add_region(region, only),
            Change::Fix(fix) => {
                let rule = rules.find(&fix.rule);
                let rule = rule.ok_or_else(|| format!("no rule is called `{}`", fix.rule))?;
                self.fix(rule, fix, only)
            }
            Change::Set(setting) => self.set(setting, only),
        };
        let applied = Applied {
            change: change.to_string(),
            done,
            left: left.into_iter().collect(),
        };
        Ok((model, applied))
    }

    /// Mends what a rule finds, and what comes to light with it.
    fn fix(
        &self,
        rule: &Rule,
        fix: &Fix,
        only: Option<&str>,
    ) -> (Self, Vec<Done>, BTreeSet<String>) {
        if rule.mend.is_none() {
            let why = format!("what mending {} would change is not modelled", rule.id);
            return (self.clone(), Vec::new(), [why].into());
        }
        let (model, done, mut left) = self.mend(&[(rule, fix)], only);
        if done.is_empty() && left.is_empty() {
            let arns: Vec<&str> = fix.subjects.iter().map(String::as_str).collect();
            left.insert(match arns.as_slice() {
                [] => format!("{} finds nothing", rule.id),
                arns => format!("{} finds nothing at {}", rule.id, arns.join(", ")),
            });
        }
        (model, done, left)
    }

    /// Mends what several rules find, together.
    fn mend(
        &self,
        fixes: &[(&Rule, &Fix)],
        only: Option<&str>,
    ) -> (Self, Vec<Done>, BTreeSet<String>) {
        let mut model = self.clone();
        let (mut done, mut left) = (Vec::new(), BTreeSet::new());
        for _ in 0..ROUNDS {
            let estate = Estate::new(&model.inventory);
            let all = model.workloads(&estate);
            let mut draft = Draft::new(&model.inventory);
            for workload in all.workloads.iter().filter(|it| chosen(it, only)) {
                let world = World::new(&estate, workload, &model.options.constants);
                for (rule, fix) in fixes {
                    let Some(mend) = rule.mend else {
                        continue;
                    };
                    for subject in found(rule, &world, fix) {
                        mend_in(rule, mend, &estate, workload, &mut draft, &subject);
                    }
                }
            }
            let changed = draft.changed();
            let header = model.inventory.header().clone();
            let (inventory, more, open) = draft.finish(&model.inventory, header, Vec::new());
            model.inventory = inventory;
            done.extend(more);
            left.extend(open);
            if !changed {
                break;
            }
        }
        (model, done, left)
    }

    pub fn workloads(&self, estate: &Estate<'_>) -> Workloads {
        let options = &self.options;
        Workloads::of(estate, &options.workloads, options.active.as_deref())
    }
}

fn mend_in(
    rule: &Rule,
    mend: &Mend,
    estate: &Estate<'_>,
    workload: &Workload,
    draft: &mut Draft,
    subject: &SubjectId,
) {
    let mut site = Site {
        estate,
        workload,
        draft,
        options: &rule.options,
    };
    mend.apply(&mut site, subject);
}

/// Whether nothing fails any more once a case of a rule is mended, and what was left of it.
#[cfg(test)]
fn mend_case(rule: &Rule, case: &crate::rule::case::Case) -> (bool, BTreeSet<String>) {
    let mut inventory = case.given.inventory.clone();
    let mut left = BTreeSet::new();
    let Some(mend) = rule.mend else {
        return (false, left);
    };
    let all = Fix {
        rule: rule.id.clone(),
        subjects: BTreeSet::new(),
    };
    for _ in 0..=ROUNDS {
        let estate = Estate::new(&inventory);
        let workload = crate::check::cases::workload(&case.given, &estate);
        let constants = crate::simulate::constants::Constants::default();
        let world = World::new(&estate, &workload, &constants);
        let open = found(rule, &world, &all);
        if open.is_empty() {
            return (true, left);
        }
        let mut draft = Draft::new(&inventory);
        for subject in open {
            mend_in(rule, mend, &estate, &workload, &mut draft, &subject);
        }
        let header = inventory.header().clone();
        let (next, _, more) = draft.finish(&inventory, header, Vec::new());
        left.extend(more);
        inventory = next;
    }
    (false, left)
}

fn chosen(workload: &Workload, only: Option<&str>) -> bool {
    only.is_none_or(|name| workload.name == name)
}

/// What a rule finds, of what is to be mended.
fn found(rule: &Rule, world: &World<'_>, fix: &Fix) -> Vec<SubjectId> {
    let judged = evaluate(rule, world).into_iter();
    let failed = judged.filter(|it| it.verdict == Verdict::Fail);
    let wanted = |it: &SubjectId| match it {
        _ if fix.subjects.is_empty() => true,
        SubjectId::Resource(at) => fix.subjects.contains(&world.resource_at(*at).arn),
        SubjectId::Workload => {
            let arn = format!("mrlint:workload/{}", world.workload().name);
            fix.subjects.contains(&arn)
        }
        SubjectId::Account(_) | SubjectId::Hidden => false,
    };
    failed.map(|it| it.subject).filter(wanted).collect()
}
