//! Configuration that points at another Region: led to what stands in its own, which is made where
//! it does not.

use std::sync::LazyLock;

use regex::Regex;

use crate::change::site::{Refusal, Site};
use crate::estate::edges::Target;
use crate::estate::lookups::Found;
use crate::inventory::kinds::autoscaling::AutoScalingGroup;
use crate::inventory::kinds::ec2_launch::LaunchTemplate;
use crate::inventory::kinds::ecs::{Service, TaskDefinition};
use crate::inventory::kinds::lambda::Function;
use crate::inventory::kinds::rds::{DbCluster, GlobalCluster};
use crate::inventory::{Arn, Image, Kind, Reference, Region, reference};

/// Keys that mean another Region on purpose.
#[expect(clippy::expect_used, reason = "a constant pattern, used by every test")]
static ON_PURPOSE: LazyLock<Regex> = LazyLock::new(|| {
    let words = "(?i)(peer|remote|replica|failover|backup|regions|secondary)|(^|[_.-])dr([_.-]|$)";
    Regex::new(words).expect("constant pattern")
});

/// Services without Regions: their addresses in one lead to all.
const GLOBAL: [&str; 17] = [
    "account",
    "acm",
    "budgets",
    "ce",
    "cloudfront",
    "cur",
    "ecr-public",
    "globalaccelerator",
    "health",
    "iam",
    "networkmanager",
    "organizations",
    "pricing",
    "route53",
    "savingsplans",
    "support",
    "wafv2",
];

pub(super) fn function(site: &mut Site<'_, '_>, at: u32) {
    let Some(references) = site.of::<Function>(at).map(|it| it.references.clone()) else {
        return;
    };
    let region = site.resource(at).region.clone();
    let led = site.led(&references, &region);
    let texts = |site: &mut Site<'_, '_>, all: &[String]| -> Vec<String> {
        all.iter().map(|it| site.local(it, &region)).collect()
    };
    let of = site.of::<Function>(at).cloned().unwrap_or_default();
    let layers = texts(site, &of.layers);
    let file_systems = texts(site, &of.file_systems);
    let dead_letter = of.dead_letter.map(|it| site.local(&it, &region));
    site.draft
        .edit::<Function>(at, format!("names what stands in {region}"), |it| {
            it.references = led;
            it.layers = layers;
            it.file_systems = file_systems;
            it.dead_letter = dead_letter;
        });
}

pub(super) fn service(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let definition = definition(site, at)?;
    let region = site.resource(at).region.clone();
    let references = site
        .of::<TaskDefinition>(definition)
        .map(|it| it.references.clone());
    let led = site.led(&references.unwrap_or_default(), &region);
    site.draft
        .edit::<TaskDefinition>(definition, format!("names what stands in {region}"), |it| {
            it.references = led;
            for container in &mut it.containers {
                if container.log_region.is_some() {
                    container.log_region = Some(region.to_string());
                }
            }
        });
    Ok(())
}

/// Images come from the registry of the own Region, which is taken to hold them.
pub(super) fn images(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let definition = definition(site, at)?;
    let region = site.resource(at).region.clone();
    let what = format!("starts from the registry in {region}, taken to hold its images");
    site.draft.edit::<TaskDefinition>(definition, what, |it| {
        for container in &mut it.containers {
            let from = Image::parse(&container.image).region();
            if let Some(from) = from {
                container.image = container.image.replacen(&from, &region, 1);
            }
        }
    });
    Ok(())
}

pub(super) fn user_data(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let own = site.resource(at);
    let region = own.region.clone();
    let template = own
        .of::<AutoScalingGroup>()
        .and_then(|it| it.launch_template.clone());
    let link = crate::estate::links::Link::Id(Kind::Ec2LaunchTemplate);
    let template = template.and_then(|id| site.estate.linked(link, own, &id).first().copied());
    let Some(template) = template else {
        return Err(format!(
            "the launch template of {} was not read",
            site.called(at)
        ));
    };
    let versions = site
        .of::<LaunchTemplate>(template)
        .map(|it| it.versions.clone())
        .unwrap_or_default();
    let mut led = Vec::new();
    for version in &versions {
        led.push(site.led(&version.references, &region));
    }
    site.draft
        .edit::<LaunchTemplate>(template, format!("names what stands in {region}"), |it| {
            for (version, references) in it.versions.iter_mut().zip(led) {
                version.references = references;
            }
        });
    Ok(())
}

