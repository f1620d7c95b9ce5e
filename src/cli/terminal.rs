//! Standard output and standard error: who gets what, and how wide.

use std::env;
use std::io::{self, IsTerminal, Write};

use super::args::{Colour, Global};
use super::{Exit, Trouble};
use crate::report::format::Terminal;

/// Columns when nobody says how many there are.
const COLUMNS: u16 = 100;
/// Below this a table says nothing; the terminal wraps instead.
const NARROWEST: u16 = 40;

/// Where output goes.
#[derive(Debug)]
pub(super) struct Ui {
    global: Global,
    stdout: io::Stdout,
}

impl Ui {
    pub(super) fn new(global: Global) -> Self {
        Self {
            global,
            stdout: io::stdout(),
        }
    }

    /// A line for people, on standard error.
    pub(super) fn note(&self, text: &str) {
        if !self.global.quiet {
            // A note that cannot be shown is no reason to stop.
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// How it is shown how far a run is.
    #[cfg(feature = "live")]
    pub(super) fn progress(&self) -> super::progress::Shown {
        use super::progress::Shown;
        if self.global.quiet {
            Shown::Nowhere
        } else if io::stderr().is_terminal() {
            Shown::bar()
        } else {
            Shown::lines(|line| {
                // Progress that cannot be shown is no reason to stop.
                let _ = writeln!(io::stderr().lock(), "{line}");
            })
        }
    }

    /// How the table is to look.
    pub(super) fn terminal(&self) -> Terminal {
        let colour = match self.global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                self.stdout.is_terminal() && env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
            }
        };
        Terminal {
            width: width(),
            colour,
            ..Terminal::default()
        }
    }

    /// Writes the answer. A reader that has seen enough is no error.
    pub(super) fn print(&self, text: &[u8]) -> Result<Exit, Trouble> {
        let mut stdout = self.stdout.lock();
        let written = stdout.write_all(text).and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(Exit::Clean),
        }
    }
}

/// `COLUMNS`, else the terminal's, else a usual width.
fn width() -> u16 {
    let named = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let found = || {
        comfy_table::Table::new()
            .width()
            .filter(|_| io::stdout().is_terminal())
    };
    named.or_else(found).unwrap_or(COLUMNS).max(NARROWEST)
}
