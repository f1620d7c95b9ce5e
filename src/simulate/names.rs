//! Where the clients of a name end once something is lost, as Route 53 really decides.
//!
//! Follows alias trees and health, fails open where all are unhealthy, and adds up how long it takes
//! until clients are elsewhere. What stands behind the hosts is for [`super::closure`].

use std::collections::{BTreeMap, BTreeSet};

use super::chosen::{Chosen, Member};
use super::health::{State, not_read};
use super::time::Span;
use super::{Lost, once};
use crate::estate::names::{Leaf, LeafKind};
use crate::inventory::kinds::route53::RecordSet;
use crate::inventory::{GapKey, Kind};

/// Longer chains of names are loops.
const DEPTH: usize = 16;

/// Where clients end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Hosts that stand.
    pub(super) alive: BTreeSet<Leaf>,
    /// Hosts that clients are still sent to although they are lost, each with why.
    pub(super) dead: BTreeMap<Leaf, String>,
    /// Until it is seen that something is lost, with what sees it.
    pub(super) detect: Term,
    /// From then on until clients are elsewhere.
    pub(super) route: Term,
    /// What works less well than before.
    pub(super) degraded: BTreeSet<String>,
    /// What may change all that.
    pub(super) open: BTreeSet<GapKey>,
}

/// How long something takes, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) span: Span,
    pub(super) what: String,
}

impl Default for Term {
    fn default() -> Self {
        Self {
            span: Span::NONE,
            what: String::new(),
        }
    }
}

impl Term {
    pub(super) fn new(span: Span, what: impl Into<String>) -> Self {
        Self {
            span,
            what: what.into(),
        }
    }

    /// Of two things at once, the longer.
    pub(super) fn max(self, other: Self) -> Self {
        if other.span.worst() > self.span.worst() {
            other
        } else {
            self
        }
    }
}

impl Answer {
    /// What several ways come to together.
    pub(super) fn add(&mut self, other: Self) {
        self.alive.extend(other.alive);
        for (leaf, why) in other.dead {
            self.dead.entry(leaf).or_insert(why);
        }
        self.detect = std::mem::take(&mut self.detect).max(other.detect);
        self.route = std::mem::take(&mut self.route).max(other.route);
        self.degraded.extend(other.degraded);
        self.open.extend(other.open);
    }
}

impl Lost<'_, '_> {
    /// Where the clients of a public name end.
    pub(super) fn name(&self, name: &str) -> Answer {
        self.host(name, DEPTH)
    }

    pub(super) fn host(&self, host: &str, depth: usize) -> Answer {
        let records = self.estate.public_records(host);
        let Some(depth) = depth.checked_sub(1) else {
            return Answer::default();
        };
        if records.is_empty() {
            return self.end(host, depth);
        }
        self.sets(&records, depth)
    }

    /// Record sets of one name, one type after the other.
    fn sets(&self, records: &[u32], depth: usize) -> Answer {
        let mut types = BTreeMap::<&str, Vec<u32>>::new();
        for at in records {
            if let Some(record) = self.estate.resource(*at).of::<RecordSet>() {
                types.entry(&record.record_type).or_default().push(*at);
            }
        }
        let mut answer = Answer::default();
        for set in types.into_values() {
            answer.add(self.set(&set, depth));
        }
        answer
    }

    /// The members of one set: those that are answered, and where they lead.
    fn set(&self, records: &[u32], depth: usize) -> Answer {
        let key = (records.to_vec(), depth);
        once(&self.worked.sets, key, || self.work_out_set(records, depth))
    }