/// Addresses of services become those of the own Region.
pub(super) fn endpoints(site: &mut Site<'_, '_>, at: u32) {
    let region = site.resource(at).region.clone();
    let mut references = site
        .of::<Function>(at)
        .map(|it| it.references.clone())
        .unwrap_or_default();
    for it in &mut references {
        let home = match it.region.as_deref() {
            Some("us-east-1") if region.as_str() != "us-east-1" && !on_purpose(it) => {
                Region::from("us-east-1")
            }
            _ => region.clone(),
        };
        it.target = regional(&it.target, &region)
            .unwrap_or_else(|| site.text_in(&it.target, &home, &region));
        it.region = reference::region_of(&it.target);
    }
    site.draft
        .edit::<Function>(at, format!("uses the addresses of {region}"), |it| {
            it.references = references;
        });
}

/// The address in a Region of one that names none.
fn regional(host: &str, region: &Region) -> Option<String> {
    let named = |host: &str| format!("{host}.{region}.amazonaws.com");
    match host {
        "queue.amazonaws.com" => return Some(named("sqs")),
        "sts.amazonaws.com" => return Some(named("sts")),
        _ => {}
    }
    let bare = host.strip_suffix(".amazonaws.com")?;
    let bare = bare
        .strip_suffix("s3-external-1")
        .or_else(|| bare.strip_suffix("s3"))?;
    Some(named(&format!("{bare}s3")))
}

/// Whoever uses a store from a Region that has none of it gets a copy there, and uses that.
pub(super) fn store(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let active = site.active();
    for function in users(site, at) {
        let region = site.resource(function).region.clone();
        if !active.contains(&region) || region == site.resource(at).region {
            continue;
        }
        site.there(at, &region)?;
        site.lead(function, at, &region);
    }
    Ok(())
}

/// Writes are forwarded by the secondary of each Region, to which its code is led.
pub(super) fn forwarded(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let Some(cluster) = site.of::<DbCluster>(at) else {
        return Err(format!(
            "{} is written in one Region alone: no copy of it takes writes",
            site.called(at)
        ));
    };
    if !cluster.engine.starts_with("aurora-") {
        return Err(format!(
            "{} is written in one Region alone: {} forwards no writes",
            site.called(at),
            cluster.engine
        ));
    }
    let Some(global) = site.global_of(at)? else {
        return Err(format!("{} is in no global cluster", site.called(at)));
    };
    let members = site
        .of::<GlobalCluster>(global)
        .map(|it| it.members.clone())
        .unwrap_or_default();
    site.draft
        .edit::<GlobalCluster>(global, "its secondaries forward writes", |it| {
            for member in it.members.iter_mut().filter(|it| !it.writer) {
                member.write_forwarding = Some("enabled".to_owned());
            }
        });
    for member in members.iter().filter(|it| !it.writer) {
        let region = member.region.as_str().into();
        if let Some(at) = site
            .draft
            .find(Kind::RdsDbCluster, &member.cluster_arn, &region)
        {
            site.draft
                .edit::<DbCluster>(at, "forwards writes to the primary", |it| {
                    it.write_forwarding = Some("enabled".to_owned());
                });
        }
    }
    let standing: Vec<&str> = members.iter().map(|it| it.region.as_str()).collect();
    for function in users(site, at) {
        let region = site.resource(function).region.clone();
        if region != site.resource(at).region && standing.contains(&region.as_str()) {
            site.there(at, &region)?;
            site.lead(function, at, &region);
        }
    }
    Ok(())
}

/// Functions of the workload whose configuration names a resource.
fn users(site: &Site<'_, '_>, at: u32) -> Vec<u32> {
    let into = site.estate.edges_to(at).map(|it| it.from);
    let functions = into.filter(|it| site.resource(*it).kind() == Kind::LambdaFunction);
    let found: std::collections::BTreeSet<u32> = functions.filter(|it| site.is_ours(*it)).collect();
    found.into_iter().collect()
}

