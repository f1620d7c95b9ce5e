//! Global clusters and their members: who is in one, and what instances they have.

use crate::change::site::{Refusal, Site, renamed};
use crate::estate::links::Link;
use crate::estate::replicas::GlobalOf;
use crate::inventory::kinds::Place;
use crate::inventory::kinds::rds::{
    ClusterMember, DbCluster, DbInstance, GlobalCluster, GlobalMember,
};
use crate::inventory::{Arn, Kind, Properties, Region, Resource};

impl Site<'_, '_> {
    /// The global cluster of a cluster, if it is in one.
    pub(super) fn global_of(&self, at: u32) -> Result<Option<u32>, Refusal> {
        let arn = &self.resource(at).arn;
        let lists = |it: &u32| {
            let global = self.of::<GlobalCluster>(*it);
            global.is_some_and(|it| it.members.iter().any(|it| it.cluster_arn == *arn))
        };
        if let Some(found) = self.all(Kind::RdsGlobalCluster).into_iter().find(lists) {
            return Ok(Some(found));
        }
        match self
            .draft
            .is_old(at)
            .then(|| self.estate.global_cluster(at))
        {
            Some(GlobalOf::Unknown(_)) => Err(format!(
                "whether {} is in a global cluster was not read",
                self.called(at)
            )),
            _ => Ok(None),
        }
    }

    /// The same; made where there is none.
    pub(super) fn global_for(&mut self, at: u32) -> Result<u32, Refusal> {
        if let Some(found) = self.global_of(at)? {
            return Ok(found);
        }
        let own = self.resource(at).clone();
        let Some(cluster) = own.of::<DbCluster>() else {
            return Err(format!("{} is no cluster", self.called(at)));
        };
        let global = GlobalCluster {
            engine: cluster.engine.clone(),
            engine_version: cluster.engine_version.clone(),
            status: "available".to_owned(),
            members: vec![GlobalMember {
                cluster_arn: own.arn.clone(),
                region: own.region.to_string(),
                writer: true,
                ..GlobalMember::default()
            }],
            deletion_protection: true,
            ..GlobalCluster::default()
        };
        let name = format!("{}-global", own.name);
        let made = global_thing(&own, Kind::RdsGlobalCluster, &name, global);
        let made = self
            .draft
            .add(made, format!("made, with {} as its primary", own.name));
        self.draft
            .edit::<DbCluster>(at, format!("becomes the primary of {name}"), |it| {
                it.global_cluster = Some(name.clone());
            });
        Ok(made)
    }

    pub(super) fn join(&mut self, global: u32, at: u32, region: &Region) {
        let (arn, name) = (
            self.resource(at).arn.clone(),
            self.resource(global).name.clone(),
        );
        let synchronized = self
            .of::<GlobalCluster>(global)
            .into_iter()
            .flat_map(|it| &it.members);
        let synchronized = synchronized
            .clone()
            .find_map(|it| it.synchronization.clone())
            .map(|_| "connected".to_owned());
        self.draft.edit::<GlobalCluster>(
            global,
            format!("takes in a secondary in {region}"),
            |it| {
                it.members.push(GlobalMember {
                    cluster_arn: arn,
                    region: region.to_string(),
                    synchronization: synchronized,
                    ..GlobalMember::default()
                });
            },
        );
        self.draft
            .edit::<DbCluster>(at, format!("becomes a secondary of {name}"), |it| {
                it.global_cluster = Some(name.clone());
            });
    }

    /// The primary, if it was read; else the cluster itself.
    pub(super) fn writer(&self, global: u32, at: u32) -> u32 {
        let members = self
            .of::<GlobalCluster>(global)
            .into_iter()
            .flat_map(|it| &it.members);
        let mut writers = members.filter(|it| it.writer);
        let found = writers.find_map(|it| {
            self.draft.find(
                Kind::RdsDbCluster,
                &it.cluster_arn,
                &it.region.as_str().into(),
            )
        });
        found.unwrap_or(at)
    }

    fn instances_of(&self, cluster: u32) -> Vec<u32> {
        let own = self.resource(cluster);
        let of = |it: &u32| {
            let other = self.resource(*it);
            let named = other
                .of::<DbInstance>()
                .and_then(|it| it.cluster_id.as_deref());
            named == Some(&*own.name) && other.region == own.region && other.account == own.account
        };
        let link = Link::Of(Kind::RdsDbInstance, Kind::RdsDbCluster);
        let old = self.estate.linked(link, own, &own.name).iter().copied();
        old.chain(self.draft.added(Kind::RdsDbInstance))
            .filter(of)
            .collect()
    }

