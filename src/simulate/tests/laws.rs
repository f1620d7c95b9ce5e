//! What holds for every estate: more copies are never worse, order says nothing, and the closure is
//! what a search without wits finds.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::build::*;
use super::data::*;
use crate::estate::Estate;
use crate::inventory::kinds::lambda;
use crate::inventory::{Properties, Reference, Region, Resource};
use crate::simulate::constants::Constants;
use crate::simulate::loss::Loss;
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Lost, Outcome};

const THREE: [&str; 3] = [WEST, CENTRAL, NORTH];

/// How data is kept in several Regions.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Data {
    None,
    Table {
        strong: bool,
    },
    Cluster {
        engine: &'static str,
        headless: bool,
    },
    Bucket {
        timed: bool,
        prefix: bool,
    },
}

/// How a member of the name is taken out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Alias,
    Probe,
    Not,
    Alarm,
}

#[derive(Debug, Clone)]
struct Plan {
    data: Data,
    seen: [Seen; 3],
    policy: &'static str,
    weights: [i64; 3],
    /// The site that calls the function of the next.
    calls: Option<usize>,
    unread: Option<(usize, &'static str)>,
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let engines = prop::sample::select(vec![
        "aurora-postgresql",
        "aurora-mysql",
        "docdb",
        "neptune",
    ]);
    let data = prop_oneof![
        Just(Data::None),
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
    fn world(&self, sites: &[&'static str], copies: &[&'static str]) -> World {
        let needs = |region: &str| {
            let mut needs = match self.data {
                // Whoever has no copy asks nobody.
                _ if !copies.contains(&region) => Vec::new(),
                Data::None => Vec::new(),
                Data::Table { .. } => vec![table(region)],
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
            it.alias = to(&host(region), seen == Seen::Alias);
            it.health_check_id =
                Some(id.clone()).filter(|_| matches!(seen, Seen::Probe | Seen::Alarm));
        });
        let check = match seen {
            Seen::Probe => Some(probe(&id, region)),
            Seen::Alarm => Some(check(&id, |it| {
                it.check_type = "CLOUDWATCH_METRIC".to_owned();
                it.insufficient_data_status = Some("Unhealthy".to_owned());
                it.alarm = Some(crate::inventory::kinds::route53::Alarm {
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

/// The same losses for every estate.
const LOSSES: [&str; 4] = [WEST, CENTRAL, NORTH, "eu-central-1+eu-west-1"];

/// How bad it is; what is unknown can be anything.
fn rank(fate: Fate) -> Option<u8> {
    match fate {
        Fate::Survives => Some(0),
        Fate::Degraded => Some(1),
        Fate::Fails => Some(2),
        Fate::Unknown => None,
    }
}

/// Whether one is no better than the other, as far as both are known: what is open may be anything
/// within its bounds.
fn no_better(worse: &Outcome, better: &Outcome) -> bool {
    if worse.rpo.upper < better.rpo.upper {
        return false;
    }
    match (rank(worse.fate), rank(better.fate)) {
        (Some(a), Some(b)) => a >= b && worse.rpo.typical >= better.rpo.typical,
        _ => true,
    }
}

fn of_upper(span: Span) -> Seconds {
    span.upper
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// From three copies to two: the one that goes is the last, which nobody writes to alone.
    #[test]
    fn a_replica_less_is_never_better(plan in any_plan()) {
        let more = plan.world(&THREE, &THREE);
        for gone in [CENTRAL, NORTH] {
            let left: Vec<&str> = THREE.into_iter().filter(|it| *it != gone).collect();
            // A majority of two is both: a strong table has three or none.
            if plan.data == (Data::Table { strong: true }) {
                continue;
            }
            let less = plan.world(&THREE, &left);
            for loss in LOSSES {
                // What is not there is not lost.
                if loss.contains(gone) {
                    continue;
                }
                let (more, less) = (more.lose(loss), less.lose(loss));
                prop_assert!(no_better(&less, &more), "{}: {:?}\n{:?}\n{:?}", loss, plan, less, more);
                if rank(less.fate) == rank(more.fate) && rank(less.fate).is_some() {
                    prop_assert!(of_upper(less.rto) >= of_upper(more.rto), "{}: {:?}\n{:?}\n{:?}", loss, plan, less, more);
                }
            }
        }
    }

    #[test]
    fn a_twin_less_is_never_better_for_whoever_needs_it(plan in any_plan()) {
        let plan = Plan { calls: None, unread: None, ..plan };
        let more = plan.world(&THREE, &THREE);
        let less = plan.world(&[WEST, CENTRAL], &THREE);
        for loss in [WEST, CENTRAL, "eu-central-1+eu-west-1"] {
            let (more, less) = (more.lose(loss), less.lose(loss));
            prop_assert!(
                rank(less.fate) >= rank(more.fate) || rank(less.fate).is_none(),
                "{}: {:?}\n{:?}\n{:?}", loss, plan, less, more
            );
        }
    }

    #[test]
    fn what_nothing_depends_on_is_not_missed(plan in any_plan(), buckets in 0..3_usize) {
        let plan = Plan { unread: None, calls: None, ..plan };
        let mut world = plan.world(&[WEST, CENTRAL], &[WEST, CENTRAL]);
        for at in 0..buckets {
            world.push(bucket_of(&format!("spare-{at}"), NORTH, Vec::new()));
        }
        let before = world.lose(NORTH);
        prop_assert_eq!(before.fate, Fate::Survives, "{:?}", before);
        prop_assert_eq!((before.rto, before.rpo), (Span::NONE, Span::NONE));
    }

    #[test]
    fn the_order_of_what_was_read_says_nothing(plan in any_plan(), turn in 0..40_usize, swap in any::<bool>()) {
        let world = plan.world(&THREE, &THREE);
        let mut other = world.clone();
        let turn = turn % other.resources.len();
        other.resources.rotate_left(turn);
        if swap {
            other.resources.reverse();
        }
        for loss in LOSSES {
            prop_assert_eq!(world.lose(loss), other.lose(loss));
        }
    }

    #[test]
    fn what_is_unread_never_proves_more(plan in any_plan(), at in 0..3_usize) {
        let plan = Plan { unread: None, ..plan };
        let read = plan.world(&THREE, &THREE);
        let mut unread = read.clone().unread_in(&function(THREE[at]), "references");
        for it in &mut unread.resources {
            if it.arn == function(THREE[at]) && let Properties::LambdaFunction(it) = &mut it.properties {
                it.references.clear();
            }
        }
        for loss in LOSSES {
            let (read, unread) = (read.lose(loss), unread.lose(loss));
            prop_assert!(
                unread.fate == Fate::Unknown || unread.fate == read.fate,
                "{}: {:?}\n{:?}\n{:?}", loss, plan, unread, read
            );
        }
    }

    #[test]
    fn the_closure_is_what_a_search_without_wits_finds(
        edges in prop::collection::vec((0..9_usize, 0..9_usize), 0..30),
        start in 0..9_usize,
        lost in prop::sample::select(vec![WEST, CENTRAL, NORTH]),
    ) {
        let name = |at: usize| arn("lambda", THREE[at % 3], &format!("function:f{at}"));
        let functions = (0..9).map(|at| {
            let out = edges.iter().filter(|(from, _)| *from == at);
            let references = out.map(|(_, to)| Reference {
                key: "NEXT".to_owned(),
                region: Some(THREE[to % 3].to_owned()),
                target: name(*to),
            });
            let function = lambda::Function { references: references.collect(), ..Default::default() };
            resource(name(at), THREE[at % 3], &format!("f{at}"), function)
        });
        let world = World { resources: functions.collect(), regions: THREE.to_vec(), unread: Vec::new() };
        let inventory = world.inventory();
        let estate = Estate::new(&inventory);
        let loss = Loss::region(&Region::from(lost));
        let constants = Constants::default();
        let now = Lost { estate: &estate, constants: &constants, loss: Some(&loss) };
        let gone = |at: usize| THREE[at % 3] == lost;
        prop_assume!(!gone(start));
        // Round by round until nothing is added.
        let mut reached = BTreeSet::from([start]);
        loop {
            let next = edges.iter().filter(|(from, to)| reached.contains(from) && !gone(*to));
            let next: BTreeSet<usize> = next.map(|(_, to)| *to).collect();
            let before = reached.len();
            reached.extend(next);
            if reached.len() == before {
                break;
            }
        }
        let missing = edges.iter().filter(|(from, to)| reached.contains(from) && gone(*to));
        let missing: BTreeSet<(usize, usize)> = missing.copied().collect();
        let found = now.reached(estate.by_arn(&name(start)));
        let numbers: BTreeSet<u32> = reached.iter().filter_map(|at| estate.by_arn(&name(*at))).collect();
        prop_assert_eq!(&found.resources, &numbers);
        let called = |at: usize| estate.by_arn(&name(at)).map(|it| now.called(it)).unwrap_or_default();
        let pairs: BTreeSet<(String, String)> = missing.iter().map(|(a, b)| (called(*a), called(*b))).collect();
        let said: BTreeSet<(String, String)> = found
            .missing
            .iter()
            .map(|it| (it.path[it.path.len() - 2].clone(), it.name.clone()))
            .collect();
        prop_assert_eq!(said, pairs);
        // Each path is one that there is, and no longer than any other.
        for it in &found.missing {
            prop_assert_eq!(&it.path[0], &called(start));
            let steps = it.path.windows(2);
            for step in steps {
                let known = edges.iter().any(|(a, b)| called(*a) == step[0] && called(*b) == step[1]);
                prop_assert!(known, "{:?}", it.path);
            }
            let mut near = BTreeSet::from([start]);
            let mut steps = 0;
            while !near.iter().any(|at| called(*at) == it.path[it.path.len() - 2]) {
                let next: Vec<usize> = edges.iter().filter(|(a, b)| near.contains(a) && !gone(*b)).map(|(_, b)| *b).collect();
                near.extend(next);
                steps += 1;
            }
            prop_assert_eq!(it.path.len(), steps + 2, "{:?}", it.path);
        }
    }
}
