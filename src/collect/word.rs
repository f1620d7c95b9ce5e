//! What an aggregator says of accounts and Regions, and how far that goes.
//!
//! Arithmetic alone. That an aggregator holds nothing of a kind proves that there is nothing only
//! where it gathers from the place, lately and without a failure, has something of it, and a recorder
//! of that place records the kind. Whatever is not proven is read from the service itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::Context;
use super::recorder::{CALLS, Known};
use super::services::recorded;
use crate::inventory::{AccountId, Kind, Region, Word};

/// Why no word is taken in a place, as far as somebody could want to change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    NotGathered,
    NotUpToDate,
    Old,
    Silent,
    RecorderUnknown,
    RecorderOff,
    RecorderFails,
    RecorderNew,
    NotRecorded,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotGathered => "no source of the aggregator",
            Self::NotUpToDate => "last gathering failed or is outdated",
            Self::Old => "gathered or recorded too long ago",
            Self::Silent => "the aggregator holds nothing at all of it",
            Self::RecorderUnknown => "its recorder could not be asked",
            Self::RecorderOff => "nothing is recorded there",
            Self::RecorderFails => "the recorder reports no success",
            Self::RecorderNew => "recorded for less than a day",
            Self::NotRecorded => "some kinds are not recorded",
        })
    }
}

/// How gathering from a place went last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gathered {
    pub(super) succeeded: bool,
    pub(super) at: Timestamp,
}

/// What the aggregator holds of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Holds {
    pub(super) gathered: Option<Gathered>,
    /// Whether it has anything of it, whatever it is.
    pub(super) anything: bool,
    /// Of the kinds that collectors ask about, those that are there.
    pub(super) kinds: BTreeSet<Kind>,
}

/// What an aggregator said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) source: String,
    /// What is older counts for nothing.
    pub(super) not_before: Timestamp,
    pub(super) places: BTreeMap<(AccountId, Region), Holds>,
    pub(super) told: Mutex<Told>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Parts of the work that were not asked.
    pub parts: usize,
    /// Of when the oldest word is that was taken for that.
    pub oldest: Option<Timestamp>,
    /// Where more could have been taken, and why it was not.
    pub direct: BTreeMap<Why, BTreeSet<(AccountId, Region)>>,
}

impl Said {
    /// The word on which the collector need not ask in the place of the context. Asks for the
    /// recorders there, where they decide.
    pub(super) async fn word(&self, ctx: &Context, collector: &str) -> Option<Word> {
        let kinds = recorded::stands_for(collector)?;
        let place = (ctx.account().clone(), ctx.region().clone());
        let at = match self.empty(&place, kinds) {
            Ok(None) => return None,
            Ok(Some(gathered)) => self.proven(&ctx.recorders().await, kinds, gathered),
            Err(why) => Err(why),
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match at {
            Ok(at) => {
                told.parts += 1;
                told.oldest = Some(told.oldest.map_or(at, |oldest| oldest.min(at)));
                Some(Word {
                    source: self.source.clone(),
                    at: rfc_3339(at),
                })
            }
            Err(why) => {
                told.direct.entry(why).or_default().insert(place);
                None
            }
        }
    }

    /// Whether the aggregator says that there are none of the kinds, and of when that is: `None` where
    /// it does not say so, or where knowing whether it may be believed takes as many calls as asking.
    fn empty(&self, place: &(AccountId, Region), kinds: &[Kind]) -> Result<Option<Timestamp>, Why> {
        let holds = self.places.get(place).ok_or(Why::NotGathered)?;
        let none_of = |kinds: &[Kind]| {
            let mut all = kinds.iter();
            all.all(|it| recorded::is_recorded(*it, &place.1) && !holds.kinds.contains(it))
        };
        if !none_of(kinds) || recorded::all().filter(|it| none_of(it)).count() <= CALLS {
            return Ok(None);
        }
        match holds.gathered {
            None => Err(Why::NotGathered),
            Some(it) if !it.succeeded => Err(Why::NotUpToDate),
            Some(it) if it.at < self.not_before => Err(Why::Old),
            Some(_) if !holds.anything => Err(Why::Silent),
            Some(it) => Ok(Some(it.at)),
        }
    }

    /// Of when the word is, if one of the recorders makes it good.
    fn proven(
        &self,
        recorders: &Known,
        kinds: &[Kind],
        gathered: Timestamp,
    ) -> Result<Timestamp, Why> {
        let recorders = recorders.as_ref().map_err(|why| *why)?;
        let proofs = recorders.iter().map(|it| it.proves(kinds, gathered));
        let best = proofs.reduce(|a, b| match (a, b) {
            (Ok(a), Ok(b)) => Ok(a.max(b)),
            (Ok(at), Err(_)) | (Err(_), Ok(at)) => Ok(at),
            (Err(a), Err(b)) => Err(a.max(b)),
        });
        let at = best.unwrap_or(Err(Why::RecorderOff))?;
        if at < self.not_before {
            return Err(Why::Old);
        }
        Ok(at)
    }

    /// What came of it, when all is done.
    pub(super) fn into_told(self) -> (String, Told) {
        let told = self.told.into_inner();
        (self.source, told.unwrap_or_else(PoisonError::into_inner))
    }
}

/// In UTC, without fractions.
pub(super) fn rfc_3339(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests;
