//! The report as the page reads it: what is shown at once in one block, the rest in blocks of their
//! own. No format for others; `-f json` is.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::earlier::{Since, since};
use super::findings::{Columns, Detail, detail};
use crate::estate::edges::Relation;
use crate::inventory::Region as Code;
use crate::report::json;
use crate::report::json::score::Overall;
use crate::report::topology::Crossing;
use crate::report::{PlaceRead, Report, RuleSummary, WorkloadSummary, simulation};
use crate::rule::meta::{Posture, Severity};
use crate::simulate::{Fate, Outcome};

/// What the page shows when it opens.
#[derive(Debug, Serialize)]
pub(super) struct Head<'r> {
    run: json::Run,
    coverage: Coverage,
    score: Overall,
    severities: Vec<&'static str>,
    relations: Vec<&'static str>,
    workloads: Vec<Row<'r>>,
    rules: Vec<Rule<'r>>,
    fixes: Vec<Fix<'r>>,
    gaps: Vec<json::Gap>,
    on_word: Vec<json::OnWord>,
    never_asked: Vec<String>,
    unassigned: json::Unassigned,
    left_out: &'r BTreeMap<&'static str, usize>,
    notices: Vec<json::Notice>,
    map: Map<'r>,
    assumptions: Vec<Assumption<'r>>,
    trend: Vec<TrendPoint<'r>>,
    findings: usize,
    places: Vec<Place<'r>>,
    since: Option<Since<'r>>,
}

/// Account, Region, resources, services read whole, and those that were not: service, how far, why.
type Place<'r> = (&'r str, &'r str, usize, usize, Vec<Missing<'r>>);
type Missing<'r> = (&'r str, &'static str, Vec<&'static str>);

#[derive(Debug, Serialize)]
struct Coverage {
    decided: usize,
    unknown: usize,
    percent: String,
}

/// A workload in the tables at the top.
#[derive(Debug, Serialize)]
struct Row<'r> {
    name: &'r str,
    posture: &'static str,
    active: Vec<&'r str>,
    standby: Vec<&'r str>,
    members: usize,
    score: String,
    points: Option<u8>,
    low: Option<u8>,
    high: Option<u8>,
    cap: Option<&'r str>,
    /// The worst that a loss does to it.
    verdict: Option<&'static str>,
    residency: Option<&'static str>,
    rto_seconds: Option<i64>,
    rpo_seconds: Option<i64>,
    /// Findings by severity.
    findings: Vec<usize>,
    losses: Vec<Loss>,
}

#[derive(Debug, Serialize)]
struct Loss {
    #[serde(rename = "loss")]
    lost: String,
    outcome: &'static str,
    rto: String,
    rpo: String,
    rto_met: Option<bool>,
    rpo_met: Option<bool>,
    outside: usize,
}

#[derive(Debug, Serialize)]
struct Rule<'r> {
    id: &'r str,
    name: &'r str,
    title: &'r str,
    severity: &'static str,
    applies: &'static str,
    evidence: &'static str,
    why: &'r str,
    fix: &'r str,
    examples: Vec<(&'static str, &'static str, &'r str)>,
    references: Vec<(&'r str, Option<&'r str>)>,
    frameworks: &'r [String],
    options: &'r [(String, String)],
    pass: usize,
    fail: usize,
    unknown: usize,
    not_applicable: usize,
    waived: usize,
    unknown_because: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Fix<'r> {
    rule: &'r str,
    severity: &'static str,
    findings: usize,
    workloads: usize,
    points: u8,
    uncapped: u8,
}

#[derive(Debug, Serialize)]
struct Map<'r> {
    regions: Vec<Region<'r>>,
    crossings: Vec<Edge<'r>>,
}

#[derive(Debug, Serialize)]
struct Region<'r> {
    code: &'r str,
    place: Option<&'r str>,
    country: Option<&'r str>,
    coordinates: Option<(f32, f32)>,
    resources: usize,
    asked: bool,
}

