//! More findings than code scanning keeps, as one result for each rule, workload and Region.
//!
//! Such a result is about the Region, never about whichever resource comes first: it stays the same
//! alert while resources are mended one by one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{KEPT, one};
use crate::report::escape::plain;
use crate::report::place::Places;
use crate::report::{Finding, Fingerprint, ResourceSummary};

/// Resources named in one result.
const NAMED: usize = 20;

/// One result for each rule, workload and Region, in the order of their worst findings, and how
/// many of them are too many. `findings` come worst first.
pub(super) fn gathered(
    findings: &[&Finding],
    index: &impl Fn(&Finding) -> Option<usize>,
    places: &Places<'_>,
) -> (Vec<Value>, usize) {
    let mut groups = BTreeMap::<(&str, &str, &str), Vec<&Finding>>::new();
    for finding in findings {
        let key = (
            finding.rule.as_str(),
            finding.workload.as_str(),
            finding.resource.region.as_str(),
        );
        groups.entry(key).or_default().push(finding);
    }
    let mut groups: Vec<Vec<&Finding>> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.first().map(|first| first.severity)));
    let dropped = groups.len().saturating_sub(KEPT);
    let results = groups.iter().take(KEPT).filter_map(|group| {
        let first = group.first()?;
        Some(group_result(group, first, index(first), places))
    });
    (results.collect(), dropped)
}

fn group_result(
    group: &[&Finding],
    first: &Finding,
    rule: Option<usize>,
    places: &Places<'_>,
) -> Value {
    let region = &first.resource.region;
    let arns: Vec<String> = group
        .iter()
        .take(NAMED)
        .map(|it| plain(&it.resource.arn))
        .collect();
    let more = match group.len().saturating_sub(NAMED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let text = format!(
        "{} findings in {}: {}. {}{more}",
        group.len(),
        plain(region),
        plain(&first.title),
        arns.join(", ")
    );
    let whole = Finding {
        fingerprint: Fingerprint::new(&first.rule, &first.workload, &format!("Region {region}")),
        resource: ResourceSummary {
            kind: "workload".to_owned(),
            account: String::new(),
            region: region.clone(),
            arn: String::new(),
            name: first.workload.clone(),
        },
        ..first.clone()
    };
    let mut result = one(&whole, rule, &text, places);
    result["locations"][0]["logicalLocations"] = resources(group);
    result["occurrenceCount"] = json!(group.len());
    result["properties"]["arns"] = json!(arns);
    if let Some(properties) = result["properties"].as_object_mut() {
        properties.remove("arn");
        properties.remove("account");
    }
    result
}

/// The first resources, each once: the schema allows no location twice.
fn resources(group: &[&Finding]) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for finding in group.iter().take(NAMED) {
        let one = super::locations::logical(&finding.resource);
        if !all.contains(&one) {
            all.push(one);
        }
    }
    Value::Array(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;
    use crate::rule::meta::Severity;

    fn tables(count: usize) -> Vec<Finding> {
        let first = samples::hostile().findings.remove(0);
        let nth = |n: usize| {
            let mut finding = first.clone();
            finding.resource.arn = format!("arn:aws:dynamodb:eu-west-1:111111111111:table/t{n}");
            finding.fingerprint = Fingerprint::new("DATA-DDB-001", "w", &finding.resource.arn);
            finding
        };
        (0..count).map(nth).collect()
    }

    /// Where an alert is and which one it is, for code scanning.
    fn identity(findings: &[Finding]) -> (Value, Value) {
        let findings: Vec<&Finding> = findings.iter().collect();
        let result = gathered(&findings, &|_| None, &Places::default())
            .0
            .remove(0);
        let place = result["locations"][0]["physicalLocation"].clone();
        (place, result["partialFingerprints"].clone())
    }

    #[test]
    fn mending_one_resource_leaves_the_alert_the_same() {
        let all = tables(3);
        assert_eq!(identity(&all), identity(&all[1..]));
        let mut elsewhere = all.clone();
        for finding in &mut elsewhere {
            finding.resource.region = "us-east-1".to_owned();
        }
        assert_ne!(identity(&all).0, identity(&elsewhere).0);
        assert_ne!(identity(&all).1, identity(&elsewhere).1);
    }

    #[test]
    fn names_the_first_and_counts_all() {
        let findings = tables(NAMED + 5);
        let findings: Vec<&Finding> = findings.iter().collect();
        let result = gathered(&findings, &|_| None, &Places::default())
            .0
            .remove(0);
        let text = result["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("25 findings in eu-west-1: "), "{text}");
        assert!(text.ends_with("table/t19 and 5 more"), "{text}");
        assert_eq!(
            result["properties"]["arns"].as_array().unwrap().len(),
            NAMED
        );
        assert_eq!(result["occurrenceCount"], NAMED + 5);
    }

    #[test]
    fn the_worst_comes_first() {
        let mut findings = tables(2);
        findings[1].severity = Severity::Low;
        findings[1].rule = "AAA-001".to_owned();
        let findings: Vec<&Finding> = findings.iter().collect();
        let (results, _) = gathered(&findings, &|_| None, &Places::default());
        assert_eq!(results[0]["level"], "error");
        assert_eq!(results[1]["level"], "note");
    }
}
