//! The code of modules: the blocks of each folder and where they stand. Values of arguments are not
//! kept, but for where a module's code lies, what moved where, and the Region of a provider.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, BlockLabel, Body};
use hcl_edit::{Ident, Span};

use super::address::Address;
use crate::iac::json;
use crate::iac::spot::{Lines, Spot};
use crate::iac::tree::Broken;
use crate::iac::walk::{Found, Sort};

/// A call of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) spot: Spot,
    pub(super) source: Option<String>,
    /// The folder of the module, where its code is part of the tree.
    pub(super) folder: Option<PathBuf>,
}

/// What the files of a folder say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::iac) struct Module {
    /// By type and name. More than one of a name: the code contradicts itself.
    pub(super) resources: BTreeMap<String, BTreeMap<String, Vec<Spot>>>,
    pub(super) calls: BTreeMap<String, Vec<Call>>,
    /// From, to.
    pub(super) moved: Vec<(Address, Address)>,
    /// Region of the AWS provider, by its alias (`""` without one), where it is written out.
    pub(super) regions: BTreeMap<String, String>,
    /// Whether a file of it could not be read, so that blocks may be missing.
    pub(super) broken: bool,
}

impl Module {
    /// Stands for a file that could not be read.
    pub(in crate::iac) fn unread() -> Self {
        Self {
            broken: true,
            ..Self::default()
        }
    }

    /// Whether it declares anything of AWS.
    pub(in crate::iac) fn has_resources(&self) -> bool {
        self.resources.keys().any(|it| it.starts_with("aws_"))
    }

    /// Takes in what a file says. A file that overrides others owns nothing that they declare.
    pub(super) fn add(&mut self, file: Module, overrides: bool) {
        self.broken |= file.broken;
        self.moved.extend(file.moved);
        self.regions.extend(file.regions);
        if overrides {
            for (name, calls) in file.calls {
                let source = calls.into_iter().find_map(|it| it.source);
                for call in self.calls.get_mut(&name).into_iter().flatten() {
                    call.source = source.clone().or_else(|| call.source.take());
                }
            }
            return;
        }
        for (kind, names) in file.resources {
            let own = self.resources.entry(kind).or_default();
            for (name, spots) in names {
                own.entry(name).or_default().extend(spots);
            }
        }
        for (name, calls) in file.calls {
            self.calls.entry(name).or_default().extend(calls);
        }
    }

    fn resource(&mut self, kind: &str, name: &str, spot: Spot) {
        let names = self.resources.entry(kind.to_owned()).or_default();
        names.entry(name.to_owned()).or_default().push(spot);
    }

    fn call(&mut self, name: &str, call: Call) {
        self.calls.entry(name.to_owned()).or_default().push(call);
    }
}

/// Whether the file's blocks are merged into those of others.
pub(super) fn overrides(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

/// Reads a file.
pub(in crate::iac) fn read(text: &str, sort: Sort, path: &Arc<str>) -> Result<Module, Broken> {
    // What some editors put before the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match sort {
        Sort::HclJson => of_json(text, path),
        _ => of_hcl(text, path),
    }
}

fn of_hcl(text: &str, path: &Arc<str>) -> Result<Module, Broken> {
    let body = parse_body(text).map_err(|error| Broken {
        line: error.location().line() as u64,
        column: error.location().column() as u64,
        problem: format!("not read as Terraform: {}", error.message()),
    })?;
    let lines = Lines::new(text);
    let mut module = Module::default();
    for block in body.blocks() {
        let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), labels.as_slice()) {
            ("resource", [kind, name]) => module.resource(kind, name, head(block, &lines, path)),
            ("module", [name]) => {
                let call = Call {
                    spot: head(block, &lines, path),
                    source: literal(&block.body, "source"),
                    folder: None,
                };
                module.call(name, call);
            }
            ("provider", ["aws"]) => {
                let alias = literal(&block.body, "alias").unwrap_or_default();
                if let Some(region) = literal(&block.body, "region") {
                    module.regions.insert(alias, region);
                }
            }
            ("moved", []) => {
                let address = |key| {
                    let attribute = block.body.get_attribute(key)?;
                    Address::of_expression(&attribute.value)
                };
                module.moved.extend(address("from").zip(address("to")));
            }
            _ => {}
        }
    }
    Ok(module)
}

