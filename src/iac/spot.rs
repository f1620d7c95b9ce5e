//! Places in files: lines and columns of offsets, and paths as a repository names them.

use std::cell::Cell;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The name of a block or key in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// As reports show it.
    pub(super) path: Arc<str>,
    /// From 1.
    pub(super) line: u64,
    /// From 1, in characters.
    pub(super) column: u64,
    /// Behind the last character, on the same line.
    pub(super) end_column: u64,
}

/// A text whose offsets can be put into lines and columns.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// The offset that was asked for last, and its column from 0: whoever goes on from there, on a
    /// line of megabytes, need not count from its beginning.
    last: Cell<(usize, usize)>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            text,
            starts: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
            last: Cell::new((0, 0)),
        }
    }

    /// Line and column of a byte, from 1, in characters; of the end where there is no such byte.
    pub(super) fn at(&self, offset: usize) -> (u64, u64) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|it| self.starts.get(it));
        let start = start.copied().unwrap_or(0);
        let (last, counted) = self.last.get();
        let (from, counted) = if (start..=offset).contains(&last) {
            (last, counted)
        } else {
            (start, 0)
        };
        let between = self.text.get(from..offset);
        let column = counted + between.map_or(0, |it| it.chars().count());
        self.last.set((offset, column));
        (line.max(1) as u64, column as u64 + 1)
    }

    /// The place of what begins and ends at these bytes.
    pub(super) fn spot(&self, path: &Arc<str>, from: usize, to: usize) -> Spot {
        let (line, column) = self.at(from);
        let end_column = match self.at(to) {
            (end, to) if end == line => to.max(column + 1),
            _ => column + 1,
        };
        Spot {
            path: Arc::clone(path),
            line,
            column,
            end_column,
        }
    }
}

/// The folder that paths are told from: the top of the Git repository around the folder of the run,
/// else of that around the code, else the folder of the run.
#[derive(Debug, Clone)]
pub(super) struct Base(PathBuf);

impl Base {
    /// Both have to be canonical.
    pub(super) fn of(here: &Path, code: Option<&Path>) -> Self {
        let top = |it: &Path| {
            let mut around = it.ancestors();
            around
                .find(|it| it.join(".git").exists())
                .map(Path::to_owned)
        };
        let found = top(here).or_else(|| code.and_then(top));
        Self(found.unwrap_or_else(|| here.to_owned()))
    }

    /// A canonical path as reports show it: below the base, with forward slashes; whole where it
    /// lies outside.
    pub(super) fn show(&self, path: &Path) -> Arc<str> {
        let Ok(below) = path.strip_prefix(&self.0) else {
            return path.to_string_lossy().into();
        };
        let parts = below.components().filter_map(|it| match it {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        });
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() {
            return ".".into();
        }
        parts.join("/").into()
    }

    pub(super) fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let lines = Lines::new("a\n東b\n\nc");
        assert_eq!(lines.at(0), (1, 1));
        assert_eq!(lines.at(1), (1, 2));
        assert_eq!(lines.at(2), (2, 1));
        assert_eq!(lines.at(3), (2, 1), "within a character");
        assert_eq!(lines.at(5), (2, 2));
        assert_eq!(lines.at(7), (3, 1));
        assert_eq!(lines.at(8), (4, 1));
        assert_eq!(lines.at(99), (4, 2));
        assert_eq!(lines.at(5), (2, 2), "back again");
        assert_eq!(lines.at(6), (2, 3), "and on from there");
        assert_eq!(Lines::new("").at(0), (1, 1));
        let spot = lines.spot(&"x".into(), 0, 5);
        assert_eq!((spot.line, spot.column, spot.end_column), (1, 1, 2));
    }

    #[test]
    fn paths_are_told_from_the_top_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let inner = top.join("infra/live");
        std::fs::create_dir_all(&inner).unwrap();
        let base = Base::of(&inner, None);
        assert_eq!(&*base.show(&inner.join("a b.tf")), "a b.tf");
        std::fs::create_dir(top.join(".git")).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let elsewhere = elsewhere.path().canonicalize().unwrap();
        let base = Base::of(&elsewhere, Some(&inner));
        assert_eq!(&*base.show(&inner.join("a.tf")), "infra/live/a.tf");
        let base = Base::of(&inner, Some(&elsewhere));
        assert_eq!(&*base.show(&inner.join("a.tf")), "infra/live/a.tf");
        assert_eq!(&*base.show(Path::new("/etc/a.tf")), "/etc/a.tf");
        assert_eq!(&*base.show(&top), ".");
        assert!(base.holds(&inner) && !base.holds(Path::new("/etc")));
    }
}
