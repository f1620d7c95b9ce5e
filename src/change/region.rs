//! A further Region to serve from: a copy of what serves in one of those that a workload has.

use std::collections::{BTreeMap, BTreeSet};

use super::Model;
use super::draft::{Done, Draft};
use super::site::{Refusal, Site};
use crate::estate::Estate;
use crate::inventory::kinds::globalaccelerator::{EndpointGroup, Listener};
use crate::inventory::kinds::route53::RecordSet;
use crate::inventory::kinds::s3::MultiRegionAccessPoint;
use crate::inventory::{Kind, Reading, Region};
use crate::simulate::Simulation;
use crate::workload::Workload;

/// What is copied by name; what these need comes with them.
const SERVING: [Kind; 11] = [
    Kind::AutoScalingGroup,
    Kind::DynamoDbTable,
    Kind::CacheReplicationGroup,
    Kind::EcsService,
    Kind::ElbLoadBalancer,
    Kind::LambdaFunction,
    Kind::RdsDbCluster,
    Kind::S3Bucket,
    Kind::SecretsManagerSecret,
    Kind::SnsTopic,
    Kind::SqsQueue,
];

impl Model {
    pub(super) fn add_region(
        &self,
        region: &Region,
        only: Option<&str>,
    ) -> (Self, Vec<Done>, BTreeSet<String>) {
        let mut model = self.clone();
        let estate = Estate::new(&self.inventory);
        let all = self.workloads(&estate);
        let mut draft = Draft::new(&self.inventory);
        // What serves nobody by itself is meant by name only.
        let any = all.workloads.iter().any(Simulation::serves);
        let meant = |it: &&Workload| match only {
            Some(name) => it.name == name,
            None => !any || Simulation::serves(it),
        };
        for workload in all.workloads.iter().filter(meant) {
            let mut site = Site {
                estate: &estate,
                workload,
                draft: &mut draft,
                options: &[],
            };
            match site.grow(region) {
                Ok(true) => model.declare(workload, region, &mut draft),
                Ok(false) => {}
                Err(why) => draft.leave(why),
            }
        }
        let mut header = self.inventory.header().clone();
        let mut asked = Vec::new();
        for (account, regions) in &mut header.scope {
            let holds = draft.holds(account, region);
            if holds && regions.insert(region.clone()) {
                asked.push(Reading {
                    account: account.clone(),
                    region: region.clone(),
                    kinds: Kind::ALL
                        .iter()
                        .copied()
                        .filter(|it| !it.is_global())
                        .collect(),
                    word: None,
                });
            }
        }
        let (inventory, done, left) = draft.finish(&self.inventory, header, asked);
        model.inventory = inventory;
        (model, done, left)
    }

    /// Lets the declaration of a workload, or the Regions of the command line, name the new one too.
    fn declare(&mut self, workload: &Workload, region: &Region, draft: &mut Draft) {
        if let Some(active) = &mut self.options.active {
            add(active, region);
        }
        for declared in self
            .options
            .workloads
            .iter_mut()
            .filter(|it| it.name == workload.name)
        {
            if let Some(active) = &mut declared.active {
                add(active, region);
            }
            declared.standby.retain(|it| it != region);
        }
        draft.say(
            format!("workload {}", workload.name),
            format!("serves from {region} too"),
        );
    }
}

fn add(regions: &mut Vec<Region>, region: &Region) {
    if !regions.contains(region) {
        regions.push(region.clone());
        regions.sort();
    }
}

impl Site<'_, '_> {
    /// Copies what serves into a Region; false where nothing serves at all.
    fn grow(&mut self, region: &Region) -> Result<bool, Refusal> {
        let name = self.workload.name.clone();
        let active = self.active();
        if active.contains(region) {
            return Err(format!("{name} serves from {region} already"));
        }
        if active.is_empty() {
            return Err(format!(
                "in which Regions {name} serves is not known: there is none to model {region} on"
            ));
        }
        let Some(model) = self.fullest(&active) else {
            return Ok(false);
        };
        self.draft.leave(format!(
            "{region} is modelled on {model}: networks, quotas, IAM and what is not collected are taken to be there"
        ));
        for kind in SERVING {
            for at in self.members(kind) {
                if self.resource(at).region != model {
                    continue;
                }
                if let Err(why) = self.there(at, region) {
                    self.draft.leave(why);
                }
            }
        }
        let databases = self.members(Kind::RdsDbInstance).into_iter();
        for at in databases {
            let own = self.resource(at);
            if own.region == model
                && own.is_store() == Ok(true)
                && let Err(why) = self.there(at, region)
            {
                self.draft.leave(why);
            }
        }
        self.route_to(region, &model);
        Ok(true)
    }

    /// The Region with the most of the workload, the first in order of several.
    fn fullest(&self, active: &[Region]) -> Option<Region> {
        let mut counts = BTreeMap::<Region, usize>::new();
        for kind in SERVING {
            for at in self.members(kind) {
                let region = self.resource(at).region.clone();
                if active.contains(&region) {
                    *counts.entry(region).or_default() += 1;
                }
            }
        }
        let most = counts.values().max().copied()?;
        counts.into_iter().find(|it| it.1 == most).map(|it| it.0)
    }

    /// Leads clients there: a member in each set that leads to the model, a group in each listener.
    fn route_to(&mut self, region: &Region, model: &Region) {
        let mut sets = BTreeSet::new();
        for at in self.members(Kind::Route53RecordSet) {
            let routed = self
                .of::<RecordSet>(at)
                .is_some_and(|it| !it.private && it.policy != "simple");
            if routed && self.leaf_region(at).as_ref() == Some(model) {
                sets.insert(self.set_of(at));
            }
        }
        for set in sets {
            if let Err(why) = self.add_member(&set, region) {
                self.draft.leave(why);
            }
        }
        for point in self.members(Kind::S3MultiRegionAccessPoint) {
            let ours = self.of::<MultiRegionAccessPoint>(point);
            let ours = ours.is_some_and(|it| it.buckets.iter().any(|it| *it.region == **model));
            if ours && let Err(why) = self.point_there(point, region) {
                self.draft.leave(why);
            }
        }
        for listener in self.members(Kind::GlobalAcceleratorListener) {
            if self.of::<Listener>(listener).is_none() {
                continue;
            }
            let groups = self.estate.groups_of_listener(listener).to_vec();
            let in_region = |it: &u32| {
                self.of::<EndpointGroup>(*it)
                    .is_some_and(|it| *it.endpoint_region == **region)
            };
            if groups.iter().any(in_region) {
                continue;
            }
            if let Err(why) = self.group_there(&groups, None, region) {
                self.draft.leave(why);
            }
        }
    }
}
