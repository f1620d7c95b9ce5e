//! What a Region switch plan does about a store that is lost: whether it moves it at all, and when
//! its turn comes.
//!
//! Usual times are the constants of each step, the upper ends its timeouts. What a plan leaves out
//! or cannot do is left to an operator, and so is a plan of which no Region is left to run it in.
//! Capacity and names are judged by what they are, not by the steps that move them.

use std::collections::BTreeSet;

use super::Lost;
use super::stores::Copy;
use super::time::{Seconds, Span};
use crate::estate::recovery::{Recovery, Stretch, Taken};
use crate::inventory::kinds::arcregionswitch::{Plan, Step, Trigger};
use crate::inventory::{GapKey, Kind, Region};

/// How a plan makes a copy take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    /// Name of the plan.
    pub(super) plan: String,
    /// From the decision until the copy takes writes.
    pub(super) span: Span,
    /// Whether somebody has to start it, or to approve a step before that.
    pub(super) manual: bool,
}

/// The way through a plan so far.
#[derive(Default)]
struct Way {
    span: Span,
    approved: bool,
}

impl Way {
    fn then(&mut self, other: &Way) {
        self.span = self.span + other.span;
        self.approved |= other.approved;
    }
}

/// A lost store and the copy that is to take over.
#[derive(Clone, Copy)]
struct Switch<'c> {
    store: &'c str,
    /// Its ARN, if it was read.
    copy: Option<&'c str>,
    act: Span,
}

impl Switch<'_> {
    fn is_made_by(&self, step: &Step) -> bool {
        let names = |arn: &str| step.resources.iter().any(|it| it.arn == arn);
        step.moves_database() && names(self.store) && self.copy.is_none_or(names)
    }
}

impl Lost<'_, '_> {
    /// The plan that makes the copy of a lost store take over soonest; `None` where none does.
    pub(super) fn planned(&self, at: u32, copy: &Copy) -> Option<Planned> {
        let plans = self.plans_around(at).into_iter();
        let found = plans.filter_map(|plan| self.planned_by(plan, at, copy));
        found.min_by(|a, b| (a.span.worst(), &a.plan).cmp(&(b.span.worst(), &b.plan)))
    }

    /// Plans that act on a store, and those that run such a plan.
    fn plans_around(&self, at: u32) -> BTreeSet<u32> {
        let own: BTreeSet<u32> = self.estate.plans_for(at).collect();
        let around = own.iter().flat_map(|plan| self.estate.plans_for(*plan));
        around.chain(own.iter().copied()).collect()
    }

    /// What may hide a plan that moves a lost store, or whether one does.
    pub(super) fn plans_hidden(&self, at: u32) -> BTreeSet<GapKey> {
        let kind = Kind::ArcRegionSwitchPlan;
        let unlisted = self.estate.hidden_anywhere(&[kind]);
        let mut gaps: BTreeSet<GapKey> = unlisted.into_iter().collect();
        let plans = self.estate.of_kind(kind).map(|it| self.estate.resource(it));
        gaps.extend(plans.filter_map(|it| it.unread("workflows").cloned()));
        let lost = &self.estate.resource(at).region;
        let around = self.plans_around(at).into_iter();
        for recovery in around.filter_map(|plan| self.estate.recovery(plan, lost)) {
            gaps.extend(recovery.gaps.iter().cloned());
            let open = recovery
                .steps()
                .into_iter()
                .filter_map(|it| it.acts.as_ref().err());
            gaps.extend(open.flatten().cloned());
        }
        gaps
    }

    fn planned_by(&self, plan: u32, at: u32, copy: &Copy) -> Option<Planned> {
        let store = self.estate.resource(at);
        let recovery = self.estate.recovery(plan, &store.region)?;
        // It is run where the copy is.
        let mut left = recovery.left.iter();
        let runs = left.any(|it| *it == copy.region && self.stands(it, "arc-region-switch"));
        if !runs || !recovery.gaps.is_empty() {
            return None;
        }
        let switch = Switch {
            store: &store.arn,
            copy: copy
                .resource
                .map(|it| self.estate.resource(it).arn.as_str()),
            act: copy.act,
        };
        let way = self.until(&recovery, switch)?;
        let named = self.estate.resource(plan);
        let triggered = named
            .of::<Plan>()
            .is_some_and(|it| self.starts_by_itself(it, &store.region, &copy.region));
        let start = if triggered {
            self.constants.get("plan-trigger")
        } else {
            self.constants.get("operator-step")
        };
        Some(Planned {
            plan: named.name.clone(),
            span: start + way.span,
            manual: !triggered || way.approved,
        })
    }

