//! The inventory file: JSON Lines, a header first, then resources, gaps and readings, sorted.
//!
//! A name that ends in `.zst` compresses. Reading streams, refuses a newer format, and names the
//! line of whatever is damaged. The same inventory always gives the same bytes.

mod read;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{AccountId, Gap, GapKey, Header, Inventory, Kind, Properties, Reading, Region};

pub use read::read;

/// Version of the file format. Readers refuse a greater one.
pub const FORMAT: u64 = 1;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}:{line}: {problem}", path.display())]
    Damaged {
        path: PathBuf,
        line: u64,
        problem: String,
    },
    #[error(
        "{}:1: inventory format {found}, this mrlint reads up to {FORMAT}; use a newer mrlint",
        path.display()
    )]
    Newer { path: PathBuf, found: u64 },
}

#[derive(Serialize, Deserialize)]
struct FirstLine {
    mrlint_inventory: u64,
    #[serde(flatten)]
    header: Header,
}

/// Every line but the first.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<R> {
    Resource(R),
    Gap(Gap),
    Reading(Reading),
}

#[derive(Serialize)]
struct ResourceOut<'a> {
    kind: Kind,
    account: &'a AccountId,
    region: &'a Region,
    arn: &'a str,
    name: &'a str,
    tags: &'a BTreeMap<String, String>,
    properties: &'a Properties,
    unread: &'a BTreeMap<String, GapKey>,
}

/// Writes the inventory as JSON Lines.
pub fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let first = FirstLine {
        mrlint_inventory: FORMAT,
        header: inventory.header().clone(),
    };
    line(out, &first)?;
    for resource in inventory.resources() {
        let resource = ResourceOut {
            kind: resource.kind(),
            account: &resource.account,
            region: &resource.region,
            arn: &resource.arn,
            name: &resource.name,
            tags: &resource.tags,
            properties: &resource.properties,
            unread: &resource.unread,
        };
        line(out, &Line::Resource(resource))?;
    }
    for gap in inventory.gaps() {
        line(out, &Line::<()>::Gap(gap.clone()))?;
    }
    for reading in inventory.readings() {
        line(out, &Line::<()>::Reading(reading))?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, content: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, content)?;
    out.write_all(b"\n")
}

/// Writes the inventory to a file beside the target, then renames it.
pub fn save(inventory: &Inventory, path: &Path) -> Result<(), SnapshotError> {
    let io = |source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    };
    crate::atomic::write(path, |file| {
        let mut file = BufWriter::new(file);
        if compressed(path) {
            let mut encoder = zstd::Encoder::new(&mut file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            write(inventory, &mut encoder)?;
            encoder.finish()?;
        } else {
            write(inventory, &mut file)?;
        }
        file.flush()
    })
    .map_err(io)
}

/// Reads an inventory file.
pub fn load(path: &Path) -> Result<Inventory, SnapshotError> {
    let io = |source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    };
    let file = BufReader::new(File::open(path).map_err(io)?);
    if compressed(path) {
        let decoder = zstd::Decoder::with_buffer(file).map_err(io)?;
        read(BufReader::new(decoder), path)
    } else {
        read(file, path)
    }
}

fn compressed(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "zst")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Cause, Resource, kinds::dynamodb};

    fn sample() -> Inventory {
        let table = Resource {
            arn: "arn:aws:dynamodb:eu-west-1:111111111111:table/orders".to_owned(),
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            name: "orders".to_owned(),
            tags: BTreeMap::new(),
            properties: dynamodb::Table {
                status: "ACTIVE".to_owned(),
                ..Default::default()
            }
            .into(),
            unread: BTreeMap::new(),
        };
        let gap = Gap {
            key: GapKey {
                account: "111111111111".into(),
                region: "eu-west-1".into(),
                operation: "rds:DescribeDBClusters".to_owned(),
                cause: Cause::Denied,
            },
            action: None,
            message: None,
            hides: [Kind::RdsDbCluster].into(),
            calls: 1,
        };
        let reading = Reading {
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            kinds: [Kind::DynamoDbTable, Kind::RdsDbCluster].into(),
        };
        Inventory::new(Header::default(), vec![table], [gap], [reading])
    }

    fn text(inventory: &Inventory) -> String {
        let mut bytes = Vec::new();
        write(inventory, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn parse(text: &str) -> Result<Inventory, SnapshotError> {
        read(text.as_bytes(), Path::new("inventory.jsonl"))
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["inventory.jsonl", "inventory.jsonl.zst"] {
            let path = folder.path().join(name);
            save(&sample(), &path).unwrap();
            assert_eq!(load(&path).unwrap(), sample(), "{name}");
        }
    }

    #[test]
    fn names_the_line_of_damage() {
        let whole = text(&sample());
        let cut = &whole[..whole.len() - 20];
        assert_eq!(
            parse(cut).unwrap_err().to_string().split(": ").next(),
            Some("inventory.jsonl:4")
        );
        let strange = whole.replace("\"name\"", "\"nmae\"");
        assert!(
            parse(&strange)
                .unwrap_err()
                .to_string()
                .starts_with("inventory.jsonl:2: ")
        );
        assert!(parse("").unwrap_err().to_string().contains("empty"));
    }

    #[test]
    fn refuses_a_newer_format() {
        let newer = r#"{"mrlint_inventory":2,"strange":true}"#;
        assert!(matches!(
            parse(newer),
            Err(SnapshotError::Newer { found: 2, .. })
        ));
    }

    #[test]
    fn a_property_the_file_lacks_is_unread() {
        let older = text(&sample()).replace("\"deletion_protection\":false,", "");
        let inventory = parse(&older).unwrap();
        let gap = inventory.resources()[0]
            .unread("deletion_protection")
            .unwrap();
        assert_eq!(gap.cause, Cause::NotCollected);
    }

    #[test]
    fn a_gap_hides_its_kind_and_a_missing_reading_every_kind() {
        let inventory = sample();
        let (account, region) = ("111111111111".into(), "eu-west-1".into());
        let hiding = |kind| inventory.hiding(kind, &account, &region);
        assert_eq!(hiding(Kind::DynamoDbTable), []);
        assert_eq!(hiding(Kind::RdsDbCluster)[0].cause, Cause::Denied);
        assert_eq!(hiding(Kind::LambdaFunction)[0].cause, Cause::NotCollected);
    }
}
