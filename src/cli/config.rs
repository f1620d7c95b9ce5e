//! `config`: the schema of `mrlint.yaml`, and whether a file makes sense.

use std::path::Path;

use super::args::ConfigCommand;
use super::intent::{load_config, load_rules};
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::config;

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

fn check(file: &Path, rules: &[std::path::PathBuf], ui: &Ui) -> Result<Exit, Trouble> {
    let (config, _) = load_config(file, || load_rules(rules))?;
    let text = format!(
        "{}: {} workloads, {} waivers\n",
        file.display(),
        config.workloads.len(),
        config.waivers.len()
    );
    ui.print(text.as_bytes())
}
