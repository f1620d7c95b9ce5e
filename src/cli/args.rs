//! The arguments, as clap reads them.

mod code;
mod played;
mod policy;
mod scope;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(super) use code::Code;
pub(super) use played::Played;
pub(super) use policy::{IamPolicy, PolicyFor, PolicyFormat};
pub(super) use scope::{Reading, Scope, Speed};

use super::outputs;
use super::past::Past;
use super::plan::Plan;
use crate::report::format::{GroupBy, Output, View};
use crate::rule::meta::Severity;

const EXAMPLES: &str = "\
Examples:
  mrlint demo                                     the sample estate, without an account
  mrlint scan --regions all                       every enabled Region of the current account
  mrlint scan --regions 'eu-*' -f sarif=out.sarif --fail-on critical
  mrlint scan --org --exclude-accounts 'sandbox-*'   every other account of the organisation
  mrlint collect --regions all -o inventory.jsonl.zst
  mrlint check inventory.jsonl.zst --active eu-west-1,eu-central-1
  mrlint plan inventory.jsonl.zst --budget 10     the calls of a run like that, and their time
  mrlint scan --org --state-dir runs --fail-on-new    every night: only what is new counts
  mrlint diff --since last --state-dir runs       what changed, and what could not be compared
  mrlint simulate inventory.jsonl.zst --lose eu-west-1
  mrlint explain DATA-DDB-001

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage or a file with an error,
3 coverage below --min-coverage, 4 credentials or runtime, 130 interrupted.";

/// Colours of the help, on a terminal that has them.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Green.on_default())
    .error(AnsiColor::Red.on_default().bold());

/// Architecture linter for multi-Region active-active systems on AWS
#[derive(Debug, Parser)]
#[command(name = "mrlint", version, about, after_help = EXAMPLES, max_term_width = 100, styles = STYLES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Terminal")]
pub(super) struct Global {
    /// Says nothing but what was asked for, and errors
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// When to colour the table
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, env = "MRLINT_COLOR")]
    pub(super) color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Reads accounts and judges them
    Scan(Box<Scan>),
    /// Reads accounts into an inventory file
    Collect(Collect),
    /// Who am I, what may I read, which accounts and Regions, and what is missing
    Doctor(Doctor),
    /// Judges an inventory file; needs no network
    Check(Check),
    /// Judges the sample estate that is built in
    Demo(Judge),
    /// Plays the loss of Regions through: what still serves, for how long it does not, what is lost
    Simulate(super::simulate::Simulate),
    /// What changed between two runs: new, fixed, unchanged, and what nobody can compare
    Diff(super::diff::Diff),
    /// The runs that --state-dir keeps, and where they go
    History(super::history::History),
    /// Tells the targets of mrlint.yaml what changed, and nothing else
    Notify(super::notify::Notify),
    /// Adds Regions, mends findings or sets something in an inventory, in memory: what moves
    WhatIf(super::what_if::WhatIfArgs),
    /// What a rule looks for, why, and how to mend it; or what a score is made of
    Explain(Explain),
    /// Writes down what can be worked out of an inventory, as a configuration to edit
    Init(Init),
    /// The configuration file: its schema, and whether one is right
    Config(super::config::ConfigArgs),
    /// The rules: list, show, test
    Rules(Rules),
    /// The kinds of resources, and what rules can read of them
    Kinds(Kinds),
    /// The calls of a run and the time that the limits of AWS make them take, without making them
    Plan(Plan),
    /// The permissions that reading an account takes: a policy, or a role to deploy
    IamPolicy(IamPolicy),
    /// Completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// The manual page
    Man,
}

/// By what to judge.
#[derive(Debug, Clone, Args)]
pub(super) struct Intent {
    /// Regions in which you serve; worked out and named as a guess when not given
    #[arg(
        long,
        value_name = "REGIONS",
        env = "MRLINT_ACTIVE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub(super) active: Vec<String>,
    /// What you mean your architecture to be; mrlint.yaml in this folder when not given
    #[arg(
        long,
        value_name = "FILE",
        env = "MRLINT_CONFIG",
        help_heading = "Rules"
    )]
    pub(super) config: Option<PathBuf>,
    /// Folder with rules of your own; repeat it for several
    #[arg(long = "rules", value_name = "DIR", help_heading = "Rules")]
    pub(super) rules: Vec<PathBuf>,
}

