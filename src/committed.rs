//! Files that are made from code and committed: tests keep them current.

use std::path::Path;

/// Fails when the committed file is not the text; `MRLINT_BLESS=1` writes it anew.
pub(crate) fn assert_current(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("MRLINT_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let path = path.display();
    assert!(
        committed == text,
        "{path} is stale: run MRLINT_BLESS=1 cargo test"
    );
}
