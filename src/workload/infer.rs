//! Works out what a declaration leaves open, or all of it: every guess named as a guess.
//!
//! Active Regions come from names that lead to several Regions, else from where the same
//! components stand. When what would tell was not read, they are unknown, not fewer.

use std::collections::BTreeSet;

use super::{ActiveRegions, EntryPoint, Guess, Known, Objectives, Workload};
use crate::estate::Estate;
use crate::inventory::{GapKey, Region};
use crate::rule::meta::Posture;

/// What there is to guess from.
#[derive(Debug, Clone, Default)]
pub struct Clues {
    /// Names that clients use, sorted.
    pub entry_points: Vec<EntryPoint>,
    /// Gaps that may hide further names.
    pub names_hidden: Vec<GapKey>,
    /// Regions that hold a component with a twin in another Region, sorted.
    pub twin_regions: Vec<Region>,
    /// Gaps that may hide components, and so further Regions.
    pub components_hidden: Vec<GapKey>,
    /// The Region that holds the most components, if any does.
    pub fullest: Option<Region>,
    /// Resources that belong to the workload, ascending.
    pub members: Vec<u32>,
}

/// What somebody said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Regions that serve.
    pub active: Option<Vec<Region>>,
    /// Regions that wait for a failover.
    pub standby: Vec<Region>,
    pub posture: Option<Posture>,
}

/// One workload of everything, active in these Regions.
pub(super) fn whole(estate: &Estate<'_>, active: &[Region]) -> Workload {
    let said = Said {
        active: Some(active.to_vec()),
        ..Said::default()
    };
    let (members, undecided) = estate.candidates();
    let clues = estate.clues_of(members, estate.entry_points());
    Workload {
        undecided,
        ..infer(super::family::REST, clues, &said)
    }
}

/// A workload of these members: what was said, and the rest worked out.
pub fn infer(name: &str, clues: Clues, said: &Said) -> Workload {
    let mut guessed = match &said.active {
        Some(regions) => from_user(regions, said),
        None => from_names(&clues).unwrap_or_else(|| from_twins(&clues)),
    };
    if let Some(posture) = said.posture {
        guessed.posture = Known::Is(posture);
        guessed
            .guesses
            .retain(|guess| !guess.what.starts_with(POSTURE));
    }
    let standby: BTreeSet<Region> = said.standby.iter().cloned().collect();
    Workload {
        name: name.to_owned(),
        objectives: Objectives::default(),
        active: guessed.active,
        standby: standby.into_iter().collect(),
        posture: guessed.posture,
        members: clues.members,
        undecided: Vec::new(),
        open: BTreeSet::new(),
        entry_points: clues.entry_points,
        guesses: guessed.guesses,
        declared: None,
        found_by: Vec::new(),
    }
}

/// How guesses about the posture begin.
const POSTURE: &str = "posture: ";

struct Guessed {
    active: Known<ActiveRegions>,
    posture: Known<Posture>,
    guesses: Vec<Guess>,
}

pub(super) const DECLARE: &str = "say it in mrlint.yaml, or name the Regions with --active";

fn from_user(regions: &[Region], said: &Said) -> Guessed {
    let regions: BTreeSet<Region> = regions.iter().cloned().collect();
    let posture = match (regions.len(), said.standby.is_empty()) {
        (2.., _) => Posture::ActiveActive,
        (_, true) => Posture::SingleRegion,
        (_, false) => Posture::HotStandby,
    };
    let active = ActiveRegions {
        regions: regions.into_iter().collect(),
        gaps: Vec::new(),
    };
    Guessed {
        active: Known::Is(active),
        posture: Known::Is(posture),
        guesses: Vec::new(),
    }
}

/// From names that lead to several Regions; `None` when there is no such name.
fn from_names(clues: &Clues) -> Option<Guessed> {
    if !clues.names_hidden.is_empty() {
        return Some(names_unread(&clues.names_hidden));
    }
    let several: Vec<&EntryPoint> = clues
        .entry_points
        .iter()
        .filter(|entry| entry.spread.len() > 1)
        .collect();
    if several.is_empty() {
        return None;
    }
    let regions: BTreeSet<Region> = several
        .iter()
        .flat_map(|entry| entry.spread.iter().cloned())
        .collect();
    let gaps: BTreeSet<GapKey> = clues
        .entry_points
        .iter()
        .flat_map(|entry| entry.gaps.iter().cloned())
        .collect();
    let all_serve = several.iter().any(|entry| entry.all_serve);
    let posture = if all_serve {
        Posture::ActiveActive
    } else {
        Posture::HotStandby
    };
    let names = listed(several.iter().map(|entry| entry.name.as_str()));
    let routing = if all_serve {
        format!("{names}: traffic goes to several Regions at once")
    } else {
        format!("{names}: a failover policy keeps all but one Region waiting")
    };
    let active = ActiveRegions {
        regions: regions.into_iter().collect(),
        gaps: gaps.into_iter().collect(),
    };
    let guesses = vec![
        Guess {
            what: format!(
                "active Regions: {}",
                listed(active.regions.iter().map(|r| &**r))
            ),
            because: format!("DNS leads there: {names}"),
            instead: DECLARE.to_owned(),
        },
        Guess {
            what: format!("{POSTURE}{posture}"),
            because: routing,
            instead: DECLARE.to_owned(),
        },
    ];
    Some(Guessed {
        active: Known::Is(active),
        posture: Known::Is(posture),
        guesses,
    })
}

