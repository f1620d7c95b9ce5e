//! Each planted defect is found for its own reason: mended, its finding goes, and nothing else
//! changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use indexmap::IndexMap;
use mrlint::check::{Options, check};
use mrlint::config::Config;
use mrlint::inventory::snapshot;
use mrlint::rule::RuleSet;
use serde::Deserialize;
use serde_json::Value;

use crate::support::reports::expected;
use crate::support::venv::lab_dir;

/// What an owner could do about a defect, and what that does to the findings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mend {
    about: String,
    change: Vec<Change>,
    /// The findings that go.
    #[serde(default)]
    gone: BTreeSet<String>,
    /// Those that come with it.
    #[serde(default)]
    come: BTreeSet<String>,
    /// What goes and comes when the estate is judged by what its owners declare. Without it: what
    /// goes otherwise, as far as it is found there, and what comes.
    declared: Option<Declared>,
}

/// Where what the owners declare makes another difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    why: String,
    #[serde(default)]
    gone: BTreeSet<String>,
    #[serde(default)]
    come: BTreeSet<String>,
}

/// A change to the resources of a kind whose ARN holds a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    kind: String,
    arn: String,
    /// Only in this Region.
    region: Option<String>,
    /// JSON pointers within the resource, and what stands there from now on.
    #[serde(default)]
    set: IndexMap<String, Value>,
    /// The resources go.
    #[serde(default)]
    remove: bool,
    /// A second one comes beside the first, with these values.
    #[serde(default)]
    copy: IndexMap<String, Value>,
}

impl Change {
    fn is_about(&self, resource: &Value) -> bool {
        let arn = resource["arn"].as_str().unwrap_or_default();
        let region = self.region.as_deref();
        resource["kind"] == self.kind.as_str()
            && arn.contains(&self.arn)
            && region.is_none_or(|region| resource["region"] == region)
    }

    /// Changes the lines of an inventory.
    fn apply(&self, rows: &mut Vec<Value>) -> Result<(), String> {
        let at: Vec<usize> = (0..rows.len())
            .filter(|at| self.is_about(&rows[*at]["resource"]))
            .collect();
        let Some(first) = at.first() else {
            return Err(format!("no {} with {}", self.kind, self.arn));
        };
        if !self.copy.is_empty() {
            let mut copy = rows[*first].clone();
            set(&mut copy, &self.copy)?;
            rows.push(copy);
        }
        for at in &at {
            set(&mut rows[*at], &self.set)?;
        }
        if self.remove {
            rows.retain(|row| !self.is_about(&row["resource"]));
        }
        Ok(())
    }
}

/// Puts values where the pointers lead; the place may be new, what holds it may not. `-` is the place
/// after the last of a list.
fn set(row: &mut Value, values: &IndexMap<String, Value>) -> Result<(), String> {
    for (pointer, value) in values {
        let (parent, name) = pointer.rsplit_once('/').ok_or("not a JSON pointer")?;
        let name = name.replace("~1", "/").replace("~0", "~");
        match row.pointer_mut(&format!("/resource{parent}")) {
            Some(Value::Object(map)) => _ = map.insert(name, value.clone()),
            Some(Value::Array(list)) if name == "-" => list.push(value.clone()),
            Some(Value::Array(list)) => {
                let at: usize = name.parse().map_err(|_| format!("{pointer}: no index"))?;
                *list.get_mut(at).ok_or(format!("{pointer}: too short"))? = value.clone();
            }
            _ => return Err(format!("nothing at {parent}")),
        }
    }
    Ok(())
}

fn mends() -> Vec<(String, Mend)> {
    let mut files: Vec<_> = fs::read_dir(lab_dir().join("mends"))
        .expect("the mends")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a file of mends");
        let mends: Vec<Mend> = serde_saphyr::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_stem().expect("a name").to_string_lossy();
        all.extend(
            mends
                .into_iter()
                .map(|mend| (format!("{name}: {}", mend.about), mend)),
        );
    }
    all
}

fn estate() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/examples/estate.jsonl");
    let text = fs::read_to_string(path).expect("the estate");
    let row = |line| serde_json::from_str(line).expect("a line of JSON");
    text.lines().map(row).collect()
}

