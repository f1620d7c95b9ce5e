//! Caches: whether they hold state, and the Global Datastores that copy them.

use super::databases::listed;
use crate::estate::replicas::GlobalOf;
use crate::inventory::Kind;
use crate::inventory::state::StateSign;
use crate::rule::expr::Value;
use crate::vocabulary::{Fact, Types, World};

/// One declaration for both kinds of caches.
const STATE_SIGNS: Fact = Fact {
    name: "state_signs",
    doc: "What says that it holds state that nobody can work out again: `tag` (mrlint:data-class says session or state), `durability` (its owners ask for durable writes), `session-name` (the name speaks of sessions), `name-and-snapshots` (the name speaks of carts, queues, tokens or state, and snapshots are kept). Empty for a mere cache.",
    ty: |_, _| Types::strings(),
    get: state_signs,
};

pub(super) const GROUP: &[Fact] = &[
    STATE_SIGNS,
    Fact {
        name: "datastore",
        doc: "The Global Datastore that it is a member of; null when it is in none.",
        ty: |types, _| types.maybe(Kind::CacheGlobalReplicationGroup),
        get: |world, index| match world.estate().global_datastore(index) {
            GlobalOf::Cluster(global) => world.object(global),
            GlobalOf::None => Value::Null,
            GlobalOf::Unknown(gaps) => world.unknown(&gaps),
        },
    },
];

pub(super) const SERVERLESS: &[Fact] = &[STATE_SIGNS];

pub(super) const GLOBAL_GROUP: &[Fact] = &[Fact {
    name: "member_groups",
    doc: "Its replication groups that were read.",
    ty: |types, _| types.list(Kind::CacheReplicationGroup),
    get: |world, index| listed(world, index, Kind::CacheReplicationGroup),
}];

fn state_signs(world: &World<'_>, index: u32) -> Value {
    match world.resource_at(index).state_signs() {
        Ok(signs) => Value::strings(signs.into_iter().map(StateSign::text)),
        Err(gap) => world.unknown([gap]),
    }
}
