//! From a resource to the line of infrastructure code that owns it: Terraform and OpenTofu by their
//! state, CloudFormation and SAM by the tags that AWS puts on resources, CDK by its assembly.
//!
//! Reads files, and only those under folders that it is told; never AWS, never the network. Of a
//! state it keeps what tells resources apart, and nothing else. It judges nothing, and it does not
//! guess where a guess could be wrong: of two places for one resource none is taken, and what names
//! alone suggest is marked as such.

mod candidate;
mod cdk;
mod cloudformation;
mod json;
mod read;
mod spot;
mod terraform;
mod tree;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use candidate::{Candidate, Choice, choose};
use cdk::Cdk;
use cloudformation::{CloudFormation, tagged};
use terraform::Terraform;

use crate::inventory::kinds::dynamodb::Table;
use crate::inventory::kinds::secretsmanager::Secret;
use crate::inventory::{Arn, Inventory, Kind, Region, Resource};
use crate::report::{Notice, Place, Report, ResourceSummary, SourcePlace, Sources};

pub use cloudformation::NamedStack;
pub use terraform::StateFile;

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Folders with code.
    pub roots: Vec<PathBuf>,
    pub states: Vec<StateFile>,
    /// Assemblies of CDK (`cdk.out`).
    pub assemblies: Vec<PathBuf>,
    pub stacks: Vec<NamedStack>,
}

impl Request {
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty() && self.assemblies.is_empty() && self.stacks.is_empty()
    }
}

/// Code that was read, ready to be asked.
#[derive(Debug, Default)]
pub struct Code {
    terraform: Terraform,
    cloudformation: CloudFormation,
    cdk: Cdk,
    notices: Vec<Notice>,
    /// What the user named first, as reports show it: notices about no file stand there.
    first: PathBuf,
}

/// Notices of one sort before the rest is counted.
const SHOWN: usize = 10;

impl Code {
    /// The places of all that the report names.
    pub fn locate(&self, inventory: &Inventory, report: &Report) -> Sources {
        let mut places = BTreeMap::new();
        let mut apart = Vec::new();
        let mut unknown = BTreeMap::<&str, usize>::new();
        for summary in named(report) {
            let found = resource(inventory, summary);
            let choice = match found {
                Some(resource) => self.place(inventory, resource),
                None => self.by_arn(summary),
            };
            match choice {
                Choice::One(place) => {
                    places.insert(summary.clone(), place);
                }
                Choice::Apart(all) => apart.push(format!(
                    "{} has more than one place, and none is taken: {}",
                    summary.arn,
                    all.join(", ")
                )),
                Choice::None => {
                    let stack = found.and_then(tagged).map(|(stack, _)| stack);
                    let stack = stack.filter(|it| !self.knows(it));
                    *unknown.entry(stack.unwrap_or_default()).or_default() += 1;
                }
            }
        }
        unknown.remove("");
        let stacks = unknown.into_iter().map(|(stack, count)| {
            format!(
                "stack {stack} made {count} of the resources named here, and no template is known \
                 to be its: --cfn-stack {stack}=TEMPLATE says which"
            )
        });
        let mut notices = self.notices.clone();
        for mut said in [apart, stacks.collect()] {
            if let Some(more @ 1..) = said.len().checked_sub(SHOWN) {
                said.truncate(SHOWN);
                said.push(format!("and {more} more like that"));
            }
            notices.extend(said.into_iter().map(|problem| Notice {
                place: Place {
                    path: self.first.clone(),
                    line: 1,
                    column: 1,
                },
                problem,
            }));
        }
        notices.sort();
        Sources { places, notices }
    }

    fn knows(&self, stack: &str) -> bool {
        self.cdk.knows(stack) || self.cloudformation.knows(stack)
    }

    /// The place of what an earlier report names, and nobody could read this time.
    fn by_arn(&self, summary: &ResourceSummary) -> Choice {
        let Some(kind) = Kind::parse(&summary.kind) else {
            return Choice::None;
        };
        let (arn, region) = (&summary.arn, &summary.region);
        choose(&self.terraform.candidates(kind, arn, region))
    }

    /// The place of a resource: its own, else that of what it is a copy of.
    fn place(&self, inventory: &Inventory, resource: &Resource) -> Choice {
        let own = choose(&self.candidates(resource));
        if own != Choice::None {
            return own;
        }
        let originals = originals(resource).into_iter();
        let originals = originals.filter_map(|(region, arn)| {
            find(inventory, resource.kind(), &resource.account, &region, &arn)
        });
        let candidates: Vec<Candidate> = originals
            .flat_map(|it| self.candidates(it))
            .filter(|it| it.confidence.is_sure() && !it.copy)
            .collect();
        match choose(&candidates) {
            Choice::One(place) => Choice::One(SourcePlace {
                how: format!("a copy of {}", place.how),
                ..place
            }),
            _ => Choice::None,
        }
    }

    fn candidates(&self, resource: &Resource) -> Vec<Candidate> {
        let (kind, arn) = (resource.kind(), resource.arn.as_str());
        let mut all = self.terraform.candidates(kind, arn, &resource.region);
        all.extend(self.cdk.candidates(resource));
        all.extend(self.cloudformation.candidates(resource));
        all
    }
}

/// Every resource that a report names.
fn named(report: &Report) -> BTreeSet<&ResourceSummary> {
    let waived = report.waived.iter().map(|it| &it.finding);
    let carried = report.carried().iter().map(|it| &it.finding);
    let findings = report.findings.iter().chain(waived).chain(carried);
    let named = findings.flat_map(|it| std::iter::once(&it.resource).chain(&it.related));
    named.chain(&report.unassigned.stores).collect()
}

fn resource<'i>(inventory: &'i Inventory, summary: &ResourceSummary) -> Option<&'i Resource> {
    let kind = Kind::parse(&summary.kind)?;
    let account = summary.account.as_str().into();
    let region = summary.region.as_str().into();
    find(inventory, kind, &account, &region, &summary.arn)
}

fn find<'i>(
    inventory: &'i Inventory,
    kind: Kind,
    account: &crate::inventory::AccountId,
    region: &Region,
    arn: &str,
) -> Option<&'i Resource> {
    let there = inventory.resources_in(kind, account, region);
    let at = there.binary_search_by(|it| it.arn.as_str().cmp(arn)).ok()?;
    there.get(at)
}

/// The Regions and ARNs of what the resource may be a copy of, made by one block with it.
fn originals(resource: &Resource) -> Vec<(Region, String)> {
    let regions: Vec<&str> = if let Some(secret) = resource.of::<Secret>() {
        secret.primary_region.as_deref().into_iter().collect()
    } else if let Some(table) = resource.of::<Table>()
        // Older global tables are made of tables that stand for themselves.
        && table.global_table_version.as_deref() != Some("2017.11.29")
    {
        table.replicas.iter().map(|it| it.region.as_str()).collect()
    } else {
        Vec::new()
    };
    let others = regions.into_iter().filter(|it| *it != &*resource.region);
    let there = others.filter_map(|region| {
        let arn = Arn::parse(&resource.arn)?;
        Some((Region::from(region), Arn { region, ..arn }.to_string()))
    });
    there.collect()
}

#[cfg(test)]
mod tests;
