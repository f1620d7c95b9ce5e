//! A fail in words: message, evidence, related resources, confidence, fingerprint.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::verdict::SubjectId;
use crate::inventory::Region;
use crate::report::{EvidenceItem, Finding, Fingerprint, ResourceSummary};
use crate::rule::Rule;
use crate::rule::expr::{Env, Value};
use crate::rule::meta::Severity;
use crate::vocabulary::World;

/// Below this, in hundredths, a finding is no worse than medium: the pairing may be wrong.
const SURE_PERCENT: u8 = 70;

/// Puts a fail into words.
pub(super) fn finding(rule: &Rule, world: &World<'_>, subject: &SubjectId) -> Finding {
    let variables = world.variables(subject, &rule.options);
    let env = Env {
        host: world,
        variables: &variables,
    };
    let resource = summary_of(world, subject);
    let percent = confidence_percent(rule, world, subject);
    Finding {
        rule: rule.id.clone(),
        name: rule.name.clone(),
        title: rule.title.clone(),
        severity: if percent < SURE_PERCENT {
            rule.severity.min(Severity::Medium)
        } else {
            rule.severity
        },
        confidence: f64::from(percent) / 100.0,
        workload: world.workload().name.clone(),
        related: related(rule, world, env, &resource),
        message: message(rule, env),
        evidence: evidence(rule, world, env),
        fingerprint: Fingerprint::new(&rule.id, &world.workload().name, &resource.arn),
        resource,
    }
}

/// The message; the title where putting it into words costs too much.
fn message(rule: &Rule, env: Env<'_>) -> String {
    rule.expressions
        .message
        .render(env)
        .unwrap_or_else(|_| rule.title.clone())
}

/// What the evidence allows, times how sure the pairing is where the rule rests on it.
fn confidence_percent(rule: &Rule, world: &World<'_>, subject: &SubjectId) -> u8 {
    let base = rule.evidence.confidence_percent();
    match subject {
        SubjectId::Resource(index) if rule.rests_on_pairing => {
            let pairing = u16::from(world.estate().pairing_percent(*index));
            u8::try_from(u16::from(base) * pairing / 100).unwrap_or(base)
        }
        _ => base,
    }
}

/// What names the subject for good.
pub(super) fn subject_of<'w>(world: &'w World<'_>, subject: &SubjectId) -> Cow<'w, str> {
    match subject {
        SubjectId::Resource(index) => Cow::Borrowed(&world.estate().resource(*index).arn),
        SubjectId::Account(account) => Cow::Owned(format!("mrlint:account/{account}")),
        SubjectId::Workload | SubjectId::Hidden => {
            Cow::Owned(format!("mrlint:workload/{}", world.workload().name))
        }
    }
}

/// Identity of the subject.
pub(super) fn summary_of(world: &World<'_>, subject: &SubjectId) -> ResourceSummary {
    let name = &world.workload().name;
    match subject {
        SubjectId::Resource(index) => ResourceSummary::of(world.estate().resource(*index)),
        SubjectId::Account(account) => ResourceSummary {
            kind: "account".to_owned(),
            account: account.to_string(),
            region: Region::GLOBAL.to_owned(),
            arn: subject_of(world, subject).into_owned(),
            name: account.to_string(),
        },
        SubjectId::Workload | SubjectId::Hidden => ResourceSummary {
            kind: "workload".to_owned(),
            account: String::new(),
            region: Region::GLOBAL.to_owned(),
            arn: subject_of(world, subject).into_owned(),
            name: name.clone(),
        },
    }
}

/// The others, sorted, without the subject itself.
fn related(
    rule: &Rule,
    world: &World<'_>,
    env: Env<'_>,
    subject: &ResourceSummary,
) -> Vec<ResourceSummary> {
    let listed = rule
        .expressions
        .related
        .as_ref()
        .and_then(|related| related.eval(env).ok());
    let Some(Value::List(list)) = listed else {
        return Vec::new();
    };
    let related: BTreeSet<ResourceSummary> = list
        .items
        .iter()
        .filter_map(|item| world.resource_index(item))
        .map(|index| ResourceSummary::of(world.estate().resource(index)))
        .filter(|other| other != subject)
        .collect();
    related.into_iter().collect()
}

fn evidence(rule: &Rule, world: &World<'_>, env: Env<'_>) -> Vec<EvidenceItem> {
    let decided = rule.expressions.fail.explain(env);
    decided
        .into_iter()
        .map(|item| EvidenceItem {
            value: world.to_json(&item.value),
            expression: item.text,
        })
        .collect()
}
