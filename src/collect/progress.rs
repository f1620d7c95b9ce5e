//! How far a run is, told while it runs.
//!
//! Counts; how it looks is the command line's business.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use super::scope::Run;
use crate::inventory::{AccountId, Region};

/// How often it is told at least.
const TICK: Duration = Duration::from_millis(250);

/// How far collecting is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Parts of the work that are done, and all of them: none before the accounts are known.
    pub done: usize,
    pub total: usize,
    /// Regions of accounts that are read whole, and all of them.
    pub regions_done: usize,
    pub regions: usize,
    /// One that is not read whole yet.
    pub waiting: Option<(AccountId, Region)>,
    /// Calls to AWS so far.
    pub calls: u64,
    /// How many of them AWS throttled.
    pub throttles: u64,
}

/// Is told how far collecting is.
pub trait Progress: Send + Sync {
    fn at(&self, state: &State);

    /// Something that people should know, once.
    fn note(&self, text: &str);
}

/// The parts of the work that are left, by where they read.
#[derive(Debug, Default)]
pub(super) struct Left {
    left: BTreeMap<(AccountId, Region), usize>,
    state: State,
}

impl Left {
    pub(super) fn add(&mut self, account: &AccountId, region: &Region) {
        *self
            .left
            .entry((account.clone(), region.clone()))
            .or_default() += 1;
        self.state.total += 1;
        self.state.regions = self.left.len();
    }

    pub(super) fn end(&mut self, account: &AccountId, region: &Region) {
        let place = (account.clone(), region.clone());
        self.state.done += 1;
        if let Some(count) = self.left.get_mut(&place) {
            *count -= 1;
            if *count == 0 {
                self.left.remove(&place);
                self.state.regions_done += 1;
            }
        }
    }

    pub(super) fn state(&self, run: &Run) -> State {
        State {
            waiting: self.left.keys().next().cloned(),
            calls: run.calls(),
            throttles: run.throttles(),
            ..self.state.clone()
        }
    }
}

/// Tells how many calls were made while something is awaited.
pub(super) async fn telling<T>(
    run: &Run,
    progress: &dyn Progress,
    left: &Left,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    loop {
        match tokio::time::timeout(TICK, &mut work).await {
            Ok(done) => return done,
            Err(_) => progress.at(&left.state(run)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_done_when_all_its_parts_are() {
        let mut left = Left::default();
        let (account, one, two) = ("1".into(), Region::from("eu-west-1"), "us-east-1".into());
        for region in [&one, &one, &two] {
            left.add(&account, region);
        }
        let run = Run::default();
        left.end(&account, &one);
        let state = left.state(&run);
        assert_eq!((state.done, state.total), (1, 3));
        assert_eq!((state.regions_done, state.regions), (0, 2));
        assert_eq!(state.waiting, Some((account.clone(), one.clone())));
        left.end(&account, &one);
        let state = left.state(&run);
        assert_eq!(
            (state.regions_done, state.waiting),
            (1, Some((account, two)))
        );
    }
}
