//! Runs the cases that rules carry: does each rule say what its author says it does?

use std::collections::BTreeSet;

use super::evaluate;
use super::finding::finding;
use super::verdict::{Judged, SubjectId, Verdict};
use crate::estate::Estate;
use crate::rule::case::{Case, Given};
use crate::rule::{Expected, Rule};
use crate::simulate::constants::Constants;
use crate::vocabulary::World;
use crate::workload::{Known, Workload};

/// A case whose rule said something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub rule: String,
    pub case: String,
    pub problem: String,
}

/// Runs cases of a rule.
pub fn run(rule: &Rule, cases: &[Case]) -> Vec<Failure> {
    cases
        .iter()
        .filter_map(|case| {
            run_case(rule, case).err().map(|problem| Failure {
                rule: rule.id.clone(),
                case: case.name.clone(),
                problem,
            })
        })
        .collect()
}

fn run_case(rule: &Rule, case: &Case) -> Result<(), String> {
    let estate = Estate::new(&case.given.inventory);
    let rule = &Rule {
        options: case.options.clone(),
        ..rule.clone()
    };
    let workload = workload(&case.given, &estate);
    let constants = Constants::default();
    let world = World::new(&estate, &workload, &constants);
    let judged = evaluate(rule, &world);
    expect_verdict(case, &judged)?;
    let fails: Vec<&SubjectId> = judged
        .iter()
        .filter(|judged| judged.verdict == Verdict::Fail)
        .map(|judged| &judged.subject)
        .collect();
    // Every finding is put into words, so that a message that cannot be is found here.
    let findings: Vec<_> = fails
        .iter()
        .map(|subject| finding(rule, &world, subject))
        .collect();
    let names: BTreeSet<&str> = findings
        .iter()
        .map(|finding| finding.resource.name.as_str())
        .collect();
    if let Some(expected) = &case.findings {
        let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
        if names != expected {
            return Err(format!("expected findings for {expected:?}, got {names:?}"));
        }
    }
    match (&case.message, findings.as_slice()) {
        (None, _) => Ok(()),
        (Some(expected), [one]) if one.message == *expected => Ok(()),
        (Some(expected), [one]) => Err(format!(
            "expected the message {expected:?}, got {:?}",
            one.message
        )),
        (Some(_), several) => Err(format!(
            "a message needs one finding, there are {}",
            several.len()
        )),
    }
}

/// The workload of a case, in an estate like that of the case.
pub fn workload(given: &Given, estate: &Estate<'_>) -> Workload {
    let (members, undecided) = estate.candidates();
    Workload {
        name: "sample".to_owned(),
        objectives: given.objectives.clone(),
        active: Known::Is(given.active.clone()),
        standby: given.standby.clone(),
        posture: given.posture.clone(),
        members,
        undecided,
        open: BTreeSet::new(),
        entry_points: estate.entry_points(),
        guesses: Vec::new(),
        declared: given.declared.clone(),
        found_by: Vec::new(),
    }
}

/// The gravest verdict counts.
fn expect_verdict(case: &Case, judged: &[Judged]) -> Result<(), String> {
    let any = |wanted: fn(&Verdict) -> bool| judged.iter().any(|judged| wanted(&judged.verdict));
    let got = if any(|verdict| matches!(verdict, Verdict::Fail)) {
        Expected::Fail
    } else if any(|verdict| matches!(verdict, Verdict::Unknown(_))) {
        Expected::Unknown
    } else if any(|verdict| matches!(verdict, Verdict::Pass)) {
        Expected::Pass
    } else {
        Expected::NotApplicable
    };
    if got == case.verdict {
        Ok(())
    } else {
        Err(format!(
            "expected {}, got {}",
            case.verdict.text(),
            got.text()
        ))
    }
}
