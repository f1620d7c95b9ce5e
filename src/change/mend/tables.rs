//! DynamoDB: replicas of global tables.

use std::collections::BTreeSet;

use crate::change::site::{Refusal, Site};
use crate::inventory::kinds::applicationautoscaling::ScalableTarget;
use crate::inventory::kinds::dynamodb::{Replica, Stream, Table};
use crate::inventory::{Kind, Region};

/// States in which a replica takes no requests.
const UNUSABLE: [&str; 6] = [
    "ARCHIVED",
    "ARCHIVING",
    "CREATION_FAILED",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
    "REGION_DISABLED",
    "REPLICATION_NOT_AUTHORIZED",
];

pub(super) fn replicas(site: &mut Site<'_, '_>, at: u32) {
    site.in_each(at, |site, region| site.table_there(at, region).map(|_| ()));
}

/// Whatever kept it from use is taken to be mended.
pub(super) fn usable(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let group = site.estate.twin_set(at).map(|it| it.members.clone());
    let mut broken = BTreeSet::new();
    for at in group.unwrap_or_else(|| vec![at]) {
        let table = site.of::<Table>(at);
        let replicas = table.into_iter().flat_map(|it| &it.replicas);
        let unusable = replicas.filter(|it| UNUSABLE.contains(&it.status.as_str()));
        broken.extend(unusable.map(|it| Region::from(it.region.as_str())));
    }
    for region in broken {
        site.table_there(at, &region)?;
    }
    Ok(())
}

impl Site<'_, '_> {
    /// The replica of a table: a table of its name that stands there takes part from now on.
    pub(in crate::change) fn table_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let called = self.called(at);
        let own = self.resource(at);
        let (arn, home) = (own.arn.clone(), own.region.clone());
        let Some(table) = own.of::<Table>().cloned() else {
            return Err(format!("{called} is no table"));
        };
        let listed = table.replicas.iter().map(|it| it.region.as_str());
        let mut regions: BTreeSet<Region> = listed.map(Region::from).collect();
        regions.insert(home.clone());
        let strong = table.consistency.as_deref() == Some("STRONG");
        if strong && !regions.contains(region) {
            return Err(format!(
                "{called} cannot have a replica in {region}: a strongly consistent table has three Regions and takes no further one"
            ));
        }
        let there = self.text_in(&arn, &home, region);
        let found = self.draft.find(Kind::DynamoDbTable, &there, region);
        let lists = |at: u32, region: &Region| {
            let mut replicas = self.of::<Table>(at).into_iter().flat_map(|it| &it.replicas);
            replicas.any(|it| *it.region == **region && it.status == "ACTIVE")
        };
        if let Some(found) =
            found.filter(|it| *region != home && lists(at, region) && lists(*it, &home))
        {
            return Ok(found);
        }
        self.key_of_copy(at, region)?;
        let made = match found {
            Some(found) => found,
            None => self.add_replica(at, region),
        };
        regions.insert(region.clone());
        for it in &regions {
            let arn = self.text_in(&arn, &home, it);
            if let Some(member) = self.draft.find(Kind::DynamoDbTable, &arn, it) {
                self.replicate(member, &regions, region);
            }
        }
        Ok(made)
    }

    fn add_replica(&mut self, at: u32, region: &Region) -> u32 {
        let own = self.resource(at);
        let (account, from) = (own.account.clone(), own.region.clone());
        let mut copy = self.copy(at, region);
        // What an account may have is the Region's, not the table's.
        let tables = self
            .estate
            .of_kind_in(Kind::DynamoDbTable, &account, region);
        let limits = tables
            .clone()
            .find_map(|it| Some(self.of::<Table>(it)?.limits.clone()));
        if let (Some(table), Some(limits)) = (copy.of_mut::<Table>(), limits) {
            table.limits = limits;
        }
        let what = format!("made as a replica of that in {from}");
        let made = self.draft.add(copy, what);
        // Read capacity is scaled replica by replica.
        let targets = if self.draft.is_old(at) {
            self.estate.scalable_targets(at)
        } else {
            &[]
        };
        for target in targets.iter().copied() {
            let copy = self.copy(target, region);
            self.draft.add(copy, format!("made as that in {from}"));
        }
        made
    }

    /// Whether write capacity is scaled, here or at a twin.
    fn is_scaled(&self, at: u32) -> bool {
        let writes = |target: &u32| {
            let target = self.of::<ScalableTarget>(*target);
            target.is_some_and(|it| it.dimension == "dynamodb:table:WriteCapacityUnits")
        };
        let own = self.resource(at);
        let mut group = self
            .estate
            .tables_named(&own.account, &own.name)
            .iter()
            .copied();
        group.any(|it| self.estate.scalable_targets(it).iter().any(writes))
    }

    /// Lets a table replicate to these Regions, and to the one that is added for certain.
    fn replicate(&mut self, at: u32, regions: &BTreeSet<Region>, added: &Region) {
        let home = self.resource(at).region.clone();
        let scaled = self.is_scaled(at);
        let provisioned = self
            .of::<Table>(at)
            .is_some_and(|it| it.billing_mode == "PROVISIONED");
        let paid = if provisioned && !scaled {
            ", on demand"
        } else {
            ""
        };
        let what = format!("replicates to and from {added}{paid}");
        self.draft.edit::<Table>(at, what, |table| {
            if home == *added && UNUSABLE.contains(&table.status.as_str()) {
                "ACTIVE".clone_into(&mut table.status);
            }
            for region in regions {
                let at = table.replicas.iter().position(|it| *it.region == **region);
                match at {
                    Some(at) if region == added => active(&mut table.replicas[at]),
                    Some(_) => {}
                    None => table.replicas.push(Replica {
                        region: region.to_string(),
                        status: "ACTIVE".to_owned(),
                        ..Replica::default()
                    }),
                }
            }
            if table.billing_mode == "PROVISIONED" && !scaled {
                // What is not scaled may not be replicated.
                "PAY_PER_REQUEST".clone_into(&mut table.billing_mode);
                (table.read_capacity, table.write_capacity) = (0, 0);
            }
            table.replicas.sort_by(|a, b| a.region.cmp(&b.region));
            table
                .global_table_version
                .get_or_insert_with(|| "2019.11.21".to_owned());
            table.stream.get_or_insert_with(|| Stream {
                view_type: "NEW_AND_OLD_IMAGES".to_owned(),
                arn: None,
            });
        });
    }
}

fn active(replica: &mut Replica) {
    "ACTIVE".clone_into(&mut replica.status);
    replica.status_description = None;
    replica.inaccessible_since = None;
}
