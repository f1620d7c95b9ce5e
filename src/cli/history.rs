//! `history`: the runs that a folder keeps, and where they go.

use clap::{Args, ValueEnum};

use super::past::record_trouble;
use super::runs::{self, Kept};
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::history::{Record, trend};
use crate::report::history;

#[derive(Debug, Args)]
pub(super) struct History {
    #[command(flatten)]
    kept: Kept,
    /// How many runs, the last ones
    #[arg(short = 'n', long, value_name = "N", default_value_t = 30)]
    number: usize,
    /// How to tell it
    #[arg(short, long, value_enum, default_value_t = HistoryFormat::Table, help_heading = "Output")]
    format: HistoryFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HistoryFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

pub(super) fn history(args: &History, ui: &Ui) -> Result<Exit, Trouble> {
    let store = args.kept.store()?;
    let all = store
        .runs()
        .map_err(|error| super::past::store_trouble(&error))?;
    let first = all.len().saturating_sub(args.number);
    let mut records: Vec<Record> = Vec::new();
    for (at, id) in all.iter().skip(first) {
        records.push(runs::get(&store, at, id)?);
    }
    let points = trend(&records).map_err(|error| record_trouble(&error))?;
    let mut text = Vec::new();
    match args.format {
        HistoryFormat::Table => history::table(&points, all.len(), ui.terminal(), &mut text)?,
        HistoryFormat::Json => history::json(&points, &mut text)?,
        HistoryFormat::Csv => history::csv(&points, &mut text)?,
    }
    ui.print(&text)
}
