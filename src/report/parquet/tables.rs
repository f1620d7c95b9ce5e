//! The tables: findings, resources, edges, coverage, runs.

use crate::inventory::{AccountId, Region};
use crate::report::{Contents, Report, ResourceSummary};
use findings::findings;

/// A column of a table whose rows are known.
macro_rules! column {
    ($kind:ident, $name:literal, $about:expr, $rows:expr, $of:expr) => {
        Column {
            name: $name,
            about: $about,
            values: Values::$kind($rows.iter().map($of).collect()),
        }
    };
}

mod findings;

/// Rows as columns.
pub(super) struct Table<'r> {
    pub(super) name: &'static str,
    /// What a row is.
    pub(super) about: &'static str,
    pub(super) columns: Vec<Column<'r>>,
}

pub(super) struct Column<'r> {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) values: Values<'r>,
}

/// One value for each row.
pub(super) enum Values<'r> {
    Text(Vec<&'r str>),
    /// Text that was put together for the table.
    Made(Vec<String>),
    Optional(Vec<Option<&'r str>>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    OptionalFloat(Vec<Option<f64>>),
    Bool(Vec<bool>),
    /// Milliseconds since 1970, UTC.
    Time(Vec<Option<i64>>),
}

impl Values<'_> {
    /// As SQL calls it.
    #[cfg(test)]
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Made(_) => "text",
            Self::Optional(_) => "text or null",
            Self::Int(_) => "bigint",
            Self::Float(_) => "double",
            Self::OptionalFloat(_) => "double or null",
            Self::Bool(_) => "boolean",
            Self::Time(_) => "timestamp or null",
        }
    }
}

/// All tables of a run.
pub(super) fn all<'r>(report: &'r Report, contents: &'r Contents) -> [Table<'r>; 5] {
    [
        findings(report),
        resources(report, &contents.resources),
        edges(report, contents),
        coverage(report, contents),
        runs(report),
    ]
}

/// When collecting ended: which run a row is of.
fn run<'r, T>(report: &'r Report, rows: &[T]) -> Column<'r> {
    let time = time(&report.run.finished);
    column!(
        Time,
        "run",
        "When collecting ended: names the run.",
        rows,
        |_| time
    )
}

fn time(text: &str) -> Option<i64> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(time.as_millisecond())
}

