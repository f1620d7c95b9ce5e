//! What stands right behind a global front door, and what of it only waits.
//!
//! A secondary origin is asked when the primary fails, and an endpoint group that is dialled to
//! nothing still takes over for others: these wait. An endpoint of weight 0 and a passive route of
//! a Multi-Region Access Point get nothing even then: they are not led to at all.

use std::collections::BTreeSet;

use super::Estate;
use super::links::Link;
use super::lookups::Found;
use super::names::{Leaf, LeafKind, Resolution};
use super::ways::Named;
use crate::inventory::kinds::cloudfront::{CacheBehavior, Distribution, Origin, OriginGroup};
use crate::inventory::kinds::globalaccelerator::{Accelerator, Endpoint, EndpointGroup};
use crate::inventory::kinds::s3::{AccessPointRoute, MultiRegionAccessPoint};
use crate::inventory::{GapKey, Kind, Region};

/// The next thing behind a front door.
pub(super) enum Ahead<'a> {
    /// A host name.
    Host {
        host: &'a str,
        waits: bool,
    },
    Leaf(Leaf),
}

impl Distribution {
    pub fn origin(&self, id: &str) -> Option<&Origin> {
        self.origins.iter().find(|it| it.id == id)
    }

    /// The origin group that a behavior names, if it names one.
    pub fn group(&self, behavior: &CacheBehavior) -> Option<&OriginGroup> {
        let mut groups = self.origin_groups.iter();
        groups.find(|it| it.id == behavior.target_origin_id)
    }

    /// The origins of a group, the primary first, each with whether it waits.
    pub fn members<'d>(
        &'d self,
        group: &'d OriginGroup,
    ) -> impl Iterator<Item = (&'d Origin, bool)> {
        // The other criterion compares the quality of both while it serves.
        let failover = group.selection_criteria.as_deref() != Some("media-quality-based");
        let members = group.members.iter().enumerate();
        members.filter_map(move |(at, id)| Some((self.origin(id)?, failover && at > 0)))
    }

    /// The origins that a behavior leads to, the primary first, each with whether it waits.
    pub fn origins_of<'d>(&'d self, behavior: &'d CacheBehavior) -> Vec<(&'d Origin, bool)> {
        if let Some(group) = self.group(behavior) {
            return self.members(group).collect();
        }
        let origin = self.origin(&behavior.target_origin_id);
        origin.map(|it| (it, false)).into_iter().collect()
    }
}

/// Properties of a distribution that say where it leads.
pub const LEADING: [&str; 3] = ["origins", "origin_groups", "cache_behaviors"];

