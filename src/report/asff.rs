//! Findings for AWS Security Hub CSPM (ASFF): each line is the input of one `BatchImportFindings`,
//! with findings of one account and Region.
//!
//! The owning account imports its lines itself; mrlint calls nothing that writes. Waived and mended
//! findings are archived, open ones and those that could not be judged again are active.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::ocsf::percent;
use super::{Finding, Report, ResourceSummary, RuleSummary, escape};
use crate::inventory::{AccountId, Region};
use crate::rule::meta::Severity;

/// Findings of one call.
const BATCH: usize = 100;
/// Bytes of one call that Security Hub takes are 6 MB.
const BATCH_BYTES: usize = 5_500_000;
/// Resources of one finding.
const RESOURCES: usize = 32;

/// What became of a finding.
#[derive(Clone, Copy)]
enum State<'r> {
    Open,
    /// Not judged again since then.
    Carried(&'r str),
    /// By whom, why, and until when.
    Waived(&'r str, &'r str, &'r str),
    Mended,
}

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut by_owner = BTreeMap::<(String, String), Vec<String>>::new();
    for (state, finding) in all(report) {
        let owner = owner(report, finding);
        let line = escape::json(&one(report, state, finding, &owner).to_string());
        by_owner.entry(owner).or_default().push(line);
    }
    for findings in by_owner.values() {
        let mut rest = findings.as_slice();
        while !rest.is_empty() {
            let (batch, others) = rest.split_at(fitting(rest));
            writeln!(out, "{{\"Findings\":[{}]}}", batch.join(","))?;
            rest = others;
        }
    }
    Ok(())
}

/// How many of them one call takes; at least one.
fn fitting(findings: &[String]) -> usize {
    let mut bytes = 0;
    let fits = |it: &&String| {
        bytes += it.len() + 1;
        bytes <= BATCH_BYTES
    };
    findings.iter().take(BATCH).take_while(fits).count().max(1)
}

fn all(report: &Report) -> impl Iterator<Item = (State<'_>, &Finding)> {
    let open = report.findings.iter().map(|it| (State::Open, it));
    let carried = report.carried().iter();
    let carried = carried.map(|it| (State::Carried(&it.last_seen), &it.finding));
    let waived = report.waived.iter().map(|it| {
        let state = State::Waived(&it.owner, &it.reason, &it.expires);
        (state, &it.finding)
    });
    let mended = report.since.iter().flat_map(|since| &since.mended);
    let mended = mended.map(|it| (State::Mended, it));
    open.chain(carried).chain(waived).chain(mended)
}

/// Account and Region that import a finding. What has no Region goes where global services are at
/// home; what is of no account, such as a workload as a whole, to the account of the first related
/// resource, else to the first that was read.
fn owner(report: &Report, finding: &Finding) -> (String, String) {
    let about = std::iter::once(&finding.resource).chain(&finding.related);
    let account = about
        .map(|it| it.account.as_str())
        .find(|it| !it.is_empty());
    let first = report.run.accounts.first();
    let account = account.or(first.map(AccountId::as_str));
    let region = finding.resource.region.as_str();
    let region = if region == Region::GLOBAL {
        home(&report.run.partition)
    } else {
        region
    };
    (account.unwrap_or_default().to_owned(), region.to_owned())
}

/// The Region of a partition in which its global services are at home.
fn home(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    }
}

fn one(
    report: &Report,
    state: State<'_>,
    finding: &Finding,
    (account, region): &(String, String),
) -> Value {
    let rules = &report.rules;
    let at = rules.binary_search_by(|rule| rule.id.as_str().cmp(&finding.rule));
    let rule = at.ok().and_then(|at| rules.get(at));
    let partition = &report.run.partition;
    let active = matches!(state, State::Open | State::Carried(_));
    let status = if matches!(state, State::Mended) {
        "PASSED"
    } else {
        "FAILED"
    };
    let mut written = json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("mrlint/{}", finding.fingerprint),
        "ProductArn": format!(
            "arn:{partition}:securityhub:{region}:{account}:product/{account}/default"
        ),
        "ProductName": "mrlint",
        "CompanyName": "mrlint",
        "Region": region,
        "GeneratorId": finding.rule,
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks/AWS Resilience Best Practices"],
        "CreatedAt": report.run.finished,
        "UpdatedAt": report.run.finished,
        "Severity": { "Label": severity(finding.severity), "Original": finding.severity.text() },
        "Confidence": percent(finding.confidence),
        "Title": cut(&format!("{} {}", finding.rule, finding.title), 256),
        "Description": cut(&finding.message, 1024),
        "ProductFields": fields(state, finding),
        "Resources": resources(partition, finding),
        "Compliance": { "Status": status },
        "RecordState": if active { "ACTIVE" } else { "ARCHIVED" },
    });
    if let Some(rule) = rule {
        written["Remediation"] = json!({ "Recommendation": recommendation(rule) });
        let asked: Vec<String> = rule
            .frameworks
            .iter()
            .take(32)
            .map(|it| cut(it, 64))
            .collect();
        written["Compliance"]["RelatedRequirements"] = json!(asked);
    }
    written
}

fn fields(state: State<'_>, finding: &Finding) -> BTreeMap<&'static str, String> {
    let mut fields = BTreeMap::from([("mrlint/workload", &*finding.workload)]);
    match state {
        State::Open | State::Mended => {}
        State::Carried(last_seen) => {
            fields.insert("mrlint/lastSeen", last_seen);
        }
        State::Waived(owner, reason, until) => {
            fields.insert("mrlint/waivedBy", owner);
            fields.insert("mrlint/waivedBecause", reason);
            fields.insert("mrlint/waivedUntil", until);
        }
    }
    let fields = fields
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty());
    fields.map(|(key, text)| (key, cut(text, 1024))).collect()
}

