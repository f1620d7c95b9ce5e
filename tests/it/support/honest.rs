//! Whether what a partial read says holds beside a full one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mrlint::inventory::{Inventory, Kind, Resource, snapshot};
use serde_json::Value;

/// The rule whose findings are the gaps themselves.
pub(crate) const ABOUT_GAPS: &str = "GOV-INV-001";

/// What is wrong with what, by ids that stay the same whichever Region or tag was read. A set is
/// named after its first member that was read, so `related` ones may stand for it.
pub(crate) fn defects(report: &Value, related: bool) -> BTreeSet<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let lines = |finding: &Value| -> Vec<String> {
        let others = finding["related"].as_array().expect("related");
        let others = others.iter().filter(|_| related);
        let all = others.chain([&finding["resource"]]);
        let id = |resource: &Value| {
            let arn = resource["arn"].as_str().expect("an ARN");
            let id = arn.rsplit(['/', ':']).next().unwrap_or_default();
            format!("{} {id}", finding["rule"].as_str().expect("a rule"))
        };
        all.map(id).collect()
    };
    findings.flat_map(lines).collect()
}

/// Rules about an account as far as it is part of a workload: what is not known to belong to a
/// declared or tagged workload counts as part of the rest, and the account with it.
const ABOUT_MEMBERSHIP: [&str; 1] = ["ISO-REG-001"];

/// Rules that passed more often than when everything was read.
pub(crate) fn more_passes<'r>(
    part: &'r Value,
    full: &'r Value,
) -> impl Iterator<Item = String> + 'r {
    let verdicts = part["verdicts"].as_array().expect("verdicts").iter();
    let full = full["verdicts"].as_array().expect("verdicts");
    verdicts.zip(full).filter_map(|(part, full)| {
        let (some, all) = (part["pass"].as_u64(), full["pass"].as_u64());
        let excused = part["rule"]
            .as_str()
            .is_some_and(|it| ABOUT_MEMBERSHIP.contains(&it));
        (some > all && !excused)
            .then(|| format!("{} passes {some:?} times instead of {all:?}", part["rule"]))
    })
}

/// Findings and passes of a partial read that a full one contradicts.
pub(crate) fn contradictions(part: &Value, full: &Value) -> Vec<String> {
    let all = defects(full, true);
    let found = defects(part, false);
    let more = found
        .difference(&all)
        .filter(|it| !it.starts_with(ABOUT_GAPS));
    more.cloned().chain(more_passes(part, full)).collect()
}

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
