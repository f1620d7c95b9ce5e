//! `mrlint.yaml`: what a team means its architecture to be, and how it wants to be judged.
//!
//! Raw files become settings here, or located errors; nothing of this looks at an inventory.

mod file;
mod load;
mod runs;
mod selector;
mod simulation;
mod waiver;
mod write;

use std::path::{Path, PathBuf};

use schemars::Schema;
use serde_saphyr::Spanned;

use crate::estate::Estate;
use crate::history::store::KEEP;
use crate::located::{Located, nearest};
use crate::notify::Target;
use crate::report::Notice;
use crate::rule::RuleSet;
use crate::rule::meta::Severity;
use crate::simulate::constants::Constants;
use crate::workload::{Declared, Place, Workloads};

pub use waiver::Waiver;

/// The name under which a configuration is looked for.
pub const NAME: &str = "mrlint.yaml";

/// Settled settings.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where they were read.
    pub path: PathBuf,
    /// SHA-256 of the text, in hexadecimal digits.
    pub sha256: String,
    pub workloads: Vec<Declared>,
    pub waivers: Vec<Waiver>,
    rules: Vec<RuleSetting>,
    /// Rules that are left out or changed: nothing of it is silent.
    pub notices: Vec<Notice>,
    /// What a simulation assumes.
    pub constants: Constants,
    pub runs: Runs,
}

/// What becomes of runs: nothing of this changes a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// How many a history keeps.
    pub keep: usize,
    /// Who is told what changed.
    pub targets: Vec<Target>,
}

impl Default for Runs {
    fn default() -> Self {
        Self {
            keep: KEEP,
            targets: Vec::new(),
        }
    }
}

/// Settings of one rule, as somebody wrote them.
#[derive(Debug, Clone)]
struct RuleSetting {
    rule: Spanned<String>,
    severity: Option<Severity>,
    enabled: bool,
    reason: Option<String>,
    options: Vec<(Spanned<String>, serde_json::Value)>,
}

impl Config {
    /// Reads a file. All its errors, not only the first.
    pub fn load(path: &Path) -> Result<Self, Vec<Located>> {
        load::load(path)
    }

    /// Reads the text of a file.
    pub fn read(path: &Path, text: &str) -> Result<Self, Vec<Located>> {
        load::settle(path, text)
    }

    /// The rules as this configuration wants them, and its waivers with the ids of their rules.
    pub fn apply(&mut self, mut rules: RuleSet) -> Result<RuleSet, Vec<Located>> {
        let mut errors = Vec::new();
        for waiver in &mut self.waivers {
            match rules.find(&waiver.rule) {
                Some(rule) => waiver.rule.clone_from(&rule.id),
                None => errors.push(unknown(&self.path, waiver.rule_place, &waiver.rule, &rules)),
            }
        }
        let mut disabled = Vec::new();
        for setting in &self.rules {
            let word = &setting.rule.value;
            let Some(rule) = rules.find_mut(word) else {
                errors.push(unknown(&self.path, setting.rule.referenced, word, &rules));
                continue;
            };
            if let Some(severity) = setting.severity {
                rule.severity = severity;
            }
            if !setting.enabled {
                disabled.push(rule.id.clone());
                self.notices.push(left_out(&self.path, setting, &rule.id));
            }
            for (name, value) in &setting.options {
                let Some(option) = rule.options.iter_mut().find(|it| it.name == name.value) else {
                    let known = rule.options.iter().map(|it| it.name.as_str());
                    let help = match nearest(&name.value, known.clone()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None if rule.options.is_empty() => "it has no options".to_owned(),
                        None => format!("it has {}", known.collect::<Vec<_>>().join(", ")),
                    };
                    let problem = format!("{} has no option `{}`", rule.id, name.value);
                    errors.push(Located::at(&self.path, name.referenced, problem).help(help));
                    continue;
                };
                if let Err(problem) = option.set(value) {
                    let problem = format!("option `{}` of {}: {problem}", name.value, rule.id);
                    errors.push(Located::at(&self.path, name.referenced, problem));
                }
            }
        }
        if errors.is_empty() {
            rules.remove(&disabled);
            Ok(rules)
        } else {
            errors.sort();
            Err(errors)
        }
    }
}

fn left_out(path: &Path, setting: &RuleSetting, id: &str) -> Notice {
    let at = setting.rule.referenced;
    let because = match &setting.reason {
        Some(reason) => format!(": {reason}"),
        None => ", and no reason is given".to_owned(),
    };
    Notice {
        place: Place {
            path: path.to_owned(),
            line: at.line(),
            column: at.column(),
        },
        problem: format!("{id} is left out{because}"),
    }
}

fn unknown(path: &Path, at: serde_saphyr::Location, word: &str, rules: &RuleSet) -> Located {
    let error = Located::at(path, at, format!("no rule is called `{word}`"));
    match rules.nearest(word) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help("`mrlint rules list` lists the rules"),
    }
}

/// A configuration that says what was worked out of an estate.
pub fn written(estate: &Estate<'_>, workloads: &Workloads) -> String {
    write::written(estate, workloads)
}

/// JSON Schema of the file, for editors.
pub fn schema() -> Schema {
    schemars::schema_for!(file::ConfigFile)
}

#[cfg(test)]
mod tests;
