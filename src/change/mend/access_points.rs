//! S3: Multi-Region Access Points before a bucket of each Region.

use crate::change::site::{Refusal, Site};
use crate::estate::lookups::Found;
use crate::inventory::Region;
use crate::inventory::kinds::s3::{AccessPointBucket, AccessPointRoute, MultiRegionAccessPoint};

/// The dial of a route that requests take.
const ACTIVE: i64 = 100;

/// Every active Region has a bucket behind it, and all of them get requests.
pub(super) fn complete(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let first = site.first_bucket(at)?;
    for region in site.copies_of(first) {
        site.point_there(at, &region)?;
    }
    let members = site.buckets_behind(at);
    for (number, one) in members.iter().enumerate() {
        for other in &members[number + 1..] {
            site.pair(*one, *other);
        }
    }
    site.draft
        .edit::<MultiRegionAccessPoint>(at, "sends requests to every Region", |it| {
            "READY".clone_into(&mut it.status);
            it.routes.iter_mut().for_each(|it| it.traffic_dial = ACTIVE);
        });
    Ok(())
}

impl Site<'_, '_> {
    fn buckets_behind(&self, at: u32) -> Vec<u32> {
        let point = self.of::<MultiRegionAccessPoint>(at);
        let named = point.into_iter().flat_map(|it| &it.buckets);
        let found = named.filter_map(|it| match self.estate.bucket(&it.bucket) {
            Found::Resource(at) => Some(at),
            Found::Absent | Found::Unknown(_) => None,
        });
        found.collect()
    }

    fn first_bucket(&self, at: u32) -> Result<u32, Refusal> {
        let first = self.buckets_behind(at).first().copied();
        first.ok_or_else(|| format!("no bucket behind {} was read", self.called(at)))
    }

    /// Puts a bucket of a further Region behind an access point.
    pub(in crate::change) fn point_there(
        &mut self,
        at: u32,
        region: &Region,
    ) -> Result<(), Refusal> {
        let held = self.of::<MultiRegionAccessPoint>(at);
        let held = held.is_some_and(|it| it.buckets.iter().any(|it| *it.region == **region));
        if held {
            return Ok(());
        }
        let first = self.first_bucket(at)?;
        let there = self.bucket_there(first, region)?;
        let others = self.buckets_behind(at);
        for other in others {
            self.pair(other, there);
        }
        let bucket = self.resource(there).name.clone();
        let region = region.to_string();
        let what = format!("sends requests to {bucket} too");
        self.draft.edit::<MultiRegionAccessPoint>(at, what, |it| {
            it.buckets.push(AccessPointBucket {
                bucket: bucket.clone(),
                region: region.clone(),
                account: None,
            });
            it.routes.push(AccessPointRoute {
                bucket,
                region,
                traffic_dial: ACTIVE,
            });
            it.buckets.sort_by(|a, b| a.region.cmp(&b.region));
            it.routes.sort_by(|a, b| a.region.cmp(&b.region));
        });
        Ok(())
    }
}
