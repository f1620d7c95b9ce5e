//! The inventory file: JSON Lines, a header first, then resources, gaps and readings, sorted.
//!
//! A name that ends in `.zst` compresses. Reading streams line by line, refuses a newer format,
//! and names the line of whatever is damaged. The same inventory always gives the same bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    AccountId, Gap, GapKey, Header, Inventory, Kind, Properties, Reading, Region, Resource,
    not_collected,
};

/// Version of the file format. Readers refuse a greater one.
pub const FORMAT: u64 = 1;

/// The longest line that is read, in bytes. Real ones have a few thousand.
const MAX_LINE: u64 = 32 << 20;

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceIn {
    kind: Kind,
    account: AccountId,
    region: Region,
    arn: String,
    name: String,
    tags: BTreeMap<String, String>,
    properties: Value,
    unread: BTreeMap<String, GapKey>,
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

/// Reads JSON Lines; `path` only names the source in messages.
pub fn read(mut input: impl BufRead, path: &Path) -> Result<Inventory, SnapshotError> {
    let mut reader = Lines {
        input: &mut input,
        path,
        number: 0,
        text: Vec::new(),
    };
    let Some(first) = reader.next()? else {
        return Err(reader.damaged("the file is empty; an inventory begins with a header line"));
    };
    let header = parse_header(&first).map_err(|problem| match problem {
        HeaderProblem::Newer(found) => SnapshotError::Newer {
            path: path.to_owned(),
            found,
        },
        HeaderProblem::Damaged(problem) => reader.damaged(problem),
    })?;
    let (mut resources, mut gaps, mut readings) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(text) = reader.next()? {
        let line = serde_json::from_slice::<Line<ResourceIn>>(&text)
            .map_err(|error| reader.damaged(error.to_string()))?;
        match line {
            Line::Resource(resource) => {
                resources.push(resource_from(resource).map_err(|problem| reader.damaged(problem))?);
            }
            Line::Gap(gap) => gaps.push(gap),
            Line::Reading(reading) => readings.push(reading),
        }
    }
    Ok(Inventory::new(header, resources, gaps, readings))
}

struct Lines<'a, R> {
    input: &'a mut R,
    path: &'a Path,
    number: u64,
    text: Vec<u8>,
}

impl<R: BufRead> Lines<'_, R> {
    /// The next line that is not blank, without its end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, SnapshotError> {
        loop {
            self.text.clear();
            self.number += 1;
            let read = self
                .input
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut self.text)
                .map_err(|error| self.damaged(error.to_string()))?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == MAX_LINE && self.text.last() != Some(&b'\n') {
                return Err(self.damaged("line longer than 32 MiB"));
            }
            if !self.text.trim_ascii().is_empty() {
                return Ok(Some(std::mem::take(&mut self.text)));
            }
        }
    }

    fn damaged(&self, problem: impl Into<String>) -> SnapshotError {
        SnapshotError::Damaged {
            path: self.path.to_owned(),
            line: self.number,
            problem: problem.into(),
        }
    }
}

enum HeaderProblem {
    Newer(u64),
    Damaged(String),
}

fn parse_header(text: &[u8]) -> Result<Header, HeaderProblem> {
    let damaged = |error: serde_json::Error| {
        HeaderProblem::Damaged(format!("not the header of an mrlint inventory: {error}"))
    };
    let value: Value = serde_json::from_slice(text).map_err(damaged)?;
    // The version is looked at before the rest: a newer header may hold what this one refuses.
    if let Some(found) = value["mrlint_inventory"].as_u64()
        && found > FORMAT
    {
        return Err(HeaderProblem::Newer(found));
    }
    serde_json::from_value::<FirstLine>(value)
        .map(|first| first.header)
        .map_err(damaged)
}

/// Properties that the file does not have were not collected: they are unread, not default.
fn resource_from(resource: ResourceIn) -> Result<Resource, String> {
    let ResourceIn {
        kind,
        account,
        region,
        arn,
        name,
        tags,
        properties,
        mut unread,
    } = resource;
    let Value::Object(fields) = &properties else {
        return Err("`properties` must be an object".to_owned());
    };
    for property in kind.properties() {
        if !fields.contains_key(property) {
            unread
                .entry(property.clone())
                .or_insert_with(|| not_collected(kind, &account, &region));
        }
    }
    let properties = Properties::from_json(kind, properties)
        .map_err(|error| format!("{kind} {arn}: {error}"))?;
    Ok(Resource {
        arn,
        account,
        region,
        name,
        tags,
        properties,
        unread,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Cause, kinds::dynamodb};

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
