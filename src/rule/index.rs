//! The list of all rules, as `rules/README.md` shows it: what is checked, and what is not yet.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::meta::Pillar;
use super::{Rule, RuleSet};

/// Every id that was ever given out.
const CATALOGUE: &str = include_str!("../../rules/catalogue.txt");

/// The ids of the catalogue, sorted.
pub fn catalogue() -> impl Iterator<Item = &'static str> {
    let lines = CATALOGUE.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The list in Markdown. Writing to a String cannot fail, so its results are not looked at.
pub fn markdown(rules: &RuleSet) -> String {
    let mut text = String::new();
    let count = rules.rules().len();
    let _ = writeln!(
        text,
        "# The rules\n\nMade from the files beside this one: `MRLINT_BLESS=1 cargo test` writes it anew. \
         {count} rules; `mrlint explain ID` says why each matters and how to mend what it finds. `mrlint what-if --fix ID` \
         and `mrlint simulate` do to an inventory in memory what the last column says.\n"
    );
    for pillar in Pillar::ALL {
        let own = rules.rules().iter().filter(|rule| rule.pillar == pillar);
        let own: Vec<&Rule> = own.collect();
        if !own.is_empty() {
            section(pillar, &own, &mut text);
        }
    }
    missing(rules, &mut text);
    text
}

fn section(pillar: &Pillar, rules: &[&Rule], text: &mut String) {
    let _ = writeln!(text, "## {}: {}\n", pillar.code, pillar.title);
    text.push_str("| id | severity | postures | judges | what is wrong | mended in a model |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for rule in rules {
        let name = rule.path.strip_prefix("rules").unwrap_or(&rule.path);
        let _ = writeln!(
            text,
            "| [{}]({}) | {} | {} | `{}` | {} | {} |",
            rule.id,
            name.display(),
            rule.severity,
            rule.applies.text(),
            rule.subject.text(),
            rule.title,
            rule.mend.map(|it| it.does).unwrap_or_default()
        );
    }
    text.push('\n');
}

fn missing(rules: &RuleSet, text: &mut String) {
    let mut open = BTreeMap::<&str, Vec<&str>>::new();
    for id in catalogue().filter(|id| rules.find(id).is_none()) {
        let pillar = id.split('-').next().unwrap_or(id);
        open.entry(pillar).or_default().push(id);
    }
    let count: usize = open.values().map(Vec::len).sum();
    let _ = writeln!(
        text,
        "## Not yet\n\n{count} ids are reserved for what mrlint does not check yet. Nothing here is ever reported as passed.\n"
    );
    for (pillar, ids) in open {
        let _ = writeln!(text, "- {pillar}: {}", ids.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_id_from_the_catalogue() {
        let ids: Vec<&str> = catalogue().collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        let rules = RuleSet::builtin().unwrap();
        let strange: Vec<&str> = rules
            .rules()
            .iter()
            .map(|rule| rule.id.as_str())
            .filter(|id| !ids.contains(id))
            .collect();
        assert_eq!(strange, Vec::<&str>::new());
    }

    #[test]
    fn the_committed_list_is_current() {
        let text = markdown(&RuleSet::builtin().unwrap());
        crate::committed::assert_current("rules/README.md", &text);
    }
}
