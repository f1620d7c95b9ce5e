//! `rules`: what the rules are, and whether they do what their authors say.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Rules, RulesCommand};
use super::intent::{load_rules, located};
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::check::cases;
use crate::report::escape::lines;
use crate::rule::{Rule, RuleSet, site};

pub(super) fn run(args: &Rules, ui: &Ui) -> Result<Exit, Trouble> {
    match &args.command {
        RulesCommand::List { rules } => list(&load_rules(rules)?, ui),
        RulesCommand::Show { rule, rules } => show(find(&load_rules(rules)?, rule)?, ui),
        RulesCommand::Docs { output, rules } => docs(&load_rules(rules)?, output, ui),
        RulesCommand::Test { paths } => test(paths, ui),
    }
}

/// The rule of that id or name.
pub(super) fn find<'r>(rules: &'r RuleSet, word: &str) -> Result<&'r Rule, Trouble> {
    rules.find(word).ok_or_else(|| {
        let trouble = Trouble::usage(format!("there is no rule `{word}`"));
        match rules.nearest(word) {
            Some(near) => trouble.help(format!("did you mean `{near}`?")),
            None => trouble.help("`mrlint rules list` lists them"),
        }
    })
}

fn list(rules: &RuleSet, ui: &Ui) -> Result<Exit, Trouble> {
    let rules = rules.rules();
    let id = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:id$}  {:8}  {}", rule.id, rule.severity, rule.title);
    }
    ui.print(lines(&text).as_bytes())
}

fn show(rule: &Rule, ui: &Ui) -> Result<Exit, Trouble> {
    ui.print(rule.text.as_bytes())
}

fn docs(rules: &RuleSet, folder: &Path, ui: &Ui) -> Result<Exit, Trouble> {
    let pages = site::pages(rules);
    let failed = |path: &Path, error: io::Error| {
        Trouble::new(Exit::Runtime, format!("{}: {error}", path.display()))
    };
    for page in &pages {
        let path = folder.join(&page.path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        fs::write(&path, &page.text).map_err(|error| failed(&path, error))?;
    }
    let count = rules.rules().len();
    ui.note(&format!("wrote {count} rules to {}", folder.display()));
    Ok(Exit::Clean)
}

fn test(paths: &[PathBuf], ui: &Ui) -> Result<Exit, Trouble> {
    let rules = if paths.is_empty() {
        RuleSet::builtin()
    } else {
        RuleSet::folders(paths)
    };
    let rules = rules.map_err(|errors| located(&errors))?;
    let (mut text, mut ran, mut failed) = (String::new(), 0, 0);
    for rule in rules.rules() {
        let its = rule.cases().map_err(|errors| located(&errors))?;
        let failures = cases::run(rule, &its);
        ran += its.len();
        failed += failures.len();
        for failure in failures {
            let path = rule.path.display();
            let _ = writeln!(text, "{path}: case `{}`: {}", failure.case, failure.problem);
        }
    }
    let _ = writeln!(
        text,
        "{} rules, {ran} cases, {failed} failed",
        rules.rules().len()
    );
    ui.print(lines(&text).as_bytes())?;
    Ok(if failed == 0 {
        Exit::Clean
    } else {
        Exit::Findings
    })
}
