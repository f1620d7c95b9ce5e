//! Which VPCs hang together, whatever their routes say: by peerings, and by transit gateways that
//! are the same or peered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::estate::Estate;
use crate::estate::links::Link;
use crate::inventory::kinds::{ec2, ec2_routes};
use crate::inventory::{GapKey, Kind};

/// Networks by who is joined to whom.
#[derive(Debug, Default)]
pub(in crate::estate) struct Fabric<'a> {
    /// Transit gateways by the VPCs on them.
    gateways: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// By transit gateway: a number for all that are peered, directly or over others.
    domains: HashMap<&'a str, usize>,
    /// By that number: ids of the VPCs on one of them.
    vpcs: Vec<BTreeSet<&'a str>>,
    /// VPCs by the VPCs that they are peered with.
    peers: HashMap<&'a str, BTreeSet<&'a str>>,
}

/// Whether an attachment in that state joins its sides, or will without further say of one.
fn joins(state: &str) -> bool {
    matches!(
        state,
        "available"
            | "modifying"
            | "pending"
            | "pendingAcceptance"
            | "initiating"
            | "initiatingRequest"
    )
}

impl<'a> Fabric<'a> {
    fn new(estate: &Estate<'a>) -> Self {
        let mut fabric = Self::default();
        let mut neighbours = BTreeMap::<&str, BTreeSet<&str>>::new();
        for at in estate.of_kind(Kind::Ec2TransitGatewayVpcAttachment) {
            let it = estate
                .resource(at)
                .of::<ec2_routes::TransitGatewayVpcAttachment>();
            if let Some(it) = it.filter(|it| joins(&it.state)) {
                fabric
                    .gateways
                    .entry(&it.vpc_id)
                    .or_default()
                    .insert(&it.gateway_id);
                neighbours.entry(&it.gateway_id).or_default();
            }
        }
        for at in estate.of_kind(Kind::Ec2TransitGatewayPeeringAttachment) {
            let it = estate
                .resource(at)
                .of::<ec2::TransitGatewayPeeringAttachment>();
            if let Some(it) = it.filter(|it| joins(&it.state)) {
                let (one, other) = (&*it.requester.gateway_id, &*it.accepter.gateway_id);
                neighbours.entry(one).or_default().insert(other);
                neighbours.entry(other).or_default().insert(one);
            }
        }
        for at in estate.of_kind(Kind::Ec2VpcPeeringConnection) {
            let it = estate.resource(at).of::<ec2::VpcPeeringConnection>();
            if let Some(it) = it.filter(|it| it.status == "active") {
                let (one, other) = (&*it.requester.vpc_id, &*it.accepter.vpc_id);
                fabric.peers.entry(one).or_default().insert(other);
                fabric.peers.entry(other).or_default().insert(one);
            }
        }
        fabric.number(&neighbours);
        fabric
    }

    fn number(&mut self, neighbours: &BTreeMap<&'a str, BTreeSet<&'a str>>) {
        for first in neighbours.keys() {
            if self.domains.contains_key(first) {
                continue;
            }
            let number = self.vpcs.len();
            self.vpcs.push(BTreeSet::new());
            let mut open = vec![*first];
            while let Some(gateway) = open.pop() {
                if self.domains.insert(gateway, number).is_none() {
                    open.extend(neighbours.get(gateway).into_iter().flatten());
                }
            }
        }
        for (vpc, gateways) in &self.gateways {
            for number in gateways.iter().filter_map(|it| self.domains.get(it)) {
                self.vpcs[*number].insert(vpc);
            }
        }
    }

    /// Ids of the VPCs that hang together with one.
    fn joined(&self, vpc: &str) -> BTreeSet<&'a str> {
        let gateways = self.gateways.get(vpc).into_iter().flatten();
        let domains = gateways.filter_map(|it| self.domains.get(it));
        let over_gateways = domains.flat_map(|number| &self.vpcs[*number]);
        let peers = self.peers.get(vpc).into_iter().flatten();
        over_gateways.chain(peers).copied().collect()
    }
}

impl Estate<'_> {
    /// The other VPCs that a VPC hangs together with, ascending, whatever the routes say, and the
    /// gaps that may hide others.
    pub fn joined(&self, vpc: u32) -> (Vec<u32>, BTreeSet<GapKey>) {
        let own = self.resource(vpc);
        let Some(it) = own.of::<ec2::Vpc>() else {
            return (Vec::new(), BTreeSet::new());
        };
        let fabric = self.fabric.get_or_init(|| Fabric::new(self));
        let ids = fabric.joined(&it.vpc_id);
        let others: BTreeSet<u32> = ids.iter().filter_map(|id| self.vpc(id)).collect();
        let mut gaps: BTreeSet<GapKey> = self
            .hidden_anywhere(&[
                Kind::Ec2Vpc,
                Kind::Ec2VpcPeeringConnection,
                Kind::Ec2TransitGatewayVpcAttachment,
                Kind::Ec2TransitGatewayPeeringAttachment,
            ])
            .into_iter()
            .collect();
        // The owner of a shared gateway may not be read at all, and knows what else is on it.
        let link = Link::Of(Kind::Ec2TransitGatewayVpcAttachment, Kind::Ec2Vpc);
        for at in self.linked(link, own, &it.vpc_id) {
            let attachment = self
                .resource(*at)
                .of::<ec2_routes::TransitGatewayVpcAttachment>();
            let owner = attachment.map(|it| it.gateway_owner.as_str().into());
            for kind in [
                Kind::Ec2TransitGatewayVpcAttachment,
                Kind::Ec2TransitGatewayPeeringAttachment,
            ] {
                let hidden = owner
                    .iter()
                    .flat_map(|owner| self.inventory.hiding(kind, owner, &own.region));
                gaps.extend(hidden);
            }
        }
        let others = others.into_iter().filter(|at| *at != vpc).collect();
        (others, gaps)
    }
}