/// How to judge, and what to make of it.
#[derive(Debug, Clone, Args)]
pub(super) struct Judge {
    #[command(flatten)]
    pub(super) intent: Intent,
    #[command(flatten)]
    pub(super) code: Code,
    #[arg(
        short,
        long = "format",
        value_name = "FORMAT[=PATH]",
        default_value = "table",
        help = outputs::formats(),
        long_help = outputs::formats_at_length(),
        help_heading = "Output"
    )]
    pub(super) formats: Vec<Output>,
    /// JSON report of the run before: its findings that cannot be judged now are carried on, and not
    /// taken for mended; an empty file for a first run
    #[arg(
        long,
        value_name = "FILE",
        env = "MRLINT_PREVIOUS",
        help_heading = "Output"
    )]
    pub(super) previous: Option<PathBuf>,
    /// What the findings of the table stand together under
    #[arg(long, value_enum, default_value_t = GroupBy::Rule, help_heading = "Output")]
    pub(super) group_by: GroupBy,
    /// How many groups of findings the table shows, the worst first
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) top: Option<usize>,
    /// Least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::High, env = "MRLINT_FAIL_ON", help_heading = "Gate")]
    pub(super) fail_on: FailOn,
    /// Least share of verdicts that must be decided, from 0 to 1; below it the exit code is 3,
    /// unless findings make it 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.9, value_parser = share, env = "MRLINT_MIN_COVERAGE", help_heading = "Gate")]
    pub(super) min_coverage: f64,
}

impl Judge {
    /// What of the findings the table shows.
    pub(super) fn view(&self) -> View {
        View {
            group_by: self.group_by,
            top: self.top,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&number) {
        Ok(number)
    } else {
        Err("not from 0 to 1".to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Low,
    Medium,
    High,
    Critical,
    Never,
}

impl FailOn {
    /// The least severity that counts; `None` for never.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
            Self::Never => None,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Scan {
    #[command(flatten)]
    pub(super) scope: Scope,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) judge: Judge,
    /// Keeps the inventory in a file; a name that ends in .zst compresses it
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) save: Option<PathBuf>,
    #[command(flatten)]
    pub(super) past: Past,
}

#[derive(Debug, Args)]
pub(super) struct Collect {
    #[command(flatten)]
    pub(super) scope: Scope,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// File to write; a name that ends in .zst compresses it
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub(super) scope: Scope,
    #[command(flatten)]
    pub(super) speed: Speed,
    /// The configuration to look at; mrlint.yaml in this folder when not given
    #[arg(long, value_name = "FILE", env = "MRLINT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// How to tell it
    #[arg(short, long, value_enum, default_value_t = DoctorFormat::Table, help_heading = "Output")]
    pub(super) format: DoctorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Inventory file, as `mrlint collect` writes it
    pub(super) inventory: PathBuf,
    #[command(flatten)]
    pub(super) judge: Judge,
    #[command(flatten)]
    pub(super) past: Past,
    /// Folder to keep this run in, for `mrlint diff`, `history` and `notify`
    #[arg(
        long,
        value_name = "FOLDER",
        env = "MRLINT_STATE_DIR",
        help_heading = "Runs before"
    )]
    pub(super) state_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Explain {
    #[command(subcommand)]
    pub(super) what: Option<ExplainWhat>,
    /// Id or name of a rule
    #[arg(required = true)]
    pub(super) rule: Option<String>,
    /// Folder with rules of your own; repeat it for several
    #[arg(long = "rules", value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ExplainWhat {
    /// Every term of a workload's score, its caps, and the fixes that regain most
    Score(ExplainScore),
}

#[derive(Debug, Args)]
pub(super) struct ExplainScore {
    /// Name of the workload
    pub(super) workload: String,
    /// Inventory file, as `mrlint collect` writes it
    pub(super) inventory: PathBuf,
    #[command(flatten)]
    pub(super) intent: Intent,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Inventory file, as `mrlint collect` writes it
    pub(super) inventory: PathBuf,
    /// File to write, or `-` for standard output; an existing one is left alone
    #[arg(short, long, value_name = "FILE", default_value = crate::config::NAME)]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Every rule, a line each
    List {
        /// Folder with rules of your own; repeat it for several
        #[arg(long = "rules", value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// The whole file of a rule
    Show {
        /// Id or name of a rule
        rule: String,
        /// Folder with rules of your own; repeat it for several
        #[arg(long = "rules", value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// Writes a page for each rule, and one that lists them, as a site to put on any web server
    Docs {
        /// Folder to write; made where it is missing, and files of the same names are written over
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
        /// Folder with rules of your own; repeat it for several
        #[arg(long = "rules", value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// Runs the cases of rule files; of the built-in rules when none are given
    Test {
        /// Files or folders
        paths: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Kinds {
    #[command(subcommand)]
    pub(super) command: Option<KindsCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum KindsCommand {
    /// Every kind, a line each
    List,
    /// What rules can read of a kind: properties and facts
    Show {
        /// CloudFormation type name, such as AWS::DynamoDB::Table
        kind: String,
        /// JSON Schema of the properties
        #[arg(long)]
        schema: bool,
    },
}
