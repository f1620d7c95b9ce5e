//! What a state knows of the identity of resources: state files of version 4, and what `terraform
//! show -json` prints of a state or a plan.
//!
//! States hold secrets. Only the members named here ever leave the reader: names, addresses, ids,
//! ARNs, Regions. Everything else is skipped while it is read, and kept nowhere.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::address::{Address, Step};
use crate::located::Located;

/// Stands for standard input: a state that lies elsewhere holds secrets, and need not touch the disk.
pub(super) const PIPED: &str = "-";
/// Bytes that are read of a state.
const BYTES: u64 = 1 << 30;

/// A managed resource of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instance {
    pub(super) address: Address,
    /// Alias of its AWS provider, `""` for the one without; `None` where nothing tells.
    pub(super) provider: Option<String>,
    pub(super) identity: Identity,
}

/// The attributes that tell which resource it is, by the names that the provider gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Identity {
    pub(super) arn: Text,
    pub(super) id: Text,
    pub(super) region: Text,
    /// Of record sets.
    pub(super) zone_id: Text,
    pub(super) fqdn: Text,
    pub(super) r#type: Text,
    pub(super) set_identifier: Text,
    /// Of tables and secrets: copies in other Regions.
    pub(super) replica: Items<Replica>,
    /// Of instances: their disks.
    pub(super) root_block_device: Items<Disk>,
    pub(super) ebs_block_device: Items<Disk>,
    /// Of databases: the secret that the service made.
    pub(super) master_user_secret: Items<Secret>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Replica {
    pub(super) arn: Text,
    pub(super) region: Text,
    pub(super) region_name: Text,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Disk {
    pub(super) volume_id: Text,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Secret {
    pub(super) secret_arn: Text,
}

/// A text, if it is one: whatever else stands there is skipped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(Option<String>);

impl Text {
    /// The text, if there is one and it says something.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|it| !it.is_empty())
    }
}

/// Items of a list, if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Items<T>(pub(super) Vec<T>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Visits whatever may stand where something else is expected, and keeps nothing of it.
macro_rules! skips {
    ($value:expr; $($visit:ident $ty:ty),*) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        $(fn $visit<E>(self, _: $ty) -> Result<Self::Value, E> {
            Ok($value)
        })*

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text;

            skips!(Text(None); visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64);

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Items<T>;

            skips!(Items(Vec::new()); visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str);

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = seq.next_element()? {
                    all.push(item);
                }
                Ok(Items(all))
            }
        }
        deserializer.deserialize_any(Any(std::marker::PhantomData))
    }
}

#[derive(Debug, Deserialize)]
struct Document {
    version: Option<u64>,
    format_version: Option<String>,
    encrypted_data: Option<IgnoredAny>,
    #[serde(default)]
    resources: Vec<Kept>,
    values: Option<Values>,
    planned_values: Option<Values>,
    prior_state: Option<Prior>,
}

/// A resource as state files keep it.
#[derive(Debug, Deserialize)]
struct Kept {
    #[serde(default)]
    module: String,
    mode: String,
    r#type: String,
    name: String,
    #[serde(default)]
    provider: String,
    #[serde(default)]
    instances: Vec<KeptInstance>,
}

#[derive(Debug, Deserialize)]
struct KeptInstance {
    index_key: Option<serde_json::Value>,
    attributes: Option<Identity>,
    /// As Terraform 0.11 wrote them.
    attributes_flat: Option<Identity>,
}

#[derive(Debug, Deserialize)]
struct Prior {
    values: Option<Values>,
}

#[derive(Debug, Deserialize)]
struct Values {
    root_module: Option<Shown>,
}

/// A module as `show -json` prints it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shown {
    resources: Vec<ShownResource>,
    child_modules: Vec<Shown>,
}

#[derive(Debug, Deserialize)]
struct ShownResource {
    address: String,
    mode: String,
    values: Option<Identity>,
}

/// Reads the managed resources of a state or plan.
pub(super) fn read(path: &Path) -> Result<Vec<Instance>, Located> {
    let whole = |problem: String| Located::file(path, problem);
    let file: Box<dyn Read> = if path == Path::new(PIPED) {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| whole(error.to_string()))?)
    };
    let document: Document =
        serde_json::from_reader(BufReader::new(file.take(BYTES))).map_err(|error| Located {
            line: error.line() as u64,
            column: error.column() as u64,
            ..whole("no state of Terraform, nor what `terraform show -json` prints".to_owned())
        })?;
    instances(document).map_err(|problem| {
        whole(problem.to_owned()).help("`terraform show -json > FILE` writes what can be read")
    })
}

fn instances(document: Document) -> Result<Vec<Instance>, &'static str> {
    if document.encrypted_data.is_some() {
        return Err("the state is encrypted");
    }
    if document.format_version.is_some() {
        let mut found = Vec::new();
        let prior = document.prior_state.and_then(|it| it.values);
        // What a plan creates has no identity yet; what it keeps has the address that the code has.
        for values in [document.values, document.planned_values, prior] {
            let root = values.and_then(|it| it.root_module);
            shown(root.unwrap_or_default(), &mut found);
        }
        return Ok(found);
    }
    match document.version {
        Some(4) => Ok(document.resources.into_iter().flat_map(kept).collect()),
        Some(_) => Err("a version of the state that is not read; version 4 is"),
        None => Err("no state of Terraform, nor what `terraform show -json` prints"),
    }
}

