//! From verdicts to the report: counts, findings, gaps, sorted once and for all.

use std::collections::BTreeSet;

use super::finding::finding;
use super::verdict::{Judged, Verdict};
use crate::inventory::{GapKey, Inventory, Region};
use crate::report::{
    Counts, Coverage, EntryPointSummary, Finding, Report, RuleSummary, Run, WorkloadSummary,
};
use crate::rule::Rule;
use crate::vocabulary::World;
use crate::workload::Workload;

/// What has been judged so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    rules: Vec<RuleSummary>,
    findings: Vec<Finding>,
}

impl Summary {
    /// Takes a rule's verdicts in.
    pub(super) fn add(&mut self, rule: &Rule, world: &World<'_>, judged: &[Judged]) {
        let mut counts = Counts::default();
        let mut unknown_because = BTreeSet::<GapKey>::new();
        for Judged { subject, verdict } in judged {
            match verdict {
                Verdict::Pass => counts.pass += 1,
                Verdict::NotApplicable => counts.not_applicable += 1,
                Verdict::Fail => {
                    counts.fail += 1;
                    self.findings.push(finding(rule, world, subject));
                }
                Verdict::Unknown(gaps) => {
                    counts.unknown += 1;
                    let keys = gaps
                        .indexes()
                        .iter()
                        .map(|gap| world.estate().gap(*gap).clone());
                    unknown_because.extend(keys);
                }
            }
        }
        self.rules.push(RuleSummary {
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
            counts,
            unknown_because,
        });
    }

    /// Everything, in the order that every format keeps.
    pub(super) fn report(mut self, inventory: &Inventory, world: &World<'_>) -> Report {
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.rule.clone(), finding.workload.clone());
            let place = |finding: &Finding| {
                let resource = &finding.resource;
                (
                    resource.account.clone(),
                    resource.region.clone(),
                    resource.arn.clone(),
                )
            };
            b.severity
                .cmp(&a.severity)
                .then_with(|| key(a).cmp(&key(b)))
                .then_with(|| place(a).cmp(&place(b)))
        });
        let sum = |count: fn(&Counts) -> usize| -> usize {
            self.rules.iter().map(|rule| count(&rule.counts)).sum()
        };
        Report {
            run: run(inventory),
            coverage: Coverage {
                decided: sum(|counts| counts.pass + counts.fail + counts.waived),
                unknown: sum(|counts| counts.unknown),
            },
            workloads: vec![workload_summary(world.workload())],
            rules: self.rules,
            findings: self.findings,
            waived: Vec::new(),
            gaps: inventory.gaps().cloned().collect(),
        }
    }
}

fn run(inventory: &Inventory) -> Run {
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
    }
}

fn workload_summary(workload: &Workload) -> WorkloadSummary {
    WorkloadSummary {
        name: workload.name.clone(),
        active: workload
            .active
            .get()
            .map(|active| active.regions.clone())
            .unwrap_or_default(),
        standby: workload.standby.clone(),
        posture: workload.posture.get().copied(),
        members: workload.members.len(),
        entry_points: workload
            .entry_points
            .iter()
            .map(|entry| EntryPointSummary {
                name: entry.name.clone(),
                regions: entry.regions.clone(),
                incomplete: !entry.gaps.is_empty(),
            })
            .collect(),
        guesses: workload.guesses.clone(),
    }
}
