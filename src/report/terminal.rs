//! How text for people is laid out, and what of a report a terminal shows. Writes nothing.

use std::str::FromStr;

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};

use crate::located::named;

/// How what is no report of findings can be written: to people, to programs, into a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Table,
    Json,
    Markdown,
}

impl Layout {
    const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Markdown];

    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named("format", text, &Self::ALL, Self::name)
    }
}

/// How wide the table may be, whether it may use colour, and what of the findings it shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terminal {
    pub width: u16,
    pub colour: bool,
    pub view: View,
}

impl Terminal {
    /// An empty table that fits.
    pub fn sheet(self) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width);
        if self.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }
}

/// What of the findings the table shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct View {
    pub group_by: GroupBy,
    /// How many groups, the worst first; all when not given.
    pub top: Option<usize>,
}

/// Under what findings stand together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    #[default]
    Rule,
    Workload,
    Account,
    Region,
    Resource,
}

impl GroupBy {
    pub fn text(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Workload => "workload",
            Self::Account => "account",
            Self::Region => "Region",
            Self::Resource => "resource",
        }
    }
}
