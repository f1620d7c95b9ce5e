//! Selectors as they are written: tags, globs, accounts and kinds, each said to make sense or not.

use std::collections::BTreeMap;

use serde_saphyr::{Location, Spanned};

use super::file::{Globs, SelectorFile};
use super::load::Settler;
use crate::workload::select::{Patterns, Selector, Tags};

impl Settler<'_> {
    pub(super) fn selector(&mut self, file: &Spanned<SelectorFile>) -> Selector {
        let (at, file) = (file.referenced, &file.value);
        let some = |globs: &Option<Globs>| globs.as_ref().is_some_and(|it| !it.0.is_empty());
        let any = [&file.names, &file.arns, &file.stacks, &file.accounts];
        if file.tags.is_empty() && file.kinds.is_empty() && !any.into_iter().any(some) {
            self.wrong(
                at,
                "this selects nothing: name tags, names, arns, stacks, accounts or kinds",
            );
        }
        for account in file.accounts.iter().flat_map(|it| &it.0) {
            let text = account.value.as_str();
            let digits = text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit());
            if !digits && !text.contains(['*', '?', '[', '{']) {
                let help = "put its twelve digits in quotes".to_owned();
                self.wrong_with(at, format!("`{text}` is no account"), Some(help));
            }
        }
        let mut maybe = |globs: &Option<Globs>| {
            let globs = globs.as_ref()?;
            self.patterns(globs, at)
        };
        Selector {
            names: maybe(&file.names),
            arns: maybe(&file.arns),
            stacks: maybe(&file.stacks),
            accounts: maybe(&file.accounts),
            tags: self.tags(&file.tags, at),
            kinds: file.kinds.clone(),
        }
    }

    pub(super) fn tags(&mut self, tags: &BTreeMap<String, Globs>, at: Location) -> Tags {
        let tags = tags
            .iter()
            .filter_map(|(key, globs)| Some((key.clone(), self.patterns(globs, at)?)));
        Tags(tags.collect())
    }

    fn patterns(&mut self, globs: &Globs, at: Location) -> Option<Patterns> {
        if globs.0.is_empty() {
            self.wrong(at, "an empty list fits nothing");
        }
        self.take(
            at,
            Patterns::new(globs.0.iter().map(|glob| glob.value.as_str())),
        )
    }
}
