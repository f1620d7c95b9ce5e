//! The conventions that reviewers would otherwise have to watch over.

use std::fs;
use std::path::{Path, PathBuf};

use mrlint::rule::{Expected, RuleSet, Subject};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn rules() -> RuleSet {
    RuleSet::builtin().unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"));
    })
}

/// Collects every problem before it fails.
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_rule_file_is_embedded() {
    assert_eq!(
        rules().rules().len(),
        files(&root().join("rules"), "yaml").len()
    );
}

#[test]
fn examples_for_cloudformation_are_resources_of_a_template() {
    let rules = rules();
    let examples = rules.rules().iter().filter_map(|rule| {
        let text = rule.fix.cloudformation.as_deref()?;
        Some((&rule.id, text))
    });
    let problems: Vec<String> = examples
        .filter(|(_, text)| {
            let resources = text.lines().filter(|line| !line.starts_with(' '));
            let types = text
                .lines()
                .filter(|line| line.starts_with("  Type: AWS::"));
            let properties = text.lines().filter(|line| *line == "  Properties:");
            let count = resources.count();
            count == 0 || types.count() != count || properties.count() != count
        })
        .map(|(id, _)| format!("{id}: not NAME, Type, Properties"))
        .collect();
    assert_none(&problems);
}

#[test]
fn a_rules_file_is_named_after_it_and_lies_in_its_pillar() {
    let problems: Vec<String> = rules()
        .rules()
        .iter()
        .filter(|rule| {
            let folder = rule.pillar.code.to_ascii_lowercase();
            rule.path
                != Path::new("rules")
                    .join(folder)
                    .join(format!("{}.yaml", rule.name))
        })
        .map(|rule| format!("{} lies in {}", rule.name, rule.path.display()))
        .collect();
    assert_none(&problems);
}

#[test]
fn rules_read_well() {
    let mut problems = Vec::new();
    for rule in rules().rules() {
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                problems.push(format!("{}: {what}", rule.id));
            }
        };
        expect(!rule.title.ends_with('.'), "the title ends with a stop");
        expect(
            rule.title.len() <= 120,
            "the title is longer than 120 characters",
        );
        expect(
            rule.fix.text.ends_with('.'),
            "the fix does not end with a stop",
        );
        expect(!rule.why.is_empty(), "there is no why");
        let urls = rule
            .references
            .iter()
            .filter_map(|reference| reference.url.as_deref());
        for url in urls {
            expect(url.starts_with("https://"), "a reference is not https");
        }
    }
    assert_none(&problems);
}

/// Rules over what people declare: nothing of that can be unread.
const OF_THE_DECLARATION_ALONE: [&str; 1] = ["GOV-POL-001"];

/// Every rule shows when it fires and when it does not, and what it says of the unread.
#[test]
fn every_rule_has_a_case_for_each_verdict() {
    let mut problems = Vec::new();
    for rule in rules().rules() {
        let cases = rule.cases().expect("cases");
        for verdict in [
            Expected::Fail,
            Expected::Pass,
            Expected::Unknown,
            Expected::NotApplicable,
        ] {
            let never = verdict == Expected::Unknown
                && OF_THE_DECLARATION_ALONE.contains(&rule.id.as_str());
            if never == cases.iter().any(|case| case.verdict == verdict) {
                problems.push(format!("{}: no case for {}", rule.id, verdict.text()));
            }
        }
    }
    assert_none(&problems);
}

/// Whoever judges reads the files no further than their cases.
#[test]
fn cases_stand_last() {
    let problems: Vec<String> = rules()
        .rules()
        .iter()
        .filter(|rule| {
            let cases = rule.text.split_once("\ncases:\n").map(|(_, cases)| cases);
            !cases.is_some_and(|cases| {
                let mut lines = cases.lines();
                lines.all(|line| line.is_empty() || line.starts_with([' ', '#']))
            })
        })
        .map(|rule| format!("{}: a key follows the cases, or there are none", rule.id))
        .collect();
    assert_none(&problems);
}

#[test]
fn every_case_holds() {
    let problems: Vec<String> = rules()
        .rules()
        .iter()
        .flat_map(|rule| mrlint::check::cases::run(rule, &rule.cases().expect("cases")))
        .map(|failure| format!("{}: {}: {}", failure.rule, failure.case, failure.problem))
        .collect();
    assert_none(&problems);
}

#[test]
fn rules_use_every_kind_of_scope() {
    let rules = rules();
    let rules = rules.rules();
    assert!(
        rules
            .iter()
            .any(|rule| matches!(rule.subject, Subject::Resource(_))
                && rule.expressions.per.is_none())
    );
    assert!(
        rules.iter().any(|rule| rule.expressions.per.is_some()),
        "none judges a set"
    );
    assert!(
        rules.iter().any(|rule| rule.subject == Subject::Workload),
        "none judges a workload"
    );
}

#[test]
fn source_files_are_short_and_say_what_they_are_for() {
    let mut problems = Vec::new();
    for folder in ["src", "tests"] {
        for path in files(&root().join(folder), "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(root()).unwrap().display();
            if text.lines().count() > 400 {
                problems.push(format!("{name}: {} lines", text.lines().count()));
            }
            if !text.starts_with("//!") {
                problems.push(format!("{name}: does not begin with what it is for"));
            }
        }
    }
    assert_none(&problems);
}

/// The directory is the list: a collector that nobody registered would never run.
#[cfg(feature = "live")]
#[test]
fn every_collector_declares_what_it_calls() {
    let mut problems = Vec::new();
    for collector in mrlint::collect::ALL {
        if collector.operations.is_empty() {
            problems.push(format!("{}: declares no operation", collector.name));
        }
        for operation in collector.operations {
            let (service, action) = operation.action.split_once(':').unwrap_or_default();
            let reads = ["Get", "List", "Describe", "Search"]
                .iter()
                .any(|verb| action.starts_with(verb));
            if service.is_empty() || !reads {
                problems.push(format!(
                    "{}: {} does not only read",
                    collector.name, operation.action
                ));
            }
        }
    }
    let collected: Vec<_> = mrlint::collect::ALL
        .iter()
        .flat_map(|collector| collector.kinds.iter().copied())
        .collect();
    for kind in mrlint::inventory::Kind::ALL {
        let times = collected.iter().filter(|it| *it == kind).count();
        if times != 1 {
            problems.push(format!("{kind} is collected by {times} collectors"));
        }
    }
    assert_none(&problems);
}

/// What is fuzzed must be what is shipped.
#[test]
fn the_fuzzers_have_the_versions_of_the_tool() {
    let packages = |path: &str| -> Vec<String> {
        let text = fs::read_to_string(root().join(path)).expect("a lock file");
        let words = text.lines().filter_map(|line| {
            let (key, value) = line.split_once(" = ")?;
            ["name", "version"].contains(&key).then(|| value.to_owned())
        });
        let words: Vec<String> = words.collect();
        // The version of the format stands alone at the top.
        words[1..].chunks(2).map(|pair| pair.join(" ")).collect()
    };
    let shipped = packages("Cargo.lock");
    let own = ["arbitrary", "libfuzzer-sys", "mrlint-fuzz"].map(|name| format!("\"{name}\" "));
    let problems: Vec<String> = packages("fuzz/Cargo.lock")
        .into_iter()
        .filter(|it| !shipped.contains(it) && !own.iter().any(|own| it.starts_with(own)))
        .map(|it| format!("fuzz/Cargo.lock: {it} is not in Cargo.lock"))
        .collect();
    assert_none(&problems);
}
