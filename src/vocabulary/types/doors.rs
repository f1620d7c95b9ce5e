//! The record types of what stands behind global front doors.

use super::{Row, TEXT, Types, maybe_text};
use crate::rule::expr::Type;

pub(super) fn path_origin(leaf: &Type) -> Vec<Row> {
    let waits = "Whether it is asked only when the primary fails.";
    vec![
        ("id", TEXT, "Name of the origin."),
        ("domain_name", TEXT, "Host name that is asked."),
        ("waits", Type::Bool, waits),
        (
            "regions",
            Types::strings(),
            "Regions that the host leads to.",
        ),
        (
            "leaves",
            Type::list(leaf.clone()),
            "Where the host leads in the end.",
        ),
        (
            "connect_seconds",
            Type::Int,
            "Seconds that CloudFront tries to connect, all attempts together.",
        ),
    ]
}

pub(super) fn path(origin: &Type) -> Vec<Row> {
    let group = "Name of its origin group; null where it names an origin.";
    let choosers = "ARNs of code that may send a request to another origin: Lambda functions on origin requests, CloudFront functions on viewer requests.";
    vec![
        (
            "pattern",
            TEXT,
            "Pattern of the paths; `*` for the default.",
        ),
        ("group", maybe_text(), group),
        (
            "allowed_methods",
            Types::strings(),
            "Methods that are passed on, sorted.",
        ),
        (
            "origins",
            Type::list(origin.clone()),
            "Its origins, the primary first.",
        ),
        (
            "regions",
            Types::strings(),
            "Regions that its origins lead to, together.",
        ),
        ("choosers", Types::strings(), choosers),
    ]
}

pub(super) fn failover(origin: &Type) -> Vec<Row> {
    let codes = "Status codes of the primary that make CloudFront ask the secondary, sorted.";
    vec![
        ("group", TEXT, "Name of the group."),
        ("used", Type::Bool, "Whether a cache behavior names it."),
        ("status_codes", Type::list(Type::Int), codes),
        ("primary", origin.clone(), "The origin that is asked first."),
        (
            "secondary",
            origin.clone(),
            "The origin that is asked when the primary fails.",
        ),
    ]
}
