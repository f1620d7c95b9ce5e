//! All rules against one workload: its verdicts, findings, waived findings and score.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Options;
use super::evaluate;
use super::finding::{finding, subject_of};
use super::gates::gates;
use super::score::{self, Gates, Tally, score_with_gains};
use super::since::{Before, Fates};
use super::topology::topology;
use super::verdict::{SubjectId, Verdict};
use super::waive::Waivers;
use crate::inventory::GapKey;
use crate::report::score::Verdict as Answer;
use crate::report::{
    BoundarySummary, Counts, EntryPointSummary, Finding, Fingerprint, Residency, Score, Verdicts,
    Waived, WorkloadSummary,
};
use crate::rule::meta::Severity;
use crate::rule::{Rule, RuleSet};
use crate::vocabulary::World;
use crate::workload::{Known, Workload};

/// Pillar of the rules about a workload's boundary.
const RESIDENCY: &str = "RES";

/// What all rules say of one workload.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) summary: WorkloadSummary,
    pub(super) findings: Vec<Finding>,
    pub(super) waived: Vec<Waived>,
    /// Positions of the waivers that cover something.
    pub(super) waivers_met: BTreeSet<usize>,
    /// What became of earlier findings.
    pub(super) fates: Fates,
    /// Marks of the fingerprints that fails of the subjects that passed would have.
    pub(super) passed: Vec<u64>,
    /// The same of the subjects that gaps left open.
    pub(super) open: Vec<u64>,
}

/// Judges a workload by every rule.
pub(super) fn judge(
    rules: &RuleSet,
    world: &World<'_>,
    options: &Options,
    before: &Before<'_>,
) -> Judgement {
    let waivers = Waivers::new(options, world.estate().inventory().header());
    let mut judged = Vec::new();
    let mut tallies = Vec::new();
    let (mut findings, mut waived) = (Vec::new(), Vec::new());
    let mut waivers_met = BTreeSet::new();
    let (mut passed, mut left_open) = (Vec::new(), Vec::new());
    let mut fates = Fates::default();
    let each = rules.rules().par_iter().map(|it| one(it, world, before));
    for (rule, of_rule) in rules.rules().iter().zip(each.collect::<Vec<_>>()) {
        let (open, covered) = waivers.split(of_rule.findings, &mut waivers_met);
        let mut counts = of_rule.counts;
        counts.fail -= covered.len();
        counts.waived = covered.len();
        tallies.push(tally(rule, &counts, &open));
        judged.push(Verdicts {
            counts,
            unknown_because: of_rule.unknown_because,
        });
        passed.extend(of_rule.passed);
        left_open.extend(of_rule.open);
        findings.extend(open);
        waived.extend(covered);
        fates.extend(of_rule.fates);
    }
    let carried = &mut fates.carried;
    carried.retain(|it| waivers.in_force(&it.finding, &mut waivers_met).is_none());
    let gates = gates(world.workload(), world.losses());
    let mut score = score_with_gains(&tallies, &gates);
    for waived in &mut waived {
        waived.points = hidden_points(&score, &tallies, &gates, |it| it == waived.finding.rule);
    }
    score.waived_points = hidden_points(&score, &tallies, &gates, |_| true);
    residency(&mut score, &tallies, world.workload());
    Judgement {
        summary: summary(world, score, judged),
        findings,
        waived,
        waivers_met,
        fates,
        passed,
        open: left_open,
    }
}

/// What a rule finds in a workload and no waiver covers.
pub fn open(rule: &Rule, world: &World<'_>, options: &Options) -> Vec<Finding> {
    let waivers = Waivers::new(options, world.estate().inventory().header());
    let before = Before::new(None, world.estate().inventory());
    let found = one(rule, world, &before).findings;
    waivers.split(found, &mut BTreeSet::new()).0
}

struct OfRule {
    counts: Counts,
    unknown_because: BTreeSet<GapKey>,
    passed: Vec<u64>,
    open: Vec<u64>,
    findings: Vec<Finding>,
    fates: Fates,
}

