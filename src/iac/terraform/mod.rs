//! Terraform and OpenTofu: a state says which address a resource has, the code says where that
//! address stands.
//!
//! The folder that a state is of is the one that the user names, the one it lies in, or the only
//! one that has a block for everything in the state, if that is enough to tell. Where others have
//! much of it too, none is taken: environments made of the same names are the rule, and a guess
//! would be wrong half of the time.
//! Code of registries and other repositories is not read, even where `.terraform` holds a copy: what
//! a team can change is the call of the module.

mod address;
mod owner;
mod source;
mod state;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::candidate::Candidate;
use super::spot::Base;
use super::walk::{self, Found};
use crate::inventory::{Arn, Kind};
use crate::located::Located;
use crate::report::{Confidence, Notice};
use address::Address;
use owner::{Owner, Root};
use source::Tree;
use state::Instance;
use types::{Key, Role};

pub(super) use source::{Module, read as read_code};

/// A state, and the folder that it is of, if the user says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFile {
    pub path: PathBuf,
    pub folder: Option<PathBuf>,
}

/// What states say of one resource.
#[derive(Debug)]
struct Claim {
    role: Role,
    /// Where nothing tells, `None`.
    region: Option<String>,
    candidate: Candidate,
}

/// What states and code say together.
#[derive(Debug, Default)]
pub(super) struct Terraform {
    claims: BTreeMap<Key, Vec<Arc<Claim>>>,
}

/// Examples of addresses in a notice.
const SHOWN: usize = 5;

impl Terraform {
    /// Reads states and looks every resource up in the code.
    pub(super) fn new(
        code: Vec<(&Found, Module)>,
        states: &[StateFile],
        roots: &[PathBuf],
        base: &Base,
        notices: &mut Vec<Notice>,
    ) -> Result<Self, Located> {
        let tree = Tree::new(code);
        let mut terraform = Self::default();
        for state in states {
            terraform.add(&tree, state, roots, base, notices)?;
        }
        Ok(terraform)
    }

    fn add(
        &mut self,
        tree: &Tree,
        state: &StateFile,
        roots: &[PathBuf],
        base: &Base,
        notices: &mut Vec<Notice>,
    ) -> Result<(), Located> {
        let instances = state::read(&state.path)?;
        let path = if state.path == Path::new(state::PIPED) {
            Ok(state.path.clone())
        } else {
            fs::canonicalize(&state.path)
        };
        let path = path.map_err(|error| Located::file(&state.path, error.to_string()))?;
        let shown = base.show(&path);
        let mut note = |problem: &str| notices.push(walk::notice(base, &path, problem));
        let blocks: BTreeSet<Address> = instances.iter().map(|it| it.address.of_blocks()).collect();
        let blocks: Vec<Address> = blocks.into_iter().collect();
        let known = |it: &&Instance| {
            let kind = it.address.resource.as_ref();
            kind.is_some_and(|(kind, _)| types::is_known(kind))
        };
        let (folder, sure) = match folder_of(tree, state, &path, roots, &blocks)? {
            Root::Sure(folder) => (folder, true),
            Root::Likely(folder) => (folder, false),
            Root::Several(folders) => {
                let all = folders.iter().map(|it| base.show(it));
                let all: Vec<String> = all.take(SHOWN).map(|it| it.to_string()).collect();
                note(&format!(
                    "may be the state of {}: say which with --tfstate FOLDER=FILE",
                    all.join(" or ")
                ));
                return Ok(());
            }
            Root::Nowhere => {
                let all = instances.iter().filter(known).count();
                if all > 0 {
                    note("no folder under --iac-root has the resources of this state");
                }
                return Ok(());
            }
        };
        let mut missing = Vec::new();
        let mut placed = 0;
        for instance in instances.iter().filter(known) {
            if self.place(tree, &folder, sure, instance, &shown) {
                placed += 1;
            } else {
                missing.push(instance.address.to_string());
            }
        }
        let whose = if sure {
            "the state of"
        } else {
            "likely the state of"
        };
        let mut said = format!(
            "{whose} {}; {placed} of {} resources have a line there",
            base.show(&folder),
            placed + missing.len()
        );
        if !missing.is_empty() {
            let more = missing.len().saturating_sub(SHOWN);
            missing.truncate(SHOWN);
            said += &format!("; not {}", missing.join(", "));
            if more > 0 {
                said += &format!(" and {more} more");
            }
        }
        note(&said);
        Ok(())
    }

