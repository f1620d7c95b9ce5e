//! The losses that workloads are meant to live through, on synthetic inventories: `cargo bench --bench
//! simulate`.
//!
//! Estate and workloads are made before, with everything that they work out when first asked.

mod synthetic;

use divan::Bencher;
use divan::counter::ItemsCount;
use mrlint::estate::Estate;
use mrlint::inventory::Inventory;
use mrlint::simulate::constants::Constants;
use mrlint::simulate::{Outcome, Simulation};
use mrlint::workload::{Workload, Workloads};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

const SEED: u64 = 1;
const CORES: [usize; 3] = [1, 2, 4];

fn main() {
    divan::main();
}

fn cores(count: usize) -> Option<ThreadPool> {
    ThreadPoolBuilder::new().num_threads(count).build().ok()
}

fn played(estate: &Estate<'_>, workloads: &[Workload]) -> usize {
    let constants = Constants::default();
    let simulation = Simulation {
        estate,
        constants: &constants,
    };
    let all = workloads.par_iter().map(|it| simulation.played(it));
    let all: Vec<Vec<Outcome>> = all.collect();
    all.iter().map(Vec::len).sum()
}

fn play(bencher: Bencher, inventory: &Inventory, count: usize) {
    let estate = Estate::new(inventory);
    let workloads = Workloads::of(&estate, &[], None).workloads;
    // Edges and names are worked out once, by whoever asks first.
    let outcomes = played(&estate, &workloads);
    let pool = cores(count);
    assert!(pool.is_some() && outcomes > 0);
    bencher.counter(ItemsCount::new(outcomes)).bench_local(|| {
        pool.as_ref()
            .map(|it| it.install(|| played(&estate, &workloads)))
    });
}

/// One workload of 10,000 resources in 20 Regions: each of them, and each two of them.
#[divan::bench(args = CORES, sample_count = 5, sample_size = 1)]
fn one_wide(bencher: Bencher, cores: usize) {
    play(bencher, &synthetic::wide(SEED, 10_000, 20), cores);
}

/// 1,000 workloads of 100 resources each.
#[divan::bench(args = CORES, sample_count = 3, sample_size = 1)]
fn many_small(bencher: Bencher, cores: usize) {
    play(bencher, &synthetic::many(SEED, 100_000, 1_000), cores);
}
