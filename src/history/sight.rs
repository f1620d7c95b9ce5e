//! What a run could see: whether a finding that it does not have is none, or only was not looked at.
//!
//! Where nobody can tell, a finding stays open: what is gone is not called mended, what has come is
//! not called old.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Finding, GapKey, Record, Verdicts};
use crate::inventory::{Cause, Region};
use crate::report::fingerprint::mark_of;

/// What a run says of a finding that it does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sight {
    /// Its rule passed there.
    Passed,
    /// There is no such resource, and its kind was read there.
    Absent,
    /// Everything was read, and the rule has nothing to say there.
    Silent,
    /// It was not looked at.
    Blind(String),
    /// It may not have been looked at.
    Doubt(String),
}

/// Reasons that are named where there are many.
const NAMED: usize = 3;

/// A run, laid out for questions.
pub(super) struct View<'r> {
    pub(super) record: &'r Record,
    verdicts: BTreeMap<&'r str, &'r Verdicts>,
    scope: BTreeMap<&'r str, BTreeSet<&'r str>>,
    /// What may hide something that nothing else explains, in words.
    doubts: Vec<String>,
}

impl<'r> View<'r> {
    /// `other` is the run that it is compared with.
    pub(super) fn new(record: &'r Record, other: &Record) -> Self {
        let verdicts = record.verdicts.iter();
        let scope = record.scope();
        let mut doubts: BTreeSet<String> = BTreeSet::new();
        let unread = record.gaps.iter().map(|it| &it.key);
        let open = record.verdicts.iter().flat_map(|it| &it.unknown_because);
        doubts.extend(
            unread
                .chain(open)
                .filter(|it| counts(it))
                .map(ToString::to_string),
        );
        for unasked in record.judged.iter().flat_map(|it| &it.unasked) {
            let (account, region) = (&unasked.account, &unasked.region);
            doubts.insert(format!(
                "not all kinds were asked for in account {account}, {region}"
            ));
        }
        for (account, regions) in other.scope() {
            for region in regions {
                let asked = scope.get(account).is_some_and(|it| it.contains(region));
                if !asked {
                    doubts.insert(format!("account {account}, {region} was not asked"));
                }
            }
        }
        Self {
            record,
            verdicts: verdicts.map(|it| (it.rule.as_str(), it)).collect(),
            scope,
            doubts: doubts.into_iter().collect(),
        }
    }

    /// Whether the rule was evaluated, and its stamp where it is known.
    pub(super) fn rule(&self, id: &str) -> Option<&Verdicts> {
        self.verdicts.get(id).copied()
    }

    /// Why the two runs' answers to a rule mean different things.
    fn differs(&self, rule: &str, other: &View<'_>) -> Option<String> {
        let (Some(own), Some(others)) = (self.rule(rule), other.rule(rule)) else {
            let problem = "rule was not evaluated there".to_owned();
            return self.rule(rule).is_none().then_some(problem);
        };
        let same = match (&own.stamp, &others.stamp) {
            (Some(own), Some(others)) => own == others,
            _ => self.record.run.rules == other.record.run.rules,
        };
        (!same).then(|| "rule or its settings changed".to_owned())
    }

    /// What this run, compared with the other, says of a finding that it does not have.
    pub(super) fn look(&self, finding: &Finding, other: &View<'_>) -> Sight {
        let about = &finding.resource;
        let (account, region) = (about.account.as_str(), about.region.as_str());
        let resource = !matches!(about.kind.as_str(), "workload" | "account");
        if !account.is_empty() {
            let Some(regions) = self.scope.get(account) else {
                return Sight::Blind(format!("account {account} was not asked"));
            };
            let hidden = self.hiding(&about.kind, account, region);
            let absent = resource && self.absent(&about.arn);
            if absent && !hidden.is_empty() {
                return Sight::Blind(named(&hidden));
            }
            if region != Region::GLOBAL && !regions.contains(region) {
                return Sight::Blind(format!("{region} was not asked"));
            }
            if absent {
                return Sight::Absent;
            }
        }
        if let Some(why) = self.differs(&finding.rule, other) {
            return Sight::Blind(why);
        }
        self.verdict(finding)
    }

