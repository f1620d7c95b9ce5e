//! What hangs on what: replication, routing, and what configuration names.
//!
//! An edge says that something leads somewhere, with the mechanism; whether it should is for rules.

mod containers;
mod copies;
mod doors;
pub(super) mod hidden;
mod keys;
mod maker;
mod messages;
mod recovery;

use std::collections::{BTreeMap, BTreeSet};

use super::{Estate, index};
use crate::inventory::{AccountId, GapKey, Kind, Region, Resource};
use maker::Maker;

/// How one thing hangs on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Data is copied from here to there.
    Replicates,
    /// Traffic goes from here to there.
    Routes,
    /// Code here calls what is there.
    Invokes,
    /// Configuration here names a store there.
    Reads,
    /// What is here is encrypted with the key there.
    Decrypts,
    /// Messages go on from here to there.
    Delivers,
    /// What is here is an instance of the definition there.
    Runs,
    /// What is here sets how large what is there may be.
    Scales,
    /// A plan here acts on what is there when a Region is lost.
    Recovers,
}

impl Relation {
    pub const ALL: [Self; 9] = [
        Self::Replicates,
        Self::Routes,
        Self::Invokes,
        Self::Reads,
        Self::Decrypts,
        Self::Delivers,
        Self::Runs,
        Self::Scales,
        Self::Recovers,
    ];

    pub fn text(self) -> &'static str {
        match self {
            Self::Replicates => "replicates",
            Self::Routes => "routes",
            Self::Invokes => "invokes",
            Self::Reads => "reads",
            Self::Decrypts => "decrypts",
            Self::Delivers => "delivers",
            Self::Runs => "runs",
            Self::Scales => "scales",
            Self::Recovers => "recovers",
        }
    }
}

/// The far end of an edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Resource(u32),
    /// An ARN, id or host that the inventory does not hold.
    Text(String),
}

impl Target {
    pub fn resource(&self) -> Option<u32> {
        match self {
            Self::Resource(at) => Some(*at),
            Self::Text(_) => None,
        }
    }

    /// The text of what is not in the inventory; empty for a resource.
    pub fn text(&self) -> &str {
        match self {
            Self::Resource(_) => "",
            Self::Text(text) => text,
        }
    }
}

/// One thing that hangs on another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: u32,
    pub relation: Relation,
    pub mechanism: &'static str,
    pub to: Target,
    /// Region of the far end; `None` when it has none or it is not known.
    pub to_region: Option<Region>,
}

impl Edge {
    /// Whether what it leads to is needed to serve.
    pub fn serves(&self) -> bool {
        match self.relation {
            Relation::Routes | Relation::Reads | Relation::Decrypts | Relation::Runs => true,
            Relation::Invokes => self.mechanism != "rotation",
            Relation::Replicates | Relation::Delivers | Relation::Scales | Relation::Recovers => {
                false
            }
        }
    }
}

/// Gaps of target groups whose targets were not read, by account and Region.
pub(super) type UnreadTargets = BTreeMap<AccountId, BTreeMap<Region, BTreeSet<GapKey>>>;

/// All edges, sorted, and those of each resource by their number.
#[derive(Debug, Default)]
pub(super) struct Edges {
    all: Vec<Edge>,
    to: BTreeMap<u32, Vec<u32>>,
    /// Names of entry points that lead to each resource.
    reached: BTreeMap<u32, BTreeSet<String>>,
}