fn recommendation(rule: &RuleSummary) -> Value {
    let words: Vec<&str> = rule.fix.text.split_whitespace().collect();
    let mut recommendation = json!({ "Text": cut(&words.join(" "), 512) });
    if let Some(url) = rule.references.iter().find_map(|it| it.url.as_deref()) {
        recommendation["Url"] = json!(url);
    }
    recommendation
}

/// What it is about, then what is related to it, each once.
fn resources(partition: &str, finding: &Finding) -> Vec<Value> {
    let all = std::iter::once(&finding.resource).chain(&finding.related);
    let resource = |it: &ResourceSummary| {
        let mut resource = json!({
            "Type": kind(&it.kind),
            "Id": cut(&it.arn, 512),
            "Region": it.region,
        });
        // The model knows these and the isolated ones, and no other.
        if ["aws", "aws-cn", "aws-us-gov"].contains(&partition) {
            resource["Partition"] = json!(partition);
        }
        resource
    };
    all.take(RESOURCES).map(resource).collect()
}

/// `AWS::DynamoDB::Table` is called `AwsDynamoDbTable` there; what Security Hub has no name for is
/// `Other`.
fn kind(kind: &str) -> &'static str {
    let parts: Vec<&str> = kind.split("::").collect();
    let ["AWS", service, name] = parts.as_slice() else {
        return "Other";
    };
    let service = match *service {
        "ElasticLoadBalancingV2" => "Elbv2",
        service => service,
    };
    let wanted = format!("Aws{service}{name}");
    let known = TYPES.iter().find(|it| it.eq_ignore_ascii_case(&wanted));
    known.copied().unwrap_or("Other")
}

/// The types among the kinds that are read.
const TYPES: [&str; 24] = [
    "AwsAutoScalingAutoScalingGroup",
    "AwsCloudFrontDistribution",
    "AwsDynamoDbTable",
    "AwsEc2Instance",
    "AwsEc2LaunchTemplate",
    "AwsEc2RouteTable",
    "AwsEc2Subnet",
    "AwsEc2TransitGateway",
    "AwsEc2Volume",
    "AwsEc2Vpc",
    "AwsEc2VpcPeeringConnection",
    "AwsEcsCluster",
    "AwsEcsService",
    "AwsEcsTaskDefinition",
    "AwsElbv2LoadBalancer",
    "AwsKmsKey",
    "AwsLambdaFunction",
    "AwsRdsDbCluster",
    "AwsRdsDbInstance",
    "AwsRoute53HostedZone",
    "AwsS3Bucket",
    "AwsSecretsManagerSecret",
    "AwsSnsTopic",
    "AwsSqsQueue",
];

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}

/// At most so many characters; never blank, which Security Hub refuses.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        _ if text.trim().is_empty() => "-".to_owned(),
        None => text.to_owned(),
        Some(_) => {
            let end = text.char_indices().nth(most - 1).map_or(0, |(at, _)| at);
            format!("{}…", &text[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn batches(report: &Report) -> Vec<Value> {
        let mut bytes = Vec::new();
        render(report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn a_batch_is_of_one_account_and_region_and_small_enough() {
        let mut report = samples::hostile();
        let finding = report.findings[0].clone();
        report.findings = vec![finding; 150];
        report.findings[0].resource.region = "aws-global".to_owned();
        let batches = batches(&report);
        let sizes: Vec<usize> = batches
            .iter()
            .map(|it| it["Findings"].as_array().unwrap().len())
            .collect();
        assert_eq!(sizes, [100, 52, 1]);
        let global = &batches[2]["Findings"][0];
        assert_eq!(global["Region"], "us-east-1");
        assert_eq!(
            global["ProductArn"],
            "arn:aws:securityhub:us-east-1:111111111111:product/111111111111/default"
        );
    }

    #[test]
    fn no_finding_is_larger_than_security_hub_takes() {
        let mut report = samples::hostile();
        let huge = "\u{1b}".repeat(50_000);
        report.findings[0].message.clone_from(&huge);
        report.findings[0].title.clone_from(&huge);
        report.findings[0].workload.clone_from(&huge);
        report.findings[0].resource.arn.clone_from(&huge);
        report.findings[0].related = vec![report.findings[0].resource.clone(); 100];
        report.waived[0].reason.clone_from(&huge);
        for batch in batches(&report) {
            for finding in batch["Findings"].as_array().unwrap() {
                assert!(escape::json(&finding.to_string()).len() < 240_000);
            }
        }
    }

    #[test]
    fn what_is_waived_or_mended_is_archived_and_the_rest_is_active() {
        let batch = batches(&samples::hostile()).remove(0);
        let states: Vec<(&str, &str)> = batch["Findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let record = it["RecordState"].as_str().unwrap();
                (record, it["Compliance"]["Status"].as_str().unwrap())
            })
            .collect();
        assert_eq!(
            states,
            [
                ("ACTIVE", "FAILED"),
                ("ACTIVE", "FAILED"),
                ("ARCHIVED", "FAILED"),
                ("ARCHIVED", "PASSED")
            ]
        );
    }

    #[test]
    fn kinds_have_the_names_that_security_hub_gives_them() {
        assert_eq!(kind("AWS::DynamoDB::Table"), "AwsDynamoDbTable");
        assert_eq!(kind("AWS::EC2::VPC"), "AwsEc2Vpc");
        assert_eq!(
            kind("AWS::ElasticLoadBalancingV2::LoadBalancer"),
            "AwsElbv2LoadBalancer"
        );
        assert_eq!(kind("AWS::EC2::NatGateway"), "Other");
        assert_eq!(kind("workload"), "Other");
    }
}
