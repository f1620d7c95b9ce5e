//! Every core is used, and nothing that is said depends on how many there are.

use std::path::Path;

use mrlint::check::{self, Options};
use mrlint::inventory::{Inventory, snapshot};
use mrlint::report::format::{Format, Terminal};
use mrlint::rule::RuleSet;

use crate::synthetic;

fn on<R: Send>(threads: usize, run: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("threads").install(run)
}

fn written(inventory: &Inventory) -> Vec<u8> {
    let mut bytes = Vec::new();
    snapshot::write(inventory, &mut bytes).expect("memory");
    bytes
}

/// The inventory as it was read, and every report.
fn all_that_is_said(text: &[u8]) -> Vec<Vec<u8>> {
    let inventory = snapshot::read(text, Path::new("synthetic")).expect("an inventory");
    let rules = RuleSet::builtin().expect("rules");
    let report = check::check(&inventory, &rules, &Options::default());
    let terminal = Terminal {
        width: 100,
        colour: false,
        ..Terminal::default()
    };
    let texts = Format::ALL.iter().filter(|format| !format.is_folder());
    let reports = texts.map(|format| {
        let mut bytes = Vec::new();
        let rendered = format.render(&report, &terminal, &mut bytes);
        rendered.expect("memory");
        bytes
    });
    reports.chain([written(&inventory)]).collect()
}

#[test]
fn one_thread_and_many_say_the_same() {
    let text = written(&synthetic::inventory(7, 3000));
    let alone = on(1, || all_that_is_said(&text));
    assert!(
        alone.last() == Some(&text),
        "what is read is what was written"
    );
    for threads in [2, 8] {
        let together = on(threads, || all_that_is_said(&text));
        assert!(alone == together, "{threads} threads");
    }
}

#[test]
fn of_several_damaged_lines_the_first_is_named() {
    let mut lines: Vec<String> = String::from_utf8(written(&synthetic::inventory(7, 3000)))
        .expect("text")
        .lines()
        .map(str::to_owned)
        .collect();
    for at in [700, 702, 2900] {
        lines[at] = lines[at].replace("\"tags\":", "\"tgas\":");
    }
    let text = lines.join("\n");
    for threads in [1, 8] {
        let read = on(threads, || snapshot::read(text.as_bytes(), Path::new("f")));
        let error = read.expect_err("damage").to_string();
        assert!(error.starts_with("f:701:"), "{error}");
    }
}
