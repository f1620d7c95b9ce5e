//! What counts as empty on somebody's word.

use std::collections::{BTreeMap, BTreeSet};

use super::counted;
use super::escape::plain;
use crate::inventory::{AccountId, Kind, Region, Word};

/// Kinds of a place that nobody asked the services about, because somebody said that there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnWord {
    pub account: AccountId,
    pub region: Region,
    pub kinds: BTreeSet<Kind>,
    /// Who said so, and of when it is.
    pub word: Word,
}

/// A line for each who gave a word, safe to print: the oldest word of each says how much to trust all
/// of them.
pub(super) fn lines(all: &[OnWord]) -> Vec<String> {
    let mut sources = BTreeMap::<&str, Vec<&OnWord>>::new();
    for it in all {
        sources.entry(&it.word.source).or_default().push(it);
    }
    let line = |(source, its): (&str, Vec<&OnWord>)| {
        let kinds: BTreeSet<_> = its.iter().flat_map(|it| &it.kinds).collect();
        let places: BTreeSet<_> = its.iter().map(|it| (&it.account, &it.region)).collect();
        let accounts: BTreeSet<_> = its.iter().map(|it| &it.account).collect();
        let oldest = its.iter().map(|it| it.word.at.as_str()).min();
        format!(
            "up to {} in {} of {}: empty by {}, as of {} or later",
            counted(kinds.len(), "kind"),
            counted(places.len(), "Region"),
            counted(accounts.len(), "account"),
            plain(source),
            plain(oldest.unwrap_or_default()),
        )
    };
    sources.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn it(account: &str, region: &str, kinds: &[Kind], at: &str) -> OnWord {
        OnWord {
            account: account.into(),
            region: region.into(),
            kinds: kinds.iter().copied().collect(),
            word: Word {
                source: "AWS Config aggregator org\u{1b} in eu-west-1".to_owned(),
                at: at.to_owned(),
            },
        }
    }

    #[test]
    fn one_line_says_how_much_is_taken_on_whose_word_and_how_old_it_is() {
        let all = [
            it("1", "eu-west-1", &[Kind::SqsQueue], "2026-01-02T00:00:00Z"),
            it(
                "1",
                "eu-west-3",
                &[Kind::SqsQueue, Kind::SnsTopic],
                "2026-01-01T00:00:00Z",
            ),
            it("2", "eu-west-3", &[Kind::SqsQueue], "2026-01-03T00:00:00Z"),
        ];
        assert_eq!(
            lines(&all),
            [
                "up to 2 kinds in 3 Regions of 2 accounts: empty by AWS Config aggregator org\\u{1b} in eu-west-1, as of 2026-01-01T00:00:00Z or later"
            ]
        );
    }
}
