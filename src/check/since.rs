//! What became of the findings of an earlier report: still there, mended, or not judged again.
//!
//! Mended is what was judged again, or is gone from a place that was read. Where anything that was
//! not read could have it, it is carried on: an alert is never closed by a call that failed.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::posture_excludes;
use super::finding::summary_of;
use super::verdict::{Judged, SubjectId, Verdict};
use crate::estate::Estate;
use crate::inventory::{AccountId, Cause, GapKey, Inventory, Kind, Region};
use crate::report::{Carried, Earlier, Finding, Fingerprint, ResourceSummary, Seen, Since};
use crate::rule::Rule;
use crate::rule::expr::Gaps;
use crate::vocabulary::World;

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// Found again.
    There,
    Mended,
    /// Not judged again: these gaps are in the way.
    Open(BTreeSet<GapKey>),
}

/// Gaps named where any of them may be the reason.
const NAMED: usize = 20;

/// The findings of an earlier report by workload and rule.
#[derive(Debug)]
pub(super) struct Before<'o> {
    by: BTreeMap<(&'o str, &'o str), Vec<&'o Seen>>,
    /// The first of everything that was not read: whoever does not see all cannot say that
    /// something left a workload.
    unread: BTreeSet<GapKey>,
}

impl<'o> Before<'o> {
    pub(super) fn new(earlier: Option<&'o Earlier>, inventory: &Inventory) -> Self {
        let mut by = BTreeMap::<_, Vec<_>>::new();
        for seen in earlier.into_iter().flat_map(|it| &it.findings) {
            let key = (seen.finding.workload.as_str(), seen.finding.rule.as_str());
            by.entry(key).or_default().push(seen);
        }
        let unread = earlier.map_or_else(BTreeSet::new, |it| unread(it, inventory));
        Self { by, unread }
    }

    /// What became of those of a rule in a workload that was judged.
    pub(super) fn fates(&self, rule: &Rule, world: &World<'_>, judged: &[Judged]) -> Fates {
        let key = (world.workload().name.as_str(), rule.id.as_str());
        let mut fates = Fates::default();
        for seen in self.by.get(&key).into_iter().flatten() {
            fates.add(seen, self.fate(rule, world, judged, &seen.finding.resource));
        }
        fates
    }

    /// What became of those of workloads that are none any more.
    pub(super) fn of_no_workload(&self, names: &BTreeSet<&str>, estate: &Estate<'_>) -> Fates {
        let mut fates = Fates::default();
        let gone = self
            .by
            .iter()
            .filter(|((name, _), _)| !names.contains(name));
        for seen in gone.flat_map(|(_, all)| all) {
            let gaps = self.missing(estate, &seen.finding.resource);
            fates.add(seen, Fate::of(gaps));
        }
        fates
    }

    fn fate(
        &self,
        rule: &Rule,
        world: &World<'_>,
        judged: &[Judged],
        about: &ResourceSummary,
    ) -> Fate {
        let keys = |gaps: &Gaps| -> BTreeSet<GapKey> {
            let numbers = gaps.indexes().iter();
            numbers.map(|gap| world.estate().gap(*gap)).collect()
        };
        let same = |it: &&Judged| {
            it.subject != SubjectId::Hidden && summary_of(world, &it.subject).arn == about.arn
        };
        if let Some(again) = judged.iter().find(same) {
            return match &again.verdict {
                Verdict::Fail => Fate::There,
                Verdict::Pass => Fate::Mended,
                Verdict::NotApplicable if posture_excludes(rule, world) => Fate::Mended,
                // Applied once: what makes it apply may be what was not read.
                Verdict::NotApplicable => Fate::of(self.unread.clone()),
                // One that no gap explains was too costly to work out: open all the same.
                Verdict::Unknown(gaps) => Fate::Open(keys(gaps)),
            };
        }
        let mut gaps = self.missing(world.estate(), about);
        // A set is judged once, by whichever of it comes first.
        if rule.expressions.per.is_some() {
            let open = judged.iter().filter_map(|it| match &it.verdict {
                Verdict::Unknown(gaps) => Some(keys(gaps)),
                _ => None,
            });
            gaps.extend(open.flatten());
        }
        Fate::of(gaps)
    }

    /// Why something that is no subject of a rule any more may be one all the same.
    fn missing(&self, estate: &Estate<'_>, about: &ResourceSummary) -> BTreeSet<GapKey> {
        let kind = Kind::ALL.iter().find(|it| it.name() == about.kind);
        let Some(kind) = kind.filter(|_| estate.by_arn(&about.arn).is_none()) else {
            return self.unread.clone();
        };
        let (account, region) = (about.account.as_str().into(), about.region.as_str().into());
        let gaps = estate.inventory().hiding(*kind, &account, &region);
        gaps.into_iter().collect()
    }
}

/// Gaps, what was asked before and is not asked now, and what nobody asked for where somebody asked
/// for something.
fn unread(earlier: &Earlier, inventory: &Inventory) -> BTreeSet<GapKey> {
    let scope = &inventory.header().scope;
    let gaps = inventory.gaps().map(|gap| gap.key.clone());
    let asked = |account: &AccountId, region: &Region| {
        let regions = scope.get(account);
        regions.is_some_and(|regions| regions.contains(region))
    };
    let places = earlier.accounts.iter().flat_map(|account| {
        let regions = earlier.regions.iter();
        regions.map(move |region| (account, region))
    });
    let left = places.filter(|(account, region)| !asked(account, region));
    let left = left.map(|(account, region)| GapKey {
        account: account.clone(),
        region: region.clone(),
        operation: "every kind".to_owned(),
        cause: Cause::NotCollected,
    });
    let kinds = inventory.accounts().flat_map(|account| {
        let of = |kind: &Kind| {
            let places = inventory.places(*kind, account);
            let hiding = places
                .iter()
                .flat_map(|it| inventory.hiding(*kind, account, it));
            hiding.collect::<Vec<_>>()
        };
        Kind::ALL.iter().flat_map(of)
    });
    gaps.chain(left).chain(kinds).take(NAMED).collect()
}

/// Findings of which it is known what became of them.
#[derive(Debug, Default)]
pub(super) struct Fates {
    pub(super) carried: Vec<Carried>,
    pub(super) mended: Vec<Finding>,
}

impl Fates {
    fn add(&mut self, seen: &Seen, fate: Fate) {
        match fate {
            Fate::There => {}
            Fate::Mended => self.mended.push(seen.finding.clone()),
            Fate::Open(because) => self.carried.push(Carried {
                finding: seen.finding.clone(),
                last_seen: seen.at.clone(),
                because,
            }),
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.carried.extend(other.carried);
        self.mended.extend(other.mended);
    }

    /// Each finding once, in the order of findings.
    pub(super) fn since<K: Ord>(mut self, earlier: &Earlier, order: fn(&Finding) -> K) -> Since {
        self.carried.sort_by_cached_key(|it| order(&it.finding));
        self.mended.sort_by_cached_key(order);
        let mut seen = BTreeSet::<Fingerprint>::new();
        let mut first = |it: &Finding| seen.insert(it.fingerprint.clone());
        self.carried.retain(|it| first(&it.finding));
        self.mended.retain(|it| first(it));
        Since {
            finished: earlier.finished.clone(),
            carried: self.carried,
            mended: self.mended,
        }
    }
}

impl Fate {
    /// Of something that is not there: gone, unless something was not read.
    fn of(gaps: BTreeSet<GapKey>) -> Self {
        if gaps.is_empty() {
            Self::Mended
        } else {
            Self::Open(gaps)
        }
    }
}

#[cfg(test)]
mod tests;
