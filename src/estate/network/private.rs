//! Hosts whose addresses mean something within a VPC only.

use super::Sought;
use crate::estate::Estate;
use crate::estate::links::Link;
use crate::inventory::Kind;
use crate::inventory::kinds::{elbv2, rds};

impl Estate<'_> {
    /// The VPC that the address of a host belongs to, when it is no public one: of an internal load
    /// balancer, of a database that the internet does not reach.
    pub fn private_to(&self, host: &str) -> Sought {
        let Some(at) = self.answering(host) else {
            return self.may_be_private(host);
        };
        let resource = self.resource(at);
        if let Some(balancer) = resource.of::<elbv2::LoadBalancer>() {
            let internal = balancer.scheme == "internal";
            return self.within(balancer.vpc_id.as_deref().filter(|_| internal));
        }
        if let Some(instance) = resource.of::<rds::DbInstance>() {
            return self.within(instance.vpc_id.as_deref().filter(|_| !instance.public));
        }
        if resource.kind() != Kind::RdsDbCluster {
            return Sought::None;
        }
        let link = Link::Of(Kind::RdsDbInstance, Kind::RdsDbCluster);
        let instances = self.linked(link, resource, &resource.name).iter();
        let mut instances = instances.filter_map(|at| self.resource(*at).of::<rds::DbInstance>());
        match instances.next() {
            Some(first) => self.within(first.vpc_id.as_deref().filter(|_| !first.public)),
            None => Sought::new(None, || self.hidden_beside(Kind::RdsDbInstance, resource)),
        }
    }

    /// A VPC that is of another account, or was deleted, is none that anything is known of.
    fn within(&self, vpc: Option<&str>) -> Sought {
        match vpc {
            Some(id) => Sought::new(self.vpc(id), || self.hidden_anywhere(&[Kind::Ec2Vpc])),
            None => Sought::None,
        }
    }

    fn may_be_private(&self, host: &str) -> Sought {
        let kinds: &[Kind] = if host.contains(".rds.amazonaws.com") {
            &[Kind::RdsDbCluster, Kind::RdsDbInstance]
        } else if host.contains(".elb.") {
            &[Kind::ElbLoadBalancer]
        } else {
            return Sought::None;
        };
        Sought::new(None, || self.hidden_anywhere(kinds))
    }
}
