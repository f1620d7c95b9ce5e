//! Rules: one file says what is wrong, why, and how to see it.
//!
//! Loads, type-checks and tests rule files; deciding what a rule says of an estate is
//! [`crate::check`]'s business.

mod builtin;
pub mod case;
pub mod expr;
mod file;
pub mod index;
mod load;
pub mod meta;
mod option;
mod place;
pub mod site;
mod source;

use std::path::PathBuf;

use crate::change::mend::Mend;
use crate::inventory::Kind;
use crate::report::{Fix, RuleReference};
use expr::{Program, Template};
use meta::{Applies, Evidence, Pillar, Severity};

pub use file::Expected;
pub use load::RuleSet;
pub use option::RuleOption;

/// What a rule is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Each resource of a kind in the workload.
    Resource(Kind),
    /// Each resource of the workload that holds data of its own, whatever its kind.
    Store,
    /// The workload as a whole.
    Workload,
    /// Each account.
    Account,
}

impl Subject {
    pub fn text(self) -> &'static str {
        match self {
            Self::Resource(kind) => kind.name(),
            Self::Store => "store",
            Self::Workload => "workload",
            Self::Account => "account",
        }
    }
}

/// A rule that was loaded: its expressions are known to fit the vocabulary.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable for ever: `PILLAR-SUBJECT-NNN`.
    pub id: String,
    /// Names the bad state in kebab case; the stem of its file.
    pub name: String,
    pub title: String,
    pub severity: Severity,
    pub applies: Applies,
    pub evidence: Evidence,
    pub pillar: &'static Pillar,
    pub subject: Subject,
    pub why: String,
    pub fix: Fix,
    /// What the fix changes in an inventory, where that can change what a simulation says.
    pub mend: Option<&'static Mend>,
    pub references: Vec<RuleReference>,
    pub frameworks: Vec<String>,
    /// What a team may want otherwise, in the order of their names.
    pub options: Vec<RuleOption>,
    pub expressions: Expressions,
    /// Whether its condition rests on which components are the same in other Regions.
    pub rests_on_pairing: bool,
    /// Where the file is; within the repository for those that come with the tool.
    pub path: PathBuf,
    /// The file itself.
    pub text: String,
}

/// The conditions of a rule, compiled.
#[derive(Debug, Clone)]
pub struct Expressions {
    /// Resources that are judged together, once, for the first of them to which `when` applies.
    pub per: Option<Program>,
    /// Whether the rule applies.
    pub when: Option<Program>,
    /// What is wrong.
    pub fail: Program,
    pub message: Template,
    /// Others that a finding is about.
    pub related: Option<Program>,
}
