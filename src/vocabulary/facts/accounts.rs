//! Accounts: their Regions, the policies that reach them, what could not be read of them.

use std::collections::BTreeSet;

use super::super::{Types, World};
use crate::estate::lookups::Found;
use crate::estate::organisation::Denial;
use crate::inventory::{AccountId, Arn, Cause, Gap, GapKey, Kind, Region, region};
use crate::rule::expr::{Type, Value};

/// Something that is known or worked out of an account.
#[derive(Debug)]
pub(in crate::vocabulary) struct AccountFact {
    pub name: &'static str,
    pub doc: &'static str,
    pub ty: fn(&Types) -> Type,
    /// Never a default for what is not known.
    pub get: fn(&World<'_>, &AccountId) -> Value,
}

pub(in crate::vocabulary) const ACCOUNT: &[AccountFact] = &[
    AccountFact {
        name: "id",
        doc: "The account's twelve digits.",
        ty: |_| Type::STRING,
        get: |_, id| Value::string(id.as_str()),
    },
    AccountFact {
        name: "regions",
        doc: "Regions that were asked, sorted; none where the account could not be opened.",
        ty: |_| Types::strings(),
        get: |world, id| Value::strings(asked(world, id).map(Region::as_str)),
    },
    AccountFact {
        name: "details",
        doc: "The account as it speaks of itself: opt status of its Regions, its organisation.",
        ty: |types| types.one(Kind::AccountAccount),
        get: |world, id| match world.estate().account(id) {
            Found::Resource(at) => world.object(at),
            Found::Unknown(gaps) => world.unknown(&gaps),
            Found::Absent => world.unknown([]),
        },
    },
    AccountFact {
        name: "resources",
        doc: "The workload's resources that it holds, of any kind.",
        ty: |types| Type::list(types.any()),
        get: |world, id| world.objects(members(world, id), &hidden(world, id, |_| true)),
    },
    AccountFact {
        name: "stores",
        doc: "Those of them that hold data of their own.",
        ty: |types| Type::list(types.any()),
        get: |world, id| {
            let mut gaps = hidden(world, id, Kind::is_store);
            let mut stores = members(world, id);
            stores.retain(|at| {
                let resource = world.resource_at(*at);
                resource.is_store().unwrap_or_else(|gap| {
                    gaps.push(gap.clone());
                    false
                })
            });
            world.objects(stores, &gaps)
        },
    },
    AccountFact {
        name: "policies",
        doc: "Service control policies in force that reach it: none where it manages its organisation or belongs to none.",
        ty: |types| types.list(Kind::OrganizationsPolicy),
        get: |world, id| {
            let reach = world.estate().policies_on(id);
            world.objects(reach.policies, &reach.gaps)
        },
    },
    AccountFact {
        name: "region_denials",
        doc: "What those policies deny by Region, whatever the resource: an entry for each statement and each Region that it holds in.",
        ty: |types| Type::list(types.region_denial.clone()),
        get: region_denials,
    },
    AccountFact {
        name: "gaps",
        doc: "What was asked of it and could not be read; incomplete where something was not asked.",
        ty: |types| Type::list(types.gap.clone()),
        get: |world, id| {
            let gaps = world.estate().inventory().gaps();
            let asked = |it: &&Gap| it.key.account == *id && it.key.cause != Cause::NotCollected;
            let own = gaps.filter(asked).map(|it| gap(world, it));
            let mut open = hidden(world, id, |_| true);
            open.retain(|key| key.cause == Cause::NotCollected);
            world.list(own.collect(), &open)
        },
    },
];

fn asked<'a>(world: &World<'a>, id: &AccountId) -> impl Iterator<Item = &'a Region> {
    let scope = &world.estate().inventory().header().scope;
    let regions = scope.get(id).into_iter().flatten();
    regions.filter(|region| !region.is_global())
}

fn members(world: &World<'_>, id: &AccountId) -> Vec<u32> {
    let all = world.all_members();
    all.filter(|at| world.resource_at(*at).account == *id)
        .collect()
}

