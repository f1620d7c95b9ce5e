//! Metrics in Prometheus' text format, for the textfile collector of the node exporter.
//!
//! Labels are workloads, severities, losses and causes: no resource and no rule, whose numbers grow
//! without end. What is not known is no sample, never a zero.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};

use super::escape::whole;
use super::{Finding, Range, Report, WorkloadSummary};
use crate::rule::meta::Severity;
use crate::simulate::Fate;
use crate::simulate::time::Seconds;

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page(String::new());
    run(report, &mut page);
    scores(report, &mut page);
    findings(report, &mut page);
    losses(report, &mut page);
    out.write_all(page.0.as_bytes())
}

/// Metrics, one family after the other.
struct Page(String);

impl Page {
    /// A family of gauges; nothing where it has no sample.
    fn gauge<L, V: Display>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (L, V)>,
    ) where
        L: AsRef<[(&'static str, String)]>,
    {
        let mut head = format!("# HELP mrlint_{name} {help}\n# TYPE mrlint_{name} gauge\n");
        for (labels, value) in samples {
            let labels: Vec<String> = labels
                .as_ref()
                .iter()
                .map(|(key, value)| format!("{key}=\"{}\"", label(value)))
                .collect();
            let labels = if labels.is_empty() {
                String::new()
            } else {
                format!("{{{}}}", labels.join(","))
            };
            self.0.push_str(&std::mem::take(&mut head));
            self.0.push_str(&format!("mrlint_{name}{labels} {value}\n"));
        }
    }
}

/// A label's value. Line ends and control characters are visible escapes by then.
fn label(text: &str) -> String {
    whole(text).replace('\\', "\\\\").replace('"', "\\\"")
}

type Labels<const N: usize> = [(&'static str, String); N];

fn of(workload: &WorkloadSummary) -> (&'static str, String) {
    ("workload", workload.name.clone())
}

fn run(report: &Report, page: &mut Page) {
    let version = [("version", report.run.version.clone())];
    page.gauge("build_info", "Version that judged.", [(version, 1)]);
    let bare: Labels<0> = [];
    for (name, help, time) in [
        (
            "collect_started_timestamp_seconds",
            "When collecting began.",
            &report.run.started,
        ),
        (
            "collect_finished_timestamp_seconds",
            "When collecting ended.",
            &report.run.finished,
        ),
    ] {
        let time = time.parse::<jiff::Timestamp>().ok();
        page.gauge(name, help, time.map(|it| (bare.clone(), it.as_second())));
    }
    let resources = report.run.resources;
    page.gauge(
        "resources",
        "Resources that were read.",
        [(bare.clone(), resources)],
    );
    let share = report.coverage.share();
    let help = "Verdicts that could be decided, among all that apply.";
    page.gauge("coverage_ratio", help, [(bare, share)]);
    let coverage = report.coverage;
    let of = |state: &str| [("state", state.to_owned())];
    let verdicts = [
        (of("decided"), coverage.decided),
        (of("unknown"), coverage.unknown),
    ];
    page.gauge(
        "verdicts",
        "Verdicts, by whether gaps left them open.",
        verdicts,
    );
    let mut causes = BTreeMap::<&str, usize>::new();
    for gap in &report.gaps {
        *causes.entry(gap.key.cause.code()).or_default() += 1;
    }
    let gaps = causes
        .into_iter()
        .map(|(cause, count)| ([("cause", cause.to_owned())], count));
    page.gauge("gaps", "What could not be read, by its cause.", gaps);
}

fn scores(report: &Report, page: &mut Page) {
    let bare: Labels<0> = [];
    let overall = report.score.points.map(|points| (bare, points));
    page.gauge(
        "score",
        "Mean of the workloads' points, from 0 to 100.",
        overall,
    );
    let all = || report.workloads.iter();
    let points = all().filter_map(|it| Some(([of(it)], it.score.headline()?)));
    let help = "Points of a workload, from 0 to 100; absent where too little is decided.";
    page.gauge("workload_score", help, points);
    let end = |pick: fn(Range) -> u8| {
        all().filter_map(move |it| it.score.range.map(|range| ([of(it)], pick(range))))
    };
    let help = "Points with everything unknown counted as failing.";
    page.gauge("workload_score_low", help, end(|it| it.low));
    let help = "Points with everything unknown counted as passing.";
    page.gauge("workload_score_high", help, end(|it| it.high));
    let coverage = all().map(|it| ([of(it)], it.score.coverage));
    let help = "Weight of what was decided among what applies.";
    page.gauge("workload_coverage_ratio", help, coverage);
}

fn findings(report: &Report, page: &mut Page) {
    let count = |all: &mut dyn Iterator<Item = &Finding>| {
        let mut counts = BTreeMap::<(&str, Severity), usize>::new();
        for finding in all {
            let key = (finding.workload.as_str(), finding.severity);
            *counts.entry(key).or_default() += 1;
        }
        let each = report.workloads.iter().flat_map(|workload| {
            Severity::ALL.map(|severity| {
                let count = counts.get(&(workload.name.as_str(), severity));
                let labels = [of(workload), ("severity", severity.text().to_owned())];
                (labels, count.copied().unwrap_or_default())
            })
        });
        each.collect::<Vec<_>>()
    };
    let open = count(&mut report.findings.iter());
    page.gauge("findings", "Open findings.", open);
    let waived = count(&mut report.waived.iter().map(|it| &it.finding));
    page.gauge("waived_findings", "Findings that a waiver covers.", waived);
    let carried = count(&mut report.carried().iter().map(|it| &it.finding));
    let help = "Findings of an earlier run that could not be judged again.";
    page.gauge("carried_findings", help, carried);
}

fn losses(report: &Report, page: &mut Page) {
    let all = || report.workloads.iter().filter(|it| !it.losses.is_empty());
    let outcomes = all().flat_map(|workload| {
        Fate::ALL.map(|fate| {
            let count = workload.losses.iter().filter(|it| it.fate == fate).count();
            let labels = [of(workload), ("outcome", fate.text().to_owned())];
            (labels, count)
        })
    });
    page.gauge(
        "losses",
        "Losses that were played through, by what came of them.",
        outcomes,
    );
    let times = |pick: fn(&super::Outcome) -> Seconds| {
        all().flat_map(move |workload| {
            let known = workload.losses.iter().filter(|it| it.fate != Fate::Unknown);
            known.map(move |it| {
                let value = match pick(it) {
                    Seconds::Of(seconds) => seconds.to_string(),
                    Seconds::Never => "+Inf".to_owned(),
                };
                ([of(workload), ("loss", it.loss.to_string())], value)
            })
        })
    };
    let help = "Modelled time until all serve again, at the upper end.";
    page.gauge("loss_rto_seconds", help, times(|it| it.rto.upper));
    let help = "Modelled loss of the latest data, at the upper end.";
    page.gauge("loss_rpo_seconds", help, times(|it| it.rpo.upper));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn rendered(report: &Report) -> String {
        let mut bytes = Vec::new();
        render(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn names_stay_inside_their_quotes() {
        let mut report = samples::hostile();
        report.workloads[0].name = "a\"} 1\n\\x".to_owned();
        let text = rendered(&report);
        assert!(
            text.contains(r#"mrlint_workload_coverage_ratio{workload="a\"} 1\\u{a}\\x"} "#),
            "{text}"
        );
    }

    #[test]
    fn what_is_not_known_is_no_sample() {
        let text = rendered(&samples::empty());
        assert!(!text.contains("mrlint_score "), "{text}");
        assert!(text.contains("mrlint_coverage_ratio 1\n"), "{text}");
    }
}
