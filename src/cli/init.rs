//! `init`: what can be worked out of an inventory, as a configuration to edit.

use std::io::Write as _;
use std::path::Path;

use super::args::Init;
use super::judge::load;
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::config;
use crate::estate::Estate;
use crate::workload::Workloads;

pub(super) fn init(args: &Init, ui: &Ui) -> Result<Exit, Trouble> {
    let to_stdout = args.output == Path::new("-");
    if !to_stdout && args.output.exists() {
        let problem = format!("{} is there already", args.output.display());
        return Err(Trouble::usage(problem).help("name another file with -o, or `-o -` to see it"));
    }
    let inventory = load(&args.inventory)?;
    let estate = Estate::new(&inventory);
    let text = config::written(&estate, &Workloads::of(&estate, &[], None));
    if to_stdout {
        return ui.print(text.as_bytes());
    }
    crate::atomic::write(&args.output, |file| file.write_all(text.as_bytes()))?;
    let name = args.output.display();
    ui.note(&format!(
        "wrote {name}; every line of it is a guess to be checked"
    ));
    Ok(Exit::Clean)
}
