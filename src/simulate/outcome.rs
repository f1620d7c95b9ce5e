//! Puts the parts together: how a workload comes out of a loss.

use std::collections::{BTreeMap, BTreeSet};

use super::closure::Reached;
use super::loss::Loss;
use super::names::{Answer, Term};
use super::time::{Seconds, Span};
use super::{Cause, Fate, Lost, Outcome, Phase, Simulation, StandIn, Step, control_planes};
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
    pub(super) reached: Reached,
    /// What anything of it that computes reaches.
    pub(super) used: Reached,
}

/// What a loss does, as it is put together.
#[derive(Default)]
pub(super) struct Effect {
    pub(super) fails: BTreeSet<Cause>,
    degrades: BTreeSet<Cause>,
    /// Hundredths of the load that do not fit, each with what lacks it.
    short: BTreeSet<(u64, String)>,
    pub(super) open: BTreeSet<GapKey>,
    pub(super) reasons: BTreeSet<Cause>,
    detect: Term,
    route: Term,
    pub(super) promote: Term,
    scale: Term,
    rpo: Span,
    pub(super) stand_ins: Vec<StandIn>,
}

impl Effect {
    /// That much of the latest data is gone.
    pub(super) fn lose(&mut self, rpo: Span) {
        self.rpo = self.rpo.max(rpo);
    }
}

impl<'s, 'a> Whole<'s, 'a> {
    pub(super) fn new(simulation: &Simulation<'s, 'a>, workload: &'s Workload) -> Self {
        let now = Lost::new(*simulation, None);
        let names: BTreeMap<&str, Answer> = workload
            .entry_points
            .iter()
            .map(|it| (it.name.as_str(), now.name(&it.name)))
            .collect();
        let mut whole = Self {
            simulation: *simulation,
            workload,
            names,
            reached: Reached::default(),
            used: Reached::default(),
        };
        let starts = whole.starts(&now, whole.names.values());
        whole.reached = now.reached(starts);
        let members = workload.members.iter().copied();
        let computing = members.filter(|at| computes(now.estate.resource(*at).kind()));
        whole.used = now.reached(computing);
        whole
    }

    /// What happens when that is lost.
    pub(super) fn lose(&self, loss: &Loss) -> Outcome {
        let lost = Lost::new(self.simulation, Some(loss));
        let mut effect = Effect::default();
        let answers: BTreeMap<&str, Answer> = self
            .names
            .keys()
            .map(|name| (*name, lost.name(name)))
            .collect();
        for (name, answer) in &answers {
            self.answered(&lost, name, answer, &mut effect);
        }
        let starts = self.starts(&lost, answers.values());
        let reached = lost.reached(starts);
        Self::needs(&reached, &mut effect);
        effect.open.extend(lost.named_unread(&self.reached, true));
        effect.open.extend(lost.named_unread(&reached, false));
        self.stores(&lost, &mut effect);
        let capacity = lost.capacity(&self.workload.members);
        effect.scale = capacity.scale;
        effect.open.extend(capacity.open);
        effect.short = capacity.short;
        self.unread(&lost, &reached, &mut effect);
        self.outcome(loss, effect)
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
        for at in &self.workload.members {
            let it = lost.estate.resource(*at);
            if computes(it.kind()) && (all || regions.contains(&it.region)) && !lost.is_lost(*at) {
                starts.insert(*at);
            }
        }
        starts
    }

    /// What becomes of the clients of a name.
    fn answered(&self, lost: &Lost<'_, '_>, name: &str, answer: &Answer, effect: &mut Effect) {
        effect.open.extend(answer.open.iter().cloned());
        let before = self.names.get(name);
        let hit = before.is_some_and(|it| it.alive.iter().any(|leaf| lost.leaf_is_lost(leaf)));
        // What was lost may be answered only now: an inverted check turns healthy.
        if !hit && answer.dead.is_empty() {
            return;
        }
        for (leaf, why) in &answer.dead {
            effect.fails.insert(Cause {
                what: why.clone(),
                path: vec![name.to_owned(), leaf.host.clone()],
            });
        }
        if answer.dead.is_empty() && answer.alive.is_empty() && answer.open.is_empty() {
            effect.fails.insert(Cause {
                what: format!("nothing that stands answers for {name}"),
                path: vec![name.to_owned()],
            });
        }
        for what in &answer.degraded {
            effect.degrades.insert(Cause {
                what: what.clone(),
                path: vec![name.to_owned()],
            });
        }
        let sum = |detect: &Term, route: &Term| (detect.span + route.span).worst();
        if sum(&answer.detect, &answer.route) > sum(&effect.detect, &effect.route) {
            effect.detect = answer.detect.clone();
            effect.route = answer.route.clone();
        }
    }

