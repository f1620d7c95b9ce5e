//! Reports for the tests of renderers: one with nothing in it, one whose names are hostile.

use super::{
    BoundarySummary, Carried, Confidence, Counts, Coverage, EntryPointSummary, EvidenceItem,
    Finding, Fingerprint, Fix, Guess, Judged, Map, Notice, OnWord, Overall, Place, Report,
    ResourceSummary, RuleReference, RuleSummary, Run, Since, SourcePlace, Sources, Topology,
    Unassigned, Verdicts, Waived, WorkloadSummary,
};
use crate::check::score::{Gates, Tally, score_with_gains};
use crate::inventory::{Cause, Gap, GapKey, Kind, Word, not_collected};
use crate::rule::meta::{Applies, Evidence, Pillar, Posture, Severity};

/// One rule, nothing found.
pub(super) fn empty() -> Report {
    Report {
        run: Run {
            version: "0.1.0".to_owned(),
            collected_by: "mrlint 0.1.0".to_owned(),
            partition: "aws".to_owned(),
            accounts: vec!["111111111111".into()],
            regions: vec!["eu-central-1".into(), "eu-west-1".into()],
            started: "2026-11-23T00:00:00Z".to_owned(),
            finished: "2026-11-23T00:01:00Z".to_owned(),
            resources: 3,
            rules: "0123456789abcdef".to_owned(),
            config: None,
        },
        coverage: Coverage {
            decided: 1,
            unknown: 0,
        },
        workloads: vec![],
        rules: vec![RuleSummary {
            id: "DATA-DDB-001".to_owned(),
            name: "dynamodb-table-not-global".to_owned(),
            title: "Table is not global".to_owned(),
            severity: Severity::Critical,
            applies: Applies::MultiRegion,
            evidence: Evidence::Fact,
            why: "Because.".to_owned(),
            fix: Fix {
                text: "Add a replica. Then look again.".to_owned(),
                terraform: Some("resource \"x\" \"y\" {}".to_owned()),
                cloudformation: None,
                cli: None,
            },
            references: vec![RuleReference {
                title: "Global tables".to_owned(),
                url: Some("https://docs.aws.amazon.com/".to_owned()),
            }],
            frameworks: vec!["wa:REL10-BP01".to_owned()],
            options: vec![],
            stamp: "0123456789abcdef".to_owned(),
            counts: Counts {
                pass: 1,
                ..Counts::default()
            },
            unknown_because: [].into(),
        }],
        findings: vec![],
        waived: vec![],
        gaps: vec![],
        on_word: vec![],
        unassigned: Unassigned::default(),
        left_out: [].into(),
        notices: vec![],
        score: Overall::default(),
        map: Map::default(),
        places: vec![],
        assumptions: vec![],
        trend: vec![],
        known: [].into(),
        judged: Judged::default(),
        sources: None,
        since: None,
    }
}

/// A workload that was declared in a file, with a score of these findings.
fn workload(name: &str) -> WorkloadSummary {
    let data = Pillar::of("DATA-X-001").expect("a pillar");
    let tally = Tally {
        rule: "DATA-DDB-001".to_owned(),
        title: "Table is not global".to_owned(),
        pillar: data,
        severity: Severity::Critical,
        confidence_percent: 100,
        pass: 1,
        fail: 1,
        unknown: 1,
        hidden: 0,
        waived: 0,
        worst: Some(Severity::Critical),
        cause: format!("table {name} has no replica"),
    };
    WorkloadSummary {
        name: name.to_owned(),
        active: vec!["eu-central-1".into(), "eu-west-1".into()],
        standby: vec![],
        posture: Some(Posture::ActiveActive),
        members: 3,
        entry_points: vec![],
        guesses: vec![],
        owner: Some(name.to_owned()),
        rto_seconds: Some(300),
        rpo_seconds: Some(0),
        boundary: Some(BoundarySummary {
            name: name.to_owned(),
            regions: vec!["eu-west-1".into()],
        }),
        undecided: 1,
        criticality: 1,
        declared: Some(Place {
            path: "config/mrlint.yaml".into(),
            line: 7,
            column: 11,
        }),
        losses: vec![],
        topology: Topology::default(),
        score: score_with_gains(&[tally], &Gates::default()),
        verdicts: vec![Verdicts {
            counts: Counts {
                pass: 1,
                fail: 1,
                unknown: 1,
                waived: 1,
                ..Counts::default()
            },
            unknown_because: [denied()].into(),
        }],
    }
}

