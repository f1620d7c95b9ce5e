//! The inventory file: JSON Lines, a header first, then resources, gaps and readings, sorted.
//!
//! A name that ends in `.zst` compresses. Reading streams line by line, refuses a newer format,
//! and names the place of whatever is damaged. The same inventory always gives the same bytes.
//!
//! What a file lacks was not collected: the lines before a damage, on their own, are an inventory
//! that claims nothing which the whole one would contradict.

mod open;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{AccountId, Gap, GapKey, Header, Inventory, Kind, Properties, Reading, Region};
use crate::located::short;

pub use open::load;
pub use read::read;

/// Version of the file format. Readers refuse a greater one.
pub const FORMAT: u64 = 1;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}:{line}:{}{}", path.display(), .column.map_or_else(|| " ".to_owned(), |it| format!("{it}: ")), short(problem))]
    Damaged {
        path: PathBuf,
        /// From 1.
        line: u64,
        /// From 1, in bytes; `None` when the problem is the whole line's.
        column: Option<usize>,
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

fn compressed(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "zst")
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
