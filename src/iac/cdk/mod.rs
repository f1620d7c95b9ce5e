//! CDK: tags say of which stack and logical id a resource is, the assembly says which construct
//! that is and which calls made it.
//!
//! The line is the innermost call in the repository's own code. Where the file has no call there any
//! more, or was compiled from another, the line is no more than likely; where no frame lies in the
//! repository, the application's own file is.

mod frames;
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::candidate::Candidate;
use super::cloudformation::{parent, tagged};
use super::spot::{Base, Spot};
use crate::inventory::Resource;
use crate::located::{self, Located};
use crate::report::Confidence;

/// What assemblies say.
#[derive(Debug, Default)]
pub(super) struct Cdk {
    /// By stack and logical id.
    constructs: BTreeMap<(String, String), Vec<Made>>,
    /// By stack: the paths of the constructs that are stacks within, by their logical id.
    stacks: BTreeSet<String>,
}

/// A construct and where it was made.
#[derive(Debug)]
struct Made {
    account: Option<String>,
    region: Option<String>,
    /// Path of the stack within that it is part of; `None` of the stack itself.
    within: Option<String>,
    path: String,
    candidate: Option<Candidate>,
}

/// The ending of the path of what deploys a stack within, below that stack's own path.
const WITHIN: &str = ".NestedStack/";

impl Cdk {
    /// Reads assemblies.
    pub(super) fn new(folders: &[PathBuf], base: &Base) -> Result<Self, Located> {
        let mut cdk = Self::default();
        for folder in folders {
            let whole = |error: std::io::Error| Located::file(folder, error.to_string());
            let folder = folder.canonicalize().map_err(whole)?;
            let app = app(&folder, base);
            for stack in manifest::stacks(&folder)? {
                cdk.add(stack, app.as_ref(), base);
            }
        }
        Ok(cdk)
    }

    fn add(&mut self, stack: manifest::Stack, app: Option<&Spot>, base: &Base) {
        let inner = stack.constructs.iter().filter_map(|it| within(&it.path));
        let inner: BTreeSet<String> = inner.collect();
        self.stacks.insert(stack.name.clone());
        for construct in stack.constructs {
            // The innermost stack around it: paths are sorted, longer ones after shorter ones.
            let around = inner.iter().rev();
            let mut around = around.filter(|it| {
                let rest = construct.path.strip_prefix(it.as_str());
                rest.is_some_and(|it| it.starts_with('/'))
            });
            let how = format!("{} of stack {}", construct.path, stack.name);
            let spot = frames::place(&construct.frames, base);
            let spot = spot.or_else(|| app.cloned().map(|it| (it, false)));
            let made = Made {
                account: stack.account.clone(),
                region: stack.region.clone(),
                within: around.next().cloned(),
                candidate: spot.map(|(spot, sure)| Candidate {
                    spot,
                    confidence: if sure {
                        Confidence::Exact
                    } else {
                        Confidence::Heuristic
                    },
                    how: how.into(),
                    copy: false,
                }),
                path: construct.path,
            };
            let key = (stack.name.clone(), construct.logical);
            self.constructs.entry(key).or_default().push(made);
        }
    }

    /// Whether an assembly has the stack.
    pub(super) fn knows(&self, stack: &str) -> bool {
        self.around(stack).is_some()
    }

    /// The stack of an assembly that a stack is, or lies in, with the logical ids on the way down.
    fn around<'s>(&self, stack: &'s str) -> Option<(&'s str, Vec<&'s str>)> {
        let (mut name, mut way) = (stack, Vec::new());
        while !self.stacks.contains(name) {
            let (outer, logical) = parent(name)?;
            way.insert(0, logical);
            name = outer;
        }
        Some((name, way))
    }

    /// The places that assemblies give a resource.
    pub(super) fn candidates(&self, resource: &Resource) -> Vec<Candidate> {
        let Some((stack, logical)) = tagged(resource) else {
            return Vec::new();
        };
        let Some((name, way)) = self.around(stack) else {
            return Vec::new();
        };
        let here = |made: &&Made| {
            let same = |said: &Option<String>, is: &str| said.as_deref().is_none_or(|it| it == is);
            same(&made.account, &resource.account) && same(&made.region, &resource.region)
        };
        let find = |logical: &str, stacks: &[Option<String>]| -> Vec<&Made> {
            let key = (name.to_owned(), logical.to_owned());
            let found = self.constructs.get(&key).into_iter().flatten();
            found
                .filter(here)
                .filter(|it| stacks.contains(&it.within))
                .collect()
        };
        let mut stacks = vec![None];
        for logical in way {
            let deploying = find(logical, &stacks);
            let inner = deploying.iter().filter_map(|it| within(&it.path));
            stacks = inner.map(Some).collect();
        }
        let found = find(logical, &stacks).into_iter();
        found.filter_map(|it| it.candidate.clone()).collect()
    }
}

/// The path of the stack within that the construct deploys: `/Shop/Queues` for
/// `/Shop/Queues.NestedStack/Queues.NestedStackResource`.
fn within(path: &str) -> Option<String> {
    let (own, rest) = path.split_at(path.rfind(WITHIN)?);
    let deploys = rest.ends_with(".NestedStackResource") && !rest[WITHIN.len()..].contains('/');
    deploys.then(|| own.to_owned())
}

/// The file of the application, as `cdk.json` beside the assembly runs it.
fn app(assembly: &Path, base: &Base) -> Option<Spot> {
    let folder = assembly.parent()?;
    let text = located::read_text(&folder.join("cdk.json"), 1 << 20).ok()?;
    let config: serde_json::Value = serde_json::from_str(&text).ok()?;
    let mut words = config.get("app")?.as_str()?.split_whitespace();
    let file = words.find_map(|it| {
        folder
            .join(it)
            .canonicalize()
            .ok()
            .filter(|it| it.is_file())
    })?;
    base.holds(&file).then(|| Spot {
        path: base.show(&file),
        line: 1,
        column: 1,
        end_column: 2,
    })
}

#[cfg(test)]
mod tests;
