//! Which resources a declaration selects: by tags, names, ARNs, stacks, accounts and kinds.
//!
//! Knows one resource at a time; what belongs to what it selects is the estate's business.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::inventory::{GapKey, Kind, Resource};

/// Tag that CloudFormation puts on what a stack makes.
const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// Globs of which one must fit. `*` fits everything, slashes and colons too.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    set: GlobSet,
}

impl Patterns {
    /// The error names the glob that makes no sense.
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for text in globs {
            let glob = GlobBuilder::new(text).literal_separator(false).build();
            set.add(glob.map_err(|error| format!("glob `{text}`: {}", error.kind()))?);
        }
        let set = set.build().map_err(|error| error.to_string())?;
        Ok(Self { set })
    }

    pub fn fit(&self, text: &str) -> bool {
        self.set.is_match(text)
    }
}

/// Whether something fits, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    Yes,
    No,
    /// What would tell was not read.
    Unread(GapKey),
}

impl Fit {
    pub fn of(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }

    /// Both must fit; one that does not decides.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) => other,
            (unread, _) => unread,
        }
    }

    /// One must fit; one that does decides.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, other) => other,
            (unread, _) => unread,
        }
    }
}

/// Values of tags, by key.
#[derive(Debug, Clone, Default)]
pub struct Tags(pub Vec<(String, Patterns)>);

impl Tags {
    /// Whether the resource has every one of the keys, with a value that fits.
    pub fn fit(&self, resource: &Resource) -> Fit {
        if self.0.is_empty() {
            return Fit::Yes;
        }
        if let Some(gap) = resource.unread("tags") {
            return Fit::Unread(gap.clone());
        }
        let has = |(key, values): &(String, Patterns)| {
            resource
                .tags
                .get(key)
                .is_some_and(|value| values.fit(value))
        };
        Fit::of(self.0.iter().all(has))
    }
}

/// Fits resources that everything it holds fits.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    pub tags: Tags,
    pub names: Option<Patterns>,
    pub arns: Option<Patterns>,
    pub stacks: Option<Patterns>,
    pub accounts: Option<Patterns>,
    /// Any when empty.
    pub kinds: Vec<Kind>,
}

impl Selector {
    pub fn fit(&self, resource: &Resource) -> Fit {
        let fits = |patterns: &Option<Patterns>, text: &str| {
            Fit::of(patterns.as_ref().is_none_or(|it| it.fit(text)))
        };
        fits(&self.names, &resource.name)
            .and(fits(&self.arns, &resource.arn))
            .and(fits(&self.accounts, &resource.account))
            .and(Fit::of(
                self.kinds.is_empty() || self.kinds.contains(&resource.kind()),
            ))
            .and(self.tags.fit(resource))
            .and(self.stack(resource))
    }

    fn stack(&self, resource: &Resource) -> Fit {
        let Some(stacks) = &self.stacks else {
            return Fit::Yes;
        };
        match (resource.unread("tags"), resource.tags.get(STACK_TAG)) {
            (Some(gap), _) => Fit::Unread(gap.clone()),
            (None, stack) => Fit::of(stack.is_some_and(|name| stacks.fit(name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::inventory::Cause;
    use crate::inventory::kinds::dynamodb::Table;

    fn table(name: &str, tags: &[(&str, &str)]) -> Resource {
        let tag = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Resource {
            arn: format!("arn:aws:dynamodb:eu-west-1:111111111111:table/{name}"),
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            name: name.to_owned(),
            tags: tags.iter().map(tag).collect(),
            properties: Table::default().into(),
            unread: BTreeMap::new(),
        }
    }

    fn patterns(glob: &str) -> Patterns {
        Patterns::new([glob]).unwrap()
    }

    #[test]
    fn everything_that_a_selector_says_must_fit() {
        let selector = Selector {
            tags: Tags(vec![("app".to_owned(), patterns("shop*"))]),
            names: Some(patterns("orders-*")),
            ..Selector::default()
        };
        let shop = [("app", "shop-eu")];
        assert_eq!(selector.fit(&table("orders-1", &shop)), Fit::Yes);
        assert_eq!(selector.fit(&table("carts-1", &shop)), Fit::No);
        assert_eq!(selector.fit(&table("orders-1", &[("app", "crm")])), Fit::No);
    }

    #[test]
    fn globs_of_arns_reach_over_colons_and_slashes() {
        let selector = Selector {
            arns: Some(patterns("arn:aws:*orders")),
            ..Selector::default()
        };
        assert_eq!(selector.fit(&table("orders", &[])), Fit::Yes);
        assert_eq!(selector.fit(&table("orders-old", &[])), Fit::No);
    }

    #[test]
    fn unread_tags_leave_open_what_only_they_decide() {
        let gap = GapKey {
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            operation: "tag:GetResources".to_owned(),
            cause: Cause::Denied,
        };
        let mut unread = table("orders", &[]);
        unread.unread.insert("tags".to_owned(), gap.clone());
        let stack = Selector {
            stacks: Some(patterns("shop")),
            names: Some(patterns("orders")),
            ..Selector::default()
        };
        assert_eq!(stack.fit(&unread), Fit::Unread(gap));
        unread.name = "carts".to_owned();
        assert_eq!(stack.fit(&unread), Fit::No);
    }

    #[test]
    fn a_glob_that_makes_no_sense_is_named() {
        let error = Patterns::new(["a[", "b"]).unwrap_err();
        assert!(error.contains("`a[`"), "{error}");
    }
}
