//! One way, followed from route to route.

use std::collections::BTreeSet;

use super::{End, Sought, Way};
use crate::estate::Estate;
use crate::estate::links::Link;
use crate::inventory::kinds::ec2::{
    GatewaySide, TransitGateway, TransitGatewayPeeringAttachment, VpcPeeringConnection,
};
use crate::inventory::kinds::ec2_routes::{
    NatGateway, Route, RouteTable, TransitGatewayRoute, TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
};
use crate::inventory::{AccountId, Cause, Cidr, GapKey, Kind, OfKind, Region};

type Reached = Result<End, BTreeSet<GapKey>>;
/// An account and a Region.
type Place = (AccountId, Region);

pub(super) struct Walk<'e, 'a> {
    estate: &'e Estate<'a>,
    table: u32,
    regions: Vec<Region>,
    via: Vec<String>,
    /// Route tables of transit gateways that were passed.
    passed: BTreeSet<String>,
}

/// What routes say of a destination.
enum Chosen<'r, R> {
    Route(&'r R),
    None,
    /// It may be in a prefix list, and what these hold is not read.
    PrefixList,
}

/// The narrowest route that covers the whole destination; of equals, one that is in force.
fn choose<'r, R>(routes: impl Iterator<Item = (&'r str, bool, &'r R)>, to: Cidr) -> Chosen<'r, R> {
    let (mut best, mut lists) = (None::<(u32, bool, &R)>, false);
    for (destination, active, route) in routes {
        let Some(range) = Cidr::parse(destination) else {
            lists = true;
            continue;
        };
        let rank = (range.bits(), active);
        if range.covers(to) && best.is_none_or(|(bits, active, _)| (bits, active) < rank) {
            best = Some((rank.0, rank.1, route));
        }
    }
    match best {
        // Nothing is wider than everything, and lists that hold it are not worth a doubt.
        Some((_, _, route)) if !lists || to.bits() == 0 => Chosen::Route(route),
        _ if lists => Chosen::PrefixList,
        _ => Chosen::None,
    }
}

impl<'e, 'a> Walk<'e, 'a> {
    pub(super) fn new(estate: &'e Estate<'a>, table: u32) -> Self {
        Self {
            estate,
            table,
            regions: vec![estate.resource(table).region.clone()],
            via: Vec::new(),
            passed: BTreeSet::new(),
        }
    }

    pub(super) fn follow(mut self, to: Cidr) -> Way {
        let end = self.start(to);
        Way {
            regions: self.regions,
            via: self.via,
            end,
        }
    }

    fn place(&self) -> Place {
        let own = self.estate.resource(self.table);
        (own.account.clone(), own.region.clone())
    }

    fn start(&mut self, to: Cidr) -> Reached {
        let own = self.estate.resource(self.table);
        let Some(table) = own.of::<RouteTable>() else {
            return Ok(End::Nowhere);
        };
        // Prefix lists that lead to endpoints are those of S3 and DynamoDB.
        let routes = table.routes.iter().filter(|it| {
            it.state != "filtered"
                && (it.target_kind != "vpc-endpoint" || Cidr::parse(&it.destination).is_some())
        });
        let routes = routes.map(|it| (it.destination.as_str(), it.state != "blackhole", it));
        match choose(routes, to) {
            Chosen::Route(route) => self.leave_vpc(&table.vpc_id, route, to),
            Chosen::None => Ok(End::Nowhere),
            Chosen::PrefixList => Err(self.unread("ec2:GetManagedPrefixListEntries")),
        }
    }

    fn unread(&self, operation: &str) -> BTreeSet<GapKey> {
        let (account, region) = self.place();
        let gap = GapKey {
            account,
            region,
            operation: operation.to_owned(),
            cause: Cause::NotCollected,
        };
        [gap].into()
    }

    fn leave_vpc(&mut self, vpc_id: &str, route: &Route, to: Cidr) -> Reached {
        if route.target_kind == "local" {
            return Ok(End::Local);
        }
        self.via.push(route.target.clone());
        if route.state == "blackhole" {
            return Ok(End::Nowhere);
        }
        match route.target_kind.as_str() {
            "internet-gateway" | "egress-only-internet-gateway" | "carrier-gateway" => {
                Ok(End::Internet)
            }
            "nat-gateway" => self.translated(&route.target),
            "vpn-gateway" | "local-gateway" => Ok(End::OnPremises),
            "core-network" => Err(self.unread("networkmanager:GetNetworkRoutes")),
            "vpc-peering" => self.peering(vpc_id, &route.target),
            "transit-gateway" => self.gateway(vpc_id, &route.target, to),
            _ => Ok(End::Appliance),
        }
    }

    /// A private NAT gateway sends packets on by its own subnet's routes.
    fn translated(&self, id: &str) -> Reached {
        let gateway: Option<&NatGateway> = self.one(&self.place(), id)?;
        match gateway.map(|it| it.connectivity.as_str()) {
            Some("private") => Ok(End::Appliance),
            Some(_) => Ok(End::Internet),
            None => Ok(End::Nowhere),
        }
    }

