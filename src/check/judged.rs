//! What was looked at, for whoever compares this run with another.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{AccountId, Inventory, Kind, Region};
use crate::report::fingerprint::mark_of;
use crate::report::{Judged, Unasked};

/// Beyond this many passes a report does not list them: a later comparison closes less then.
const PASSES: usize = 1_000_000;

pub(super) fn judged(
    inventory: &Inventory,
    passed: impl ExactSizeIterator<Item = u64>,
    open: impl Iterator<Item = u64>,
) -> Judged {
    let resources = inventory.resources().iter();
    Judged {
        scope: inventory.header().scope.clone(),
        unasked: unasked(inventory),
        resources: resources.map(|it| mark_of(&it.arn)).collect(),
        passed: (passed.len() <= PASSES).then(|| passed.collect()),
        open: open.collect(),
    }
}

/// Kinds that nobody asked for, by place. Where a gap hides a kind, the gap says so.
fn unasked(inventory: &Inventory) -> Vec<Unasked> {
    let mut found = BTreeMap::<(&AccountId, Region), BTreeSet<Kind>>::new();
    for account in inventory.accounts() {
        let hidden: BTreeSet<(&Region, Kind)> = inventory
            .gaps_of(account)
            .iter()
            .flat_map(|gap| gap.hides.iter().map(|kind| (&gap.key.region, *kind)))
            .collect();
        for kind in Kind::ALL.iter().copied() {
            for region in inventory.places(kind, account) {
                if !inventory.was_read(kind, account, &region)
                    && !hidden.contains(&(&region, kind))
                    && !hidden.contains(&(&Region::global(), kind))
                {
                    found.entry((account, region)).or_default().insert(kind);
                }
            }
        }
    }
    let each = found.into_iter();
    each.map(|((account, region), kinds)| Unasked {
        account: account.clone(),
        region,
        kinds,
    })
    .collect()
}
