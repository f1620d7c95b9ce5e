//! Writes HTML reports for the tests of the page: `pages large FILE FINDINGS`, `pages hostile FILE`.
//!
//! Both are the report of the sample estate: with its findings many times over, or with every name in
//! it an attack.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "test code: it says what is wrong, or stops"
)]

use std::path::Path;
use std::process::ExitCode;

use mrlint::check::{Options, check};
use mrlint::inventory::snapshot;
use mrlint::report::{Finding, Fingerprint, Report, ResourceSummary, TrendPoint, Waived, html};
use mrlint::rule::RuleSet;
use mrlint::rule::meta::Severity;

const ATTACKS: [&str; 9] = [
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"><svg onload=document.title='owned'>",
    "<!--<script>",
    "]]>&lt;script&gt;&#x3c;b&#62;",
    "javascript:document.title='owned'",
    "\u{202e}gpj.exe\u{2066}\u{200b}\u{2028}\u{2029}\u{0}\u{1b}[31m",
    "' autofocus onfocus='document.title=1' x='",
    "{{constructor.constructor('document.title=1')()}}${document.title=1}",
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (file, report) = match args.as_slice() {
        ["large", file, many] => (*file, large(sample(), many.parse().unwrap())),
        ["hostile", file] => (*file, hostile(sample())),
        _ => {
            eprintln!("usage: pages large FILE FINDINGS | pages hostile FILE");
            return ExitCode::from(2);
        }
    };
    let mut text = Vec::new();
    html::render(&report, &mut text).unwrap();
    std::fs::write(file, text).unwrap();
    ExitCode::SUCCESS
}

fn sample() -> Report {
    let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/examples/estate.jsonl");
    let inventory = snapshot::load(&estate).unwrap();
    let rules = RuleSet::builtin().unwrap();
    let mut report = check(&inventory, &rules, &Options::default());
    report.trend = (1..=9).map(point).collect();
    report
}

fn point(day: u8) -> TrendPoint {
    TrendPoint {
        finished: format!("2026-11-{:02}T06:00:00Z", day + 10),
        score: (day != 4).then_some(30 + day * 3),
        findings: [(Severity::Critical, 20 - usize::from(day))].into(),
        coverage: "90.0".to_owned(),
        id: format!("{day:08x}"),
        workloads: Vec::new(),
        breaks: Vec::new(),
    }
}

/// The findings again and again, each about a resource of its own.
fn large(mut report: Report, many: usize) -> Report {
    let all = report.findings.clone();
    let round = all.len();
    let copies = all.into_iter().cycle().take(many).enumerate();
    report.findings = copies
        .map(|(at, mut finding)| {
            let number = at / round;
            finding.resource.name += &format!("-{number}");
            finding.resource.arn += &format!("-{number}");
            finding.resource.account = format!("{:012}", 111_111_111_111 + number % 200);
            finding.fingerprint =
                Fingerprint::new(&finding.rule, &finding.workload, &finding.resource.arn);
            finding
        })
        .collect();
    report.findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.rule.cmp(&b.rule))
    });
    report
}

fn hostile(mut report: Report) -> Report {
    let mut attacks = ATTACKS.iter().cycle();
    let mut spoil = |text: &mut String| {
        let attack = attacks.next().copied().unwrap_or_default();
        *text = format!("{attack}{text}");
    };
    let of_resource = |it: &mut ResourceSummary, spoil: &mut dyn FnMut(&mut String)| {
        for text in [
            &mut it.kind,
            &mut it.account,
            &mut it.region,
            &mut it.arn,
            &mut it.name,
        ] {
            spoil(text);
        }
    };
    for it in &mut report.findings {
        let Finding {
            message, resource, ..
        } = it;
        spoil(message);
        of_resource(resource, &mut spoil);
        for related in &mut it.related {
            of_resource(related, &mut spoil);
        }
        for item in &mut it.evidence {
            spoil(&mut item.expression);
            let mut text = item.value.to_string();
            spoil(&mut text);
            item.value = serde_json::json!({ text.clone(): [text] });
        }
    }
    for it in &mut report.workloads {
        spoil(&mut it.name);
        let mut owner = String::new();
        spoil(&mut owner);
        it.owner = Some(owner);
        for entry in &mut it.entry_points {
            spoil(&mut entry.name);
        }
        for guess in &mut it.guesses {
            spoil(&mut guess.because);
        }
        for cap in &mut it.score.caps {
            spoil(&mut cap.cause);
        }
        for group in &mut it.topology.groups {
            group.names.iter_mut().for_each(&mut spoil);
        }
        for loss in &mut it.losses {
            for cause in &mut loss.causes {
                spoil(&mut cause.what);
                cause.path.iter_mut().for_each(&mut spoil);
            }
            for store in &mut loss.stand_ins {
                spoil(&mut store.store);
            }
            loss.gone.push(ATTACKS[0].to_owned());
        }
        let name = it.name.clone();
        for finding in &mut report.findings {
            if name.ends_with(&finding.workload) {
                finding.workload.clone_from(&name);
            }
        }
    }
    for it in &mut report.rules {
        for text in [&mut it.title, &mut it.why, &mut it.fix.text] {
            spoil(text);
        }
        it.fix.terraform.iter_mut().for_each(&mut spoil);
        for reference in &mut it.references {
            spoil(&mut reference.title);
            reference.url = Some("javascript:document.title='owned'".to_owned());
        }
    }
    if let Some(finding) = report.findings.first().cloned() {
        let mut texts = ["owner", "reason", "expires"].map(str::to_owned);
        texts.iter_mut().for_each(&mut spoil);
        let [owner, reason, expires] = texts;
        report.waived.push(Waived {
            finding,
            owner,
            reason,
            expires,
            points: 1,
        });
    }
    spoil(&mut report.run.collected_by);
    report
}
