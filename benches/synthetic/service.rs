//! Services: what an application is made of, once in each of its Regions, with the odd defect.

use mrlint::inventory::kinds::{autoscaling, ec2, elbv2, kms, lambda, route53};
use mrlint::inventory::kinds::{secretsmanager, sns, sqs};
use mrlint::inventory::{Reference, Region, Resource};

use super::parts::{Application, zone_name};
use super::random::Random;

/// How often of a hundred times something is not as it should be.
const DEFECTS: usize = 4;
const CREATED: &str = "2026-02-01T08:00:00Z";

/// Adds one service: of a hundred, 30 behind load balancers, 45 of functions and queues, 15 of
/// databases and buckets, 10 in one Region only.
pub(super) fn add(application: &mut Application, random: &mut Random, all: &mut Vec<Resource>) {
    application.services += 1;
    let name = format!("{}-svc{}", application.name, application.services);
    let mut service = Service {
        regions: application.regions.clone(),
        name,
        of: application,
        random,
        all,
    };
    match service.random.below(100) {
        0..30 => service.web(),
        30..75 => service.serverless(),
        75..90 => service.data(),
        _ => {
            service.regions.truncate(1);
            service.web();
            service.data();
        }
    }
}

/// A service that is being made.
pub(super) struct Service<'a> {
    pub(super) of: &'a Application,
    pub(super) name: String,
    pub(super) regions: Vec<Region>,
    pub(super) random: &'a mut Random,
    pub(super) all: &'a mut Vec<Resource>,
}