impl Estate<'_> {
    /// What stands behind a front door, and the gaps that may hide more.
    pub(super) fn ahead(&self, at: u32) -> (Vec<Ahead<'_>>, Vec<GapKey>) {
        let door = self.resource(at);
        if let Some(it) = door.of::<Distribution>() {
            let unread = LEADING.iter().filter_map(|name| door.unread(name));
            let origins = it
                .cache_behaviors
                .iter()
                .flat_map(|behavior| it.origins_of(behavior));
            let ahead = origins.map(|(origin, waits)| Ahead::Host {
                host: &origin.domain_name,
                waits,
            });
            let gaps: BTreeSet<GapKey> = unread.cloned().collect();
            let ahead = ahead.filter(|_| it.enabled && gaps.is_empty()).collect();
            (ahead, gaps.into_iter().collect())
        } else if let Some(it) = door.of::<Accelerator>() {
            if !it.enabled {
                return (Vec::new(), Vec::new());
            }
            let listeners = self.listeners_of_accelerator(at).iter();
            let groups = listeners.flat_map(|listener| self.groups_of_listener(*listener));
            let leaves = groups.flat_map(|group| self.endpoints(*group));
            let parts = [
                Kind::GlobalAcceleratorListener,
                Kind::GlobalAcceleratorEndpointGroup,
            ];
            (
                leaves.map(Ahead::Leaf).collect(),
                self.hidden_anywhere(&parts),
            )
        } else if let Some(it) = door.of::<MultiRegionAccessPoint>() {
            let active = it.routes.iter().filter(|route| route.traffic_dial > 0);
            let leaves = active.map(|route| Ahead::Leaf(self.routed(route)));
            (
                leaves.collect(),
                door.unread("routes").cloned().into_iter().collect(),
            )
        } else {
            (Vec::new(), Vec::new())
        }
    }

    /// A front door that leads nowhere.
    pub(super) fn closed(&self, at: u32, waits: bool) -> Leaf {
        let door = self.resource(at);
        let (kind, host) = if let Some(it) = door.of::<Distribution>() {
            (LeafKind::Distribution, it.domain_name.as_str())
        } else if let Some(it) = door.of::<Accelerator>() {
            let host = it.dns_name.as_deref().unwrap_or(&door.name);
            (LeafKind::Accelerator, host)
        } else {
            (LeafKind::AccessPoint, door.name.as_str())
        };
        Leaf {
            kind,
            host: host.to_owned(),
            region: None,
            resource: Some(at),
            waits,
        }
    }

    /// The listeners of an accelerator, ascending.
    pub fn listeners_of_accelerator(&self, accelerator: u32) -> &[u32] {
        let own = self.resource(accelerator);
        let link = Link::Of(
            Kind::GlobalAcceleratorListener,
            Kind::GlobalAcceleratorAccelerator,
        );
        self.linked(link, own, &own.arn)
    }

    /// The endpoint groups of a listener, ascending.
    pub fn groups_of_listener(&self, listener: u32) -> &[u32] {
        let own = self.resource(listener);
        let link = Link::Of(
            Kind::GlobalAcceleratorEndpointGroup,
            Kind::GlobalAcceleratorListener,
        );
        self.linked(link, own, &own.arn)
    }

    /// The endpoints of a group that can get traffic.
    pub(crate) fn endpoints(&self, group: u32) -> Vec<Leaf> {
        let Some(group) = self.resource(group).of::<EndpointGroup>() else {
            return Vec::new();
        };
        let waits = group.traffic_dial_percentage <= 0.0;
        let able = group.endpoints.iter().filter(|it| it.weight > 0);
        able.map(|it| self.endpoint(it, &group.endpoint_region, waits))
            .collect()
    }

    fn endpoint(&self, it: &Endpoint, region: &str, waits: bool) -> Leaf {
        let instance = self.names.instance(&it.id);
        let (kind, resource) = match instance {
            Some(at) => (LeafKind::Instance, Some(at)),
            None if it.id.starts_with("i-") => (LeafKind::Instance, None),
            None if it.id.starts_with("eipalloc-") => (LeafKind::Address, None),
            None => (LeafKind::LoadBalancer, self.by_arn(&it.id)),
        };
        Leaf {
            kind,
            host: it.id.clone(),
            region: Some(region.into()),
            resource,
            waits,
        }
    }

    pub(crate) fn routed(&self, route: &AccessPointRoute) -> Leaf {
        let resource = match self.bucket(&route.bucket) {
            Found::Resource(at) => Some(at),
            Found::Absent | Found::Unknown(_) => None,
        };
        Leaf {
            kind: LeafKind::Bucket,
            host: route.bucket.clone(),
            region: Some(route.region.as_str().into()),
            resource,
            waits: false,
        }
    }

    /// Where some origins of a distribution lead, together.
    pub fn origins_lead(&self, distribution: u32, origins: &[(&Origin, bool)]) -> Resolution {
        let named = origins.iter();
        let hosts: Vec<Named<'_>> = named
            .map(|(origin, waits)| (distribution, origin.domain_name.as_str(), *waits))
            .collect();
        self.resolve_hosts(&hosts)
    }

    /// Regions that stand in for each other under a name. Paths of a distribution hold different
    /// things, so the Regions of one do not stand in for those of another: those paths count that
    /// lead to several, else the default.
    pub fn spread(&self, resolved: &Resolution) -> Vec<Region> {
        let mut regions = BTreeSet::new();
        for end in &resolved.ends {
            match end.resource.filter(|_| end.kind.door().is_some()) {
                Some(door) => regions.extend(self.door_spread(door)),
                None => regions.extend(end.region.clone()),
            }
        }
        regions.into_iter().collect()
    }

    fn door_spread(&self, door: u32) -> Vec<Region> {
        let Some(it) = self.resource(door).of::<Distribution>() else {
            return self.resolve(&[door]).regions();
        };
        let behaviors = it.cache_behaviors.iter().filter(|_| it.enabled);
        let paths: Vec<Vec<Region>> = behaviors
            .map(|behavior| self.origins_lead(door, &it.origins_of(behavior)).regions())
            .collect();
        let several: BTreeSet<&Region> = paths.iter().filter(|it| it.len() > 1).flatten().collect();
        if several.is_empty() {
            paths.last().cloned().unwrap_or_default()
        } else {
            several.into_iter().cloned().collect()
        }
    }
}