/// The block's first line, from its word to its last label.
fn head(block: &Block, lines: &Lines<'_>, path: &Arc<str>) -> Spot {
    let word: &Ident = &block.ident;
    let from = block.ident.span().or_else(|| block.span());
    let from = from.map_or(0, |it| it.start);
    let label = block.labels.last().and_then(Span::span);
    let to = label.map_or(from + word.len(), |it| it.end);
    lines.spot(path, from, to)
}

/// A text that is written out.
fn literal(body: &Body, key: &str) -> Option<String> {
    let value = &body.get_attribute(key)?.value;
    match value {
        Expression::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

fn of_json(text: &str, path: &Arc<str>) -> Result<Module, Broken> {
    let root = json::document(text).map_err(|error| Broken {
        line: error.line().max(1) as u64,
        column: error.column().max(1) as u64,
        problem: "no valid JSON".to_owned(),
    })?;
    let lines = Lines::new(text);
    // Each level may be one object or a list of them.
    let members = |value| {
        let objects = json::items(value).into_iter();
        objects.flat_map(|it| json::members(text, it))
    };
    let mut module = Module::default();
    for block in members(root) {
        for outer in members(block.value) {
            match block.key.as_str() {
                "resource" => {
                    for inner in members(outer.value) {
                        let spot = lines.spot(path, inner.from, inner.to);
                        module.resource(&outer.key, &inner.key, spot);
                    }
                }
                "module" => {
                    let mut source = members(outer.value).filter(|it| it.key == "source");
                    let call = Call {
                        spot: lines.spot(path, outer.from, outer.to),
                        source: source.next().and_then(|it| json::text(it.value)),
                        folder: None,
                    };
                    module.call(&outer.key, call);
                }
                "provider" if outer.key == "aws" => {
                    for one in json::items(outer.value) {
                        let get = |key: &str| {
                            let all = json::members(text, one);
                            let found = all.iter().find(|it| it.key == key);
                            found.and_then(|it| json::text(it.value))
                        };
                        let region = get("region").filter(|it| !it.contains("${"));
                        if let Some(region) = region {
                            module
                                .regions
                                .insert(get("alias").unwrap_or_default(), region);
                        }
                    }
                }
                _ => {}
            }
        }
        if block.key == "moved" {
            for one in json::items(block.value) {
                let all = json::members(text, one);
                let address = |key: &str| {
                    let found = all.iter().find(|it| it.key == key)?;
                    Address::parse(&json::text(found.value)?)
                };
                module.moved.extend(address("from").zip(address("to")));
            }
        }
    }
    Ok(module)
}

/// The modules of a tree, by their folder.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) modules: BTreeMap<PathBuf, Module>,
}

impl Tree {
    /// From files and what they say, in the order of the files.
    pub(super) fn new(files: Vec<(&Found, Module)>) -> Self {
        let mut modules = BTreeMap::<PathBuf, Module>::new();
        let (over, plain): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|(file, _)| overrides(&file.name));
        for (file, said) in plain.into_iter().chain(over) {
            let module = modules.entry(file.folder.clone()).or_default();
            module.add(said, overrides(&file.name));
        }
        let folders: BTreeSet<PathBuf> = modules.keys().cloned().collect();
        for (folder, module) in &mut modules {
            for call in module.calls.values_mut().flatten() {
                let target = call.source.as_deref().and_then(|it| local(folder, it));
                call.folder = target.filter(|it| folders.contains(it));
            }
        }
        Self { modules }
    }
}

