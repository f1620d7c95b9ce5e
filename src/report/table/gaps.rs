//! What was not read, in as few lines as can say it: one for each operation and cause, wherever it
//! failed, and one for a Region or for credentials that were refused altogether.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{Page, SHOWN, counted, trimmed};
use crate::inventory::{Cause, Gap, Kind};
use crate::report::escape::plain;

/// So many operations that fail for a reason which is the Region's or the credentials', and it is
/// said once for all of them.
const MANY: usize = 4;
/// Lines shown before the rest is counted.
const ROWS: usize = SHOWN * 3;

/// Gaps that are said together.
#[derive(Default)]
struct Row<'a> {
    accounts: BTreeSet<&'a str>,
    regions: BTreeSet<&'a str>,
    operations: BTreeSet<&'a str>,
    actions: BTreeSet<&'a str>,
    hides: BTreeSet<Kind>,
}

impl Page {
    pub(super) fn gaps(&self, gaps: &[Gap], out: &mut dyn Write) -> io::Result<()> {
        if gaps.is_empty() {
            return Ok(());
        }
        let rows = rows(gaps);
        let mut table = self.table();
        for (cause, row) in rows.iter().take(ROWS) {
            table.add_row([" -", &row.line(*cause, self.accounts)]);
        }
        let title = self.bold("not read");
        writeln!(out, "\n{title}\n{}", trimmed(&table))?;
        let hidden = rows.len().saturating_sub(ROWS);
        let joined = rows.iter().any(|(_, row)| row.operations.len() > 1);
        if hidden > 0 {
            self.paragraph(
                &format!("and {hidden} more; the JSON report names each of them"),
                out,
            )
        } else if joined {
            self.paragraph("the JSON report names each of them", out)
        } else {
            Ok(())
        }
    }
}

/// Sorted by cause, then by what failed.
fn rows(gaps: &[Gap]) -> Vec<(Cause, Row<'_>)> {
    let mut places = BTreeMap::<(Cause, &str), Row<'_>>::new();
    for gap in gaps {
        if let Some(place) = place(gap) {
            places.entry((gap.key.cause, place)).or_default().add(gap);
        }
    }
    places.retain(|_, row| row.operations.len() >= MANY);
    let mut operations = BTreeMap::<(Cause, &str), Row<'_>>::new();
    for gap in gaps {
        let whole = place(gap).is_some_and(|it| places.contains_key(&(gap.key.cause, it)));
        if !whole {
            let key = (gap.key.cause, gap.key.operation.as_str());
            operations.entry(key).or_default().add(gap);
        }
    }
    let all = places.into_iter().chain(operations);
    all.map(|((cause, _), row)| (cause, row)).collect()
}

/// What is refused altogether: a Region, or for other causes everything.
fn place(gap: &Gap) -> Option<&str> {
    match gap.key.cause {
        Cause::DeniedByScp | Cause::RegionDisabled => Some(&gap.key.region),
        Cause::Credentials | Cause::NotCollected => Some(""),
        _ => None,
    }
}

impl<'a> Row<'a> {
    fn add(&mut self, gap: &'a Gap) {
        self.accounts.insert(&gap.key.account);
        self.regions.insert(&gap.key.region);
        self.operations.insert(&gap.key.operation);
        self.actions.extend(gap.action.as_deref());
        self.hides.extend(&gap.hides);
    }

    /// A sentence, which breaks between words however narrow the terminal is.
    fn line(&self, cause: Cause, accounts: bool) -> String {
        let account = if accounts {
            match self.accounts.len() {
                1 => format!(", account {}", few(&self.accounts, "account")),
                2 | 3 => format!(", accounts {}", few(&self.accounts, "account")),
                _ => format!(", {}", few(&self.accounts, "account")),
            }
        } else {
            String::new()
        };
        format!(
            "{}: {cause} in {}{account}; {}",
            self.operation(),
            few(&self.regions, "Region"),
            self.hidden()
        )
    }

    fn operation(&self) -> String {
        let Some(first) = self
            .operations
            .first()
            .filter(|_| self.operations.len() == 1)
        else {
            return counted(self.operations.len(), "operation");
        };
        // Most permissions are named after their operation; the others are worth a word.
        match self.actions.first() {
            Some(action) if action != first => {
                format!("{} (needs {})", plain(first), plain(action))
            }
            _ => plain(first),
        }
    }

    fn hidden(&self) -> String {
        let short = |kind: &Kind| kind.name().rsplit("::").next().unwrap_or_default();
        match self.hides.len() {
            0 => "properties stay open".to_owned(),
            1..=3 => {
                let kinds: Vec<&str> = self.hides.iter().map(short).collect();
                format!("may hide {}", kinds.join(", "))
            }
            many => format!("may hide {many} kinds"),
        }
    }
}

/// The names, or how many there are.
fn few(names: &BTreeSet<&str>, word: &str) -> String {
    if names.len() > 3 {
        return counted(names.len(), word);
    }
    let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::GapKey;

    fn gap(account: &str, region: &str, operation: &str, cause: Cause) -> Gap {
        Gap {
            key: GapKey {
                account: account.into(),
                region: region.into(),
                operation: operation.to_owned(),
                cause,
            },
            action: Some(operation.to_owned()),
            message: None,
            hides: [Kind::DynamoDbTable].into(),
            calls: 1,
        }
    }

    fn said(gaps: &[Gap]) -> Vec<String> {
        let rows = rows(gaps);
        let lines = rows.iter().map(|(cause, row)| row.line(*cause, true));
        lines.collect()
    }

    #[test]
    fn a_region_that_a_policy_shuts_is_said_once_and_a_single_refusal_by_name() {
        let mut gaps = Vec::new();
        for account in ["1", "2"] {
            for operation in ["a:A", "b:B", "c:C", "d:D"] {
                gaps.push(gap(account, "us-east-1", operation, Cause::DeniedByScp));
            }
            gaps.push(gap(account, "eu-west-1", "a:A", Cause::DeniedByScp));
        }
        assert_eq!(
            said(&gaps),
            [
                "4 operations: denied by a service control policy in us-east-1, accounts 1, 2; may hide Table",
                "a:A: denied by a service control policy in eu-west-1, accounts 1, 2; may hide Table",
            ]
        );
    }

    #[test]
    fn a_missing_permission_is_one_line_however_many_regions_want_it() {
        let regions = ["a-1", "a-2", "a-3", "a-4", "a-5"];
        let gaps: Vec<Gap> = regions
            .iter()
            .flat_map(|region| {
                ["x:Y", "x:Z", "x:W", "x:V"]
                    .map(|operation| gap("1", region, operation, Cause::Denied))
            })
            .collect();
        let said = said(&gaps);
        assert_eq!(said.len(), 4, "{said:#?}");
        assert_eq!(
            said[0],
            "x:V: denied in 5 Regions, account 1; may hide Table"
        );
    }
}