    /// The resource of that id in a place; `None` when all were read and it is not there.
    fn one<T: OfKind>(&self, place: &Place, id: &str) -> Result<Option<&'a T>, BTreeSet<GapKey>> {
        let found = self.find(Link::Id(T::KIND), place, T::KIND, id, |_: &T| true)?;
        Ok(found.map(|(_, it)| it))
    }

    fn find<T: OfKind>(
        &self,
        link: Link,
        place: &Place,
        kind: Kind,
        id: &str,
        fits: impl Fn(&T) -> bool,
    ) -> Result<Option<(u32, &'a T)>, BTreeSet<GapKey>> {
        let estate = self.estate;
        let linked = estate.linked_in(link, (&place.0, &place.1), id).iter();
        let mut found = linked.filter_map(|at| {
            let it = estate.resource(*at).of::<T>()?;
            fits(it).then_some((*at, it))
        });
        let found = found.next();
        let hiding = || estate.inventory.hiding(kind, &place.0, &place.1);
        match Sought::new(found.map(|(at, _)| at), hiding) {
            Sought::Unknown(gaps) => Err(gaps.into_iter().collect()),
            Sought::Resource(_) | Sought::None => Ok(found),
        }
    }

    fn enter(&mut self, region: &str) {
        if self.regions.last().is_none_or(|last| **last != *region) {
            self.regions.push(region.into());
        }
    }

    fn peering(&mut self, vpc_id: &str, id: &str) -> Reached {
        let peering: Option<&VpcPeeringConnection> = self.one(&self.place(), id)?;
        let Some(peering) = peering.filter(|it| it.status == "active") else {
            return Ok(End::Nowhere);
        };
        let far = if peering.requester.vpc_id == vpc_id {
            &peering.accepter
        } else {
            &peering.requester
        };
        self.enter(&far.region);
        Ok(End::Vpc(far.vpc_id.clone()))
    }

    /// From a VPC onto a transit gateway. Its owner alone sees where packets go from there.
    fn gateway(&mut self, vpc_id: &str, id: &str, to: Cidr) -> Reached {
        let here = self.place();
        let Some(gateway) = self.one::<TransitGateway>(&here, id)? else {
            return Ok(End::Nowhere);
        };
        let owner: Place = (gateway.owner.as_str().into(), here.1);
        let kind = Kind::Ec2TransitGatewayVpcAttachment;
        let link = Link::Of(kind, Kind::Ec2Vpc);
        let on_it = |it: &TransitGatewayVpcAttachment| it.gateway_id == id && works(&it.state);
        let Some((_, attachment)) = self.find(link, &owner, kind, vpc_id, on_it)? else {
            return Ok(End::Nowhere);
        };
        match &attachment.route_table_id {
            Some(table) => self.transit(&owner, table, to),
            None => Ok(End::Nowhere),
        }
    }

    fn transit(&mut self, place: &Place, table_id: &str, to: Cidr) -> Reached {
        if !self.passed.insert(table_id.to_owned()) {
            return Ok(End::Nowhere);
        }
        let kind = Kind::Ec2TransitGatewayRouteTable;
        let found = self.find(Link::Id(kind), place, kind, table_id, |_| true)?;
        let Some((at, table)): Option<(u32, &TransitGatewayRouteTable)> = found else {
            return Ok(End::Nowhere);
        };
        if let Some(gap) = self.estate.resource(at).unread("routes") {
            return Err([gap.clone()].into());
        }
        let routes = table.routes.iter();
        let routes = routes.map(|it| (it.destination.as_str(), it.state == "active", it));
        match choose(routes, to) {
            Chosen::Route(route) => self.onwards(place, &table.gateway_id, route, to),
            Chosen::None => Ok(End::Nowhere),
            Chosen::PrefixList => Err(self.unread("ec2:GetManagedPrefixListEntries")),
        }
    }

    fn onwards(
        &mut self,
        place: &Place,
        gateway_id: &str,
        route: &TransitGatewayRoute,
        to: Cidr,
    ) -> Reached {
        let next = route.attachments.first();
        let Some(next) = next.filter(|_| route.state == "active") else {
            return Ok(End::Nowhere);
        };
        self.via.push(next.attachment_id.clone());
        match next.resource_type.as_str() {
            "vpc" => Ok(End::Vpc(next.resource_id.clone())),
            "peering" | "tgw-peering" => self.across(place, gateway_id, &next.attachment_id, to),
            "connect" | "network-function" => Ok(End::Appliance),
            _ => Ok(End::OnPremises),
        }
    }

    /// Over a peering of transit gateways: the far side has a route table of its own for it.
    fn across(&mut self, place: &Place, gateway_id: &str, id: &str, to: Cidr) -> Reached {
        let kind = Kind::Ec2TransitGatewayPeeringAttachment;
        let near: Option<&TransitGatewayPeeringAttachment> = self.one(place, id)?;
        let Some(near) = near.filter(|it| works(&it.state)) else {
            return Ok(End::Nowhere);
        };
        let far: &GatewaySide = if near.requester.gateway_id == gateway_id {
            &near.accepter
        } else {
            &near.requester
        };
        self.enter(&far.region);
        let there: Place = (far.account.as_str().into(), far.region.as_str().into());
        let found = self.find(Link::Id(kind), &there, kind, id, |_| true)?;
        let Some((at, side)): Option<(u32, &TransitGatewayPeeringAttachment)> = found else {
            return Ok(End::Nowhere);
        };
        if let Some(gap) = self.estate.resource(at).unread("route_table_id") {
            return Err([gap.clone()].into());
        }
        match &side.route_table_id {
            Some(table) => self.transit(&there, table, to),
            None => Ok(End::Nowhere),
        }
    }
}

/// Whether packets pass an attachment in that state.
fn works(state: &str) -> bool {
    matches!(state, "available" | "modifying")
}
