//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! A step shows ten errors and ten warnings, so the worst come first and a notice counts the rest.
//! A file is named only where one is known: an annotation on a path that does not exist misleads.

use std::io::{self, Write};

use super::escape::whole;
use super::place::Places;
use super::{Finding, Report, counted};
use crate::rule::meta::Severity;

/// Annotations of one level that a step shows.
const SHOWN: usize = 10;

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(report);
    let (mut errors, mut warnings, mut rest) = (0, 0, 0);
    for finding in &report.findings {
        let (level, shown) = match finding.severity {
            Severity::Critical | Severity::High => ("error", &mut errors),
            Severity::Medium | Severity::Low | Severity::Info => ("warning", &mut warnings),
        };
        if *shown < SHOWN {
            *shown += 1;
            annotate(level, finding, &places, out)?;
        } else {
            rest += 1;
        }
    }
    let unknown = report.coverage.unknown;
    let mut told = vec![match (report.findings.len(), rest) {
        (0, _) => "no findings".to_owned(),
        (all, 0) => counted(all, "finding"),
        (all, rest) => format!("{}, {rest} not shown here", counted(all, "finding")),
    }];
    if unknown > 0 {
        told.push(format!(
            "{} could not be decided ({} % decided)",
            counted(unknown, "verdict"),
            report.coverage.percent()
        ));
    }
    if let Some(carried @ 1..) = Some(report.carried().len()) {
        told.push(format!(
            "{} of an earlier run could not be judged again",
            counted(carried, "finding")
        ));
    }
    writeln!(out, "::notice title=mrlint::{}", data(&told.join("; ")))
}

fn annotate(
    level: &str,
    finding: &Finding,
    places: &Places<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = places.of(&finding.resource, Some(&finding.workload));
    let place = place.map(|it| format!("file={},line={},", property(&it.path), it.line));
    let title = format!("{} {}", finding.rule, finding.title);
    let resource = &finding.resource;
    let text = format!(
        "{} in {}: {} ({})",
        resource.name, resource.region, finding.message, resource.arn
    );
    writeln!(
        out,
        "::{level} {}title={}::{}",
        place.unwrap_or_default(),
        property(&title),
        data(&text)
    )
}

/// The text of a command. Line ends are visible escapes by then, so that nothing begins a command of
/// its own.
fn data(text: &str) -> String {
    whole(text).replace('%', "%25")
}

/// A value before the text, in which two more characters mean something.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Place, samples};

    fn lines(report: &Report) -> Vec<String> {
        let mut bytes = Vec::new();
        render(report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_name_is_no_command_of_its_own() {
        let lines = lines(&samples::hostile());
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("::error title=DATA-DDB-001 Table is not global::"));
        assert!(lines[1].contains("1 finding; 1 verdict could not be decided"));
        assert!(lines[1].contains("1 finding of an earlier run could not be judged again"));
    }

    #[test]
    fn the_first_ten_are_shown_and_the_rest_is_counted() {
        let mut report = samples::hostile();
        let finding = report.findings[0].clone();
        report.findings = vec![finding; 13];
        for finding in &mut report.findings[11..] {
            finding.severity = Severity::Low;
        }
        let lines = lines(&report);
        let count = |start: &str| lines.iter().filter(|it| it.starts_with(start)).count();
        assert_eq!((count("::error "), count("::warning ")), (10, 2));
        assert!(
            lines[12].contains("13 findings, 1 not shown here"),
            "{lines:?}"
        );
    }

    #[test]
    fn the_line_that_declares_a_workload_is_named() {
        let mut report = samples::hostile();
        report.workloads[0].declared = Some(Place {
            path: "ops/a,b:50%.yaml".into(),
            line: 7,
            column: 3,
        });
        let lines = lines(&report);
        assert!(
            lines[0].starts_with("::error file=ops/a%2Cb%3A50%25.yaml,line=7,title="),
            "{lines:?}"
        );
    }
}
