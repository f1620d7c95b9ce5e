//! Runs by hand: two accounts, two Regions, one rule over tables, unless somebody says otherwise.

use std::collections::BTreeMap;

use crate::history::record::{
    Coverage, Finding, Gap, GapKey, Judged, Overall, Record, Resource, Run, Score, Tool, Unasked,
    Verdicts, Waived, Workload,
};
use crate::report::fingerprint::mark_of;
use crate::report::{Fingerprint, Marks};
use crate::rule::meta::Severity;

pub(crate) const RULE: &str = "DATA-DDB-001";
pub(crate) const TABLE: &str = "AWS::DynamoDB::Table";

pub(crate) fn arn(region: &str, name: &str) -> String {
    format!("arn:aws:dynamodb:{region}:111111111111:table/{name}")
}

/// A run in the making.
pub(crate) struct Made {
    pub(crate) record: Record,
    passed: Vec<u64>,
    open: Vec<u64>,
    resources: Vec<u64>,
}

pub(crate) fn print(rule: &str, workload: &str, arn: &str) -> Fingerprint {
    Fingerprint::new(rule, workload, arn)
}

/// A run of a day in November 2026 that read everything and found nothing.
pub(crate) fn run(day: u8) -> Made {
    let scope = ["111111111111", "222222222222"].map(|account| {
        let regions = ["eu-central-1", "eu-west-1"].map(str::to_owned);
        (account.to_owned(), regions.into())
    });
    let record = Record {
        schema_version: "1.4".to_owned(),
        tool: Tool {
            version: "0.1.0".to_owned(),
        },
        run: Run {
            accounts: vec!["111111111111".to_owned(), "222222222222".to_owned()],
            regions: vec!["eu-central-1".to_owned(), "eu-west-1".to_owned()],
            started: format!("2026-11-{day:02}T00:00:00Z"),
            finished: format!("2026-11-{day:02}T00:10:00Z"),
            resources: 0,
            rules: "rules".to_owned(),
            config: None,
        },
        coverage: Coverage {
            decided: 10,
            unknown: 0,
        },
        workloads: vec![workload("shop")],
        findings: vec![],
        verdicts: vec![verdicts(RULE)],
        gaps: vec![],
        waived: vec![],
        score: Overall { points: Some(80) },
        judged: Some(Judged {
            scope: BTreeMap::from(scope),
            unasked: vec![],
            resources: Marks::default(),
            passed: None,
            open: Marks::default(),
        }),
        carried: vec![],
        since: None,
    };
    Made {
        record,
        passed: vec![],
        open: vec![],
        resources: vec![],
    }
}

pub(crate) fn workload(name: &str) -> Workload {
    Workload {
        name: name.to_owned(),
        losses: vec![],
        score: Score {
            points: Some(80),
            uncapped: Some(80),
            low: Some(80),
            high: Some(80),
            caps: vec![],
            pillars: vec![],
        },
    }
}

pub(crate) fn verdicts(rule: &str) -> Verdicts {
    Verdicts {
        rule: rule.to_owned(),
        unknown: 0,
        stamp: Some("stamp".to_owned()),
        unknown_because: [].into(),
    }
}

pub(crate) fn gap(region: &str) -> GapKey {
    GapKey {
        account: "111111111111".to_owned(),
        region: region.to_owned(),
        operation: "dynamodb:ListTables".to_owned(),
        cause: "denied_by_scp".to_owned(),
    }
}

pub(crate) fn finding(region: &str, name: &str) -> Finding {
    let arn = arn(region, name);
    Finding {
        rule: RULE.to_owned(),
        title: "Table is not global".to_owned(),
        severity: Severity::High,
        workload: "shop".to_owned(),
        message: format!("table {name} has no replica"),
        fingerprint: print(RULE, "shop", &arn).to_string(),
        resource: resource(region, name),
        related: vec![],
    }
}

pub(crate) fn resource(region: &str, name: &str) -> Resource {
    Resource {
        arn: arn(region, name),
        kind: TABLE.to_owned(),
        account: "111111111111".to_owned(),
        region: region.to_owned(),
        name: name.to_owned(),
    }
}

impl Made {
    /// Read, and found.
    pub(crate) fn fails(self, region: &str, name: &str) -> Self {
        self.fails_as(finding(region, name))
    }

    pub(crate) fn fails_as(mut self, finding: Finding) -> Self {
        self.resources.push(mark_of(&finding.resource.arn));
        self.record.findings.push(finding);
        self
    }

    pub(crate) fn waives(mut self, region: &str, name: &str) -> Self {
        let finding = finding(region, name);
        self.resources.push(mark_of(&finding.resource.arn));
        self.record.waived.push(Waived {
            finding,
            owner: "team".to_owned(),
            expires: "2026-12-01".to_owned(),
        });
        self
    }

    /// Read, and right.
    pub(crate) fn passes(mut self, region: &str, name: &str) -> Self {
        let arn = arn(region, name);
        self.resources.push(mark_of(&arn));
        self.passed.push(print(RULE, "shop", &arn).mark());
        self
    }

    /// Read, and the rule has nothing to say.
    pub(crate) fn holds(mut self, region: &str, name: &str) -> Self {
        self.resources.push(mark_of(&arn(region, name)));
        self
    }

    /// Read, but for a property.
    pub(crate) fn leaves_open(mut self, region: &str, name: &str) -> Self {
        let arn = arn(region, name);
        self.resources.push(mark_of(&arn));
        self.open.push(print(RULE, "shop", &arn).mark());
        self.unknown(gap(region), &[])
    }

    /// Tables of a Region could not be listed.
    pub(crate) fn denied(self, region: &str) -> Self {
        self.unknown(gap(region), &[TABLE])
    }

    fn unknown(mut self, key: GapKey, hides: &[&str]) -> Self {
        for verdicts in &mut self.record.verdicts {
            verdicts.unknown += 1;
            verdicts.unknown_because.insert(key.clone());
        }
        self.record.gaps.push(Gap {
            key,
            hides: hides.iter().map(|it| (*it).to_owned()).collect(),
        });
        self.record.coverage.unknown += 1;
        self
    }

    /// Nobody asked for tables there.
    pub(crate) fn unasked(mut self, region: &str) -> Self {
        if let Some(judged) = &mut self.record.judged {
            judged.unasked.push(Unasked {
                account: "111111111111".to_owned(),
                region: region.to_owned(),
                kinds: [TABLE.to_owned()].into(),
            });
        }
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Record)) -> Self {
        change(&mut self.record);
        self
    }

    pub(crate) fn end(mut self) -> Record {
        if let Some(judged) = &mut self.record.judged {
            judged.resources = self.resources.into_iter().collect();
            judged.passed = Some(self.passed.into_iter().collect());
            judged.open = self.open.into_iter().collect();
        }
        self.record
    }
}
