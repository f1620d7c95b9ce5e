//! Parquet for Athena, DuckDB and the like: a folder with a file for each table.
//!
//! Tables are made of the report and of what the inventory holds ([`Contents`]): resources and edges
//! are in no report. What each column means stands beside its values, and in
//! `reports/parquet/README.md`, which is made of it.

mod tables;
mod write;

use std::fs;
use std::io;
use std::path::Path;

use super::{Contents, Report};
use crate::atomic;

/// Writes `TABLE.parquet` for each table into a folder, which is made where it is missing.
pub fn write(report: &Report, contents: &Contents, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for table in tables::all(report, contents) {
        let path = folder.join(format!("{}.parquet", table.name));
        atomic::write(&path, |file| write::table(&table, file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    /// The committed page is made of the tables: `MRLINT_BLESS=1 cargo test` writes it anew.
    #[test]
    fn every_column_is_documented() {
        let (report, contents) = (samples::empty(), Contents::default());
        let mut text = String::from(
            "# Tables of `-f parquet=FOLDER`\n\nA file for each table, `FOLDER/TABLE.parquet`. Times \
             are UTC. `arn` joins findings, resources and edges;\n`fingerprint` stays the same from \
             run to run, and `run` is the same in all tables of one run.\n",
        );
        for table in tables::all(&report, &contents) {
            text += &format!("\n## {}\n\n{}\n\n", table.name, table.about);
            text += "| column | type | what it is |\n| --- | --- | --- |\n";
            for column in &table.columns {
                let (name, about) = (column.name, column.about);
                text += &format!("| `{name}` | {} | {about} |\n", column.values.type_name());
            }
        }
        crate::committed::assert_current("reports/parquet/README.md", &text);
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = |name: &str| {
            let folder = folder.path().join(name);
            write(&samples::hostile(), &Contents::default(), &folder).unwrap();
            let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
            files.sort_by_key(fs::DirEntry::file_name);
            let files = files.into_iter();
            files
                .map(|it| fs::read(it.path()).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(bytes("a"), bytes("b"));
        assert_eq!(bytes("a").len(), 5);
    }
}
