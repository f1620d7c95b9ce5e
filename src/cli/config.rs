//! `config`: the schema of `mrlint.yaml`, and whether a file makes sense.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::intent::{load_config, load_rules};
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::config;

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    pub(super) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// JSON Schema of mrlint.yaml, for editors
    Schema,
    /// Whether a configuration makes sense
    Check {
        /// The file
        #[arg(default_value = crate::config::NAME)]
        file: PathBuf,
        /// Folder with rules of your own; repeat it for several
        #[arg(long = "rules", value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
}

pub(super) fn run(command: &ConfigCommand, ui: &Ui) -> Result<Exit, Trouble> {
    match command {
        ConfigCommand::Schema => {
            let text = serde_json::to_string_pretty(&config::schema())
                .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?;
            ui.print(format!("{text}\n").as_bytes())
        }
        ConfigCommand::Check { file, rules } => check(file, rules, ui),
    }
}

fn check(file: &Path, rules: &[PathBuf], ui: &Ui) -> Result<Exit, Trouble> {
    let (config, _) = load_config(file, || load_rules(rules))?;
    let text = format!(
        "{}: {} workloads, {} waivers\n",
        file.display(),
        config.workloads.len(),
        config.waivers.len()
    );
    ui.print(text.as_bytes())
}
