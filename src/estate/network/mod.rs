//! Where packets go: which network leads to which, hop by hop.
//!
//! Knows addresses, routes and what they lead through; security groups, network ACLs and firewalls
//! may still stop what a route lets through. What was not read leaves open where packets go, and
//! never sends them anywhere.

mod fabric;
mod private;
mod walk;

use std::collections::BTreeSet;

use super::Estate;
use super::links::Link;
use crate::inventory::kinds::{ec2, ec2_routes};
use crate::inventory::{Cidr, GapKey, Kind, Region, Resource};

pub(super) use fabric::Fabric;

/// Where packets end up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// They stay in their VPC.
    Local,
    /// Another VPC, by its id.
    Vpc(String),
    Internet,
    /// A network outside of AWS: a VPN, Direct Connect.
    OnPremises,
    /// An instance, a firewall or whatever else forwards packets by rules of its own.
    Appliance,
    /// No route, one that leads to something that is gone, or a circle.
    Nowhere,
}

impl End {
    pub const TEXTS: [&'static str; 6] = [
        "local",
        "vpc",
        "internet",
        "on-premises",
        "appliance",
        "nowhere",
    ];

    pub fn text(&self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Vpc(_) => "vpc",
            Self::Internet => "internet",
            Self::OnPremises => "on-premises",
            Self::Appliance => "appliance",
            Self::Nowhere => "nowhere",
        }
    }
}

/// The way of packets from a route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Regions in their order, that of the route table first. What follows is not known where the
    /// end is not.
    pub regions: Vec<Region>,
    /// Ids of the gateways, peerings and attachments on the way, in their order.
    pub via: Vec<String>,
    /// Where it ends, or the gaps that leave that open.
    pub end: Result<End, BTreeSet<GapKey>>,
}

/// Something that one look-up finds, or may be hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    Resource(u32),
    /// Everything was read, and there is none.
    None,
    Unknown(Vec<GapKey>),
}

impl Sought {
    fn new(found: Option<u32>, hiding: impl FnOnce() -> Vec<GapKey>) -> Self {
        match found {
            Some(at) => Self::Resource(at),
            None => match hiding() {
                gaps if gaps.is_empty() => Self::None,
                gaps => Self::Unknown(gaps),
            },
        }
    }
}

impl Estate<'_> {
    /// Where packets from a route table of a VPC go; `to` is looked for as a whole.
    pub fn way(&self, table: u32, to: Cidr) -> Way {
        walk::Walk::new(self, table).follow(to)
    }

    /// The ways to everywhere, IPv4 and IPv6, of a route table that has any: the range and the way.
    pub fn default_ways(&self, table: u32) -> Vec<(&'static str, Way)> {
        let ranges = [
            ("0.0.0.0/0", Cidr::EVERYTHING),
            ("::/0", Cidr::EVERYTHING_V6),
        ];
        let ways = ranges.map(|(text, range)| (text, self.way(table, range)));
        let leads = |way: &Way| way.end != Ok(End::Nowhere);
        ways.into_iter().filter(|(_, way)| leads(way)).collect()
    }

    /// Gaps that may hide resources of a kind where a resource is.
    fn hidden_beside(&self, kind: Kind, near: &Resource) -> Vec<GapKey> {
        self.inventory.hiding(kind, &near.account, &near.region)
    }

    /// The route table that a subnet uses: the one that names it, else the main one of its VPC.
    pub fn route_table(&self, subnet: u32) -> Sought {
        let own = self.resource(subnet);
        let Some(it) = own.of::<ec2::Subnet>() else {
            return Sought::None;
        };
        let named = Link::Of(Kind::Ec2RouteTable, Kind::Ec2Subnet);
        let named = self.linked(named, own, &it.subnet_id).first();
        if let Some(at) = named {
            return Sought::Resource(*at);
        }
        // One that names the subnet may be hidden.
        match self.hidden_beside(Kind::Ec2RouteTable, own) {
            gaps if gaps.is_empty() => self
                .main_table(own, &it.vpc_id)
                .map_or(Sought::None, Sought::Resource),
            gaps => Sought::Unknown(gaps),
        }
    }

    fn main_table(&self, near: &Resource, vpc_id: &str) -> Option<u32> {
        let tables = Link::Of(Kind::Ec2RouteTable, Kind::Ec2Vpc);
        let mut tables = self.linked(tables, near, vpc_id).iter().copied();
        tables.find(|at| {
            let table = self.resource(*at).of::<ec2_routes::RouteTable>();
            table.is_some_and(|it| it.main)
        })
    }

    /// The subnets that use a route table, ascending, and the gaps that may hide others.
    pub fn subnets_of_table(&self, table: u32) -> (Vec<u32>, Vec<GapKey>) {
        let own = self.resource(table);
        let Some(it) = own.of::<ec2_routes::RouteTable>() else {
            return (Vec::new(), Vec::new());
        };
        let link = Link::Of(Kind::Ec2Subnet, Kind::Ec2Vpc);
        let all = self.linked(link, own, &it.vpc_id).iter().copied();
        let mut gaps: BTreeSet<GapKey> = self
            .hidden_beside(Kind::Ec2Subnet, own)
            .into_iter()
            .collect();
        let mut found = Vec::new();
        for subnet in all {
            match self.route_table(subnet) {
                Sought::Resource(at) if at == table => found.push(subnet),
                Sought::Unknown(hidden) if it.main => gaps.extend(hidden),
                _ => {}
            }
        }
        (found, gaps.into_iter().collect())
    }

    /// Whether routes lead from one VPC to another, from any of its route tables to any of the
    /// other's ranges; else the gaps that leave it open.
    fn leads(&self, from: u32, to: u32) -> Result<bool, BTreeSet<GapKey>> {
        let own = self.resource(from);
        let (Some(here), Some(there)) = (own.of::<ec2::Vpc>(), self.resource(to).of::<ec2::Vpc>())
        else {
            return Ok(false);
        };
        let arrives = End::Vpc(there.vpc_id.clone());
        let ranges = there.cidrs.iter().chain(&there.ipv6_cidrs);
        let ranges: Vec<Cidr> = ranges.filter_map(|text| Cidr::parse(text)).collect();
        let hidden = self.hidden_beside(Kind::Ec2RouteTable, own);
        let mut gaps: BTreeSet<GapKey> = hidden.into_iter().collect();
        let link = Link::Of(Kind::Ec2RouteTable, Kind::Ec2Vpc);
        for table in self.linked(link, own, &here.vpc_id) {
            for range in &ranges {
                match self.way(*table, *range).end {
                    Ok(end) if end == arrives => return Ok(true),
                    Ok(_) => {}
                    Err(open) => gaps.extend(open),
                }
            }
        }
        if gaps.is_empty() {
            Ok(false)
        } else {
            Err(gaps)
        }
    }

    /// The VPCs that packets reach from a VPC and come back from, ascending, and the gaps that may
    /// hide others.
    pub fn reachable(&self, vpc: u32) -> (Vec<u32>, BTreeSet<GapKey>) {
        let (joined, mut gaps) = self.joined(vpc);
        let mut found = Vec::new();
        for other in joined {
            match (self.leads(vpc, other), self.leads(other, vpc)) {
                (Ok(true), Ok(true)) => found.push(other),
                (Ok(false), _) | (_, Ok(false)) => {}
                (there, back) => {
                    let open = there.err().into_iter().chain(back.err());
                    gaps.extend(open.flatten());
                }
            }
        }
        (found, gaps)
    }
}

#[cfg(test)]
mod tests;
