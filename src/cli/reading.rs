//! The arguments that say how to read accounts, as clap reads them.

use std::path::PathBuf;

use clap::Args;

/// How to read them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct Reading {
    #[command(flatten)]
    pub(super) speed: Speed,
    /// Folder to keep what was read in, until the run is done
    #[arg(long, value_name = "FOLDER", env = "MRLINT_STATE_DIR")]
    pub(super) state_dir: Option<PathBuf>,
    /// Goes on with the run that --state-dir keeps: what was read whole is not asked again
    #[arg(long, requires = "state_dir")]
    pub(super) resume: bool,
}

/// How fast to ask, and how long to wait.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct Speed {
    /// Percent to take of what AWS allows of each API; 25 when not given
    #[arg(
        long,
        value_name = "PERCENT",
        env = "MRLINT_BUDGET",
        value_parser = clap::value_parser!(u8).range(1..=100)
    )]
    pub(super) budget: Option<u8>,
    /// Longest wait for the answer to a call, in seconds; 30 when not given
    #[arg(
        long,
        value_name = "SECONDS",
        env = "MRLINT_TIMEOUT",
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub(super) timeout: Option<u64>,
}
