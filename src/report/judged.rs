//! What a run looked at, as far as whoever compares two runs must know it.
//!
//! A finding that is gone is mended only where its rule was decided again; one that has come is new
//! only where it could have been seen before. Identities are kept as marks, twelve digits of a hash:
//! enough to answer "was it?", and a tenth of the size.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{AccountId, Kind, Region};

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// Accounts that were asked, each with its Regions.
    pub scope: BTreeMap<AccountId, BTreeSet<Region>>,
    /// Kinds that nobody asked for although the place was asked for others.
    pub unasked: Vec<Unasked>,
    /// Marks of the ARNs of all resources.
    pub resources: Marks,
    /// Marks of the fingerprints that the passes would have as fails; `None` where they are too many.
    pub passed: Option<Marks>,
    /// Marks of the fingerprints that what was left open would have as fails.
    pub open: Marks,
}

/// Kinds that nobody asked for in a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unasked {
    pub account: AccountId,
    pub region: Region,
    pub kinds: BTreeSet<Kind>,
}

/// Sorted numbers of 48 bits, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks(Vec<u64>);

/// Digits of one mark.
const DIGITS: usize = 12;

impl Marks {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, mark: u64) -> bool {
        self.0.binary_search(&mark).is_ok()
    }

    /// All of them in hexadecimal digits, twelve each.
    pub fn digits(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * DIGITS);
        for mark in &self.0 {
            text.push_str(&format!("{mark:012x}"));
        }
        text
    }

    /// Reads what [`Self::digits`] wrote.
    pub fn read(digits: &str) -> Option<Self> {
        let chunks = digits.as_bytes().chunks(DIGITS);
        let mark = |chunk: &[u8]| {
            let whole = chunk.len() == DIGITS && chunk.iter().all(u8::is_ascii_hexdigit);
            let text = std::str::from_utf8(chunk).ok().filter(|_| whole)?;
            u64::from_str_radix(text, 16).ok()
        };
        chunks.map(mark).collect()
    }
}

impl FromIterator<u64> for Marks {
    fn from_iter<I: IntoIterator<Item = u64>>(marks: I) -> Self {
        let mut all: Vec<u64> = marks.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fingerprint::{Fingerprint, mark_of};

    #[test]
    fn marks_are_read_as_they_were_written() {
        let marks: Marks = [mark_of("b"), 7, mark_of("a"), 7].into_iter().collect();
        assert_eq!(marks.len(), 3);
        assert_eq!(Marks::read(&marks.digits()), Some(marks.clone()));
        assert!(marks.contains(mark_of("a")) && !marks.contains(mark_of("c")));
        for wrong in ["0", "00000000000g", "+00000000001"] {
            assert_eq!(Marks::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mark_is_the_beginning_of_the_fingerprint() {
        let print = Fingerprint::new("R-1", "w", "arn");
        assert!(
            print
                .as_str()
                .starts_with(&format!("{:012x}", print.mark()))
        );
    }
}
