//! Puts the parts together: how a workload comes out of a loss.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::capacity::Sizes;
use super::closure::{Lack, Missing, Reached};
use super::data::Stores;
use super::effect::Effect;
use super::loss::Loss;
use super::messages::Work;
use super::names::{Answer, Term};
use super::shared::Shared;
use super::{Lost, Matter, Outcome, Simulation, residency};
use crate::estate::Estate;
use crate::inventory::{GapKey, Kind};
use crate::workload::Workload;

/// Properties from which it is worked out what something needs.
const NEEDS: [&str; 13] = [
    "alias",
    "containers",
    "encryption",
    "file_systems",
    "instances",
    "kms_key",
    "layers",
    "references",
    "routes",
    "target_groups",
    "targets",
    "task_definition",
    "versions",
];

/// A workload as it serves now.
pub(super) struct Whole<'s, 'a> {
    pub(super) simulation: Simulation<'s, 'a>,
    pub(super) workload: &'s Workload,
    /// Where the clients of each name end now.
    names: BTreeMap<&'s str, Answer>,
    /// What requests reach.
    pub(super) reached: Reached<'s>,
    /// What anything of it that computes reaches.
    pub(super) used: Reached<'s>,
    /// What of it computes.
    computing: Vec<u32>,
    pub(super) stores: Stores,
    pub(super) work: Work,
    sizes: Vec<Sizes>,
    /// Places that nobody asked.
    unasked: Vec<GapKey>,
    shared: Arc<Shared>,
    /// Where the clients of each record set end now, where a boundary holds them.
    pub(super) ends: BTreeMap<u32, residency::Ends>,
}

impl<'s, 'a> Whole<'s, 'a> {
    pub(super) fn new(simulation: &Simulation<'s, 'a>, workload: &'s Workload) -> Self {
        let shared = Arc::default();
        let now = Lost::sharing(*simulation, None, &shared);
        let names: BTreeMap<&str, Answer> = workload
            .entry_points
            .iter()
            .map(|it| (it.name.as_str(), now.name(&it.name)))
            .collect();
        let members = workload.members.iter().copied();
        let computing = members.filter(|at| computes(now.estate.resource(*at).kind()));
        let mut whole = Self {
            simulation: *simulation,
            workload,
            names,
            reached: Reached::default(),
            used: Reached::default(),
            computing: computing.collect(),
            stores: Stores::default(),
            work: Work::default(),
            sizes: now.sizes(&workload.members),
            unasked: unasked(simulation.estate, workload),
            shared,
            ends: residency::now(simulation, workload),
        };
        let starts = whole.starts(&now, whole.names.values());
        whole.reached = now.reached(starts);
        whole.used = now.reached(whole.computing.iter().copied());
        whole.stores = Stores::of(&whole, &now);
        whole.work = Work::of(&whole, &now);
        whole
    }

    /// What happens when that is lost.
    pub(super) fn lose(&self, loss: &Loss) -> Outcome {
        let lost = Lost::sharing(self.simulation, Some(loss), &self.shared);
        let mut effect = Effect::default();
        let answers: BTreeMap<&str, Answer> = self
            .names
            .keys()
            .map(|name| (*name, lost.name(name)))
            .collect();
        for (name, answer) in &answers {
            self.answered(&lost, name, answer, &mut effect);
        }
        let alive = answers.values().flat_map(|it| &it.alive);
        effect.serving = alive.filter_map(|it| it.region.clone()).collect();
        let starts = self.starts(&lost, answers.values());
        let reached = lost.reached(starts);
        Self::needs(&reached, &mut effect);
        // What became of the data of what is lost, and what the others need.
        effect.open(Matter::Data, lost.named_unread(&self.reached, true));
        effect.open(Matter::Need, lost.named_unread(&reached, false));
        self.stores(&lost, &mut effect);
        let capacity = lost.capacity(&self.sizes);
        effect.scale = capacity.scale;
        effect.open(Matter::Capacity, capacity.open);
        effect.short = capacity.short;
        for (percent, what) in capacity.spot {
            let what = format!("{percent} % of the load has to start on Spot: {what}");
            effect.degrade(Matter::Capacity, what, Vec::new());
        }
        let worked = self.messages(&lost, &reached, &mut effect);
        effect.open(Matter::Need, lost.named_unread(&worked, false));
        let both = reached.resources.union(&worked.resources);
        self.unread(&lost, both, &mut effect);
        self.outside(&lost, &mut effect);
        effect.outcome(self.workload, loss)
    }