impl Estate<'_> {
    fn edges(&self) -> &Edges {
        self.edges.get_or_init(|| self.work_out_edges())
    }

    /// All edges, sorted.
    pub fn all_edges(&self) -> &[Edge] {
        &self.edges().all
    }

    /// The edges that begin at a resource, sorted.
    pub fn edges_from(&self, at: u32) -> Box<dyn Iterator<Item = &Edge> + '_> {
        let all = &self.edges().all;
        let first = all.partition_point(|edge| edge.from < at);
        Box::new(all[first..].iter().take_while(move |edge| edge.from == at))
    }

    /// The edges that end at a resource, sorted.
    pub fn edges_to(&self, at: u32) -> Box<dyn Iterator<Item = &Edge> + '_> {
        let edges = self.edges();
        let numbers = edges.to.get(&at).map(Vec::as_slice).unwrap_or_default();
        Box::new(numbers.iter().map(|number| &edges.all[*number as usize]))
    }

    /// Names of the entry points from which traffic reaches a resource, sorted, and the gaps that
    /// may hide further ones.
    pub fn reached_from(&self, at: u32) -> (Vec<String>, Vec<GapKey>) {
        let names = self.names_to(at).map(str::to_owned).collect();
        (names, self.ways_hidden(at))
    }

    /// Names of the entry points from which traffic is seen to reach a resource, sorted.
    pub fn names_to(&self, at: u32) -> impl Iterator<Item = &str> {
        let names = self.edges().reached.get(&at);
        names.into_iter().flatten().map(String::as_str)
    }

    /// What may hide a way to a resource: names, front doors, and load balancing in its account and
    /// Region.
    pub fn ways_hidden(&self, at: u32) -> Vec<GapKey> {
        let own = self.resource(at);
        let mut gaps: BTreeSet<GapKey> = self.names_hidden().into_iter().collect();
        gaps.extend(self.doors_hidden());
        if own.region.is_global() {
            return gaps.into_iter().collect();
        }
        for kind in [
            Kind::ElbLoadBalancer,
            Kind::ElbListener,
            Kind::ElbTargetGroup,
        ] {
            gaps.extend(self.hidden_here(at, kind).iter().cloned());
        }
        gaps.extend(self.unread_targets(own).cloned());
        gaps.into_iter().collect()
    }

    /// Gaps of target groups in the account and Region of a resource whose targets were not read,
    /// sorted. Worked out once.
    pub fn unread_targets(&self, near: &Resource) -> impl Iterator<Item = &GapKey> {
        let all = self.unread_targets.get_or_init(|| {
            let mut unread = UnreadTargets::new();
            for at in self.of_kind(Kind::ElbTargetGroup) {
                let group = self.resource(at);
                if let Some(gap) = group.unread("targets") {
                    let regions = unread.entry(group.account.clone()).or_default();
                    let gaps = regions.entry(group.region.clone()).or_default();
                    gaps.insert(gap.clone());
                }
            }
            unread
        });
        let own = all
            .get(&near.account)
            .and_then(|regions| regions.get(&near.region));
        own.into_iter().flatten()
    }

    fn work_out_edges(&self) -> Edges {
        let mut found = Vec::new();
        for at in 0..index(self.inventory.resources().len()) {
            self.edges_of(at, &mut found);
        }
        found.sort();
        found.dedup();
        let mut to = BTreeMap::<u32, Vec<u32>>::new();
        for (number, edge) in found.iter().enumerate() {
            if let Some(end) = edge.to.resource() {
                to.entry(end).or_default().push(index(number));
            }
        }
        let mut edges = Edges {
            all: found,
            to,
            reached: BTreeMap::new(),
        };
        self.reach(&mut edges);
        edges
    }

    /// Follows routes from every entry point.
    fn reach(&self, edges: &mut Edges) {
        for (name, records) in self.entry_names() {
            let mut open = records;
            let mut seen: BTreeSet<u32> = open.iter().copied().collect();
            while let Some(at) = open.pop() {
                let first = edges.all.partition_point(|edge| edge.from < at);
                for edge in edges.all[first..].iter().take_while(|edge| edge.from == at) {
                    let next = edge
                        .to
                        .resource()
                        .filter(|_| edge.relation == Relation::Routes);
                    if let Some(next) = next.filter(|next| seen.insert(*next)) {
                        open.push(next);
                    }
                }
            }
            for at in seen {
                edges.reached.entry(at).or_default().insert(name.clone());
            }
        }
    }

    fn edges_of(&self, at: u32, found: &mut Vec<Edge>) {
        let own = self.resource(at);
        let mut maker = Maker {
            estate: self,
            at,
            own,
            found,
        };
        maker.keys();
        match own.kind() {
            Kind::ArcRegionSwitchPlan => maker.plan(),
            Kind::CloudFrontDistribution => maker.distribution(),
            Kind::DynamoDbTable => maker.table(),
            Kind::GlobalAcceleratorAccelerator => maker.accelerator(),
            Kind::GlobalAcceleratorListener => maker.accelerated(),
            Kind::GlobalAcceleratorEndpointGroup => maker.endpoints(),
            Kind::S3Bucket => maker.bucket(),
            Kind::S3MultiRegionAccessPoint => maker.access_point(),
            Kind::SnsTopic => maker.topic(),
            Kind::SqsQueue => maker.queue(),
            Kind::RdsGlobalCluster => maker.global_cluster(),
            Kind::RdsDbInstance => maker.db_instance(),
            Kind::RdsDbCluster => maker.db_cluster(),
            Kind::RdsAutomatedBackup => maker.backup(),
            Kind::CacheGlobalReplicationGroup => maker.global_group(),
            Kind::Route53RecordSet => maker.record(),
            Kind::ElbListener => maker.listener(),
            Kind::ElbLoadBalancer => maker.balancer(),
            Kind::ElbTargetGroup => maker.target_group(),
            Kind::AutoScalingGroup => maker.group(),
            Kind::EcsService => maker.service(),
            Kind::EcsTaskDefinition => maker.task_definition(),
            Kind::ScalableTarget => maker.scalable_target(),
            Kind::LambdaFunction => maker.function(),
            Kind::LambdaEventSourceMapping => maker.mapping(),
            Kind::Ec2LaunchTemplate => maker.template(),
            Kind::SecretsManagerSecret => maker.secret(),
            _ => {}
        }
    }
}
