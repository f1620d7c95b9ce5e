//! A rule as reports show it.

use std::collections::BTreeSet;

use super::Counts;
use crate::inventory::GapKey;
use crate::rule::meta::{Applies, Evidence, Severity};

/// A rule, and how often each verdict was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSummary {
    pub id: String,
    pub name: String,
    pub title: String,
    pub severity: Severity,
    pub applies: Applies,
    pub evidence: Evidence,
    /// Why it matters, in Markdown.
    pub why: String,
    /// What to do about it.
    pub fix: Fix,
    pub references: Vec<RuleReference>,
    /// Frameworks that ask for it (`wa:REL10-BP01`).
    pub frameworks: Vec<String>,
    /// What a team may want otherwise, and how it is set.
    pub options: Vec<(String, String)>,
    /// Stands for the rule with its settings.
    pub stamp: String,
    pub counts: Counts,
    /// Gaps that left verdicts open, sorted.
    pub unknown_because: BTreeSet<GapKey>,
}

/// Remediation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fix {
    /// In words, in Markdown.
    pub text: String,
    pub terraform: Option<String>,
    pub cloudformation: Option<String>,
    pub cli: Option<String>,
}

impl Fix {
    /// The examples that there are: in what, in which language, and the text.
    pub fn examples(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        let all = [
            ("Terraform", "terraform", &self.terraform),
            ("CloudFormation", "yaml", &self.cloudformation),
            ("CLI", "sh", &self.cli),
        ];
        all.into_iter()
            .filter_map(|(title, language, text)| Some((title, language, text.as_deref()?)))
    }
}

/// Where to read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReference {
    pub title: String,
    /// Only where it was verified.
    pub url: Option<String>,
}