/// From, to, relation, how many.
pub(super) type Edge<'r> = (&'r str, &'r str, &'static str, usize);

#[derive(Debug, Serialize)]
struct Assumption<'r> {
    name: &'static str,
    what: &'r str,
    span: String,
    set: bool,
    source: Option<&'r str>,
}

#[derive(Debug, Serialize)]
struct TrendPoint<'r> {
    finished: &'r str,
    score: Option<u8>,
    findings: Vec<usize>,
    /// In per cent.
    coverage: &'r str,
    /// What differs from the run before, so that the two are not to be held against each other.
    breaks: &'r [String],
}

impl<'r> Head<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let counts = counts(report);
        let workloads = report.workloads.iter();
        let workloads = workloads.map(|it| row(it, counts.get(it.name.as_str())));
        Self {
            run: json::run(&report.run),
            coverage: Coverage {
                decided: report.coverage.decided,
                unknown: report.coverage.unknown,
                percent: report.coverage.percent(),
            },
            score: Overall::of(report.score),
            severities: Severity::ALL.iter().map(|it| it.text()).collect(),
            relations: Relation::ALL.iter().map(|it| it.text()).collect(),
            workloads: workloads.collect(),
            rules: report.rules.iter().map(rule).collect(),
            fixes: fixes(report),
            gaps: report.gaps.iter().map(json::gap).collect(),
            on_word: report.on_word.iter().map(json::on_word).collect(),
            never_asked: texts(report.never_asked()),
            unassigned: json::unassigned(report),
            left_out: &report.left_out,
            notices: notices(report),
            map: map(report),
            assumptions: assumptions(report),
            trend: trend(report),
            findings: report.findings.len(),
            places: report.places.iter().map(place).collect(),
            since: report.since.as_ref().map(since),
        }
    }
}

/// Those about the configuration, then those about the code.
fn notices(report: &Report) -> Vec<json::Notice> {
    let about_code = report.sources.iter().flat_map(|it| &it.notices);
    let all = report.notices.iter().chain(about_code);
    all.map(json::notice).collect()
}

pub(super) fn texts(all: impl IntoIterator<Item: ToString>) -> Vec<String> {
    all.into_iter().map(|it| it.to_string()).collect()
}

fn place(it: &PlaceRead) -> Place<'_> {
    let missing = it.others.iter().map(|(service, state, causes)| {
        let causes = causes.iter().map(|it| it.code()).collect();
        (service.as_str(), state.text(), causes)
    });
    let (account, region) = (it.account.as_str(), it.region.as_str());
    (account, region, it.resources, it.whole, missing.collect())
}

/// Findings of each workload by severity.
fn counts(report: &Report) -> HashMap<&str, Vec<usize>> {
    let mut counts = HashMap::<&str, Vec<usize>>::new();
    for it in &report.findings {
        let of = counts.entry(it.workload.as_str());
        let of = of.or_insert_with(|| vec![0; Severity::ALL.len()]);
        for (count, severity) in of.iter_mut().zip(Severity::ALL) {
            *count += usize::from(severity == it.severity);
        }
    }
    counts
}

fn row<'r>(it: &'r WorkloadSummary, findings: Option<&Vec<usize>>) -> Row<'r> {
    let none = || vec![0; Severity::ALL.len()];
    Row {
        name: &it.name,
        posture: it.posture.map_or("unknown", Posture::text),
        active: it.active.iter().map(Code::as_str).collect(),
        standby: it.standby.iter().map(Code::as_str).collect(),
        members: it.members,
        score: it.score.shown(),
        points: it.score.headline(),
        low: it.score.range.map(|it| it.low),
        high: it.score.range.map(|it| it.high),
        cap: it.score.cap().map(|it| it.cause.as_str()),
        verdict: it.verdict().map(Fate::text),
        residency: it.score.residency.as_ref().map(|it| it.verdict.text()),
        rto_seconds: it.rto_seconds,
        rpo_seconds: it.rpo_seconds,
        findings: findings.cloned().unwrap_or_else(none),
        losses: it.losses.iter().map(loss).collect(),
    }
}

