//! Exit codes: the one list.

use std::process::ExitCode;

/// What a command's outcome is worth to a script. Formats never change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// Wrong usage, or a file with an error.
    Usage = 2,
    /// Coverage below `--min-coverage`.
    Incomplete = 3,
    /// Credentials, the network, the file system.
    Runtime = 4,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
