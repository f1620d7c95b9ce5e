//! KMS and Secrets Manager: replicas of multi-Region keys and of secrets.

use std::collections::BTreeSet;

use crate::change::site::{Refusal, Site};
use crate::inventory::kinds::kms::Key;
use crate::inventory::kinds::secretsmanager::{Secret, SecretReplica};
use crate::inventory::{Kind, Region};

/// States in which a key encrypts and decrypts nothing.
const UNUSABLE: [&str; 5] = [
    "Disabled",
    "PendingDeletion",
    "PendingImport",
    "PendingReplicaDeletion",
    "Unavailable",
];

/// A usable copy of a multi-Region key in each active Region.
pub(super) fn replicas(site: &mut Site<'_, '_>, at: u32) {
    let group = site.estate.twin_set(at).map(|it| it.members.clone());
    for key in group.unwrap_or_else(|| vec![at]) {
        if site.active().contains(&site.resource(key).region) {
            site.draft.edit::<Key>(key, "is enabled", |it| {
                if UNUSABLE.contains(&it.state.as_str()) {
                    "Enabled".clone_into(&mut it.state);
                }
            });
        }
    }
    site.in_each(at, |site, region| site.key_there(at, region).map(|_| ()));
}

pub(super) fn secrets(site: &mut Site<'_, '_>, at: u32) {
    site.in_each(at, |site, region| site.secret_there(at, region).map(|_| ()));
}

/// Whatever kept the copy from being written is taken to be out of the way.
pub(super) fn failed(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let secret = site.of::<Secret>(at);
    let replicas = secret.into_iter().flat_map(|it| &it.replicas);
    let failed = replicas.filter(|it| it.status == "Failed");
    let failed: Vec<Region> = failed.map(|it| it.region.as_str().into()).collect();
    for region in failed {
        site.secret_there(at, &region)?;
    }
    Ok(())
}

impl Site<'_, '_> {
    pub(in crate::change) fn key_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let own = self.resource(at);
        let (arn, home) = (own.arn.clone(), own.region.clone());
        let Some(key) = own.of::<Key>() else {
            return Err(format!("{} is no key", self.called(at)));
        };
        let there = self.text_in(&arn, &home, region);
        let mut regions: BTreeSet<String> = key.regions.iter().cloned().collect();
        regions.extend([home.to_string(), region.to_string()]);
        let made = if let Some(found) = self.draft.find(Kind::KmsKey, &there, region) {
            found
        } else {
            let mut copy = self.copy(at, region);
            if let Some(it) = copy.of_mut::<Key>() {
                "Enabled".clone_into(&mut it.state);
                it.multi_region_role = Some("REPLICA".to_owned());
            }
            self.draft
                .add(copy, format!("made as a replica of that in {home}"))
        };
        for it in regions.clone() {
            let it = Region::from(it);
            let arn = self.text_in(&arn, &home, &it);
            if let Some(member) = self.draft.find(Kind::KmsKey, &arn, &it) {
                let regions = regions.iter().cloned().collect();
                let what = format!("has a replica in {region}");
                self.draft
                    .edit::<Key>(member, what, |it| it.regions = regions);
            }
        }
        Ok(made)
    }

    pub(in crate::change) fn secret_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<u32, Refusal> {
        let own = self.resource(at);
        let (arn, home) = (own.arn.clone(), own.region.clone());
        let Some(secret) = own.of::<Secret>() else {
            return Err(format!("{} is no secret", self.called(at)));
        };
        if let Some(primary) = secret.primary_region.clone().filter(|it| *it != *home) {
            // Replicas are written from their primary alone.
            let primary = Region::from(primary);
            let arn = self.text_in(&arn, &home, &primary);
            return match self.draft.find(Kind::SecretsManagerSecret, &arn, &primary) {
                Some(_) if primary == *region => {
                    Err(format!("{} is written in {region}", self.called(at)))
                }
                Some(at) => self.secret_there(at, region),
                None => Err(format!("the primary of {} was not read", self.called(at))),
            };
        }
        let rotation = secret.rotation_function.clone();
        self.key_of_copy(at, region)?;
        if let Some(function) = rotation.and_then(|it| self.estate.function(&it)) {
            self.there(function, region)?;
        }
        let there = self.text_in(&arn, &home, region);
        let mut copy = self.copy(at, region);
        let mut key = None;
        if let Some(it) = copy.of_mut::<Secret>() {
            it.primary_region = Some(home.to_string());
            it.replicas.clear();
            it.rotation_function = None;
            key.clone_from(&it.kms_key);
        }
        let made = match self.draft.find(Kind::SecretsManagerSecret, &there, region) {
            Some(found) => found,
            None => self
                .draft
                .add(copy, format!("made as a replica of that in {home}")),
        };
        self.draft
            .edit::<Secret>(at, format!("has a replica in {region}"), |it| {
                it.primary_region = Some(home.to_string());
                match it.replicas.iter_mut().find(|it| *it.region == **region) {
                    Some(known) => "InSync".clone_into(&mut known.status),
                    None => it.replicas.push(SecretReplica {
                        region: region.to_string(),
                        status: "InSync".to_owned(),
                        kms_key: key,
                    }),
                }
            });
        Ok(made)
    }
}