    /// What is needed by what still answers, and lost.
    pub(super) fn needs(reached: &Reached, effect: &mut Effect) {
        for missing in &reached.missing {
            let cause = Cause {
                what: if missing.later {
                    format!(
                        "nothing new can start without {}, which is lost",
                        missing.name
                    )
                } else {
                    format!("{} is needed, and lost", missing.name)
                },
                path: missing.path.clone(),
            };
            if missing.later {
                effect.degrades.insert(cause);
            } else {
                effect.fails.insert(cause);
            }
        }
    }

    /// What was not read and may be needed.
    fn unread(&self, lost: &Lost<'_, '_>, reached: &Reached, effect: &mut Effect) {
        for at in &reached.resources {
            let it = lost.estate.resource(*at);
            let open = NEEDS.iter().filter_map(|property| it.unread(property));
            effect.open.extend(open.cloned());
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
            effect.open.extend(hidden.cloned());
        }
        for (account, region) in self.workload.unasked(lost.estate) {
            effect.open.insert(GapKey {
                account,
                region,
                operation: "all".to_owned(),
                cause: crate::inventory::Cause::NotCollected,
            });
        }
        if self.workload.entry_points.is_empty() {
            effect.open.extend(lost.estate.names_hidden());
            effect.reasons.insert(Cause {
                what: "no name that clients use is known: how they find a survivor is not modelled"
                    .to_owned(),
                path: Vec::new(),
            });
        }
        if !super::regions_known(self.workload) {
            effect.reasons.insert(Cause {
                what: "in which Regions it serves is not known".to_owned(),
                path: Vec::new(),
            });
        }
    }

    fn outcome(&self, loss: &Loss, effect: Effect) -> Outcome {
        let failed = !effect.fails.is_empty();
        let open = !effect.open.is_empty() || !effect.reasons.is_empty();
        let whole = effect.degrades.is_empty() && effect.short.is_empty();
        let fate = match (failed, open, whole) {
            (true, _, _) => Fate::Fails,
            (false, true, _) => Fate::Unknown,
            (false, false, false) => Fate::Degraded,
            (false, false, true) => Fate::Survives,
        };
        let after = effect.promote.clone().max(effect.scale.clone());
        let rto = if failed {
            Span::NEVER
        } else {
            effect.detect.span + effect.route.span + after.span
        };
        let rpo = effect.rpo;
        let objectives = &self.workload.objectives;
        let known = fate != Fate::Unknown;
        let met = |span: Span, most: Option<i64>| {
            let most = most.and_then(|it| u64::try_from(it).ok())?;
            known.then_some(span.upper <= Seconds::Of(most))
        };
        let steps = [
            (Phase::Detect, effect.detect),
            (Phase::Route, effect.route),
            (Phase::Promote, effect.promote),
            (Phase::Scale, effect.scale),
        ];
        let steps = steps.into_iter().filter(|(_, term)| !term.span.is_none());
        let regions = loss.regions();
        let planes = regions.iter().flat_map(|it| control_planes(it));
        let causes = effect
            .fails
            .into_iter()
            .chain(effect.reasons)
            .chain(effect.short.into_iter().rev().map(short))
            .chain(effect.degrades);
        Outcome {
            workload: self.workload.name.clone(),
            loss: loss.clone(),
            fate,
            rto,
            rpo,
            causes: causes.collect(),
            timeline: steps
                .map(|(phase, term)| Step {
                    phase,
                    what: term.what,
                    span: term.span,
                })
                .collect(),
            stand_ins: effect.stand_ins,
            control_planes: planes.copied().collect(),
            gaps: effect.open.into_iter().collect(),
            rto_met: met(rto, objectives.rto_seconds),
            rpo_met: met(rpo, objectives.rpo_seconds),
        }
    }
}

fn short((percent, what): (u64, String)) -> Cause {
    Cause {
        what: format!("{percent} % of the load does not fit: {what}"),
        path: Vec::new(),
    }
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
