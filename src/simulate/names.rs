//! Where the clients of a name end once something is lost, as Route 53 really decides.
//!
//! Follows alias trees and health, fails open where all are unhealthy, and adds up how long it takes
//! until clients are elsewhere. What stands behind the hosts is for [`super::closure`].

use std::collections::{BTreeMap, BTreeSet};

use super::Lost;
use super::health::State;
use super::time::Span;
use crate::estate::names::{Leaf, LeafKind};
use crate::inventory::GapKey;
use crate::inventory::kinds::route53::RecordSet;

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

/// A member of a routed set and what its health says.
type Member<'r> = (u32, &'r RecordSet, State);

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
        let members: Vec<Member<'_>> = records
            .iter()
            .filter_map(|at| {
                let record = self.estate.resource(*at).of::<RecordSet>()?;
                Some((*at, record, self.record_state(*at, record, depth)))
            })
            .collect();
        let (chosen, open_door) = chosen(&members);
        let mut answer = Answer::default();
        for (at, record, state) in &members {
            if let State::Open(gaps) = state {
                answer.open.extend(gaps.iter().cloned());
            }
            let taken_out = !chosen.contains(at);
            if let (State::Unhealthy(span, why), true) = (state, taken_out)
                && !span.is_none()
            {
                answer.detect = std::mem::take(&mut answer.detect).max(Term::new(*span, why));
                let kept = self.kept(*at, record, depth);
                answer.route = std::mem::take(&mut answer.route).max(kept);
            }
        }
        for (at, record, state) in members.iter().filter(|it| chosen.contains(&it.0)) {
            let mut ahead = self.ahead_of(*at, record, depth);
            for why in ahead.dead.values_mut().filter(|why| why.is_empty()) {
                *why = self.why(*at, record, state, open_door);
            }
            answer.add(ahead);
        }
        answer
    }

    /// Why a member that is lost is answered all the same.
    fn why(&self, at: u32, record: &RecordSet, state: &State, open_door: bool) -> String {
        let name = &self.estate.resource(at).name;
        let member = match &record.set_identifier {
            Some(id) => format!("{name} ({id})"),
            None => name.clone(),
        };
        match state {
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

    /// What decides whether a member is answered.
    fn record_state(&self, at: u32, record: &RecordSet, depth: usize) -> State {
        let mut state = State::Healthy(None);
        let unread = &self.estate.resource(at).unread;
        for property in ["alias", "health_check_id"] {
            if let Some(gap) = unread.get(property) {
                state = state.and(State::Open([gap.clone()].into()));
            }
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
        let mut worst: Option<State> = None;
        for at in next {
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
    fn ahead_of(&self, at: u32, record: &RecordSet, depth: usize) -> Answer {
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
        if let Some(gap) = self.estate.resource(at).unread("values") {
            answer.open.insert(gap.clone());
        }
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
            LeafKind::Address => answer.open.extend(self.estate.addresses_hidden()),
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
    fn kept(&self, at: u32, record: &RecordSet, depth: usize) -> Term {
        let name = &self.estate.resource(at).name;
        let ttl = self.ttl(record, depth) + self.constants.get("dns-client-cache");
        Term::new(ttl, format!("clients look up {name} again"))
    }

    fn ttl(&self, record: &RecordSet, depth: usize) -> Span {
        let own = record.ttl.and_then(|ttl| u64::try_from(ttl).ok());
        let alias = record.alias.as_ref();
        let (Some(alias), Some(depth)) = (alias, depth.checked_sub(1)) else {
            return own.map_or(Span::NONE, Span::exactly);
        };
        let next = self.aliased(record, &alias.dns_name);
        let next = next
            .iter()
            .filter_map(|at| self.estate.resource(*at).of::<RecordSet>());
        let longest = next.map(|it| self.ttl(it, depth)).reduce(Span::max);
        longest.unwrap_or_else(|| self.constants.get("dns-alias-ttl"))
    }
}

/// The members that Route 53 answers with, and whether it does so because all are unhealthy.
fn chosen(members: &[Member<'_>]) -> (BTreeSet<u32>, bool) {
    let policy = members.first().map_or("simple", |it| it.1.policy.as_str());
    let well = |state: &State| !matches!(state, State::Unhealthy(..));
    let of = |fits: &dyn Fn(&Member<'_>) -> bool| -> BTreeSet<u32> {
        members
            .iter()
            .filter(|it| fits(it))
            .map(|it| it.0)
            .collect()
    };
    let weighs = |it: &Member<'_>| it.1.weight != Some(0);
    let role = |it: &Member<'_>, role| it.1.failover.as_deref() == Some(role);
    let ways: Vec<BTreeSet<u32>> = match policy {
        "simple" => return (of(&|_| true), false),
        "failover" => vec![
            of(&|it| role(it, "PRIMARY") && well(&it.2)),
            of(&|it| role(it, "SECONDARY") && well(&it.2)),
        ],
        "weighted" => vec![
            of(&|it| weighs(it) && well(&it.2)),
            of(&|it| !weighs(it) && well(&it.2)),
        ],
        "geolocation" => return located(members, well),
        _ => vec![of(&|it| well(&it.2))],
    };
    let found = ways.into_iter().find(|it| !it.is_empty());
    if let Some(found) = found {
        return (found, false);
    }
    let all = match policy {
        "failover" => of(&|it| role(it, "PRIMARY")),
        "weighted" => of(&weighs),
        _ => BTreeSet::new(),
    };
    let all = if all.is_empty() { of(&|_| true) } else { all };
    (all, true)
}

/// Clients of a place whose member is unhealthy get the member of the next larger place; where
/// there is none, they get the unhealthy one.
fn located(members: &[Member<'_>], well: impl Fn(&State) -> bool) -> (BTreeSet<u32>, bool) {
    let mut chosen = BTreeSet::new();
    let mut open_door = false;
    for (at, record, state) in members {
        if well(state) {
            chosen.insert(*at);
            continue;
        }
        let larger = members
            .iter()
            .any(|(other, it, state)| other != at && well(state) && contains(it, record));
        if !larger {
            chosen.insert(*at);
            open_door = true;
        }
    }
    (chosen, open_door)
}

/// Whether the place of one member holds that of another. Which continent a country is on is not
/// known here: any may be.
fn contains(larger: &RecordSet, smaller: &RecordSet) -> bool {
    let (Some(larger), Some(smaller)) = (&larger.geolocation, &smaller.geolocation) else {
        return false;
    };
    let default = larger.country.as_deref() == Some("*");
    let same_country = smaller.subdivision.is_some()
        && larger.subdivision.is_none()
        && larger.country == smaller.country;
    default || same_country
}
