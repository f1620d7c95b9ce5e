//! What the Region switch plans of an estate do when a Region is lost: which of their workflows
//! runs, how long it may take, and which of its steps can do without that Region.
//!
//! A loss is played as AWS runs it then: ungracefully. Whether that is quick or sure enough is for
//! rules.

use std::collections::BTreeSet;

use super::Estate;
use super::edges::{Relation, Target};
use super::replicas::GlobalOf;
use crate::inventory::kinds::arcregionswitch::{Plan, Step, Workflow};
use crate::inventory::kinds::rds;
use crate::inventory::{Arn, GapKey, Kind, Region, not_collected};

/// Plans hold plans one level deep.
const DEPTH: usize = 1;

/// What a plan does when one of its Regions is lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery<'a> {
    pub lost: Region,
    /// The Regions of the plan that are left: in each it can be run.
    pub left: Vec<Region>,
    /// Of the workflow that runs.
    pub action: &'a str,
    /// One after the other.
    pub stages: Vec<Stretch<'a>>,
    /// What may hide more of it.
    pub gaps: Vec<GapKey>,
}

/// Steps that run side by side. What is skipped where a Region is lost is not among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch<'a> {
    pub steps: Vec<Taken<'a>>,
}

/// A step that is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken<'a> {
    /// The plan that it is written in.
    pub plan: u32,
    pub step: &'a Step,
    /// Whether it acts without the Region that is lost; or what would tell and was not read.
    pub acts: Result<bool, Vec<GapKey>>,
    /// What another plan does that is run as this step.
    pub child: Option<Box<Recovery<'a>>>,
}

impl Step {
    /// Whether it makes another copy of a database the one that is written.
    pub fn moves_database(&self) -> bool {
        matches!(
            self.block.as_str(),
            "AuroraGlobalDatabase"
                | "DocumentDb"
                | "NeptuneGlobalDatabase"
                | "RdsPromoteReadReplica"
                | "RdsSwitchoverReadReplica"
        )
    }

    /// Whether it brings capacity.
    pub fn scales(&self) -> bool {
        matches!(
            self.block.as_str(),
            "AuroraProvisionedScaling"
                | "AuroraServerlessScaling"
                | "EC2AutoScaling"
                | "ECSServiceScaling"
                | "EKSResourceScaling"
        )
    }
}

impl<'a> Taken<'a> {
    /// Minutes that it may take.
    pub fn minutes(&self) -> i64 {
        match &self.child {
            Some(child) => child.minutes(),
            None => self.step.timeout_minutes.unwrap_or_default(),
        }
    }

    /// Whether it can go on beside others of its like that touch other things: whoever approves,
    /// moves traffic or runs code of its own may wait for what came before.
    fn stands_alone(&self) -> bool {
        self.step.moves_database() || self.step.scales()
    }

    fn touches(&self) -> impl Iterator<Item = &'a str> {
        let resources = self.step.resources.iter().map(|it| it.arn.as_str());
        resources.chain(self.step.global_cluster.as_deref())
    }
}

impl<'a> Stretch<'a> {
    /// The step that takes longest.
    pub fn longest(&self) -> Option<&Taken<'a>> {
        // Of equals the first: plans are read from the top.
        self.steps.iter().rev().max_by_key(|it| it.minutes())
    }

    fn minutes(&self) -> i64 {
        self.longest().map_or(0, Taken::minutes)
    }
}

impl<'a> Recovery<'a> {
    /// Minutes that the longest way through it may take.
    pub fn minutes(&self) -> i64 {
        self.stages.iter().map(Stretch::minutes).sum()
    }

    /// The same if databases and capacity that follow each other and have nothing in common were
    /// moved side by side.
    pub fn minutes_side_by_side(&self) -> i64 {
        let (mut total, mut longest) = (0, 0);
        let mut touched = BTreeSet::new();
        for stage in &self.stages {
            let own: BTreeSet<&str> = stage.steps.iter().flat_map(Taken::touches).collect();
            let alone = stage.steps.iter().all(Taken::stands_alone);
            if !alone || !own.is_disjoint(&touched) {
                total += longest;
                longest = 0;
                touched.clear();
            }
            if alone {
                longest = longest.max(stage.minutes());
                touched.extend(own);
            } else {
                total += stage.minutes();
            }
        }
        total + longest
    }

    /// All its steps, those of other plans that it runs included.
    pub fn steps(&self) -> Vec<&Taken<'a>> {
        let mut all = Vec::new();
        for taken in self.stages.iter().flat_map(|it| &it.steps) {
            match &taken.child {
                Some(child) => all.extend(child.steps()),
                None => all.push(taken),
            }
        }
        all
    }
}

