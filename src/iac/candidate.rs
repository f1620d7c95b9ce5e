//! Places that speak for a resource, and the choice among them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::spot::Spot;
use crate::report::{Confidence, SourcePlace};

/// A line that may own a resource, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) spot: Spot,
    pub(super) confidence: Confidence,
    pub(super) how: Arc<str>,
    /// Whether the block makes a copy of something that another block owns.
    pub(super) copy: bool,
}

/// What several candidates come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    None,
    One(SourcePlace),
    /// Equally sure ones that lie apart: none of them is taken.
    Apart(Vec<String>),
}

/// The surest candidate. Of sure ones that lie apart none is taken, and neither is a likely one.
pub(super) fn choose(candidates: &[Candidate]) -> Choice {
    let sure = candidates.iter().any(|it| it.confidence.is_sure());
    let among: Vec<&Candidate> = candidates
        .iter()
        .filter(|it| it.confidence.is_sure() == sure)
        .collect();
    let spots: BTreeSet<&Spot> = among.iter().map(|it| &it.spot).collect();
    let best = among.iter().min_by_key(|it| (it.confidence, &it.how));
    match best {
        None => Choice::None,
        Some(best) if spots.len() == 1 => Choice::One(place(best)),
        Some(_) if !sure => Choice::None,
        Some(_) => {
            let places = spots.iter().map(|it| format!("{}:{}", it.path, it.line));
            Choice::Apart(places.collect())
        }
    }
}

fn place(it: &Candidate) -> SourcePlace {
    SourcePlace {
        path: it.spot.path.to_string(),
        line: it.spot.line,
        column: it.spot.column,
        end_column: it.spot.end_column,
        confidence: it.confidence,
        how: it.how.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(line: u64, confidence: Confidence) -> Candidate {
        Candidate {
            spot: Spot {
                path: "a.tf".into(),
                line,
                column: 1,
                end_column: 2,
            },
            confidence,
            how: format!("line {line}").into(),
            copy: false,
        }
    }

    #[test]
    fn what_is_ambiguous_is_not_found() {
        use Confidence::{Exact, Heuristic, ModuleCall};
        let chosen = |all: &[(u64, Confidence)]| {
            let all: Vec<_> = all.iter().map(|(line, it)| candidate(*line, *it)).collect();
            match choose(&all) {
                Choice::None => "none".to_owned(),
                Choice::One(it) => format!("{it} {}", it.confidence.text()),
                Choice::Apart(places) => places.join(" or "),
            }
        };
        assert_eq!(chosen(&[]), "none");
        assert_eq!(chosen(&[(1, Heuristic), (2, Exact)]), "a.tf:2 exact");
        assert_eq!(chosen(&[(2, Exact), (2, Exact)]), "a.tf:2 exact");
        assert_eq!(chosen(&[(2, ModuleCall), (3, Exact)]), "a.tf:2 or a.tf:3");
        assert_eq!(chosen(&[(1, Heuristic)]), "a.tf:1 heuristic");
        assert_eq!(chosen(&[(1, Heuristic), (2, Heuristic)]), "none");
    }
}
