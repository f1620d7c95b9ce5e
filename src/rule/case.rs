//! A rule's own examples: a small estate, and what the rule must say of it.
//!
//! Builds the estate that a case describes; running it is [`crate::check::cases`]'s business. What
//! a case does not mention was read and has its default; what it calls unread was not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::file::{CaseFile, Expected, GapFile, ResourceFile, WorkloadFile};
use super::meta::Posture;
use super::{RuleOption, Subject};
use crate::inventory::kinds::Place;
use crate::inventory::{
    AccountId, Cause, Gap, GapKey, Header, Inventory, Kind, Properties, Reading, Region, Resource,
};
use crate::workload::select::{Patterns, Tags};
use crate::workload::{self, ActiveRegions, Boundary, Known, Objectives};

/// The account of a case's resources that name none.
const ACCOUNT: &str = "111111111111";
/// When the estate of a case was read.
const FINISHED: &str = "2026-06-01T12:00:00Z";

/// A case that could be built.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub verdict: Expected,
    /// Names of exactly the resources that fail, sorted; `None` when the case does not say.
    pub findings: Option<Vec<String>>,
    pub message: Option<String>,
    /// The rule's options, as the case wants them.
    pub options: Vec<RuleOption>,
    pub given: Given,
}

/// The estate of a case.
#[derive(Debug, Clone)]
pub struct Given {
    pub inventory: Inventory,
    pub active: ActiveRegions,
    pub standby: Vec<Region>,
    pub posture: Known<Posture>,
    pub objectives: Objectives,
    pub declared: Option<workload::Place>,
}

impl Case {
    /// Builds what the file describes. The error says what of it makes no sense.
    pub(super) fn new(
        file: &CaseFile,
        subject: Option<Subject>,
        options: &[RuleOption],
    ) -> Result<Self, String> {
        let in_case = |problem: String| format!("case `{}`: {problem}", file.name);
        let mut findings = file.findings.clone();
        if let Some(names) = &mut findings {
            names.sort();
        }
        Ok(Self {
            name: file.name.clone(),
            verdict: file.verdict,
            findings,
            message: file.message.clone(),
            options: set(options, &file.given.options).map_err(in_case)?,
            given: given(file, subject).map_err(in_case)?,
        })
    }
}

fn given(file: &CaseFile, subject: Option<Subject>) -> Result<Given, String> {
    let own_kind = match subject {
        Some(Subject::Resource(kind)) => Some(kind),
        _ => None,
    };
    let given = &file.given;
    let resources: Vec<Resource> = given
        .resources
        .iter()
        .map(|resource| build(resource, own_kind))
        .collect::<Result<_, _>>()?;
    let mut seen = BTreeSet::new();
    if let Some(twice) = resources
        .iter()
        .find(|resource| !seen.insert(resource.sort_key()))
    {
        return Err(format!(
            "two resources have the ARN {}; give one an `arn`",
            twice.arn
        ));
    }
    let unread = resources.iter().flat_map(|resource| {
        resource
            .unread
            .values()
            .map(|key| gap(key.clone(), BTreeSet::new()))
    });
    let hidden = given.gaps.iter().map(hidden);
    let gaps: Vec<Gap> = unread.chain(hidden).collect();
    let active = active(&given.workload, &resources);
    let standby: Vec<Region> = given
        .workload
        .standby
        .iter()
        .map(|code| Region::from(code.as_str()))
        .collect();
    let scope = scope(&resources, &gaps, &active, &standby);
    let readings = scope.iter().flat_map(|(account, regions)| {
        regions.iter().map(|region| Reading {
            account: account.clone(),
            region: region.clone(),
            kinds: Kind::ALL.iter().copied().collect(),
            word: None,
        })
    });
    let readings: Vec<Reading> = readings.collect();
    let header = Header {
        partition: "aws".to_owned(),
        scope,
        finished: FINISHED.to_owned(),
        ..Header::default()
    };
    Ok(Given {
        inventory: Inventory::new(header, resources, gaps, readings),
        active: ActiveRegions {
            regions: active,
            gaps: Vec::new(),
        },
        standby,
        objectives: objectives(&given.workload)?,
        declared: given.workload.declared.then(|| workload::Place {
            path: crate::config::NAME.into(),
            line: 1,
            column: 1,
        }),
        posture: Known::Is(given.workload.posture.unwrap_or(Posture::ActiveActive)),
    })
}

fn set(options: &[RuleOption], given: &BTreeMap<String, Value>) -> Result<Vec<RuleOption>, String> {
    let mut options = options.to_vec();
    for (name, value) in given {
        let option = options.iter_mut().find(|it| it.name == *name);
        let option = option.ok_or_else(|| format!("the rule has no option `{name}`"))?;
        option
            .set(value)
            .map_err(|problem| format!("option `{name}`: {problem}"))?;
    }
    Ok(options)
}

