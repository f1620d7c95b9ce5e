//! What health checks say once something is lost, and after how long.
//!
//! Decides nothing about traffic: that is [`super::names`]'s.

use std::collections::BTreeSet;

use super::time::Span;
use super::{Lost, once};
use crate::estate::lookups::Found;
use crate::estate::names::{Leaf, Resolution};
use crate::inventory::kinds::route53::{Alarm, HealthCheck};
use crate::inventory::{AccountId, Cause, GapKey, Kind, Region, Resource};

/// Checkers of which no more than so many in a hundred see an endpoint as healthy make it unhealthy.
const HEALTHY_PERCENT: i64 = 18;
/// Children of checks deeper than this are not followed: Route 53 allows no loops.
const DEPTH: usize = 8;

/// What a health check, or what hangs on it, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Healthy, with why it is although something is lost.
    Healthy(Option<String>),
    /// Unhealthy after so long, with why.
    Unhealthy(Span, String),
    /// Nobody can tell, because of these.
    Open(BTreeSet<GapKey>),
}

impl State {
    /// Unhealthy as soon as either is.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unhealthy(a, why), Self::Unhealthy(b, other)) => {
                if a.worst() <= b.worst() {
                    Self::Unhealthy(a, why)
                } else {
                    Self::Unhealthy(b, other)
                }
            }
            (Self::Healthy(a), Self::Healthy(b)) => Self::Healthy(a.or(b)),
            (Self::Open(a), Self::Open(b)) => Self::Open(a.into_iter().chain(b).collect()),
            (it @ Self::Unhealthy(..), _)
            | (_, it @ Self::Unhealthy(..))
            | (it, Self::Healthy(_))
            | (Self::Healthy(_), it) => it,
        }
    }
}

impl Lost<'_, '_> {
    /// What the check of that id says.
    pub(super) fn check(&self, id: &str) -> State {
        self.check_at(id, DEPTH)
    }

    fn check_at(&self, id: &str, depth: usize) -> State {
        let at = match self.estate.health_check(id) {
            Found::Resource(at) => at,
            Found::Unknown(gaps) => return State::Open(gaps.into_iter().collect()),
            // Of an account that was not read.
            Found::Absent => {
                let account = "another account".into();
                return State::Open([not_read(account, "route53:GetHealthCheck")].into());
            }
        };
        once(&self.worked.checks, (at, depth), || self.says(at, depth))
    }

    fn says(&self, at: u32, depth: usize) -> State {
        let Some(check) = self.estate.resource(at).of::<HealthCheck>() else {
            return State::Healthy(None);
        };
        let name = &self.estate.resource(at).name;
        let state = match check.check_type.as_str() {
            // Healthy for ever, and still inverted: that is how traffic is taken away for good.
            _ if check.disabled => State::Healthy(Some(format!("health check {name} is disabled"))),
            "CALCULATED" => self.calculated(check, name, depth),
            "CLOUDWATCH_METRIC" => self.follows_alarm(check, self.estate.resource(at)),
            "RECOVERY_CONTROL" => self.switched(check, self.estate.resource(at)),
            _ => self.probes(at, check, name),
        };
        if check.inverted {
            inverted(state, name)
        } else {
            state
        }
    }

