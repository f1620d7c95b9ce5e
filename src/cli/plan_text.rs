//! A plan for people: what bounds it, and where its calls are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::plan_live::Shown;
use crate::collect::plan::Bucket;
use crate::collect::times::Calls;
use crate::inventory::Region;
use crate::report::escape::plain;

impl Shown<'_> {
    /// Writing to a String cannot fail, so its results are not looked at.
    pub(super) fn text(&self, top: usize, width: u16) -> String {
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
        match self.slow().first() {
            Some(slowest) => {
                let [_, calls, limit, place] = self.limit(slowest);
                let _ = writeln!(text, "bound by {limit} in {place}, with {calls} calls");
            }
            None => text.push_str("no limit makes it wait\n"),
        }
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

fn slowest_first<const N: usize>(mut rows: Vec<((Calls, f64), [String; N])>) -> Vec<[String; N]> {
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
