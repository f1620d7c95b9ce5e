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
pub(crate) mod write;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Gap, Header, Reading};
use crate::located::short;

pub use open::load;
pub use read::read;
pub use write::{save, write};

/// Version of the file format. Readers refuse a greater one.
pub const FORMAT: u64 = 2;
/// The version before readings could be on somebody's word: what every reader understands.
const WITHOUT_WORDS: u64 = 1;

/// The least version that can say what a file says: readers from before words still read the files
/// without any, and refuse the others for what they are.
fn format(on_word: bool) -> u64 {
    if on_word { FORMAT } else { WITHOUT_WORDS }
}

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

fn compressed(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "zst")
}
