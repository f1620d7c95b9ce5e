//! What became of the findings of an earlier report that are found no more.
//!
//! What could not be judged again is not mended: whoever closes alerts must know the one from the
//! other.

use std::collections::BTreeSet;
use std::io;

use serde::Deserialize;
use serde_json::Value;

use super::{EvidenceItem, Finding, Fingerprint, ResourceSummary};
use crate::inventory::{AccountId, GapKey, Region};
use crate::rule::meta::Severity;

/// An earlier report, and what became of its findings.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    /// When its inventory was finished (RFC 3339, UTC); empty where there was none before.
    pub finished: String,
    /// Not judged again; in the order of the findings.
    pub carried: Vec<Carried>,
    /// Judged again, and no fail any more, or gone for certain; in the order of the findings.
    pub mended: Vec<Finding>,
}

/// A finding that could not be judged again.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// As it was found.
    pub finding: Finding,
    /// When the inventory was finished in which it was found.
    pub last_seen: String,
    /// What was not read.
    pub because: BTreeSet<GapKey>,
}

/// The findings of an earlier report, with those that it carried itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Earlier {
    pub finished: String,
    /// What was asked then.
    pub accounts: Vec<AccountId>,
    pub regions: Vec<Region>,
    pub findings: Vec<Seen>,
}

/// A finding, and when it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub finding: Finding,
    pub at: String,
}

impl Earlier {
    /// Reads what `-f json` wrote. An empty text says that there was nothing before.
    pub fn read(text: &[u8]) -> io::Result<Self> {
        if text.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let document: Document = serde_json::from_slice(text)?;
        if document.schema_version.split('.').next() != Some("1") {
            let version = document.schema_version;
            let problem = format!("reports of version {version} are not known here");
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let at = document.run.finished;
        let found = document.findings.into_iter().map(|it| Seen {
            finding: it.finding(),
            at: at.clone(),
        });
        let carried = document.since.into_iter().flat_map(|it| it.carried);
        let carried = carried.map(|it| Seen {
            finding: it.finding.finding(),
            at: it.last_seen,
        });
        Ok(Self {
            accounts: document.run.accounts,
            regions: document.run.regions,
            findings: found.chain(carried).collect(),
            finished: at,
        })
    }
}

/// As much of the format as is needed here: a newer report has more.
#[derive(Deserialize)]
struct Document {
    schema_version: String,
    run: Run,
    findings: Vec<Written>,
    #[serde(default)]
    since: Option<WrittenSince>,
}

#[derive(Deserialize)]
struct Run {
    finished: String,
    accounts: Vec<AccountId>,
    regions: Vec<Region>,
}

#[derive(Deserialize)]
struct WrittenSince {
    carried: Vec<WrittenCarried>,
}

#[derive(Deserialize)]
struct WrittenCarried {
    #[serde(flatten)]
    finding: Written,
    last_seen: String,
}

#[derive(Deserialize)]
struct Written {
    rule: String,
    name: String,
    title: String,
    severity: Severity,
    confidence: f64,
    workload: String,
    resource: WrittenResource,
    related: Vec<WrittenResource>,
    message: String,
    evidence: Vec<WrittenEvidence>,
}

#[derive(Deserialize)]
struct WrittenResource {
    arn: String,
    kind: String,
    account: String,
    region: String,
    name: String,
}

#[derive(Deserialize)]
struct WrittenEvidence {
    expression: String,
    value: Value,
}

impl Written {
    fn finding(self) -> Finding {
        Finding {
            fingerprint: Fingerprint::new(&self.rule, &self.workload, &self.resource.arn),
            rule: self.rule,
            name: self.name,
            title: self.title,
            severity: self.severity,
            confidence: self.confidence.clamp(0.0, 1.0),
            workload: self.workload,
            resource: self.resource.summary(),
            related: self
                .related
                .into_iter()
                .map(WrittenResource::summary)
                .collect(),
            message: self.message,
            evidence: self
                .evidence
                .into_iter()
                .map(WrittenEvidence::item)
                .collect(),
        }
    }
}

impl WrittenResource {
    fn summary(self) -> ResourceSummary {
        ResourceSummary {
            kind: self.kind,
            account: self.account,
            region: self.region,
            arn: self.arn,
            name: self.name,
        }
    }
}

impl WrittenEvidence {
    fn item(self) -> EvidenceItem {
        EvidenceItem {
            expression: self.expression,
            value: self.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{json, samples};

    #[test]
    fn what_json_writes_is_read_back() {
        let mut report = samples::hostile();
        let mut bytes = Vec::new();
        json::render(&report, &mut bytes).unwrap();
        let earlier = Earlier::read(&bytes).unwrap();
        assert_eq!(earlier.finished, report.run.finished);
        let found: Vec<&Finding> = earlier.findings.iter().map(|it| &it.finding).collect();
        report.findings[0].fingerprint = found[0].fingerprint.clone();
        assert_eq!(found[0], &report.findings[0]);
        // What that report carried itself goes on, with the day on which it was seen.
        let carried = &report.since.unwrap().carried[0];
        assert_eq!(found[1].message, carried.finding.message);
        assert_eq!(earlier.findings[1].at, carried.last_seen);
    }

    #[test]
    fn nothing_before_is_said_by_an_empty_file_alone() {
        assert_eq!(Earlier::read(b" \n").unwrap(), Earlier::default());
        for wrong in [
            "{}",
            "[]",
            "x",
            r#"{"schema_version":"2.0","run":{"finished":"","accounts":[],"regions":[]},"findings":[]}"#,
        ] {
            assert!(Earlier::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
