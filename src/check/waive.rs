//! Which findings a waiver covers, and which waivers do nothing.
//!
//! A waiver is never silent: what it covers is listed, and one that covers nothing or has run out
//! is said. The day is the inventory's: the same file gives the same answer on any day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Options;
use crate::config::Waiver;
use crate::inventory::Header;
use crate::report::{Finding, Notice, Waived};

/// The waivers, on the day that the inventory was read.
pub(super) struct Waivers<'a> {
    all: &'a [Waiver],
    today: Option<Date>,
}

impl<'a> Waivers<'a> {
    pub(super) fn new(options: &'a Options, header: &Header) -> Self {
        Self {
            all: &options.waivers,
            today: today(header),
        }
    }

    /// The first waiver in force that covers a finding. Notes which waivers cover it.
    pub(super) fn in_force(
        &self,
        finding: &Finding,
        met: &mut BTreeSet<usize>,
    ) -> Option<&'a Waiver> {
        let all = self.all.iter().enumerate();
        let mut in_force = None;
        for (at, waiver) in all.filter(|(_, it)| it.covers(finding)) {
            met.insert(at);
            if waiver.holds(self.today) {
                in_force = in_force.or(Some(waiver));
            }
        }
        in_force
    }

    /// The findings that stay open, and those that a waiver in force covers. Notes which waivers
    /// cover anything.
    pub(super) fn split(
        &self,
        findings: Vec<Finding>,
        met: &mut BTreeSet<usize>,
    ) -> (Vec<Finding>, Vec<Waived>) {
        let (mut open, mut waived) = (Vec::new(), Vec::new());
        for finding in findings {
            match self.in_force(&finding, met) {
                None => open.push(finding),
                Some(waiver) => waived.push(Waived {
                    finding,
                    owner: waiver.owner.clone(),
                    reason: waiver.reason.clone(),
                    expires: waiver.expires.to_string(),
                    points: 0,
                }),
            }
        }
        (open, waived)
    }
}

/// The UTC day on which the inventory was finished.
fn today(header: &Header) -> Option<Date> {
    let finished: jiff::Timestamp = header.finished.parse().ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(finished).date())
}

/// What the authors of waivers should know. `open` says whether a rule left verdicts unknown.
pub(super) fn notices(
    options: &Options,
    header: &Header,
    met: &BTreeSet<usize>,
    open: impl Fn(&str) -> bool,
) -> Vec<Notice> {
    let today = today(header);
    let mut notices = Vec::new();
    for (at, waiver) in options.waivers.iter().enumerate() {
        let what = format!("the waiver of {} for `{}`", waiver.rule, waiver.glob);
        let problem = match (met.contains(&at), waiver.holds(today)) {
            (true, false) if today.is_none() => {
                format!("{what} is passed over: nothing says when the inventory was read")
            }
            (true, false) => format!(
                "{what} expired on {}: its findings are open",
                waiver.expires
            ),
            (false, false) if today.is_some() => {
                format!("{what} expired on {}, and nothing needs it", waiver.expires)
            }
            (false, _) if !open(&waiver.rule) => format!("{what} covers no finding"),
            _ => continue,
        };
        notices.push(Notice {
            place: waiver.place.clone(),
            problem,
        });
    }
    notices
}
