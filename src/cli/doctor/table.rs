//! The diagnosis for people: what is the same in many accounts is one line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fmt::Write as _;

use super::Diagnosis;
use crate::collect::doctor::{Checkup, Closed, Missing, Readable, Signed};
use crate::inventory::Region;
use crate::report::escape::plain;
use crate::report::format::Terminal;

/// Things of a list that are shown before the rest is counted.
const SHOWN: usize = 6;
/// Lines of a section that are shown before the rest is counted.
const LINES: usize = 20;

/// A section: a word and what belongs to it, line by line.
struct Section<'t> {
    title: &'t str,
    rows: Vec<(String, String)>,
}

pub(super) fn text(diagnosis: &Diagnosis, terminal: Terminal) -> String {
    let checkup = &diagnosis.checkup;
    let mut text = format!("mrlint {}\n", diagnosis.version);
    for section in [
        who(diagnosis),
        environment(diagnosis),
        accounts(checkup),
        regions(checkup),
        rights(checkup),
        todo(diagnosis),
    ] {
        section.write(terminal, &mut text);
    }
    let calls = checkup.calls;
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n{calls} calls, {} throttled", checkup.throttled);
    text
}

impl Section<'_> {
    fn write(self, terminal: Terminal, text: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        let mut table = terminal.sheet();
        let all = self.rows.len();
        for (label, said) in self.rows.into_iter().take(LINES) {
            table.add_row([format!(" {label}"), plain(&said)]);
        }
        if all > LINES {
            let more = all - LINES;
            table.add_row([
                String::new(),
                format!("and {more} more; -f json names them"),
            ]);
        }
        let lines = table.to_string();
        let lines: Vec<&str> = lines.lines().map(str::trim_end).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n{}\n{}", self.title, lines.join("\n"));
    }
}

fn row(label: &str, said: impl Into<String>) -> (String, String) {
    (label.to_owned(), said.into())
}

fn who(diagnosis: &Diagnosis) -> Section<'static> {
    let mut rows = Vec::new();
    for it in &diagnosis.checkup.callers {
        caller(it, &mut rows);
    }
    for it in &diagnosis.tried {
        rows.push(row("looked in", it.clone()));
    }
    Section {
        title: "Who am I",
        rows,
    }
}

fn caller(it: &Signed, rows: &mut Vec<(String, String)>) {
    match (&it.arn, &it.failure) {
        (Some(arn), _) => rows.push(row("I am", arn.clone())),
        (None, failure) => {
            let failure = failure.as_deref().unwrap_or("nobody knows");
            rows.push(row("unknown", failure));
        }
    }
    let from = match (it.source, &it.key) {
        (Some(source), Some(key)) => format!("{}: {source}, key …{key}", it.name),
        _ => format!("{}: none found", it.name),
    };
    let until = match &it.expires {
        Some(at) => format!(", until {at}"),
        None => String::new(),
    };
    rows.push(row("from", format!("{from}{until}")));
    if let Some(account) = &it.account {
        rows.push(row("account", account.clone()));
    }
    let region = it.region.as_deref().unwrap_or("none is configured");
    rows.push(row("Region", region));
    let clock = match it.seconds_ahead {
        Some(0..=1) => "right".to_owned(),
        Some(ahead @ 2..) => format!("{ahead} s ahead of AWS"),
        Some(behind) => format!("{} s behind AWS", -behind),
        None => return,
    };
    rows.push(row("clock", clock));
}

fn environment(diagnosis: &Diagnosis) -> Section<'static> {
    let settings = diagnosis.environment.iter();
    let said = |it: &crate::aws::environment::Setting| {
        (it.name.to_owned(), format!("{}: {}", it.value, it.means))
    };
    let mut rows: Vec<_> = settings.map(said).collect();
    if let Some(problem) = &diagnosis.config {
        // Several lines, each of a file that anybody may have written.
        rows.extend(problem.lines().map(|line| row("configuration", line)));
    }
    Section {
        title: "Environment",
        rows,
    }
}

