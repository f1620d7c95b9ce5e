//! Counts the calls of a run, and says them as a document.

use serde::Serialize;

use super::judge::load;
use super::plan::{Format, Plan};
use super::scan::{running, trouble};
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::collect::CollectError;
use crate::collect::plan::{self, Bucket, Planned};
use crate::collect::survey::survey;
use crate::collect::times::Calls;
use crate::inventory::Inventory;
use crate::report::escape::lines;

pub(super) fn plan(args: &Plan, ui: &Ui) -> Result<Exit, Trouble> {
    let speed = args.speed.speed();
    let inventory = if let Some(file) = &args.inventory {
        load(file)?
    } else {
        let request = args.scope.request();
        let surveyed = running(ui, async |progress, interrupt| {
            tokio::select! {
                biased;
                () = interrupt => Err(CollectError::Interrupted),
                surveyed = survey(&request, speed, progress) => surveyed,
            }
        })?;
        surveyed.map_err(|error| trouble(&error))?
    };
    let planned = plan::calls(&inventory);
    let shown = Shown {
        share: speed.share(),
        percent: speed.budget,
        buckets: plan::buckets(&planned, speed.share()),
        known: args.inventory.is_some(),
        inventory: &inventory,
        planned: &planned,
    };
    match args.format {
        Format::Table => {
            let text = shown.text(args.top, ui.terminal().width);
            ui.print(lines(&text).as_bytes())
        }
        Format::Json => {
            let text = serde_json::to_string_pretty(&shown.document());
            let text = text.map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?;
            ui.print(format!("{text}\n").as_bytes())
        }
    }
}

/// What is shown of a plan.
pub(super) struct Shown<'a> {
    pub(super) share: f64,
    pub(super) percent: u8,
    /// The slowest first.
    pub(super) buckets: Vec<Bucket>,
    /// Whether it is known what is there.
    pub(super) known: bool,
    pub(super) inventory: &'a Inventory,
    pub(super) planned: &'a [Planned],
}

/// The document that `-f json` prints.
#[derive(Serialize)]
struct Document<'a> {
    budget_percent: u8,
    /// Whether an inventory told what is there; else nothing was taken to be there.
    counted_from_inventory: bool,
    calls: u64,
    /// Whether there may be more calls, here and below.
    or_more: bool,
    seconds: f64,
    /// The slowest first.
    limits: Vec<LimitRow<'a>>,
    operations: Vec<OperationRow<'a>>,
}

#[derive(Serialize)]
struct LimitRow<'a> {
    account: &'a str,
    /// None where all Regions share it.
    region: Option<&'a str>,
    operations: &'a [&'static str],
    /// Calls a second that AWS allows, and how many at once.
    rate: f64,
    burst: f64,
    /// Where AWS publishes it; none: the figure is our own.
    source: Option<&'a str>,
    calls: u64,
    or_more: bool,
    seconds: f64,
}

#[derive(Serialize)]
struct OperationRow<'a> {
    account: &'a str,
    region: &'a str,
    operation: &'static str,
    calls: u64,
    or_more: bool,
}

impl Shown<'_> {
    pub(super) fn total(&self) -> Calls {
        self.planned.iter().map(|it| it.calls).sum()
    }

    /// The accounts and Regions go side by side: the slowest limit is the bound.
    pub(super) fn seconds(&self) -> f64 {
        let slowest = self.buckets.first();
        slowest.map_or(0.0, |it| it.seconds(self.share))
    }

    fn document(&self) -> Document<'_> {
        let total = self.total();
        let limit = |it: &'_ Bucket| it.seconds(self.share);
        Document {
            budget_percent: self.percent,
            counted_from_inventory: self.known,
            calls: total.least,
            or_more: total.open,
            seconds: self.seconds(),
            limits: self
                .buckets
                .iter()
                .map(|it| LimitRow {
                    account: &it.account,
                    region: it.region.as_deref(),
                    operations: &it.operations,
                    rate: it.limit.rate,
                    burst: it.limit.burst,
                    source: it.limit.source.as_deref(),
                    calls: it.calls.least,
                    or_more: it.calls.open,
                    seconds: limit(it),
                })
                .collect(),
            operations: self
                .planned
                .iter()
                .map(|it| OperationRow {
                    account: &it.account,
                    region: &it.region,
                    operation: it.operation,
                    calls: it.calls.least,
                    or_more: it.calls.open,
                })
                .collect(),
        }
    }
}
