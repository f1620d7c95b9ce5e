//! The formats, and where each goes. A new one is a file of its own and a line in [`Format::ALL`].

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

#[cfg(feature = "parquet")]
use super::parquet;
pub use super::terminal::{GroupBy, Layout, Terminal, View};
use super::{
    Contents, Report, asff, csv, github, gitlab, html, json, junit, markdown, ocsf, prometheus,
    sarif, table,
};
use crate::atomic;
use crate::located::nearest;

/// How a report can be written.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    pub name: &'static str,
    /// Who reads it.
    pub about: &'static str,
    writer: Writer,
}

/// What a format makes of a report, and where that can go.
#[derive(Debug, Clone, Copy)]
enum Writer {
    /// Text that fits a terminal.
    Terminal(fn(&Report, &Terminal, &mut dyn Write) -> io::Result<()>),
    /// Text.
    Text(fn(&Report, &mut dyn Write) -> io::Result<()>),
    /// Text whose readers take what is not in it for mended.
    Alerts(fn(&Report, &mut dyn Write) -> io::Result<()>),
    /// Files in a folder, made of what the inventory holds too.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "Parquet alone"))]
    Folder(fn(&Report, &Contents, &Path) -> io::Result<()>),
}

use Writer::{Alerts, Folder, Terminal as OnTerminal, Text};

impl Format {
    pub const ALL: &'static [Self] = &[
        Self::new("table", "people at a terminal", OnTerminal(table::render)),
        Self::new("html", "people in a browser", Text(html::render)),
        Self::new("json", "programs; everything is in it", Text(json::render)),
        Self::new("sarif", "GitHub code scanning", Alerts(sarif::render)),
        Self::new(
            "junit",
            "Jenkins, GitLab, Azure DevOps",
            Text(junit::render),
        ),
        Self::new("markdown", "job summaries", Text(markdown::render)),
        Self::new("csv", "spreadsheets", Text(csv::render)),
        Self::new(
            "github",
            "annotations of GitHub Actions",
            Text(github::render),
        ),
        Self::new("gitlab", "GitLab Code Quality", Alerts(gitlab::render)),
        Self::new("ocsf", "Security Lake, SIEMs", Text(ocsf::render)),
        Self::new("asff", "Security Hub CSPM", Text(asff::render)),
        Self::new(
            "prometheus",
            "the textfile collector",
            Text(prometheus::render),
        ),
        #[cfg(feature = "parquet")]
        Self::new("parquet", "Athena, DuckDB", Folder(parquet::write)),
    ];

    const fn new(name: &'static str, about: &'static str, writer: Writer) -> Self {
        Self {
            name,
            about,
            writer,
        }
    }

    /// The format of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|format| format.name == name)
    }

    /// Whether its readers take what is not in it for mended.
    pub fn closes_alerts(&self) -> bool {
        matches!(self.writer, Alerts(_))
    }

    /// Whether it is written into a folder; any other is one text.
    pub fn is_folder(&self) -> bool {
        matches!(self.writer, Folder(_))
    }

    /// Writes the report as one text.
    pub fn render(
        &self,
        report: &Report,
        terminal: &Terminal,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self.writer {
            OnTerminal(render) => render(report, terminal, out),
            Text(render) | Alerts(render) => render(report, out),
            Folder(_) => Err(io::Error::other(self.needs_folder())),
        }
    }

    fn needs_folder(&self) -> String {
        let name = self.name;
        format!("`{name}` is several files; say where with {name}=FOLDER")
    }
}