fn kept(resource: Kept) -> Vec<Instance> {
    if resource.mode != "managed" {
        return Vec::new();
    }
    let modules = match resource.module.as_str() {
        "" => Vec::new(),
        module => match Address::parse(module) {
            Some(address) if address.resource.is_none() => address.modules,
            _ => return Vec::new(),
        },
    };
    let provider = alias(&resource.provider);
    let instances = resource.instances.into_iter().map(|it| {
        let index = it.index_key.as_ref().map(ToString::to_string);
        let name = resource.name.clone();
        Instance {
            address: Address {
                modules: modules.clone(),
                resource: Some((resource.r#type.clone(), Step { name, index })),
            },
            provider: provider.clone(),
            identity: it.attributes.or(it.attributes_flat).unwrap_or_default(),
        }
    });
    instances.collect()
}

/// The alias in `provider["registry.terraform.io/hashicorp/aws"].eu` and `provider.aws.eu`.
fn alias(provider: &str) -> Option<String> {
    let own = match provider.rsplit_once("provider[\"") {
        // A provider inside a module is configured there.
        Some(("", named)) => named.split_once("\"]").map(|(_, rest)| rest),
        Some(_) => None,
        None => provider.strip_prefix("provider.aws"),
    };
    let own = own?;
    Some(own.strip_prefix('.').unwrap_or(own).to_owned())
}

fn shown(module: Shown, found: &mut Vec<Instance>) {
    for resource in module.resources {
        let address = Address::parse(&resource.address);
        if let Some(address) = address.filter(|_| resource.mode == "managed") {
            found.push(Instance {
                address,
                provider: None,
                identity: resource.values.unwrap_or_default(),
            });
        }
    }
    for child in module.child_modules {
        shown(child, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Instance>, Located> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.tfstate");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    const STATE: &str = r#"{"version": 4, "terraform_version": "1.9.0", "outputs": {"p": {"value": "hunter2"}},
"resources": [
 {"mode": "data", "type": "aws_region", "name": "x", "provider": "p", "instances": [{"attributes": {"id": "x"}}]},
 {"module": "module.orders[\"eu\"]", "mode": "managed", "type": "aws_dynamodb_table", "name": "this",
  "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].eu",
  "instances": [{"index_key": 0, "schema_version": 1, "private": "c2VjcmV0",
   "attributes": {"arn": "arn:aws:dynamodb:eu-west-1:1:table/o", "id": "o", "password": "hunter2",
    "region": null, "type": 5, "fqdn": ["x", {}], "zone_id": {"a": 1},
    "replica": [{"arn": "arn:r", "region_name": "us-east-1", "kms_key_arn": ""}], "master_user_secret": "x"}}]}
]}"#;

    #[test]
    fn nothing_but_identity_is_kept() {
        let all = read_text(STATE).unwrap();
        assert_eq!(all.len(), 1);
        let one = &all[0];
        let address = "module.orders[\"eu\"].aws_dynamodb_table.this[0]";
        assert_eq!(one.address.to_string(), address);
        assert_eq!(one.provider.as_deref(), Some("eu"));
        let identity = &one.identity;
        assert_eq!(
            identity.arn.get(),
            Some("arn:aws:dynamodb:eu-west-1:1:table/o")
        );
        assert_eq!(identity.replica.0[0].arn.get(), Some("arn:r"));
        assert_eq!((identity.region.get(), identity.r#type.get()), (None, None));
        assert!(!format!("{all:?}").contains("hunter2"));
    }

    #[test]
    fn reads_what_is_shown_of_states_and_plans() {
        let values = r#"{"root_module": {"resources": [{"address": "aws_vpc.a", "mode": "managed", "values": {"id": "vpc-1"}},
          {"address": "data.aws_region.x", "mode": "data", "values": {}}],
          "child_modules": [{"address": "module.m", "resources": [{"address": "module.m.aws_vpc.b[\"k\"]", "mode": "managed", "values": {"arn": "x"}}]}]}}"#;
        for text in [
            format!(r#"{{"format_version": "1.0", "values": {values}}}"#),
            format!(
                r#"{{"format_version": "1.2", "planned_values": {values}, "prior_state": {{"format_version": "1.0"}}}}"#
            ),
            format!(r#"{{"format_version": "1.2", "prior_state": {{"values": {values}}}}}"#),
        ] {
            let all = read_text(&text).unwrap();
            let addresses: Vec<String> = all.iter().map(|it| it.address.to_string()).collect();
            assert_eq!(addresses, ["aws_vpc.a", "module.m.aws_vpc.b[\"k\"]"]);
        }
    }

    #[test]
    fn what_is_no_state_is_refused_with_its_place() {
        let error = read_text("{\"version\": 4,\n \"resources\": [5]}").unwrap_err();
        assert_eq!(error.line, 2, "{error}");
        for (text, problem) in [
            ("{\"version\": 3, \"modules\": []}", "version"),
            ("{}", "no state"),
            ("{\"version\": 4, \"encrypted_data\": \"x\"}", "encrypted"),
        ] {
            let error = read_text(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
        let deep = format!(
            "{{\"version\": 4, \"x\": {}1{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(read_text(&deep).unwrap(), []);
    }

    #[test]
    fn providers_have_aliases() {
        let registry = "provider[\"registry.terraform.io/hashicorp/aws\"]";
        assert_eq!(alias(registry).as_deref(), Some(""));
        assert_eq!(alias(&format!("{registry}.eu")).as_deref(), Some("eu"));
        assert_eq!(alias(&format!("module.x.{registry}")), None);
        assert_eq!(alias("provider.aws.eu").as_deref(), Some("eu"));
        assert_eq!(alias("provider.aws").as_deref(), Some(""));
        assert_eq!(alias("").as_deref(), None);
    }
}
