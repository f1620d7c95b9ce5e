//! RDS: read replicas of instances, and of clusters whose engine spans no Regions.

use crate::change::site::{Refusal, Site, renamed};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::rds::{DbCluster, DbInstance};
use crate::inventory::{Arn, Kind, Region, Resource};

pub(super) fn replicas(site: &mut Site<'_, '_>, at: u32) {
    site.in_each(at, |site, region| site.there(at, region).map(|_| ()));
}

impl Site<'_, '_> {
    pub(in crate::change) fn instance_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let own = self.resource(at).clone();
        let Some(instance) = own.of::<DbInstance>() else {
            return Err(format!("{} is no instance", self.called(at)));
        };
        if let Some(cluster) = &instance.cluster_id {
            return Err(format!(
                "{} goes with its cluster {cluster}",
                self.called(at)
            ));
        }
        let mut known = instance.replicas.iter().filter_map(|arn| {
            let parsed = Arn::parse(arn).filter(|it| it.region == region.as_str())?;
            self.draft
                .find(Kind::RdsDbInstance, &parsed.to_string(), region)
        });
        if let Some(found) = known.next() {
            return Ok(found);
        }
        self.key_of_copy(at, region)?;
        let mut copy = self.copy(at, region);
        if self
            .draft
            .find(Kind::RdsDbInstance, &copy.arn, region)
            .is_some()
        {
            let name = format!("{}-copy", copy.name);
            copy.arn = renamed(&copy.arn, &copy.name, &name);
            copy.name = name;
        }
        if let Some(it) = copy.of_mut::<DbInstance>() {
            it.replica_source = Some(own.arn.clone());
            it.replicas.clear();
            it.backup_replications.clear();
            it.backup_retention_days = it.backup_retention_days.max(1);
        }
        let arn = copy.arn.clone();
        let made = self.draft.add(
            copy,
            format!("made as a read replica of that in {}", own.region),
        );
        self.draft
            .edit::<DbInstance>(at, format!("is copied to {region}"), |it| {
                it.replicas.push(arn);
            });
        Ok(made)
    }

    pub(super) fn replica_of_cluster(&mut self, at: u32, region: &Region) -> Result<u32, Refusal> {
        let own = self.resource(at).clone();
        let Some(cluster) = own.of::<DbCluster>() else {
            return Err(format!("{} is no cluster", self.called(at)));
        };
        self.key_of_copy(at, region)?;
        let name = self.text_in(&format!("{}-replica", own.name), &own.region, region);
        let partition = Arn::parse(&own.arn).map_or("aws", |it| it.partition);
        let place = Place {
            partition,
            region,
            account: &own.account,
        };
        let arn = Kind::RdsDbInstance.arn(place, &name);
        let move_text = |it: &String| self.text_in(it, &own.region, region);
        let replica = DbInstance {
            engine: cluster.engine.clone(),
            engine_version: cluster.engine_version.clone(),
            status: "available".to_owned(),
            created: cluster.created.clone(),
            replica_source: Some(own.arn.clone()),
            multi_az: true,
            encrypted: cluster.encrypted,
            kms_key: cluster.kms_key.as_ref().map(move_text),
            backup_retention_days: cluster.backup_retention_days.max(1),
            deletion_protection: true,
            ..DbInstance::default()
        };
        let replica = Resource {
            arn: arn.clone(),
            region: region.clone(),
            name,
            properties: replica.into(),
            unread: std::collections::BTreeMap::new(),
            ..own.clone()
        };
        let made = self.draft.add(
            replica,
            format!("made as a read replica of {} in {}", own.name, own.region),
        );
        self.draft
            .edit::<DbCluster>(at, format!("is copied to {region}"), |it| {
                if !it.read_replicas.contains(&arn) {
                    it.read_replicas.push(arn);
                }
            });
        Ok(made)
    }
}
