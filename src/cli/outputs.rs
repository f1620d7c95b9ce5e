//! Files that will be written, looked at before anything is read: a scan takes minutes, and what it
//! found must not be lost to a wrong path, nor write over what it came from.

use std::io;
use std::path::{Path, PathBuf};

use super::Trouble;
use crate::report::format::Format;

/// What `-f` takes, out of the one list.
pub(super) fn formats() -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name).collect();
    format!(
        "{}; each with =PATH for a file; repeat it for several",
        names.join(", ")
    )
}

/// The same, and who reads each.
pub(super) fn formats_at_length() -> String {
    let lines = Format::ALL.iter();
    let lines = lines.map(|format| format!("  {:<12}{}", format.name, format.about));
    format!(
        "How to write the report, each with =PATH for a file; repeat it for several\n\n{}\n",
        lines.collect::<Vec<_>>().join("\n")
    )
}

/// Refuses paths that cannot be written, that are the same file, or that are one of `kept`.
pub(super) fn ready(outputs: &[&Path], kept: &[&Path]) -> Result<(), Trouble> {
    let mut taken: Vec<PathBuf> = kept.iter().filter_map(|path| place(path).ok()).collect();
    for path in outputs {
        let shown = path.display();
        let at = place(path).map_err(|error| {
            Trouble::usage(format!("{shown}: {error}")).help("the folder must be there already")
        })?;
        if at.is_dir() {
            return Err(Trouble::usage(format!("{shown} is a folder")).help("name a file in it"));
        }
        // Devices and pipes take whatever comes, in any order.
        if at.exists() && !at.is_file() {
            continue;
        }
        if taken.contains(&at) {
            let problem = format!("{shown} would be written over");
            return Err(Trouble::usage(problem).help("give every file a name of its own"));
        }
        taken.push(at);
    }
    Ok(())
}

/// Refuses folders that could not be made, that are something else, or that are named twice.
pub(super) fn folders_ready<'p>(folders: impl Iterator<Item = &'p Path>) -> Result<(), Trouble> {
    let mut taken = Vec::new();
    for path in folders {
        let shown = path.display();
        let at = place(path).map_err(|error| {
            Trouble::usage(format!("{shown}: {error}"))
                .help("the folder that holds it must be there already")
        })?;
        if at.exists() && !at.is_dir() {
            return Err(Trouble::usage(format!("{shown} is no folder")).help("name a folder"));
        }
        if taken.contains(&at) {
            let problem = format!("{shown} would be written over");
            return Err(Trouble::usage(problem).help("give every folder a name of its own"));
        }
        taken.push(at);
    }
    Ok(())
}

/// The one name of a file, there or not.
fn place(path: &Path) -> io::Result<PathBuf> {
    if let Ok(found) = path.canonicalize() {
        return Ok(found);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    Ok(folder.canonicalize()?.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_would_be_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (new, other, input) = (path("new"), path("other"), path("input"));
        std::fs::write(&input, "x").unwrap();
        let problem = |outputs: &[&Path]| match ready(outputs, &[&input]) {
            Ok(()) => String::new(),
            Err(trouble) => trouble.problem,
        };
        assert_eq!(problem(&[&new, &other]), "");
        let same = path("./new");
        assert!(problem(&[&new, &same]).contains("written over"));
        assert!(problem(&[&input]).contains("written over"));
        assert!(problem(&[folder.path()]).contains("is a folder"));
        assert!(problem(&[&path("missing/x")]).contains("missing/x: "));
        assert!(problem(&[Path::new("")]).starts_with(": "));
    }

    #[test]
    fn a_folder_may_be_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let (new, file) = (folder.path().join("new"), folder.path().join("file"));
        std::fs::write(&file, "x").unwrap();
        let ready = |folders: &[&Path]| folders_ready(folders.iter().copied()).is_ok();
        assert!(ready(&[&new, folder.path()]));
        assert!(!ready(&[&new, &new]));
        assert!(!ready(&[&file]));
        assert!(!ready(&[&new.join("below")]));
    }

    #[cfg(unix)]
    #[test]
    fn devices_may_be_named_twice() {
        let null = Path::new("/dev/null");
        assert!(ready(&[null, null], &[]).is_ok());
    }
}