fn names_unread(gaps: &[GapKey]) -> Guessed {
    let operations: BTreeSet<&str> = gaps.iter().map(|gap| gap.operation.as_str()).collect();
    let guess = Guess {
        what: "active Regions: unknown".to_owned(),
        because: format!("names could not be read ({})", listed(operations)),
        instead: DECLARE.to_owned(),
    };
    Guessed {
        active: Known::Unknown(gaps.to_vec()),
        posture: Known::Unknown(gaps.to_vec()),
        guesses: vec![guess],
    }
}

/// From where the same components stand, else from where most things are.
fn from_twins(clues: &Clues) -> Guessed {
    let (regions, because) = if clues.twin_regions.is_empty() {
        let fullest = clues.fullest.iter().cloned().collect();
        (
            fullest,
            "no name and no component spans Regions; most things are there",
        )
    } else {
        (
            clues.twin_regions.clone(),
            "the same components stand there, and no name says more",
        )
    };
    let gaps: Vec<GapKey> = clues
        .components_hidden
        .iter()
        .filter(|gap| !regions.contains(&gap.region))
        .cloned()
        .collect();
    let posture = match (regions.len(), gaps.is_empty()) {
        (2.., _) => Known::Is(Posture::ActiveActive),
        (_, true) => Known::Is(Posture::SingleRegion),
        (_, false) => Known::Unknown(gaps.clone()),
    };
    let named = listed(regions.iter().map(|region| &**region));
    let guess = |what: String, because: &str| Guess {
        what,
        because: because.to_owned(),
        instead: DECLARE.to_owned(),
    };
    let mut guesses = vec![guess(format!("active Regions: {named}"), because)];
    if let Some(posture) = posture.get() {
        guesses.push(guess(
            format!("{POSTURE}{posture}"),
            "no name says how traffic is routed",
        ));
    }
    Guessed {
        active: Known::Is(ActiveRegions { regions, gaps }),
        posture,
        guesses,
    }
}

/// Up to four, then how many more.
fn listed<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let items: Vec<&str> = items.into_iter().collect();
    let mut text = items
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if items.is_empty() {
        text.push_str("none");
    } else if items.len() > SHOWN {
        text.push_str(&format!(" and {} more", items.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Cause;

    fn regions(codes: &[&str]) -> Vec<Region> {
        codes.iter().map(|code| Region::from(*code)).collect()
    }

    fn entry(name: &str, codes: &[&str], all_serve: bool) -> EntryPoint {
        EntryPoint {
            name: name.to_owned(),
            regions: regions(codes),
            spread: regions(codes),
            gaps: vec![],
            all_serve,
        }
    }

    fn gap(region: &str) -> GapKey {
        GapKey {
            account: "111111111111".into(),
            region: region.into(),
            operation: "route53:ListHostedZones".to_owned(),
            cause: Cause::Denied,
        }
    }

    fn active(workload: &Workload) -> &[Region] {
        &workload.active.get().unwrap().regions
    }

    #[test]
    fn names_that_span_regions_decide() {
        let clues = Clues {
            entry_points: vec![
                entry("admin.example.com", &["us-east-1"], true),
                entry("api.example.com", &["eu-central-1", "eu-west-1"], true),
            ],
            twin_regions: regions(&["eu-west-1", "us-east-1"]),
            ..Clues::default()
        };
        let workload = infer("w", clues, &Said::default());
        assert_eq!(active(&workload), regions(&["eu-central-1", "eu-west-1"]));
        assert_eq!(workload.posture, Known::Is(Posture::ActiveActive));
        assert!(workload.guesses[0].because.contains("api.example.com"));
    }

    #[test]
    fn failover_alone_is_a_standby() {
        let clues = Clues {
            entry_points: vec![entry(
                "api.example.com",
                &["eu-central-1", "eu-west-1"],
                false,
            )],
            ..Clues::default()
        };
        assert_eq!(
            infer("w", clues, &Said::default()).posture,
            Known::Is(Posture::HotStandby)
        );
    }

    #[test]
    fn unread_names_leave_everything_open_but_what_the_user_says() {
        let clues = Clues {
            names_hidden: vec![gap("aws-global")],
            twin_regions: regions(&["eu-central-1", "eu-west-1"]),
            ..Clues::default()
        };
        assert_eq!(
            infer("w", clues.clone(), &Said::default()).active.get(),
            None
        );
        let said = Said {
            active: Some(regions(&["eu-west-1", "eu-central-1"])),
            ..Said::default()
        };
        let workload = infer("w", clues, &said);
        assert_eq!(active(&workload), regions(&["eu-central-1", "eu-west-1"]));
        assert_eq!(workload.guesses, []);
    }

    #[test]
    fn without_names_twins_decide_and_gaps_elsewhere_stay_open() {
        let clues = Clues {
            twin_regions: regions(&["eu-central-1", "eu-west-1"]),
            components_hidden: vec![gap("eu-west-1"), gap("us-east-1")],
            ..Clues::default()
        };
        let workload = infer("w", clues, &Said::default());
        assert_eq!(workload.active.get().unwrap().gaps, [gap("us-east-1")]);
        assert_eq!(workload.posture, Known::Is(Posture::ActiveActive));
    }

    #[test]
    fn one_region_is_one_region() {
        let clues = Clues {
            fullest: Some("eu-west-1".into()),
            ..Clues::default()
        };
        let workload = infer("w", clues, &Said::default());
        assert_eq!(active(&workload), regions(&["eu-west-1"]));
        assert_eq!(workload.posture, Known::Is(Posture::SingleRegion));
    }
}
