//! Findings on the lines of the code that made the resources: the real binary over Terraform,
//! CloudFormation and CDK code, every line checked by plain search in the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::binary::{Mrlint, Ran};
use crate::support::reports::{assert_valid_sarif, report};

/// A repository with the code of `tests/iac/shop`, the sample estate with CloudFormation's tags, a
/// state and an assembly.
struct Repository {
    folder: tempfile::TempDir,
}

const ACCOUNT: &str = "111111111111";

/// Which stack and logical id CloudFormation would have written on resources of the estate.
const TAGS: [(&str, &str, &str); 5] = [
    (
        "sns:eu-west-1:111111111111:shipping",
        "shop-topics",
        "Shipping",
    ),
    ("function:media-linker", "shop-topics", "MediaLinker"),
    (
        "db:legacy-crm",
        "shop-topics-Databases-1ABCDEFGHIJK2",
        "LegacyCrm",
    ),
    ("serverlesscache:login-state", "Caches", "LoginState"),
    (
        "sns:eu-central-1:111111111111:returns",
        "unheard-of",
        "Returns",
    ),
];

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/iac/shop");
        copy(&shop, &folder.path().join("shop code"));
        fs::create_dir(folder.path().join(".git")).expect("a repository");
        let it = Self { folder };
        it.write("live.tfstate", STATE);
        it.write("estate.jsonl", &estate());
        it.assembly();
        it
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// As `cdk synth` writes it.
    fn assembly(&self) {
        let stack = json!({
            "type": "aws:cloudformation:stack",
            "environment": format!("aws://{ACCOUNT}/eu-west-1"),
            "properties": { "templateFile": "Caches.template.json" },
            "additionalMetadataFile": "Caches.metadata.json",
        });
        let top = self.folder.path().canonicalize().expect("a folder");
        let lib = top.join("shop code/cdk/lib/caches-stack.ts");
        let frames = json!([
            "...aws-cdk-lib...",
            format!("new CachesStack ({}:8:5)", lib.display()),
        ]);
        let metadata = json!({ "/Caches/LoginState": [
            { "type": "aws:cdk:logicalId", "data": "LoginState" },
            { "type": "aws:cdk:creationStack", "data": frames },
        ] });
        let manifest = json!({ "version": "55.0.0", "artifacts": { "Caches": stack } });
        self.write("shop code/cdk/cdk.out/manifest.json", &manifest.to_string());
        self.write(
            "shop code/cdk/cdk.out/Caches.metadata.json",
            &metadata.to_string(),
        );
    }

    fn check(&self, args: &[&str]) -> Ran {
        let all = ["check", "estate.jsonl", "--fail-on", "never"];
        let code = [
            "--iac-root",
            "shop code",
            "--cdk-out",
            "shop code/cdk/cdk.out",
            "--tfstate",
            "shop code/infra/live=live.tfstate",
        ];
        let ran = Mrlint::new(all.iter().chain(&code).chain(args)).from(self.folder.path());
        let ran = ran.env("COLUMNS", "200").run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran
    }

    /// The line that holds the words, found as a person would.
    fn line(&self, file: &str, words: &str) -> String {
        let text = fs::read_to_string(self.path(file)).expect("the file");
        let mut lines = text.lines().enumerate();
        // Blocks of Terraform begin their line; what is set in lies inside of something.
        let terraform = Path::new(file).extension().is_some_and(|it| it == "tf");
        let inner = if terraform { "" } else { " \t" };
        let begins = |it: &str| {
            it.trim_start_matches(|c| inner.contains(c))
                .starts_with(words)
        };
        let found = lines.find(|(_, line)| begins(line));
        let (at, _) = found.unwrap_or_else(|| panic!("no {words} in {file}"));
        format!("{file}:{}", at + 1)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("a copy");
        }
    }
}

