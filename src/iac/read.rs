//! Reads code: every file once, on every core, in an order that does not depend on how many there
//! are. A file that cannot be read is said, and the rest goes on; what the user names by itself has
//! to be right.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobMatcher;
use rayon::prelude::*;

use super::cdk::Cdk;
use super::cloudformation::{CloudFormation, Template, read_samconfig};
use super::spot::Base;
use super::terraform::{Module, Terraform, read_code};
use super::tree::{self, Broken};
use super::walk::{self, BYTES, Found, Sort};
use super::{Code, NamedStack, Request};
use crate::located::{self, Located};
use crate::report::{Notice, Place};

/// What a file turned out to hold.
enum Held {
    Module(Module),
    Template(Template),
    /// Stacks, and what may be their templates.
    Stacks(Vec<(String, Vec<PathBuf>)>),
    Nothing,
}

impl Code {
    /// Reads what is asked for. Paths are told from the top of the repository around `here`.
    pub fn read(request: &Request, here: &Path) -> Result<Self, Located> {
        let mut notices = Vec::new();
        let roots = request.roots.iter().map(|it| folder(it));
        let roots = roots.collect::<Result<Vec<PathBuf>, Located>>()?;
        let base = Base::of(&canonical(here)?, roots.first().map(PathBuf::as_path));
        for root in roots.iter().filter(|it| !base.holds(it)) {
            let said =
                "lies outside of the repository around this folder: SARIF leaves its lines out";
            notices.push(walk::notice(&base, root, said));
        }
        let files = walk::files(&roots, &base, &mut notices);
        let read: Vec<(Held, Option<Notice>)> =
            files.par_iter().map(|it| held(it, &base)).collect();
        let (mut modules, mut templates, mut stacks) = (Vec::new(), Vec::new(), Vec::new());
        for (file, (held, notice)) in files.iter().zip(read) {
            notices.extend(notice);
            match held {
                Held::Module(module) => modules.push((file, module)),
                Held::Template(template) => templates.push(template),
                Held::Stacks(more) => stacks.extend(more),
                Held::Nothing => {}
            }
        }
        let mut named = Vec::new();
        for stack in &request.stacks {
            let (name, template) = named_template(stack, &base)?;
            named.push((name, template.path().to_owned()));
            templates.push(template);
        }
        if request.states.is_empty() && modules.iter().any(|(_, it)| it.has_resources()) {
            let said = "holds Terraform code, which only a state (--tfstate) ties to resources";
            notices.extend(roots.first().map(|it| walk::notice(&base, it, said)));
        }
        let first = roots.first().or(request.assemblies.first());
        let first = first.map_or(".".into(), |it| base.show(it));
        let terraform = Terraform::new(modules, &request.states, &roots, &base, &mut notices)?;
        let cdk = Cdk::new(&request.assemblies, &base)?;
        notices.sort();
        Ok(Self {
            terraform,
            cloudformation: CloudFormation::new(templates, named, stacks),
            cdk,
            notices,
            first: PathBuf::from(&*first),
        })
    }
}

fn canonical(path: &Path) -> Result<PathBuf, Located> {
    let found = path.canonicalize();
    found.map_err(|error| Located::file(path, error.to_string()))
}

fn folder(path: &Path) -> Result<PathBuf, Located> {
    let found = canonical(path)?;
    if found.is_dir() {
        return Ok(found);
    }
    Err(Located::file(path, "is no folder").help("--iac-root names the folder that holds the code"))
}

fn named_template(stack: &NamedStack, base: &Base) -> Result<(GlobMatcher, Template), Located> {
    let path = canonical(&stack.template)?;
    let text = located::read_text(&stack.template, BYTES)?;
    let template = outline(&path, &text, base).map_err(|broken| Located {
        line: broken.line,
        column: broken.column,
        ..Located::file(&stack.template, broken.problem)
    })?;
    let template = template.ok_or_else(|| {
        Located::file(
            &stack.template,
            "no template of CloudFormation: it has no resources",
        )
    })?;
    Ok((stack.stack.clone(), template))
}

/// The outline of a template, if the text is one.
fn outline(path: &Path, text: &str, base: &Base) -> Result<Option<Template>, Broken> {
    let shown = base.show(path);
    let root = if text.trim_start().starts_with('{') {
        tree::json(text, &shown)?
    } else {
        tree::yaml(text, &shown)?
    };
    Ok(Template::of(path, &root))
}

/// What a file holds, and what is wrong with it.
fn held(file: &Found, base: &Base) -> (Held, Option<Notice>) {
    let shown: Arc<str> = base.show(&file.path);
    let code = matches!(file.sort, Sort::Hcl | Sort::HclJson);
    let broken = |broken: Broken| {
        let notice = Notice {
            place: Place {
                path: PathBuf::from(&*shown),
                line: broken.line.max(1),
                column: broken.column.max(1),
            },
            problem: format!("{}; it is left out", broken.problem),
        };
        let held = if code {
            Held::Module(Module::unread())
        } else {
            Held::Nothing
        };
        (held, Some(notice))
    };
    let text = match located::read_text(&file.path, BYTES) {
        Ok(text) => text,
        // Not every large or odd file that ends in .json has to do with infrastructure.
        Err(_) if matches!(file.sort, Sort::Yaml | Sort::Json) => return (Held::Nothing, None),
        Err(error) => {
            return broken(Broken {
                line: error.line,
                column: error.column,
                problem: error.problem,
            });
        }
    };
    let read = match file.sort {
        Sort::Hcl | Sort::HclJson => read_code(&text, file.sort, &shown).map(Held::Module),
        Sort::SamConfig => read_samconfig(&file.folder, &text)
            .map(Held::Stacks)
            .map_err(|problem| Broken {
                line: 1,
                column: 1,
                problem,
            }),
        Sort::Yaml | Sort::Json if !may_be_template(&text) => Ok(Held::Nothing),
        Sort::Yaml | Sort::Json => match outline(&file.path, &text, base) {
            Ok(Some(template)) => Ok(Held::Template(template)),
            // Templates of templates, with the marks of other engines, are not worth a word.
            Err(error) if text.contains("AWSTemplateFormatVersion") && !text.contains("{{") => {
                Err(error)
            }
            Ok(None) | Err(_) => Ok(Held::Nothing),
        },
    };
    match read {
        Ok(held) => (held, None),
        Err(error) => broken(error),
    }
}

fn may_be_template(text: &str) -> bool {
    text.contains("Resources") && text.contains("AWS::")
}
