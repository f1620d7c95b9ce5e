//! What changes did to an inventory, and what they move.
//!
//! Renders; works out nothing.

mod json;
mod markdown;
mod table;

use std::io::{self, Write};

use super::format::{Layout, Terminal};
use crate::change::Applied;
use crate::change::compare::{Compared, Points};
use crate::simulate::time::Span;
use crate::simulate::{Fate, Outcome};

/// Everything that a renderer may see.
#[derive(Debug)]
pub struct WhatIf {
    /// In the order in which they were applied.
    pub applied: Vec<Applied>,
    pub compared: Compared,
    /// When the inventory was finished, RFC 3339.
    pub finished: String,
}

impl WhatIf {
    pub fn render(
        &self,
        layout: Layout,
        terminal: Terminal,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match layout {
            Layout::Table => table::render(self, terminal, out),
            Layout::Json => json::render(self, out),
            Layout::Markdown => markdown::render(self, out),
        }
    }
}

/// What both are, once where they are the same.
fn moved(before: &str, after: &str) -> String {
    if before == after {
        before.to_owned()
    } else {
        format!("{before} -> {after}")
    }
}

fn fate(it: Option<&Outcome>) -> &'static str {
    it.map_or("none", |it| it.fate.text())
}

/// Until all serve again.
fn time(it: Option<&Outcome>) -> String {
    match it {
        None => "none".to_owned(),
        Some(it) if it.fate == Fate::Unknown => "unknown".to_owned(),
        Some(it) => it.rto.to_string(),
    }
}

/// The latest data that is lost.
fn data(it: Option<&Outcome>) -> String {
    match it {
        None => "none".to_owned(),
        Some(it) if it.fate == Fate::Unknown => "unknown".to_owned(),
        Some(it) if it.rpo == Span::NEVER => "all".to_owned(),
        Some(it) => it.rpo.to_string(),
    }
}

fn points(it: Option<Points>) -> String {
    match it {
        None => "none".to_owned(),
        Some(it) => match it.grade {
            Some(grade) => format!("{} ({grade})", it.decided),
            None => it.decided.to_string(),
        },
    }
}

/// How often something was counted.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
