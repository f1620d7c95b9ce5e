//! `plan`: the calls of a run, and the time that the limits of AWS make them take, without making
//! them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{Scope, Speed};

#[cfg(feature = "live")]
pub(super) use super::plan_live::plan;

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// Inventory file of an earlier run: its accounts, its Regions, and what it met there. Without
    /// one the accounts are opened, and the least that a run makes is counted
    pub(super) inventory: Option<PathBuf>,
    #[command(flatten)]
    pub(super) scope: Scope,
    #[command(flatten)]
    pub(super) speed: Speed,
    /// What to print
    #[arg(short, long, value_enum, default_value_t = Format::Table, help_heading = "Output")]
    pub(super) format: Format,
    /// Rows of each table; 0 for all
    #[arg(
        long,
        value_name = "ROWS",
        default_value_t = 10,
        help_heading = "Output"
    )]
    pub(super) top: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// Every limit and every operation
    Json,
}

#[cfg(not(feature = "live"))]
pub(super) fn plan(args: &Plan, _: &super::terminal::Ui) -> Result<super::Exit, super::Trouble> {
    let _ = (&args.inventory, &args.scope, &args.speed, args.top);
    let (Format::Table | Format::Json) = args.format;
    Err(super::scan::not_live())
}
