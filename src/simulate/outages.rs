//! Outages of AWS that can be replayed (`outages.yaml`), as AWS's own summaries tell them.
//!
//! Data only. All parts of an outage are lost at once, however they followed upon each other; its
//! estate is the one of today.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;

use super::loss::Degree;
use crate::located::nearest;

/// One outage.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Its date.
    pub id: String,
    pub title: String,
    pub region: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// AWS's summary.
    pub source: String,
    /// What was not affected, in words.
    #[serde(default)]
    pub spared: Option<String>,
    /// What went first stands first.
    pub parts: Vec<Part>,
}

/// What became of one service.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// For people.
    pub name: String,
    /// As ARNs name it; a part of one behind a slash.
    pub service: String,
    pub lost: Vec<Degree>,
    pub from: Timestamp,
    pub to: Timestamp,
    pub what: String,
    /// The services of this outage that it was affected by, by their names for people.
    #[serde(default)]
    pub because: Vec<String>,
}

/// Whole seconds between two times; none where they are the wrong way round.
fn between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second() - from.as_second()).unwrap_or_default()
}

impl Outage {
    /// How long it lasted.
    pub fn lasted(&self) -> u64 {
        between(self.from, self.to)
    }

    /// How long requests went unanswered, at most.
    pub(super) fn unanswered(&self) -> u64 {
        let gone = self
            .parts
            .iter()
            .filter(|it| it.lost.contains(&Degree::Requests));
        gone.map(Part::lasted).max().unwrap_or_default()
    }

    /// The services that took no changes.
    pub(super) fn control_planes(&'static self) -> impl Iterator<Item = &'static str> {
        let fixed = |it: &&Part| it.lost.contains(&Degree::Changes);
        self.parts.iter().filter(fixed).map(|it| it.name.as_str())
    }
}

impl Part {
    /// How long it lasted.
    pub fn lasted(&self) -> u64 {
        between(self.from, self.to)
    }

    /// What no longer worked, in words.
    pub fn degrees(&self) -> String {
        let degrees: Vec<&str> = self.lost.iter().map(|it| it.text()).collect();
        degrees.join(", ")
    }
}

#[expect(
    clippy::expect_used,
    reason = "the file is embedded and a test reads it"
)]
static ALL: LazyLock<Vec<Outage>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("outages.yaml")).expect("outages.yaml is well-formed")
});

/// Every outage, the latest first.
pub fn all() -> &'static [Outage] {
    &ALL
}

/// The outage of that date.
pub fn find(id: &str) -> Result<&'static Outage, String> {
    if let Some(found) = all().iter().find(|it| it.id == id) {
        return Ok(found);
    }
    let ids = || all().iter().map(|it| it.id.as_str());
    let known = ids().collect::<Vec<_>>().join(", ");
    Err(match nearest(id, ids()) {
        Some(near) => format!("no outage `{id}` is known; did you mean `{near}`?"),
        None => format!("no outage `{id}` is known; known are {known}"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::inventory::region;

    #[test]
    fn every_outage_makes_sense() {
        assert!(all().is_sorted_by(|a, b| a.id > b.id));
        for it in all() {
            let name = &it.id;
            assert!(it.source.starts_with("https://aws.amazon.com/message/"));
            assert!(region::info(&it.region).is_some(), "{name}");
            assert!(
                it.to.to_string().starts_with(name.as_str())
                    || it.from.to_string().starts_with(name.as_str()),
                "{name}"
            );
            assert!(it.lasted() > 0 && !it.parts.is_empty(), "{name}");
            let mut told = BTreeSet::new();
            for part in &it.parts {
                assert!(
                    part.lasted() > 0 && !part.lost.is_empty(),
                    "{name}: {}",
                    part.name
                );
                assert!(
                    !part.what.is_empty() && !part.what.ends_with('.'),
                    "{}",
                    part.what
                );
                // Told in the order of the chain: a cause before what it caused.
                for cause in &part.because {
                    assert!(
                        told.contains(cause),
                        "{name}: {} because of {cause}",
                        part.name
                    );
                }
                assert!(
                    told.insert(part.name.clone()),
                    "{name}: {} twice",
                    part.name
                );
            }
        }
    }

    #[test]
    fn they_are_as_long_as_the_summaries_say() {
        let hours = |id: &str| find(id).map(|it| it.lasted() / 60);
        // 23:48 on October 19 to 14:20 PDT: 14 h 32 min
        assert_eq!(hours("2025-10-20"), Ok(14 * 60 + 32));
        // 14:45 to 21:37 PDT: 6 h 52 min
        assert_eq!(hours("2024-07-30"), Ok(6 * 60 + 52));
        // 7:30 to 14:22 PST: 6 h 52 min
        assert_eq!(hours("2021-12-07"), Ok(6 * 60 + 52));
        // DynamoDB: 23:48 to 2:40, 2 h 52 min
        let first = find("2025-10-20").map(Outage::unanswered);
        assert_eq!(first, Ok((2 * 60 + 52) * 60));
    }

    #[test]
    fn slips_are_told() {
        assert!(
            find("2025-10-2")
                .unwrap_err()
                .contains("did you mean `2025-10-20`?")
        );
        assert!(find("kinesis").unwrap_err().contains("2024-07-30"));
    }
}