    fn work_out_set(&self, records: &[u32], depth: usize) -> Answer {
        let mut members = Vec::<Member<'_>>::new();
        let mut hidden = BTreeSet::new();
        for at in records {
            let Some(record) = self.estate.resource(*at).of::<RecordSet>() else {
                continue;
            };
            // A simple record set is alone, and answered whatever its health.
            if record.policy == "simple" {
                members.push((*at, record, State::Healthy(None)));
                continue;
            }
            hidden.extend(self.estate.hidden_here(*at, Kind::Route53RecordSet));
            members.push((*at, record, self.record_state(*at, record, depth)));
        }
        let chosen = Chosen::of(&members);
        let mut answer = Answer::default();
        if !self.loses_nothing() {
            answer.open.extend(hidden.iter().copied().cloned());
        }
        for (at, _, state) in &members {
            if let State::Open(gaps) = state {
                answer.open.extend(gaps.iter().cloned());
            }
            if let (State::Unhealthy(span, why), false) = (state, chosen.members.contains(at))
                && !span.is_none()
            {
                answer.detect = std::mem::take(&mut answer.detect).max(Term::new(*span, why));
                let kept = self.kept(*at, depth);
                answer.route = std::mem::take(&mut answer.route).max(kept);
            }
        }
        for (at, record, state) in members.iter().filter(|it| chosen.members.contains(&it.0)) {
            let mut ahead = self.ahead_of(*at, record, depth);
            if chosen.unsure.contains(at) {
                let account = self.estate.resource(*at).account.clone();
                let gap = not_read(account, "route53:ListGeoLocations");
                answer
                    .open
                    .extend([gap].into_iter().filter(|_| !ahead.dead.is_empty()));
            }
            // Nobody can tell that it is answered.
            let fails_open = chosen.open_door && !hidden.is_empty();
            if matches!(state, State::Open(_)) || chosen.unsure.contains(at) || fails_open {
                ahead.dead.clear();
            }
            for why in ahead.dead.values_mut().filter(|why| why.is_empty()) {
                *why = self.why(*at, record, state, chosen.open_door);
            }
            answer.add(ahead);
        }
        answer
    }

    /// Why a member that is lost is answered all the same.
    fn why(&self, at: u32, record: &RecordSet, state: &State, open_door: bool) -> String {
        let (name, member) = (&self.estate.resource(at).name, self.member_name(at));
        match state {
            State::Unhealthy(..) if record.policy == "geolocation" => {
                format!("{member} is unhealthy, and no healthy one is for a larger place")
            }
            State::Unhealthy(..) if open_door => {
                format!(
                    "all record sets of {name} are unhealthy, and Route 53 answers as if none were"
                )
            }
            State::Healthy(Some(why)) => format!("{member} is still answered: {why}"),
            _ if record.policy == "simple" => {
                format!("{member} is the only record set of its name, and leads there")
            }
            _ => format!("{member} has no health check that would take it out"),
        }
    }

    /// How a member of a routed set is called.
    pub(super) fn member_name(&self, at: u32) -> String {
        let it = self.estate.resource(at);
        let record = it.of::<RecordSet>();
        match record.and_then(|it| it.set_identifier.as_ref()) {
            Some(id) => format!("{} ({id})", it.name),
            None => it.name.clone(),
        }
    }

    /// What decides whether a member is answered.
    pub(super) fn record_state(&self, at: u32, record: &RecordSet, depth: usize) -> State {
        let mut state = State::Healthy(None);
        let unread = &self.estate.resource(at).unread;
        for gap in ["alias", "health_check_id"]
            .iter()
            .filter_map(|it| unread.get(*it))
        {
            state = state.and(State::Open([gap.clone()].into()));
        }
        if let Some(id) = &record.health_check_id {
            state = state.and(self.check(id));
        }
        if let Some(alias) = record.alias.as_ref().filter(|it| it.evaluate_target_health) {
            state = state.and(self.target_state(at, record, &alias.dns_name, depth));
        }
        state
    }

    /// The health of what an alias leads to: of record sets, one healthy one is enough.
    fn target_state(&self, at: u32, record: &RecordSet, target: &str, depth: usize) -> State {
        let Some(depth) = depth.checked_sub(1) else {
            return State::Healthy(None);
        };
        let next = self.aliased(record, target);
        if next.is_empty() {
            let (leaf, _) = self.estate.leaf(target, false);
            return if self.leaf_is_lost(&leaf) {
                let name = &self.estate.resource(at).name;
                let why = format!("the alias {name} sees that {target} is gone");
                State::Unhealthy(self.constants.get("dns-alias-health"), why)
            } else {
                State::Healthy(None)
            };
        }
        let key = (next, depth);
        let next = key.0.clone();
        once(&self.worked.targets, key, || self.best_of(&next, depth))
    }

