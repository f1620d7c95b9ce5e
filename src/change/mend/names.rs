//! What record sets lead to, and members of routed sets for further Regions.

use crate::change::site::{Refusal, Site};
use crate::estate::names::LeafKind;
use crate::inventory::kinds::elbv2::LoadBalancer;
use crate::inventory::kinds::route53::RecordSet;
use crate::inventory::{Kind, Region, Resource};

/// What alone cannot be checked: it answers from everywhere.
const EVERYWHERE: [&str; 2] = [".cloudfront.net", ".awsglobalaccelerator.com"];

impl Site<'_, '_> {
    /// The record sets of its name and type, itself among them.
    pub(in crate::change) fn set_of(&self, at: u32) -> Vec<u32> {
        let Some(own) = self.of::<RecordSet>(at) else {
            return vec![at];
        };
        let name = &self.resource(at).name;
        let old = self.estate.record_set(&own.zone_id, name, &own.record_type);
        let new = self.draft.added(Kind::Route53RecordSet).filter(|it| {
            let other = self.of::<RecordSet>(*it);
            self.resource(*it).name == *name
                && other.is_some_and(|it| {
                    it.zone_id == own.zone_id && it.record_type == own.record_type
                })
        });
        let old = old.iter().copied().filter(|it| !self.draft.is_removed(*it));
        old.chain(new).collect()
    }

    /// What it leads to itself: a host, with what stands there.
    pub(super) fn host_of(&self, at: u32) -> Option<(String, Option<u32>)> {
        let record = self.of::<RecordSet>(at)?;
        let alias = record.alias.as_ref().map(|it| it.dns_name.clone());
        let host = alias.or_else(|| record.values.first().cloned())?;
        let leaf = self.estate.leaf(&host, false).0;
        Some((host, leaf.resource))
    }

    /// The one Region that it leads to.
    pub(in crate::change) fn leaf_region(&self, at: u32) -> Option<Region> {
        if !self.draft.is_old(at) {
            let (_, resource) = self.host_of(at)?;
            return resource.map(|at| self.resource(at).region.clone());
        }
        let regions = self.estate.resolve(&[at]).regions();
        <[Region; 1]>::try_from(regions).ok().map(|[it]| it)
    }

    /// The last record set on the way from it.
    pub(super) fn end_of(&self, at: u32) -> u32 {
        let mut last = at;
        for _ in 0..8 {
            let Some((host, _)) = self.host_of(last) else {
                break;
            };
            match self.estate.public_records(&host).as_slice() {
                [next] if *next != last => last = *next,
                _ => break,
            }
        }
        last
    }

    /// A host in another Region, once what stands there has its counterpart.
    pub(super) fn host_there(
        &mut self,
        host: &str,
        at: Option<u32>,
        region: &Region,
    ) -> Result<String, Refusal> {
        let Some(at) = at else {
            return self.host_taken(host, region);
        };
        let own = self.resource(at);
        if own.region.is_global() {
            return Err(format!(
                "{host} is a front door of every Region: what is behind it decides"
            ));
        }
        let (from, name) = (own.region.clone(), own.name.clone());
        let there = self.there(at, region)?;
        if self.is_bucket(at) {
            let rest = host.strip_prefix(name.as_str());
            let rest = rest.ok_or_else(|| {
                format!("{host} does not name its bucket: no other can take its name")
            })?;
            let rest = self.text_in(rest, &from, region);
            return Ok(format!("{}{rest}", self.resource(there).name));
        }
        let (front, bare) = match host.strip_prefix("dualstack.") {
            Some(bare) => ("dualstack.", bare),
            None => ("", host),
        };
        Ok(format!("{front}{}", self.text_in(bare, &from, region)))
    }

    /// A host of AWS of which only the Region is known: its counterpart is taken to answer.
    fn host_taken(&mut self, host: &str, region: &Region) -> Result<String, Refusal> {
        let leaf = self.estate.leaf(host, false).0;
        let taken = matches!(
            leaf.kind,
            LeafKind::LoadBalancer | LeafKind::Api | LeafKind::FunctionUrl
        );
        let Some(home) = leaf.region.filter(|_| taken) else {
            return Err(format!(
                "what answers at {host} was not read: what would answer in {region} cannot be modelled"
            ));
        };
        let there = self.text_in(host, &home, region);
        self.draft.leave(format!(
            "what answers at {host} was not read: its counterpart {there} is taken to answer"
        ));
        Ok(there)
    }