    /// The way through a plan to the end of the step that makes the switch; `None` where there is
    /// none, or the plan does not get there.
    fn until(&self, recovery: &Recovery<'_>, switch: Switch<'_>) -> Option<Way> {
        let mut way = Way::default();
        for stage in &recovery.stages {
            if let Some(own) = stage.steps.iter().find(|it| switch.is_made_by(it.step)) {
                way.then(&Way {
                    span: timed(switch.act, own.step)?,
                    approved: false,
                });
                return (own.acts == Ok(true)).then_some(way);
            }
            let children = stage.steps.iter().filter_map(|it| it.child.as_ref());
            let within = children.filter_map(|child| self.until(child, switch));
            if let Some(within) = within.min_by_key(|it| it.span.worst()) {
                way.then(&within);
                return Some(way);
            }
            if stage.steps.iter().any(|it| it.acts != Ok(true)) {
                return None;
            }
            way.then(&self.stage(stage));
        }
        None
    }

    /// Steps side by side: the longest.
    fn stage(&self, stage: &Stretch<'_>) -> Way {
        let mut way = Way::default();
        for one in stage.steps.iter().map(|it| self.step(it)) {
            way.span = way.span.max(one.span);
            way.approved |= one.approved;
        }
        way
    }

    fn step(&self, taken: &Taken<'_>) -> Way {
        if let Some(child) = &taken.child {
            let mut way = Way::default();
            for stage in &child.stages {
                way.then(&self.stage(stage));
            }
            return way;
        }
        let usual = self.constants.get(usual(taken.step));
        let upper = timeout(taken.step);
        Way {
            span: Span {
                typical: usual.typical.min(upper),
                upper,
            },
            approved: taken.step.block == "ManualApproval",
        }
    }

    /// Whether alarms that stand start a plan for that loss.
    fn starts_by_itself(&self, plan: &Plan, lost: &Region, to: &Region) -> bool {
        let stands = |name: &str| {
            let alarm = plan.alarms.iter().find(|it| it.name == name);
            let region = alarm.and_then(|it| it.region.as_deref()).map(Region::from);
            region.is_some_and(|it| self.stands(&it, "cloudwatch"))
        };
        let fits = |it: &&Trigger| match it.action.as_str() {
            "activate" => *it.target_region == **to,
            "deactivate" => *it.target_region == **lost,
            _ => false,
        };
        let mut triggers = plan.triggers.iter().filter(fits);
        triggers.any(|it| {
            let conditions = &it.conditions;
            !conditions.is_empty() && conditions.iter().all(|it| stands(&it.alarm))
        })
    }
}

/// How long the step that makes a switch takes; `None` where it is given up before.
fn timed(act: Span, step: &Step) -> Option<Span> {
    let upper = timeout(step);
    (act.typical <= upper).then_some(Span {
        typical: act.typical,
        upper,
    })
}

fn timeout(step: &Step) -> Seconds {
    let minutes = step.timeout_minutes.and_then(|it| u64::try_from(it).ok());
    minutes.map_or(Seconds::Never, |it| Seconds::Of(it.saturating_mul(60)))
}

/// The constant that says how long a step usually takes.
fn usual(step: &Step) -> &'static str {
    match step.block.as_str() {
        "ManualApproval" => "operator-step",
        "AuroraGlobalDatabase" => "aurora-promote",
        "DocumentDb" | "NeptuneGlobalDatabase" => "cluster-promote",
        "RdsPromoteReadReplica" | "RdsSwitchoverReadReplica" => "replica-promote",
        "EC2AutoScaling" => "scale-instances",
        "ECSServiceScaling" | "EKSResourceScaling" => "scale-tasks",
        "AuroraProvisionedScaling" | "AuroraServerlessScaling" => "plan-scale-database",
        "ARCRoutingControl" | "Route53HealthCheck" => "plan-traffic",
        _ => "plan-action",
    }
}