fn int(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn resources<'r>(report: &'r Report, rows: &'r [ResourceSummary]) -> Table<'r> {
    Table {
        name: "resources",
        about: "A resource that was read: its identity, no property.",
        columns: vec![
            run(report, rows),
            column!(
                Text,
                "arn",
                "The ARN; a stable id where AWS has none.",
                rows,
                |it| it.arn.as_str()
            ),
            column!(Text, "kind", "CloudFormation type.", rows, |it| it
                .kind
                .as_str()),
            column!(Text, "account", "The account that owns it.", rows, |it| it
                .account
                .as_str()),
            column!(
                Text,
                "region",
                "`aws-global` where there is none.",
                rows,
                |it| it.region.as_str()
            ),
            column!(Text, "name", "Its name.", rows, |it| it.name.as_str()),
        ],
    }
}

fn edges<'r>(report: &'r Report, contents: &'r Contents) -> Table<'r> {
    let rows = &contents.edges;
    Table {
        name: "edges",
        about: "One thing that hangs on another.",
        columns: vec![
            run(report, rows),
            column!(Text, "from_arn", "The near end.", rows, |it| it
                .from
                .as_str()),
            column!(
                Text,
                "relation",
                "`replicates`, `routes`, `invokes`, `reads`, `decrypts`, `delivers`, `runs` or `scales`.",
                rows,
                |it| it.relation
            ),
            column!(Text, "mechanism", "By what.", rows, |it| it.mechanism),
            column!(
                Text,
                "to_arn",
                "The far end; an id or a host where the inventory does not hold it.",
                rows,
                |it| it.to.as_str()
            ),
            column!(
                Bool,
                "held",
                "Whether `to_arn` is among the resources.",
                rows,
                |it| it.held
            ),
            column!(
                Optional,
                "to_region",
                "Region of the far end, where it is known.",
                rows,
                |it| it.to_region.as_ref().map(Region::as_str)
            ),
        ],
    }
}

fn coverage<'r>(report: &'r Report, contents: &'r Contents) -> Table<'r> {
    let rows = &contents.places;
    let causes = |it: &crate::report::contents::Served| {
        let causes: Vec<&str> = it.causes.iter().map(|it| it.code()).collect();
        causes.join(",")
    };
    Table {
        name: "coverage",
        about: "How far a service was read in a Region of an account.",
        columns: vec![
            run(report, rows),
            column!(Text, "account", "The account.", rows, |it| it
                .account
                .as_str()),
            column!(
                Text,
                "region",
                "The Region; `aws-global` for global services.",
                rows,
                |it| it.region.as_str()
            ),
            column!(Text, "service", "As CloudFormation calls it.", rows, |it| {
                it.service.as_str()
            }),
            column!(
                Text,
                "state",
                "`read`; `on_word` (not asked, somebody said that it is empty); `partly` (resources of some kinds may be missing); `unread`.",
                rows,
                |it| it.state.text()
            ),
            column!(
                Int,
                "resources",
                "How many of its resources were read there.",
                rows,
                |it| int(it.resources)
            ),
            column!(
                Made,
                "causes",
                "Why resources may be missing, joined by commas.",
                rows,
                causes
            ),
        ],
    }
}

fn runs(report: &Report) -> Table<'_> {
    let rows = [report];
    let list = |items: Vec<&str>| serde_json::json!(items).to_string();
    Table {
        name: "runs",
        about: "The run itself: one row.",
        columns: vec![
            run(report, &rows),
            column!(Time, "started", "When collecting began.", rows, |it| time(
                &it.run.started
            )),
            column!(Text, "version", "Version that judged.", rows, |it| it
                .run
                .version
                .as_str()),
            column!(
                Text,
                "collected_by",
                "Tool and version that read.",
                rows,
                |it| it.run.collected_by.as_str()
            ),
            column!(Text, "partition", "The AWS partition.", rows, |it| it
                .run
                .partition
                .as_str()),
            column!(
                Text,
                "rules",
                "Stands for the rules with their settings: runs with equal ones can be compared.",
                rows,
                |it| it.run.rules.as_str()
            ),
            column!(
                Optional,
                "config_sha256",
                "The configuration, if there was one.",
                rows,
                |it| it.run.config.as_ref().map(|it| it.sha256.as_str())
            ),
            column!(
                Made,
                "accounts",
                "Accounts that were asked, a JSON list.",
                rows,
                |it| list(it.run.accounts.iter().map(AccountId::as_str).collect())
            ),
            column!(
                Made,
                "regions",
                "Regions that were asked, a JSON list.",
                rows,
                |it| list(it.run.regions.iter().map(Region::as_str).collect())
            ),
            column!(Int, "resources", "Resources that were read.", rows, |it| {
                int(it.run.resources)
            }),
            column!(Int, "workloads", "Workloads.", rows, |it| int(it
                .workloads
                .len())),
            column!(Int, "findings", "Open findings.", rows, |it| int(it
                .findings
                .len())),
            column!(
                Int,
                "decided",
                "Verdicts that are pass or fail.",
                rows,
                |it| int(it.coverage.decided)
            ),
            column!(
                Int,
                "unknown",
                "Verdicts that gaps left open.",
                rows,
                |it| int(it.coverage.unknown)
            ),
            column!(
                OptionalFloat,
                "score",
                "Mean of the workloads' points.",
                rows,
                |it| it.score.points.map(f64::from)
            ),
        ],
    }
}
