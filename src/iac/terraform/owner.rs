//! From an address to the block that owns it, and from a state to the folder that it is of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::address::{Address, Step};
use super::source::{Module, Tree};
use crate::iac::spot::Spot;

/// `moved` blocks that one address is followed through.
const MOVES: usize = 32;

/// What an address leads to in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// Its block.
    Block(Spot),
    /// The call of the module whose code is not in the tree: of a registry, of another repository.
    Call(Spot),
    /// More than one block of that name.
    Twice,
    Missing,
}

impl Tree {
    /// The owner of an address that begins at the module in this folder.
    pub(super) fn owner(&self, folder: &Path, address: &Address) -> Owner {
        self.follow(folder, address, &mut MOVES.clone())
    }

    fn follow(&self, folder: &Path, address: &Address, moves: &mut usize) -> Owner {
        let Some(module) = self.modules.get(folder) else {
            return Owner::Missing;
        };
        let direct = self.direct(module, address, moves);
        if direct != Owner::Missing {
            return direct;
        }
        for (from, to) in &module.moved {
            if let Some(now) = moved(address, from, to) {
                let Some(left) = moves.checked_sub(1) else {
                    return Owner::Missing;
                };
                *moves = left;
                return self.follow(folder, &now, moves);
            }
        }
        Owner::Missing
    }

    fn direct(&self, module: &Module, address: &Address, moves: &mut usize) -> Owner {
        let Some((first, rest)) = address.modules.split_first() else {
            let Some((kind, step)) = &address.resource else {
                return Owner::Missing;
            };
            let named = module.resources.get(kind).and_then(|it| it.get(&step.name));
            return match named.map(Vec::as_slice) {
                None | Some([]) => Owner::Missing,
                Some([spot]) => Owner::Block(spot.clone()),
                Some(_) => Owner::Twice,
            };
        };
        match module.calls.get(&first.name).map(Vec::as_slice) {
            None | Some([]) => Owner::Missing,
            Some([call]) => match &call.folder {
                Some(target) => {
                    let inner = Address {
                        modules: rest.to_vec(),
                        resource: address.resource.clone(),
                    };
                    self.follow(target, &inner, moves)
                }
                None => Owner::Call(call.spot.clone()),
            },
            Some(_) => Owner::Twice,
        }
    }

    /// Whether the module and all that it calls could be read whole.
    fn is_whole(&self, folder: &Path) -> bool {
        let mut seen = BTreeSet::from([folder]);
        let mut open = vec![folder];
        while let Some(module) = open.pop().and_then(|it| self.modules.get(it)) {
            if module.broken {
                return false;
            }
            let called = module.calls.values().flatten();
            let called = called.filter_map(|it| it.folder.as_deref());
            open.extend(called.filter(|it| seen.insert(it)));
        }
        true
    }
}

/// The address after a move, if it is one that moves.
fn moved(address: &Address, from: &Address, to: &Address) -> Option<Address> {
    let is = |it: &Step, from: &Step| {
        it.name == from.name && (from.index.is_none() || from.index == it.index)
    };
    let modules = address.modules.get(..from.modules.len())?;
    if !modules
        .iter()
        .zip(&from.modules)
        .all(|(it, from)| is(it, from))
    {
        return None;
    }
    let rest = &address.modules[from.modules.len()..];
    match (&from.resource, &to.resource) {
        (None, None) => Some(Address {
            modules: to.modules.iter().chain(rest).cloned().collect(),
            resource: address.resource.clone(),
        }),
        (Some((from_kind, from)), Some(_)) => {
            let (kind, step) = address.resource.as_ref()?;
            let same = rest.is_empty() && kind == from_kind && is(step, from);
            same.then(|| to.clone())
        }
        _ => None,
    }
}

/// The folder that a state is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Root {
    /// Said, or the only one that can be.
    Sure(PathBuf),
    /// The one that has most of it.
    Likely(PathBuf),
    /// Several have it.
    Several(Vec<PathBuf>),
    Nowhere,
}

/// Blocks that two folders hardly have in common by chance.
const TELLING: usize = 5;

impl Tree {
    /// Whether the folder has something for that address.
    fn has(&self, folder: &Path, address: &Address) -> bool {
        !matches!(self.owner(folder, address), Owner::Missing)
    }

    /// The root module of a state that has these blocks. `own` is the folder in which the state lies
    /// where Terraform itself puts it; `near` are those that the user points at.
    pub(super) fn root(&self, blocks: &[Address], own: Option<&Path>, near: &[&Path]) -> Root {
        if let Some(folder) = own
            && blocks.iter().any(|it| self.has(folder, it))
        {
            return Root::Sure(folder.to_owned());
        }
        let found = |folder: &Path| blocks.iter().filter(|it| self.has(folder, it)).count();
        let all = self.modules.keys().map(|it| (found(it), it.as_path()));
        let mut all: Vec<(usize, &Path)> = all.filter(|(found, _)| *found > 0).collect();
        all.sort_by_key(|(found, _)| std::cmp::Reverse(*found));
        let Some((most, best)) = all.first().copied() else {
            return Root::Nowhere;
        };
        // Of two environments made alike the wrong one may have more of it than the right one that
        // has changed since; and what could not be read may hold the rest.
        let rivals = all.iter().filter(|(found, folder)| {
            *found * 2 > blocks.len() || *folder == best || !self.is_whole(folder)
        });
        let rivals: Vec<&Path> = rivals.map(|(_, folder)| *folder).collect();
        let whole = most == blocks.len();
        match rivals.as_slice() {
            [one] if whole && (most >= TELLING || near.contains(one)) => {
                Root::Sure(best.to_owned())
            }
            [_] if most * 2 > blocks.len() => Root::Likely(best.to_owned()),
            [_] => Root::Nowhere,
            several => Root::Several(several.iter().map(|it| (*it).to_owned()).collect()),
        }
    }
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
