//! Plain values out of what the SDK answers: texts, times, numbers, tags, sets.
//!
//! Knows no service. What AWS left out becomes the default; sets are sorted, because AWS promises
//! no order and two answers for the same facts must be equal.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// The text, empty where AWS gave none.
pub(super) fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// The text, `None` where AWS gave none or an empty one.
pub(super) fn some_text(value: Option<&str>) -> Option<String> {
    value.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The time in RFC 3339; `None` where it is outside of what that can write.
pub(super) fn time(value: Option<&DateTime>) -> Option<String> {
    value.and_then(|time| time.fmt(Format::DateTime).ok())
}

/// The number, 0 where AWS gave none.
pub(super) fn number(value: Option<i32>) -> i64 {
    value.map(i64::from).unwrap_or_default()
}

/// The values in order, each once, without empty ones.
pub(super) fn set<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Vec<String> {
    let mut all: Vec<String> = values
        .into_iter()
        .map(|value| value.as_ref().to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Tags. A tag without a key is none.
pub(super) fn tags<'a>(
    pairs: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>,
) -> BTreeMap<String, String> {
    pairs
        .into_iter()
        .filter_map(|(key, value)| Some((key?.to_owned(), text(value))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        let time_of = |seconds| time(Some(&DateTime::from_secs(seconds)));
        assert_eq!(time_of(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(time_of(i64::MAX), None);
    }

    #[test]
    fn sets_are_sorted_and_hold_each_value_once() {
        assert_eq!(set(["b", "a", "", "b"]), ["a", "b"]);
    }

    #[test]
    fn tags_without_a_value_are_empty_and_without_a_key_none() {
        let read = tags([
            (Some("app"), Some("shop")),
            (Some("bare"), None),
            (None, None),
        ]);
        assert_eq!(read["app"], "shop");
        assert_eq!(read["bare"], "");
        assert_eq!(read.len(), 2);
    }
}
