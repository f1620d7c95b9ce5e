//! Where the clients of one member of a geolocation set are sent once a Region is lost.

use std::collections::BTreeSet;

use super::chosen::{Member, contains, may_contain};
use super::health::{State, not_read};
use super::loss::Loss;
use super::names::Answer;
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
    /// What may change that, sorted.
    pub gaps: BTreeSet<GapKey>,
}

impl Simulation<'_, '_> {
    /// Where the clients of a record set are sent, for the loss of each of these Regions.
    pub fn moved(&self, record: u32, regions: &[Region]) -> Vec<Moved> {
        let moved = regions.iter().map(|lost| {
            let loss = Loss::region(lost);
            let answer = Lost::new(*self, Some(&loss)).clients_of(record);
            let alive: BTreeSet<Region> = answer
                .alive
                .into_iter()
                .filter_map(|it| it.region)
                .collect();
            Moved {
                lost: lost.clone(),
                regions: alive.into_iter().collect(),
                gaps: answer.open,
            }
        });
        moved.collect()
    }
}

impl Lost<'_, '_> {
    /// Its own answer while it is healthy, then that of the next larger place that is.
    fn clients_of(&self, at: u32) -> Answer {
        let own = self.estate.resource(at);
        let Some(record) = own.of::<RecordSet>() else {
            return Answer::default();
        };
        let set = self
            .estate
            .record_set(&record.zone_id, &own.name, &record.record_type);
        let mut answer = Answer::default();
        answer.open.extend(
            self.estate
                .hidden_here(at, Kind::Route53RecordSet)
                .iter()
                .cloned(),
        );
        let members: Vec<Member<'_>> = set
            .iter()
            .filter_map(|it| {
                let record = self.estate.resource(*it).of::<RecordSet>()?;
                Some((*it, record, self.record_state(*it, record, DEPTH)))
            })
            .collect();
        let state = members.iter().find(|it| it.0 == at).map(|it| &it.2);
        if let Some(State::Open(gaps)) = state {
            answer.open.extend(gaps.iter().cloned());
        }
        let unhealthy = matches!(state, Some(State::Unhealthy(..)));
        let next = Some(&members)
            .filter(|_| unhealthy)
            .and_then(|all| self.larger(record, all, &mut answer));
        let (to, record) = next.unwrap_or((at, record));
        answer.add(self.ahead_of(to, record, DEPTH));
        answer
    }

    /// The healthy member for the smallest place around that of a record set.
    fn larger<'r>(
        &self,
        of: &RecordSet,
        members: &[Member<'r>],
        answer: &mut Answer,
    ) -> Option<(u32, &'r RecordSet)> {
        let around = |it: &&Member<'_>| contains(it.1, of) || may_contain(it.1, of);
        let mut around: Vec<&Member<'r>> = members.iter().filter(around).collect();
        around.sort_by_key(|it| (size(it.1), it.0));
        for (at, record, state) in around {
            let account = || self.estate.resource(*at).account.clone();
            match state {
                State::Unhealthy(..) => {}
                State::Open(gaps) => answer.open.extend(gaps.iter().cloned()),
                State::Healthy(_) if contains(record, of) => return Some((*at, record)),
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
