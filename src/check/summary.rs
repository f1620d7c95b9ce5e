//! From judgements to the report: counts, findings, gaps, sorted once and for all.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::contents::places_read;
use super::since::{Before, Fates};
use super::workload::Judgement;
use super::{Options, judged, topology, waive};
use crate::estate::Estate;
use crate::inventory::{Inventory, Reading, Region, Word};
use crate::report::fingerprint::hex;
use crate::report::{
    Assumption, Counts, Coverage, Finding, Notice, OnWord, Overall, Report, ResourceSummary,
    RuleSummary, Run, Unassigned, Waived, WorkloadSummary,
};
use crate::rule::{Rule, RuleSet};
use crate::workload::Workloads;

/// What has been judged so far.
#[derive(Debug)]
pub(super) struct Summary {
    rules: Vec<RuleSummary>,
    stamp: String,
    workloads: Vec<WorkloadSummary>,
    findings: Vec<Finding>,
    waived: Vec<Waived>,
    waivers_met: BTreeSet<usize>,
    passed: Vec<u64>,
    open: Vec<u64>,
    fates: Fates,
}

impl Summary {
    pub(super) fn new(rules: &RuleSet) -> Self {
        Self {
            rules: rules.rules().iter().map(rule_summary).collect(),
            stamp: stamp(rules.rules()),
            workloads: Vec::new(),
            findings: Vec::new(),
            waived: Vec::new(),
            waivers_met: BTreeSet::new(),
            passed: Vec::new(),
            open: Vec::new(),
            fates: Fates::default(),
        }
    }

    /// Takes a workload's judgement in.
    pub(super) fn add(&mut self, judgement: Judgement) {
        for (summary, judged) in self.rules.iter_mut().zip(&judgement.summary.verdicts) {
            summary.counts.add(&judged.counts);
            let because = judged.unknown_because.iter().cloned();
            summary.unknown_because.extend(because);
        }
        self.workloads.push(judgement.summary);
        self.findings.extend(judgement.findings);
        self.waived.extend(judgement.waived);
        self.waivers_met.extend(judgement.waivers_met);
        self.fates.extend(judgement.fates);
        self.passed.extend(judgement.passed);
        self.open.extend(judgement.open);
    }

    /// Everything, in the order that every format keeps.
    pub(super) fn report(
        mut self,
        estate: &Estate<'_>,
        all: &Workloads,
        options: &Options,
        before: &Before<'_>,
    ) -> Report {
        let inventory = estate.inventory();
        let names = self.workloads.iter().map(|it| it.name.as_str()).collect();
        self.fates.extend(before.of_no_workload(&names, estate));
        let fates = std::mem::take(&mut self.fates);
        self.findings.sort_by_cached_key(order);
        self.waived
            .sort_by_cached_key(|waived| order(&waived.finding));
        let sum = |count: fn(&Counts) -> usize| -> usize {
            self.rules.iter().map(|rule| count(&rule.counts)).sum()
        };
        let coverage = Coverage {
            decided: sum(|counts| counts.pass + counts.fail + counts.waived),
            unknown: sum(|counts| counts.unknown),
        };
        let notices = self.notices(inventory, options);
        let judged = judged::judged(inventory, self.passed.drain(..), self.open.drain(..));
        Report {
            run: self.run(inventory, options),
            coverage,
            score: overall(&self.workloads),
            workloads: self.workloads,
            rules: self.rules,
            findings: self.findings,
            waived: self.waived,
            gaps: inventory.gaps().cloned().collect(),
            on_word: inventory.on_word().map(on_word).collect(),
            unassigned: unassigned(estate, all),
            left_out: left_out(estate),
            notices,
            map: topology::map(estate),
            places: places_read(inventory),
            assumptions: assumptions(options),
            trend: Vec::new(),
            known: BTreeSet::new(),
            judged,
            sources: None,
            since: options.earlier.as_ref().map(|it| fates.since(it, order)),
        }
    }

