//! Whether a partial read says of everything that it lacks that it does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mrlint::inventory::{Inventory, Kind, Resource, snapshot};
use serde_json::Value;

/// What differs between two inventories though no gap of the second says so.
pub(crate) fn unsaid(full: &Path, part: &Path) -> Vec<String> {
    let [full, part] = [full, part].map(|path| snapshot::load(path).expect("an inventory"));
    let known = by_arn(&full);
    let read = by_arn(&part);
    let mut problems = Vec::new();
    for (key, resource) in &read {
        match known.get(key) {
            None if is_left_out_by_what_is_unread(resource, &part) => {}
            None => problems.push(format!("{key:?} is not there")),
            Some(whole) => problems.extend(changed(whole, resource)),
        }
    }
    for (key, resource) in &known {
        let kind = resource.kind();
        let hidden = || {
            !part
                .hiding(kind, &resource.account, &resource.region)
                .is_empty()
        };
        if !read.contains_key(key) && !hidden() {
            problems.push(format!("{key:?} is lost"));
        }
    }
    problems
}

/// What belongs to a default network is left out, where it is known to be one.
fn is_left_out_by_what_is_unread(resource: &Resource, part: &Inventory) -> bool {
    let (account, region) = (&resource.account, &resource.region);
    resource.kind() == Kind::Ec2RouteTable && !part.hiding(Kind::Ec2Vpc, account, region).is_empty()
}

type Key<'i> = (&'i str, &'i str);

fn by_arn(inventory: &Inventory) -> BTreeMap<Key<'_>, &Resource> {
    let resources = inventory.resources().iter();
    resources
        .map(|it| ((it.kind().name(), it.arn.as_str()), it))
        .collect()
}

const NAMING: [&str; 2] = ["tags", "aliases"];

/// Properties that are another than in a full read, and not said to be unread.
fn changed(whole: &Resource, part: &Resource) -> Vec<String> {
    let values = |it: &Resource| {
        let mut value = serde_json::to_value(&it.properties).expect("JSON");
        value["tags"] = serde_json::to_value(&it.tags).expect("JSON");
        // Tags and aliases are where some names come from; without them the id stands in.
        if !NAMING.iter().any(|name| part.unread.contains_key(*name)) {
            value["name"] = Value::from(it.name.clone());
        }
        value
    };
    let (whole, read) = (values(whole), values(part));
    let names: BTreeSet<&String> = [&whole, &read]
        .into_iter()
        .flat_map(|it| it.as_object().expect("an object").keys())
        .collect();
    let differs =
        |name: &&&String| whole[**name] != read[**name] && !part.unread.contains_key(**name);
    let told = |name: &&String| {
        format!(
            "{}: {name} is {} instead of {}",
            part.arn, read[*name], whole[*name]
        )
    };
    names.iter().filter(differs).map(told).collect()
}
