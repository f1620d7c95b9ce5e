//! Plans of ARC Region switch with their workflows.
//!
//! One Region of the partition keeps all plans of an account and answers which there are; each of a
//! plan's Regions has a copy that can be run alone. Plans are read from the one, so that each is
//! found once and whatever Regions a run asks. Whether a plan can run is asked in a Region of its own.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_arcregionswitch::Client;
use aws_sdk_arcregionswitch::operation::get_plan_evaluation_status::GetPlanEvaluationStatusOutput;
use aws_sdk_arcregionswitch::operation::list_plans::ListPlansOutput;
use aws_sdk_arcregionswitch::types as sdk;

use super::plain::{set, some_text, text, time};
use super::region_switch_steps::workflow;
use super::times::{Calls, Times};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::arcregionswitch::{
    Alarm, Evaluation, Plan, Trigger, TriggerCondition,
};
use crate::inventory::{Arn, GapKey, Kind, Region, Resource, not_collected};

const LIST_PLANS: Operation = Operation {
    name: "arc-region-switch:ListPlans",
    action: "arc-region-switch:ListPlans",
    times: Times(|it| {
        if PARTITIONS.contains(&it.partition()) {
            // Plans that another account shares are listed too.
            it.pages(&[Kind::ArcRegionSwitchPlan], PAGE).or_more()
        } else {
            Calls::default()
        }
    }),
};
const GET_PLAN: Operation = Operation {
    name: "arc-region-switch:GetPlan",
    action: "arc-region-switch:GetPlan",
    times: Times(|it| it.each(Kind::ArcRegionSwitchPlan)),
};
const GET_EVALUATION: Operation = Operation {
    name: "arc-region-switch:GetPlanEvaluationStatus",
    action: "arc-region-switch:GetPlanEvaluationStatus",
    times: Times(|it| {
        let selected = |plan: &Plan| plan.regions.iter().any(|region| it.selects(region));
        it.each_where(selected).or_more()
    }),
};
const LIST_TAGS: Operation = Operation {
    name: "arc-region-switch:ListTagsForResource",
    action: "arc-region-switch:ListTagsForResource",
    times: Times(|it| it.each(Kind::ArcRegionSwitchPlan)),
};

/// Where the service is.
const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];
const PAGE: i32 = 100;

/// What says that a plan was deleted since it was listed.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// What is known of a plan by itself, and not of the list.
const OF_THE_PLAN: [&str; 4] = ["alarms", "service_quota_checks", "triggers", "workflows"];

pub(super) const PLANS: Collector = Collector {
    name: "region_switch",
    kinds: &[Kind::ArcRegionSwitchPlan],
    scope: Scope::Global,
    operations: &[LIST_PLANS, GET_PLAN, GET_EVALUATION, LIST_TAGS],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        if !PARTITIONS.contains(&ctx.partition()) {
            return;
        }
        let client = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_PLANS,
            PLANS.kinds,
            |page: &ListPlansOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = client.list_plans().max_results(PAGE);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.plans.unwrap_or_default());
        // A plan that another account shares is found there, if that is read.
        let own = found.filter(|it| it.owner() == &**ctx.account() || !ctx.asks(it.owner()));
        ctx.each(own, |it| add(ctx, &client, it)).await;
    })
}

/// One plan. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, client: &Client, listed: sdk::AbbreviatedPlan) {
    let arn = listed.arn();
    let whole = ctx.call_or_absent(&GET_PLAN, GONE, &[], || client.get_plan().arn(arn).send());
    let tags = ctx.call_or_absent(&LIST_TAGS, GONE, &[], || {
        client.list_tags_for_resource().arn(arn).send()
    });
    let (whole, tags, evaluation) = tokio::join!(whole, tags, evaluation(ctx, &listed));
    let mut plan = from_list(&listed);
    let mut unread = BTreeMap::new();
    match whole {
        Ok(Some(answer)) => fill(&mut plan, answer.plan.as_ref()),
        Ok(None) => return,
        Err(gap) => {
            unread.extend(OF_THE_PLAN.map(|property| (property.to_owned(), gap.clone())));
        }
    }
    let tags = match tags {
        Ok(Some(answer)) => answer
            .resource_tags
            .unwrap_or_default()
            .into_iter()
            .collect(),
        Ok(None) => return,
        Err(gap) => {
            unread.insert("tags".to_owned(), gap);
            BTreeMap::new()
        }
    };
    match evaluation {
        Ok(evaluation) => plan.evaluation = evaluation,
        Err(gap) => {
            unread.insert("evaluation".to_owned(), gap);
        }
    }
    ctx.push(Resource {
        arn: arn.to_owned(),
        account: ctx.account().clone(),
        region: Region::global(),
        name: listed.name().to_owned(),
        tags,
        properties: plan.into(),
        unread,
    });
}

