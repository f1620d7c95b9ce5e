//! From the words of `mrlint.yaml` to settings: everything that makes no sense is said at once,
//! each with its place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_saphyr::{Location, Spanned};
use sha2::{Digest, Sha256};

use super::file::{BoundaryFile, ConfigFile, WaiverFile, WorkloadFile};
use super::waiver::Waiver;
use super::{Config, RuleSetting, Runs};
use crate::inventory::{Region, region};
use crate::located::{Located, from_yaml, nearest, read_text};
use crate::report::fingerprint::hex;
use crate::workload::select::{Patterns, Selector};
use crate::workload::{Boundary, Declared, Objectives, Place};

/// The longest file that is read, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Reads and settles a file.
pub(super) fn load(path: &Path) -> Result<Config, Vec<Located>> {
    let text = read_text(path, MAX_FILE).map_err(|error| vec![error])?;
    settle(path, &text)
}

/// Settles the text of a file.
pub(super) fn settle(path: &Path, text: &str) -> Result<Config, Vec<Located>> {
    let file: ConfigFile = from_yaml(path, text).map_err(|error| vec![error])?;
    let mut settler = Settler {
        path,
        boundaries: BTreeMap::new(),
        errors: Vec::new(),
    };
    if file.version.value != 1 {
        let problem = format!(
            "version {} is not known; this mrlint reads version 1",
            file.version.value
        );
        settler.wrong(file.version.referenced, problem);
    }
    for (name, boundary) in &file.boundaries {
        settler.boundary(name, boundary);
    }
    let mut names = BTreeSet::new();
    let mut workloads = Vec::new();
    for workload in &file.workloads {
        let name = &workload.value.name;
        if !names.insert(name.value.clone()) {
            settler.wrong(
                name.referenced,
                format!("workload `{}` is declared twice", name.value),
            );
        }
        workloads.extend(settler.workload(workload));
    }
    let mut waivers = Vec::new();
    for waiver in &file.waivers {
        waivers.extend(settler.waiver(waiver, &names));
    }
    let rules = file.rules.into_iter().map(|(rule, setting)| RuleSetting {
        rule,
        severity: setting.severity,
        enabled: setting.enabled.unwrap_or(true),
        reason: setting.reason,
        options: setting.options.into_iter().collect(),
    });
    let rules = rules.collect();
    let constants = settler.constants(&file.simulation);
    let keep = settler.keep(file.history.as_ref());
    let targets = file.notify.iter();
    let targets = targets.filter_map(|it| settler.target(it)).collect();
    if !settler.errors.is_empty() {
        settler.errors.sort();
        return Err(settler.errors);
    }
    Ok(Config {
        path: path.to_owned(),
        sha256: hex(&Sha256::digest(text.as_bytes())),
        workloads,
        rules,
        waivers,
        notices: Vec::new(),
        constants,
        runs: Runs { keep, targets },
    })
}

pub(super) struct Settler<'a> {
    path: &'a Path,
    boundaries: BTreeMap<String, Boundary>,
    errors: Vec<Located>,
}

