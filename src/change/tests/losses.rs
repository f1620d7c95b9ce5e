//! Copies and losses: no copy makes an outcome worse, and fixes say what the simulation says.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::proof::sample;
use crate::change::draft::Draft;
use crate::change::site::Site;
use crate::change::{Change, Fix, Model};
use crate::estate::Estate;
use crate::inventory::{Kind, Region};
use crate::rule::RuleSet;
use crate::simulate::loss::Loss;
use crate::simulate::{Fate, Outcome};

const STORES: [Kind; 6] = [
    Kind::CacheReplicationGroup,
    Kind::DynamoDbTable,
    Kind::RdsDbCluster,
    Kind::RdsDbInstance,
    Kind::S3Bucket,
    Kind::SecretsManagerSecret,
];

fn losses() -> Vec<Loss> {
    let all = ["eu-central-1", "eu-west-1", "us-east-1"];
    all.iter()
        .map(|it| Loss::region(&Region::from(*it)))
        .collect()
}

/// How bad it is; what is unknown can be anything.
fn rank(fate: Fate) -> Option<u8> {
    match fate {
        Fate::Survives => Some(0),
        Fate::Degraded => Some(1),
        Fate::Fails => Some(2),
        Fate::Unknown => None,
    }
}

fn worse(before: &Outcome, after: &Outcome) -> bool {
    match (rank(before.fate), rank(after.fate)) {
        (Some(a), Some(b)) => b > a || (a == b && after.rpo.upper > before.rpo.upper),
        _ => false,
    }
}

/// The sample estate with a copy of one resource in a Region; `None` where there can be none.
fn with_copy(model: &Model, at: u32, region: &Region) -> Option<Model> {
    let estate = Estate::new(&model.inventory);
    let all = model.workloads(&estate);
    let workload = all.workloads.iter().find(|it| it.name == "shop").unwrap();
    let mut draft = Draft::new(&model.inventory);
    let mut site = Site {
        estate: &estate,
        workload,
        draft: &mut draft,
        options: &[],
    };
    site.there(at, region).ok()?;
    let header = model.inventory.header().clone();
    let (inventory, _, _) = draft.finish(&model.inventory, header, Vec::new());
    Some(Model {
        inventory,
        ..model.clone()
    })
}

#[test]
fn no_copy_makes_the_loss_of_another_region_worse() {
    let model = sample();
    let losses = losses();
    let before = model.outcomes("shop", &losses).unwrap();
    let resources = model.inventory.resources();
    let stores: Vec<u32> = (0..)
        .zip(resources)
        .filter(|(_, it)| STORES.contains(&it.kind()))
        .map(|(at, _)| at)
        .collect();
    let regions = ["eu-central-1", "us-east-1"].map(Region::from);
    let pairs: Vec<(u32, &Region)> = stores
        .iter()
        .flat_map(|at| regions.iter().map(|region| (*at, region)))
        .filter(|(at, region)| resources[*at as usize].region != **region)
        .collect();
    let copied: Vec<usize> = pairs
        .par_iter()
        .filter_map(|(at, region)| {
            let after = with_copy(&model, *at, region)?.outcomes("shop", &losses)?;
            for (before, after) in before.iter().zip(&after) {
                // What is not there is not lost.
                let touched = before.loss.regions().contains(*region);
                let it = &resources[*at as usize].arn;
                assert!(
                    touched || !worse(before, after),
                    "{it} in {region}: {before:#?} {after:#?}"
                );
            }
            Some(1)
        })
        .collect();
    assert!(copied.len() > 20, "{}", copied.len());
}

#[test]
fn fixes_say_what_comes_of_it_and_none_of_a_set_can_be_left_out() {
    let (model, rules) = (sample(), RuleSet::builtin().unwrap());
    let losses = &losses()[..2];
    let outcomes = model.outcomes("shop", losses).unwrap();
    let fixes = model.fixes(&rules, &outcomes);
    assert_eq!(fixes, model.fixes(&rules, &outcomes));
    let then = |ids: &[&str]| {
        let mut model = model.clone();
        for id in ids {
            let change = Change::Fix(Fix {
                rule: (*id).to_owned(),
                subjects: BTreeSet::new(),
            });
            model = model.apply(&change, &rules, Some("shop")).unwrap().0;
        }
        model.outcomes("shop", losses).unwrap()
    };
    // One alone tells what becomes of the loss of eu-central-1.
    let alone = &fixes[0].alone[0];
    assert_eq!(alone.rules[0].rule, "DATA-ELC-001");
    let outcome = &then(&["DATA-ELC-001"])[0];
    assert_eq!(
        (alone.fate, alone.rto, alone.rpo),
        (outcome.fate, outcome.rto, outcome.rpo)
    );
    assert_eq!(fixes[0].together, None);
    // That of eu-west-1 takes several, and each of them.
    assert_eq!(outcomes[1].fate, Fate::Fails);
    let together = fixes[1].together.as_ref().unwrap();
    let ids: Vec<&str> = together.rules.iter().map(|it| it.rule.as_str()).collect();
    assert!(ids.len() > 1, "{ids:?}");
    assert_eq!(then(&ids)[1].fate, together.fate);
    for left_out in &ids {
        let fewer: Vec<&str> = ids.iter().filter(|it| *it != left_out).copied().collect();
        assert_eq!(then(&fewer)[1].fate, Fate::Fails, "without {left_out}");
    }
}