    /// The member of a set for another Region, not yet added.
    pub(super) fn member_there(&mut self, at: u32, region: &Region) -> Result<Resource, Refusal> {
        let (host, stands) = self
            .host_of(at)
            .ok_or_else(|| format!("{} leads to nothing that was read", self.called(at)))?;
        let other = self.host_there(&host, stands, region)?;
        let zone = stands.and_then(|it| self.standing(it, region));
        let zone = zone.and_then(|it| self.of::<LoadBalancer>(it)?.canonical_zone_id.clone());
        let mut member = self.resource(at).clone();
        let id = member
            .of::<RecordSet>()
            .and_then(|it| it.set_identifier.clone());
        let trunk = id
            .as_deref()
            .and_then(|it| member.arn.strip_suffix(it))
            .map(|it| it.trim_end_matches('/'));
        member.arn = format!("{}/{region}", trunk.unwrap_or(&member.arn));
        if let Some(it) = member.of_mut::<RecordSet>() {
            it.set_identifier = Some(region.to_string());
            it.health_check_id = None;
            if it.latency_region.is_some() {
                it.latency_region = Some(region.to_string());
            }
            if let Some(place) = &mut it.geoproximity {
                place.region = Some(region.to_string());
                place.local_zone_group = None;
            }
            match &mut it.alias {
                Some(alias) => {
                    alias.dns_name = other;
                    alias.zone_id = zone.unwrap_or_else(|| alias.zone_id.clone());
                }
                None => it.values = vec![other],
            }
        }
        Ok(member)
    }

    /// Adds a member for a Region to a set whose policy says by itself who gets it.
    pub(in crate::change) fn add_member(
        &mut self,
        set: &[u32],
        region: &Region,
    ) -> Result<(), Refusal> {
        let placed = set
            .iter()
            .copied()
            .find(|it| self.leaf_region(*it).is_some() && !self.draft.is_removed(*it));
        let Some(model) = placed else {
            return Err(
                "a set of which no member leads to one Region has none for another".to_owned(),
            );
        };
        let policy = self
            .of::<RecordSet>(model)
            .map(|it| it.policy.clone())
            .unwrap_or_default();
        if !matches!(
            &*policy,
            "latency" | "weighted" | "multivalue" | "geoproximity"
        ) {
            let called = self.called(model);
            return Err(format!(
                "{called} is routed by {policy}: which clients {region} would get is not known"
            ));
        }
        let member = self.member_there(model, region)?;
        let made = self.draft.add(member, format!("made for {region}"));
        self.healthy(made)
    }

    /// Routes a name of one Region by latency over all that serve.
    pub(in crate::change) fn route(&mut self, at: u32) -> Result<(), Refusal> {
        let home = self.leaf_region(at);
        let home =
            home.ok_or_else(|| format!("{} does not lead to one Region", self.called(at)))?;
        let simple = self
            .of::<RecordSet>(at)
            .is_some_and(|it| it.policy == "simple");
        let regions: Vec<Region> = self.active().into_iter().filter(|it| *it != home).collect();
        if !simple {
            let set = self.set_of(at);
            for region in &regions {
                self.add_member(&set, region)?;
            }
            return Ok(());
        }
        let mut members = Vec::new();
        for region in &regions {
            members.push((region, self.member_there(at, region)?));
        }
        let latency = |it: &mut RecordSet, region: &Region| {
            "latency".clone_into(&mut it.policy);
            it.set_identifier = Some(region.to_string());
            it.latency_region = Some(region.to_string());
        };
        self.draft
            .edit::<RecordSet>(at, "is routed by latency", |it| latency(it, &home));
        self.healthy(at)?;
        for (region, mut member) in members {
            if let Some(it) = member.of_mut::<RecordSet>() {
                latency(it, region);
            }
            let made = self.draft.add(member, format!("made for {region}"));
            self.healthy(made)?;
        }
        Ok(())
    }

    /// Lets the health of what it leads to decide whether it is answered.
    pub(in crate::change) fn healthy(&mut self, at: u32) -> Result<(), Refusal> {
        let Some(record) = self.of::<RecordSet>(at) else {
            return Err(format!("{} is no record set", self.called(at)));
        };
        let everywhere = |host: &str| EVERYWHERE.iter().any(|it| host.ends_with(it));
        let signal = record.health_check_id.is_some()
            || record
                .alias
                .as_ref()
                .is_some_and(|it| it.evaluate_target_health || everywhere(&it.dns_name));
        if signal {
            return Ok(());
        }
        if record.alias.is_some() {
            self.draft
                .edit::<RecordSet>(at, "evaluates the health of its target", |it| {
                    if let Some(alias) = &mut it.alias {
                        alias.evaluate_target_health = true;
                    }
                });
            return Ok(());
        }
        self.check_of_its_own(at, None)
    }
}
