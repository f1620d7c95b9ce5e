//! What came of the losses that were played through: a matrix, and what decides each of its fields.
//!
//! Renders; works out nothing.

mod fixes;
mod json;
mod markdown;
mod outage;
mod sarif;
mod table;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::str::FromStr;

use super::format::Terminal;
use crate::change::fixes::Fixes;
use crate::located::named;
use crate::simulate::Outcome;
use crate::simulate::constants::Constants;
use crate::simulate::outages::Outage;

use crate::workload::Place;
pub use outage::list as outages;

pub(super) use table::{data, time};

/// Everything that a renderer may see.
#[derive(Debug)]
pub struct Simulated<'s> {
    /// By workload, then in the order in which they were asked for.
    pub outcomes: Vec<Outcome>,
    /// The fixes that change each of them, in their order; empty when nobody asked.
    pub fixes: Vec<Fixes>,
    /// Whether somebody asked for these losses; otherwise they are all that the workloads are meant to
    /// live through.
    pub asked: bool,
    /// Where workloads were declared, by name.
    pub declared: BTreeMap<String, Place>,
    pub constants: &'s Constants,
    /// When the inventory was finished, RFC 3339.
    pub finished: String,
    /// Whether all assumptions are wanted, not only those that were set.
    pub assumptions: bool,
}

impl Simulated<'_> {
    /// The outages that were replayed, each once, in the order of the outcomes.
    fn outages(&self) -> Vec<&'static Outage> {
        let mut found = Vec::new();
        for outage in self.outcomes.iter().filter_map(|it| it.loss.outage()) {
            if !found.contains(&outage) {
                found.push(outage);
            }
        }
        found
    }
}

/// How it can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Table,
    Json,
    Markdown,
    Sarif,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Markdown, Self::Sarif];

    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
        }
    }

    pub fn render(
        self,
        simulated: &Simulated<'_>,
        terminal: Terminal,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Table => table::render(simulated, terminal, out),
            Self::Json => json::render(simulated, out),
            Self::Markdown => markdown::render(simulated, out),
            Self::Sarif => sarif::render(simulated, out),
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named("format", text, &Self::ALL, Self::name)
    }
}

/// What a fate is when it is held against an objective.
fn held(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => " (met)",
        Some(false) => " (missed)",
        None => "",
    }
}