/// A format and where it goes: standard output without a path.
#[derive(Debug, Clone)]
pub struct Output {
    pub format: &'static Format,
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
        let names = || Format::ALL.iter().map(|format| format.name);
        match (Format::named(name), nearest(name, names())) {
            (Some(format), _) if path.is_none() && format.is_folder() => Err(format.needs_folder()),
            (Some(format), _) => Ok(Self { format, path }),
            (None, Some(near)) => Err(format!("no format `{name}`; did you mean `{near}`?")),
            (None, None) => Err(format!(
                "no format `{name}`; formats are {}",
                names().collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// Two reports on one standard output would be neither.
pub fn only_one_to_stdout(outputs: &[Output]) -> Result<(), String> {
    let unnamed: Vec<&str> = outputs
        .iter()
        .filter(|out| out.path.is_none())
        .map(|out| out.format.name)
        .collect();
    match unnamed.as_slice() {
        [] | [_] => Ok(()),
        [first, second, ..] => Err(format!(
            "`{first}` and `{second}` cannot both go to standard output; write one as {second}=PATH"
        )),
    }
}

/// Writes every output; files only once they are whole, and before standard output, whose reader may
/// leave early. `contents` is asked for only where a format needs them.
pub fn render_all(
    report: &Report,
    contents: &dyn Fn() -> Contents,
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
                let written = match format.writer {
                    Folder(write) => write(report, &contents(), path),
                    OnTerminal(_) | Text(_) | Alerts(_) => to_file(format, report, *terminal, path),
                };
                written.map_err(|error| {
                    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
                })?;
            }
        }
    }
    Ok(())
}

fn to_file(format: &Format, report: &Report, terminal: Terminal, path: &Path) -> io::Result<()> {
    let plain = Terminal {
        colour: false,
        ..terminal
    };
    atomic::write(path, |file: &mut File| {
        let mut file = BufWriter::new(file);
        format.render(report, &plain, &mut file)?;
        file.flush()
    })
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
            ..Terminal::default()
        };
        let report = crate::report::samples::empty();
        let error =
            render_all(&report, &Contents::default, &outputs, &terminal, &mut Gone).unwrap_err();
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
        let rendered = |format: &Format| {
            let terminal = Terminal {
                width: 80,
                colour: true,
                ..Terminal::default()
            };
            let mut bytes = Vec::new();
            let report = crate::report::samples::hostile();
            format.render(&report, &terminal, &mut bytes).unwrap();
            bytes
        };
        for format in Format::ALL.iter().filter(|it| !it.is_folder()) {
            assert!(!rendered(format).is_empty());
            assert_eq!(rendered(format), rendered(format), "{}", format.name);
        }
    }

    const ESTATE: &str = include_str!("../../reports/examples/estate.jsonl");

    /// The sample estate in every text that people read or that is small; of what is large, the
    /// findings of one workload.
    #[test]
    fn the_committed_examples_are_current() {
        use crate::check::{Options, check};
        let estate = crate::inventory::snapshot::read(ESTATE.as_bytes(), Path::new("estate"));
        let rules = crate::rule::RuleSet::builtin().unwrap();
        let whole = check(&estate.unwrap(), &rules, &Options::default());
        let mut part = whole.clone();
        part.workloads.truncate(1);
        let name = part.workloads[0].name.clone();
        part.findings.retain(|it| it.workload == name);
        for (format, report, name) in [
            ("asff", &part, "findings.asff.jsonl"),
            ("csv", &whole, "report.csv"),
            ("github", &whole, "annotations.txt"),
            ("gitlab", &part, "gl-code-quality-report.json"),
            ("junit", &part, "junit.xml"),
            ("markdown", &whole, "summary.md"),
            ("ocsf", &part, "findings.ocsf.jsonl"),
            ("prometheus", &whole, "mrlint.prom"),
        ] {
            let (mut bytes, terminal) = (Vec::new(), PLAIN);
            let format = Format::named(format).unwrap();
            format.render(report, &terminal, &mut bytes).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            crate::committed::assert_current(&format!("reports/examples/{name}"), &text);
        }
    }

    const PLAIN: Terminal = Terminal {
        width: 80,
        colour: false,
        view: View {
            group_by: GroupBy::Rule,
            top: None,
        },
    };

    #[cfg(feature = "parquet")]
    #[test]
    fn several_files_are_no_standard_output() {
        let refused = "parquet".parse::<Output>().unwrap_err();
        assert!(refused.contains("parquet=FOLDER"), "{refused}");
    }
}
