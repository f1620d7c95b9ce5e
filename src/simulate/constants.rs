//! What the simulation assumes where no fact of the estate says it (`constants.yaml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

use super::time::{Seconds, Span};

/// One assumption.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    pub typical: Seconds,
    pub upper: Seconds,
    /// What it is.
    pub what: String,
    /// Where AWS says so; none: an estimate.
    #[serde(default)]
    pub source: Option<String>,
}

impl Constant {
    pub fn span(&self) -> Span {
        Span {
            typical: self.typical,
            upper: self.upper,
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "the file is embedded and a test reads it"
)]
static BUILT_IN: LazyLock<IndexMap<String, Constant>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("constants.yaml")).expect("constants.yaml is well-formed")
});

/// The assumptions of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constants {
    /// What the user sets instead of what is built in.
    own: BTreeMap<String, Span>,
}

impl Constants {
    /// Names of all constants, in the order of the file.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.keys().map(String::as_str)
    }

    /// Sets one of [`Self::names`] otherwise.
    pub fn set(&mut self, name: &str, span: Span) {
        self.own.insert(name.to_owned(), span);
    }

    /// All constants as they are in force, each with whether the user set it.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &'static Constant, Span, bool)> {
        BUILT_IN.iter().map(|(name, constant)| {
            let own = self.own.get(name);
            let span = own.copied().unwrap_or_else(|| constant.span());
            (name.as_str(), constant, span, own.is_some())
        })
    }

    /// The span of a constant of this module's callers.
    pub(super) fn get(&self, name: &'static str) -> Span {
        let own = self.own.get(name).copied();
        let built_in = || BUILT_IN.get(name).map(Constant::span);
        debug_assert!(BUILT_IN.contains_key(name), "no constant `{name}`");
        own.or_else(built_in).unwrap_or(Span::NEVER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_makes_sense() {
        for name in Constants::names() {
            let constant = &BUILT_IN[name];
            assert!(constant.typical <= constant.upper, "{name}");
            assert!(!constant.what.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_user_has_the_last_word() {
        let mut constants = Constants::default();
        constants.set("operator-step", Span::exactly(60));
        assert_eq!(constants.get("operator-step"), Span::exactly(60));
        let set: Vec<_> = constants.all().filter(|it| it.3).map(|it| it.0).collect();
        assert_eq!(set, ["operator-step"]);
    }
}
