//! Writes inventory files, line by line.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use super::{FirstLine, Line, SnapshotError, compressed, format};
use crate::inventory::{
    AccountId, Gap, GapKey, Header, Inventory, Kind, Properties, Reading, Region, Resource,
};

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
    header(
        out,
        inventory.header(),
        inventory.on_word().next().is_some(),
    )?;
    for it in inventory.resources() {
        resource(out, it)?;
    }
    for it in inventory.gaps() {
        gap(out, it)?;
    }
    for it in inventory.readings() {
        reading(out, it)?;
    }
    Ok(())
}

/// Writes the inventory to a file beside the target, then renames it.
pub fn save(inventory: &Inventory, path: &Path) -> Result<(), SnapshotError> {
    save_with(path, |out| write(inventory, out))
}

/// Writes what `fill` writes to a file beside the target, compressed where the name asks for it,
/// then renames it.
pub(crate) fn save_with(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SnapshotError> {
    let io = |source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    };
    crate::atomic::write(path, |file| {
        let mut file = BufWriter::new(file);
        if compressed(path) {
            let mut encoder = zstd::Encoder::new(&mut file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            fill(&mut encoder)?;
            encoder.finish()?;
        } else {
            fill(&mut file)?;
        }
        file.flush()
    })
    .map_err(io)
}

/// The first line. `on_word` is whether a reading rests on somebody's word.
pub(crate) fn header(out: &mut dyn Write, header: &Header, on_word: bool) -> io::Result<()> {
    let first = FirstLine {
        mrlint_inventory: format(on_word),
        header: header.clone(),
    };
    line(out, &first)
}

/// A resource's line. They stand sorted, before the gaps.
pub(crate) fn resource(out: &mut dyn Write, it: &Resource) -> io::Result<()> {
    let resource = ResourceOut {
        kind: it.kind(),
        account: &it.account,
        region: &it.region,
        arn: &it.arn,
        name: &it.name,
        tags: &it.tags,
        properties: &it.properties,
        unread: &it.unread,
    };
    line(out, &Line::Resource(resource))
}

/// A gap's line. They stand sorted, before the readings.
pub(crate) fn gap(out: &mut dyn Write, gap: &Gap) -> io::Result<()> {
    line(out, &Line::<()>::Gap(gap.clone()))
}

/// A reading's line. They stand sorted, at the end.
pub(crate) fn reading(out: &mut dyn Write, reading: Reading) -> io::Result<()> {
    line(out, &Line::<()>::Reading(reading))
}

fn line(out: &mut dyn Write, content: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, content)?;
    out.write_all(b"\n")
}
