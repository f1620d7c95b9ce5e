//! What hangs on what, grouped by kind and Region.

use std::collections::{BTreeMap, BTreeSet};

use crate::estate::Estate;
use crate::estate::edges::{Edge, Target};
use crate::inventory::{Kind, Region, region};
use crate::report::topology::{
    Crossing, Group, Layer, Link, Map, RegionPlace, RegionSummary, Topology,
};
use crate::workload::Workload;

/// What makes a group, in the order in which groups are sorted: those of others last.
type Key = (bool, Layer, Option<&'static str>, Option<Region>);

/// The resources of a group, or the texts of what was not read.
type Members = BTreeSet<Target>;

/// The parts of a workload and what holds them together.
pub(super) fn topology(estate: &Estate<'_>, workload: &Workload) -> Topology {
    let own: BTreeSet<u32> = workload.members.iter().copied().collect();
    let key = |target: &Target, region: Option<&Region>| match target {
        Target::Resource(at) => {
            let it = estate.resource(*at);
            let kind = it.kind();
            let name = Some(kind.name());
            (
                !own.contains(at),
                layer(kind),
                name,
                Some(it.region.clone()),
            )
        }
        Target::Text(_) => (true, Layer::Other, None, region.cloned()),
    };
    let mut groups = BTreeMap::<Key, Members>::new();
    let mut links = BTreeMap::<(Key, Key, &str, &str), usize>::new();
    let mut crossings = Crossings::default();
    for at in &workload.members {
        let from = key(&Target::Resource(*at), None);
        let group = groups.entry(from.clone()).or_default();
        group.insert(Target::Resource(*at));
        for edge in estate.edges_from(*at) {
            let to = key(&edge.to, edge.to_region.as_ref());
            let group = groups.entry(to.clone()).or_default();
            group.insert(edge.to.clone());
            let link = (from.clone(), to, edge.relation.text(), edge.mechanism);
            *links.entry(link).or_default() += 1;
            crossings.add(estate, edge);
        }
    }
    let places: BTreeMap<&Key, usize> = groups.keys().zip(0..).collect();
    let links = links
        .iter()
        .filter_map(|((from, to, relation, mechanism), edges)| {
            Some(Link {
                from: *places.get(from)?,
                to: *places.get(to)?,
                relation,
                mechanism,
                edges: *edges,
            })
        });
    Topology {
        links: links.collect(),
        crossings: crossings.sorted(),
        groups: groups.iter().map(|it| group(estate, it)).collect(),
    }
}

fn group(estate: &Estate<'_>, ((other, layer, kind, region), members): (&Key, &Members)) -> Group {
    let names: BTreeSet<&str> = members
        .iter()
        .map(|it| match it {
            Target::Resource(at) => estate.resource(*at).name.as_str(),
            Target::Text(text) => text,
        })
        .collect();
    Group {
        layer: *layer,
        kind: *kind,
        region: region.clone(),
        own: !other,
        resources: members.len(),
        names: names
            .into_iter()
            .take(Group::NAMES)
            .map(str::to_owned)
            .collect(),
    }
}

/// What a kind is for, by its service.
fn layer(kind: Kind) -> Layer {
    let mut parts = kind.name().split("::").skip(1);
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("Route53" | "CloudFront" | "GlobalAccelerator" | "ElasticLoadBalancingV2", _) => {
            Layer::Entry
        }
        ("EC2", Some("Instance" | "LaunchTemplate" | "Image" | "Volume"))
        | ("AutoScaling" | "ApplicationAutoScaling" | "ECS" | "Lambda", _) => Layer::Compute,
        ("EC2", _) => Layer::Network,
        ("SNS" | "SQS", _) => Layer::Messages,
        ("DynamoDB" | "ElastiCache" | "RDS" | "S3", _) => Layer::Data,
        ("KMS" | "SecretsManager", _) => Layer::Keys,
        _ => Layer::Other,
    }
}

/// Where everything is, and what leaves each Region.
pub(super) fn map(estate: &Estate<'_>) -> Map {
    let inventory = estate.inventory();
    let asked: BTreeSet<&Region> = inventory.header().scope.values().flatten().collect();
    let mut resources = BTreeMap::<&Region, usize>::new();
    for it in inventory.resources() {
        *resources.entry(&it.region).or_default() += 1;
    }
    let mut crossings = Crossings::default();
    for edge in estate.all_edges() {
        crossings.add(estate, edge);
    }
    let crossings = crossings.sorted();
    let ends = crossings.iter().flat_map(|it| [&it.from, &it.to]);
    let all = asked.iter().copied().chain(resources.keys().copied());
    let all: BTreeSet<&Region> = all.chain(ends).collect();
    let regions = all.into_iter().map(|region| RegionSummary {
        place: place(region),
        resources: resources.get(region).copied().unwrap_or_default(),
        asked: asked.contains(region),
        region: region.clone(),
    });
    Map {
        regions: regions.collect(),
        crossings,
    }
}

fn place(code: &Region) -> Option<RegionPlace> {
    region::info(code.as_str()).map(|it| RegionPlace {
        name: it.place.clone(),
        country: it.country.clone(),
        coordinates: it.coordinates,
    })
}

/// Edges that leave a Region, by their ends and relation.
#[derive(Default)]
struct Crossings(BTreeMap<(Region, Region, &'static str), usize>);

impl Crossings {
    fn add(&mut self, estate: &Estate<'_>, edge: &Edge) {
        let from = &estate.resource(edge.from).region;
        let to = match &edge.to {
            Target::Resource(at) => Some(&estate.resource(*at).region),
            Target::Text(_) => edge.to_region.as_ref(),
        };
        let Some(to) = to.filter(|it| *it != from) else {
            return;
        };
        let key = (from.clone(), to.clone(), edge.relation.text());
        *self.0.entry(key).or_default() += 1;
    }

    fn sorted(self) -> Vec<Crossing> {
        let all = self.0.into_iter();
        let all = all.map(|((from, to, relation), edges)| Crossing {
            from,
            to,
            relation,
            edges,
        });
        all.collect()
    }
}

#[cfg(test)]
mod tests;
