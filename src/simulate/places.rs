//! Where the clients of one record set are sent once a Region is lost, and after how long.

use std::collections::BTreeSet;

use super::chosen::{Chosen, Member, contains, may_contain};
use super::health::{State, not_read};
use super::loss::Loss;
use super::names::Answer;
use super::time::Span;
use super::{Lost, Simulation};
use crate::inventory::kinds::route53::RecordSet;
use crate::inventory::{GapKey, Kind, Region};

/// As deep as chains of names are followed.
const DEPTH: usize = 16;

/// Where they end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub lost: Region,
    /// Regions that serve them then, sorted; none where nothing does.
    pub regions: Vec<Region>,
    /// Until Route 53 answers otherwise; `None` where its health does not take it out.
    pub detect: Option<Span>,
    /// From then on until they look again.
    pub lookup: Option<Span>,
    /// What may change that, sorted.
    pub gaps: BTreeSet<GapKey>,
}

impl Simulation<'_, '_> {
    /// Where the clients of a record set are sent, for the loss of each of these Regions.
    pub fn moved(&self, record: u32, regions: &[Region]) -> Vec<Moved> {
        let moved = regions.iter().map(|region| {
            let loss = Loss::region(region);
            let lost = Lost::new(*self, Some(&loss));
            let (answer, span) = lost.clients_of(record);
            let alive = answer.alive.into_iter().filter_map(|it| it.region);
            let alive: BTreeSet<Region> = alive.collect();
            Moved {
                lost: region.clone(),
                regions: alive.into_iter().collect(),
                detect: span,
                lookup: span.map(|_| lost.kept(record, DEPTH).span),
                gaps: answer.open,
            }
        });
        moved.collect()
    }
}

impl Lost<'_, '_> {
    /// Its own answer while it is healthy, then that of the members that take over; with it, after
    /// how long they do.
    pub(super) fn clients_of(&self, at: u32) -> (Answer, Option<Span>) {
        let own = self.estate.resource(at);
        let Some(record) = own.of::<RecordSet>() else {
            return (Answer::default(), None);
        };
        let mut answer = Answer::default();
        let set = self
            .estate
            .record_set(&record.zone_id, &own.name, &record.record_type);
        let hidden = self.estate.hidden_here(at, Kind::Route53RecordSet);
        if record.policy != "simple" {
            answer.open.extend(hidden.iter().cloned());
        }
        let members: Vec<Member<'_>> = set
            .iter()
            .filter_map(|it| {
                let record = self.estate.resource(*it).of::<RecordSet>()?;
                Some((*it, record, self.record_state(*it, record, DEPTH)))
            })
            .collect();
        let state = members.iter().find(|it| it.0 == at).map(|it| &it.2);
        let span = match state {
            Some(State::Unhealthy(span, _)) if record.policy != "simple" => Some(*span),
            Some(State::Open(gaps)) => {
                answer.open.extend(gaps.iter().cloned());
                None
            }
            _ => None,
        };
        let next = match span {
            Some(_) if record.policy == "geolocation" => self
                .larger(record, &members, &mut answer)
                .into_iter()
                .collect(),
            Some(_) => Chosen::of(&members).members,
            None => BTreeSet::new(),
        };
        let stays = next.is_empty() || next.contains(&at);
        for to in next.into_iter().chain(stays.then_some(at)) {
            if let Some(record) = self.estate.resource(to).of::<RecordSet>() {
                answer.add(self.ahead_of(to, record, DEPTH));
            }
        }
        (answer, span.filter(|_| !stays))
    }

    /// The healthy member for the smallest place around that of a record set.
    fn larger(&self, of: &RecordSet, members: &[Member<'_>], answer: &mut Answer) -> Option<u32> {
        let around = |it: &&Member<'_>| contains(it.1, of) || may_contain(it.1, of);
        let mut around: Vec<&Member<'_>> = members.iter().filter(around).collect();
        around.sort_by_key(|it| (size(it.1), it.0));
        for (at, record, state) in around {
            let account = || self.estate.resource(*at).account.clone();
            match state {
                State::Unhealthy(..) => {}
                State::Open(gaps) => answer.open.extend(gaps.iter().cloned()),
                State::Healthy(_) if contains(record, of) => return Some(*at),
                State::Healthy(_) => {
                    answer
                        .open
                        .insert(not_read(account(), "route53:ListGeoLocations"));
                }
            }
        }
        None
    }
}

/// How large the place of a record set is, among others.
fn size(of: &RecordSet) -> u8 {
    match &of.geolocation {
        Some(it) if it.subdivision.is_some() => 0,
        Some(it) if it.country.as_deref() == Some("*") => 3,
        Some(it) if it.country.is_some() => 1,
        Some(_) => 2,
        None => 4,
    }
}
