//! What was read from AWS: resources, gaps and readings, with where and when.
//!
//! Collectors fill it, a file can hold it ([`snapshot`]), everything else only reads it. It draws
//! no conclusions: edges, twins and names are worked out by [`crate::estate`].

pub mod arn;
pub mod cidr;
pub mod gap;
pub mod id;
mod image;
pub mod kinds;
pub mod policy;
pub(crate) mod readings;
pub mod reference;
pub mod region;
mod resource;
pub mod snapshot;
pub mod state;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use arn::Arn;
pub use cidr::Cidr;
pub use gap::{Cause, Gap, GapKey, Reading, Word};
pub use id::{AccountId, Region};
pub use image::Image;
pub use kinds::{Kind, OfKind, Properties};
pub use reference::Reference;
pub use resource::{Resource, SortKey};

use readings::Asked;

/// Where and when an inventory was made, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Name and version of the tool that collected.
    pub tool: String,
    /// AWS partition: `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// Accounts that were asked, each with the Regions that were asked there: none where the account
    /// could not be opened.
    pub scope: BTreeMap<AccountId, BTreeSet<Region>>,
    /// When collecting began (RFC 3339, UTC).
    pub started: String,
    /// When collecting ended (RFC 3339, UTC).
    pub finished: String,
}

/// What was read. Always sorted: two inventories of the same facts are equal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    header: Header,
    resources: Vec<Resource>,
    /// Sorted by key.
    gaps: Vec<Gap>,
    readings: BTreeMap<AccountId, BTreeMap<Region, Asked>>,
}

impl Inventory {
    /// Sorts what was read. Of two resources with the same sort key the first one stays: the
    /// callers' answers for one thing do not differ, or differ by the moment of the call.
    pub fn new(
        header: Header,
        mut resources: Vec<Resource>,
        gaps: impl IntoIterator<Item = Gap>,
        readings: impl IntoIterator<Item = Reading>,
    ) -> Self {
        resources.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        resources.dedup_by(|a, b| a.sort_key() == b.sort_key());
        let mut merged = BTreeMap::<GapKey, Gap>::new();
        for gap in gaps {
            match merged.get_mut(&gap.key) {
                Some(known) => known.absorb(gap),
                None => {
                    merged.insert(gap.key.clone(), gap);
                }
            }
        }
        let mut read = BTreeMap::<_, BTreeMap<_, Asked>>::new();
        for it in readings {
            let regions = read.entry(it.account).or_default();
            let asked = regions.entry(it.region).or_default();
            asked.add(it.kinds, it.word.as_ref());
        }
        Self {
            header,
            resources,
            gaps: merged.into_values().collect(),
            readings: read,
        }
    }

    /// The same answers with other resources: an estate as it might be. `asked` is what is known of
    /// places that nobody read.
    #[must_use]
    pub fn changed(
        &self,
        header: Header,
        resources: Vec<Resource>,
        asked: impl IntoIterator<Item = Reading>,
    ) -> Self {
        let readings = self.readings().chain(asked);
        Self::new(header, resources, self.gaps.iter().cloned(), readings)
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Sorted by kind, account, Region, ARN.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resources of a kind in an account, sorted.
    pub fn resources_of(&self, kind: Kind, account: &AccountId) -> &[Resource] {
        let key = (kind.name(), account.as_str());
        between(&self.resources, |it| {
            (it.kind().name(), &*it.account).cmp(&key)
        })
    }

    /// The resources of a kind in a Region of an account, sorted.
    pub fn resources_in(&self, kind: Kind, account: &AccountId, region: &Region) -> &[Resource] {
        let of_account = self.resources_of(kind, account);
        between(of_account, |it| it.region.cmp(region))
    }

    /// Sorted by account, Region, operation, cause.
    pub fn gaps(&self) -> impl ExactSizeIterator<Item = &Gap> {
        self.gaps.iter()
    }

    pub fn gap(&self, key: &GapKey) -> Option<&Gap> {
        let at = self.gaps.binary_search_by(|gap| gap.key.cmp(key)).ok()?;
        self.gaps.get(at)
    }

    /// The gaps of one account, sorted.
    pub fn gaps_of(&self, account: &AccountId) -> &[Gap] {
        let first = self.gaps.partition_point(|it| it.key.account < *account);
        let rest = &self.gaps[first..];
        &rest[..rest.partition_point(|it| it.key.account == *account)]
    }

    /// Sorted by account and Region; what is taken on somebody's word after what was asked for.
    pub fn readings(&self) -> impl Iterator<Item = Reading> {
        self.readings.iter().flat_map(|(account, regions)| {
            let places = regions.iter();
            places.flat_map(move |(region, asked)| asked.readings(account, region))
        })
    }

    /// What counts as empty on somebody's word: nobody asked the services themselves.
    pub fn on_word(&self) -> impl Iterator<Item = (Reading, Word)> {
        let readings = self.readings();
        readings.filter_map(|it| it.word.clone().map(|word| (it, word)))
    }

    /// The accounts in scope, sorted.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountId> {
        self.header.scope.keys()
    }

    /// Whether the kind was asked for in that account and Region, or once for all its Regions.
    /// For `aws-global`: whether it was asked for anywhere in the account.
    pub fn was_read(&self, kind: Kind, account: &str, region: &str) -> bool {
        let Some(regions) = self.readings.get(account) else {
            return false;
        };
        if region == Region::GLOBAL {
            return regions.values().any(|asked| asked.contains(kind));
        }
        [region, Region::GLOBAL].iter().any(|region| {
            regions
                .get(*region)
                .is_some_and(|asked| asked.contains(kind))
        })
    }

    /// Why resources of the kind may be missing in that account and Region (for `aws-global`:
    /// anywhere in the account); empty when all of them are here.
    pub fn hiding(&self, kind: Kind, account: &AccountId, region: &Region) -> Vec<GapKey> {
        let mut keys: Vec<GapKey> = self
            .gaps_of(account)
            .iter()
            .filter(|gap| gap.hides.contains(&kind))
            .filter(|gap| {
                gap.key.region == *region || gap.key.region.is_global() || region.is_global()
            })
            .map(|gap| gap.key.clone())
            .collect();
        if keys.is_empty() && !self.was_read(kind, account, region) {
            keys.push(not_collected(kind, account, region));
        }
        keys
    }

    /// The places in which resources of a kind may be missing: the Regions that were asked in the
    /// account, or `aws-global`; that too for an account of which nothing could be read.
    pub fn places(&self, kind: Kind, account: &AccountId) -> Vec<Region> {
        let regions = self.header.scope.get(account).into_iter().flatten();
        let shut = || {
            let mut own = self.gaps_of(account).iter();
            own.any(|gap| gap.key.region.is_global() && gap.hides.contains(&kind))
        };
        match regions.cloned().collect::<Vec<_>>() {
            _ if kind.is_global() => vec![Region::global()],
            none if none.is_empty() && shut() => vec![Region::global()],
            regions => regions,
        }
    }
}

/// Those of sorted resources that are equal to what they are compared with.
fn between(sorted: &[Resource], compare: impl Fn(&Resource) -> Ordering) -> &[Resource] {
    let first = sorted.partition_point(|it| compare(it).is_lt());
    let rest = &sorted[first..];
    &rest[..rest.partition_point(|it| compare(it).is_eq())]
}

/// The gap of a kind that nobody asked for.
pub fn not_collected(kind: Kind, account: &AccountId, region: &Region) -> GapKey {
    GapKey {
        account: account.clone(),
        region: region.clone(),
        operation: kind.name().to_owned(),
        cause: Cause::NotCollected,
    }
}
