//! What was asked for in a place, and what is taken there on somebody's word.
//!
//! One answer for each kind: the service's own goes before any word, and of two words the older
//! counts, because no more than that is known.

use std::collections::{BTreeMap, BTreeSet};

use super::gap::{Reading, Word};
use super::{AccountId, Kind, Region};

/// The kinds that were asked for in a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Asked(BTreeMap<Kind, Option<Word>>);

impl Asked {
    pub(crate) fn add(&mut self, kinds: BTreeSet<Kind>, word: Option<&Word>) {
        for kind in kinds {
            self.0
                .entry(kind)
                .and_modify(|known| {
                    let both = known.take().zip(word.cloned());
                    *known = both.map(|(a, b)| if a.at <= b.at { a } else { b });
                })
                .or_insert_with(|| word.cloned());
        }
    }

    pub(crate) fn contains(&self, kind: Kind) -> bool {
        self.0.contains_key(&kind)
    }

    /// One reading for all that the services said themselves, then one for each word, sorted.
    pub(crate) fn readings(&self, account: &AccountId, region: &Region) -> Vec<Reading> {
        let mut by_word = BTreeMap::<Option<&Word>, BTreeSet<Kind>>::new();
        for (kind, word) in &self.0 {
            by_word.entry(word.as_ref()).or_default().insert(*kind);
        }
        let reading = |(word, kinds): (Option<&Word>, _)| Reading {
            account: account.clone(),
            region: region.clone(),
            kinds,
            word: word.cloned(),
        };
        by_word.into_iter().map(reading).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(at: &str) -> Word {
        Word {
            source: "somebody".to_owned(),
            at: at.to_owned(),
        }
    }

    fn said(words: &[Option<&Word>]) -> Vec<Reading> {
        let mut asked = Asked::default();
        for word in words {
            asked.add([Kind::SqsQueue].into(), *word);
        }
        asked.readings(&"1".into(), &"eu-west-1".into())
    }

    #[test]
    fn a_service_goes_before_any_word_and_an_older_word_before_a_newer() {
        let (old, new) = (word("2026-01-01T00:00:00Z"), word("2026-01-02T00:00:00Z"));
        for words in [
            [Some(&old), None, Some(&new)],
            [None, Some(&old), Some(&new)],
        ] {
            assert_eq!(said(&words)[0].word, None);
        }
        for words in [[Some(&old), Some(&new)], [Some(&new), Some(&old)]] {
            let said = said(&words);
            assert_eq!(said.len(), 1);
            assert_eq!(said[0].word.as_ref(), Some(&old));
        }
    }

    #[test]
    fn what_services_said_stands_before_what_is_taken_on_a_word() {
        let old = word("2026-01-01T00:00:00Z");
        let mut asked = Asked::default();
        asked.add([Kind::DynamoDbTable].into(), Some(&old));
        asked.add([Kind::SnsTopic, Kind::SqsQueue].into(), None);
        let readings = asked.readings(&"1".into(), &"eu-west-1".into());
        let kinds: Vec<usize> = readings.iter().map(|it| it.kinds.len()).collect();
        assert_eq!(kinds, [2, 1]);
        assert_eq!(readings[1].word.as_ref(), Some(&old));
    }
}
