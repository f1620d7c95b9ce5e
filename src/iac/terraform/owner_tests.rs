//! Addresses in trees of modules, worked out by hand and made at random.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::iac::spot::Base;
use crate::iac::terraform::source;
use crate::iac::walk::{self, Sort};

/// A tree of files on disk, and the folder that holds them.
fn tree(files: &[(&str, &str)]) -> (Tree, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let base = Base::of(&root, None);
    let found = walk::files(std::slice::from_ref(&root), &base, &mut Vec::new());
    let code = found
        .iter()
        .filter(|it| matches!(it.sort, Sort::Hcl | Sort::HclJson));
    let code = code.map(|it| {
        let text = fs::read_to_string(&it.path).unwrap();
        let read = source::read(&text, it.sort, &base.show(&it.path));
        (it, read.unwrap_or_else(|_| Module::unread()))
    });
    (Tree::new(code.collect()), folder)
}

fn at(tree: &Tree, folder: &tempfile::TempDir, root: &str, address: &str) -> String {
    let root = folder.path().canonicalize().unwrap().join(root);
    match tree.owner(&root, &Address::parse(address).unwrap()) {
        Owner::Block(spot) => format!("{}:{}", spot.path, spot.line),
        Owner::Call(spot) => format!("call {}:{}", spot.path, spot.line),
        Owner::Twice => "twice".to_owned(),
        Owner::Missing => "missing".to_owned(),
    }
}

const MAIN: &str = r#"
resource "aws_vpc" "main" {}
module "orders" {
  for_each = toset(["eu", "us"])
  source   = "../../modules/orders"
}
module "far" {
  source = "terraform-aws-modules/s3-bucket/aws"
}
module "gone" {
  source = "./nowhere"
}
moved {
  from = aws_vpc.old
  to   = aws_vpc.main
}
moved {
  from = aws_sqs_queue.in["eu"]
  to   = module.orders["eu"].aws_sqs_queue.intake
}
moved {
  from = module.shop
  to   = module.orders
}
moved {
  from = aws_vpc.a
  to   = aws_vpc.b
}
moved {
  from = aws_vpc.b
  to   = aws_vpc.a
}
"#;

const ORDERS: &str = r#"
resource "aws_sqs_queue" "intake" {}

resource "aws_dynamodb_table" "this" {
  count = 1
}
resource "aws_kms_key" "twice" {}
module "inner" {
  source = "./inner"
}
moved {
  from = aws_dynamodb_table.orders
  to   = aws_dynamodb_table.this[0]
}
"#;

fn sample() -> (Tree, tempfile::TempDir) {
    tree(&[
        ("live/prod/main.tf", MAIN),
        ("modules/orders/main.tf", ORDERS),
        (
            "modules/orders/more.tf",
            "resource \"aws_kms_key\" \"twice\" {}",
        ),
        (
            "modules/orders/x_override.tf",
            "resource \"aws_sqs_queue\" \"intake\" {}",
        ),
        (
            "modules/orders/inner/main.tf.json",
            "{\"resource\":\n{\"aws_sns_topic\":\n{\"t\": {}}}}",
        ),
    ])
}

#[test]
fn addresses_lead_to_blocks() {
    let (tree, folder) = sample();
    let at = |address: &str| at(&tree, &folder, "live/prod", address);
    assert_eq!(at("aws_vpc.main[0]"), "live/prod/main.tf:2");
    assert_eq!(
        at("module.orders[\"eu\"].aws_sqs_queue.intake"),
        "modules/orders/main.tf:2"
    );
    assert_eq!(
        at("module.orders[\"us\"].aws_dynamodb_table.this[0]"),
        "modules/orders/main.tf:4"
    );
    assert_eq!(
        at("module.orders[\"eu\"].module.inner.aws_sns_topic.t"),
        "modules/orders/inner/main.tf.json:3"
    );
    assert_eq!(at("module.orders[\"eu\"].aws_kms_key.twice"), "twice");
    assert_eq!(at("module.orders[\"eu\"].aws_kms_key.none"), "missing");
    assert_eq!(at("module.other.aws_kms_key.none"), "missing");
}

#[test]
fn code_from_elsewhere_leads_to_its_call() {
    let (tree, folder) = sample();
    let at = |address: &str| at(&tree, &folder, "live/prod", address);
    assert_eq!(
        at("module.far.module.deep[0].aws_s3_bucket.x"),
        "call live/prod/main.tf:7"
    );
    assert_eq!(
        at("module.gone.aws_s3_bucket.x"),
        "call live/prod/main.tf:10"
    );
}

#[test]
fn what_moved_is_followed() {
    let (tree, folder) = sample();
    let at = |address: &str| at(&tree, &folder, "live/prod", address);
    assert_eq!(at("aws_vpc.old"), "live/prod/main.tf:2");
    assert_eq!(at("aws_sqs_queue.in[\"eu\"]"), "modules/orders/main.tf:2");
    assert_eq!(at("aws_sqs_queue.in[\"us\"]"), "missing");
    assert_eq!(
        at("module.shop[\"eu\"].aws_sqs_queue.intake"),
        "modules/orders/main.tf:2"
    );
    assert_eq!(
        at("module.shop[\"eu\"].aws_dynamodb_table.orders"),
        "modules/orders/main.tf:4"
    );
    assert_eq!(at("aws_vpc.a"), "missing", "a circle ends");
}