impl Service<'_> {
    pub(super) fn defect(&mut self) -> bool {
        self.random.percent(DEFECTS)
    }

    pub(super) fn named(&self, part: &str, region: &str) -> String {
        self.of.named(&self.name, part, region)
    }

    fn web(&mut self) {
        let key = self.key();
        for region in self.regions.clone() {
            let instances = self.instances(&region);
            let (group, balancer) = self.balancer(&region);
            self.scaling(&region, &instances, &group);
            self.targets(&region, &instances, (&group, &balancer));
            self.secret(&region, "api", Some(&key));
            self.secret(&region, "db", Some(&key));
            self.name_of(&region);
        }
        self.bucket_pair("assets");
    }

    fn serverless(&mut self) {
        let key = self.key();
        for region in self.regions.clone() {
            for queue in ["jobs", "events"] {
                self.queue(&region, queue);
            }
            self.topic(&region, "changes");
            for part in ["get", "put", "list", "work", "notify"] {
                self.function(&region, part);
            }
            self.secret(&region, "token", Some(&key));
        }
        self.table("items");
        self.table("sessions");
        self.bucket_pair("uploads");
    }

    fn data(&mut self) {
        let key = self.key();
        self.cluster(&key);
        self.bucket_pair("exports");
        self.bucket_pair("archive");
        self.table("ledger");
    }

    /// A Multi-Region key; its id.
    fn key(&mut self) -> String {
        let id = format!("mrk-{}", self.random.hex(32));
        let codes: Vec<String> = self.regions.iter().map(ToString::to_string).collect();
        for (at, region) in self.regions.iter().enumerate() {
            let role = if at == 0 { "PRIMARY" } else { "REPLICA" };
            let key = kms::Key {
                key_id: id.clone(),
                manager: "CUSTOMER".to_owned(),
                state: "Enabled".to_owned(),
                origin: "AWS_KMS".to_owned(),
                usage: "ENCRYPT_DECRYPT".to_owned(),
                spec: "SYMMETRIC_DEFAULT".to_owned(),
                multi_region: true,
                multi_region_role: Some(role.to_owned()),
                regions: codes.clone(),
                aliases: vec![self.name.clone()],
                ..Default::default()
            };
            let arn = self.of.arn("kms", region, &format!("key/{id}"));
            let name = (self.name.clone(), "Key");
            self.of.put(self.all, (region, arn), name, key);
        }
        id
    }

    fn secret(&mut self, region: &Region, part: &str, key: Option<&str>) {
        let name = format!("{}/{part}", self.name);
        let primary = self.regions.first().filter(|first| *first != region);
        let secret = secretsmanager::Secret {
            primary_region: primary.map(ToString::to_string),
            kms_key: key.map(|id| self.of.arn("kms", region, &format!("key/{id}"))),
            rotation_enabled: self.random.percent(50),
            ..Default::default()
        };
        let arn = format!("secret:{name}-{}", self.random.hex(6));
        let arn = self.of.arn("secretsmanager", region, &arn);
        self.of.put(self.all, (region, arn), (name, part), secret);
    }

    fn instances(&mut self, region: &Region) -> Vec<String> {
        let count = 2 + self.random.below(6);
        let mut ids = Vec::new();
        for at in 0..count {
            let id = format!("i-0{}", self.random.hex(16));
            let instance = ec2::Instance {
                instance_id: id.clone(),
                instance_type: "m7g.large".to_owned(),
                state: "running".to_owned(),
                launched: Some(CREATED.to_owned()),
                zone: zone_name(region, at),
                vpc_id: Some(self.of.vpc(region)),
                subnet_id: Some(self.of.subnet(region, at % 3)),
                private_ip: Some(format!(
                    "10.0.{}.{}",
                    self.random.below(250),
                    self.random.below(250)
                )),
                image_id: Some(format!("ami-{region}")),
                source_dest_check: true,
                volumes: vec![ec2::AttachedVolume {
                    volume_id: format!("vol-0{}", self.random.hex(16)),
                    device: "/dev/xvda".to_owned(),
                    root: true,
                    delete_on_termination: true,
                }],
                ..Default::default()
            };
            let arn = self.of.arn("ec2", region, &format!("instance/{id}"));
            let name = (self.name.clone(), "Instance");
            self.of.put(self.all, (region, arn), name, instance);
            ids.push(id);
        }
        ids
    }

    /// The host name of the load balancer of a Region.
    fn host(&self, region: &str) -> String {
        format!("{}-lb.{region}.elb.amazonaws.com", self.name)
    }

    /// A load balancer with its listeners; the ARNs of its target group and of itself.
    fn balancer(&mut self, region: &Region) -> (String, String) {
        let id = self.random.hex(16);
        let name = self.named("lb", region);
        let own = |it: &str| self.of.arn("elasticloadbalancing", region, it);
        let arn = own(&format!("loadbalancer/app/{name}/{id}"));
        let group = own(&format!("targetgroup/{name}/{id}"));
        let balancer = elbv2::LoadBalancer {
            balancer_type: "application".to_owned(),
            scheme: "internet-facing".to_owned(),
            state: "active".to_owned(),
            created: Some(CREATED.to_owned()),
            dns_name: Some(self.host(region)),
            canonical_zone_id: Some("Z32O12XQLNTSW2".to_owned()),
            vpc_id: Some(self.of.vpc(region)),
            zones: (0..3).map(|zone| zone_name(region, zone)).collect(),
            ip_address_type: Some("ipv4".to_owned()),
            attributes: elbv2::LoadBalancerAttributes {
                deletion_protection: Some(!self.random.percent(DEFECTS)),
                cross_zone: Some(true),
                ..Default::default()
            },
        };
        for (port, protocol) in [(443, "HTTPS"), (80, "HTTP")] {
            let listener = elbv2::Listener {
                load_balancer: arn.clone(),
                port: Some(port),
                protocol: Some(protocol.to_owned()),
                target_groups: vec![group.clone()],
                certificates: Vec::new(),
            };
            let rest = format!("listener/app/{name}/{id}/{port:016x}");
            let named = (format!("{name} {protocol}:{port}"), protocol);
            let listener_arn = self.of.arn("elasticloadbalancing", region, &rest);
            self.of
                .put(self.all, (region, listener_arn), named, listener);
        }
        let place = (region, arn.clone());
        self.of.put(self.all, place, (name, "Balancer"), balancer);
        (group, arn)
    }

    fn targets(&mut self, region: &Region, instances: &[String], (arn, of): (&str, &str)) {
        let target = |id: &String| elbv2::Target {
            id: id.clone(),
            port: Some(8080),
            zone: None,
            health: "healthy".to_owned(),
        };
        let group = elbv2::TargetGroup {
            target_type: "instance".to_owned(),
            protocol: Some("HTTP".to_owned()),
            port: Some(8080),
            vpc_id: Some(self.of.vpc(region)),
            load_balancers: vec![of.to_owned()],
            health_check: elbv2::TargetHealthCheck {
                enabled: true,
                protocol: Some("HTTP".to_owned()),
                path: Some("/health".to_owned()),
                interval: Some(10),
                unhealthy_threshold: Some(2),
            },
            attributes: elbv2::TargetGroupAttributes {
                stickiness: Some(self.random.percent(DEFECTS)),
                deregistration_seconds: Some(60),
                ..Default::default()
            },
            targets: instances.iter().map(target).collect(),
        };
        let name = (self.named("lb", region), "Targets");
        self.of.put(self.all, (region, arn.to_owned()), name, group);
    }

    fn scaling(&mut self, region: &Region, instances: &[String], group: &str) {
        let member = |(at, id): (usize, &String)| autoscaling::GroupInstance {
            instance_id: id.clone(),
            zone: zone_name(region, at),
            lifecycle: "InService".to_owned(),
            healthy: true,
            protected: false,
        };
        let count = i64::try_from(instances.len()).unwrap_or_default();
        let name = self.named("web", region);
        let scaling = autoscaling::AutoScalingGroup {
            min_size: 2,
            max_size: count * 3,
            desired: count,
            created: Some(CREATED.to_owned()),
            zones: (0..3).map(|zone| zone_name(region, zone)).collect(),
            subnets: (0..3).map(|zone| self.of.subnet(region, zone)).collect(),
            instances: instances.iter().enumerate().map(member).collect(),
            target_groups: vec![group.to_owned()],
            health_check_type: if self.defect() { "EC2" } else { "ELB" }.to_owned(),
            ..Default::default()
        };
        let rest = format!("autoScalingGroup:1:autoScalingGroupName/{name}");
        let arn = self.of.arn("autoscaling", region, &rest);
        self.of
            .put(self.all, (region, arn), (name, "Group"), scaling);
    }

    /// A record set by latency, and the health check that it hangs on.
    fn name_of(&mut self, region: &Region) {
        let global = Region::global();
        let id = format!("{}-{region}", self.name);
        let check = route53::HealthCheck {
            health_check_id: id.clone(),
            check_type: "HTTPS".to_owned(),
            fqdn: Some(self.host(region)),
            port: Some(443),
            resource_path: Some("/health".to_owned()),
            request_interval: Some(if self.defect() { 30 } else { 10 }),
            failure_threshold: Some(3),
            ..Default::default()
        };
        let arn = format!("arn:aws:route53:::healthcheck/{id}");
        self.of
            .put(self.all, (&global, arn), (id.clone(), "Check"), check);
        let name = format!("{}.{}", self.name, self.of.domain());
        for kind in ["A", "AAAA"] {
            let record = route53::RecordSet {
                zone_id: self.of.zone_id(),
                record_type: kind.to_owned(),
                policy: "latency".to_owned(),
                set_identifier: Some(region.to_string()),
                latency_region: Some(region.to_string()),
                alias: Some(route53::Alias {
                    zone_id: "Z32O12XQLNTSW2".to_owned(),
                    dns_name: self.host(region),
                    evaluate_target_health: !self.defect(),
                }),
                health_check_id: Some(id.clone()),
                ..Default::default()
            };
            let zone = self.of.zone_id();
            let arn =
                format!("arn:aws:route53:::hostedzone/{zone}/recordset/{name}/{kind}/{region}");
            self.of
                .put(self.all, (&global, arn), (name.clone(), kind), record);
        }
    }

    fn queue(&mut self, region: &Region, part: &str) {
        let dead = self.named(&format!("{part}-dead"), region);
        let dead_arn = self.of.arn("sqs", region, &dead);
        let name = self.named(part, region);
        let arn = self.of.arn("sqs", region, &name);
        let queue = |dead_letter: Option<String>| sqs::Queue {
            created: Some(CREATED.to_owned()),
            visibility_timeout_seconds: 60,
            message_retention_seconds: 345_600,
            max_receive_count: dead_letter.as_ref().map(|_| 5),
            dead_letter,
            sqs_managed_encryption: true,
            ..Default::default()
        };
        let place = (region, dead_arn.clone());
        self.of.put(self.all, place, (dead, "Dead"), queue(None));
        let place = (region, arn);
        self.of
            .put(self.all, place, (name, part), queue(Some(dead_arn)));
    }

    fn topic(&mut self, region: &Region, part: &str) {
        let name = self.named(part, region);
        let arn = self.of.arn("sns", region, &name);
        let queue = self.named("events", region);
        let topic = sns::Topic {
            confirmed_subscriptions: 1,
            subscriptions: vec![sns::Subscription {
                protocol: "sqs".to_owned(),
                endpoint: Some(self.of.arn("sqs", region, &queue)),
                confirmed: true,
                count: 1,
            }],
            ..Default::default()
        };
        self.of.put(self.all, (region, arn), (name, part), topic);
    }

    fn function(&mut self, region: &Region, part: &str) {
        let named = match self.regions.first() {
            Some(first) if self.random.percent(DEFECTS) => first.clone(),
            _ => region.clone(),
        };
        let table = format!("table/{}-items", self.name);
        let reference = |key: &str, target: String| Reference {
            key: key.to_owned(),
            target,
            region: Some(named.to_string()),
        };
        let queue = self.named("jobs", &named);
        let code = if self.defect() { "new" } else { "old" };
        let function = lambda::Function {
            runtime: Some("nodejs22.x".to_owned()),
            handler: Some("index.handler".to_owned()),
            package_type: "Zip".to_owned(),
            role: format!("arn:aws:iam::{}:role/{}", self.of.account, self.name),
            state: Some("Active".to_owned()),
            code_sha256: Some(format!("{}-{part}-{code}", self.name)),
            memory_mb: 512,
            timeout_seconds: 15,
            architectures: vec!["arm64".to_owned()],
            environment_keys: vec!["QUEUE".to_owned(), "TABLE".to_owned()],
            references: vec![
                reference("QUEUE", self.of.arn("sqs", &named, &queue)),
                reference("TABLE", self.of.arn("dynamodb", &named, &table)),
            ],
            ..Default::default()
        };
        let name = self.named(part, region);
        let arn = self.of.arn("lambda", region, &format!("function:{name}"));
        self.of.put(self.all, (region, arn), (name, part), function);
    }
}
