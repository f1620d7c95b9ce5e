//! Which resources are nobody's workload: they would only make noise.

use jiff::Timestamp;

use super::life;
use super::select::Fit;
use crate::inventory::kinds::ec2;
use crate::inventory::{Header, Resource};

/// Minutes that a new resource is left alone: replicas and records need time to settle.
const SETTLE_MINUTES: i64 = 30;

/// Why a resource is left out of every workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Membership {
    Member,
    /// Its owner tagged it `mrlint:ignore`.
    Ignored,
    /// A network that AWS made with the account, and nothing more.
    DefaultNetwork,
    /// What holds resources, or says what may be done with them: an account, an organisation's policy.
    Organisation,
    /// Made by a deployment tool for itself.
    DeploymentTool,
    /// Being made or unmade, or younger than the time to settle.
    Unsettled,
}

impl Membership {
    /// Decides for one resource. Time is the inventory's: the same file gives the same answer.
    pub fn of(resource: &Resource, header: &Header) -> Self {
        Self::at(resource, finished(header))
    }

    /// As [`Self::of`], with the time at which the inventory was [`finished`].
    pub fn at(resource: &Resource, now: Option<Timestamp>) -> Self {
        if resource.tags.contains_key("mrlint:ignore") {
            Self::Ignored
        } else if !resource.kind().is_of_a_workload() {
            Self::Organisation
        } else if default_network(resource) {
            Self::DefaultNetwork
        } else if deployment_tool(&resource.name) {
            Self::DeploymentTool
        } else if life::passing(&resource.properties) || young(resource, now) {
            Self::Unsettled
        } else {
            Self::Member
        }
    }
}

impl Membership {
    /// Why a resource is in no workload; `None` for members and for what is no part of any.
    pub fn why(self) -> Option<&'static str> {
        match self {
            Self::Member | Self::Organisation => None,
            Self::Ignored => Some("tagged mrlint:ignore"),
            Self::DefaultNetwork => Some("default network"),
            Self::DeploymentTool => Some("made by a deployment tool for itself"),
            Self::Unsettled => Some("new, or being made or unmade"),
        }
    }

    /// Whether the resource may belong to a workload at all. Its owner may have said in a tag that
    /// it does not, so unread tags leave that open.
    pub fn fit(self, resource: &Resource) -> Fit {
        match (self, resource.unread("tags")) {
            (Self::Member, Some(gap)) => Fit::Unread(gap.clone()),
            (Self::Member, None) => Fit::Yes,
            _ => Fit::No,
        }
    }
}

fn default_network(resource: &Resource) -> bool {
    resource.of::<ec2::Vpc>().is_some_and(|vpc| vpc.default)
}

/// Buckets and tables that CDK, CloudFormation, SAM, Elastic Beanstalk, Terraform, the Serverless
/// Framework and consoles of AWS keep for themselves.
fn deployment_tool(name: &str) -> bool {
    const BEGIN: [&str; 11] = [
        "cf-templates-",
        "aws-sam-cli-managed-",
        "elasticbeanstalk-",
        "terraform-",
        "codepipeline-",
        "serverless-framework-deployments-",
        "aws-athena-query-results-",
        "aws-glue-assets-",
        "aws-quicksetup-",
        "aws-cloudtrail-logs-",
        "config-bucket-",
    ];
    (name.starts_with("cdk-") && name.contains("-assets-"))
        || name.contains("serverlessdeploymentbucket")
        || BEGIN.iter().any(|begin| name.starts_with(begin))
}

/// When the inventory was finished, if it says so.
pub fn finished(header: &Header) -> Option<Timestamp> {
    header.finished.parse().ok()
}

fn young(resource: &Resource, now: Option<Timestamp>) -> bool {
    let made = life::since(&resource.properties);
    let made = made.and_then(|text| text.parse::<Timestamp>().ok());
    let (Some(made), Some(now)) = (made, now) else {
        return false;
    };
    let minutes = now.duration_since(made).as_secs() / 60;
    (0..SETTLE_MINUTES).contains(&minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Properties;
    use crate::inventory::kinds::dynamodb;
    use std::collections::BTreeMap;

    fn membership(
        name: &str,
        tags: &[(&str, &str)],
        properties: impl Into<Properties>,
    ) -> Membership {
        let tags: BTreeMap<_, _> = tags
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let resource = Resource {
            arn: format!("arn:aws:x:::{name}"),
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            name: name.to_owned(),
            tags,
            properties: properties.into(),
            unread: BTreeMap::new(),
        };
        let header = Header {
            finished: "2026-11-23T12:00:00Z".to_owned(),
            ..Header::default()
        };
        Membership::of(&resource, &header)
    }

    #[test]
    fn accounts_and_their_policies_are_no_part_of_a_workload() {
        let policy = crate::inventory::kinds::organizations::Policy::default();
        assert_eq!(membership("p", &[], policy), Membership::Organisation);
    }

    fn table(created: &str) -> dynamodb::Table {
        dynamodb::Table {
            created: Some(created.to_owned()),
            ..Default::default()
        }
    }

    #[test]
    fn leaves_out_what_is_noise() {
        let old = || table("2026-01-01T00:00:00Z");
        assert_eq!(membership("orders", &[], old()), Membership::Member);
        assert_eq!(
            membership("orders", &[("mrlint:ignore", "")], old()),
            Membership::Ignored
        );
        assert_eq!(
            membership("terraform-locks", &[], old()),
            Membership::DeploymentTool
        );
        let default = ec2::Vpc {
            default: true,
            ..Default::default()
        };
        assert_eq!(
            membership("vpc-1", &[], default),
            Membership::DefaultNetwork
        );
    }

    #[test]
    fn time_is_the_inventorys() {
        assert_eq!(
            membership("t", &[], table("2026-11-23T11:45:00Z")),
            Membership::Unsettled
        );
        assert_eq!(
            membership("t", &[], table("2026-11-23T11:29:00Z")),
            Membership::Member
        );
        assert_eq!(
            membership("t", &[], table("2026-11-24T11:29:00Z")),
            Membership::Member
        );
        assert_eq!(
            membership("t", &[], table("not a time")),
            Membership::Member
        );
    }
}