    fn notices(&self, inventory: &Inventory, options: &Options) -> Vec<Notice> {
        let open = |id: &str| {
            let rule = self.rules.iter().find(|rule| rule.id == id);
            rule.is_some_and(|rule| rule.counts.unknown > 0)
        };
        let mut notices = waive::notices(options, inventory.header(), &self.waivers_met, open);
        notices.extend(options.notices.iter().cloned());
        for workload in &self.workloads {
            if let Some(place) = &workload.declared
                && workload.members == 0
            {
                let open = if workload.undecided > 0 {
                    "; tags could not be read"
                } else {
                    ""
                };
                let problem = format!("workload {} selects no resource{open}", workload.name);
                notices.push(Notice {
                    place: place.clone(),
                    problem,
                });
            }
        }
        notices.sort();
        notices
    }

    fn run(&self, inventory: &Inventory, options: &Options) -> Run {
        let header = inventory.header();
        let regions: BTreeSet<Region> = header.scope.values().flatten().cloned().collect();
        Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            collected_by: header.tool.clone(),
            partition: header.partition.clone(),
            accounts: header.scope.keys().cloned().collect(),
            regions: regions
                .into_iter()
                .filter(|region| !region.is_global())
                .collect(),
            started: header.started.clone(),
            finished: header.finished.clone(),
            resources: inventory.resources().len(),
            rules: self.stamp.clone(),
            config: options.config.clone(),
        }
    }
}

fn on_word((reading, word): (Reading, Word)) -> OnWord {
    OnWord {
        account: reading.account,
        region: reading.region,
        kinds: reading.kinds,
        word,
    }
}

/// Worst first, then by rule, workload, account, Region, ARN.
fn order(finding: &Finding) -> impl Ord + use<> {
    let resource = &finding.resource;
    (
        std::cmp::Reverse(finding.severity),
        finding.rule.clone(),
        finding.workload.clone(),
        resource.account.clone(),
        resource.region.clone(),
        resource.arn.clone(),
    )
}

fn rule_summary(rule: &Rule) -> RuleSummary {
    let options = rule.options.iter().map(|it| (it.name.clone(), it.shown()));
    RuleSummary {
        id: rule.id.clone(),
        name: rule.name.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        applies: rule.applies,
        evidence: rule.evidence,
        why: rule.why.clone(),
        fix: rule.fix.clone(),
        references: rule.references.clone(),
        frameworks: rule.frameworks.clone(),
        options: options.collect(),
        stamp: stamp([rule]),
        counts: Counts::default(),
        unknown_because: BTreeSet::new(),
    }
}

/// Stands for the rules with their settings.
fn stamp<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> String {
    let mut hash = Sha256::new();
    for rule in rules {
        let options = rule
            .options
            .iter()
            .map(|it| format!("{}={}", it.name, it.shown()));
        let settings = options.collect::<Vec<_>>().join(",");
        for part in [rule.text.as_str(), rule.severity.text(), &settings] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex(&hash.finalize()[..8])
}

/// The mean of the headlines by criticality.
fn overall(workloads: &[WorkloadSummary]) -> Overall {
    let (mut sum, mut weights, mut scored) = (0, 0, 0);
    for workload in workloads {
        if let Some(points) = workload.score.headline() {
            sum += u32::from(points) * workload.criticality;
            weights += workload.criticality;
            scored += 1;
        }
    }
    let mean = (sum + weights / 2).checked_div(weights);
    Overall {
        points: mean.and_then(|mean| u8::try_from(mean).ok()),
        scored,
        workloads: workloads.len(),
    }
}

fn unassigned(estate: &Estate<'_>, all: &Workloads) -> Unassigned {
    let mut unassigned = Unassigned::default();
    for resource in all.unassigned.iter().map(|at| estate.resource(*at)) {
        let kind = resource.kind();
        *unassigned.kinds.entry(kind.name().to_owned()).or_default() += 1;
        if resource.is_store().unwrap_or_default() {
            unassigned.stores.push(ResourceSummary::of(resource));
        }
    }
    unassigned.stores.sort_by(|a, b| a.arn.cmp(&b.arn));
    unassigned
}

fn assumptions(options: &Options) -> Vec<Assumption> {
    let all = options.constants.all();
    let all = all.map(|(name, constant, span, set)| Assumption {
        name,
        what: constant.what.clone(),
        span,
        set,
        source: constant.source.clone(),
    });
    all.collect()
}

fn left_out(estate: &Estate<'_>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (at, _) in (0..).zip(estate.inventory().resources()) {
        if let Some(why) = estate.membership(at).why() {
            *counts.entry(why).or_default() += 1;
        }
    }
    counts
}
