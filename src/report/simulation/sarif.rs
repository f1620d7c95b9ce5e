//! SARIF 2.1.0: a result for each loss that a workload does not come through as it should.
//!
//! A category for each workload. One of which an outcome is unknown has failed as an analysis: code
//! scanning would close the alerts of what is not in it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Simulated;
use crate::report::Fingerprint;
use crate::report::escape::{self, plain, segment};
use crate::report::place::uri;
use crate::report::sarif::{HOME, SCHEMA, unlinked};
use crate::simulate::{Fate, Outcome};
use crate::workload::Place;

/// Causes named in a message before the rest is counted.
const SHOWN: usize = 3;

/// What can be said of an outcome.
#[derive(Clone, Copy)]
struct Rule {
    id: &'static str,
    name: &'static str,
    text: &'static str,
    level: &'static str,
    holds: fn(&Outcome) -> bool,
}

/// The first that holds is said.
const RULES: [Rule; 3] = [
    Rule {
        id: "LOSS-SIM-001",
        name: "WorkloadFailsWithoutRegion",
        text: "Clients find nothing that serves them once it is lost, or their data is gone.",
        level: "error",
        holds: |it| it.fate == Fate::Fails,
    },
    Rule {
        id: "LOSS-SIM-002",
        name: "WorkloadMissesObjective",
        text: "It serves again, but later, or with more data lost, than it is meant to.",
        level: "error",
        holds: |it| it.rto_met == Some(false) || it.rpo_met == Some(false),
    },
    Rule {
        id: "LOSS-SIM-003",
        name: "WorkloadDegradedWithoutRegion",
        text: "It serves, but not everything, or not as much as before.",
        level: "warning",
        holds: |it| it.fate == Fate::Degraded,
    },
];

pub(super) fn render(simulated: &Simulated<'_>, out: &mut dyn Write) -> io::Result<()> {
    let runs: Vec<Value> = simulated
        .outcomes
        .chunk_by(|one, other| one.workload == other.workload)
        .map(|outcomes| run(simulated, outcomes))
        .collect();
    let document = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": runs });
    let text = serde_json::to_string(&document)?;
    writeln!(out, "{}", escape::json(&text))
}

fn run(simulated: &Simulated<'_>, outcomes: &[Outcome]) -> Value {
    let name = outcomes.first().map_or("all", |it| it.workload.as_str());
    let place = simulated.declared.get(name);
    // Of some losses only: what is said of the others stays as it is.
    let mut category = format!("mrlint-simulate/{}/", segment(name));
    if simulated.asked {
        let losses: Vec<String> = outcomes.iter().map(|it| it.loss.to_string()).collect();
        category += &format!("{}/", segment(&losses.join(",")));
    }
    let open = outcomes.iter().filter(|it| it.fate == Fate::Unknown);
    let open: Vec<Value> = open.map(notification).collect();
    let results = outcomes.iter().filter_map(|it| {
        let at = RULES.iter().position(|rule| (rule.holds)(it))?;
        Some(result(it, at, place))
    });
    json!({
        "tool": { "driver": {
            "name": "mrlint",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": HOME,
            "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
        } },
        "automationDetails": { "id": category },
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": open.is_empty(),
            "toolExecutionNotifications": open,
        }],
        "results": results.collect::<Vec<_>>(),
    })
}

fn rule(rule: &Rule) -> Value {
    let help = format!(
        "{} `mrlint simulate` shows why, the way to it, and what the time is made of. It is a \
         model: `--assumptions` prints what it takes for granted.",
        rule.text
    );
    json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.text },
        "fullDescription": { "text": rule.text },
        "help": { "text": help, "markdown": help },
        "helpUri": HOME,
        "defaultConfiguration": { "level": rule.level },
        "properties": {
            "tags": ["reliability", "multi-region"],
            "precision": "high",
            "problem.severity": rule.level,
        },
    })
}

fn notification(it: &Outcome) -> Value {
    let gaps = it.gaps();
    let why = it.causes.first().map(|cause| plain(&cause.what));
    let why = why.or_else(|| gaps.first().map(|gap| plain(&gap.to_string())));
    let text = format!(
        "{} without {}: unknown ({})",
        plain(&it.workload),
        plain(&it.loss.to_string()),
        why.unwrap_or_default()
    );
    json!({ "level": "warning", "message": { "text": unlinked(&text) } })
}

fn result(it: &Outcome, rule: usize, place: Option<&Place>) -> Value {
    let id = RULES.get(rule).map_or("", |rule| rule.id);
    let level = RULES.get(rule).map_or("none", |rule| rule.level);
    let fingerprint = Fingerprint::new(id, &it.workload, &it.loss.to_string());
    let fingerprint = fingerprint.as_str();
    json!({
        "ruleId": id,
        "ruleIndex": rule,
        "level": level,
        "kind": "fail",
        "message": { "text": unlinked(&message(it)) },
        "locations": [location(it, place)],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:1", &fingerprint[..16]),
            "mrlint/v1": fingerprint,
        },
        "properties": {
            "workload": it.workload,
            "loss": it.loss.to_string(),
            "outcome": it.fate.text(),
            "rto": [it.rto.typical, it.rto.upper],
            "rpo": [it.rpo.typical, it.rpo.upper],
        },
    })
}

fn message(it: &Outcome) -> String {
    let missed = |what: &str, met: Option<bool>| match met {
        Some(false) => format!(" (its {what} is missed)"),
        _ => String::new(),
    };
    let (workload, loss) = (plain(&it.workload), plain(&it.loss.to_string()));
    let mut text = format!("{workload} without {loss}: {}", it.fate.text());
    if it.fate != Fate::Fails {
        let (rto, rpo) = (missed("RTO", it.rto_met), missed("RPO", it.rpo_met));
        text += &format!(
            ", serves after {}{rto}, loses {} of data{rpo}",
            it.rto, it.rpo
        );
    }
    text += ".";
    for cause in it.causes.iter().take(SHOWN) {
        text += &format!(" {}.", plain(&cause.to_string()));
    }
    if let Some(more @ 1..) = it.causes.len().checked_sub(SHOWN) {
        text += &format!(" And {more} more.");
    }
    text
}

fn location(it: &Outcome, place: Option<&Place>) -> Value {
    let declared = place.and_then(|it| Some((uri(&it.path)?, it.line.max(1))));
    let (file, line) = declared.unwrap_or_else(|| {
        let (workload, loss) = (segment(&it.workload), segment(&it.loss.to_string()));
        (format!("aws/workload/{workload}/without/{loss}"), 1)
    });
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": file },
            "region": { "startLine": line, "startColumn": 1, "endLine": line, "endColumn": 2 },
        },
        "logicalLocations": [{
            "name": plain(&it.workload),
            "fullyQualifiedName": format!("mrlint:workload/{}", plain(&it.workload)),
            "kind": "resource",
        }],
    })
}
