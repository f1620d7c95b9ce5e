//! Route 53 health checks: one for each Region, that probes what it is for and can change its mind.

use crate::change::draft::called;
use crate::change::site::{Refusal, Site};
use crate::estate::lookups::Found;
use crate::inventory::kinds::Place;
use crate::inventory::kinds::route53::{HealthCheck, RecordSet};
use crate::inventory::{Arn, Kind, Region, Resource};

/// Seconds between probes, and probes in a row that change the state: the quickest that is asked for.
const INTERVAL: i64 = 10;
const THRESHOLD: i64 = 3;

/// The check decides again.
pub(super) fn decides(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let children = site
        .of::<HealthCheck>(at)
        .map(|it| it.children.clone())
        .unwrap_or_default();
    let calculated = site
        .of::<HealthCheck>(at)
        .is_some_and(|it| it.check_type == "CALCULATED");
    if calculated && children.is_empty() {
        let records = site.users(at);
        return site.each_its_own(at, &records);
    }
    let count = i64::try_from(children.len()).unwrap_or(i64::MAX);
    site.draft.edit::<HealthCheck>(at, "decides again", |it| {
        it.disabled = false;
        if calculated {
            it.health_threshold = it.health_threshold.map(|needed| needed.clamp(1, count));
        }
    });
    let checks: Vec<u32> = children.iter().filter_map(|id| site.check_at(id)).collect();
    let off = |it: &u32| site.of::<HealthCheck>(*it).is_some_and(|it| it.disabled);
    if !checks.is_empty() && checks.iter().all(off) {
        for child in checks {
            site.draft
                .edit::<HealthCheck>(child, "is enabled", |it| it.disabled = false);
        }
    }
    Ok(())
}

/// Without data the check says that it is unhealthy.
pub(super) fn alarm(site: &mut Site<'_, '_>, at: u32) {
    site.draft
        .edit::<HealthCheck>(at, "is unhealthy while its alarm has no data", |it| {
            it.insufficient_data_status = Some("Unhealthy".to_owned());
        });
}

/// Each record set that hangs on it gets a check that probes where it leads.
pub(super) fn own(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let records = site.users(at);
    site.each_its_own(at, &records)
}

impl Site<'_, '_> {
    fn check_at(&self, id: &str) -> Option<u32> {
        match self.estate.health_check(id) {
            Found::Resource(at) => Some(at),
            Found::Absent | Found::Unknown(_) => None,
        }
    }

    fn users(&self, at: u32) -> Vec<u32> {
        let id = self
            .of::<HealthCheck>(at)
            .map(|it| it.health_check_id.as_str());
        let users = id.map(|id| self.estate.users_of_check(id));
        users.unwrap_or_default().to_vec()
    }

    /// Gives each record set a check of its own; the one that they shared goes when nothing is left
    /// that counts it.
    fn each_its_own(&mut self, at: u32, records: &[u32]) -> Result<(), Refusal> {
        let model = self.of::<HealthCheck>(at).cloned();
        for record in records {
            self.check_of_its_own(*record, model.as_ref())?;
        }
        let id = model.map(|it| it.health_check_id).unwrap_or_default();
        if self.estate.checks_counting(&id).is_empty() {
            self.draft
                .remove(at, "goes: each of its record sets has a check of its own");
        }
        Ok(())
    }

    /// Gives a record set a check that probes the host that it leads to.
    pub(super) fn check_of_its_own(
        &mut self,
        at: u32,
        model: Option<&HealthCheck>,
    ) -> Result<(), Refusal> {
        let own = self.resource(at).clone();
        let Some(record) = own.of::<RecordSet>() else {
            return Err(format!("{} is no record set", called(&own)));
        };
        let Some((host, _)) = self.host_of(at) else {
            return Err(format!(
                "{} leads to nothing that could be probed",
                called(&own)
            ));
        };
        let member = record
            .set_identifier
            .as_deref()
            .unwrap_or(&record.record_type);
        let id = format!("{}-{}-{member}", own.name, record.record_type);
        let host = host.strip_prefix("dualstack.").unwrap_or(&host);
        let address = host
            .parse::<std::net::IpAddr>()
            .is_ok()
            .then(|| host.to_owned());
        let probes = model.filter(|it| it.check_type.starts_with("HTTP"));
        let check = HealthCheck {
            health_check_id: id.clone(),
            check_type: probes
                .map_or("HTTPS", |it| it.check_type.as_str())
                .to_owned(),
            fqdn: address.is_none().then(|| host.to_owned()),
            ip_address: address,
            port: Some(probes.and_then(|it| it.port).unwrap_or(443)),
            resource_path: probes
                .and_then(|it| it.resource_path.clone())
                .or(Some("/health".to_owned())),
            searches_body: probes.is_some_and(|it| it.searches_body),
            request_interval: Some(
                probes
                    .and_then(|it| it.request_interval)
                    .unwrap_or(INTERVAL),
            ),
            failure_threshold: Some(
                probes
                    .and_then(|it| it.failure_threshold)
                    .unwrap_or(THRESHOLD),
            ),
            ..HealthCheck::default()
        };
        let partition = Arn::parse(&own.arn).map_or("aws", |it| it.partition);
        let place = Place {
            partition,
            region: Region::GLOBAL,
            account: &own.account,
        };
        let made = Resource {
            arn: Kind::Route53HealthCheck.arn(place, &id),
            name: id.clone(),
            properties: check.into(),
            ..own.clone()
        };
        self.draft.add(made, format!("made, probes {host}"));
        self.draft
            .edit::<RecordSet>(at, "has a health check of its own", |it| {
                it.health_check_id = Some(id);
            });
        Ok(())
    }

    /// Lets the check of a record set notice a failure within half a minute. One that follows an
    /// alarm gives way to one that probes.
    pub(super) fn notice_soon(&mut self, record: u32, id: &str) -> Result<(), Refusal> {
        let Some(at) = self.check_at(id) else {
            return Err(format!("health check {id} was not read"));
        };
        let check = self.of::<HealthCheck>(at).cloned().unwrap_or_default();
        if check.check_type == "CLOUDWATCH_METRIC" {
            return self.check_of_its_own(record, None);
        }
        let children = check.children.iter().filter_map(|id| self.check_at(id));
        let all: Vec<u32> = children.chain([at]).collect();
        let what = format!("probes every {INTERVAL} s and needs {THRESHOLD} failures");
        for at in all {
            self.draft.edit::<HealthCheck>(at, what.clone(), |it| {
                it.request_interval = it.request_interval.map(|every| every.min(INTERVAL));
                it.failure_threshold = it.failure_threshold.map(|needed| needed.min(THRESHOLD));
            });
        }
        Ok(())
    }
}
