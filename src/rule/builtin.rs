//! The rules that come with the tool: every file under `rules/`, embedded when it is built.

/// Path within the repository and text of each file, sorted by path.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));
