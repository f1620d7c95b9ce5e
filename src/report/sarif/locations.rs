//! Where results lie: a file and a line for each resource, and the resource itself by name.

use serde_json::{Value, json};

use crate::report::escape::plain;
use crate::report::place::{Places, Spot, path};
use crate::report::{ResourceSummary, SourcePlace};

/// The place of a resource; of a finding, at worst that of its workload.
pub(super) fn location(
    resource: &ResourceSummary,
    workload: Option<&str>,
    places: &Places<'_>,
) -> Value {
    let spot = places.of(resource, workload);
    let uri = spot.as_ref().map_or_else(|| path(resource), Spot::uri);
    let (line, column, end) = spot.map_or((1, 1, 2), |it| (it.line, it.column, it.end_column));
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri },
            "region": {
                "startLine": line,
                "startColumn": column,
                "endLine": line,
                "endColumn": end,
            },
        },
        "logicalLocations": [logical(resource)],
    })
}

/// The resource by name.
pub(super) fn logical(resource: &ResourceSummary) -> Value {
    json!({
        "name": plain(&resource.name),
        "fullyQualifiedName": resource.arn,
        "kind": "resource",
    })
}

/// What the code says, sure or not, for a property bag.
pub(super) fn property(source: &SourcePlace) -> Value {
    json!({
        "path": source.path,
        "line": source.line,
        "confidence": source.confidence.text(),
        "how": source.how,
    })
}
