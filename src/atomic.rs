//! Files that are there whole or not at all: written beside their target, then renamed.

use std::fs::File;
use std::io;
use std::path::Path;

/// Writes a file through `fill`. When that fails, whatever stood at `path` stands there still.
pub fn write(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    // A device or a pipe (`/dev/stdout`) cannot be renamed over.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return fill(&mut File::create(path)?);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut beside = new_file(folder)?;
    fill(beside.as_file_mut())?;
    beside.persist(path)?;
    Ok(())
}

/// Temporary files are private by default; this one is as readable as any file its owner makes.
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mrlint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
