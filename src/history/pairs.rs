//! One finding under two names: a rule that judges a set tells it of the member that comes first, and
//! workloads are renamed.
//!
//! Neither run may have passed the other's subject: then they are two.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::Held;
use super::sight::Sight;

/// What is one finding.
pub(super) struct Pair<'r> {
    pub(super) old: Held<'r>,
    pub(super) new: Held<'r>,
}

type Seen<'r> = (Held<'r>, Sight);

/// The pairs, and what is left of each side.
pub(super) fn pairs<'r>(
    gone: Vec<Seen<'r>>,
    come: Vec<Seen<'r>>,
) -> (Vec<Pair<'r>>, Vec<Seen<'r>>, Vec<Seen<'r>>) {
    let mut candidates = candidates(&gone, &come);
    // The same whichever of the runs is called the older one.
    candidates.sort_by_key(|(old, new)| {
        let (old, new) = (print(&gone[*old].0), print(&come[*new].0));
        (old.min(new), old.max(new))
    });
    let (mut taken_old, mut taken_new) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (old, new) in candidates {
        if !taken_old.contains(&old) && !taken_new.contains(&new) {
            taken_old.insert(old);
            taken_new.insert(new);
            pairs.push(Pair {
                old: gone[old].0,
                new: come[new].0,
            });
        }
    }
    let rest = |all: Vec<Seen<'r>>, taken: &BTreeSet<usize>| {
        let all = all.into_iter().enumerate();
        all.filter(|(at, _)| !taken.contains(at))
            .map(|(_, it)| it)
            .collect()
    };
    (pairs, rest(gone, &taken_old), rest(come, &taken_new))
}

fn print<'r>(held: &Held<'r>) -> &'r str {
    &held.finding.fingerprint
}

/// Positions of those that may be one.
fn candidates(gone: &[Seen<'_>], come: &[Seen<'_>]) -> Vec<(usize, usize)> {
    let open = |it: &&(usize, &Seen<'_>)| it.1.1 != Sight::Passed;
    let mut by_arn = BTreeMap::<(&str, &str), Vec<usize>>::new();
    for (at, (held, _)) in come.iter().enumerate().filter(|it| open(&it)) {
        for arn in arns(held) {
            by_arn
                .entry((&held.finding.rule, arn))
                .or_default()
                .push(at);
        }
    }
    let mut found = BTreeSet::new();
    for (old, (held, _)) in gone.iter().enumerate().filter(|it| open(&it)) {
        for arn in arns(held) {
            let near = by_arn.get(&(held.finding.rule.as_str(), arn));
            for new in near.into_iter().flatten() {
                if same(held, &come[*new].0) {
                    found.insert((old, *new));
                }
            }
        }
    }
    found.into_iter().collect()
}

/// The resource, then the others that the finding is about.
fn arns<'r>(held: &Held<'r>) -> impl Iterator<Item = &'r str> + use<'r> {
    let finding = held.finding;
    let related = finding.related.iter().map(|it| it.arn.as_str());
    std::iter::once(finding.resource.arn.as_str()).chain(related)
}

/// Of findings of one rule: one resource in two workloads, or two members of one set.
fn same(old: &Held<'_>, new: &Held<'_>) -> bool {
    let (was, is) = (&old.finding.resource.arn, &new.finding.resource.arn);
    if old.finding.workload != new.finding.workload {
        return was == is;
    }
    let about =
        |held: &Held<'_>, arn: &String| held.finding.related.iter().any(|it| it.arn == *arn);
    about(old, is) || about(new, was)
}
