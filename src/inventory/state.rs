//! Which caches hold state: what nobody can work out again when it is gone.
//!
//! Most caches are just caches, so that only plain signs count: what their owners say, or a name
//! that says what is kept. Snapshots alone are none: the console takes them by default, and
//! compliance rules ask for them whatever the cache holds.

use super::kinds::elasticache::{ReplicationGroup, ServerlessCache};
use super::{GapKey, Resource};

/// Tag with which owners say what data is worth.
pub const DATA_CLASS: &str = "mrlint:data-class";

/// Words in a name that mean sessions.
const SESSION: [&str; 5] = ["login", "logins", "sess", "session", "sessions"];
/// Words in a name that mean state where snapshots are kept too.
const STATE: [&str; 7] = [
    "cart", "carts", "queue", "queues", "state", "token", "tokens",
];

/// Something that says that a cache holds state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateSign {
    /// Its owners say `session` or `state`.
    Tag,
    /// Its owners ask for durable writes.
    Durability,
    /// Its name speaks of sessions.
    SessionName,
    /// Its name speaks of carts, queues, tokens or state, and snapshots are kept.
    NameAndSnapshots,
}

impl StateSign {
    pub fn text(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Durability => "durability",
            Self::SessionName => "session-name",
            Self::NameAndSnapshots => "name-and-snapshots",
        }
    }
}

/// The signs of a resource: none for what is no cache. The gap where its tags may say more, or
/// that it is a cache after all.
pub(super) fn signs(resource: &Resource) -> Result<Vec<StateSign>, &GapKey> {
    let (days, durability) = if let Some(group) = resource.of::<ReplicationGroup>() {
        (group.snapshot_retention_days, group.durability.as_deref())
    } else if let Some(cache) = resource.of::<ServerlessCache>() {
        (cache.snapshot_retention_days, None)
    } else {
        return Ok(Vec::new());
    };
    if let Some(gap) = resource.unread("tags") {
        return Err(gap);
    }
    let class = resource.tags.get(DATA_CLASS).map(String::as_str);
    if matches!(class, Some("cache" | "derived" | "ephemeral")) {
        return Ok(Vec::new());
    }
    let name = resource.name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|it: char| !it.is_alphanumeric()).collect();
    let speaks_of = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let all = [
        (StateSign::Tag, matches!(class, Some("session" | "state"))),
        (
            StateSign::Durability,
            matches!(durability, Some("async" | "sync")),
        ),
        (StateSign::SessionName, speaks_of(&SESSION)),
        (
            StateSign::NameAndSnapshots,
            days > 0 && speaks_of(&STATE) && !speaks_of(&["cache"]),
        ),
    ];
    let found = all.into_iter().filter(|(_, holds)| *holds);
    Ok(found.map(|(sign, _)| sign).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn cache(name: &str, class: Option<&str>, days: i64, durability: Option<&str>) -> Resource {
        let group = ReplicationGroup {
            snapshot_retention_days: days,
            durability: durability.map(str::to_owned),
            ..ReplicationGroup::default()
        };
        let tags = class.map(|class| (DATA_CLASS.to_owned(), class.to_owned()));
        Resource {
            arn: format!("arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:{name}"),
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            name: name.to_owned(),
            tags: tags.into_iter().collect(),
            properties: group.into(),
            unread: BTreeMap::new(),
        }
    }

    fn signs_of(name: &str, class: Option<&str>, days: i64) -> Vec<StateSign> {
        signs(&cache(name, class, days, None)).unwrap()
    }

    #[test]
    fn names_count_by_whole_words() {
        assert_eq!(signs_of("shop-sessions", None, 0), [StateSign::SessionName]);
        assert_eq!(signs_of("possession", None, 7), []);
        assert_eq!(signs_of("cartography", None, 7), []);
    }

    #[test]
    fn snapshots_count_only_beside_a_name() {
        assert_eq!(signs_of("products", None, 35), []);
        assert_eq!(signs_of("carts", None, 0), []);
        assert_eq!(signs_of("carts", None, 7), [StateSign::NameAndSnapshots]);
        assert_eq!(signs_of("token-cache", None, 7), []);
    }

    #[test]
    fn owners_have_the_last_word() {
        assert_eq!(signs_of("sessions", Some("ephemeral"), 7), []);
        assert_eq!(signs_of("products", Some("state"), 0), [StateSign::Tag]);
        let durable = cache("products", None, 0, Some("sync"));
        assert_eq!(signs(&durable), Ok(vec![StateSign::Durability]));
        let default = cache("products", None, 0, Some("default"));
        assert_eq!(signs(&default), Ok(vec![]));
    }
}
