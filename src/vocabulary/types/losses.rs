//! The record types of losses that were played through.

use super::{Row, TEXT, Types, maybe_text};
use crate::rule::expr::Type;
use crate::simulate::Fate;

pub(super) fn loss(store: &Type, need: &Type) -> Vec<Row> {
    let needs = "What clients of the survivors need and is gone with it.";
    let detect = "Seconds until it is seen, as usual; null where it never is.";
    let route = "Seconds from then on until clients are elsewhere, as usual; null for never.";
    let serving = "Regions in which clients end afterwards; empty where no name is known.";
    let data = "Stores that are gone with it and that clients need, or that somebody keeps.";
    vec![
        ("lost", TEXT, "What is lost, as `simulate --lose` takes it."),
        ("regions", Types::strings(), "Regions that are lost whole."),
        (
            "outcome",
            Type::one_of(Fate::ALL.map(Fate::text)),
            "How the workload comes out of it.",
        ),
        ("needs", Type::list(need.clone()), needs),
        ("detect_seconds", Type::Int.nullable(), detect),
        ("route_seconds", Type::Int.nullable(), route),
        ("serving_regions", Types::strings(), serving),
        ("stores", Type::list(store.clone()), data),
    ]
}

pub(super) fn store() -> Vec<Row> {
    vec![
        ("name", TEXT, "The store."),
        (
            "mechanism",
            maybe_text(),
            "By what a copy came to be elsewhere; null where there is none.",
        ),
        (
            "region",
            maybe_text(),
            "Where the copy is; null where there is none.",
        ),
        (
            "rpo_seconds",
            Type::Int.nullable(),
            "Seconds of the latest data that are lost, at the upper end; null for all of it.",
        ),
    ]
}

pub(super) fn need() -> Vec<Row> {
    vec![
        ("name", TEXT, "What it is, and where."),
        (
            "way",
            Types::strings(),
            "The shortest way to it: what stands and is passed, itself last.",
        ),
    ]
}

pub(super) fn moved() -> Vec<Row> {
    vec![
        ("lost", TEXT, "The Region that is lost."),
        (
            "regions",
            Types::strings(),
            "Regions that serve its clients then; none where nothing does.",
        ),
        (
            "detect_seconds",
            Type::Int.nullable(),
            "Seconds until Route 53 answers otherwise, as usual; null where its health does not take it out.",
        ),
        (
            "lookup_seconds",
            Type::Int.nullable(),
            "Seconds from then on until its clients look again, as usual; null where it is not taken out.",
        ),
    ]
}
