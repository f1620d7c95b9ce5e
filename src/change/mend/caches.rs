//! ElastiCache: members of Global Datastores.

use super::members::global_thing;
use crate::change::site::{Refusal, Site, renamed};
use crate::estate::replicas::GlobalOf;
use crate::inventory::kinds::elasticache::{
    GlobalGroupMember, GlobalReplicationGroup, ReplicationGroup,
};
use crate::inventory::{Kind, Region};

/// A Global Datastore has a primary and no more secondaries than these.
const SECONDARIES: usize = 2;

pub(super) fn datastore(site: &mut Site<'_, '_>, at: u32) {
    site.in_each(at, |site, region| site.cache_there(at, region).map(|_| ()));
}

impl Site<'_, '_> {
    pub(in crate::change) fn cache_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let datastore = self.datastore_for(at)?;
        let store = self
            .of::<GlobalReplicationGroup>(datastore)
            .cloned()
            .unwrap_or_default();
        if let Some(member) = store.members.iter().find(|it| *it.region == **region) {
            let found = self
                .draft
                .find(Kind::CacheReplicationGroup, &member.group_arn, region);
            let called = self.called(datastore);
            return found.ok_or_else(|| format!("the member of {called} in {region} was not read"));
        }
        if store.members.len() > SECONDARIES {
            let called = self.called(datastore);
            return Err(format!(
                "{called} takes no member in {region}: {SECONDARIES} secondaries are the most"
            ));
        }
        self.key_of_copy(at, region)?;
        let from = self.resource(at).region.clone();
        let id = self.resource(datastore).name.clone();
        let twin = self
            .standing(at, region)
            .filter(|it| self.draft.is_old(*it));
        let alone = |it: &u32| {
            self.of::<ReplicationGroup>(*it)
                .is_some_and(|it| it.global_datastore.is_none())
        };
        if let Some(twin) = twin.filter(alone) {
            let what = format!("follows that in {from}, and gives up what it alone holds");
            let model = self.copy(at, region).of::<ReplicationGroup>().cloned();
            self.draft.edit::<ReplicationGroup>(twin, what, |it| {
                if let Some(model) = model {
                    *it = ReplicationGroup {
                        created: it.created.take(),
                        endpoint: it.endpoint.take(),
                        reader_endpoint: it.reader_endpoint.take(),
                        kms_key: it.kms_key.take(),
                        ..model
                    };
                }
                join(it, &id);
            });
            self.take_in(datastore, twin, region);
            return Ok(twin);
        }
        let mut copy = self.copy(at, region);
        if self
            .draft
            .find(Kind::CacheReplicationGroup, &copy.arn, region)
            .is_some()
        {
            // Another cache of that name holds other data.
            let name = format!("{}-copy", copy.name);
            copy.arn = renamed(&copy.arn, &copy.name, &name);
            copy.name = name;
        }
        if let Some(it) = copy.of_mut::<ReplicationGroup>() {
            join(it, &id);
        }
        let what = format!("made as a secondary of that in {from}");
        let made = self.draft.add(copy, what);
        self.take_in(datastore, made, region);
        Ok(made)
    }

    fn take_in(&mut self, datastore: u32, at: u32, region: &Region) {
        let automatic = self
            .of::<ReplicationGroup>(at)
            .map(|it| it.automatic_failover.clone());
        let member = GlobalGroupMember {
            group_arn: self.resource(at).arn.clone(),
            region: region.to_string(),
            role: "SECONDARY".to_owned(),
            status: "associated".to_owned(),
            automatic_failover: automatic.unwrap_or_default(),
        };
        let what = format!("takes in a secondary in {region}");
        self.draft
            .edit::<GlobalReplicationGroup>(datastore, what, |it| it.members.push(member));
    }

    /// The Global Datastore of a cache; made where there is none.
    fn datastore_for(&mut self, at: u32) -> Result<u32, Refusal> {
        let own = self.resource(at).clone();
        let lists = |it: &u32| {
            let store = self.of::<GlobalReplicationGroup>(*it);
            store.is_some_and(|it| it.members.iter().any(|it| it.group_arn == own.arn))
        };
        let mut all = self.all(Kind::CacheGlobalReplicationGroup).into_iter();
        if let Some(found) = all.find(lists) {
            return Ok(found);
        }
        if let (true, GlobalOf::Unknown(_)) =
            (self.draft.is_old(at), self.estate.global_datastore(at))
        {
            return Err(format!(
                "whether {} is in a Global Datastore was not read",
                self.called(at)
            ));
        }
        let Some(group) = own.of::<ReplicationGroup>() else {
            return Err(format!("{} is no replication group", self.called(at)));
        };
        let store = GlobalReplicationGroup {
            engine: group.engine.clone(),
            status: "available".to_owned(),
            node_type: group.node_type.clone(),
            members: vec![GlobalGroupMember {
                group_arn: own.arn.clone(),
                region: own.region.to_string(),
                role: "PRIMARY".to_owned(),
                status: "associated".to_owned(),
                automatic_failover: group.automatic_failover.clone(),
            }],
            ..GlobalReplicationGroup::default()
        };
        let name = format!("{}-global", own.name);
        let store = global_thing(&own, Kind::CacheGlobalReplicationGroup, &name, store);
        let made = self
            .draft
            .add(store, format!("made, with {} as its primary", own.name));
        self.draft
            .edit::<ReplicationGroup>(at, format!("becomes the primary of {name}"), |it| {
                it.global_datastore = Some(name.clone());
                it.global_role = Some("PRIMARY".to_owned());
            });
        Ok(made)
    }
}

fn join(group: &mut ReplicationGroup, datastore: &str) {
    group.global_datastore = Some(datastore.to_owned());
    group.global_role = Some("SECONDARY".to_owned());
}