fn definition(site: &Site<'_, '_>, at: u32) -> Result<u32, Refusal> {
    let named = site.of::<Service>(at).map(|it| it.task_definition.as_str());
    let found = named.and_then(|arn| site.estate.by_arn(arn));
    found.ok_or_else(|| format!("the task definition of {} was not read", site.called(at)))
}

fn on_purpose(it: &Reference) -> bool {
    ON_PURPOSE.is_match(&it.key)
}

/// Whether an address leads to a service without Regions.
fn leads_everywhere(target: &str) -> bool {
    let service = match Arn::parse(target) {
        Some(arn) => Some(arn.service),
        None => target.split('.').rev().find(|it| GLOBAL.contains(it)),
    };
    service.is_some_and(|it| GLOBAL.contains(&it))
}

impl Site<'_, '_> {
    /// References led into a Region, but for those that mean another on purpose.
    fn led(&mut self, references: &[Reference], region: &Region) -> Vec<Reference> {
        let each = references.iter().map(|it| {
            if on_purpose(it) || leads_everywhere(&it.target) {
                return it.clone();
            }
            let target = self.local(&it.target, region);
            Reference {
                region: reference::region_of(&target),
                target,
                key: it.key.clone(),
            }
        });
        each.collect()
    }

    /// Leads what a function has of one resource to its counterpart in its own Region.
    pub(super) fn lead(&mut self, function: u32, of: u32, region: &Region) {
        let references = self
            .of::<Function>(function)
            .map(|it| it.references.clone())
            .unwrap_or_default();
        let mut led = Vec::new();
        for it in references {
            let own = self.named(&it.target) == Some(of);
            let target = if own {
                self.local(&it.target, region)
            } else {
                it.target.clone()
            };
            led.push(Reference {
                region: reference::region_of(&target),
                target,
                key: it.key,
            });
        }
        self.draft
            .edit::<Function>(function, format!("uses what stands in {region}"), |it| {
                it.references = led;
            });
    }

    /// What an ARN or a host names, if it was read.
    pub(super) fn named(&self, target: &str) -> Option<u32> {
        let Some(arn) = Arn::parse(target) else {
            return self.estate.answering(target);
        };
        if arn.service == "s3" && arn.account.is_empty() {
            let name = arn.resource.split('/').next().unwrap_or_default();
            return match self.estate.bucket(name) {
                Found::Resource(at) => Some(at),
                Found::Absent | Found::Unknown(_) => None,
            };
        }
        self.estate
            .by_arn(target)
            .or_else(|| self.estate.function(target))
    }

    /// What an ARN or a host of a workload's Region reads in another. What cannot be there stays
    /// as it is, and is said.
    pub(super) fn local(&mut self, target: &str, region: &Region) -> String {
        let named = self.named(target);
        let home = match named {
            Some(at) => Some(self.resource(at).region.clone()),
            None => reference::region_of(target).map(Region::from),
        };
        let ours = self.regions();
        let Some(home) = home.filter(|it| it != region && ours.contains(it)) else {
            return target.to_owned();
        };
        let Some(at) = named else {
            return self.text_in(target, &home, region);
        };
        let there = match self.there(at, region) {
            Ok(there) => there,
            Err(why) => {
                self.draft.leave(why);
                return target.to_owned();
            }
        };
        if self.is_bucket(at) {
            let (own, other) = (
                self.resource(at).name.clone(),
                self.resource(there).name.clone(),
            );
            return self.text_in(&target.replacen(&own, &other, 1), &home, region);
        }
        self.text_in(target, &home, region)
    }

    /// Everything that an edge of the estate leads to, for what is made beside it.
    pub(super) fn ends(&self, at: u32, mechanism: &str) -> Vec<u32> {
        let edges = self
            .estate
            .edges_from(at)
            .filter(|it| it.mechanism == mechanism);
        let ends = edges.filter_map(|it| match it.to {
            Target::Resource(to) => Some(to),
            Target::Text(_) => None,
        });
        ends.collect()
    }
}
