//! How often an operation is called: what each declares beside its name, so that a run can be
//! counted before it is made.
//!
//! Counts from what an earlier run found. What that does not tell (how many things AWS lists that
//! are not kept, how much of an answer a page holds) makes a count open: so many calls or more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::sync::LazyLock;

use crate::inventory::{AccountId, Inventory, Kind, OfKind, Region, Resource};

/// How often an operation is called in a place, by what is there.
#[derive(Clone, Copy)]
pub struct Times(pub fn(&Held<'_>) -> Calls);

impl Times {
    /// Once for each run of a collector.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is for one lifetime, the pointer for any"
    )]
    pub const ONCE: Self = Self(|it| it.once());
    /// Depends on what was asked for, and an inventory does not tell that.
    pub const UNTOLD: Self = Self(|_| Calls::default().or_more());
}

impl fmt::Debug for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Times")
    }
}

/// A number of calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// So many are made.
    pub least: u64,
    /// Whether there may be more.
    pub open: bool,
}

impl Calls {
    /// Not one more.
    pub const fn exactly(least: u64) -> Self {
        Self { least, open: false }
    }

    /// With so many things in each call.
    #[must_use]
    pub fn in_batches(self, size: impl TryInto<u64>) -> Self {
        Self {
            least: self.least.div_ceil(whole(size)),
            ..self
        }
    }

    /// So many, or more.
    #[must_use]
    pub const fn or_more(self) -> Self {
        Self {
            least: self.least,
            open: true,
        }
    }
}

impl Add for Calls {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_add(other.least),
            open: self.open || other.open,
        }
    }
}

impl Sum for Calls {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// How many things are in a list.
pub fn count<T>(things: &[T]) -> u64 {
    u64::try_from(things.len()).unwrap_or(u64::MAX)
}

/// How many pages of a size a list of so many things has: one where there is nothing.
pub fn pages(things: u64, size: impl TryInto<u64>) -> u64 {
    things.div_ceil(whole(size)).max(1)
}

/// Sizes are what requests take, in whatever type: none is below one.
fn whole(size: impl TryInto<u64>) -> u64 {
    size.try_into().unwrap_or(1).max(1)
}

/// What an inventory holds of one place: a Region of an account, or what it has in none.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    inventory: &'a Inventory,
    account: &'a AccountId,
    region: &'a Region,
    /// Whether a collector that calls the operation runs in this place.
    runs: bool,
}

impl<'a> Held<'a> {
    pub(super) fn new(
        inventory: &'a Inventory,
        account: &'a AccountId,
        region: &'a Region,
        runs: bool,
    ) -> Self {
        Self {
            inventory,
            account,
            region,
            runs,
        }
    }