    /// Healthy while enough of its children are.
    fn calculated(&self, check: &HealthCheck, name: &str, depth: usize) -> State {
        let Some(depth) = depth.checked_sub(1) else {
            return State::Healthy(None);
        };
        let needed = check.health_threshold.unwrap_or_default();
        let needed = usize::try_from(needed).unwrap_or_default();
        let states = check.children.iter().map(|id| self.check_at(id, depth));
        let (mut healthy, mut open, mut why) = (0, BTreeSet::new(), None);
        let mut unhealthy = Vec::new();
        let mut undecided = 0;
        for state in states {
            match state {
                State::Healthy(because) => {
                    healthy += 1;
                    why = why.or(because);
                }
                State::Unhealthy(span, _) => unhealthy.push(span),
                State::Open(gaps) => {
                    undecided += 1;
                    open.extend(gaps);
                }
            }
        }
        if healthy >= needed {
            let still =
                format!("health check {name} still has {healthy} healthy of {needed} needed");
            State::Healthy(why.or_else(|| (!unhealthy.is_empty()).then_some(still)))
        } else if healthy + undecided >= needed {
            State::Open(open)
        } else {
            // As many have to fail as make it too few, the quickest first. Who asks for more than
            // there are has never been healthy.
            unhealthy.sort_by_key(|span| span.worst());
            let spare = check.children.len().checked_sub(needed);
            let last = spare.and_then(|spare| unhealthy.get(spare));
            let after = last.copied().unwrap_or(Span::NONE);
            State::Unhealthy(
                after,
                format!("health check {name} counts too few healthy ones"),
            )
        }
    }

    fn follows_alarm(&self, check: &HealthCheck, resource: &Resource) -> State {
        let name = &resource.name;
        let Some(alarm) = &check.alarm else {
            return State::Healthy(None);
        };
        let region = Region::from(alarm.region.as_str());
        if !self.is_lost_there(&region, Some("cloudwatch")) {
            // Which metric it watches, and of what, was not read: it is taken to say what it said
            // where nothing that hangs on the check is lost, and not known to say so elsewhere.
            let hit = || {
                self.guarded(&check.health_check_id)
                    .is_none_or(|it| it.0 > 0)
            };
            return if self.loses_nothing() || !hit() {
                State::Healthy(None)
            } else {
                let account = resource.account.clone();
                State::Open([not_read(account, "cloudwatch:DescribeAlarms")].into())
            };
        }
        let of = |says: &str| {
            format!(
                "health check {name} follows alarm {} in {region}, which is lost: it reports {says}",
                alarm.name
            )
        };
        match check.insufficient_data_status.as_deref() {
            Some("Unhealthy") => State::Unhealthy(self.alarm_span(alarm), of("unhealthy")),
            Some("Healthy") => State::Healthy(Some(of("healthy"))),
            _ => State::Healthy(Some(of("what it knew last"))),
        }
    }

    /// Until the alarm has too little data, and the check has seen it.
    fn alarm_span(&self, alarm: &Alarm) -> Span {
        let seconds =
            |it: Option<i64>, usual| it.and_then(|it| u64::try_from(it).ok()).unwrap_or(usual);
        let periods = seconds(alarm.evaluation_periods, 1);
        let evaluation = seconds(alarm.period, 60).saturating_mul(periods);
        Span::exactly(evaluation) + self.constants.get("alarm-to-dns")
    }

    /// Somebody has to turn the routing control of what is lost; the others are left alone.
    fn switched(&self, check: &HealthCheck, resource: &Resource) -> State {
        if self.loses_nothing() {
            return State::Healthy(None);
        }
        let name = &resource.name;
        match self.guarded(&check.health_check_id) {
            Some((lost, all)) if lost < all => State::Healthy(None),
            Some(_) => {
                let why = format!("somebody turns the routing control of health check {name}");
                State::Unhealthy(self.constants.get("operator-step"), why)
            }
            None => {
                let account = resource.account.clone();
                let operation = "route53-recovery-cluster:ListRoutingControls";
                State::Open([not_read(account, operation)].into())
            }
        }
    }

