//! `what-if`: changes applied to an inventory in memory, and what they move.

use clap::Args;

use super::args::Played;
use super::rules::find;
use super::simulate::{chosen, known};
use super::terminal::Ui;
use super::{Exit, Trouble, intent};
use crate::change::setting::Setting;
use crate::change::{Change, Fix, Model};
use crate::estate::Estate;
use crate::inventory::{Region, region};
use crate::located::nearest;
use crate::report::format::Layout;
use crate::report::what_if::WhatIf;
use crate::rule::RuleSet;

#[derive(Debug, Args)]
pub(super) struct WhatIfArgs {
    /// A Region that workloads serve from too, modelled on the one that has the most of them; repeat
    /// it for several. Regions are added first
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        help_heading = "Changes"
    )]
    add_region: Vec<String>,
    /// A rule whose findings are mended, all or that of one ARN; repeat it for several
    #[arg(long, value_name = "RULE[=ARN]", help_heading = "Changes")]
    fix: Vec<String>,
    /// A setting of all resources that have it (record-ttl, health-check-interval,
    /// health-check-threshold, accelerator-interval), or a constant of the simulation; repeat it for
    /// several. Settings come last
    #[arg(long, value_name = "KEY=VALUE", value_parser = str::parse::<Setting>, help_heading = "Changes")]
    set: Vec<Setting>,
    #[command(flatten)]
    played: Played,
    /// table, json or markdown
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Output"
    )]
    format: Layout,
}

pub(super) fn what_if(args: &WhatIfArgs, ui: &Ui) -> Result<Exit, Trouble> {
    let (rules, options) =
        intent::settle(&args.played.intent, args.played.inventory.is_some(), ui)?;
    let changes = changes(args, &rules)?;
    let inventory = args.played.load()?;
    let before = Model { inventory, options };
    let only = args.played.workload.as_deref();
    {
        let estate = Estate::new(&before.inventory);
        chosen(&before.workloads(&estate).workloads, only)?;
    }
    let mut after = before.clone();
    let mut applied = Vec::new();
    for change in &changes {
        let (next, told) = after.apply(change, &rules, only).map_err(Trouble::usage)?;
        after = next;
        applied.push(told);
    }
    known(&args.played.lose, &after.inventory)?;
    let what_if = WhatIf {
        applied,
        compared: before.compare(&after, &rules, &args.played.lose, only),
        finished: before.inventory.header().finished.clone(),
    };
    let mut text = Vec::new();
    what_if.render(args.format, ui.terminal(), &mut text)?;
    ui.print(&text)?;
    Ok(Exit::Clean)
}

/// Regions first, so that what is mended covers them; then findings, then settings.
fn changes(args: &WhatIfArgs, rules: &RuleSet) -> Result<Vec<Change>, Trouble> {
    let regions = args.add_region.iter().map(|code| added(code));
    let fixes = args.fix.iter().map(|text| fixed(text, rules));
    let settings = args.set.iter().map(|it| Ok(Change::Set(*it)));
    let changes: Vec<Change> = regions
        .chain(fixes)
        .chain(settings)
        .collect::<Result<_, _>>()?;
    if changes.is_empty() {
        let help = "--add-region, --fix and --set say what; `mrlint simulate` plays losses through as they are";
        return Err(Trouble::usage("nothing is to be changed").help(help));
    }
    Ok(changes)
}

fn added(code: &str) -> Result<Change, Trouble> {
    if region::info(code).is_some() {
        return Ok(Change::AddRegion(Region::from(code)));
    }
    let codes = region::all().iter().map(|it| it.code.as_str());
    let trouble = Trouble::usage(format!("--add-region: `{code}` is no Region"));
    Err(match nearest(code, codes) {
        Some(near) => trouble.help(format!("did you mean `{near}`?")),
        None => trouble.help("Regions are codes such as eu-west-1"),
    })
}

fn fixed(text: &str, rules: &RuleSet) -> Result<Change, Trouble> {
    let (word, arn) = match text.split_once('=') {
        Some((word, arn)) => (word, Some(arn.to_owned())),
        None => (text, None),
    };
    Ok(Change::Fix(Fix {
        rule: find(rules, word)?.id.clone(),
        subjects: arn.into_iter().collect(),
    }))
}
