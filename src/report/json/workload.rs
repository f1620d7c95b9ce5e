//! A workload in JSON: what it is, what was guessed of it, how it scores.

use schemars::JsonSchema;
use serde::Serialize;

use super::loss::Played;
use super::{score, texts};
use crate::report::WorkloadSummary;

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Workload {
    name: String,
    /// Regions that serve.
    active: Vec<String>,
    /// Regions that wait.
    standby: Vec<String>,
    /// How it means to survive the loss of a Region; null when it is not known.
    posture: Option<&'static str>,
    /// How many resources belong to it.
    members: usize,
    entry_points: Vec<EntryPoint>,
    /// What nobody declared and was worked out instead.
    guesses: Vec<Guess>,
    /// Who answers for it.
    owner: Option<String>,
    /// Seconds that it may be down when a Region is lost.
    rto_seconds: Option<i64>,
    /// Seconds of the latest data that it may lose.
    rpo_seconds: Option<i64>,
    /// Where its data may be.
    boundary: Option<Boundary>,
    /// How many further resources may belong to it: what would tell was not read.
    undecided: usize,
    /// Where it was declared; null when it was worked out.
    declared: Option<String>,
    /// How it comes out of each loss that it is meant to live through, as it is modelled: each of its
    /// Regions, those of control planes, any two where it has three.
    losses: Vec<Played>,
    score: score::Score,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EntryPoint {
    name: String,
    regions: Vec<String>,
    /// Whether it may lead to further Regions that could not be followed.
    incomplete: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Guess {
    what: String,
    because: String,
    instead: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Boundary {
    name: String,
    regions: Vec<String>,
}

pub(in crate::report) fn workload(workload: &WorkloadSummary) -> Workload {
    let entry_points = workload.entry_points.iter().map(|entry| EntryPoint {
        name: entry.name.clone(),
        regions: texts(&entry.regions),
        incomplete: entry.incomplete,
    });
    let guesses = workload.guesses.iter().map(|guess| Guess {
        what: guess.what.clone(),
        because: guess.because.clone(),
        instead: guess.instead.clone(),
    });
    Workload {
        name: workload.name.clone(),
        active: texts(&workload.active),
        standby: texts(&workload.standby),
        posture: workload.posture.map(crate::rule::meta::Posture::text),
        members: workload.members,
        entry_points: entry_points.collect(),
        guesses: guesses.collect(),
        owner: workload.owner.clone(),
        rto_seconds: workload.rto_seconds,
        rpo_seconds: workload.rpo_seconds,
        boundary: workload.boundary.as_ref().map(|boundary| Boundary {
            name: boundary.name.clone(),
            regions: texts(&boundary.regions),
        }),
        undecided: workload.undecided,
        declared: workload.declared.as_ref().map(ToString::to_string),
        losses: workload.losses.iter().map(Played::of).collect(),
        score: score::Score::of(&workload.score),
    }
}
