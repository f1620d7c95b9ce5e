//! CloudFormation and SAM: tags say of which stack and logical id a resource is, a template says
//! where that logical id stands.
//!
//! Which template a stack was made of nobody writes down in AWS. It is the one that the user names,
//! the one that `samconfig.toml` deploys under that name, or the only one whose file has the
//! stack's name; a stack within another follows from the other's. Else a logical id that only one
//! template has is likely, no more.

mod samconfig;
mod template;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::candidate::Candidate;
use super::spot::Spot;
use crate::inventory::Resource;
use crate::report::Confidence;

pub(super) use samconfig::read as read_samconfig;
pub(super) use template::Template;

/// A template that the user names for stacks.
#[derive(Debug, Clone)]
pub struct NamedStack {
    /// Name of the stack, or a pattern.
    pub stack: GlobMatcher,
    pub template: PathBuf,
}

/// Templates, and which stacks they become.
#[derive(Debug, Default)]
pub(super) struct CloudFormation {
    templates: BTreeMap<PathBuf, Template>,
    named: Vec<(GlobMatcher, PathBuf)>,
    /// What configurations of SAM deploy, by stack.
    deployed: BTreeMap<String, Vec<PathBuf>>,
    /// By the name of the file without its ending.
    stems: BTreeMap<String, Vec<PathBuf>>,
}

/// Where a stack comes from.
enum Origin<'c> {
    Template(&'c Template, &'static str),
    /// A stack within another whose template lies elsewhere.
    Within(&'c Spot),
}

/// The stack and logical id that CloudFormation wrote on a resource.
pub(super) fn tagged(resource: &Resource) -> Option<(&str, &str)> {
    let tag = |key: &str| resource.tags.get(&format!("aws:cloudformation:{key}"));
    Some((tag("stack-name")?, tag("logical-id")?))
}

/// The stack around another, and its logical id there: CloudFormation calls stacks within
/// `PARENT-LOGICAL-RANDOM`.
pub(super) fn parent(stack: &str) -> Option<(&str, &str)> {
    let (rest, random) = stack.rsplit_once('-')?;
    let (parent, logical) = rest.rsplit_once('-')?;
    let shape = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit();
    let made = (11..=14).contains(&random.len()) && random.bytes().all(shape);
    (made && !parent.is_empty() && !logical.is_empty()).then_some((parent, logical))
}

impl CloudFormation {
    /// `named` and `deployed` have canonical paths.
    pub(super) fn new(
        templates: Vec<Template>,
        named: Vec<(GlobMatcher, PathBuf)>,
        deployed: Vec<(String, Vec<PathBuf>)>,
    ) -> Self {
        let mut all = Self {
            named,
            ..Self::default()
        };
        for template in templates {
            if let Some(stem) = template.path.file_name().and_then(|it| it.to_str()) {
                let stem = stem.split('.').next().unwrap_or(stem).to_owned();
                all.stems
                    .entry(stem)
                    .or_default()
                    .push(template.path.clone());
            }
            all.templates.insert(template.path.clone(), template);
        }
        for (stack, files) in deployed {
            let first = files.into_iter().find(|it| all.templates.contains_key(it));
            if let Some(file) = first {
                let known = all.deployed.entry(stack).or_default();
                if !known.contains(&file) {
                    known.push(file);
                }
            }
        }
        all
    }

    /// The templates that a stack may be made of, all of them sure.
    fn origins(&self, stack: &str) -> Vec<Origin<'_>> {
        let of = |paths: &mut dyn Iterator<Item = &PathBuf>, how| -> Vec<Origin<'_>> {
            let found = paths.filter_map(|path| self.templates.get(path));
            found.map(|it| Origin::Template(it, how)).collect()
        };
        let named = self.named.iter().filter(|(name, _)| name.is_match(stack));
        let named = of(&mut named.map(|(_, path)| path), "--cfn-stack");
        if !named.is_empty() {
            return named;
        }
        let deployed = self.deployed.get(stack).into_iter().flatten();
        let deployed = of(&mut deployed.into_iter(), "samconfig.toml");
        if !deployed.is_empty() {
            return deployed;
        }
        if let Some([only]) = self.stems.get(stack).map(Vec::as_slice) {
            return of(&mut std::iter::once(only), "the file has the stack's name");
        }
        self.within(stack)
    }

    /// The origin of a stack within another.
    fn within(&self, stack: &str) -> Vec<Origin<'_>> {
        let Some((parent, logical)) = parent(stack) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for origin in self.origins(parent) {
            match origin {
                Origin::Template(template, _) => {
                    let Some(declared) = template.only(logical) else {
                        continue;
                    };
                    let folder = template.path.parent().unwrap_or(Path::new("/"));
                    let inner = declared.nested.as_ref();
                    let inner = inner.and_then(|it| folder.join(it).canonicalize().ok());
                    found.push(match inner.and_then(|it| self.templates.get(&it)) {
                        Some(inner) => Origin::Template(inner, "a stack within"),
                        None if declared.kind.ends_with("::Stack")
                            || declared.kind.ends_with("::Application") =>
                        {
                            Origin::Within(&declared.spot)
                        }
                        None => continue,
                    });
                }
                Origin::Within(spot) => found.push(Origin::Within(spot)),
            }
        }
        found
    }

    /// Whether it is known which template the stack is made of.
    pub(super) fn knows(&self, stack: &str) -> bool {
        !self.origins(stack).is_empty()
    }

    /// The places that templates give a resource.
    pub(super) fn candidates(&self, resource: &Resource) -> Vec<Candidate> {
        let kind = resource.kind();
        let Some((stack, logical)) = tagged(resource) else {
            return self.by_name(resource);
        };
        let mut found = Vec::new();
        let origins = self.origins(stack);
        for origin in &origins {
            let (spot, confidence, why) = match origin {
                Origin::Template(template, why) => match template.find(logical, kind) {
                    Some(declared) => (&declared.spot, Confidence::Exact, *why),
                    None => continue,
                },
                Origin::Within(spot) => (*spot, Confidence::ModuleCall, "a stack within"),
            };
            found.push(candidate(spot, confidence, logical, stack, why));
        }
        if origins.is_empty() {
            let all = self.templates.values();
            let declared = all.filter_map(|it| it.find(logical, kind));
            let why = "the only template with that logical id";
            found.extend(
                declared.map(|it| candidate(&it.spot, Confidence::Heuristic, logical, stack, why)),
            );
        }
        found
    }

    /// CloudFormation calls what has no name of its own `STACK-LOGICAL-RANDOM`: likely where the
    /// tags that would say so are missing.
    fn by_name(&self, resource: &Resource) -> Vec<Candidate> {
        let Some((stack, logical)) = parent(&resource.name) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for origin in self.origins(stack) {
            if let Origin::Template(template, _) = origin
                && let Some(declared) = template.find(logical, resource.kind())
            {
                let why = "by the resource's name";
                let spot = &declared.spot;
                found.push(candidate(spot, Confidence::Heuristic, logical, stack, why));
            }
        }
        found
    }
}

fn candidate(
    spot: &Spot,
    confidence: Confidence,
    logical: &str,
    stack: &str,
    why: &str,
) -> Candidate {
    Candidate {
        spot: spot.clone(),
        confidence,
        how: format!("{logical} of stack {stack} ({why})").into(),
        copy: false,
    }
}

#[cfg(test)]
mod tests;