    pub fn account(&self) -> &'a AccountId {
        self.account
    }

    pub fn region(&self) -> &'a Region {
        self.region
    }

    pub fn partition(&self) -> &'a str {
        &self.inventory.header().partition
    }

    /// Whether the run asks that account too.
    pub fn asks(&self, account: &str) -> bool {
        self.inventory.accounts().any(|it| **it == *account)
    }

    /// Whether the run asks that Region of the account.
    pub fn selects(&self, region: &str) -> bool {
        let scope = &self.inventory.header().scope;
        let regions = scope.get(self.account).into_iter().flatten();
        regions.into_iter().any(|it| **it == *region)
    }

    /// What the account has in no Region.
    #[must_use]
    pub fn global(self) -> Self {
        static GLOBAL: LazyLock<Region> = LazyLock::new(Region::global);
        Self {
            region: &GLOBAL,
            ..self
        }
    }

    /// Once for each run of a collector.
    pub fn once(&self) -> Calls {
        Calls::exactly(self.runs.into())
    }

    /// A list of the kinds together, in pages.
    pub fn pages(&self, kinds: &[Kind], size: impl TryInto<u64>) -> Calls {
        let listed: Calls = kinds.iter().map(|kind| self.each(*kind)).sum();
        self.listing(listed, size)
    }

    /// A list of so many things, in pages.
    pub fn listing(&self, things: Calls, size: impl TryInto<u64>) -> Calls {
        if !self.runs {
            return Calls::default();
        }
        Calls {
            least: pages(things.least, size),
            ..things
        }
    }

    /// Once for each resource.
    pub fn each(&self, kind: Kind) -> Calls {
        self.known(kind, count(self.all(kind)))
    }

    /// Once for each resource, wherever in the account.
    pub fn everywhere(&self, kind: Kind) -> Calls {
        let found = self.inventory.resources_of(kind, self.account);
        self.known(kind, count(found))
    }

    /// Once for each resource of which something holds.
    pub fn each_where<T: OfKind + 'a>(&self, holds: impl Fn(&T) -> bool) -> Calls {
        let found = self.of::<T>().filter(|it| holds(it)).count();
        self.known(T::KIND, u64::try_from(found).unwrap_or(u64::MAX))
    }

    /// Once for each thing that the resources name, however many name it.
    pub fn distinct<T: OfKind + 'a, N: IntoIterator<Item: Ord>>(
        &self,
        named: impl Fn(&'a T) -> N,
    ) -> Calls {
        let all: BTreeSet<N::Item> = self.of::<T>().flat_map(named).collect();
        self.known(T::KIND, u64::try_from(all.len()).unwrap_or(u64::MAX))
    }

    /// Once for each resource, as often as it says itself.
    pub fn summed<T: OfKind + 'a>(&self, times: impl Fn(&T) -> u64) -> Calls {
        self.known(T::KIND, self.of::<T>().map(times).sum())
    }

    /// Once if there is any.
    pub fn if_any(&self, kinds: &[Kind]) -> Calls {
        let all: Calls = kinds.iter().map(|kind| self.each(*kind)).sum();
        Calls {
            least: all.least.min(1),
            // Where there is one, more do not matter.
            open: all.open && all.least == 0,
        }
    }

    /// So many or more where there is something of a kind; else none, unless some of it is not
    /// kept.
    pub fn given(&self, kind: Kind, calls: Calls) -> Calls {
        if self.each(kind).least > 0 {
            calls.or_more()
        } else {
            Calls::default().or_more()
        }
    }

    /// For each parent that resources name, as often as their number says.
    pub fn per<T: OfKind + 'a>(
        &self,
        parent: impl Fn(&'a T) -> &'a str,
        times: impl Fn(u64) -> u64,
    ) -> Calls {
        let mut groups = BTreeMap::<&str, u64>::new();
        for it in self.of::<T>() {
            *groups.entry(parent(it)).or_default() += 1;
        }
        self.known(T::KIND, groups.into_values().map(times).sum())
    }

    /// A list for each parent of what it has, in pages.
    pub fn pages_per<T: OfKind + 'a>(
        &self,
        parents: Kind,
        size: impl TryInto<u64>,
        parent: impl Fn(&'a T) -> &'a str,
    ) -> Calls {
        let size = whole(size);
        let further = self.per(parent, |members| members.div_ceil(size) - 1);
        self.each(parents) + further
    }

    /// The resources of a kind in this place.
    pub fn of<T: OfKind + 'a>(&self) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.all(T::KIND).iter().filter_map(Resource::of::<T>)
    }

    /// What there is of a kind in this place.
    pub fn all(&self, kind: Kind) -> &'a [Resource] {
        self.inventory.resources_in(kind, self.account, self.region)
    }

    /// Open where resources of the kind may be missing from the inventory.
    fn known(&self, kind: Kind, calls: u64) -> Calls {
        let hidden = self.inventory.hiding(kind, self.account, self.region);
        Calls {
            least: calls,
            open: !hidden.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::kinds::ecs::{Cluster, Service};
    use crate::inventory::{Header, Properties, Reading};

    const HERE: &str = "eu-west-1";

    /// Clusters by number, each with so many services.
    fn world(services: &[usize]) -> Inventory {
        let account = AccountId::from("111111111111");
        let resource = |name: String, properties: Properties| Resource {
            arn: name.clone(),
            account: account.clone(),
            region: HERE.into(),
            name,
            tags: BTreeMap::new(),
            properties,
            unread: BTreeMap::new(),
        };
        let mut resources = Vec::new();
        for (cluster, services) in services.iter().enumerate() {
            let cluster = format!("c{cluster}");
            resources.push(resource(cluster.clone(), Cluster::default().into()));
            resources.extend((0..*services).map(|number| {
                let properties = Service {
                    cluster: cluster.clone(),
                    ..Service::default()
                };
                resource(format!("{cluster}/{number:03}"), properties.into())
            }));
        }
        let header = Header {
            scope: [(account.clone(), [HERE.into()].into())].into(),
            ..Header::default()
        };
        let reading = Reading {
            account,
            region: HERE.into(),
            kinds: [Kind::EcsCluster, Kind::EcsService].into(),
            word: None,
        };
        Inventory::new(header, resources, [], [reading])
    }

    fn held<T>(services: &[usize], count: impl Fn(&Held<'_>) -> T) -> T {
        let inventory = world(services);
        let account = AccountId::from("111111111111");
        count(&Held::new(&inventory, &account, &HERE.into(), true))
    }

    #[test]
    fn a_list_has_a_page_where_there_is_nothing_and_batches_have_none() {
        let list = |services: &[usize]| held(services, |it| it.pages(&[Kind::EcsService], 10));
        assert_eq!(
            [&[][..], &[10], &[11]].map(list),
            [1, 1, 2].map(Calls::exactly)
        );
        let batch =
            |services: &[usize]| held(services, |it| it.each(Kind::EcsService).in_batches(10));
        assert_eq!(
            [&[][..], &[10], &[11]].map(batch),
            [0, 1, 2].map(Calls::exactly)
        );
    }

    #[test]
    fn each_parent_has_pages_of_its_own() {
        let lists = |services: &[usize]| {
            held(services, |it| {
                it.pages_per::<Service>(Kind::EcsCluster, 10, |it| &it.cluster)
            })
        };
        let all: [&[usize]; 4] = [&[], &[0, 0], &[10, 11], &[5, 5, 5]];
        assert_eq!(all.map(lists), [0, 2, 3, 3].map(Calls::exactly));
    }

    #[test]
    fn once_if_any_is_open_only_where_none_is_known() {
        let unread = Kind::DynamoDbTable;
        let any = |kinds: &[Kind]| held(&[1], |it| it.if_any(kinds));
        assert_eq!(any(&[Kind::EcsCluster, unread]), Calls::exactly(1));
        assert_eq!(any(&[unread]), Calls::default().or_more());
        assert_eq!(
            held(&[], |it| it.if_any(&[Kind::EcsCluster])),
            Calls::default()
        );
    }
}
