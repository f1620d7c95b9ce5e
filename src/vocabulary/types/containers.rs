//! What containers are made of and run on.

use super::{Row, TEXT, maybe_text};
use crate::rule::expr::Type;

pub(super) fn capacity(group: Type) -> Vec<Row> {
    let base = "Tasks that run there before any is shared out.";
    let weight = "Share of the further tasks, relative to the other weights.";
    let option = "How it is bought; null where an Auto Scaling group says so.";
    let behind = "The Auto Scaling group behind it; null where there is none.";
    vec![
        ("provider", TEXT, "Name of the capacity provider."),
        ("base", Type::Int, base),
        ("weight", Type::Int, weight),
        (
            "option",
            Type::one_of(["ON_DEMAND", "RESERVED", "SPOT"]).nullable(),
            option,
        ),
        ("auto_scaling_group", group, behind),
    ]
}

pub(super) fn container_image() -> Vec<Row> {
    let region = "Region of a private registry of Amazon ECR; null for any other.";
    vec![
        ("container", TEXT, "Name of the container."),
        (
            "image",
            TEXT,
            "The image, as the task definition writes it.",
        ),
        (
            "registry",
            maybe_text(),
            "Host of the registry; null for Docker Hub.",
        ),
        ("region", maybe_text(), region),
        ("repository", TEXT, "Repository."),
        ("tag", maybe_text(), "Tag; null when there is none."),
        ("digest", maybe_text(), "Digest; null when there is none."),
    ]
}