fn denied() -> GapKey {
    GapKey {
        account: "111111111111".into(),
        region: "eu-central-1".into(),
        operation: "dynamodb:ListTables".to_owned(),
        cause: Cause::Denied,
    }
}

/// A verdict left open by a kind that nobody collected.
pub(super) fn never_asked() -> Report {
    let mut report = empty();
    report.coverage.unknown = 1;
    let (account, region) = ("111111111111".into(), "eu-west-1".into());
    let key = not_collected(Kind::DynamoDbTable, &account, &region);
    report.rules[0].counts.unknown = 1;
    report.rules[0].unknown_because.insert(key);
    report
}

/// Places with a hostile name: one in the repository, one outside.
fn sources(evil: &str, inside: ResourceSummary, outside: ResourceSummary) -> Sources {
    let place = |path: &str, confidence| SourcePlace {
        path: path.to_owned(),
        line: 3,
        column: 1,
        end_column: 9,
        confidence,
        how: evil.to_owned(),
    };
    Sources {
        places: [
            (inside, place(evil, Confidence::ModuleCall)),
            (outside, place("/outside/a.tf", Confidence::Exact)),
        ]
        .into(),
        notices: vec![Notice {
            place: Place {
                path: evil.into(),
                line: 1,
                column: 1,
            },
            problem: evil.to_owned(),
        }],
    }
}

/// One finding, one gap, a guess; every name is an attack.
pub(super) fn hostile() -> Report {
    let evil = "=cmd()\u{1b}[31m<script>\u{202e}](x)\n::error::`|\u{0}../../..:".to_owned();
    let resource = |name: &str| ResourceSummary {
        kind: "AWS::DynamoDB::Table".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        arn: format!("arn:aws:dynamodb:eu-west-1:111111111111:table/{evil}{name}"),
        name: format!("{evil}{name}"),
    };
    let mut report = empty();
    report.coverage = Coverage {
        decided: 1,
        unknown: 1,
    };
    report.workloads.push(WorkloadSummary {
        entry_points: vec![EntryPointSummary {
            name: evil.clone(),
            regions: vec!["eu-west-1".into()],
            incomplete: true,
        }],
        guesses: vec![Guess {
            what: "active Regions: eu-central-1, eu-west-1".to_owned(),
            because: evil.clone(),
            instead: "name them with --active REGIONS".to_owned(),
        }],
        declared: None,
        ..workload(&evil)
    });
    report.findings.push(Finding {
        rule: "DATA-DDB-001".to_owned(),
        name: "dynamodb-table-not-global".to_owned(),
        title: "Table is not global".to_owned(),
        severity: Severity::Critical,
        confidence: 1.0,
        workload: evil.clone(),
        resource: resource(&"x".repeat(10_000)),
        related: vec![resource("other")],
        message: format!("table {evil} has no replica"),
        evidence: vec![EvidenceItem {
            expression: "resource.replica_regions".to_owned(),
            value: serde_json::json!(["eu-west-1"]),
        }],
        fingerprint: Fingerprint::new("DATA-DDB-001", "w", "arn"),
    });
    let finding = report.findings[0].clone();
    report.unassigned = Unassigned {
        kinds: [(evil.clone(), 1)].into(),
        stores: vec![resource("store")],
    };
    report.notices.push(Notice {
        place: Place {
            path: evil.clone().into(),
            line: 1,
            column: 1,
        },
        problem: evil.clone(),
    });
    let lost = |name: &str| Finding {
        resource: resource(name),
        fingerprint: Fingerprint::new("DATA-DDB-001", "w", name),
        ..finding.clone()
    };
    report.since = Some(Since {
        finished: "2026-11-22T00:01:00Z".to_owned(),
        carried: vec![Carried {
            finding: lost("carried"),
            last_seen: "2026-11-21T00:01:00Z".to_owned(),
            because: [denied()].into(),
        }],
        mended: vec![lost("mended")],
    });
    report.waived.push(Waived {
        finding,
        owner: evil.clone(),
        reason: evil.clone(),
        expires: "2027-01-31".to_owned(),
        points: 3,
    });
    report.sources = Some(sources(&evil, resource("other"), resource("store")));
    report.gaps.push(Gap {
        key: denied(),
        action: Some("dynamodb:ListTables".to_owned()),
        message: Some(evil.clone()),
        hides: [Kind::DynamoDbTable].into(),
        calls: 1,
    });
    report.on_word.push(OnWord {
        account: "111111111111".into(),
        region: "eu-west-1".into(),
        kinds: [Kind::SqsQueue].into(),
        word: Word {
            source: evil.clone(),
            at: evil,
        },
    });
    report
}