/// Gaps that may hide resources of some kinds in the account, or leave open whether they belong.
fn hidden(world: &World<'_>, id: &AccountId, of: fn(Kind) -> bool) -> Vec<GapKey> {
    let inventory = world.estate().inventory();
    let mut gaps = BTreeSet::new();
    let kinds = Kind::ALL.iter().filter(|it| it.is_of_a_workload());
    for kind in kinds.filter(|it| of(**it)) {
        let places = inventory.places(*kind, id).into_iter();
        gaps.extend(places.flat_map(|place| inventory.hiding(*kind, id, &place)));
    }
    // What may belong and is of the account: its gap may be of another one.
    let workload = world.workload();
    let own = workload.undecided.iter().filter(|it| {
        let resource = world.resource_at(it.resource);
        resource.account == *id && of(resource.kind())
    });
    gaps.extend(own.map(|it| it.gap.clone()));
    let open = workload.open.iter().filter(|(kind, _)| of(*kind));
    gaps.extend(
        open.map(|(_, gap)| gap.clone())
            .filter(|it| it.account == *id),
    );
    gaps.into_iter().collect()
}

fn gap(world: &World<'_>, it: &Gap) -> Value {
    let hides = it.hides.iter().map(|kind| kind.name());
    let action = it.action.as_deref().map_or(Value::Null, Value::string);
    world.record(
        |types| &types.gap,
        vec![
            Value::string(it.key.operation.as_str()),
            Value::string(it.key.region.as_str()),
            Value::string(it.key.cause.code()),
            action,
            Value::strings(hides),
        ],
    )
}

/// The causes of gaps, as rules compare them.
pub(in crate::vocabulary) fn causes() -> [&'static str; 9] {
    Cause::ALL.map(Cause::code)
}

fn region_denials(world: &World<'_>, id: &AccountId) -> Value {
    let estate = world.estate();
    let reach = estate.policies_on(id);
    let mut gaps: BTreeSet<GapKey> = reach.gaps.into_iter().collect();
    let (members, hidden) = (members(world, id), hidden(world, id, |_| true));
    let regions = regions(world, id);
    let mut denials = Vec::new();
    for policy in reach.policies {
        gaps.extend(estate.resource(policy).unread("statements").cloned());
        for denial in estate.denials(policy) {
            let held = regions.iter().filter(|region| denial.holds_in(region));
            denials.extend(held.map(|it| {
                let blocks = members
                    .iter()
                    .copied()
                    .filter(|at| blocks(world, denial, *at));
                record(world, denial, it, world.objects(blocks, &hidden))
            }));
        }
    }
    world.list(denials, &gaps)
}

/// The Regions of the partition, and those that the account or the workload uses.
fn regions(world: &World<'_>, id: &AccountId) -> BTreeSet<String> {
    let partition = &world.estate().inventory().header().partition;
    let known = region::all().iter().filter(|it| it.partition == *partition);
    let active = world.workload().active.get();
    let active = active.into_iter().flat_map(|it| &it.regions);
    let standby = world.workload().standby.iter();
    let used = asked(world, id).chain(active).chain(standby);
    known
        .map(|it| it.code.clone())
        .chain(used.map(ToString::to_string))
        .collect()
}

/// Whether it denies the service of a resource. What has no Region is not asked in one.
fn blocks(world: &World<'_>, denial: Denial<'_>, at: u32) -> bool {
    let resource = world.resource_at(at);
    let service = Arn::parse(&resource.arn).map(|arn| arn.service);
    !resource.region.is_global() && service.is_some_and(|service| denial.denies(service))
}

fn record(world: &World<'_>, denial: Denial<'_>, region: &str, blocks: Value) -> Value {
    let statement = denial.statement;
    let texts = |texts: &[String]| Value::strings(texts.iter().map(String::as_str));
    world.record(
        |types| &types.region_denial,
        vec![
            Value::string(region),
            world.object(denial.policy),
            statement.sid.as_deref().map_or(Value::Null, Value::string),
            blocks,
            texts(&statement.actions),
            texts(&statement.not_actions),
            texts(&statement.except_principals),
            texts(&statement.other_conditions),
        ],
    )
}
