//! JSON whose members know where they stand: no value is kept but those that are asked for.

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member<'t> {
    pub(super) key: String,
    /// Where the key begins and ends in the text, its quotes included.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) value: &'t RawValue,
}

/// A whole document, which has to be JSON.
pub(super) fn document(text: &str) -> Result<&RawValue, serde_json::Error> {
    serde_json::from_str(text)
}

/// The members of an object of that text, in their order; none where the value is no object.
pub(super) fn members<'t>(text: &'t str, value: &'t RawValue) -> Vec<Member<'t>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(entry) = map.next_entry()? {
                all.push(entry);
            }
            Ok(all)
        }
    }

    let mut reader = serde_json::Deserializer::from_str(value.get());
    let Ok(all) = reader.deserialize_map(Members) else {
        return Vec::new();
    };
    // Between two values stands nothing but blanks, a comma and the next key.
    let mut last = offset(text, value) + 1;
    let mut found = Vec::new();
    for (key, value) in all {
        let start = offset(text, value);
        let before = text.get(last..start).unwrap_or_default();
        let from = last + before.find('"').unwrap_or(0);
        let to = last + before.rfind('"').map_or(before.len(), |it| it + 1);
        last = start + value.get().len();
        found.push(Member {
            key,
            from,
            to,
            value,
        });
    }
    found
}

/// The items of a list; the value itself where it is none.
pub(super) fn items(value: &RawValue) -> Vec<&RawValue> {
    struct Items;

    impl<'de> Visitor<'de> for Items {
        type Value = Vec<&'de RawValue>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(item) = seq.next_element()? {
                all.push(item);
            }
            Ok(all)
        }
    }

    let mut reader = serde_json::Deserializer::from_str(value.get());
    reader
        .deserialize_seq(Items)
        .unwrap_or_else(|_| vec![value])
}

/// The value as a text, if it is one.
pub(super) fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// Where a value that was borrowed from the text begins in it.
fn offset(text: &str, value: &RawValue) -> usize {
    let from = value.get().as_ptr().addr();
    from.saturating_sub(text.as_ptr().addr()).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_know_where_they_stand() {
        let source = "{ \"a\" : {\n\t\"b\\\"c\": [1, {\"x\": 2}],\n \"d\":\"e\"} }";
        let all = members(source, document(source).unwrap());
        assert_eq!(all.len(), 1);
        assert_eq!(&source[all[0].from..all[0].to], "\"a\"");
        let inner = members(source, all[0].value);
        let keys: Vec<&str> = inner.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["b\"c", "d"]);
        assert_eq!(&source[inner[0].from..inner[0].to], "\"b\\\"c\"");
        assert_eq!(&source[inner[1].from..inner[1].to], "\"d\"");
        assert_eq!(text(inner[1].value).as_deref(), Some("e"));
        let listed = items(inner[0].value);
        assert_eq!(listed.len(), 2);
        assert_eq!(members(source, listed[1])[0].key, "x");
        assert_eq!(items(inner[1].value).len(), 1);
        assert!(members(source, inner[1].value).is_empty());
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(90_000), "]".repeat(90_000));
        if let Ok(root) = document(&deep) {
            let all = members(&deep, root);
            assert!(all.iter().all(|it| items(it.value).len() == 1));
        }
    }
}
