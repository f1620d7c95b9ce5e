//! What may be left unasked.

use jiff::SignedDuration;

use super::super::recorder::tests::{gathered, off, whole};
use super::*;

const QUEUES: &[Kind] = &[Kind::SqsQueue];

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn holds(kinds: &[Kind]) -> Holds {
    Holds {
        gathered: Some(Gathered {
            succeeded: true,
            at: gathered(),
        }),
        anything: true,
        kinds: kinds.iter().copied().collect(),
    }
}

fn said(region: &str, holds: Holds) -> Said {
    Said {
        source: "somebody".to_owned(),
        not_before: gathered() - hours(24),
        places: [(place(region), holds)].into(),
        told: Mutex::default(),
    }
}

fn place(region: &str) -> (AccountId, Region) {
    ("111111111111".into(), region.into())
}

fn empty(region: &str, holds: Holds, kinds: &[Kind]) -> Result<Option<Timestamp>, Why> {
    said(region, holds).empty(&place(region), kinds)
}

#[test]
fn what_the_aggregator_holds_is_asked_for_and_the_rest_may_be_empty() {
    let here = "eu-west-1";
    assert_eq!(empty(here, holds(&[]), QUEUES), Ok(Some(gathered())));
    assert_eq!(empty(here, holds(QUEUES), QUEUES), Ok(None));
    // One kind of a collector is enough.
    let databases = &[Kind::RdsDbCluster, Kind::RdsDbInstance];
    assert_eq!(
        empty(here, holds(&[Kind::RdsDbInstance]), databases),
        Ok(None)
    );
    let elsewhere = said(here, holds(&[])).empty(&place("eu-west-3"), QUEUES);
    assert_eq!(elsewhere, Err(Why::NotGathered));
}

#[test]
fn nothing_is_believed_of_what_was_not_gathered_lately_and_whole() {
    let here = "eu-west-1";
    let never = Holds {
        gathered: None,
        ..holds(&[])
    };
    assert_eq!(empty(here, never, QUEUES), Err(Why::NotGathered));
    let gathered_at = |succeeded, at| Holds {
        gathered: Some(Gathered { succeeded, at }),
        ..holds(&[])
    };
    let failed = gathered_at(false, gathered());
    assert_eq!(empty(here, failed, QUEUES), Err(Why::NotUpToDate));
    let oldest = gathered() - hours(24);
    let old = gathered_at(true, oldest - SignedDuration::from_secs(1));
    assert_eq!(empty(here, old, QUEUES), Err(Why::Old));
    assert_eq!(
        empty(here, gathered_at(true, oldest), QUEUES),
        Ok(Some(oldest))
    );
    let silent = Holds {
        anything: false,
        ..holds(&[])
    };
    assert_eq!(empty(here, silent, QUEUES), Err(Why::Silent));
}

#[test]
fn nothing_is_believed_of_what_config_does_not_record_in_a_region() {
    assert_eq!(empty("ca-west-1", holds(&[]), QUEUES), Ok(None));
    let topics = &[Kind::SnsTopic];
    assert_eq!(empty("ca-west-1", holds(&[]), topics), Ok(Some(gathered())));
    assert_eq!(empty("eu-west-9", holds(&[]), topics), Ok(None));
}

#[test]
fn where_little_is_empty_the_services_are_asked_in_place_of_the_recorder() {
    let mut kinds: Vec<Kind> = recorded::kinds().into_iter().collect();
    kinds.retain(|kind| ![Kind::SqsQueue, Kind::SnsTopic].contains(kind));
    assert_eq!(empty("eu-west-1", holds(&kinds), QUEUES), Ok(None));
    kinds.retain(|kind| *kind != Kind::LambdaFunction);
    assert_eq!(
        empty("eu-west-1", holds(&kinds), QUEUES),
        Ok(Some(gathered()))
    );
}

#[test]
fn one_recorder_that_proves_it_is_enough_and_one_has_to() {
    let said = said("eu-west-1", holds(&[]));
    let proven = |known: Known| said.proven(&known, QUEUES, gathered());
    assert_eq!(proven(Ok(vec![whole()])), Ok(gathered()));
    assert_eq!(proven(Ok(vec![off(), whole()])), Ok(gathered()));
    assert_eq!(proven(Ok(vec![whole(), off()])), Ok(gathered()));
    assert_eq!(proven(Ok(vec![off()])), Err(Why::RecorderOff));
    assert_eq!(proven(Ok(vec![])), Err(Why::RecorderOff));
    assert_eq!(proven(Err(Why::RecorderUnknown)), Err(Why::RecorderUnknown));
}
