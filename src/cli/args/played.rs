//! What losses are played through on.

use std::path::PathBuf;

use clap::Args;

use super::Intent;
use crate::cli::{Trouble, judge};
use crate::inventory::Inventory;
use crate::simulate::loss::Loss;

/// An inventory, and what of it to lose.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Played {
    /// Inventory file, as `mrlint collect` writes it; the sample estate when not given
    pub(in crate::cli) inventory: Option<PathBuf>,
    /// What to lose: a Region, several joined by `+`, a zone (eu-west-1a), SERVICE:REGION, or a past
    /// outage (outage:2025-10-20); each Region of the workload when not given
    #[arg(long, value_name = "LOSS", value_delimiter = ',', value_parser = Loss::parse)]
    pub(in crate::cli) lose: Vec<Loss>,
    /// Only this workload
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workload: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) intent: Intent,
}

impl Played {
    /// Reads the inventory.
    pub(in crate::cli) fn load(&self) -> Result<Inventory, Trouble> {
        match &self.inventory {
            Some(path) => judge::load(path),
            None => judge::sample(),
        }
    }
}
