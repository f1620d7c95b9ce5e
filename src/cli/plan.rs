//! `plan`: the calls of a run, and the time that the limits of AWS make them take, without making
//! them.

use super::args::Plan;
use super::terminal::Ui;
use super::{Exit, Trouble};

#[cfg(not(feature = "live"))]
pub(super) fn plan(args: &Plan, _: &Ui) -> Result<Exit, Trouble> {
    let _ = (
        &args.inventory,
        &args.scope,
        &args.speed,
        args.format,
        args.top,
    );
    Err(super::scan::not_live())
}

#[cfg(feature = "live")]
pub(super) use live::plan;

#[cfg(feature = "live")]
mod live {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;

    use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
    use serde::Serialize;

    use super::super::args::PlanFormat;
    use super::super::judge::load;
    use super::super::scan::{request, speed, trouble};
    use super::{Exit, Plan, Trouble, Ui};
    use crate::collect::plan::{self, Bucket, Planned};
    use crate::collect::survey::survey;
    use crate::collect::times::Calls;
    use crate::inventory::{Inventory, Region};
    use crate::report::escape::{lines, plain};

    pub(in crate::cli) fn plan(args: &Plan, ui: &Ui) -> Result<Exit, Trouble> {
        let speed = speed(&args.speed);
        let inventory = if let Some(file) = &args.inventory {
            load(file)?
        } else {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?;
            let surveyed = runtime.block_on(survey(&request(&args.scope), speed));
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
            PlanFormat::Table => {
                let text = shown.text(args.top, ui.terminal().width);
                ui.print(lines(&text).as_bytes())
            }
            PlanFormat::Json => {
                let text = serde_json::to_string_pretty(&shown.document());
                let text = text.map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?;
                ui.print(format!("{text}\n").as_bytes())
            }
        }
    }

    /// What is shown of a plan.
    struct Shown<'a> {
        share: f64,
        percent: u8,
        /// The slowest first.
        buckets: Vec<Bucket>,
        /// Whether it is known what is there.
        known: bool,
        inventory: &'a Inventory,
        planned: &'a [Planned],
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
        fn total(&self) -> Calls {
            self.planned.iter().map(|it| it.calls).sum()
        }

        /// The accounts and Regions go side by side: the slowest limit is the bound.
        fn seconds(&self) -> f64 {
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

        /// Writing to a String cannot fail, so its results are not looked at.
        fn text(&self, top: usize, width: u16) -> String {
            let mut text = String::new();
            self.head(&mut text);
            let slow = self.slow();
            if !slow.is_empty() {
                let rows = slow.iter().map(|it| self.limit(it)).collect();
                let head = ["time", "calls", "limit", "where"];
                section(&mut text, "slowest limits", (head, rows), (top, width));
            }
            if self.inventory.accounts().count() > 1 {
                let head = ["account", "calls", "time"];
                section(&mut text, "accounts", (head, self.accounts()), (top, width));
            }
            let head = ["account", "Region", "service", "calls", "time"];
            section(&mut text, "services", (head, self.services()), (top, width));
            text
        }

        fn head(&self, text: &mut String) {
            let scope = &self.inventory.header().scope;
            let regions: BTreeSet<&Region> = scope.values().flatten().collect();
            let (accounts, regions) = (scope.len(), regions.len());
            let _ = writeln!(
                text,
                "{} in {}: {} calls, {} at {} % of what AWS allows",
                counted(accounts, "account"),
                counted(regions, "Region"),
                shown(self.total()),
                spelt(self.seconds()),
                self.percent,
            );
            if !self.known {
                text.push_str(
                    "that is the least, as if nothing were there: an inventory (`mrlint collect`) \
                     tells what a run meets\n",
                );
            }
            for gap in self.inventory.gaps().filter(|_| !self.known) {
                let message = gap.message.as_deref().unwrap_or_default();
                let account = &gap.key.account;
                let _ = writeln!(text, "not opened: {} ({})", plain(account), plain(message));
            }
            text.push_str(
                "+ says that there may be more; calls that fail are made again, and the ways there \
                 and back come on top\n",
            );
        }

        /// The limits that keep a run waiting.
        fn slow(&self) -> Vec<&Bucket> {
            let waits = |it: &&Bucket| it.seconds(self.share) > 0.0;
            self.buckets.iter().filter(waits).collect()
        }

        fn limit(&self, it: &Bucket) -> [String; 4] {
            let what = match it.operations.as_slice() {
                [only] => (*only).to_owned(),
                all => {
                    let service = all.first().and_then(|name| name.split(':').next());
                    let service = service.unwrap_or_default();
                    format!("{service}, {} operations together", all.len())
                }
            };
            let own = if it.limit.source.is_some() {
                ""
            } else {
                ", not published"
            };
            let place = it.region.as_deref().unwrap_or("all Regions");
            [
                spelt(it.seconds(self.share)),
                shown(it.calls),
                format!("{what} ({}/s{own})", it.limit.rate),
                format!("{} {}", plain(&it.account), plain(place)),
            ]
        }

        /// Each account with its own bound, the slowest first.
        fn accounts(&self) -> Vec<[String; 3]> {
            let mut by = BTreeMap::<&str, (Calls, f64)>::new();
            for it in self.planned {
                let row = by.entry(&it.account).or_default();
                row.0 = row.0 + it.calls;
            }
            for it in &self.buckets {
                let row = by.entry(&it.account).or_default();
                row.1 = row.1.max(it.seconds(self.share));
            }
            let row = |(account, (calls, seconds)): (&str, (Calls, f64))| {
                (
                    (calls, seconds),
                    [plain(account), shown(calls), spelt(seconds)],
                )
            };
            slowest_first(by.into_iter().map(row).collect())
        }

        /// Each service of each Region, the slowest first.
        fn services(&self) -> Vec<[String; 5]> {
            let mut by = BTreeMap::<(&str, &str, &str), (Calls, f64)>::new();
            for it in self.planned {
                let row = by
                    .entry((&it.account, &it.region, it.service()))
                    .or_default();
                row.0 = row.0 + it.calls;
            }
            let mut waits = BTreeMap::<(&str, Option<&str>, &str), f64>::new();
            for it in &self.buckets {
                let service = it
                    .operations
                    .first()
                    .and_then(|name| name.split(':').next());
                let key = (
                    &*it.account,
                    it.region.as_deref(),
                    service.unwrap_or_default(),
                );
                let wait = waits.entry(key).or_default();
                *wait = wait.max(it.seconds(self.share));
            }
            let row = |((account, region, service), (calls, _)): ((&str, &str, &str), _)| {
                let wait = |place| waits.get(&(account, place, service)).copied();
                let seconds = wait(Some(region)).unwrap_or_default();
                let seconds = seconds.max(wait(None).unwrap_or_default());
                let cells = [
                    plain(account),
                    plain(region),
                    service.to_owned(),
                    shown(calls),
                    spelt(seconds),
                ];
                ((calls, seconds), cells)
            };
            slowest_first(by.into_iter().map(row).collect())
        }
    }