fn one(rule: &Rule, world: &World<'_>, before: &Before<'_>) -> OfRule {
    let judged = evaluate(rule, world);
    let mut of_rule = OfRule {
        fates: before.fates(rule, world, &judged),
        counts: Counts::default(),
        unknown_because: BTreeSet::new(),
        passed: Vec::new(),
        open: Vec::new(),
        findings: Vec::new(),
    };
    let mark = |subject: &SubjectId| {
        let (workload, subject) = (&world.workload().name, subject_of(world, subject));
        Fingerprint::new(&rule.id, workload, &subject).mark()
    };
    let counts = &mut of_rule.counts;
    for judged in judged {
        match judged.verdict {
            Verdict::Pass => {
                counts.pass += 1;
                of_rule.passed.push(mark(&judged.subject));
            }
            Verdict::NotApplicable => counts.not_applicable += 1,
            Verdict::Fail => {
                counts.fail += 1;
                of_rule.findings.push(finding(rule, world, &judged.subject));
            }
            Verdict::Unknown(gaps) => {
                counts.unknown += 1;
                if judged.subject == SubjectId::Hidden {
                    counts.hidden += 1;
                } else {
                    of_rule.open.push(mark(&judged.subject));
                }
                let keys = gaps.indexes().iter().map(|gap| world.estate().gap(*gap));
                of_rule.unknown_because.extend(keys);
            }
        }
    }
    of_rule
}

fn tally(rule: &Rule, counts: &Counts, open: &[Finding]) -> Tally {
    let worst = open.iter().max_by_key(|finding| finding.severity);
    Tally {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        pillar: rule.pillar,
        severity: rule.severity,
        confidence_percent: rule.evidence.confidence_percent(),
        pass: counts.pass,
        fail: counts.fail,
        unknown: counts.unknown - counts.hidden,
        hidden: counts.hidden,
        waived: counts.waived,
        worst: worst.map(|finding| finding.severity),
        cause: worst
            .map(|finding| finding.message.clone())
            .unwrap_or_default(),
    }
}

/// Points that the waivers of some rules hide: the score as if their findings were open.
fn hidden_points(now: &Score, tallies: &[Tally], gates: &Gates, of: impl Fn(&str) -> bool) -> u8 {
    let open = |tally: &Tally| {
        let mut tally = tally.clone();
        if tally.waived > 0 && of(&tally.rule) {
            tally.fail += tally.waived;
            tally.waived = 0;
            tally.worst = tally.worst.max(Some(tally.severity));
        }
        tally
    };
    let tallies: Vec<Tally> = tallies.iter().map(open).collect();
    let then = score::score(&tallies, gates).decided.unwrap_or_default();
    now.decided.unwrap_or_default().saturating_sub(then)
}

/// Judges the boundary apart, and caps the grade where data leaves it.
fn residency(score: &mut Score, tallies: &[Tally], workload: &Workload) {
    let Some(boundary) = &workload.objectives.boundary else {
        return;
    };
    let own: Vec<&Tally> = tallies
        .iter()
        .filter(|it| it.pillar.code == RESIDENCY)
        .collect();
    let any = |count: fn(&Tally) -> usize| own.iter().any(|it| count(it) > 0);
    let verdict = if any(|it| it.fail) {
        Answer::Fail
    } else if any(|it| it.unknown + it.hidden) || !any(|it| it.pass) {
        Answer::Unknown
    } else {
        Answer::Pass
    };
    if own.iter().any(|it| it.worst == Some(Severity::Critical)) {
        score.grade = score.grade.map(|grade| grade.max(crate::report::Grade::D));
    }
    score.residency = Some(Residency {
        boundary: boundary.name.clone(),
        regions: boundary.regions.iter().cloned().collect(),
        verdict,
        points: score::points(own.iter().copied()),
        terms: own.iter().map(|it| it.term()).collect(),
    });
}

fn summary(world: &World<'_>, score: Score, verdicts: Vec<Verdicts>) -> WorkloadSummary {
    let workload = world.workload();
    let objectives = &workload.objectives;
    let active = match &workload.active {
        Known::Is(active) => active.regions.clone(),
        Known::Unknown(_) => Vec::new(),
    };
    let entry_points = workload.entry_points.iter().map(|entry| EntryPointSummary {
        name: entry.name.clone(),
        regions: entry.regions.clone(),
        incomplete: !entry.gaps.is_empty(),
    });
    WorkloadSummary {
        name: workload.name.clone(),
        active,
        standby: workload.standby.clone(),
        posture: workload.posture.get().copied(),
        members: workload.members.len(),
        entry_points: entry_points.collect(),
        guesses: workload.guesses.clone(),
        owner: objectives.owner.clone(),
        rto_seconds: objectives.rto_seconds,
        rpo_seconds: objectives.rpo_seconds,
        boundary: objectives
            .boundary
            .as_ref()
            .map(|boundary| BoundarySummary {
                name: boundary.name.clone(),
                regions: boundary.regions.iter().cloned().collect(),
            }),
        undecided: workload.undecided.len(),
        criticality: objectives.criticality,
        declared: workload.declared.clone(),
        losses: world.losses().to_vec(),
        topology: topology(world.estate(), workload),
        score,
        verdicts,
    }
}
