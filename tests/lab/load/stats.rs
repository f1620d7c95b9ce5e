//! What was asked of the server, and how it went.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;

use serde_json::{Value, json};

use super::limits::Place;
use super::recording::{Name, Operation};

/// How many of the requests that nobody recorded are told.
const TOLD: usize = 20;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Served,
    Throttled,
    Struck,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    calls: u64,
    throttles: u64,
    faults: u64,
}

#[derive(Debug, Default)]
struct Counts {
    by_place: HashMap<(Place, Operation), Count>,
    unknown: u64,
    examples: Vec<String>,
    in_flight: u64,
    most_in_flight: u64,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// The counts since the conditions were last set.
#[derive(Debug, Default)]
pub(crate) struct Stats(RefCell<Counts>);

impl Stats {
    pub(crate) fn begin(&self) {
        let mut counts = self.0.borrow_mut();
        counts.first.get_or_insert_with(Instant::now);
        counts.in_flight += 1;
        counts.most_in_flight = counts.most_in_flight.max(counts.in_flight);
    }

    pub(crate) fn end(&self) {
        let mut counts = self.0.borrow_mut();
        counts.in_flight -= 1;
        counts.last = Some(Instant::now());
    }

    pub(crate) fn unknown(&self, request: &str) {
        let mut counts = self.0.borrow_mut();
        counts.unknown += 1;
        if counts.examples.len() < TOLD {
            counts.examples.push(request.to_owned());
        }
    }

    pub(crate) fn count(&self, place: Place, operation: Operation, fate: Fate) {
        let mut counts = self.0.borrow_mut();
        let count = counts.by_place.entry((place, operation)).or_default();
        count.calls += 1;
        count.throttles += u64::from(fate == Fate::Throttled);
        count.faults += u64::from(fate == Fate::Struck);
    }

    /// Everything as JSON; a row is account, Region, service, operation, calls, throttles, faults.
    pub(crate) fn told<'n>(
        &self,
        name: impl Fn(Operation) -> &'n Name,
        region: impl Fn(u16) -> String,
    ) -> Value {
        let counts = self.0.borrow();
        let mut rows: Vec<_> = counts.by_place.iter().collect();
        rows.sort_by_key(|(place, _)| **place);
        let rows = rows.iter().map(|(((account, place), operation), count)| {
            let (service, operation) = name(*operation);
            let account = format!("{account:012}");
            let Count {
                calls,
                throttles,
                faults,
            } = count;
            json!([
                account,
                region(*place),
                service,
                operation,
                calls,
                throttles,
                faults
            ])
        });
        let sum = |of: fn(&Count) -> u64| counts.by_place.values().map(of).sum::<u64>();
        let seconds = counts.first.zip(counts.last);
        json!({
            "calls": sum(|it| it.calls),
            "throttles": sum(|it| it.throttles),
            "faults": sum(|it| it.faults),
            "unknown": counts.unknown,
            "unknown_requests": counts.examples,
            "seconds": seconds.map_or(0.0, |(first, last)| last.duration_since(first).as_secs_f64()),
            "most_in_flight": counts.most_in_flight,
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}
