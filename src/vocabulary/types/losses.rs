//! The record types of losses that were played through.

use super::{Row, TEXT, Types, maybe_text};
use crate::rule::expr::Type;
use crate::simulate::Fate;

pub(super) fn loss() -> Vec<Row> {
    let serving = "Regions in which clients end afterwards; empty where no name is known.";
    vec![
        ("lost", TEXT, "What is lost, as `simulate --lose` takes it."),
        ("regions", Types::strings(), "Regions that are lost whole."),
        (
            "outcome",
            Type::one_of(Fate::ALL.map(Fate::text)),
            "How the workload comes out of it.",
        ),
        ("serving_regions", Types::strings(), serving),
    ]
}

pub(super) fn store() -> Vec<Row> {
    vec![
        ("lost", TEXT, "The Region that is lost."),
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
        ("lost", TEXT, "The Region that is lost."),
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
