//! The edges that begin at one resource, kind by kind.

use super::{Edge, Relation, Target};
use crate::estate::Estate;
use crate::estate::links::Link;
use crate::estate::lookups::{Door, Found};
use crate::inventory::kinds::{autoscaling, dynamodb, elbv2, lambda, rds, route53, s3};
use crate::inventory::{Arn, Kind, Region, Resource, reference};

pub(super) struct Maker<'e, 'a> {
    pub(super) estate: &'e Estate<'a>,
    pub(super) at: u32,
    pub(super) own: &'a Resource,
    pub(super) found: &'e mut Vec<Edge>,
}

impl Maker<'_, '_> {
    pub(super) fn add(
        &mut self,
        relation: Relation,
        mechanism: &'static str,
        to: Target,
        region: Option<Region>,
    ) {
        let to_region = match &to {
            Target::Resource(end) => Some(self.estate.resource(*end).region.clone()),
            Target::Text(_) => region,
        };
        self.found.push(Edge {
            from: self.at,
            relation,
            mechanism,
            to,
            to_region,
        });
    }

    /// An edge to what an ARN names.
    pub(super) fn add_arn(&mut self, relation: Relation, mechanism: &'static str, arn: &str) {
        let region = Arn::parse(arn)
            .filter(|it| !it.region.is_empty())
            .map(|it| it.region.into());
        let to = match self.estate.by_arn(arn) {
            Some(end) => Target::Resource(end),
            None => Target::Text(arn.to_owned()),
        };
        self.add(relation, mechanism, to, region);
    }

    /// An edge to what answers to a host name.
    pub(super) fn add_host(&mut self, relation: Relation, host: &str) {
        let region = reference::region_of(host).map(Region::from);
        let (to, mechanism) = match self.estate.by_host(host) {
            Some((end, Door::Writer)) => (Target::Resource(end), "writer-endpoint"),
            Some((end, Door::Reader)) => (Target::Resource(end), "reader-endpoint"),
            Some((end, Door::Instance)) => (Target::Resource(end), "configuration"),
            None => (Target::Text(host.to_owned()), "configuration"),
        };
        self.add(relation, mechanism, to, region);
    }

    pub(super) fn table(&mut self) {
        let Some(table) = self.own.of::<dynamodb::Table>() else {
            return;
        };
        let replicas = table.replicas.iter().map(|it| (&it.region, "ddb-replica"));
        let witnesses = table.witnesses.iter().map(|it| (&it.region, "ddb-witness"));
        for (region, mechanism) in replicas.chain(witnesses) {
            if **region == *self.own.region {
                continue;
            }
            let arn = self.own.arn.replacen(self.own.region.as_str(), region, 1);
            self.add_arn(Relation::Replicates, mechanism, &arn);
        }
    }

    pub(super) fn bucket(&mut self) {
        let rules = self
            .own
            .of::<s3::Bucket>()
            .and_then(|it| it.replication.as_ref());
        let rules = rules.into_iter().flat_map(|it| &it.rules);
        for rule in rules.filter(|rule| rule.status == "Enabled") {
            let to = match self.estate.bucket(&rule.destination_bucket) {
                Found::Resource(end) => Target::Resource(end),
                Found::Absent | Found::Unknown(_) => Target::Text(rule.destination_bucket.clone()),
            };
            let same = |end| self.estate.resource(end).region == self.own.region;
            let mechanism = if to.resource().is_some_and(same) {
                "s3-srr"
            } else {
                "s3-crr"
            };
            self.add(Relation::Replicates, mechanism, to, None);
        }
    }

    /// To the buckets that it sends requests to now.
    pub(super) fn access_point(&mut self) {
        let point = self.own.of::<s3::MultiRegionAccessPoint>();
        let routes = point.into_iter().flat_map(|it| &it.routes);
        for route in routes.filter(|route| route.traffic_dial > 0) {
            let to = match self.estate.bucket(&route.bucket) {
                Found::Resource(end) => Target::Resource(end),
                Found::Absent | Found::Unknown(_) => Target::Text(route.bucket.clone()),
            };
            let region = Some(route.region.as_str().into());
            self.add(Relation::Routes, "mrap", to, region);
        }
    }

    /// From the primary to each secondary. The global cluster stands for the primary where that
    /// was not read.
    pub(super) fn global_cluster(&mut self) {
        let Some(global) = self.own.of::<rds::GlobalCluster>() else {
            return;
        };
        let mechanism = match global.engine.as_str() {
            "docdb" => "docdb-global",
            "neptune" => "neptune-global",
            _ => "aurora-global",
        };
        let primary = global.members.iter().find(|member| member.writer);
        let primary = primary.and_then(|member| self.estate.by_arn(&member.cluster_arn));
        self.at = primary.unwrap_or(self.at);
        for member in global.members.iter().filter(|member| !member.writer) {
            self.add_arn(Relation::Replicates, mechanism, &member.cluster_arn);
        }
    }

    pub(super) fn db_instance(&mut self) {
        let Some(instance) = self.own.of::<rds::DbInstance>() else {
            return;
        };
        for replica in &instance.replicas {
            let arn = self.own_arn("db", replica);
            self.add_arn(Relation::Replicates, "rds-xrr", &arn);
        }
        for copy in &instance.backup_replications {
            self.add_arn(Relation::Replicates, "rds-backup-repl", copy);
        }
    }