fn objectives(workload: &WorkloadFile) -> Result<Objectives, String> {
    let boundary = workload.boundary.as_ref().map(|codes| {
        let tag =
            |(key, glob): (&String, &String)| Ok((key.clone(), Patterns::new([glob.as_str()])?));
        let tags = workload.boundary_tags.iter().map(tag);
        Ok::<_, String>(Boundary {
            tags: Tags(tags.collect::<Result<_, String>>()?),
            ..Boundary::of(
                "boundary",
                codes.iter().map(|code| Region::from(code.as_str())),
            )
        })
    });
    Ok(Objectives {
        rto_seconds: workload.rto_seconds,
        rpo_seconds: workload.rpo_seconds,
        boundary: boundary.transpose()?,
        ..Objectives::default()
    })
}

/// What was said, else the Regions of the resources.
fn active(workload: &WorkloadFile, resources: &[Resource]) -> Vec<Region> {
    let regions: BTreeSet<Region> = match &workload.regions {
        Some(codes) => codes
            .iter()
            .map(|code| Region::from(code.as_str()))
            .collect(),
        None => resources
            .iter()
            .map(|resource| resource.region.clone())
            .filter(|region| !region.is_global())
            .collect(),
    };
    regions.into_iter().collect()
}

/// Every account in every Region that the case mentions, and the global one.
fn scope(
    resources: &[Resource],
    gaps: &[Gap],
    active: &[Region],
    standby: &[Region],
) -> BTreeMap<AccountId, BTreeSet<Region>> {
    let accounts = resources
        .iter()
        .map(|resource| resource.account.clone())
        .chain(gaps.iter().map(|gap| gap.key.account.clone()))
        .chain([ACCOUNT.into()]);
    let regions: BTreeSet<Region> = resources
        .iter()
        .map(|resource| resource.region.clone())
        .chain(gaps.iter().map(|gap| gap.key.region.clone()))
        .chain(active.iter().chain(standby).cloned())
        .chain([Region::global()])
        .collect();
    accounts.map(|account| (account, regions.clone())).collect()
}

fn build(file: &ResourceFile, own_kind: Option<Kind>) -> Result<Resource, String> {
    let kind = file
        .kind
        .or(own_kind)
        .ok_or_else(|| format!("resource `{}` needs a `kind`", file.name))?;
    let region = Region::from(file.region.as_deref().unwrap_or(Region::GLOBAL));
    let account = AccountId::from(file.account.as_deref().unwrap_or(ACCOUNT));
    let place = Place {
        partition: "aws",
        region: &region,
        account: &account,
    };
    let properties = Properties::from_json(kind, Value::Object(file.properties.clone()))
        .map_err(|error| format!("{kind} `{}`: {error}", file.name))?;
    let unread = file.unread.iter().map(|property| {
        let known = property == "tags" || kind.properties().contains(property);
        let key = GapKey {
            account: account.clone(),
            region: region.clone(),
            operation: format!("{kind}.{property}"),
            cause: Cause::Denied,
        };
        known
            .then(|| (property.clone(), key))
            .ok_or_else(|| format!("{kind} `{}` has no property `{property}`", file.name))
    });
    Ok(Resource {
        arn: file
            .arn
            .clone()
            .unwrap_or_else(|| kind.arn(place, &identity(file, kind))),
        name: file.name.clone(),
        tags: file.tags.clone(),
        unread: unread.collect::<Result<_, _>>()?,
        properties,
        account,
        region,
    })
}

/// What tells the resource apart within its kind. Members of a routed set share their name.
fn identity(file: &ResourceFile, kind: Kind) -> String {
    if kind != Kind::Route53RecordSet {
        return file.name.clone();
    }
    let part = |key: &str| {
        file.properties
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    [
        part("zone_id"),
        &file.name,
        part("record_type"),
        part("set_identifier"),
    ]
    .join("/")
}

fn hidden(file: &GapFile) -> Gap {
    let kinds: Vec<&str> = file.hides.iter().map(|kind| kind.name()).collect();
    let key = GapKey {
        account: file.account.as_deref().unwrap_or(ACCOUNT).into(),
        region: file.region.as_deref().unwrap_or(Region::GLOBAL).into(),
        operation: format!("list {}", kinds.join(", ")),
        cause: file.cause.unwrap_or(Cause::Denied),
    };
    gap(key, file.hides.iter().copied().collect())
}

fn gap(key: GapKey, hides: BTreeSet<Kind>) -> Gap {
    Gap {
        key,
        action: None,
        message: None,
        hides,
        calls: 1,
    }
}
