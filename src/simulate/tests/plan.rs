//! Random estates: a way to keep data, a way to see that a Region is gone.

use proptest::prelude::*;

use super::build::*;
use super::data::*;
use crate::inventory::Resource;
use crate::inventory::kinds::route53::Alarm;

pub(super) const THREE: [&str; 3] = [WEST, CENTRAL, NORTH];

/// How data is kept in several Regions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Data {
    None,
    Table {
        strong: bool,
    },
    Cluster {
        engine: &'static str,
        headless: bool,
    },
    Cache,
    Instance,
    Bucket {
        timed: bool,
        prefix: bool,
    },
}

/// How a member of the name is taken out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seen {
    Alias,
    Probe,
    Not,
    Alarm,
}

#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) data: Data,
    pub(super) seen: [Seen; 3],
    pub(super) policy: &'static str,
    pub(super) weights: [i64; 3],
    /// The site that calls the function of the next.
    pub(super) calls: Option<usize>,
    pub(super) unread: Option<(usize, &'static str)>,
}

pub(super) fn any_plan() -> impl Strategy<Value = Plan> {
    let engines = prop::sample::select(vec![
        "aurora-postgresql",
        "aurora-mysql",
        "docdb",
        "neptune",
    ]);
    let data = prop_oneof![
        Just(Data::None),
        Just(Data::Cache),
        Just(Data::Instance),
        any::<bool>().prop_map(|strong| Data::Table { strong }),
        (engines, any::<bool>()).prop_map(|(engine, headless)| Data::Cluster { engine, headless }),
        (any::<bool>(), any::<bool>()).prop_map(|(timed, prefix)| Data::Bucket { timed, prefix }),
    ];
    let seen = prop_oneof![
        4 => Just(Seen::Alias),
        4 => Just(Seen::Probe),
        1 => Just(Seen::Not),
        1 => Just(Seen::Alarm),
    ];
    let policy = prop::sample::select(vec!["latency", "weighted", "multivalue"]);
    let weight = prop::sample::select(vec![0_i64, 1, 1, 5]);
    let unread = (
        0..3_usize,
        prop::sample::select(vec!["references", "layers"]),
    );
    (
        data,
        prop::array::uniform3(seen),
        policy,
        prop::array::uniform3(weight),
        prop::option::weighted(0.2, 0..3_usize),
        prop::option::weighted(0.2, unread),
    )
        .prop_map(|(data, seen, policy, weights, calls, unread)| Plan {
            data,
            seen,
            policy,
            weights,
            calls,
            unread,
        })
}

fn bucket_name(region: &str) -> String {
    format!("docs-{region}")
}

impl Plan {
    /// The estate with copies of the data in these Regions.
    pub(super) fn world(&self, sites: &[&'static str], copies: &[&'static str]) -> World {
        let needs = |region: &str| {
            let mut needs = match self.data {
                // Whoever has no copy asks nobody.
                _ if !copies.contains(&region) => Vec::new(),
                Data::None => Vec::new(),
                Data::Table { .. } => vec![table(region)],
                Data::Cache => vec![cache(region)],
                Data::Instance => vec![database(region)],
                Data::Cluster { .. } => vec![cluster(region)],
                Data::Bucket { .. } => vec![bucket(&bucket_name(region))],
            };
            let next = self.calls.filter(|at| THREE[*at] == region);
            let next = next.map(|at| THREE[(at + 1) % 3]);
            needs.extend(next.filter(|it| sites.contains(it)).map(function));
            needs
        };
        let mut world = World::sites(sites, needs);
        world.regions = THREE.to_vec();
        for (at, region) in THREE.into_iter().enumerate() {
            if sites.contains(&region) {
                world.resources.extend(self.member(at, region));
            }
        }
        world.resources.extend(self.stores(copies));
        match self.unread {
            Some((at, property)) if sites.contains(&THREE[at]) => {
                world.unread_in(&function(THREE[at]), property)
            }
            _ => world,
        }
    }

    fn member(&self, at: usize, region: &'static str) -> Vec<Resource> {
        let seen = self.seen[at];
        let id = format!("check-{region}");
        let member = record(NAME, region, self.policy, |it| {
            it.weight = Some(self.weights[at]).filter(|_| self.policy == "weighted");
            it.alias = Some(to(&host(region), seen == Seen::Alias));
            it.health_check_id =
                Some(id.clone()).filter(|_| matches!(seen, Seen::Probe | Seen::Alarm));
        });
        let check = match seen {
            Seen::Probe => Some(probe(&id, region)),
            Seen::Alarm => Some(check(&id, |it| {
                it.check_type = "CLOUDWATCH_METRIC".to_owned();
                it.insufficient_data_status = Some("Unhealthy".to_owned());
                it.alarm = Some(Alarm {
                    region: region.to_owned(),
                    ..Default::default()
                });
            })),
            Seen::Alias | Seen::Not => None,
        };
        check.into_iter().chain([member]).collect()
    }

    fn stores(&self, copies: &[&str]) -> Vec<Resource> {
        match self.data {
            Data::None => Vec::new(),
            Data::Cache => datastore(copies),
            Data::Instance => read_replicas(copies),
            Data::Table { strong } => tables(copies, strong && copies.len() == 3, None),
            Data::Cluster { engine, headless } => {
                let headless = if headless { &copies[1..] } else { &[] };
                global(engine, copies, headless)
            }
            Data::Bucket { timed, prefix } => {
                let rules = |from: &str| -> Vec<_> {
                    let others = copies.iter().filter(move |it| **it != from);
                    others
                        .map(|it| {
                            let mut rule = rule(&bucket_name(it));
                            rule.time_control = timed;
                            rule.prefix = if prefix { "a/" } else { "" }.to_owned();
                            rule
                        })
                        .collect()
                };
                let one = |it: &&str| bucket_of(&bucket_name(it), it, rules(it));
                copies.iter().map(one).collect()
            }
        }
    }
}
