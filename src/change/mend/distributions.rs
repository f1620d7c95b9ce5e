//! CloudFront: a second origin in another Region, asked soon and for every error, and one name for
//! writes that leads to what stands.

use std::collections::BTreeMap;

use crate::change::site::{Refusal, Site};
use crate::inventory::kinds::Place;
use crate::inventory::kinds::cloudfront::{CacheBehavior, Distribution, Origin, OriginGroup};
use crate::inventory::kinds::elbv2::LoadBalancer;
use crate::inventory::kinds::route53::{Alias, HostedZone, RecordSet};
use crate::inventory::{Arn, Kind, Region, Resource};

/// Answers of the primary that make CloudFront ask the second origin.
const ERRORS: [i64; 4] = [500, 502, 503, 504];
/// Attempts of so many seconds.
const ATTEMPTS: i64 = 2;
const TIMEOUT: i64 = 5;
/// Methods that change something: CloudFront never fails over for them.
const WRITES: [&str; 4] = ["DELETE", "PATCH", "POST", "PUT"];

/// Each path of one Region gets a second origin; one that takes writes a name that is routed.
pub(super) fn second_origin(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let alone = |it: &Distribution, behavior: &CacheBehavior| it.group(behavior).is_none();
    for (number, behavior) in paths(site, at, alone) {
        if writes(&behavior) {
            site.routed_origin(at, number, &behavior)?;
        } else {
            site.pair_origin(at, number, &behavior)?;
        }
    }
    Ok(())
}

/// The second origin of a pair within one Region moves to another.
pub(super) fn apart(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let Some(it) = site.of::<Distribution>(at).cloned() else {
        return Ok(());
    };
    for group in &it.origin_groups {
        let all: Vec<&Origin> = group
            .members
            .iter()
            .filter_map(|id| it.origin(id))
            .collect();
        let [first, .., _] = all.as_slice() else {
            continue;
        };
        let pairs: Vec<(&Origin, bool)> = it.members(group).collect();
        if site.estate.origins_lead(at, &pairs).regions().len() != 1 {
            continue;
        }
        let second = site.origin_there(at, first)?;
        let id = second.id.clone();
        let what = format!("group {} asks {} second", group.id, second.domain_name);
        site.draft.edit::<Distribution>(at, what, |it| {
            add_origin(it, second);
            let own = it.origin_groups.iter_mut().find(|it| it.id == group.id);
            if let Some(own) = own {
                own.members.truncate(1);
                own.members.push(id);
            }
        });
    }
    Ok(())
}

/// Writes go to a name that leads to what stands.
pub(super) fn writes_routed(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let chosen = |_: &Distribution, it: &CacheBehavior| writes(it) && it.functions.is_empty();
    for (number, behavior) in paths(site, at, chosen) {
        site.routed_origin(at, number, &behavior)?;
    }
    Ok(())
}

/// The second origin is asked soon, and for every error of the first.
pub(super) fn soon(site: &mut Site<'_, '_>, at: u32) {
    let what = format!(
        "asks its second origin after {ATTEMPTS} attempts of {TIMEOUT} s, and for every error"
    );
    site.draft.edit::<Distribution>(at, what, |it| {
        let mut primaries = Vec::new();
        for group in &mut it.origin_groups {
            group.status_codes.extend(ERRORS);
            group.status_codes.sort_unstable();
            group.status_codes.dedup();
            primaries.extend(group.members.first().cloned());
        }
        for origin in it
            .origins
            .iter_mut()
            .filter(|it| primaries.contains(&it.id))
        {
            origin.connection_attempts = Some(ATTEMPTS);
            origin.connection_timeout = Some(TIMEOUT);
        }
    });
}

fn writes(behavior: &CacheBehavior) -> bool {
    behavior
        .allowed_methods
        .iter()
        .any(|it| WRITES.contains(&it.as_str()))
}

/// The paths that lead to one Region while all is well, with their numbers.
fn paths(
    site: &Site<'_, '_>,
    at: u32,
    concerns: impl Fn(&Distribution, &CacheBehavior) -> bool,
) -> Vec<(usize, CacheBehavior)> {
    let Some(it) = site.of::<Distribution>(at) else {
        return Vec::new();
    };
    let alone = |behavior: &CacheBehavior| {
        let origins = it.origins_of(behavior);
        site.estate.origins_lead(at, &origins).serving().len() == 1
    };
    let paths = it.cache_behaviors.iter().enumerate();
    let paths = paths.filter(|(_, behavior)| alone(behavior) && concerns(it, behavior));
    paths
        .map(|(number, behavior)| (number, behavior.clone()))
        .collect()
}

fn add_origin(it: &mut Distribution, origin: Origin) {
    if it.origin(&origin.id).is_none() {
        it.origins.push(origin);
        it.origins.sort_by(|a, b| a.id.cmp(&b.id));
    }
}

impl Site<'_, '_> {
    fn primary(&self, at: u32, behavior: &CacheBehavior) -> Result<Origin, Refusal> {
        let it = self.of::<Distribution>(at);
        let found = it.and_then(|it| it.origins_of(behavior).first().map(|it| it.0.clone()));
        found.ok_or_else(|| {
            format!(
                "the origin of {} for {} was not read",
                self.called(at),
                behavior.path_pattern
            )
        })
    }