fn accounts(checkup: &Checkup) -> Section<'static> {
    let mut rows = Vec::new();
    let read = checkup.accounts.iter().map(|it| &it.account);
    let all = checkup.accounts.len() + checkup.closed.len();
    let count = format!("{} of {all}: {}", checkup.accounts.len(), some(read));
    rows.push(row("readable", count));
    // What differs between the accounts is their names.
    let mut alike = BTreeMap::<String, Vec<&Closed>>::new();
    for it in &checkup.closed {
        let reason = match it.account.as_str() {
            "" => it.reason.clone(),
            account => it.reason.replace(account, "ACCOUNT"),
        };
        alike.entry(reason).or_default().push(it);
    }
    for closed in alike.into_values() {
        let said = match closed.as_slice() {
            [one] => one.reason.clone(),
            several => {
                let names = some(several.iter().map(|it| &it.account));
                let first = several.first().map(|it| it.reason.as_str());
                format!(
                    "{} accounts: {names}; as {}",
                    several.len(),
                    first.unwrap_or_default()
                )
            }
        };
        rows.push(row("closed", said));
    }
    Section {
        title: "Accounts",
        rows,
    }
}

/// Accounts in which the same Regions are wanted and off are one line.
fn regions(checkup: &Checkup) -> Section<'static> {
    type Seen<'c> = (&'c BTreeSet<Region>, Option<&'c BTreeSet<Region>>);
    let mut alike = BTreeMap::<Seen<'_>, Vec<&Readable>>::new();
    for it in &checkup.accounts {
        let seen = (&it.regions, it.enabled.as_ref());
        alike.entry(seen).or_default().push(it);
    }
    let mut rows = Vec::new();
    let several = alike.len() > 1;
    for ((wanted, enabled), accounts) in alike {
        if several {
            let names = some(accounts.iter().map(|it| &it.account));
            rows.push(row("in", format!("{} accounts: {names}", accounts.len())));
        }
        rows.push(row("wanted", format!("{}: {}", wanted.len(), some(wanted))));
        match enabled {
            None => rows.push(row("enabled", "nobody says which; those named are asked")),
            Some(enabled) => {
                let left: Vec<&Region> = enabled.difference(wanted).collect();
                if !left.is_empty() {
                    rows.push(row("left out", format!("{}: {}", left.len(), some(left))));
                }
            }
        }
        if let Some(off) = accounts
            .first()
            .map(|it| &it.off)
            .filter(|it| !it.is_empty())
        {
            rows.push(row("off", format!("{}: {}", off.len(), some(off))));
        }
    }
    Section {
        title: "Regions",
        rows,
    }
}

fn rights(checkup: &Checkup) -> Section<'static> {
    let mut rows = Vec::new();
    if !checkup.accounts.is_empty() {
        let allowed = format!(
            "{} operations, wherever they were tried",
            checkup.allowed.len()
        );
        rows.push(row("allowed", allowed));
        let untried = checkup.untried.len();
        if untried > 0 {
            let said = format!("{untried} operations: there was nothing to ask about");
            rows.push(row("not tried", said));
        }
    }
    let all = checkup.accounts.len();
    let (lacks, others): (Vec<_>, Vec<_>) = checkup.missing.iter().partition(|it| it.is_lack());
    for it in lacks {
        missing(it, all, &mut rows);
    }
    for it in others {
        let said = format!("{}; {}", some(&it.operations), place(it, all));
        rows.push(row(it.cause.text(), said));
    }
    Section {
        title: "What may I read",
        rows,
    }
}

fn missing(it: &Missing, all: usize, rows: &mut Vec<(String, String)>) {
    let actions = format!("{}: {}", it.actions.len(), some(&it.actions));
    rows.push(row(it.cause.text(), actions));
    rows.push(row("  in", place(it, all)));
    if !it.hides.is_empty() {
        rows.push(row("  unknown", some(&it.hides)));
    }
    if !it.dims.is_empty() {
        rows.push(row("  less known", some(&it.dims)));
    }
    if let Some(message) = &it.message {
        rows.push(row("  AWS says", message.clone()));
    }
}

fn place(it: &Missing, all: usize) -> String {
    let accounts = match it.accounts.len() {
        some if some == all && all > 1 => format!("all {all} accounts"),
        1 => format!("account {}", some(&it.accounts)),
        several => format!("{several} accounts ({})", some(&it.accounts)),
    };
    format!("{accounts}, {}", some(&it.regions))
}

fn todo(diagnosis: &Diagnosis) -> Section<'static> {
    let advice = diagnosis.advice.iter();
    Section {
        title: "What to do",
        rows: advice.map(|it| row("-", it.clone())).collect(),
    }
}

/// The first of them, and how many more there are.
fn some<T: Display>(all: impl IntoIterator<Item = T>) -> String {
    let mut all = all.into_iter();
    let shown: Vec<String> = all.by_ref().take(SHOWN).map(|it| it.to_string()).collect();
    match all.count() {
        0 if shown.is_empty() => "none".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
