//! The record types of what plans do when a Region is lost.

use super::{Row, TEXT, Types, maybe_text};
use crate::rule::expr::Type;

/// The types of a step, and of what a plan does.
pub(super) fn types(record: &mut impl FnMut(&str, &str, Vec<Row>) -> Type) -> (Type, Type) {
    let step = record(
        "RecoveryStep",
        "A step that a plan takes when a Region is lost.",
        step(),
    );
    let recovery = record(
        "Recovery",
        "What a plan does when a Region is lost.",
        recovery(&step),
    );
    (step, recovery)
}

fn step() -> Vec<Row> {
    let minutes = "Minutes after which it is given up.";
    let acts = "Whether it acts without the Region that is lost: a switchover needs both sides well, and a function that stands there is not called.";
    vec![
        ("plan", TEXT, "ARN of the plan that it is written in."),
        ("name", TEXT, "Name."),
        ("block", TEXT, "What it does."),
        ("minutes", Type::Int, minutes),
        ("acts", Type::Bool, acts),
        (
            "run_in",
            maybe_text(),
            "Region in which its function is called; null for other steps.",
        ),
        ("targets", Types::strings(), "ARNs of what it acts on."),
    ]
}

fn recovery(step: &Type) -> Vec<Row> {
    let steps = "The steps, those of plans that it runs included; without what is skipped when a Region is lost.";
    let minutes = "Minutes that the longest way through it may take, by the timeouts of its steps.";
    let apart = "The same if databases and capacity that follow each other and have nothing in common were moved side by side.";
    let path = "The longest way: each step on it, with its minutes.";
    vec![
        ("lost_region", TEXT, "The Region that is lost."),
        (
            "action",
            TEXT,
            "What its workflow does: `deactivate` the lost Region, or `activate` the other.",
        ),
        ("steps", Type::list(step.clone()), steps),
        ("minutes", Type::Int, minutes),
        ("minutes_side_by_side", Type::Int, apart),
        ("path", Types::strings(), path),
        (
            "databases",
            Types::strings(),
            "ARNs of the databases that it moves, sorted.",
        ),
    ]
}
