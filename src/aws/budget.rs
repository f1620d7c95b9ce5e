//! What AWS allows of each API (`budgets.yaml`), and which limits a call counts against.
//!
//! Knows the numbers; who waits for them is [`super::pace`]'s business.

use std::sync::LazyLock;

use serde::Deserialize;

/// How much sooner one call may arrive than another, in seconds: connections are made in between.
const JITTER: f64 = 0.05;

/// What the operations of a limit share, or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// Each operation has the limit for itself.
    Operation,
    /// All operations that are named share it.
    Service,
}

/// Whether Regions share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Where {
    /// Each Region has it for itself.
    Region,
    /// All Regions of the account share it.
    Account,
}

/// How many calls AWS takes from an account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// As in `service:Operation`; empty for the default.
    #[serde(default)]
    pub service: String,
    /// Names, or `*` for all.
    #[serde(default)]
    pub operations: Vec<String>,
    pub per: Per,
    pub r#where: Where,
    /// Calls a second.
    pub rate: f64,
    /// Calls at once after a pause.
    pub burst: f64,
    /// Where AWS publishes it; none: the figure is ours.
    #[serde(default)]
    pub source: Option<String>,
    /// When somebody last looked.
    #[serde(default)]
    pub checked: Option<String>,
}

/// A limit as one account's calls meet it.
#[derive(Debug, Clone, Copy)]
pub struct Applied {
    pub limit: &'static Limit,
    /// Where the limit stands in the file: its identity.
    pub index: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    limits: Vec<Limit>,
    default: Limit,
}

#[expect(
    clippy::expect_used,
    reason = "the file is embedded and a test reads it"
)]
static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("budgets.yaml")).expect("budgets.yaml is well-formed")
});

/// The limits that a call of the operation (`service:Operation`) counts against; never none.
pub fn limits(operation: &str) -> Vec<Applied> {
    let file = &*FILE;
    let (service, name) = operation.split_once(':').unwrap_or((operation, ""));
    let all = file.limits.iter().enumerate();
    let naming = all.filter(|(_, limit)| limit.service == service && limit.names(name));
    let mut own = false;
    let mut found: Vec<Applied> = naming
        .filter(|(_, limit)| match limit.per {
            Per::Service => true,
            Per::Operation => !std::mem::replace(&mut own, true),
        })
        .map(|(index, limit)| Applied { limit, index })
        .collect();
    if found.is_empty() {
        found.push(Applied {
            limit: &file.default,
            index: file.limits.len(),
        });
    }
    found
}

impl Limit {
    fn names(&self, operation: &str) -> bool {
        self.operations
            .iter()
            .any(|it| it == "*" || it == operation)
    }

    /// Calls a second at a share (0 to 1) of what AWS allows.
    pub fn rate_at(&self, share: f64) -> f64 {
        self.rate * share
    }

    /// Calls at once at a share of what AWS allows: at least one, or none could ever be made. Some
    /// are left: a call that overtakes an earlier one on its way must not be one too many.
    pub fn burst_at(&self, share: f64) -> f64 {
        let overtaking = 1.0 + self.rate * JITTER;
        ((self.burst - overtaking) * share).max(1.0)
    }

    /// The least time that so many calls take at a share of what AWS allows, in seconds.
    pub fn seconds(&self, calls: u64, share: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "calls stay far below 2^52")]
        let waiting = (calls as f64 - self.burst_at(share)).max(0.0);
        waiting / self.rate_at(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_met_and_says_where_it_is_from() {
        let file = &*FILE;
        for limit in file.limits.iter().chain([&file.default]) {
            assert!(limit.rate > 0.0 && limit.burst >= 1.0, "{limit:?}");
            assert_eq!(limit.source.is_some(), limit.checked.is_some(), "{limit:?}");
        }
        for limit in &file.limits {
            assert!(!limit.operations.is_empty(), "{limit:?}");
        }
    }

    #[test]
    fn a_call_counts_against_one_limit_of_its_own_and_all_that_are_shared() {
        let one = limits("ec2:DescribeVpcs");
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].limit.per, Per::Operation);
        assert_eq!(limits("nobody:Knows")[0].limit.service, "");
    }

    #[test]
    fn what_the_burst_covers_takes_no_time() {
        let limit = &limits("ec2:DescribeVpcs")[0].limit;
        // Of 100 at once, two are left: one, and what 20 a second give in 50 ms.
        assert!(limit.seconds(98, 1.0) < f64::EPSILON);
        assert!((limit.seconds(118, 1.0) - 1.0).abs() < 1e-9);
        assert!((limit.seconds(34, 0.25) - 1.9).abs() < 1e-9);
    }
}