    /// Notes what an instance says; whether its address stands in the code.
    fn place(
        &mut self,
        tree: &Tree,
        folder: &Path,
        sure: bool,
        instance: &Instance,
        state: &str,
    ) -> bool {
        let (spot, confidence) = match tree.owner(folder, &instance.address) {
            Owner::Block(spot) => (spot, Confidence::Exact),
            Owner::Call(spot) => (spot, Confidence::ModuleCall),
            Owner::Twice | Owner::Missing => return false,
        };
        let confidence = if sure {
            confidence
        } else {
            Confidence::Heuristic
        };
        let how = format!("{} in {state}", instance.address);
        let candidate = Candidate {
            spot,
            confidence,
            how: how.into(),
            copy: types::is_copy(instance),
        };
        for (key, role) in types::keys(instance) {
            let claim = Claim {
                role,
                region: region(tree, folder, instance, &key),
                candidate: candidate.clone(),
            };
            self.claims.entry(key).or_default().push(Arc::new(claim));
        }
        true
    }

    /// The places that states give a resource: of those that speak of its own Region, else of those
    /// that own it.
    pub(super) fn candidates(&self, kind: Kind, arn: &str, region: &str) -> Vec<Candidate> {
        let named = types::known_as(kind, arn).into_iter().flatten();
        let mut found = named.filter_map(|key| self.claims.get(&key));
        let Some(claims) = found.next() else {
            return Vec::new();
        };
        let rank = |claim: &Claim| {
            let here = claim.region.as_deref() == Some(region);
            let sure = claim.candidate.confidence.is_sure();
            (!sure, !here, claim.role)
        };
        let best = claims.iter().map(|it| rank(it)).min();
        let best = claims.iter().filter(|it| Some(rank(it)) == best);
        best.map(|it| it.candidate.clone()).collect()
    }
}

/// The folder that a state is of.
fn folder_of(
    tree: &Tree,
    state: &StateFile,
    path: &Path,
    roots: &[PathBuf],
    blocks: &[Address],
) -> Result<Root, Located> {
    let Some(folder) = &state.folder else {
        let near = roots.iter().map(PathBuf::as_path).chain(path.parent());
        let near: Vec<&Path> = near.collect();
        return Ok(tree.root(blocks, own(path).as_deref(), &near));
    };
    let named = fs::canonicalize(folder);
    let named = named.map_err(|error| Located::file(folder, error.to_string()))?;
    if !tree.modules.contains_key(&named) {
        let error = Located::file(folder, "holds no Terraform code under --iac-root");
        return Err(error.help("--tfstate FOLDER=FILE names the folder in which Terraform runs"));
    }
    Ok(Root::Sure(named))
}

/// Where Terraform puts states itself: `terraform.tfstate` in the folder, and those of workspaces
/// two folders below it.
fn own(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    if path.file_name()? != "terraform.tfstate" {
        return None;
    }
    let above = folder.parent();
    match above.filter(|it| it.file_name().is_some_and(|it| it == "terraform.tfstate.d")) {
        Some(workspaces) => workspaces.parent().map(Path::to_owned),
        None => Some(folder.to_owned()),
    }
}

/// The Region that an instance speaks of under this name, as far as that is written anywhere.
fn region(tree: &Tree, folder: &Path, instance: &Instance, key: &Key) -> Option<String> {
    let of = |arn: &str| {
        let region = Arn::parse(arn)?.region;
        (!region.is_empty()).then(|| region.to_owned())
    };
    if let Key::Arn(arn) = key {
        return of(arn);
    }
    let identity = &instance.identity;
    let own = identity.region.get().map(str::to_owned);
    let provider = || {
        let alias = instance.provider.as_ref()?;
        tree.modules.get(folder)?.regions.get(alias).cloned()
    };
    own.or_else(|| of(identity.arn.get()?)).or_else(provider)
}
