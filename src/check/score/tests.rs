//! The laws of the score, over any tallies; and some worked out by hand.

use proptest::prelude::*;

use super::*;

fn tally(rule: &str, severity: Severity, pass: usize, fail: usize) -> Tally {
    Tally {
        rule: rule.to_owned(),
        title: String::new(),
        pillar: Pillar::of(rule).unwrap(),
        severity,
        confidence_percent: 100,
        pass,
        fail,
        unknown: 0,
        hidden: 0,
        waived: 0,
        worst: (fail > 0).then_some(severity),
        cause: String::new(),
    }
}

fn of(tallies: &[Tally]) -> Score {
    score_with_gains(tallies, &Gates::default())
}

#[test]
fn one_fail_of_fifty_costs_half_and_all_cost_everything() {
    let rest = tally("DATA-X-002", Severity::High, 1, 0);
    let one = tally("DATA-X-001", Severity::High, 49, 1);
    // 6 × (0.5 + 0.5 / 50) of 12 is lost.
    assert_eq!(of(&[one, rest.clone()]).decided, Some(75));
    let all = tally("DATA-X-001", Severity::High, 0, 50);
    assert_eq!(of(&[all, rest]).decided, Some(50));
}

#[test]
fn pillars_count_by_their_weight_and_those_without_a_verdict_not_at_all() {
    let tallies = [
        tally("DATA-X-001", Severity::High, 0, 1),
        tally("ROUTE-X-001", Severity::High, 1, 0),
        tally("NET-X-001", Severity::High, 0, 0),
    ];
    let score = of(&tallies);
    // (20 × 0 + 15 × 100) / 35
    assert_eq!(score.decided, Some(43));
    let net = score.pillars.iter().find(|it| it.code == "NET").unwrap();
    assert_eq!((net.points, net.range), (None, None));
}

#[test]
fn a_critical_finding_caps_pillar_and_workload() {
    let mut tallies = vec![tally("DATA-X-001", Severity::Critical, 99, 1)];
    tallies.extend((2..10).map(|at| tally(&format!("DATA-X-00{at}"), Severity::Critical, 1, 0)));
    tallies.push(tally("ROUTE-X-001", Severity::High, 1, 0));
    tallies.push(tally("ISO-X-001", Severity::High, 1, 0));
    let score = of(&tallies);
    assert_eq!(score.pillars[0].points, Some(49));
    assert_eq!((score.uncapped, score.decided), (Some(98), Some(59)));
    assert_eq!(score.caps[0].rule.as_deref(), Some("DATA-X-001"));
    assert_eq!(score.grade, Some(Grade::D));
    assert_eq!(score.gains[0].points, 41);
}

#[test]
fn traffic_in_one_region_caps_an_active_active_workload() {
    let tallies = [tally("DATA-X-001", Severity::High, 1, 0)];
    let gates = Gates {
        traffic: Traffic::OneRegion("eu-west-1".to_owned()),
        ..Gates::default()
    };
    let score = score(&tallies, &gates);
    assert_eq!((score.uncapped, score.decided), (Some(100), Some(39)));
    assert_eq!(score.grade, Some(Grade::F));
}

#[test]
fn a_loss_that_takes_it_along_caps_and_an_open_one_may() {
    let tallies = [tally("DATA-X-001", Severity::High, 1, 0)];
    let mut gates = Gates {
        open: true,
        ..Gates::default()
    };
    let open = score(&tallies, &gates);
    assert_eq!(open.decided, Some(100));
    assert_eq!(open.range, Some(Range { low: 39, high: 100 }));
    gates.fails = vec!["it fails without eu-west-1: nothing answers".to_owned()];
    let lost = score(&tallies, &gates);
    assert_eq!((lost.decided, lost.caps[0].at), (Some(39), 39));
    assert_eq!(lost.range, Some(Range { low: 39, high: 39 }));
}

#[test]
fn too_little_coverage_leaves_a_range_only() {
    let mut open = tally("DATA-X-001", Severity::High, 0, 0);
    open.unknown = 1;
    let score = of(&[open, tally("DATA-X-002", Severity::High, 1, 0)]);
    assert_eq!((score.headline(), score.grade), (None, None));
    assert_eq!(score.range, Some(Range { low: 50, high: 100 }));
    assert_eq!(score.shown(), "between 50 and 100");
}

