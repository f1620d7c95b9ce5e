//! The record types of networks and of what instances are made of.

use super::{Row, TEXT, Types, maybe_text};
use crate::estate::network::End;
use crate::rule::expr::Type;

pub(super) fn way() -> Vec<Row> {
    let regions = "Regions that it runs through, in order, its own first; incomplete where its end is not known.";
    let via = "Ids of the gateways, peerings and attachments on it, in order.";
    let end = "Where packets end up: `vpc` for another VPC, `appliance` for what forwards by rules of its own.";
    vec![
        ("destination", TEXT, "The range of addresses."),
        ("regions", Types::strings(), regions),
        ("via", Types::strings(), via),
        ("end", Type::one_of(End::TEXTS), end),
    ]
}

pub(super) fn launch(image: Type, reference: &Type) -> Vec<Row> {
    let image_id =
        "Image, or `resolve:ssm:` and the parameter that holds it; null when none is named.";
    let read = "The image; null when none is named by id, and when it is there no more.";
    let references = "What the user data names in AWS.";
    let tokens =
        "Whether instances ask for a token before they tell about themselves; null when not set.";
    vec![
        ("template", TEXT, "Name of the launch template."),
        ("number", Type::Int, "Number of the version."),
        ("image_id", maybe_text(), image_id),
        ("image", image, read),
        (
            "instance_type",
            maybe_text(),
            "Instance type; null when none is named.",
        ),
        ("http_tokens", maybe_text(), tokens),
        ("references", Type::list(reference.clone()), references),
    ]
}