    /// Gives a cluster without instances those that another has.
    pub(super) fn man(&mut self, at: u32, like: u32) -> Result<(), Refusal> {
        let members = |site: &Self, at| {
            site.of::<DbCluster>(at)
                .map(|it| it.members.clone())
                .unwrap_or_default()
        };
        if !members(self, at).is_empty() {
            return Ok(());
        }
        let model = members(self, like);
        if model.is_empty() {
            return Err(format!(
                "{} has no instance that {} could be given",
                self.called(like),
                self.called(at)
            ));
        }
        let (region, name) = (
            self.resource(at).region.clone(),
            self.resource(at).name.clone(),
        );
        let from = self.resource(like).region.clone();
        for instance in self.instances_of(like) {
            let mut copy = self.copy(instance, &region);
            if self
                .draft
                .find(Kind::RdsDbInstance, &copy.arn, &region)
                .is_some()
            {
                let id = format!("{}-copy", copy.name);
                copy.arn = renamed(&copy.arn, &copy.name, &id);
                copy.name = id;
            }
            if let Some(it) = copy.of_mut::<DbInstance>() {
                it.cluster_id = Some(name.clone());
            }
            self.draft.add(copy, format!("made as that in {from}"));
        }
        let made: Vec<String> = self
            .instances_of(at)
            .iter()
            .map(|it| self.resource(*it).name.clone())
            .collect();
        let named = if made.is_empty() {
            model
                .iter()
                .map(|it| self.text_in(&it.instance_id, &from, &region))
                .collect()
        } else {
            made
        };
        self.draft
            .edit::<DbCluster>(at, format!("gets the instances of that in {from}"), |it| {
                let members = named.into_iter().map(|instance_id| ClusterMember {
                    instance_id,
                    writer: false,
                });
                it.members = members.collect();
            });
        Ok(())
    }

    /// Makes every secondary able to take over as it is.
    pub(super) fn ready(&mut self, global: u32) -> Result<(), Refusal> {
        let members = self
            .of::<GlobalCluster>(global)
            .map(|it| it.members.clone())
            .unwrap_or_default();
        let Some(first) = members.iter().find(|it| it.writer) else {
            return Err(format!("{} has no primary", self.called(global)));
        };
        let region = first.region.as_str().into();
        let Some(writer) = self
            .draft
            .find(Kind::RdsDbCluster, &first.cluster_arn, &region)
        else {
            return Err(format!(
                "the primary of {} was not read",
                self.called(global)
            ));
        };
        self.draft.edit::<GlobalCluster>(
            global,
            "its secondaries are in step with the primary",
            |it| {
                for member in it
                    .members
                    .iter_mut()
                    .filter(|it| it.synchronization.is_some())
                {
                    member.synchronization = Some("connected".to_owned());
                }
            },
        );
        let model = self.of::<DbCluster>(writer).cloned().unwrap_or_default();
        let classes: Vec<String> = self
            .instances_of(writer)
            .iter()
            .filter_map(|it| Some(self.of::<DbInstance>(*it)?.class.clone()))
            .collect();
        for member in members.iter().filter(|it| !it.writer) {
            let region: Region = member.region.as_str().into();
            let Some(at) = self
                .draft
                .find(Kind::RdsDbCluster, &member.cluster_arn, &region)
            else {
                continue;
            };
            self.man(at, writer)?;
            self.draft.edit::<DbCluster>(
                at,
                "runs the version and the parameters of the primary",
                |it| {
                    it.engine_version.clone_from(&model.engine_version);
                    it.parameters.clone_from(&model.parameters);
                },
            );
            for (number, instance) in self.instances_of(at).into_iter().enumerate() {
                if let Some(class) = classes
                    .get(number.min(classes.len().saturating_sub(1)))
                    .cloned()
                {
                    self.draft.edit::<DbInstance>(
                        instance,
                        format!("becomes a {class}, as at the primary"),
                        |it| it.class = class,
                    );
                }
            }
        }
        Ok(())
    }
}

/// What belongs to no Region and stands for several of a resource.
pub(super) fn global_thing(
    of: &Resource,
    kind: Kind,
    name: &str,
    properties: impl Into<Properties>,
) -> Resource {
    let partition = Arn::parse(&of.arn).map_or("aws", |it| it.partition);
    let place = Place {
        partition,
        region: Region::GLOBAL,
        account: &of.account,
    };
    Resource {
        arn: kind.arn(place, name),
        account: of.account.clone(),
        region: Region::global(),
        name: name.to_owned(),
        tags: of.tags.clone(),
        properties: properties.into(),
        unread: std::collections::BTreeMap::new(),
    }
}