    /// The best health of some record sets.
    fn best_of(&self, records: &[u32], depth: usize) -> State {
        let mut worst: Option<State> = None;
        for at in records.iter().copied() {
            let Some(record) = self.estate.resource(at).of::<RecordSet>() else {
                continue;
            };
            let state = self.record_state(at, record, depth);
            if matches!(state, State::Healthy(_)) {
                return state;
            }
            worst = Some(match (worst, state) {
                (Some(open @ State::Open(_)), _) | (_, open @ State::Open(_)) => open,
                (Some(State::Unhealthy(a, why)), State::Unhealthy(b, _)) => {
                    State::Unhealthy(a.max(b), why)
                }
                (_, state) => state,
            });
        }
        worst.unwrap_or(State::Healthy(None))
    }

    /// Record sets of the same zone that an alias leads to.
    fn aliased(&self, record: &RecordSet, target: &str) -> Vec<u32> {
        let own = record
            .alias
            .as_ref()
            .is_some_and(|it| it.zone_id == record.zone_id);
        let zone = Some(record.zone_id.as_str()).filter(|_| own);
        match zone {
            Some(_) => self
                .estate
                .records_for(target, &record.record_type, zone, record.private),
            None => Vec::new(),
        }
    }

    /// Where a member leads.
    pub(super) fn ahead_of(&self, at: u32, record: &RecordSet, depth: usize) -> Answer {
        let Some(depth) = depth.checked_sub(1) else {
            return Answer::default();
        };
        if let Some(alias) = &record.alias {
            let next = self.aliased(record, &alias.dns_name);
            return if next.is_empty() {
                self.end(&alias.dns_name, depth)
            } else {
                self.sets(&next, depth)
            };
        }
        let mut answer = Answer::default();
        let it = self.estate.resource(at);
        let unread = ["alias", "values"]
            .iter()
            .filter_map(|name| it.unread(name));
        answer.open.extend(unread.cloned());
        for value in &record.values {
            match record.record_type.as_str() {
                "CNAME" => answer.add(self.host(value, depth)),
                "A" | "AAAA" => answer.add(self.end(value, depth)),
                _ => {}
            }
        }
        answer
    }

    /// A host that no record set answers for.
    fn end(&self, host: &str, depth: usize) -> Answer {
        let (leaf, gaps) = self.estate.leaf(host, false);
        if let (Some(door), true) = (leaf.resource, leaf.kind.door().is_some()) {
            return self.door(door, depth);
        }
        let mut answer = Answer {
            open: gaps.into_iter().collect(),
            ..Answer::default()
        };
        match leaf.kind {
            // What is behind a front door, or who has an address, was not read.
            kind if kind.door().is_some() => answer.open.extend(self.estate.behind(kind)),
            LeafKind::Address => answer.open.extend(self.estate.holders_of_addresses()),
            // Whoever answers there may hang on anything.
            LeafKind::Outside => answer.open.extend(self.estate.names_elsewhere()),
            _ => {}
        }
        self.arrive(&mut answer, leaf);
        answer
    }

    /// Puts a host where it belongs. Why a lost one is answered is for whoever chose it.
    pub(super) fn arrive(&self, answer: &mut Answer, leaf: Leaf) {
        if self.leaf_is_lost(&leaf) {
            answer.dead.insert(leaf, String::new());
        } else {
            answer.alive.insert(leaf);
        }
    }

    /// How long clients keep the answer of a member.
    pub(super) fn kept(&self, at: u32, depth: usize) -> Term {
        let name = &self.estate.resource(at).name;
        let ttl = self.ttl(at, depth) + self.constants.get("dns-client-cache");
        Term::new(ttl, format!("clients look up {name} again"))
    }

    fn ttl(&self, at: u32, depth: usize) -> Span {
        once(&self.worked.ttls, (at, depth), || {
            self.longest_ttl(at, depth)
        })
    }

    /// Its own; an alias has that of the record sets that it leads to.
    fn longest_ttl(&self, at: u32, depth: usize) -> Span {
        let Some(record) = self.estate.resource(at).of::<RecordSet>() else {
            return Span::NONE;
        };
        let own = record.ttl.and_then(|ttl| u64::try_from(ttl).ok());
        let (Some(alias), Some(depth)) = (&record.alias, depth.checked_sub(1)) else {
            return own.map_or(Span::NONE, Span::exactly);
        };
        let next = self.aliased(record, &alias.dns_name);
        let longest = next.into_iter().map(|it| self.ttl(it, depth));
        let longest = longest.reduce(Span::max);
        longest.unwrap_or_else(|| self.constants.get("dns-alias-ttl"))
    }
}