/// The sample estate with CloudFormation's tags.
fn estate() -> String {
    let estate = include_str!("../../reports/examples/estate.jsonl");
    let lines = estate.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        let arn = line["resource"]["arn"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        for (_, stack, logical) in TAGS.iter().filter(|it| arn.ends_with(it.0)) {
            let tags = &mut line["resource"]["tags"];
            tags["aws:cloudformation:stack-name"] = json!(stack);
            tags["aws:cloudformation:logical-id"] = json!(logical);
        }
        line.to_string() + "\n"
    });
    lines.collect()
}

/// A state of the code in `infra/live`, secrets and all.
const STATE: &str = include_str!("../iac/state.json");

/// What each resource's line has to be: end of the ARN, file, words that the line begins with, how
/// sure.
fn expected() -> Vec<[&'static str; 4]> {
    let lines = include_str!("../iac/expected.txt").lines();
    let rows = lines.filter(|it| !it.starts_with('#')).map(|line| {
        let parts: Vec<&str> = line.split(" | ").collect();
        parts.try_into().expect("four columns")
    });
    rows.collect()
}

/// Every resource that the report names, with its place: ARN, `file:line`, confidence.
fn places(report: &Value) -> Vec<(String, String, String)> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let stores = report["unassigned"]["stores"].as_array().expect("stores");
    let named = findings.flat_map(|it| {
        let related = it["related"].as_array().expect("related");
        std::iter::once(&it["resource"]).chain(related)
    });
    let mut all = Vec::new();
    for resource in named.chain(stores).filter(|it| !it["source"].is_null()) {
        let (arn, source) = (
            resource["arn"].as_str().expect("an ARN"),
            &resource["source"],
        );
        let text = |key: &str| source[key].as_str().expect("a text").to_owned();
        let place = format!("{}:{}", text("path"), source["line"]);
        all.push((arn.to_owned(), place, text("confidence")));
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn every_line_is_the_one_that_owns_the_resource() {
    let repository = Repository::new();
    let report = report(&repository.check(&["-f", "json"]));
    let found = places(&report);
    let all = expected();
    for (arn, place, confidence) in &found {
        let expected = all.iter().find(|it| arn.ends_with(it[0]));
        let [_, file, words, sure] = expected.unwrap_or_else(|| panic!("{arn} at {place}"));
        let line = repository.line(&format!("shop code/{file}"), words);
        assert_eq!((place, confidence.as_str()), (&line, *sure), "{arn}");
    }
    for [arn, ..] in all {
        assert!(
            found.iter().any(|it| it.0.ends_with(arn)),
            "no line for {arn}: {found:#?}"
        );
    }
}

#[test]
fn code_scanning_finds_the_file_and_the_line() {
    let repository = Repository::new();
    let ran = repository.check(&["-f", "sarif"]);
    let document = report(&ran);
    assert_valid_sarif(&document);
    let runs = document["runs"].as_array().expect("runs").iter();
    let results = runs.flat_map(|it| it["results"].as_array().expect("results"));
    let (mut placed, mut others) = (0, 0);
    for result in results {
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
        let source = &result["properties"]["source"];
        if source.is_null() {
            others += 1;
            assert!(uri.starts_with("aws/"), "{uri}");
            continue;
        }
        placed += 1;
        let path = source["path"].as_str().expect("a path");
        assert_eq!(uri, path.replace(' ', "%20"));
        assert_eq!(physical["region"]["startLine"], source["line"]);
        // The name of the block is what is marked.
        let text = fs::read_to_string(repository.path(path)).expect("the file");
        let at = |key: &str| usize::try_from(physical["region"][key].as_u64().expect("a number"));
        let line = text
            .lines()
            .nth(at("startLine").expect("small") - 1)
            .expect("the line");
        let (from, to) = (
            at("startColumn").expect("small"),
            at("endColumn").expect("small"),
        );
        let marked: String = line.chars().skip(from - 1).take(to - from).collect();
        let kinds = [
            "resource \"",
            "module \"",
            "\"",
            "new",
            "n",
            "Shipping",
            "MediaLinker",
        ];
        assert!(kinds.iter().any(|it| marked.starts_with(it)), "{marked}");
    }
    assert!(placed > 10 && others > 10, "{placed} and {others}");
    assert!(!ran.stdout.contains("hunter2"));
}

#[test]
fn people_see_lines_and_how_many_have_one() {
    let repository = Repository::new();
    let text = repository.check(&[]).stdout;
    let line = repository.line("shop code/infra/live/main.tf", "module \"catalogue\"");
    assert!(text.contains(&line), "{text}");
    assert!(
        text.contains("findings about a resource have a line in the code"),
        "{text}"
    );
    assert!(text.contains("not aws_sqs_queue.not_in_code"), "{text}");
    assert!(text.contains("--cfn-stack unheard-of=TEMPLATE"), "{text}");
    assert!(!text.contains("hunter2"));
}

/// The same words from another folder, in whatever order the options come.
#[test]
fn the_same_files_give_the_same_bytes() {
    let repository = Repository::new();
    let first = repository.check(&["-f", "json"]).stdout;
    assert_eq!(first, repository.check(&["-f", "json"]).stdout);
    fs::copy(
        repository.path("estate.jsonl"),
        repository.path("shop code/estate.jsonl"),
    )
    .expect("a copy");
    let inner = Mrlint::new([
        "check",
        "estate.jsonl",
        "--fail-on",
        "never",
        "-f",
        "json",
        "--tfstate",
        "infra/live=../live.tfstate",
        "--cdk-out",
        "cdk/cdk.out",
        "--iac-root",
        ".",
    ]);
    let inner = inner.from(repository.path("shop code")).run();
    assert_eq!(
        places(&report(&inner)),
        places(&serde_json::from_str(&first).expect("JSON"))
    );
}

/// What lies elsewhere holds secrets, and need not touch the disk.
#[test]
fn a_state_may_come_through_a_pipe() {
    let repository = Repository::new();
    let ran = |state: &str| {
        let file = fs::File::open(repository.path("live.tfstate")).expect("the state");
        let state = format!("shop code/infra/live={state}");
        let output = Command::new(env!("CARGO_BIN_EXE_mrlint"))
            .args(["check", "estate.jsonl", "--fail-on", "never", "-f", "json"])
            .args(["--iac-root", "shop code", "--tfstate", &state])
            .current_dir(repository.folder.path())
            .stdin(file)
            .output()
            .expect("mrlint");
        let report = serde_json::from_slice(&output.stdout);
        let report = report.unwrap_or_else(|error| panic!("{error}: {output:?}"));
        places(&report)
    };
    let piped = ran("-");
    assert!(!piped.is_empty());
    assert_eq!(piped, ran("live.tfstate"));
}

#[test]
fn what_is_wrong_with_the_options_is_said_before_anything_is_judged() {
    let repository = Repository::new();
    let said = |args: &[&str]| {
        let all = ["check", "estate.jsonl"].iter().chain(args);
        let ran = Mrlint::new(all).from(repository.folder.path()).run();
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
        ran.stderr
    };
    assert!(said(&["--iac-root", "nowhere"]).contains("nowhere: "));
    assert!(said(&["--tfstate", "live.tfstate"]).contains("--iac-root"));
    let s3 = said(&["--iac-root", ".", "--tfstate", "s3://b/k"]);
    assert!(s3.contains("terraform state pull"), "{s3}");
    let other = said(&["--iac-root", ".", "--tfstate", "estate.jsonl"]);
    assert!(other.contains("estate.jsonl:"), "{other}");
    let cdk = said(&["--cdk-out", "."]);
    assert!(cdk.contains("manifest.json"), "{cdk}");
    let over = said(&[
        "--iac-root",
        ".",
        "--tfstate",
        "live.tfstate",
        "-f",
        "json=live.tfstate",
    ]);
    assert!(over.contains("written over"), "{over}");
}
