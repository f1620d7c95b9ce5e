//! Where in the code a resource was written, as far as anybody looked.
//!
//! Worked out by [`crate::iac`]; renderers only lay it out. A place that rests on a guess is never
//! shown as if it were known.

use std::collections::BTreeMap;
use std::fmt;

use super::{Notice, Report, ResourceSummary};

/// A line of infrastructure code that owns a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlace {
    /// Below the top of the repository, with forward slashes; from the root where it lies outside.
    pub path: String,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// Where the name of the block ends, on the same line.
    pub end_column: u64,
    pub confidence: Confidence,
    /// What says that this line owns the resource.
    pub how: String,
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// How sure it is that a line owns a resource; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The block itself.
    Exact,
    /// The call of the module, or of the nested stack, whose own code lies elsewhere.
    ModuleCall,
    /// Likely, by names alone.
    Heuristic,
}

impl Confidence {
    pub fn text(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ModuleCall => "module-call",
            Self::Heuristic => "heuristic",
        }
    }

    /// Whether a finding may be said to lie there.
    pub fn is_sure(self) -> bool {
        self != Self::Heuristic
    }
}

/// The places of the resources that a report names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    pub places: BTreeMap<ResourceSummary, SourcePlace>,
    /// What could not be read or told apart, and how much has a place, sorted by place.
    pub notices: Vec<Notice>,
}

/// How many findings about a resource have a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    pub findings: usize,
    /// Those whose line is known.
    pub sure: usize,
    /// Those whose line is likely.
    pub likely: usize,
}

impl Placed {
    /// In words, for people.
    pub fn text(self) -> String {
        let Self {
            findings,
            sure,
            likely,
        } = self;
        let likely = match likely {
            0 => String::new(),
            likely => format!(", {likely} a likely one"),
        };
        format!("{sure} of {findings} findings about a resource have a line in the code{likely}")
    }
}

impl Report {
    /// Where the resource was written, if that is known or likely.
    pub fn source(&self, resource: &ResourceSummary) -> Option<&SourcePlace> {
        self.sources.as_ref()?.places.get(resource)
    }

    /// How many findings have a line; `None` where no code was read.
    pub fn placed(&self) -> Option<Placed> {
        let sources = self.sources.as_ref()?;
        let about = |it: &&ResourceSummary| it.kind.contains("::");
        let subjects = self.findings.iter().map(|it| &it.resource).filter(about);
        let subjects: Vec<Option<&SourcePlace>> =
            subjects.map(|it| sources.places.get(it)).collect();
        let sure = |it: &&SourcePlace| it.confidence.is_sure();
        let found = subjects.iter().flatten();
        let sure = found.clone().copied().filter(sure).count();
        Some(Placed {
            findings: subjects.len(),
            sure,
            likely: found.count() - sure,
        })
    }
}
