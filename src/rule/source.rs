//! Where rule files come from: embedded when the tool is built, or below folders.
//!
//! Finds and reads them; what they say is [`super::load`]'s business.

use std::fs;
use std::path::{Path, PathBuf};

use super::builtin;
use crate::located::{Located, read_text};

/// The longest rule file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// A rule file, and what of it is looked at.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    /// The text or its beginning.
    pub(super) looked_at: &'a str,
}

impl<'a> Source<'a> {
    /// Its cases are looked at too, for what is wrong with them.
    pub(super) fn whole(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            looked_at: text,
        }
    }
}

/// The rules that come with the tool, without their cases: those are two thirds of the text, and the
/// tool's own tests have run them.
pub(super) fn proven<'a>() -> impl Iterator<Item = Source<'a>> {
    builtin::FILES.iter().map(|(path, text)| Source {
        path: Path::new(path),
        text,
        looked_at: before_cases(text),
    })
}

/// What stands before a last key `cases`. A line that begins so is a key: texts are indented.
fn before_cases(text: &str) -> &str {
    const KEY: &str = "\ncases:\n";
    text.find(KEY).map_or(text, |at| &text[..=at])
}

/// Every `.yaml` and `.yml` file below the folders, sorted by path.
pub(super) fn read_all(folders: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Vec<Located>> {
    let (mut paths, mut errors) = (Vec::new(), Vec::new());
    for folder in folders {
        if folder.is_file() {
            paths.push(folder.clone());
        } else {
            find_files(folder, 0, &mut paths, &mut errors);
        }
    }
    paths.sort();
    paths.dedup();
    let mut texts = Vec::new();
    for path in paths {
        match read_text(&path, MAX_FILE) {
            Ok(text) => texts.push((path, text)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(texts)
    } else {
        Err(errors)
    }
}

fn find_files(folder: &Path, depth: u8, paths: &mut Vec<PathBuf>, errors: &mut Vec<Located>) {
    const MAX_DEPTH: u8 = 8;
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return errors.push(Located::file(folder, error.to_string())),
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() && depth < MAX_DEPTH {
            find_files(&path, depth + 1, paths, errors);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "yaml" || ending == "yml")
        {
            paths.push(path);
        }
    }
}
