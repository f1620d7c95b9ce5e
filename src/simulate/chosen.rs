//! Which members of a routed set Route 53 answers with, by policy and health.
//!
//! Knows nothing of where they lead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::health::State;
use crate::inventory::kinds::route53::RecordSet;

/// A member of a routed set and what its health says.
pub(super) type Member<'r> = (u32, &'r RecordSet, State);

/// The members that Route 53 answers with.
#[derive(Default)]
pub(super) struct Chosen {
    pub(super) members: BTreeSet<u32>,
    /// Whether some are answered because all are unhealthy.
    pub(super) open_door: bool,
    /// Those of them of which that cannot be told for certain.
    pub(super) unsure: BTreeSet<u32>,
}

fn well(state: &State) -> bool {
    !matches!(state, State::Unhealthy(..))
}

impl Chosen {
    pub(super) fn of(members: &[Member<'_>]) -> Self {
        let policy = members.first().map_or("simple", |it| it.1.policy.as_str());
        let of = |fits: &dyn Fn(&Member<'_>) -> bool| -> BTreeSet<u32> {
            let fitting = members.iter().filter(|it| fits(it));
            fitting.map(|it| it.0).collect()
        };
        let weighs = |it: &Member<'_>| it.1.weight != Some(0);
        let role = |it: &Member<'_>, role| it.1.failover.as_deref() == Some(role);
        let ways: Vec<BTreeSet<u32>> = match policy {
            "simple" => vec![of(&|_| true)],
            "failover" => vec![
                of(&|it| role(it, "PRIMARY") && well(&it.2)),
                of(&|it| role(it, "SECONDARY") && well(&it.2)),
            ],
            "weighted" => vec![
                of(&|it| weighs(it) && well(&it.2)),
                of(&|it| !weighs(it) && well(&it.2)),
            ],
            "geolocation" => return Self::located(members),
            _ => vec![of(&|it| well(&it.2))],
        };
        let found = ways.into_iter().find(|it| !it.is_empty());
        if let Some(members) = found {
            return Self {
                members,
                ..Self::default()
            };
        }
        let all = match policy {
            "failover" => of(&|it| role(it, "PRIMARY")),
            "weighted" => of(&weighs),
            _ => BTreeSet::new(),
        };
        Self {
            members: if all.is_empty() { of(&|_| true) } else { all },
            open_door: true,
            unsure: BTreeSet::new(),
        }
    }

    /// Clients of a place whose member is unhealthy get the member of the next larger place; where
    /// there is none, they get the unhealthy one. Where a continent may hold a country, nobody can
    /// tell.
    fn located(members: &[Member<'_>]) -> Self {
        let mut chosen = Self::default();
        for (at, record, state) in members {
            if well(state) {
                chosen.members.insert(*at);
                continue;
            }
            let others = || members.iter().filter(|it| it.0 != *at && well(&it.2));
            if others().any(|it| contains(it.1, record)) {
                continue;
            }
            chosen.members.insert(*at);
            chosen.open_door = true;
            if others().any(|it| may_contain(it.1, record)) {
                chosen.unsure.insert(*at);
            }
        }
        chosen
    }
}

/// Whether the place of one member holds that of another for certain.
pub(super) fn contains(larger: &RecordSet, smaller: &RecordSet) -> bool {
    let (Some(larger), Some(smaller)) = (&larger.geolocation, &smaller.geolocation) else {
        return false;
    };
    let default = larger.country.as_deref() == Some("*");
    let same_country = smaller.subdivision.is_some()
        && larger.subdivision.is_none()
        && larger.country == smaller.country;
    let around = larger.continent.as_deref();
    let on_it = around.is_some() && around == smaller.country.as_deref().and_then(continent);
    default || same_country || on_it
}

/// Whether it is a continent that a country or a part of one may be on.
pub(super) fn may_contain(larger: &RecordSet, smaller: &RecordSet) -> bool {
    let (Some(larger), Some(smaller)) = (&larger.geolocation, &smaller.geolocation) else {
        return false;
    };
    let open = |it: &&str| *it != "*" && continent(it).is_none();
    larger.continent.is_some() && smaller.country.as_deref().is_some_and(|it| open(&it))
}

#[expect(
    clippy::expect_used,
    reason = "the file is embedded and a test reads it"
)]
static CONTINENTS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("continents.yaml")).expect("continents.yaml is well-formed")
});

/// The continent that a country is on, where all tell the same.
fn continent(country: &str) -> Option<&'static str> {
    let mut all = CONTINENTS.iter();
    let found = all.find(|(_, countries)| countries.iter().any(|it| it == country));
    found.map(|(code, _)| code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_on_one_continent_or_left_open() {
        let all: Vec<&String> = CONTINENTS.values().flatten().collect();
        let once: BTreeSet<&String> = all.iter().copied().collect();
        assert_eq!(all.len(), once.len());
        assert!(all.iter().all(|it| it.len() == 2));
        assert_eq!(CONTINENTS.len(), 7);
        assert_eq!(continent("NO"), Some("EU"));
        assert_eq!(continent("US"), Some("NA"));
        assert_eq!(continent("RU"), None);
    }
}