impl<'e, 'a: 'e> Estate<'a> {
    /// What a plan does for each of the Regions whose loss it is for, sorted by them: active-passive
    /// plans are for that of the primary, where they name one.
    pub fn recoveries(&'e self, plan: u32) -> Vec<Recovery<'a>> {
        let Some(it) = self.resource(plan).of::<Plan>() else {
            return Vec::new();
        };
        let primary = it.primary_region.as_deref();
        let primary = primary.filter(|_| it.recovery_approach == "activePassive");
        let lost = it.regions.iter().map(String::as_str);
        let lost = lost.filter(|region| primary.is_none_or(|it| it == *region));
        let found = lost.filter_map(|region| self.recovery(plan, &region.into()));
        found.collect()
    }

    /// What a plan does when that Region is lost; `None` where it has nothing for that.
    pub fn recovery(&'e self, plan: u32, lost: &Region) -> Option<Recovery<'a>> {
        self.recovery_of(plan, lost, DEPTH)
    }

    fn recovery_of(&'e self, plan: u32, lost: &Region, depth: usize) -> Option<Recovery<'a>> {
        let it = self.resource(plan).of::<Plan>()?;
        if !it.regions.iter().any(|region| **region == **lost) {
            return None;
        }
        let workflow = it.workflows.iter().find(|of| runs(it, of, lost))?;
        let mut gaps = BTreeSet::new();
        let mut stages = Vec::new();
        for stage in &workflow.stages {
            let steps = stage.steps.iter();
            let taken = steps.filter(|step| step.ungraceful.as_deref() != Some("skip"));
            let steps: Vec<Taken<'a>> = taken
                .map(|step| self.taken((plan, step), lost, depth, &mut gaps))
                .collect();
            if !steps.is_empty() {
                stages.push(Stretch { steps });
            }
        }
        let left = it
            .regions
            .iter()
            .map(|region| Region::from(region.as_str()));
        Some(Recovery {
            lost: lost.clone(),
            left: left.filter(|region| region != lost).collect(),
            action: &workflow.action,
            stages,
            gaps: gaps.into_iter().collect(),
        })
    }

    fn taken(
        &'e self,
        (plan, step): (u32, &'a Step),
        lost: &Region,
        depth: usize,
        gaps: &mut BTreeSet<GapKey>,
    ) -> Taken<'a> {
        let named = step.resources.first();
        let Some(named) = named.filter(|_| step.block == "ARCRegionSwitchPlan") else {
            let (acts, child) = (self.acts(step, lost), None);
            return Taken {
                plan,
                step,
                acts,
                child,
            };
        };
        let child = self.by_arn(&named.arn);
        let open = child.and_then(|at| self.resource(at).unread("workflows"));
        let hidden: Vec<GapKey> = match (child, open) {
            (Some(_), Some(gap)) => vec![gap.clone()],
            (Some(_), None) => Vec::new(),
            (None, _) => self.hiding_plan(&named.arn),
        };
        let child = child.zip(depth.checked_sub(1));
        let child = child.and_then(|(at, depth)| self.recovery_of(at, lost, depth));
        gaps.extend(hidden.iter().cloned());
        gaps.extend(child.iter().flat_map(|it| it.gaps.iter().cloned()));
        let acts = if hidden.is_empty() {
            let steps = child.as_ref().map(Recovery::steps).unwrap_or_default();
            all(steps.into_iter().map(|it| it.acts.clone()))
        } else {
            Err(hidden)
        };
        let child = child.map(Box::new);
        Taken {
            plan,
            step,
            acts,
            child,
        }
    }

    fn hiding_plan(&self, arn: &str) -> Vec<GapKey> {
        let account = Arn::parse(arn)
            .map(|it| it.account)
            .unwrap_or_default()
            .into();
        let (kind, global) = (Kind::ArcRegionSwitchPlan, Region::global());
        let hiding = self.inventory.hiding(kind, &account, &global);
        if hiding.is_empty() {
            vec![not_collected(kind, &account, &global)]
        } else {
            hiding
        }
    }

    /// Whether a step acts without the Region that is lost. A switchover needs both sides well, and
    /// a function that stands there is not called.
    fn acts(&self, step: &Step, lost: &Region) -> Result<bool, Vec<GapKey>> {
        let ungraceful = step.ungraceful.is_some();
        match step.block.as_str() {
            "AuroraGlobalDatabase" | "DocumentDb" | "NeptuneGlobalDatabase" => {
                if ungraceful || step.behavior.as_deref() != Some("switchoverOnly") {
                    return Ok(true);
                }
                self.written_elsewhere(step, lost, Kind::RdsDbCluster)
            }
            "RdsSwitchoverReadReplica" if !ungraceful => {
                self.written_elsewhere(step, lost, Kind::RdsDbInstance)
            }
            "CustomActionLambda" => {
                let stands = |it: &Option<String>| it.as_deref().is_some_and(|it| it != &**lost);
                let somewhere = step.resources.iter().any(|it| stands(&it.region));
                let there = step.run_in.as_deref() == Some("deactivatingRegion");
                Ok(!there && (somewhere || step.resources.is_empty()))
            }
            _ => Ok(true),
        }
    }

    /// Whether what is written of a database stands outside of the lost Region: then there is
    /// nothing to switch over.
    fn written_elsewhere(
        &self,
        step: &Step,
        lost: &Region,
        kind: Kind,
    ) -> Result<bool, Vec<GapKey>> {
        let mut gaps = Vec::new();
        for resource in &step.resources {
            let Some(at) = self.by_arn(&resource.arn) else {
                gaps.extend(self.hiding_at(&resource.arn, kind));
                continue;
            };
            let own = self.resource(at);
            if let Some(instance) = own.of::<rds::DbInstance>() {
                match (own.unread("replica_source"), &instance.replica_source) {
                    (Some(gap), _) => gaps.push(gap.clone()),
                    (None, Some(_)) => {}
                    (None, None) => return Ok(own.region != *lost),
                }
                continue;
            }
            match self.global_cluster(at) {
                GlobalOf::Cluster(global) => {
                    let global = self.resource(global);
                    gaps.extend(global.unread("members").cloned());
                    let global = global.of::<rds::GlobalCluster>();
                    let mut members = global.into_iter().flat_map(|it| &it.members);
                    if let Some(writer) = members.find(|it| it.writer) {
                        return Ok(*writer.region != **lost);
                    }
                }
                GlobalOf::None => {}
                GlobalOf::Unknown(hidden) => gaps.extend(hidden),
            }
        }
        if gaps.is_empty() {
            Ok(false)
        } else {
            Err(gaps)
        }
    }

    /// What may hide something that an ARN names.
    fn hiding_at(&self, arn: &str, kind: Kind) -> Vec<GapKey> {
        let hiding = |arn: Arn<'_>| {
            let (account, region) = (arn.account.into(), arn.region.into());
            self.inventory.hiding(kind, &account, &region)
        };
        Arn::parse(arn).map(hiding).unwrap_or_default()
    }

    /// What may hide something that a plan acts on, and so whose plan it is.
    pub(super) fn hidden_of_plan(&self, plan: u32) -> Option<GapKey> {
        let own = self.resource(plan);
        if let Some(gap) = own.unread("workflows") {
            return Some(gap.clone());
        }
        let ends = self.edges_from(plan);
        let ends = ends.filter(|it| it.relation == Relation::Recovers);
        let hidden = ends.filter_map(|edge| match &edge.to {
            Target::Text(arn) => self.hiding_at(arn, kind_of(arn)?).into_iter().next(),
            Target::Resource(_) => None,
        });
        hidden.min()
    }

    /// Plans that act on a resource, ascending.
    pub fn plans_for(&self, at: u32) -> impl Iterator<Item = u32> {
        let edges = self.edges_to(at);
        let edges = edges.filter(|it| it.relation == Relation::Recovers);
        let plans: BTreeSet<u32> = edges.map(|it| it.from).collect();
        plans.into_iter()
    }
}

/// Whether a workflow is run when that Region is lost.
fn runs(plan: &Plan, workflow: &Workflow, lost: &Region) -> bool {
    let target = workflow.target_region.as_deref();
    if plan.recovery_approach == "activeActive" {
        workflow.action == "deactivate" && target.is_none_or(|it| it == &**lost)
    } else {
        let waits = |it: &str| it != &**lost && plan.regions.iter().any(|region| region == it);
        workflow.action == "activate" && target.is_none_or(waits)
    }
}

/// All must hold: one that does not decides.
fn all(each: impl Iterator<Item = Result<bool, Vec<GapKey>>>) -> Result<bool, Vec<GapKey>> {
    let mut open = Vec::new();
    for one in each {
        match one {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(gaps) => open.extend(gaps),
        }
    }
    if open.is_empty() { Ok(true) } else { Err(open) }
}

/// The kind of what plans act on, where it is collected.
fn kind_of(arn: &str) -> Option<Kind> {
    let arn = Arn::parse(arn)?;
    let kind = arn.resource.split([':', '/']).next()?;
    Some(match (arn.service, kind) {
        ("arc-region-switch", _) => Kind::ArcRegionSwitchPlan,
        ("autoscaling", _) => Kind::AutoScalingGroup,
        ("ecs", "service") => Kind::EcsService,
        ("lambda", "event-source-mapping") => Kind::LambdaEventSourceMapping,
        ("lambda", _) => Kind::LambdaFunction,
        ("rds", "cluster") => Kind::RdsDbCluster,
        ("rds", "db") => Kind::RdsDbInstance,
        _ => return None,
    })
}
