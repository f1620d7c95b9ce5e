//! What a resource is called in another Region: its ARN, hosts, zones, ids and names, changed alike
//! wherever they stand.
//!
//! Knows nothing of what a copy needs, nor of how its data gets there.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::inventory::{Properties, Region, Resource, region};

/// Ids of EC2 that are unique in the world, alone or at the end of an ARN.
#[expect(clippy::expect_used, reason = "a constant pattern, used by every test")]
static UNIQUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(^|/)((?:i|vpc|subnet|eipalloc)-[0-9a-z]+)$").expect("constant pattern")
});

/// From one Region to another.
pub(super) struct Move<'m> {
    pub(super) from: &'m Region,
    pub(super) to: &'m Region,
    /// What is called otherwise there, by what it is called here.
    pub(super) known: &'m HashMap<(String, Region), String>,
}

impl Move<'_> {
    /// The resource as it would be there. What hides its properties hides those of the copy.
    pub(super) fn resource(&self, of: &Resource) -> Resource {
        Resource {
            arn: self.text(&of.arn),
            account: of.account.clone(),
            region: self.to.clone(),
            name: self.text(&of.name),
            tags: of
                .tags
                .iter()
                .map(|(key, value)| (key.clone(), self.text(value)))
                .collect(),
            properties: self.properties(&of.properties),
            unread: of.unread.clone(),
        }
    }

    pub(super) fn properties(&self, of: &Properties) -> Properties {
        let Ok(mut json) = serde_json::to_value(of) else {
            return of.clone();
        };
        self.value(&mut json);
        Properties::from_json(of.kind(), json).unwrap_or_else(|_| of.clone())
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(all) => all.iter_mut().for_each(|it| self.value(it)),
            Value::Object(all) => all.values_mut().for_each(|it| self.value(it)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// What a text becomes: what is known of it, else with the other Region in it.
    pub(super) fn text(&self, text: &str) -> String {
        let known = self.known.get(&(text.to_owned(), self.to.clone()));
        if let Some(known) = known {
            return known.clone();
        }
        let text = replaced(text, self.from, self.to);
        let (Some(from), Some(to)) = (region::info(self.from), region::info(self.to)) else {
            return text;
        };
        let text = replaced(&text, &from.short, &to.short);
        match UNIQUE.captures(&text).and_then(|it| it.get(2)) {
            Some(id) => format!("{}{}", &text[..id.end()], to.short),
            None => text,
        }
    }
}

/// Where one code stands as a word of its own, or as that of a zone, the other.
fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let open = |it: Option<char>| it.is_none_or(|it| !it.is_ascii_alphanumeric());
        let mut next = after.chars();
        let zone = next.next().is_some_and(|it| it.is_ascii_lowercase()) && open(next.next());
        let last = before.chars().next_back().or(out.chars().next_back());
        let word = open(last) && (open(after.chars().next()) || zone);
        out.push_str(before);
        out.push_str(if word { to } else { from });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_the_other_region_alike() {
        let known = HashMap::new();
        let (from, to) = ("eu-west-1".into(), "us-east-1".into());
        let go = Move {
            from: &from,
            to: &to,
            known: &known,
        };
        for (text, moved) in [
            (
                "arn:aws:sqs:eu-west-1:111111111111:jobs",
                "arn:aws:sqs:us-east-1:111111111111:jobs",
            ),
            (
                "web-eu-west-1-1.eu-west-1.elb.amazonaws.com",
                "web-us-east-1-1.us-east-1.elb.amazonaws.com",
            ),
            ("eu-west-1a", "us-east-1a"),
            ("eu-west-12", "eu-west-12"),
            ("neu-west-1", "neu-west-1"),
            ("shop-euw1", "shop-use1"),
            (
                "arn:aws:sqs:eu-central-1:1:jobs",
                "arn:aws:sqs:eu-central-1:1:jobs",
            ),
            ("subnet-0a", "subnet-0ause1"),
            (
                "arn:aws:ec2:eu-west-1:1:instance/i-0a",
                "arn:aws:ec2:us-east-1:1:instance/i-0ause1",
            ),
            ("jobs", "jobs"),
        ] {
            assert_eq!(go.text(text), moved, "{text}");
        }
    }
}
