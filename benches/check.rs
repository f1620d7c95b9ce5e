//! `check`, stage by stage, on synthetic inventories of several sizes: `cargo bench`.
//!
//! Each stage is measured alone, with what it needs made before. The whole process, with its peak
//! memory, is measured from outside: see README.md beside this file.

mod synthetic;

use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use mrlint::check::{self, Options};
use mrlint::estate::Estate;
use mrlint::inventory::{Inventory, snapshot};
use mrlint::report::format::{Format, Terminal};
use mrlint::rule::RuleSet;
use mrlint::workload::Workloads;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const SEED: u64 = 1;

fn main() {
    divan::main();
}

fn inventory(size: usize) -> Inventory {
    synthetic::inventory(SEED, size)
}

fn rules() -> RuleSet {
    RuleSet::builtin().unwrap_or_default()
}

/// Parsing and type-checking every rule, as every command that judges does first.
#[divan::bench(sample_count = 20)]
fn rules_load() -> RuleSet {
    rules()
}

/// Reading the inventory file, from memory.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn load(bencher: Bencher, size: usize) {
    let mut bytes = Vec::new();
    let written = snapshot::write(&inventory(size), &mut bytes);
    assert!(written.is_ok());
    bencher
        .counter(ItemsCount::new(size))
        .bench_local(|| snapshot::read(bytes.as_slice(), Path::new("bench")));
}

/// Indexes, twins, names.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn estate(bencher: Bencher, size: usize) {
    let inventory = inventory(size);
    bencher
        .counter(ItemsCount::new(size))
        .bench_local(|| drop(Estate::new(&inventory)));
}

/// Who belongs to which workload, with the edges that this takes.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn workloads(bencher: Bencher, size: usize) {
    let inventory = inventory(size);
    bencher
        .counter(ItemsCount::new(size))
        .with_inputs(|| Estate::new(&inventory))
        .bench_local_refs(|estate| Workloads::of(estate, &[], None));
}

/// Estate, workloads, all rules, and the report.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn judge(bencher: Bencher, size: usize) {
    let (inventory, rules) = (inventory(size), rules());
    bencher
        .counter(ItemsCount::new(size))
        .bench_local(|| check::check(&inventory, &rules, &Options::default()));
}

/// The report in each format.
#[divan::bench(args = ["table", "json", "sarif"], sample_count = 3, sample_size = 1)]
fn render(bencher: Bencher, name: &str) {
    let size = 100_000;
    let report = check::check(&inventory(size), &rules(), &Options::default());
    let format = Format::named(name);
    let terminal = Terminal {
        width: 100,
        colour: false,
        ..Terminal::default()
    };
    bencher.counter(ItemsCount::new(size)).bench_local(|| {
        let mut out = Vec::new();
        let written = format.map(|it| it.render(&report, &terminal, &mut out));
        assert!(matches!(written, Some(Ok(()))));
        out
    });
}
