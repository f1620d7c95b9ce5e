//! A workload as the page reads it when somebody looks at it.

use serde::Serialize;

use super::data::{Edge, edges};
use crate::inventory::Region;
use crate::report::WorkloadSummary;
use crate::report::json::{self, workload::Workload};
use crate::report::topology::Topology;

/// Everything about a workload.
#[derive(Debug, Serialize)]
pub(super) struct Whole<'r> {
    #[serde(flatten)]
    workload: Workload,
    topology: Drawn<'r>,
}

#[derive(Debug, Serialize)]
struct Drawn<'r> {
    groups: Vec<Group<'r>>,
    /// From, to (positions of groups), relation, mechanism, how many.
    links: Vec<(usize, usize, &'static str, &'static str, usize)>,
    crossings: Vec<Edge<'r>>,
}

#[derive(Debug, Serialize)]
struct Group<'r> {
    layer: &'static str,
    kind: Option<&'static str>,
    region: Option<&'r str>,
    own: bool,
    resources: usize,
    names: &'r [String],
}

pub(super) fn workload(it: &WorkloadSummary) -> Whole<'_> {
    Whole {
        workload: json::workload::workload(it),
        topology: drawn(&it.topology),
    }
}

fn drawn(it: &Topology) -> Drawn<'_> {
    let groups = it.groups.iter().map(|it| Group {
        layer: it.layer.text(),
        kind: it.kind,
        region: it.region.as_ref().map(Region::as_str),
        own: it.own,
        resources: it.resources,
        names: &it.names,
    });
    let links = it.links.iter();
    Drawn {
        groups: groups.collect(),
        links: links
            .map(|it| (it.from, it.to, it.relation, it.mechanism, it.edges))
            .collect(),
        crossings: edges(&it.crossings),
    }
}
