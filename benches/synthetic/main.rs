//! Writes a synthetic inventory: `synthetic FILE [RESOURCES [SEED]]`.
#![expect(clippy::print_stderr, reason = "how a program says what is wrong")]

#[path = "mod.rs"]
mod synthetic;

use std::path::Path;
use std::process::ExitCode;

use mrlint::inventory::snapshot;
use synthetic::inventory;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let file = args.next();
    let mut number = |default: u64| args.next().map_or(Some(default), |it| it.parse().ok());
    let (Some(file), Some(resources), Some(seed)) = (file, number(1_000_000), number(1)) else {
        eprintln!("usage: synthetic FILE [RESOURCES [SEED]]");
        return ExitCode::from(2);
    };
    let resources = usize::try_from(resources).unwrap_or(usize::MAX);
    match snapshot::save(&inventory(seed, resources), Path::new(&file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(4)
        }
    }
}