    /// Of the hosts behind the record sets that hang on a check, by calculated ones too, how many
    /// are lost, and how many there are; `None` where that is not known.
    fn guarded(&self, id: &str) -> Option<(usize, usize)> {
        let (mut open, mut seen) = (vec![id], BTreeSet::new());
        let mut records = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            records.extend(self.estate.users_of_check(id));
            let parents = self.estate.checks_counting(id).iter();
            let parents = parents.filter_map(|at| self.estate.resource(*at).of::<HealthCheck>());
            open.extend(parents.map(|it| it.health_check_id.as_str()));
        }
        let records: Vec<u32> = records.into_iter().collect();
        let ends = self.estate.resolve(&records).leaves;
        if ends.is_empty() || ends.iter().any(|it| it.region.is_none()) {
            return None;
        }
        let lost = ends.iter().filter(|it| self.leaf_is_lost(it)).count();
        Some((lost, ends.len()))
    }

    /// What its checkers find at what it probes.
    fn probes(&self, at: u32, check: &HealthCheck, name: &str) -> State {
        if let Some(seen) = &check.status
            && seen.total > 0
            && seen.healthy * 100 <= seen.total * HEALTHY_PERCENT
        {
            return State::Unhealthy(Span::NONE, format!("health check {name} is unhealthy now"));
        }
        if self.loses_nothing() {
            return State::Healthy(None);
        }
        let host = check.ip_address.as_ref().or(check.fqdn.as_ref());
        let host = host.map(String::as_str).unwrap_or_default();
        let probed = self.shared.probed.get(at, || {
            let resolved = self.estate.probed(&check.health_check_id);
            let gaps = self.in_the_way(&resolved);
            (resolved, gaps)
        });
        let (resolved, mut gaps) = (&probed.0, probed.1.clone());
        let placed = |leaf: &Leaf| leaf.region.is_some();
        if resolved.leaves.is_empty() || !resolved.leaves.iter().all(placed) {
            let account = self.estate.resource(at).account.clone();
            gaps.insert(not_read(account, "what a health check probes"));
        }
        if !gaps.is_empty() {
            return State::Open(gaps);
        }
        if resolved.leaves.iter().all(|it| self.leaf_is_lost(it)) {
            let why = format!("health check {name} finds {host} gone");
            return State::Unhealthy(self.probe_span(check), why);
        }
        // What it saw last may be that a survivor is unhealthy.
        if let Some(gap) = self.estate.resource(at).unread("status") {
            return State::Open([gap.clone()].into());
        }
        let shared = resolved.leaves.iter().any(|it| self.leaf_is_lost(it));
        let why = format!("health check {name} probes {host}, which still answers elsewhere");
        State::Healthy(shared.then_some(why))
    }

    /// What may hide where it leads: record sets beside those on the way, and what is behind them.
    fn in_the_way(&self, resolved: &Resolution) -> BTreeSet<GapKey> {
        let names = self.estate.names_hidden();
        let own = resolved.gaps.iter().filter(|it| !names.contains(it));
        let records = resolved.records.iter();
        let beside = records.flat_map(|it| self.estate.hidden_here(*it, Kind::Route53RecordSet));
        own.chain(beside).cloned().collect()
    }

    /// Interval by threshold, one interval more at the upper end, and the way to the answers.
    fn probe_span(&self, check: &HealthCheck) -> Span {
        let seconds =
            |it: Option<i64>, usual| it.and_then(|it| u64::try_from(it).ok()).unwrap_or(usual);
        let interval = seconds(check.request_interval, 30);
        let threshold = seconds(check.failure_threshold, 3);
        let probes = interval.saturating_mul(threshold);
        Span::of(probes, probes.saturating_add(interval)) + self.constants.get("dns-propagation")
    }
}

fn inverted(state: State, name: &str) -> State {
    match state {
        State::Healthy(_) => {
            State::Unhealthy(Span::NONE, format!("health check {name} is inverted"))
        }
        State::Unhealthy(..) => State::Healthy(Some(format!("health check {name} is inverted"))),
        open @ State::Open(_) => open,
    }
}

/// The gap of something that is never collected.
pub(super) fn not_read(account: AccountId, operation: &str) -> GapKey {
    GapKey {
        account,
        region: Region::global(),
        operation: operation.to_owned(),
        cause: Cause::NotCollected,
    }
}
