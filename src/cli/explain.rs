//! `explain`: a rule for people.

use std::fmt::Write as _;

use super::args::{Explain, ExplainWhat};
use super::explain_score;
use super::intent::load_rules;
use super::rules::find;
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::report::escape::lines;
use crate::rule::Rule;

pub(super) fn explain(args: &Explain, ui: &Ui) -> Result<Exit, Trouble> {
    if let Some(ExplainWhat::Score(score)) = &args.what {
        return explain_score::explain(score, ui);
    }
    let word = args.rule.as_deref().unwrap_or_default();
    let rules = load_rules(&args.rules)?;
    ui.print(lines(&text_of(find(&rules, word)?)).as_bytes())
}

/// Writing to a String cannot fail, so its results are not looked at.
fn text_of(rule: &Rule) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} {}", rule.id, rule.name);
    let _ = writeln!(text, "{}\n", rule.title);
    let about = [
        ("severity", rule.severity.text().to_owned()),
        ("evidence", rule.evidence.text().to_owned()),
        ("judges", rule.subject.text().to_owned()),
        ("pillar", rule.pillar.title.to_owned()),
        ("postures", rule.applies.text().to_owned()),
    ];
    for (word, value) in about {
        let _ = writeln!(text, "{word:9} {value}");
    }
    for option in &rule.options {
        let (name, value) = (&option.name, option.shown());
        let _ = writeln!(text, "option    {name}: {value} ({})", option.doc);
    }
    let _ = writeln!(text, "\nWhy\n{}", indented(&rule.why));
    let expressions = &rule.expressions;
    if let Some(when) = &expressions.when {
        let _ = writeln!(text, "\nApplies when\n{}", indented(when.source().trim()));
    }
    let _ = writeln!(
        text,
        "\nFails when\n{}",
        indented(expressions.fail.source().trim())
    );
    let _ = writeln!(text, "\nFix\n{}", indented(&rule.fix.text));
    for (title, _, example) in rule.fix.examples() {
        let _ = writeln!(text, "\n{title}\n{}", indented(example));
    }
    if let Some(mend) = rule.mend {
        let _ = writeln!(
            text,
            "\nModelled by what-if and simulate\n  {}: {}",
            mend.name, mend.does
        );
    }
    if !rule.references.is_empty() {
        text.push_str("\nReferences\n");
    }
    for reference in &rule.references {
        let _ = match &reference.url {
            Some(url) => writeln!(text, "  {} {url}", reference.title),
            None => writeln!(text, "  {}", reference.title),
        };
    }
    text
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("  {line}")
            }
        })
        .collect();
    lines.join("\n")
}
