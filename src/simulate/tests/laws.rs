//! What holds for every estate: more copies are never worse, order says nothing, and the closure is
//! what a search without wits finds.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::build::*;
use super::data::*;
use super::plan::{Data, Plan, THREE, any_plan};
use crate::estate::Estate;
use crate::inventory::kinds::lambda;
use crate::inventory::{Kind, Properties, Reference, Region};
use crate::simulate::constants::Constants;
use crate::simulate::loss::Loss;
use crate::simulate::time::{Seconds, Span};
use crate::simulate::{Fate, Lost, Outcome, Simulation};
use crate::workload::EntryPoint;

/// The same losses for every estate.
const LOSSES: [&str; 4] = [WEST, CENTRAL, NORTH, "eu-central-1+eu-west-1"];

/// Kinds that an estate here is made of.
const LISTED: [Kind; 13] = [
    Kind::CacheGlobalReplicationGroup,
    Kind::CacheReplicationGroup,
    Kind::DynamoDbTable,
    Kind::ElbListener,
    Kind::ElbLoadBalancer,
    Kind::ElbTargetGroup,
    Kind::LambdaFunction,
    Kind::RdsAutomatedBackup,
    Kind::RdsDbCluster,
    Kind::RdsDbInstance,
    Kind::RdsGlobalCluster,
    Kind::Route53HealthCheck,
    Kind::S3Bucket,
];

/// The names of an estate that was read whole, as somebody may declare them.
fn names_of(world: &World) -> Vec<EntryPoint> {
    let mut names = Vec::new();
    world.lose_as(WEST, |it| names.clone_from(&it.entry_points));
    names
}

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
    fn what_could_not_be_listed_proves_nothing_new(
        plan in any_plan(),
        kind in prop::sample::select(LISTED.to_vec()),
        at in 0..3_usize,
    ) {
        let plan = Plan { unread: None, ..plan };
        let read = plan.world(&THREE, &THREE);
        let region = if kind.is_global() { Region::GLOBAL } else { THREE[at] };
        let mut hidden = read.clone().hiding(kind, region);
        hidden.resources.retain(|it| it.kind() != kind || *it.region != *region);
        let names = names_of(&read);
        for loss in LOSSES {
            let read = read.lose(loss);
            let hidden = hidden.lose_as(loss, |it| it.entry_points = names.clone());
            prop_assert!(
                hidden.fate == Fate::Unknown || hidden.fate == read.fate,
                "{} {:?} {}: {:?}\n{:?}\n{:?}", loss, kind, region, plan, hidden, read
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
        let simulation = Simulation { estate: &estate, constants: &constants };
        let now = Lost::new(simulation, Some(&loss));
        let gone = |at: usize| THREE[at % 3] == lost;
        let start = if gone(start) { (start + 1) % 9 } else { start };
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