    /// Where requests arrive: behind the names, or without any at what computes.
    fn starts<'n>(
        &self,
        lost: &Lost<'_, '_>,
        answers: impl Iterator<Item = &'n Answer>,
    ) -> BTreeSet<u32> {
        let mut starts = BTreeSet::new();
        let mut regions = BTreeSet::new();
        for leaf in answers.flat_map(|it| &it.alive) {
            match (leaf.resource, &leaf.region) {
                (Some(at), _) => {
                    starts.insert(at);
                }
                // What answers there was not read: what computes there stands for it.
                (None, Some(region)) => {
                    regions.insert(region.clone());
                }
                (None, None) => {}
            }
        }
        let all = self.workload.entry_points.is_empty();
        for at in &self.computing {
            let it = lost.estate.resource(*at);
            if (all || regions.contains(&it.region)) && !lost.is_lost(*at) {
                starts.insert(*at);
            }
        }
        starts
    }

    /// What becomes of the clients of a name.
    fn answered(&self, lost: &Lost<'_, '_>, name: &str, answer: &Answer, effect: &mut Effect) {
        effect.open(Matter::Route, answer.open.iter().cloned());
        let before = self.names.get(name);
        let hit = before.is_some_and(|it| it.alive.iter().any(|leaf| lost.leaf_is_lost(leaf)));
        // What was lost may be answered only now: an inverted check turns healthy.
        if !hit && answer.dead.is_empty() {
            return;
        }
        for (leaf, why) in &answer.dead {
            let path = vec![name.to_owned(), leaf.host.clone()];
            effect.fail(Matter::Route, why.clone(), path);
        }
        if answer.dead.is_empty() && answer.alive.is_empty() && answer.open.is_empty() {
            let why = format!("nothing that stands answers for {name}");
            effect.fail(Matter::Route, why, vec![name.to_owned()]);
        }
        for what in &answer.degraded {
            effect.degrade(Matter::Route, what.clone(), vec![name.to_owned()]);
        }
        let sum = |detect: &Term, route: &Term| (detect.span + route.span).worst();
        if sum(&answer.detect, &answer.route) > sum(&effect.detect, &effect.route) {
            effect.detect = answer.detect.clone();
            effect.route = answer.route.clone();
        }
    }

    /// What is needed by what still answers, and lost or weak. Of what is weak alike one stands for
    /// all.
    pub(super) fn needs(reached: &Reached<'_>, effect: &mut Effect) {
        let mut alike = BTreeMap::<(Lack, &str), (usize, &Missing)>::new();
        for missing in &reached.missing {
            let (name, path) = (&missing.name, missing.path.clone());
            match missing.lack {
                Lack::Gone => {
                    let what = format!("{name} is needed, and lost");
                    effect.fail(Matter::Need, what, path);
                }
                Lack::ToStart => {
                    let what = format!("nothing new can start without {name}, which is lost");
                    effect.degrade(Matter::Need, what, path);
                }
                Lack::ToChange => {
                    let what =
                        format!("nothing can be changed by {name}, whose control plane is lost");
                    effect.degrade(Matter::Need, what, path);
                }
                lack @ (Lack::Slow | Lack::NoMore) => {
                    let entry = alike.entry((lack, missing.service.as_str()));
                    entry.or_insert((0, missing)).0 += 1;
                }
            }
        }
        for ((lack, service), (count, first)) in alike {
            let (name, path) = (&first.name, first.path.clone());
            let more = match count {
                1 => String::new(),
                count => format!(" (and {} more of {service})", count - 1),
            };
            let (matter, what) = if lack == Lack::NoMore {
                let what = format!("{name} runs on, and is neither grown nor replaced{more}");
                (Matter::Capacity, what)
            } else {
                let what = format!("{name} answers late or with errors{more}");
                (Matter::Need, what)
            };
            effect.degrade(matter, what, path);
        }
    }

    /// What was not read and may be needed.
    fn unread<'r>(
        &self,
        lost: &Lost<'_, '_>,
        reached: impl Iterator<Item = &'r u32>,
        effect: &mut Effect,
    ) {
        for at in reached {
            let it = lost.estate.resource(*at);
            // Most were read whole.
            let open = NEEDS.iter().filter_map(|property| it.unread(property));
            effect.open(Matter::Need, open.cloned());
            let kinds: &[Kind] = match it.kind() {
                Kind::ElbLoadBalancer => &[Kind::ElbListener, Kind::ElbTargetGroup],
                Kind::ElbTargetGroup => &[
                    Kind::AutoScalingGroup,
                    Kind::Ec2Instance,
                    Kind::EcsService,
                    Kind::LambdaFunction,
                ],
                Kind::EcsService => &[Kind::EcsTaskDefinition],
                _ => &[],
            };
            let hidden = kinds
                .iter()
                .flat_map(|kind| lost.estate.hidden_here(*at, *kind));
            effect.open(Matter::Need, hidden.cloned());
        }
        effect.open(Matter::Need, self.unasked.iter().cloned());
        effect.open(Matter::Route, lost.estate.names_whose().iter().cloned());
        if self.workload.entry_points.is_empty() {
            effect.open(Matter::Route, lost.estate.names_hidden());
            // Where nothing of it is lost nobody has to find another.
            let members = self.workload.members.iter();
            if members
                .chain(&self.used.resources)
                .any(|at| lost.is_lost(*at))
            {
                effect.reason(
                    Matter::Route,
                    "no name that clients use is known: how they find a survivor is not modelled",
                );
            }
        }
        if !super::regions_known(self.workload) {
            let what = "in which Regions it serves is not known";
            effect.reason(Matter::Workload, what);
        }
    }
}

/// Places where it is or waits, and that nobody asked.
fn unasked(estate: &Estate<'_>, workload: &Workload) -> Vec<GapKey> {
    let places = workload.unasked(estate).into_iter();
    let gap = |(account, region)| GapKey {
        account,
        region,
        operation: "all".to_owned(),
        cause: crate::inventory::Cause::NotCollected,
    };
    places.map(gap).collect()
}

/// Whether requests are answered by resources of a kind.
fn computes(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AutoScalingGroup
            | Kind::Ec2Instance
            | Kind::EcsService
            | Kind::ElbLoadBalancer
            | Kind::LambdaFunction
    )
}