    fn slowest_first<const N: usize>(
        mut rows: Vec<((Calls, f64), [String; N])>,
    ) -> Vec<[String; N]> {
        rows.sort_by(|((a_calls, a_time), _), ((b_calls, b_time), _)| {
            b_time
                .total_cmp(a_time)
                .then(b_calls.least.cmp(&a_calls.least))
        });
        rows.into_iter().map(|(_, cells)| cells).collect()
    }

    /// A title, so many rows, and how many there are beyond them. `top` 0: all.
    fn section<const N: usize>(
        text: &mut String,
        title: &str,
        (head, rows): ([&str; N], Vec<[String; N]>),
        (top, width): (usize, u16),
    ) {
        let limit = if top == 0 { rows.len() } else { top };
        let more = rows.len().saturating_sub(limit);
        let numbers: Vec<usize> = (0..N)
            .filter(|at| matches!(head[*at], "calls" | "time"))
            .collect();
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width)
            .force_no_tty()
            .set_header(head);
        for row in rows.into_iter().take(limit) {
            table.add_row(row);
        }
        for at in numbers {
            if let Some(column) = table.column_mut(at) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let _ = writeln!(text, "\n{title}\n{}", table.trim_fmt());
        if more > 0 {
            let _ = writeln!(text, "and {more} more; --top 0 shows all");
        }
    }

    fn shown(calls: Calls) -> String {
        let more = if calls.open { "+" } else { "" };
        format!("{}{more}", calls.least)
    }

    fn counted(number: usize, thing: &str) -> String {
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {thing}{plural}")
    }

    /// A time in the two units that say most of it.
    fn spelt(seconds: f64) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time is not negative, and centuries are enough"
        )]
        let whole = seconds.round() as u64;
        match whole {
            _ if seconds < 10.0 => format!("{seconds:.1} s"),
            0..60 => format!("{whole} s"),
            60..3600 => format!("{} min {} s", whole / 60, whole % 60),
            _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::spelt;

        #[test]
        fn times_are_short() {
            let all = [0.0, 3.21, 12.4, 75.0, 7200.0 + 61.0].map(spelt);
            assert_eq!(all, ["0.0 s", "3.2 s", "12 s", "1 min 15 s", "2 h 1 min"]);
        }
    }
}