/// What the plan's first Region that the run asks found out; `None` where it has not looked yet.
async fn evaluation(
    ctx: &Context,
    plan: &sdk::AbbreviatedPlan,
) -> Result<Option<Evaluation>, GapKey> {
    let regions = set(plan.regions());
    let regions: Vec<Region> = regions.iter().map(|it| Region::from(it.as_str())).collect();
    let Some(region) = regions.iter().find(|it| ctx.selects(it)) else {
        let region = regions.first().cloned().unwrap_or_else(Region::global);
        return Err(not_collected(
            Kind::ArcRegionSwitchPlan,
            ctx.account(),
            &region,
        ));
    };
    let there = ctx.in_region(region);
    let client = Client::new(there.sdk());
    let mut pages = Vec::new();
    let read = there.pages_into(
        &mut pages,
        &GET_EVALUATION,
        &[],
        |page: &GetPlanEvaluationStatusOutput| page.next_token().map(str::to_owned),
        |token| {
            let request = client.get_plan_evaluation_status().plan_arn(plan.arn());
            request.max_results(PAGE).set_next_token(token).send()
        },
    );
    read.await?;
    Ok(evaluated(&pages))
}

fn evaluated(pages: &[GetPlanEvaluationStatusOutput]) -> Option<Evaluation> {
    let first = pages.first()?;
    let state = first.evaluation_state()?;
    let warnings = pages
        .iter()
        .flat_map(GetPlanEvaluationStatusOutput::warnings);
    let active: Vec<_> = warnings
        .filter(|it| *it.warning_status() == sdk::ResourceWarningStatus::Active)
        .collect();
    Some(Evaluation {
        state: state.as_str().to_owned(),
        last: time(first.last_evaluation_time()),
        steps_warned: set(active.iter().filter_map(|it| it.step_name())),
        resources_warned: set(active.iter().filter_map(|it| it.resource_arn())),
    })
}

fn from_list(it: &sdk::AbbreviatedPlan) -> Plan {
    Plan {
        owner: it.owner().to_owned(),
        regions: set(it.regions()),
        recovery_approach: it.recovery_approach().as_str().to_owned(),
        primary_region: some_text(it.primary_region()),
        recovery_time_objective_minutes: it.recovery_time_objective_minutes().map(i64::from),
        updated: time(it.updated_at()),
        ..Plan::default()
    }
}

/// What the plan itself tells beyond the list.
fn fill(plan: &mut Plan, it: Option<&sdk::Plan>) {
    let Some(it) = it else { return };
    plan.workflows = it.workflows().iter().map(workflow).collect();
    plan.workflows
        .sort_by(|a, b| (&a.action, &a.target_region).cmp(&(&b.action, &b.target_region)));
    let alarms: BTreeSet<Alarm> = it
        .associated_alarms()
        .into_iter()
        .flatten()
        .map(alarm)
        .collect();
    plan.alarms = alarms.into_iter().collect();
    plan.triggers = it.triggers().iter().map(trigger).collect();
    plan.service_quota_checks = it.service_quota_checks_enabled();
}

fn alarm((name, it): (&String, &sdk::AssociatedAlarm)) -> Alarm {
    let arn = it.resource_identifier().to_owned();
    Alarm {
        name: name.clone(),
        region: some_text(Arn::parse(&arn).map(|arn| arn.region)),
        purpose: it.alarm_type().as_str().to_owned(),
        arn,
    }
}

fn trigger(it: &sdk::Trigger) -> Trigger {
    let conditions = it.conditions().iter().map(|it| TriggerCondition {
        alarm: it.associated_alarm_name().to_owned(),
        state: it.condition().as_str().to_owned(),
    });
    let conditions: BTreeSet<TriggerCondition> = conditions.collect();
    Trigger {
        action: it.action().as_str().to_owned(),
        target_region: text(Some(it.target_region())),
        conditions: conditions.into_iter().collect(),
    }
}