/// The folder of a module that is called by its path.
fn local(folder: &Path, source: &str) -> Option<PathBuf> {
    let is_path = source.starts_with("./") || source.starts_with("../");
    let is_path = is_path || matches!(source, "." | "..");
    is_path.then(|| folder.join(source).canonicalize().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str, sort: Sort) -> Module {
        read(text, sort, &"x".into()).unwrap()
    }

    fn place(spot: &Spot) -> (u64, u64, u64) {
        (spot.line, spot.column, spot.end_column)
    }

    fn only<'m>(module: &'m Module, kind: &str, name: &str) -> &'m Spot {
        let found = &module.resources[kind][name];
        assert_eq!(found.len(), 1);
        &found[0]
    }

    const HCL: &str = r#"# resource "aws_sqs_queue" "not" {}
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
  resource "aws_sqs_queue" "東" {
  policy = <<EOT
resource "aws_sqs_queue" "inside" {
EOT
}
resource aws_vpc main { cidr_block = var.x }
module "orders" {
  for_each = toset(["a"])
  source   = "./modules/orders"
}
module "far" { source = "terraform-aws-modules/vpc/aws" }
moved {
  from = aws_vpc.old
  to   = aws_vpc.main
}
"#;

    #[test]
    fn blocks_know_where_they_stand() {
        let module = module(HCL, Sort::Hcl);
        assert_eq!(place(only(&module, "aws_sqs_queue", "東")), (9, 3, 31));
        assert_eq!(place(only(&module, "aws_vpc", "main")), (14, 1, 22));
        assert_eq!(module.resources.len(), 2);
        let call = &module.calls["orders"][0];
        assert_eq!(place(&call.spot), (15, 1, 16));
        assert_eq!(call.source.as_deref(), Some("./modules/orders"));
        assert_eq!(module.calls["far"].len(), 1);
        assert_eq!(module.regions[""], "eu-west-1");
        assert_eq!(module.regions["us"], "us-east-1");
        let (from, to) = &module.moved[0];
        assert_eq!(
            (from.to_string(), to.to_string()),
            ("aws_vpc.old".into(), "aws_vpc.main".into())
        );
    }

    #[test]
    fn so_do_those_of_json() {
        let text = r#"{
  "resource": {
    "aws_sqs_queue": {
      "q": {"name": "x"},
      "r": [{"name": "y"}]
    }
  },
  "module": [{"orders": {"source": "../orders"}}],
  "provider": {"aws": [{"region": "eu-west-1"}, {"alias": "v", "region": "${var.r}"}]},
  "moved": {"from": "aws_a.b", "to": "aws_a.c"}
}"#;
        let module = module(text, Sort::HclJson);
        assert_eq!(place(only(&module, "aws_sqs_queue", "q")), (4, 7, 10));
        assert_eq!(only(&module, "aws_sqs_queue", "r").line, 5);
        assert_eq!(module.calls["orders"][0].spot.line, 8);
        assert_eq!(module.regions.len(), 1);
        assert_eq!(module.moved.len(), 1);
    }

    #[test]
    fn an_override_owns_nothing() {
        assert!(overrides("override.tf") && overrides("x_override.tf.json"));
        assert!(!overrides("overrides.tf") && !overrides("main.tf"));
        let mut whole = module(HCL, Sort::Hcl);
        let over = module(
            "resource \"aws_vpc\" \"main\" {}\nmodule \"far\" {\n source = \"./near\"\n}",
            Sort::Hcl,
        );
        whole.add(over, true);
        assert_eq!(only(&whole, "aws_vpc", "main").line, 14);
        assert_eq!(whole.calls["far"][0].source.as_deref(), Some("./near"));
    }

    #[test]
    fn broken_code_has_a_place() {
        let error = read(
            "a = 1\nresource \"x\" {\n  y = \n}\n",
            Sort::Hcl,
            &"x".into(),
        );
        assert_eq!(error.unwrap_err().line, 3);
        let error = read("{\n\"resource\": x}", Sort::HclJson, &"x".into());
        assert_eq!(error.unwrap_err().line, 2);
    }
}