impl Settler<'_> {
    /// How many errors there are by now.
    pub(super) fn errors(&self) -> usize {
        self.errors.len()
    }

    /// The file that is read.
    pub(super) fn path(&self) -> &Path {
        self.path
    }

    pub(super) fn wrong(&mut self, at: Location, problem: impl Into<String>) {
        self.errors.push(Located::at(self.path, at, problem));
    }

    pub(super) fn wrong_with(
        &mut self,
        at: Location,
        problem: impl Into<String>,
        help: Option<String>,
    ) {
        let mut error = Located::at(self.path, at, problem);
        error.help = help;
        self.errors.push(error);
    }

    /// The value, or its error noted at the place.
    pub(super) fn take<T>(&mut self, at: Location, value: Result<T, String>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(problem) => {
                self.wrong(at, problem);
                None
            }
        }
    }

    fn boundary(&mut self, name: &Spanned<String>, file: &BoundaryFile) {
        if region::within(&name.value).is_some() {
            let problem = format!("boundary `{}` is known already", name.value);
            self.wrong_with(
                name.referenced,
                problem,
                Some("give it another name".to_owned()),
            );
        }
        let mut regions = BTreeSet::new();
        for word in &file.regions {
            regions.extend(self.regions_of(word));
        }
        let tags = self.tags(&file.tags, name.referenced);
        let boundary = Boundary {
            name: name.value.clone(),
            regions,
            tags,
        };
        self.boundaries.insert(name.value.clone(), boundary);
    }

    /// The Regions that a code, a glob or the name of a known boundary stands for.
    fn regions_of(&mut self, word: &Spanned<String>) -> Vec<Region> {
        if let Some(known) = region::within(&word.value) {
            return known;
        }
        if !word.value.contains(['*', '?', '[', '{']) {
            return self.region(word).into_iter().collect();
        }
        let Some(pattern) = self.take(word.referenced, Patterns::new([word.value.as_str()])) else {
            return Vec::new();
        };
        let codes = region::all().iter().map(|it| it.code.as_str());
        let fitting: Vec<Region> = codes
            .filter(|code| pattern.fit(code))
            .map(Region::from)
            .collect();
        if fitting.is_empty() {
            self.wrong(word.referenced, format!("`{}` fits no Region", word.value));
        }
        fitting
    }

    fn region(&mut self, code: &Spanned<String>) -> Option<Region> {
        if region::info(&code.value).is_some() {
            return Some(Region::from(code.value.as_str()));
        }
        let codes = region::all().iter().map(|it| it.code.as_str());
        let near = nearest(&code.value, codes.chain(region::boundaries()));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        self.wrong_with(
            code.referenced,
            format!("`{}` is no Region", code.value),
            help,
        );
        None
    }

    fn workload(&mut self, file: &Spanned<WorkloadFile>) -> Option<Declared> {
        let errors = self.errors.len();
        let place = file.value.name.referenced;
        let file = &file.value;
        if file.name.value.trim().is_empty() {
            self.wrong(place, "a workload needs a name");
        }
        let regions = |settler: &mut Self, codes: &[Spanned<String>]| -> BTreeSet<Region> {
            codes
                .iter()
                .filter_map(|code| settler.region(code))
                .collect()
        };
        let (active, standby) = match &file.regions {
            None => (None, BTreeSet::new()),
            Some(given) => {
                let active = regions(self, &given.active);
                if let Some(both) = given
                    .standby
                    .iter()
                    .find(|it| active.contains(it.value.as_str()))
                {
                    self.wrong(
                        both.referenced,
                        format!("`{}` is active already", both.value),
                    );
                }
                (Some(active), regions(self, &given.standby))
            }
        };
        if active.as_ref().is_some_and(BTreeSet::is_empty) && self.errors.len() == errors {
            self.wrong(
                place,
                format!("workload `{}` has no active Region", file.name.value),
            );
        }
        let criticality = match &file.criticality {
            Some(weight) if !(1..=100).contains(&weight.value) => {
                self.wrong(
                    weight.referenced,
                    format!("criticality {} is not from 1 to 100", weight.value),
                );
                1
            }
            weight => weight.as_ref().map_or(1, |weight| weight.value),
        };
        let objectives = Objectives {
            owner: file.owner.clone(),
            rto_seconds: self.duration(file.rto.as_ref()),
            rpo_seconds: self.duration(file.rpo.as_ref()),
            boundary: self.boundary_named(file.boundary.as_ref()),
            criticality,
        };
        if file.select.is_empty() {
            self.wrong(
                place,
                format!("workload `{}` selects nothing", file.name.value),
            );
        }
        let selectors: Vec<Selector> = file.select.iter().map(|it| self.selector(it)).collect();
        let dns = |name: &Spanned<String>| name.value.trim_end_matches('.').to_ascii_lowercase();
        (self.errors.len() == errors).then(|| Declared {
            name: file.name.value.clone(),
            objectives,
            active: active.map(|it| it.into_iter().collect()),
            standby: standby.into_iter().collect(),
            posture: file.posture,
            entry_points: file.entry_points.iter().map(dns).collect(),
            selectors,
            place: self.place(place),
        })
    }

    fn place(&self, at: Location) -> Place {
        Place {
            path: self.path.to_owned(),
            line: at.line(),
            column: at.column(),
        }
    }

    /// Seconds.
    pub(super) fn duration(&mut self, text: Option<&Spanned<String>>) -> Option<i64> {
        let text = text?;
        let parsed = text.value.parse::<jiff::SignedDuration>();
        match parsed.map(|it| it.as_secs()) {
            Ok(seconds @ 0..) => Some(seconds),
            Ok(_) => {
                self.wrong(text.referenced, format!("`{}` is negative", text.value));
                None
            }
            Err(_) => {
                let help = "write it as 30s, 5m, 1h30m".to_owned();
                self.wrong_with(
                    text.referenced,
                    format!("`{}` is no duration", text.value),
                    Some(help),
                );
                None
            }
        }
    }

    fn boundary_named(&mut self, name: Option<&Spanned<String>>) -> Option<Boundary> {
        let name = name?;
        if let Some(own) = self.boundaries.get(&name.value) {
            return Some(own.clone());
        }
        if let Some(regions) = region::within(&name.value) {
            return Some(Boundary::of(&name.value, regions));
        }
        let known = region::boundaries().map(str::to_owned);
        let names: Vec<String> = self.boundaries.keys().cloned().chain(known).collect();
        let help = match nearest(&name.value, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it under `boundaries`".to_owned(),
        };
        self.wrong_with(
            name.referenced,
            format!("no boundary is called `{}`", name.value),
            Some(help),
        );
        None
    }

    fn waiver(
        &mut self,
        file: &Spanned<WaiverFile>,
        workloads: &BTreeSet<String>,
    ) -> Option<Waiver> {
        let (at, file) = (file.referenced, &file.value);
        let errors = self.errors.len();
        for (word, value) in [("an owner", &file.owner), ("a reason", &file.reason)] {
            if value.value.trim().is_empty() {
                self.wrong(value.referenced, format!("a waiver needs {word}"));
            }
        }
        if let Some(workload) = &file.workload
            && !workloads.contains(&workload.value)
        {
            let near = nearest(&workload.value, workloads.iter().map(String::as_str));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            self.wrong_with(
                workload.referenced,
                format!("no workload is called `{}`", workload.value),
                help,
            );
        }
        let expires = file
            .expires
            .value
            .parse::<jiff::civil::Date>()
            .map_err(|_| {
                format!(
                    "`{}` is no date; write it as 2027-01-31",
                    file.expires.value
                )
            });
        let expires = self.take(file.expires.referenced, expires);
        let resource = Patterns::new([file.resource.value.as_str()]);
        let resource = self.take(file.resource.referenced, resource);
        (self.errors.len() == errors).then_some(())?;
        Some(Waiver {
            rule: file.rule.value.clone(),
            rule_place: file.rule.referenced,
            workload: file.workload.as_ref().map(|it| it.value.clone()),
            glob: file.resource.value.clone(),
            resource: resource?,
            owner: file.owner.value.clone(),
            reason: file.reason.value.clone(),
            expires: expires?,
            place: self.place(at),
        })
    }
}