fn root(files: &[(&str, &str)], blocks: &[&str], own: Option<&str>, near: &[&str]) -> String {
    let (tree, folder) = tree(files);
    let top = folder.path().canonicalize().unwrap();
    let blocks: Vec<Address> = blocks
        .iter()
        .map(|it| Address::parse(it).unwrap())
        .collect();
    let own = own.map(|it| top.join(it));
    let near: Vec<PathBuf> = near.iter().map(|it| top.join(it)).collect();
    let near: Vec<&Path> = near.iter().map(PathBuf::as_path).collect();
    let show = |it: &PathBuf| it.strip_prefix(&top).unwrap().display().to_string();
    match tree.root(&blocks, own.as_deref(), &near) {
        Root::Sure(folder) => format!("sure {}", show(&folder)),
        Root::Likely(folder) => format!("likely {}", show(&folder)),
        Root::Several(all) => all.iter().map(show).collect::<Vec<_>>().join(" or "),
        Root::Nowhere => "nowhere".to_owned(),
    }
}

/// A file that declares these.
fn declares(names: &[&str]) -> String {
    let all = names
        .iter()
        .map(|it| format!("resource \"aws_vpc\" \"{it}\" {{}}\n"));
    all.collect()
}

#[test]
fn a_state_is_of_the_folder_that_has_all_of_it() {
    let names = ["a", "b", "c", "d", "e"];
    let blocks: Vec<String> = names.iter().map(|it| format!("aws_vpc.{it}")).collect();
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
    let (whole, half) = (declares(&names), declares(&names[..4]));
    let other = declares(&names[..2]);
    let alone = [("prod/a.tf", whole.as_str()), ("dev/a.tf", &other)];
    assert_eq!(root(&alone, &blocks, None, &[]), "sure prod");
    // Alike: the right one may be the one that has changed.
    let alike = [("prod/a.tf", whole.as_str()), ("dev/a.tf", &half)];
    assert_eq!(root(&alike, &blocks, None, &[]), "prod or dev");
    assert_eq!(root(&alike, &blocks, Some("dev"), &[]), "sure dev");
    // Too little to tell by.
    let few = &blocks[..2];
    assert_eq!(root(&[("dev/a.tf", &other)], few, None, &[]), "likely dev");
    assert_eq!(
        root(&[("dev/a.tf", &other)], few, None, &["dev"]),
        "sure dev"
    );
    assert_eq!(
        root(&[("dev/a.tf", &half)], &blocks, None, &["dev"]),
        "likely dev"
    );
    assert_eq!(
        root(&[("dev/a.tf", &other)], &blocks, None, &["dev"]),
        "nowhere"
    );
    assert_eq!(root(&alone, &["aws_vpc.z"], Some("dev"), &[]), "nowhere");
    // What cannot be read may hold the rest.
    let broken = [
        ("prod/a.tf", whole.as_str()),
        ("dev/a.tf", &other),
        ("dev/b.tf", "{"),
    ];
    assert_eq!(root(&broken, &blocks, None, &[]), "prod or dev");
}

/// A tree of modules: each folder's resources, and the folders that its calls lead to.
#[derive(Debug, Clone)]
struct Node {
    blank: usize,
    resources: Vec<String>,
    calls: Vec<Node>,
}

fn node() -> impl Strategy<Value = Node> {
    let names = || prop::collection::btree_set("[a-z]{1,3}", 0..4);
    let leaf = (0..4usize, names()).prop_map(|(blank, names)| Node {
        blank,
        resources: names.into_iter().collect(),
        calls: Vec::new(),
    });
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let calls = prop::collection::vec(inner, 0..3);
        (0..4usize, names(), calls).prop_map(|(blank, names, calls)| Node {
            blank,
            resources: names.into_iter().collect(),
            calls,
        })
    })
}

/// Writes the module, and notes at which line each address stands.
fn write(
    node: &Node,
    folder: &str,
    prefix: &str,
    files: &mut Vec<(String, String)>,
    all: &mut Vec<(String, String)>,
) {
    let file = format!("{folder}/main.tf");
    let mut text = "\n".repeat(node.blank);
    for name in &node.resources {
        let line = text.matches('\n').count() + 1;
        all.push((format!("{prefix}aws_vpc.{name}"), format!("{file}:{line}")));
        text += &format!(
            "resource \"aws_vpc\" \"{name}\" {{\n  x = <<E\nresource \"aws_vpc\" \"{name}\" {{\nE\n}}\n"
        );
    }
    for (nth, call) in node.calls.iter().enumerate() {
        text += &format!("module \"m{nth}\" {{\n  source = \"./sub{nth}\"\n  count = 2\n}}\n");
        let below = format!("{folder}/sub{nth}");
        write(
            call,
            &below,
            &format!("{prefix}module.m{nth}[1]."),
            files,
            all,
        );
    }
    files.push((file, text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_block_of_every_module_is_found_at_its_line(made in node()) {
        let (mut files, mut all) = (Vec::new(), Vec::new());
        write(&made, "root", "", &mut files, &mut all);
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let (tree, folder) = tree(&files);
        for (address, place) in all {
            prop_assert_eq!(at(&tree, &folder, "root", &address), place);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), head in 0..5usize) {
        let heads = ["", "resource \"a\" \"b\" {", "x = <<E\n", "moved {\nfrom = ", "{\"resource\": {\"a\": "];
        let text = format!("{}{text}", heads[head]);
        for sort in [Sort::Hcl, Sort::HclJson] {
            let _ = source::read(&text, sort, &"x".into());
        }
    }

    #[test]
    fn any_address_is_read_or_refused(text in "[a-z.\\[\\]\"\\\\0-9]{0,40}") {
        if let Some(address) = Address::parse(&text) {
            prop_assert_eq!(address.to_string(), text);
        }
    }
}