    /// What the rule said there.
    fn verdict(&self, finding: &Finding) -> Sight {
        let mark = finding.mark();
        if let Some(judged) = &self.record.judged {
            if judged.open.contains(mark) {
                return Sight::Blind(self.open(finding));
            }
            if judged.passed.as_ref().is_some_and(|it| it.contains(mark)) {
                return Sight::Passed;
            }
        }
        let open = self.rule(&finding.rule).is_some_and(|it| it.unknown > 0);
        match (self.doubts.is_empty(), open) {
            (true, false) => Sight::Silent,
            (true, true) => Sight::Doubt("rule left verdicts open".to_owned()),
            (false, _) => Sight::Doubt(self.doubt(finding)),
        }
    }

    /// Whether there is no such resource; an older report does not say.
    fn absent(&self, arn: &str) -> bool {
        let judged = self.record.judged.as_ref();
        judged.is_some_and(|it| !it.resources.contains(mark_of(arn)))
    }

    /// What may hide resources of a kind in a place.
    fn hiding(&self, kind: &str, account: &str, region: &str) -> Vec<String> {
        let near = |it: &str| it == region || it == Region::GLOBAL || region == Region::GLOBAL;
        let gaps = self.record.gaps.iter();
        let gaps = gaps
            .filter(|it| it.key.account == account && near(&it.key.region))
            .filter(|it| it.hides.contains(kind))
            .map(|it| it.key.to_string());
        let unasked = self.record.judged.iter().flat_map(|it| &it.unasked);
        let unasked = unasked
            .filter(|it| it.account == account && near(&it.region) && it.kinds.contains(kind))
            .map(|it| {
                format!(
                    "{kind} was not asked for in account {account}, {}",
                    it.region
                )
            });
        gaps.chain(unasked).collect()
    }

    /// What left the finding's rule open, that of its own place first.
    fn open(&self, finding: &Finding) -> String {
        let about = &finding.resource;
        let near = |it: &GapKey| it.account == about.account && it.region == about.region;
        let verdicts = self.rule(&finding.rule);
        let all: Vec<&GapKey> = verdicts.iter().flat_map(|it| &it.unknown_because).collect();
        let (own, others): (Vec<&GapKey>, Vec<&GapKey>) = all.into_iter().partition(|it| near(it));
        let chosen = if own.is_empty() { others } else { own };
        let chosen: Vec<String> = chosen.into_iter().map(ToString::to_string).collect();
        if chosen.is_empty() {
            "its verdict was left open".to_owned()
        } else {
            named(&chosen)
        }
    }

    fn doubt(&self, finding: &Finding) -> String {
        let verdicts = self.rule(&finding.rule);
        let own: Vec<String> = verdicts
            .iter()
            .flat_map(|it| &it.unknown_because)
            .filter(|it| counts(it))
            .map(ToString::to_string)
            .collect();
        let reasons = if own.is_empty() { &self.doubts } else { &own };
        format!("not everything was read: {}", named(reasons))
    }
}

/// Whether a gap can hide anything: where a service or a Region is not there, there is nothing.
fn counts(gap: &GapKey) -> bool {
    let empty = [Cause::UnsupportedInRegion, Cause::RegionDisabled];
    !empty.iter().any(|it| it.code() == gap.cause)
}

fn named(reasons: &[String]) -> String {
    let mut text = reasons.iter().take(NAMED).cloned().collect::<Vec<_>>();
    if let Some(more @ 1..) = reasons.len().checked_sub(NAMED) {
        text.push(format!("and {more} more"));
    }
    text.join("; ")
}

impl Finding {
    /// The mark of its fingerprint.
    pub(super) fn mark(&self) -> u64 {
        let digits = self.fingerprint.get(..12).unwrap_or_default();
        u64::from_str_radix(digits, 16).unwrap_or_default()
    }
}
