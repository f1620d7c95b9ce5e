//! The formats, and where each goes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use super::{Report, html, json, sarif, table};
use crate::atomic;
use crate::located::nearest;

/// How a report can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Table,
    Json,
    Sarif,
    Html,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Sarif, Self::Html];

    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Html => "html",
        }
    }

    /// Writes the report.
    pub fn render(
        self,
        report: &Report,
        terminal: &Terminal,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Table => table::render(report, terminal, out),
            Self::Json => json::render(report, out),
            Self::Sarif => sarif::render(report, out),
            Self::Html => html::render(report, out),
        }
    }
}

/// A format and where it goes: standard output without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    pub path: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("a path must follow `=`".to_owned()),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        let names = Format::ALL.map(Format::name);
        match (format, nearest(name, names)) {
            (Some(format), _) => Ok(Self { format, path }),
            (None, Some(near)) => Err(format!("no format `{name}`; did you mean `{near}`?")),
            (None, None) => Err(format!(
                "no format `{name}`; formats are {}",
                names.join(", ")
            )),
        }
    }
}

/// How wide the table may be, and whether it may use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    pub width: u16,
    pub colour: bool,
}

/// Two reports on one standard output would be neither.
pub fn only_one_to_stdout(outputs: &[Output]) -> Result<(), String> {
    let unnamed: Vec<&str> = outputs
        .iter()
        .filter(|out| out.path.is_none())
        .map(|out| out.format.name())
        .collect();
    match unnamed.as_slice() {
        [] | [_] => Ok(()),
        [first, second, ..] => Err(format!(
            "`{first}` and `{second}` cannot both go to standard output; write one as {second}=PATH"
        )),
    }
}

/// Writes every output; files only once they are whole, and before standard output, whose reader may
/// leave early.
pub fn render_all(
    report: &Report,
    outputs: &[Output],
    terminal: &Terminal,
    stdout: &mut dyn Write,
) -> io::Result<()> {
    let (files, streams): (Vec<&Output>, Vec<&Output>) =
        outputs.iter().partition(|out| out.path.is_some());
    for Output { format, path } in files.into_iter().chain(streams) {
        match path {
            None => format.render(report, terminal, stdout)?,
            Some(path) => {
                let plain = Terminal {
                    colour: false,
                    ..*terminal
                };
                let fill = |file: &mut File| {
                    let mut file = BufWriter::new(file);
                    format.render(report, &plain, &mut file)?;
                    file.flush()
                };
                let at = |error: io::Error| {
                    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
                };
                atomic::write(path, fill).map_err(at)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_formats_with_and_without_a_path() {
        let sarif: Output = "sarif=out/x=1.sarif".parse().unwrap();
        assert_eq!(sarif.path.unwrap(), PathBuf::from("out/x=1.sarif"));
        assert_eq!("table".parse::<Output>().unwrap().path, None);
        assert!(
            "tabel"
                .parse::<Output>()
                .unwrap_err()
                .contains("did you mean `table`?")
        );
        assert!("json=".parse::<Output>().is_err());
    }

    #[test]
    fn files_are_written_although_nobody_reads_standard_output() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        let outputs = ["table".to_owned(), format!("json={}", path.display())];
        let outputs: Vec<Output> = outputs.iter().map(|text| text.parse().unwrap()).collect();
        let terminal = Terminal {
            width: 80,
            colour: false,
        };
        let report = crate::report::samples::empty();
        let error = render_all(&report, &outputs, &terminal, &mut Gone).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert!(path.is_file());
    }

    #[test]
    fn one_report_at_most_goes_to_standard_output() {
        let parse = |texts: &[&str]| -> Vec<Output> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        assert!(only_one_to_stdout(&parse(&["table", "json=x"])).is_ok());
        assert!(only_one_to_stdout(&parse(&["table", "json"])).is_err());
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let rendered = |format: Format| {
            let terminal = Terminal {
                width: 80,
                colour: true,
            };
            let mut bytes = Vec::new();
            let report = crate::report::samples::hostile();
            format.render(&report, &terminal, &mut bytes).unwrap();
            bytes
        };
        for format in Format::ALL {
            assert!(!rendered(format).is_empty());
            assert_eq!(rendered(format), rendered(format), "{}", format.name());
        }
    }
}
