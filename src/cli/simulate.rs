//! `simulate`: losses played through on an inventory.

use clap::{Args, ValueEnum};

use super::args::Played;
use super::terminal::Ui;
use super::{Exit, Trouble, intent};
use crate::change::Model;
use crate::estate::Estate;
use crate::inventory::{Inventory, Region, region};
use crate::located::nearest;
use crate::report::simulation::{self, Format, Simulated};
use crate::simulate::loss::Loss;
use crate::simulate::{Fate, Simulation, outages};
use crate::workload::{Workload, Workloads};

#[derive(Debug, Args)]
pub(super) struct Simulate {
    #[command(flatten)]
    played: Played,
    /// table, json, markdown or sarif
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Output"
    )]
    format: Format,
    /// Whether to look for the fixes that change an outcome: losses are played through anew for each
    /// rule that found something
    #[arg(long, value_enum, default_value_t = LookFor::Auto, help_heading = "Output")]
    fixes: LookFor,
    /// Prints every constant that the model assumes
    #[arg(long, help_heading = "Output")]
    assumptions: bool,
    /// Lists the outages that can be replayed, and plays nothing through
    #[arg(long, help_heading = "Output", conflicts_with_all = ["inventory", "lose", "workload"])]
    outages: bool,
    /// The outcome from which on the exit code is 1
    #[arg(long, value_enum, default_value_t = FailOn::Fails, help_heading = "Output")]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Degraded,
    Fails,
    Never,
}

/// Inventories up to this size are looked through for fixes unasked: each of them takes a copy.
const SMALL: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LookFor {
    /// In inventories of up to 20,000 resources
    Auto,
    Always,
    Never,
}

impl LookFor {
    fn holds(self, inventory: &Inventory, ui: &Ui) -> bool {
        let count = inventory.resources().len();
        if self == Self::Auto && count > SMALL {
            let note =
                format!("fixes are not looked for in {count} resources: --fixes always does");
            ui.note(&note);
        }
        self == Self::Always || (self == Self::Auto && count <= SMALL)
    }
}

impl FailOn {
    fn counts(self, fate: Fate) -> bool {
        match self {
            Self::Degraded => matches!(fate, Fate::Degraded | Fate::Fails),
            Self::Fails => fate == Fate::Fails,
            Self::Never => false,
        }
    }
}

pub(super) fn simulate(args: &Simulate, ui: &Ui) -> Result<Exit, Trouble> {
    if args.outages {
        let mut text = Vec::new();
        simulation::outages(outages::all(), ui.terminal(), &mut text)?;
        ui.print(&text)?;
        return Ok(Exit::Clean);
    }
    let sample = args.played.inventory.is_none();
    let (rules, options) = intent::settle(&args.played.intent, !sample, ui)?;
    let inventory = args.played.load()?;
    known(&args.played.lose, &inventory)?;
    let estate = Estate::new(&inventory);
    let all = Workloads::of(&estate, &options.workloads, options.active.as_deref());
    let chosen = chosen(&all.workloads, args.played.workload.as_deref())?;
    let simulation = Simulation {
        estate: &estate,
        constants: &options.constants,
    };
    let declared = chosen.iter().filter_map(|it| {
        let place = it.declared.clone()?;
        Some((it.name.clone(), place))
    });
    let declared = declared.collect();
    let mut outcomes = Vec::new();
    for workload in chosen {
        let losses = if args.played.lose.is_empty() {
            simulation.losses(workload)
        } else {
            args.played.lose.clone()
        };
        outcomes.extend(simulation.outcomes(workload, &losses));
    }
    let fails = outcomes.iter().any(|it| args.fail_on.counts(it.fate));
    let constants = options.constants.clone();
    let finished = inventory.header().finished.clone();
    let told = args.format != Format::Sarif;
    let fixes = if !told || !args.fixes.holds(&inventory, ui) {
        Vec::new()
    } else {
        let model = Model {
            inventory: inventory.clone(),
            options,
        };
        model.fixes(&rules, &outcomes)
    };
    let simulated = Simulated {
        outcomes,
        fixes,
        asked: !args.played.lose.is_empty(),
        declared,
        constants: &constants,
        finished,
        assumptions: args.assumptions,
    };
    let mut text = Vec::new();
    args.format.render(&simulated, ui.terminal(), &mut text)?;
    ui.print(&text)?;
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// A Region that nobody knows would be survived by everybody.
pub(super) fn known(losses: &[Loss], inventory: &Inventory) -> Result<(), Trouble> {
    let asked = |it: &Region| {
        inventory
            .header()
            .scope
            .values()
            .any(|all| all.contains(it))
    };
    let mut places = losses.iter().flat_map(Loss::places);
    let Some(odd) = places.find(|it| region::info(it).is_none() && !asked(it)) else {
        return Ok(());
    };
    let trouble = Trouble::usage(format!("--lose: `{odd}` is no Region"));
    let codes = region::all().iter().map(|it| it.code.as_str());
    Err(match nearest(&odd, codes) {
        Some(near) => trouble.help(format!("did you mean `{near}`?")),
        None => trouble.help("Regions are codes such as eu-west-1"),
    })
}

pub(super) fn chosen<'w>(
    all: &'w [Workload],
    name: Option<&str>,
) -> Result<Vec<&'w Workload>, Trouble> {
    let Some(name) = name else {
        // What serves nobody by itself is played through by name only.
        let serving = all.iter().filter(|it| Simulation::serves(it));
        let serving: Vec<&Workload> = serving.collect();
        return Ok(if serving.is_empty() {
            all.iter().collect()
        } else {
            serving
        });
    };
    let found: Vec<&Workload> = all.iter().filter(|it| it.name == name).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    let trouble = Trouble::usage(format!("no workload is called `{name}`"));
    Err(match nearest(name, names.iter().copied()) {
        Some(near) => trouble.help(format!("did you mean `{near}`?")),
        None => trouble.help(format!("there are {}", names.join(", "))),
    })
}