    /// The origin of another Region that holds the same.
    fn origin_there(&mut self, at: u32, origin: &Origin) -> Result<Origin, Refusal> {
        let own = self.estate.origins_lead(at, &[(origin, false)]).regions();
        let stands = self.estate.leaf(&origin.domain_name, false).0.resource;
        let region = self.regions().into_iter().find(|it| !own.contains(it));
        let region: Region = region.ok_or_else(|| {
            format!(
                "there is no other Region that could hold what {} does",
                origin.domain_name
            )
        })?;
        let host = self.host_there(&origin.domain_name, stands, &region)?;
        Ok(Origin {
            id: format!("{}-{region}", origin.id),
            domain_name: host,
            shield_region: None,
            ..origin.clone()
        })
    }

    fn pair_origin(
        &mut self,
        at: u32,
        number: usize,
        behavior: &CacheBehavior,
    ) -> Result<(), Refusal> {
        let first = self.primary(at, behavior)?;
        let second = self.origin_there(at, &first)?;
        let group = OriginGroup {
            id: format!("{}-pair", first.id),
            members: vec![first.id.clone(), second.id.clone()],
            status_codes: ERRORS.to_vec(),
            selection_criteria: None,
        };
        let what = format!(
            "fails over to {} for {}",
            second.domain_name, behavior.path_pattern
        );
        self.draft.edit::<Distribution>(at, what, |it| {
            add_origin(it, second);
            it.cache_behaviors[number]
                .target_origin_id
                .clone_from(&group.id);
            if !it.origin_groups.iter().any(|it| it.id == group.id) {
                it.origin_groups.push(group);
                it.origin_groups.sort_by(|a, b| a.id.cmp(&b.id));
            }
        });
        Ok(())
    }

    /// Puts a name before the origin that is routed by latency over all Regions that serve.
    fn routed_origin(
        &mut self,
        at: u32,
        number: usize,
        behavior: &CacheBehavior,
    ) -> Result<(), Refusal> {
        let first = self.primary(at, behavior)?;
        let named = self.estate.public_records(&first.domain_name);
        if !named.is_empty() {
            return named.into_iter().try_for_each(|it| self.route(it));
        }
        let stands = self.estate.leaf(&first.domain_name, false).0.resource;
        let name = self.routed_name(at, &first, stands)?;
        let id = format!("{}-routed", first.id);
        let origin = Origin {
            id: id.clone(),
            domain_name: name.clone(),
            shield_region: None,
            ..first
        };
        let what = format!("sends {} to {name}", behavior.path_pattern);
        self.draft.edit::<Distribution>(at, what, |it| {
            add_origin(it, origin);
            it.cache_behaviors[number].target_origin_id = id;
        });
        Ok(())
    }

    /// A name in a zone of the estate with a member for each Region that serves.
    fn routed_name(
        &mut self,
        at: u32,
        origin: &Origin,
        stands: Option<u32>,
    ) -> Result<String, Refusal> {
        let host = origin.domain_name.as_str();
        let home = self.estate.leaf(host, false).0.region;
        let home = home.ok_or_else(|| format!("in which Region {host} answers is not known"))?;
        let zone = self.zone_for(at)?;
        let zone_id = self
            .of::<HostedZone>(zone)
            .map(|it| it.zone_id.clone())
            .unwrap_or_default();
        let zone = self.resource(zone).clone();
        let plain = |it: char| {
            if it.is_ascii_alphanumeric() {
                it.to_ascii_lowercase()
            } else {
                '-'
            }
        };
        let label: String = origin.id.chars().map(plain).collect();
        let name = format!("{label}-origin.{}", zone.name);
        let mut regions = self.active();
        if !regions.contains(&home) {
            regions.push(home.clone());
        }
        for region in regions {
            let there = if region == home {
                host.to_owned()
            } else {
                self.host_there(host, stands, &region)?
            };
            let balancer = stands.and_then(|it| self.standing(it, &region));
            let hosts =
                balancer.and_then(|it| self.of::<LoadBalancer>(it)?.canonical_zone_id.clone());
            let record = RecordSet {
                zone_id: zone_id.clone(),
                record_type: "A".to_owned(),
                policy: "latency".to_owned(),
                set_identifier: Some(region.to_string()),
                latency_region: Some(region.to_string()),
                alias: Some(Alias {
                    zone_id: hosts.unwrap_or_default(),
                    dns_name: there,
                    evaluate_target_health: true,
                }),
                ..RecordSet::default()
            };
            let place = Place {
                partition: Arn::parse(&zone.arn).map_or("aws", |it| it.partition),
                region: Region::GLOBAL,
                account: &zone.account,
            };
            let record = Resource {
                arn: Kind::Route53RecordSet.arn(place, &format!("{zone_id}/{name}/A/{region}")),
                name: name.clone(),
                properties: record.into(),
                tags: BTreeMap::new(),
                ..zone.clone()
            };
            self.draft.add(record, format!("made for {region}"));
        }
        Ok(name)
    }

    /// A public zone in which names of the distribution, or of the workload, stand.
    fn zone_for(&self, at: u32) -> Result<u32, Refusal> {
        let aliases = self.of::<Distribution>(at).map(|it| it.aliases.clone());
        let names = self.workload.entry_points.iter().map(|it| it.name.clone());
        let names: Vec<String> = aliases
            .unwrap_or_default()
            .into_iter()
            .chain(names)
            .collect();
        let of_ours = |zone: &u32| {
            let public = self.of::<HostedZone>(*zone).is_some_and(|it| !it.private);
            let end = format!(".{}", self.resource(*zone).name);
            public && names.iter().any(|it| it.ends_with(&end))
        };
        let zone = self.estate.of_kind(Kind::Route53HostedZone).find(of_ours);
        zone.ok_or_else(|| {
            let name = &self.workload.name;
            format!("no public zone of {name} was read in which a routed name could stand")
        })
    }
}
