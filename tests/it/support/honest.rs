//! Whether what a partial read says holds beside a full one.

use std::collections::BTreeSet;

use serde_json::Value;

/// The rule whose findings are the gaps themselves.
pub(crate) const ABOUT_GAPS: &str = "GOV-INV-001";

/// What is wrong with what, by ids that stay the same whichever Region or tag was read. A set is
/// named after its first member that was read, so `related` ones may stand for it.
pub(crate) fn defects(report: &Value, related: bool) -> BTreeSet<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let lines = |finding: &Value| -> Vec<String> {
        let others = finding["related"].as_array().expect("related");
        let others = others.iter().filter(|_| related);
        let all = others.chain([&finding["resource"]]);
        let id = |resource: &Value| {
            let arn = resource["arn"].as_str().expect("an ARN");
            let id = arn.rsplit(['/', ':']).next().unwrap_or_default();
            format!("{} {id}", finding["rule"].as_str().expect("a rule"))
        };
        all.map(id).collect()
    };
    findings.flat_map(lines).collect()
}

/// Rules about an account as far as it is part of a workload: what is not known to belong to a
/// declared or tagged workload counts as part of the rest, and the account with it.
const ABOUT_MEMBERSHIP: [&str; 1] = ["ISO-REG-001"];

/// Rules that passed more often than when everything was read.
pub(crate) fn more_passes<'r>(
    part: &'r Value,
    full: &'r Value,
) -> impl Iterator<Item = String> + 'r {
    let verdicts = part["verdicts"].as_array().expect("verdicts").iter();
    let full = full["verdicts"].as_array().expect("verdicts");
    verdicts.zip(full).filter_map(|(part, full)| {
        let (some, all) = (part["pass"].as_u64(), full["pass"].as_u64());
        let excused = part["rule"]
            .as_str()
            .is_some_and(|it| ABOUT_MEMBERSHIP.contains(&it));
        (some > all && !excused)
            .then(|| format!("{} passes {some:?} times instead of {all:?}", part["rule"]))
    })
}

/// Findings and passes of a partial read that a full one contradicts.
pub(crate) fn contradictions(part: &Value, full: &Value) -> Vec<String> {
    let all = defects(full, true);
    let found = defects(part, false);
    let more = found
        .difference(&all)
        .filter(|it| !it.starts_with(ABOUT_GAPS));
    more.cloned().chain(more_passes(part, full)).collect()
}