/// What the estate is judged by, loaded once: that takes longer than judging it.
struct Judge {
    name: &'static str,
    rules: RuleSet,
    options: Options,
    /// The findings before anything is mended.
    before: BTreeSet<String>,
}

impl Judge {
    fn new(name: &'static str, rules: RuleSet, options: Options) -> Self {
        let before = BTreeSet::new();
        let mut judge = Self {
            name,
            rules,
            options,
            before,
        };
        judge.before = judge.judged(&estate());
        judge
    }

    /// As `check` does without a configuration.
    fn guessing() -> Self {
        let rules = RuleSet::builtin().expect("the rules");
        Self::new("guessed", rules, Options::default())
    }

    /// By what the owners declare.
    fn declared() -> Self {
        let path = lab_dir().join("intent/mrlint.yaml");
        let mut config = Config::load(&path).expect("a configuration");
        let rules = RuleSet::builtin().expect("the rules");
        let rules = config.apply(rules).expect("known rules");
        let options = Options {
            workloads: config.workloads,
            waivers: config.waivers,
            ..Options::default()
        };
        Self::new("declared", rules, options)
    }

    /// A line for each finding, as in the hand-written list.
    fn judged(&self, rows: &[Value]) -> BTreeSet<String> {
        let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
        let text = rows.join("\n");
        let read = snapshot::read(text.as_bytes(), Path::new("the estate"));
        let report = check(&read.expect("an inventory"), &self.rules, &self.options);
        let lines = report.findings.iter().map(|finding| {
            let resource = &finding.resource;
            let parts = [&resource.account, &resource.region, &resource.name];
            format!("{} {} {} {}", finding.rule, parts[0], parts[1], parts[2]).replace("  ", " ")
        });
        lines.collect()
    }

    /// What goes and comes otherwise than is said.
    fn differs(
        &self,
        rows: &[Value],
        gone: &BTreeSet<String>,
        come: &BTreeSet<String>,
    ) -> Option<String> {
        let after = self.judged(rows);
        let went: BTreeSet<String> = self.before.difference(&after).cloned().collect();
        let came: BTreeSet<String> = after.difference(&self.before).cloned().collect();
        (went != *gone || came != *come)
            .then(|| format!("{}: gone: {went:#?}\ncome: {came:#?}", self.name))
    }
}

/// What is wrong with a mend.
fn problem(mend: &Mend, estate: &[Value], guessing: &Judge, declared: &Judge) -> Option<String> {
    let mut rows = estate.to_vec();
    if let Some(error) = mend.change.iter().find_map(|it| it.apply(&mut rows).err()) {
        return Some(error);
    }
    if mend.gone.is_empty() {
        return Some("mends nothing".to_owned());
    }
    if let Some(unknown) = mend.gone.difference(&guessing.before).next() {
        return Some(format!("{unknown} was no finding"));
    }
    let found = mend.gone.intersection(&declared.before).cloned().collect();
    let (gone, come) = match &mend.declared {
        Some(it) if it.why.is_empty() || (it.gone == found && it.come == mend.come) => {
            return Some("`declared` says nothing".to_owned());
        }
        Some(it) => (&it.gone, &it.come),
        None => (&found, &mend.come),
    };
    let differences = [
        guessing.differs(&rows, &mend.gone, &mend.come),
        declared.differs(&rows, gone, come),
    ];
    let all: Vec<String> = differences.into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join("\n"))
}

#[test]
fn a_defect_that_is_mended_takes_its_finding_with_it() {
    let (estate, mends) = (estate(), mends());
    let (guessing, declared) = (Judge::guessing(), Judge::declared());
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((name, mend)) = mends.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(problem) = problem(mend, &estate, &guessing, &declared) {
                let mut all = problems.lock().unwrap_or_else(PoisonError::into_inner);
                all.push(format!("{name}: {problem}"));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let problems = problems.into_inner().expect("nobody panicked");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_planted_defect_has_its_mend() {
    let mends = mends();
    let mended: BTreeSet<&String> = mends.iter().flat_map(|(_, mend)| &mend.gone).collect();
    let planted = expected("demo");
    let without: Vec<&String> = planted.iter().filter(|it| !mended.contains(it)).collect();
    assert!(without.is_empty(), "nothing mends {without:#?}");
}
