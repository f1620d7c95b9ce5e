//! The files under the folders that the user names, in an order that does not depend on the machine.
//!
//! Leaves out what nobody writes by hand: hidden folders (`.terraform` among them), packages of
//! Node.js, outputs of CDK. Folders behind links are not walked into, so that there are no loops; a
//! file behind a link counts where its target lies under one of the folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::spot::Base;
use crate::report::{Notice, Place};

/// Files that are looked at; what a repository has beyond is said, and left out.
const FILES: usize = 100_000;
/// Folders within folders.
const DEPTH: usize = 64;
/// Bytes of one file.
pub(super) const BYTES: u64 = 8 << 20;

/// What a file may hold, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// Terraform's own language.
    Hcl,
    /// Terraform in JSON.
    HclJson,
    /// Perhaps a template of CloudFormation.
    Yaml,
    Json,
    SamConfig,
}

impl Sort {
    fn of(name: &str) -> Option<Self> {
        let ends = |ending: &str| name.ends_with(ending);
        if ends(".tf") || ends(".tofu") {
            Some(Self::Hcl)
        } else if ends(".tf.json") || ends(".tofu.json") {
            Some(Self::HclJson)
        } else if name == "samconfig.toml" {
            Some(Self::SamConfig)
        } else if ends(".yaml") || ends(".yml") || ends(".template") {
            Some(Self::Yaml)
        } else if ends(".json") {
            Some(Self::Json)
        } else {
            None
        }
    }
}

/// A file that may hold code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// The folder in which it stands.
    pub(super) folder: PathBuf,
    /// Its name there: of a link, the link's.
    pub(super) name: String,
    /// The file itself, canonical.
    pub(super) path: PathBuf,
    pub(super) sort: Sort,
}

/// The files under canonical folders, each once, sorted.
pub(super) fn files(roots: &[PathBuf], base: &Base, notices: &mut Vec<Notice>) -> Vec<Found> {
    let mut found = BTreeMap::new();
    for root in roots {
        let walk = WalkDir::new(root).max_depth(DEPTH).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(wanted) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let at = error.path().unwrap_or(root);
                    notices.push(notice(base, at, "could not be read"));
                    continue;
                }
            };
            if let Some(file) = file(&entry, roots) {
                if found.len() >= FILES {
                    let said = format!("holds more than the {FILES} files that are looked at");
                    notices.push(notice(base, root, &said));
                    break;
                }
                found.insert((file.folder.clone(), file.name.clone()), file);
            }
        }
    }
    found.into_values().collect()
}

fn wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let left_out = name.starts_with('.') || name == "node_modules" || name == "cdk.out";
    entry.depth() == 0 || !left_out
}

fn file(entry: &DirEntry, roots: &[PathBuf]) -> Option<Found> {
    let name = entry.file_name().to_str()?.to_owned();
    let sort = Sort::of(&name)?;
    let mut path = entry.path().to_owned();
    if entry.path_is_symlink() {
        path = fs::canonicalize(&path).ok()?;
        if !path.is_file() || !roots.iter().any(|root| path.starts_with(root)) {
            return None;
        }
    } else if !entry.file_type().is_file() {
        return None;
    }
    Some(Found {
        folder: entry.path().parent()?.to_owned(),
        name,
        path,
        sort,
    })
}

/// Something about a whole file or folder.
pub(super) fn notice(base: &Base, path: &Path, problem: &str) -> Notice {
    Notice {
        place: Place {
            path: PathBuf::from(&*base.show(path)),
            line: 1,
            column: 1,
        },
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path) -> Vec<String> {
        let root = root.canonicalize().unwrap();
        let base = Base::of(&root, None);
        let found = files(&[root], &base, &mut Vec::new());
        let shown = found.iter().map(|it| base.show(&it.folder.join(&it.name)));
        shown.map(|it| it.to_string()).collect()
    }

    #[test]
    fn finds_code_and_leaves_out_what_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        for path in [
            "b/main.tf",
            "a.tofu",
            "x.tf.json",
            "sam/samconfig.toml",
            "t.yaml",
            "readme.md",
            ".terraform/modules/vpc/main.tf",
            "node_modules/x/a.yaml",
            "cdk.out/Stack.template.json",
        ] {
            write(path);
        }
        fs::create_dir(folder.path().join(".git")).unwrap();
        let expected = [
            "a.tofu",
            "t.yaml",
            "x.tf.json",
            "b/main.tf",
            "sam/samconfig.toml",
        ];
        assert_eq!(names(folder.path()), expected);
    }

    #[cfg(unix)]
    #[test]
    fn links_never_lead_in_circles_or_out() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.tf"), "").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("live")).unwrap();
        fs::create_dir_all(at(".git")).unwrap();
        fs::write(at("common.tf"), "").unwrap();
        symlink(folder.path(), at("live/loop")).unwrap();
        symlink(at("common.tf"), at("live/shared.tf")).unwrap();
        symlink(outside.path().join("secret.tf"), at("live/out.tf")).unwrap();
        symlink(at("nowhere.tf"), at("live/gone.tf")).unwrap();
        symlink(at("self.tf"), at("self.tf")).unwrap();
        assert_eq!(names(folder.path()), ["common.tf", "live/shared.tf"]);
    }
}