    pub(super) fn db_cluster(&mut self) {
        let Some(cluster) = self.own.of::<rds::DbCluster>() else {
            return;
        };
        for replica in &cluster.read_replicas {
            let arn = self.own_arn("cluster", replica);
            self.add_arn(Relation::Replicates, "rds-xrr", &arn);
        }
    }

    /// Replicas in the same Region are named by identifier, others by ARN.
    fn own_arn(&self, part: &str, id: &str) -> String {
        match (Arn::parse(id), Arn::parse(&self.own.arn)) {
            (None, Some(own)) => Arn {
                resource: &format!("{part}:{id}"),
                ..own
            }
            .to_string(),
            _ => id.to_owned(),
        }
    }

    pub(super) fn record(&mut self) {
        let Some(record) = self.own.of::<route53::RecordSet>() else {
            return;
        };
        let resolved = self.estate.resolve(&[self.at]);
        let alias = record.alias.as_ref().map(|alias| alias.dns_name.as_str());
        let named = alias
            .into_iter()
            .chain(record.values.iter().map(String::as_str));
        let next: Vec<&str> = named.map(|name| name.trim_end_matches('.')).collect();
        let here = self.at;
        let is_next = |other: &u32| {
            let name = &self.estate.resource(*other).name;
            *other != here && next.iter().any(|it| it.eq_ignore_ascii_case(name))
        };
        let onwards: Vec<u32> = resolved.records.iter().copied().filter(is_next).collect();
        if !onwards.is_empty() {
            for other in onwards {
                self.add(Relation::Routes, "dns", Target::Resource(other), None);
            }
            return;
        }
        for leaf in resolved.leaves {
            let to = leaf
                .resource
                .map_or(Target::Text(leaf.host), Target::Resource);
            self.add(Relation::Routes, "dns", to, leaf.region);
        }
    }

    pub(super) fn balancer(&mut self) {
        let links = [
            Link::Of(Kind::ElbListener, Kind::ElbLoadBalancer),
            Link::Of(Kind::ElbTargetGroup, Kind::ElbLoadBalancer),
        ];
        for link in links {
            for end in self.estate.linked(link, self.own, &self.own.arn).to_vec() {
                self.add(Relation::Routes, "elb", Target::Resource(end), None);
            }
        }
    }

    pub(super) fn listener(&mut self) {
        let Some(listener) = self.own.of::<elbv2::Listener>() else {
            return;
        };
        for group in &listener.target_groups {
            self.add_arn(Relation::Routes, "elb", group);
        }
    }

    pub(super) fn target_group(&mut self) {
        let Some(group) = self.own.of::<elbv2::TargetGroup>() else {
            return;
        };
        for target in &group.targets {
            let instance = self
                .estate
                .linked(Link::Id(Kind::Ec2Instance), self.own, &target.id);
            if let Some(end) = instance.first() {
                self.add(Relation::Routes, "elb", Target::Resource(*end), None);
            } else {
                let region = Some(self.own.region.clone());
                let end = self.estate.by_arn(&target.id);
                let end = end.or_else(|| self.estate.function(&target.id));
                let to = end.map_or(Target::Text(target.id.clone()), Target::Resource);
                self.add(Relation::Routes, "elb", to, region);
            }
        }
        for (kind, mechanism) in [(Kind::AutoScalingGroup, "asg"), (Kind::EcsService, "ecs")] {
            let link = Link::Of(kind, Kind::ElbTargetGroup);
            for end in self.estate.linked(link, self.own, &self.own.arn).to_vec() {
                self.add(Relation::Routes, mechanism, Target::Resource(end), None);
            }
        }
    }

    pub(super) fn group(&mut self) {
        let Some(group) = self.own.of::<autoscaling::AutoScalingGroup>() else {
            return;
        };
        for instance in &group.instances {
            let link = Link::Id(Kind::Ec2Instance);
            let end = self
                .estate
                .linked(link, self.own, &instance.instance_id)
                .first();
            if let Some(end) = end.copied() {
                self.add(Relation::Routes, "asg", Target::Resource(end), None);
            }
        }
    }

    pub(super) fn function(&mut self) {
        let Some(function) = self.own.of::<lambda::Function>() else {
            return;
        };
        let named = function.references.iter().map(|it| it.target.as_str());
        let rest = function
            .layers
            .iter()
            .chain(&function.dead_letter)
            .chain(&function.file_systems);
        for target in named.chain(rest.map(String::as_str)) {
            self.configured(target);
        }
    }

    /// An edge to what configuration names by ARN or host.
    pub(super) fn configured(&mut self, target: &str) {
        let arn = Arn::parse(target);
        let relation = match arn.map(|arn| arn.service) {
            Some("lambda") => Relation::Invokes,
            _ => Relation::Reads,
        };
        match arn {
            Some(arn) if arn.service == "s3" && arn.account.is_empty() => {
                let name = arn.resource.split('/').next().unwrap_or_default();
                let to = match self.estate.bucket(name) {
                    Found::Resource(end) => Target::Resource(end),
                    Found::Absent | Found::Unknown(_) => Target::Text(target.to_owned()),
                };
                self.add(relation, "configuration", to, None);
            }
            Some(_) => self.add_arn(relation, "configuration", target),
            None => self.add_host(relation, target),
        }
    }
}
