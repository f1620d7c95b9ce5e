//! An application's names, ids and tags, and the network under it.

use std::collections::BTreeMap;

use mrlint::inventory::kinds::{account, ec2, route53};
use mrlint::inventory::{AccountId, Properties, Region, Resource};

/// One application: an account, Regions, and how its owners name and tag things.
pub(super) struct Application {
    pub(super) name: String,
    pub(super) account: AccountId,
    pub(super) regions: Vec<Region>,
    number: usize,
    /// Services so far.
    pub(super) services: usize,
    /// Names with the code of the Region in them, or the same name everywhere.
    coded: bool,
    /// Whether CloudFormation made it.
    stacks: bool,
}

impl Application {
    pub(super) fn new(number: usize, account: AccountId, regions: Vec<Region>) -> Self {
        Self {
            name: format!("app{number:03}"),
            account,
            regions,
            number,
            services: 0,
            coded: number.is_multiple_of(2),
            stacks: number % 5 < 2,
        }
    }

    /// The name of a part in a Region.
    pub(super) fn named(&self, service: &str, part: &str, region: &str) -> String {
        if self.coded {
            format!("{service}-{part}-{region}")
        } else {
            format!("{service}-{part}")
        }
    }

    pub(super) fn zone_id(&self) -> String {
        format!("Z{:019}", self.number)
    }

    pub(super) fn domain(&self) -> String {
        format!("{}.example.com", self.name)
    }

    pub(super) fn vpc(&self, region: &str) -> String {
        format!("vpc-{:08x}{:08x}", self.number, place(region))
    }

    pub(super) fn subnet(&self, region: &str, zone: usize) -> String {
        format!("subnet-{:08x}{:08x}{zone}", self.number, place(region))
    }

    fn tags(&self, logical: &str) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::from([
            ("app".to_owned(), self.name.clone()),
            ("env".to_owned(), "prod".to_owned()),
            ("team".to_owned(), format!("team-{}", self.number % 40)),
            ("cost-center".to_owned(), format!("{}", 1000 + self.number)),
        ]);
        if self.stacks {
            let stack = format!("{}-{}", self.name, self.services);
            tags.insert("aws:cloudformation:stack-name".to_owned(), stack);
            tags.insert(
                "aws:cloudformation:logical-id".to_owned(),
                logical.to_owned(),
            );
        }
        tags
    }

    /// A tagged resource of a Region. `service_arn` is what follows `arn:aws:`.
    pub(super) fn put(
        &self,
        all: &mut Vec<Resource>,
        (region, arn): (&Region, String),
        (name, logical): (String, &str),
        properties: impl Into<Properties>,
    ) {
        all.push(Resource {
            arn,
            account: self.account.clone(),
            region: region.clone(),
            name,
            tags: self.tags(logical),
            properties: properties.into(),
            unread: BTreeMap::new(),
        });
    }

    /// The ARN of something in a Region.
    pub(super) fn arn(&self, service: &str, region: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{region}:{}:{rest}", self.account)
    }

    /// The account, the zone, and in each Region a network of three zones.
    pub(super) fn network(&mut self, all: &mut Vec<Resource>) {
        let global = Region::global();
        if self.number.is_multiple_of(2) {
            let status = |region: &str| account::RegionStatus {
                region: region.to_owned(),
                status: "ENABLED_BY_DEFAULT".to_owned(),
            };
            let regions = super::REGIONS.map(status).to_vec();
            let arn = format!("arn:aws:account::{0}:account/{0}", self.account);
            let properties = account::Account {
                regions,
                ..Default::default()
            };
            self.put(
                all,
                (&global, arn),
                (self.account.to_string(), "account"),
                properties,
            );
        }
        let zone = route53::HostedZone {
            zone_id: self.zone_id(),
            ..Default::default()
        };
        let arn = format!("arn:aws:route53:::hostedzone/{}", self.zone_id());
        self.put(all, (&global, arn), (self.domain(), "zone"), zone);
        for (at, region) in self.regions.iter().enumerate() {
            let id = self.vpc(region);
            let cidr = format!("10.{}.{}.0/16", self.number % 200, at);
            let vpc = ec2::Vpc {
                vpc_id: id.clone(),
                cidrs: vec![cidr],
                state: "available".to_owned(),
                ..Default::default()
            };
            let arn = self.arn("ec2", region, &format!("vpc/{id}"));
            self.put(all, (region, arn), (self.name.clone(), "vpc"), vpc);
            for zone in 0..3 {
                let id = self.subnet(region, zone);
                let subnet = ec2::Subnet {
                    subnet_id: id.clone(),
                    vpc_id: self.vpc(region),
                    zone: zone_name(region, zone),
                    ..Default::default()
                };
                let arn = self.arn("ec2", region, &format!("subnet/{id}"));
                let name = format!("{}-private-{zone}", self.name);
                self.put(all, (region, arn), (name, &format!("subnet{zone}")), subnet);
            }
        }
    }
}

pub(super) fn zone_name(region: &str, zone: usize) -> String {
    format!("{region}{}", ["a", "b", "c"][zone % 3])
}

fn place(region: &str) -> usize {
    let mut all = super::REGIONS.iter().chain(&super::FURTHER);
    let at = all.position(|code| *code == region);
    at.unwrap_or_default()
}
