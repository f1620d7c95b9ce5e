//! Global Accelerator: endpoint groups for every active Region, dialled up and checked.

use crate::change::site::{Refusal, Site};
use crate::inventory::kinds::ec2::Instance;
use crate::inventory::kinds::globalaccelerator::{Accelerator, EndpointGroup, Listener};
use crate::inventory::{Arn, Kind, Region};

/// The weight that an endpoint has when nobody says otherwise.
const WEIGHT: i64 = 128;

/// A group with an endpoint in each active Region, and an accelerator that is on.
pub(super) fn complete(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let accelerator = site.of::<Listener>(at).map(|it| it.accelerator_arn.clone());
    if let Some(at) = accelerator.and_then(|it| site.estate.by_arn(&it)) {
        site.draft
            .edit::<Accelerator>(at, "is enabled", |it| it.enabled = true);
    }
    let groups = site.estate.groups_of_listener(at).to_vec();
    for region in site.active() {
        let in_region = |it: &u32| {
            site.of::<EndpointGroup>(*it)
                .is_some_and(|it| *it.endpoint_region == *region)
        };
        match groups.iter().copied().find(in_region) {
            Some(own)
                if site
                    .of::<EndpointGroup>(own)
                    .is_some_and(|it| !it.endpoints.is_empty()) =>
            {
                weigh(site, own);
            }
            own => site.group_there(&groups, own, &region)?,
        }
    }
    Ok(())
}

/// Traffic goes to the Region.
pub(super) fn dialled(site: &mut Site<'_, '_>, at: u32) -> Result<(), Refusal> {
    let sick = site
        .of::<EndpointGroup>(at)
        .is_some_and(|it| it.endpoints.iter().all(|it| it.health == "UNHEALTHY"));
    if sick {
        return Err(format!(
            "no endpoint of {} is healthy: what is wrong with them is not known",
            site.called(at)
        ));
    }
    site.draft
        .edit::<EndpointGroup>(at, "is dialled to 100 %", |it| {
            it.traffic_dial_percentage = 100.0;
        });
    weigh(site, at);
    Ok(())
}

/// A failed endpoint is left out within half a minute.
pub(super) fn checked(site: &mut Site<'_, '_>, at: u32) {
    site.draft
        .edit::<EndpointGroup>(at, "asks its endpoints over HTTP every 10 s", |it| {
            if it.health_check_protocol == "TCP" {
                "HTTP".clone_into(&mut it.health_check_protocol);
                it.health_check_path
                    .get_or_insert_with(|| "/health".to_owned());
            }
            it.health_check_interval_seconds = 10;
            it.threshold_count = it.threshold_count.clamp(1, 3);
        });
}

fn weigh(site: &mut Site<'_, '_>, at: u32) {
    site.draft
        .edit::<EndpointGroup>(at, "sends to its endpoints", |it| {
            if it
                .endpoints
                .iter()
                .all(|it| it.weight <= 0 || it.health == "UNHEALTHY")
            {
                it.endpoints.iter_mut().for_each(|it| it.weight = WEIGHT);
            }
        });
}

impl Site<'_, '_> {
    fn instance(&self, id: &str) -> Option<u32> {
        let mut all = self.estate.of_kind(Kind::Ec2Instance);
        all.find(|at| {
            self.of::<Instance>(*at)
                .is_some_and(|it| it.instance_id == id)
        })
    }

    /// The group of a Region, with what stands there for the endpoints of another.
    pub(in crate::change) fn group_there(
        &mut self,
        groups: &[u32],
        own: Option<u32>,
        region: &Region,
    ) -> Result<(), Refusal> {
        let filled = |it: &&u32| {
            self.of::<EndpointGroup>(**it)
                .is_some_and(|it| it.endpoints.iter().any(|it| it.weight > 0))
        };
        let Some(model) = groups.iter().find(filled).copied() else {
            return Err(
                "a listener without an endpoint anywhere has none that another Region could have"
                    .to_owned(),
            );
        };
        let Some(group) = self.of::<EndpointGroup>(model).cloned() else {
            return Ok(());
        };
        let from = Region::from(group.endpoint_region.as_str());
        let mut endpoints = group.endpoints.clone();
        for endpoint in &mut endpoints {
            let at = self
                .estate
                .by_arn(&endpoint.id)
                .or_else(|| self.instance(&endpoint.id));
            match at {
                Some(at) => {
                    self.there(at, region)?;
                }
                None if Arn::parse(&endpoint.id).is_some() => {
                    return Err(format!("endpoint {} was not read", endpoint.id));
                }
                None => {}
            }
            endpoint.id = self.text_in(&endpoint.id, &from, region);
            "HEALTHY".clone_into(&mut endpoint.health);
        }
        if let Some(own) = own {
            let what = format!("sends to what stands in {region}");
            self.draft
                .edit::<EndpointGroup>(own, what, |it| it.endpoints = endpoints);
            return Ok(());
        }
        let mut copy = self.resource(model).clone();
        copy.arn = format!("{}-{region}", copy.arn);
        copy.name = self.text_in(&copy.name, &from, region);
        if let Some(it) = copy.of_mut::<EndpointGroup>() {
            it.endpoint_region = region.to_string();
            it.endpoints = endpoints;
            it.traffic_dial_percentage = 100.0;
        }
        self.draft.add(copy, format!("made for {region}"));
        Ok(())
    }
}