fn loss(it: &Outcome) -> Loss {
    Loss {
        lost: it.loss.to_string(),
        outcome: it.fate.text(),
        rto: simulation::time(it),
        rpo: simulation::data(it),
        rto_met: it.rto_met,
        rpo_met: it.rpo_met,
        outside: it.outside.as_ref().map_or(0, Vec::len),
    }
}

fn rule(it: &RuleSummary) -> Rule<'_> {
    let references = it.references.iter();
    Rule {
        id: &it.id,
        name: &it.name,
        title: &it.title,
        severity: it.severity.text(),
        applies: it.applies.text(),
        evidence: it.evidence.text(),
        why: &it.why,
        fix: &it.fix.text,
        examples: it.fix.examples().collect(),
        references: references
            .map(|it| (it.title.as_str(), it.url.as_deref()))
            .collect(),
        frameworks: &it.frameworks,
        options: &it.options,
        pass: it.counts.pass,
        fail: it.counts.fail,
        unknown: it.counts.unknown,
        not_applicable: it.counts.not_applicable,
        waived: it.counts.waived,
        unknown_because: texts(&it.unknown_because),
    }
}

fn fixes(report: &Report) -> Vec<Fix<'_>> {
    let all = report.fix_first().into_iter().map(|it| Fix {
        rule: it.rule,
        severity: it.severity.text(),
        findings: it.findings,
        workloads: it.workloads,
        points: it.points,
        uncapped: it.uncapped,
    });
    all.collect()
}

fn map(report: &Report) -> Map<'_> {
    let regions = report.map.regions.iter().map(|it| Region {
        code: it.region.as_str(),
        place: it.place.as_ref().map(|it| it.name.as_str()),
        country: it.place.as_ref().map(|it| it.country.as_str()),
        coordinates: it.place.as_ref().map(|it| it.coordinates),
        resources: it.resources,
        asked: it.asked,
    });
    Map {
        regions: regions.collect(),
        crossings: edges(&report.map.crossings),
    }
}

pub(super) fn edges(all: &[Crossing]) -> Vec<Edge<'_>> {
    all.iter()
        .map(|it| (it.from.as_str(), it.to.as_str(), it.relation, it.edges))
        .collect()
}

fn assumptions(report: &Report) -> Vec<Assumption<'_>> {
    let all = report.assumptions.iter().map(|it| Assumption {
        name: it.name,
        what: &it.what,
        span: it.span.to_string(),
        set: it.set,
        source: it.source.as_deref(),
    });
    all.collect()
}

fn trend(report: &Report) -> Vec<TrendPoint<'_>> {
    let of = |point: &'_ crate::report::TrendPoint, severity: &Severity| {
        point.findings.get(severity).copied().unwrap_or_default()
    };
    let all = report.trend.iter().map(|it| TrendPoint {
        finished: &it.finished,
        score: it.score,
        findings: Severity::ALL
            .iter()
            .map(|severity| of(it, severity))
            .collect(),
        coverage: &it.coverage,
        breaks: &it.breaks,
    });
    all.collect()
}

/// Findings that somebody answers for.
#[derive(Debug, Serialize)]
pub(super) struct Waivers<'r> {
    columns: Columns<'r>,
    details: Vec<Detail<'r>>,
    /// Owner, reason, last day, points hidden.
    words: Vec<(&'r str, &'r str, &'r str, u8)>,
}

pub(super) fn waived(report: &Report) -> Waivers<'_> {
    let findings: Vec<_> = report.waived.iter().map(|it| &it.finding).collect();
    let words = report.waived.iter();
    let words = words.map(|it| {
        (
            it.owner.as_str(),
            it.reason.as_str(),
            it.expires.as_str(),
            it.points,
        )
    });
    Waivers {
        columns: Columns::of(report, &findings),
        details: findings.iter().map(|it| detail(report, it)).collect(),
        words: words.collect(),
    }
}
