//! How many runs are kept, and who is told what changed, as the user sets it.
//!
//! An address that anybody may post to is a secret: the file names where it is, never what it is, and
//! what is wrong with it is said without it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_saphyr::{Location, Spanned};

use super::file::{AddressFile, HistoryFile, TargetFile};
use super::load::Settler;
use crate::history::store::KEEP;
use crate::inventory::Arn;
use crate::notify::{Channel, On, Secret, Target};
use crate::rule::meta::Severity;

/// Days before its end on which a waiver is told of when nobody says.
const EXPIRING_DAYS: u32 = 14;

impl Settler<'_> {
    /// Runs that a history keeps.
    pub(super) fn keep(&mut self, file: Option<&HistoryFile>) -> usize {
        let Some(keep) = file.and_then(|it| it.keep.as_ref()) else {
            return KEEP;
        };
        if !(2..=100_000).contains(&keep.value) {
            let problem = format!("keep {} is not from 2 to 100000", keep.value);
            self.wrong(keep.referenced, problem);
        }
        usize::try_from(keep.value).unwrap_or(KEEP)
    }

    pub(super) fn target(&mut self, file: &Spanned<TargetFile>) -> Option<Target> {
        let (at, file) = (file.referenced, &file.value);
        let errors = self.errors();
        let mut channels = Vec::new();
        if let Some(slack) = &file.slack {
            channels.extend(self.secret(slack, at).map(|url| Channel::Slack { url }));
        }
        if let Some(webhook) = &file.webhook {
            let names = webhook.header_env.iter();
            let mut headers = Vec::new();
            for (header, variable) in names {
                if header.is_empty()
                    || !header
                        .chars()
                        .all(|it| it.is_ascii_alphanumeric() || it == '-')
                {
                    self.wrong(
                        variable.referenced,
                        format!("`{header}` is no name of a header"),
                    );
                }
                headers.extend(self.variable(variable).map(|it| (header.clone(), it)));
            }
            let url = self.secret(&webhook.address(), at);
            channels.extend(url.map(|url| Channel::Webhook { url, headers }));
        }
        if let Some(sns) = &file.sns {
            let arn = &sns.topic_arn;
            if Arn::parse(&arn.value).is_none_or(|it| it.service != "sns") {
                self.wrong(
                    arn.referenced,
                    format!("`{}` is no ARN of a topic", arn.value),
                );
            }
            let topic_arn = arn.value.clone();
            channels.push(Channel::Sns { topic_arn });
        }
        let days = file.expiring_days.as_ref();
        if let Some(days) = days.filter(|it| it.value > 366) {
            let problem = format!("expiring_days {} is more than 366", days.value);
            self.wrong(days.referenced, problem);
        }
        let given = [
            file.slack.is_some(),
            file.webhook.is_some(),
            file.sns.is_some(),
        ];
        if given.iter().filter(|it| **it).count() != 1 {
            self.wrong(at, "a target is one of slack, webhook and sns");
        }
        let on = file.on.as_ref();
        if on.is_some_and(Vec::is_empty) {
            self.wrong(at, "`on` names nothing: leave the target out, or `on`");
        }
        if self.errors() > errors {
            return None;
        }
        Some(Target {
            channel: channels.pop()?,
            on: on.map_or_else(
                || On::ALL.into(),
                |it| it.iter().copied().collect::<BTreeSet<On>>(),
            ),
            least: file.severity.unwrap_or(Severity::Low),
            expiring_days: days.map_or(EXPIRING_DAYS, |it| it.value),
        })
    }

    fn secret(&mut self, file: &AddressFile, at: Location) -> Option<Secret> {
        match (&file.url_env, &file.url_file) {
            (Some(variable), None) => self.variable(variable),
            (None, Some(path)) => Some(Secret::File(self.beside(path))),
            _ => {
                self.wrong(
                    at,
                    "an address is in the variable that url_env names or in url_file",
                );
                None
            }
        }
    }

    /// The name of an environment variable. What is none may be the secret itself: it is not repeated.
    fn variable(&mut self, name: &Spanned<String>) -> Option<Secret> {
        let fits = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let digit = name.value.starts_with(|it: char| it.is_ascii_digit());
        if name.value.is_empty() || digit || !name.value.chars().all(fits) {
            let help = "write the name of the environment variable that holds it".to_owned();
            self.wrong_with(
                name.referenced,
                "not the name of an environment variable; secrets do not stand here",
                Some(help),
            );
            return None;
        }
        Some(Secret::Variable(name.value.clone()))
    }

    /// A path as seen from the configuration.
    fn beside(&self, path: &str) -> PathBuf {
        let folder = self.path().parent();
        folder.map_or_else(|| PathBuf::from(path), |it| it.join(path))
    }
}
