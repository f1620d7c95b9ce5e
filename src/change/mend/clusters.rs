//! Aurora, DocumentDB and Neptune: members of global clusters and their instances.

use crate::change::site::{Refusal, Site, renamed};
use crate::inventory::kinds::rds::{DbCluster, GlobalCluster};
use crate::inventory::{Arn, Kind, Region};

pub(super) fn global(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    site.in_each(at, |site, region| {
        site.cluster_there(at, region).map(|_| ())
    });
    let neptune = site
        .of::<DbCluster>(at)
        .is_some_and(|it| it.engine == "neptune");
    match site.global_of(at)? {
        Some(global) if neptune => site.ready(global),
        _ => Ok(()),
    }
}

/// The copy that follows the log becomes a member of a global cluster.
pub(super) fn member(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let source = site
        .of::<DbCluster>(at)
        .and_then(|it| it.replication_source.clone());
    let source = source.and_then(|it| site.estate.by_arn(&it));
    let Some(source) = source else {
        return Err(format!("what {} copies was not read", site.called(at)));
    };
    let global = site.global_for(source)?;
    let own = site.resource(at);
    let (arn, region) = (own.arn.clone(), own.region.clone());
    site.join(global, at, &region);
    site.draft
        .edit::<DbCluster>(at, "copies by its global cluster, not by the log", |it| {
            it.replication_source = None;
        });
    let named = Arn::parse(&arn)
        .map(|it| it.name().to_owned())
        .unwrap_or_default();
    site.draft.edit::<DbCluster>(
        source,
        "is copied by its global cluster, not by the log",
        |it| {
            it.read_replicas.retain(|it| *it != arn && *it != named);
        },
    );
    Ok(())
}

/// A secondary gets the instances that its primary has.
pub(super) fn instances(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let Some(global) = site.global_of(at)? else {
        return Err(format!("{} is in no global cluster", site.called(at)));
    };
    let writer = site.writer(global, at);
    site.man(at, writer)
}

pub(super) fn ready(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    site.ready(at)
}

impl Site<'_, '_> {
    /// The member of its global cluster; a read replica for engines that have none.
    pub(in crate::change) fn cluster_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let Some(cluster) = self.of::<DbCluster>(at) else {
            return Err(format!("{} is no cluster", self.called(at)));
        };
        let spans = cluster.engine.starts_with("aurora-")
            || matches!(&*cluster.engine, "docdb" | "neptune");
        if cluster.engine_mode.as_deref() == Some("serverless") {
            return Err(format!(
                "{} cannot be copied to {region}: no global database takes in Aurora Serverless v1",
                self.called(at)
            ));
        }
        if !spans {
            return self.replica_of_cluster(at, region);
        }
        let global = self.global_for(at)?;
        let members = self
            .of::<GlobalCluster>(global)
            .into_iter()
            .flat_map(|it| &it.members);
        let member = members
            .clone()
            .find(|it| *it.region == **region)
            .map(|it| it.cluster_arn.clone());
        if let Some(arn) = member {
            let found = self.draft.find(Kind::RdsDbCluster, &arn, region);
            return found.ok_or_else(|| {
                format!(
                    "the member of {} in {region} was not read",
                    self.called(global)
                )
            });
        }
        let writer = self.writer(global, at);
        self.key_of_copy(writer, region)?;
        let from = self.resource(writer).region.clone();
        let mut copy = self.copy(writer, region);
        if self
            .draft
            .find(Kind::RdsDbCluster, &copy.arn, region)
            .is_some()
        {
            // Another cluster of that name holds other data.
            let name = format!("{}-copy", copy.name);
            copy.arn = renamed(&copy.arn, &copy.name, &name);
            copy.name = name;
        }
        if let Some(it) = copy.of_mut::<DbCluster>() {
            it.replication_source = None;
            it.read_replicas.clear();
            it.members.clear();
            it.write_forwarding = None;
        }
        let made = self
            .draft
            .add(copy, format!("made as a secondary of that in {from}"));
        self.join(global, made, region);
        self.man(made, writer)?;
        Ok(made)
    }
}