#[test]
fn high_findings_keep_the_best_grade_away() {
    let mut tallies: Vec<_> = (1..10)
        .map(|at| tally(&format!("DATA-X-00{at}"), Severity::High, 9, 0))
        .collect();
    assert_eq!(of(&tallies).grade, Some(Grade::A));
    tallies.push(tally("DATA-Y-001", Severity::High, 99, 1));
    let score = of(&tallies);
    assert!(score.decided >= Some(90), "{:?}", score.decided);
    assert_eq!(score.grade, Some(Grade::B));
}

const SEVERITIES: [Severity; 5] = Severity::ALL;

fn any_outcomes() -> impl Strategy<Value = Vec<Tally>> {
    let pillar = 0..Pillar::ALL.len();
    let counts = (0..4_usize, 0..4_usize, 0..3_usize, 0..2_usize, 0..2_usize);
    let confidence = prop::sample::select(vec![50_u8, 80, 100]);
    let one = (pillar, 0..5_usize, confidence, counts).prop_map(
        |(pillar, severity, confidence_percent, (pass, fail, unknown, hidden, waived))| Tally {
            confidence_percent,
            unknown,
            hidden,
            waived,
            ..tally(
                &format!("{}-X-001", Pillar::ALL[pillar].code),
                SEVERITIES[severity],
                pass,
                fail,
            )
        },
    );
    prop::collection::vec(one, 1..12)
}

/// What a further read may make of one open verdict.
fn read_on(tally: &mut Tally, pass: usize, fail: usize) {
    if tally.hidden > 0 {
        tally.hidden -= 1;
        tally.pass += pass;
        tally.fail += fail;
    } else if tally.unknown > 0 {
        tally.unknown -= 1;
        tally.pass += pass.min(1);
        tally.fail += if pass == 0 { fail.min(1) } else { 0 };
    }
    tally.worst = (tally.fail > 0).then_some(tally.severity);
}

proptest! {
    #[test]
    fn turning_a_fail_into_a_pass_never_lowers_the_score(tallies in any_outcomes(), at in any::<prop::sample::Index>()) {
        let mut better = tallies.clone();
        let mended = &mut better[at.index(tallies.len())];
        if mended.fail > 0 {
            mended.fail -= 1;
            mended.pass += 1;
            mended.worst = (mended.fail > 0).then_some(mended.severity);
        }
        let (before, after) = (of(&tallies), of(&better));
        prop_assert!(after.decided >= before.decided);
        prop_assert!(after.range.map(|it| it.low) >= before.range.map(|it| it.low));
        prop_assert!(after.range.map(|it| it.high) >= before.range.map(|it| it.high));
    }

    #[test]
    fn reading_more_never_widens_the_range(
        tallies in any_outcomes(), at in any::<prop::sample::Index>(), pass in 0..5_usize, fail in 0..5_usize,
    ) {
        let mut more = tallies.clone();
        read_on(&mut more[at.index(tallies.len())], pass, fail);
        let (before, after) = (of(&tallies).range, of(&more).range);
        if let (Some(before), Some(after)) = (before, after) {
            prop_assert!(before.low <= after.low && after.high <= before.high, "{before:?} {after:?}");
        }
    }

    #[test]
    fn the_points_lie_in_the_range(tallies in any_outcomes()) {
        let score = of(&tallies);
        if let (Some(points), Some(range)) = (score.decided, score.range) {
            prop_assert!(range.low <= points && points <= range.high, "{points} {range:?}");
        }
    }

    #[test]
    fn mending_gives_what_a_gain_promises(tallies in any_outcomes()) {
        let before = of(&tallies);
        for gain in &before.gains {
            let mut mended = tallies.clone();
            // Ids repeat here: mending all that may be meant gives no less than the one that is.
            for it in mended.iter_mut().filter(|it| it.rule == gain.rule) {
                it.pass += std::mem::take(&mut it.fail);
                it.worst = None;
            }
            let together = of(&mended).decided.unwrap_or_default();
            let now = before.decided.unwrap_or_default();
            prop_assert!(together >= now + gain.points, "{together} {now} {gain:?}");
        }
    }
}
