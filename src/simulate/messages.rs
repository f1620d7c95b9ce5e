//! What becomes of messages under way, and of who works on them behind no name.
//!
//! Messages in a lost queue or stream wait there until it returns: they are named, and decide nothing.
//! Work that is no longer done is no failure before clients; it makes less of the workload.

use std::collections::BTreeSet;

use super::closure::{Lack, Reached};
use super::effect::Effect;
use super::loss::Degree;
use super::outcome::Whole;
use super::{Lost, Matter};
use crate::inventory::kinds::{ecs, lambda};
use crate::inventory::{Arn, Kind, Resource};

/// Who hands messages on and works on them, whatever is lost.
#[derive(Default)]
pub(super) struct Work {
    queues: BTreeSet<u32>,
    /// Mappings that read.
    mappings: Vec<u32>,
    /// Functions that take messages, and container services that no load balancer leads to.
    workers: BTreeSet<u32>,
}

impl Work {
    pub(super) fn of(whole: &Whole<'_, '_>, now: &Lost<'_, '_>) -> Self {
        let own = whole.workload.members.iter().copied();
        let of = |at: &u32| now.estate.resource(*at);
        let mappings: Vec<u32> = own.clone().filter(|at| now.polls(*at)).collect();
        let functions = mappings.iter().map(of);
        let functions = functions.filter_map(|it| now.estate.function_of(it));
        let services = own.clone().filter(|at| {
            let service = of(at).of::<ecs::Service>();
            service.is_some_and(|it| it.target_groups.is_empty() && it.desired > 0)
        });
        let used = whole.used.resources.iter().copied();
        Self {
            queues: own
                .clone()
                .chain(used)
                .filter(|at| of(at).kind() == Kind::SqsQueue)
                .collect(),
            workers: functions.chain(services).collect(),
            mappings,
        }
    }
}

impl Whole<'_, '_> {
    /// Messages that wait, and work that is not done. Returns what the workers that stand reach.
    pub(super) fn messages<'l>(
        &self,
        lost: &Lost<'l, '_>,
        served: &Reached<'_>,
        effect: &mut Effect,
    ) -> Reached<'l> {
        let queues = self.work.queues.iter().filter(|at| lost.is_lost(**at));
        effect.stranded.extend(queues.map(|at| lost.called(*at)));
        let unseen = self.work.mappings.iter();
        effect
            .stranded
            .extend(unseen.filter_map(|at| lost.stream_lost(*at)));
        Self::pollers(lost, &self.work.mappings, effect);
        for at in self.work.workers.iter().filter(|at| lost.is_lost(**at)) {
            Self::unmanned(lost, *at, effect);
        }
        let workers = self.work.workers.iter().copied();
        let apart = workers.filter(|at| !lost.is_lost(*at) && !served.resources.contains(at));
        let reached = lost.reached(apart);
        for missing in reached.missing.iter().filter(|it| it.lack == Lack::Gone) {
            let worker = missing.path.first().map_or("", String::as_str);
            let what = format!(
                "{worker} does no work without {}, which is lost",
                missing.name
            );
            effect.degrade(Matter::Need, what, missing.path.clone());
        }
        reached
    }

    /// A worker that is lost, unless a twin works on.
    fn unmanned(lost: &Lost<'_, '_>, at: u32, effect: &mut Effect) {
        let twins = lost.estate.twin_set(at).map(|it| it.members.as_slice());
        let mut twins = twins.unwrap_or_default().iter();
        if twins.any(|it| !lost.is_lost(*it)) {
            return;
        }
        let kind = lost.estate.resource(at).kind();
        let hidden = lost.estate.hidden_anywhere(&[kind]);
        if hidden.is_empty() {
            let what = format!("{} does its work nowhere else", lost.called(at));
            effect.degrade(Matter::Need, what, Vec::new());
        } else {
            effect.open(Matter::Need, hidden);
        }
    }

    /// Mappings that read late: one stands for all.
    fn pollers(lost: &Lost<'_, '_>, mappings: &[u32], effect: &mut Effect) {
        let late: Vec<u32> = mappings
            .iter()
            .copied()
            .filter(|at| lost.is_weak(*at, Degree::Deliveries))
            .collect();
        let Some(first) = late.first() else {
            return;
        };
        let (source, function) = lost.ends_of(*first);
        let more = match late.len() {
            1 => String::new(),
            count => format!(" (and {} more pollers)", count - 1),
        };
        let what = format!("messages from {source} wait: they are handed on late{more}");
        effect.degrade(Matter::Need, what, vec![source, function]);
    }
}

impl Lost<'_, '_> {
    /// Whether it is a mapping that reads.
    fn polls(&self, at: u32) -> bool {
        let mapping = self.estate.resource(at).of::<lambda::EventSourceMapping>();
        mapping.is_some_and(crate::estate::reads)
    }

    /// What a mapping reads from, and whom it calls.
    fn ends_of(&self, at: u32) -> (String, String) {
        let own = self.estate.resource(at);
        let mapping = own.of::<lambda::EventSourceMapping>();
        let called = |end: Option<u32>, named: Option<&str>| match end {
            Some(end) => self.called(end),
            None => named.unwrap_or(&own.name).to_owned(),
        };
        let source = mapping.and_then(|it| it.event_source_arn.as_deref());
        let function = mapping.map(|it| it.function_arn.as_str());
        (
            called(self.estate.source_of(own), source),
            called(self.estate.function_of(own), function),
        )
    }

    /// The queue or stream that a mapping reads from, where it is lost and was not read.
    fn stream_lost(&self, at: u32) -> Option<String> {
        let own: &Resource = self.estate.resource(at);
        if self.estate.source_of(own).is_some() {
            return None;
        }
        let mapping = own.of::<lambda::EventSourceMapping>()?;
        let source = mapping.event_source_arn.as_deref()?;
        let arn = Arn::parse(source)?;
        let lost = self.is_lost_there(&arn.region.into(), Some(arn.service));
        lost.then(|| source.to_owned())
    }
}
