//! The command line: what a user can ask, and what the answers are worth as exit codes.
//!
//! One file per group of commands. Standard output carries only what was asked for; everything
//! else goes to standard error.

mod args;
mod config;
mod diff;
mod doctor;
mod exit;
mod explain;
mod explain_score;
mod history;
mod iam_policy;
mod init;
mod intent;
mod judge;
mod kinds;
mod notify;
mod outputs;
mod past;
mod plan;
#[cfg(feature = "live")]
mod plan_live;
#[cfg(feature = "live")]
mod plan_text;
#[cfg(feature = "live")]
mod progress;
mod rules;
mod runs;
mod scan;
mod simulate;
mod terminal;
mod what_if;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
pub use exit::Exit;

use crate::report::escape::lines;

/// Something that ends a command: what went wrong, and what to do.
#[derive(Debug)]
pub struct Trouble {
    pub exit: Exit,
    pub problem: String,
    pub help: Option<String>,
}

impl Trouble {
    pub fn new(exit: Exit, problem: impl Into<String>) -> Self {
        Self {
            exit,
            problem: problem.into(),
            help: None,
        }
    }

    pub fn usage(problem: impl Into<String>) -> Self {
        Self::new(Exit::Usage, problem)
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::new(Exit::Runtime, error.to_string())
    }
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors.
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Clean
            };
            return match error.print() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Runtime.into(),
                _ => exit.into(),
            };
        }
    };
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(trouble) => {
            let mut stderr = io::stderr().lock();
            // Nothing can be done when even that cannot be written.
            // Problems quote files and arguments, which anybody may have written.
            let _ = writeln!(stderr, "error: {}", lines(&trouble.problem));
            if let Some(help) = trouble.help {
                let _ = writeln!(stderr, "help: {}", lines(&help));
            }
            trouble.exit.into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit, Trouble> {
    let ui = terminal::Ui::new(cli.global);
    match cli.command {
        Command::Scan(scan) => scan::scan(&scan, &ui),
        Command::Collect(collect) => scan::collect(&collect, &ui),
        Command::Doctor(doctor) => doctor::doctor(&doctor, &ui),
        Command::Check(check) => judge::check(&check, &ui),
        Command::Demo(demo) => judge::demo(&demo, &ui),
        Command::Simulate(simulate) => simulate::simulate(&simulate, &ui),
        Command::Diff(diff) => diff::diff(&diff, &ui),
        Command::History(history) => history::history(&history, &ui),
        Command::Notify(notify) => notify::notify(&notify, &ui),
        Command::WhatIf(args) => what_if::what_if(&args, &ui),
        Command::Explain(explain) => explain::explain(&explain, &ui),
        Command::Init(init) => init::init(&init, &ui),
        Command::Config(config) => config::run(&config.command, &ui),
        Command::Rules(command) => rules::run(&command, &ui),
        Command::Kinds(command) => kinds::run(command.command, &ui),
        Command::Plan(args) => plan::plan(&args, &ui),
        Command::IamPolicy(args) => iam_policy::print(&args, &ui),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "mrlint", &mut text);
            ui.print(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            ui.print(&text)
        }
    }
}
