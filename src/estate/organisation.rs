//! Which service control policies reach an account, and what they deny in which Region.
//!
//! Policies only ever take away: whether anything else allows is not looked at, nor are policies
//! that allow in some Regions alone.

use std::collections::BTreeSet;

use super::Estate;
use super::lookups::Found;
use crate::inventory::kinds::account;
use crate::inventory::kinds::organizations::{Account, Policy, RegionCondition, Statement};
use crate::inventory::policy::like;
use crate::inventory::{AccountId, Arn, GapKey, Kind, Region, Resource, not_collected};

/// The policies that reach an account, ascending, and the gaps that may hide others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    pub policies: Vec<u32>,
    pub gaps: Vec<GapKey>,
}

/// A statement of a policy that denies something in some Regions and not in others.
#[derive(Debug, Clone, Copy)]
pub struct Denial<'a> {
    pub policy: u32,
    pub statement: &'a Statement,
}

impl<'a> Estate<'a> {
    /// An account, as it speaks of itself.
    pub fn account(&self, id: &AccountId) -> Found {
        let found = self
            .of_kind(Kind::AccountAccount)
            .find(|at| self.resource(*at).account == *id);
        match found {
            Some(at) => Found::Resource(at),
            None => Found::Unknown(self.hiding_or_nobody(Kind::AccountAccount, id)),
        }
    }

    /// Whether a Region was not asked in an account that may use it.
    pub fn may_hold_more(&self, account: &AccountId, region: &Region) -> bool {
        let asked = self.inventory.header().scope.get(account);
        if asked.is_some_and(|asked| asked.contains(region)) {
            return false;
        }
        let Found::Resource(at) = self.account(account) else {
            return true;
        };
        let details = self.resource(at).of::<account::Account>();
        let mut known = details.into_iter().flat_map(|it| &it.regions);
        let status = known
            .find(|it| *it.region == **region)
            .map(|it| &*it.status);
        !matches!(status, Some("DISABLED" | "DISABLING"))
    }

    fn hiding_or_nobody(&self, kind: Kind, id: &AccountId) -> Vec<GapKey> {
        let global = Region::global();
        match self.inventory.hiding(kind, id, &global) {
            none if none.is_empty() => vec![not_collected(kind, id, &global)],
            gaps => gaps,
        }
    }

    /// The service control policies in force that reach an account: none where it manages its
    /// organisation or belongs to none.
    pub fn policies_on(&self, id: &AccountId) -> Reach {
        let listed = self.of_kind(Kind::OrganizationsAccount).filter_map(|at| {
            let resource = self.resource(at);
            let account = resource.of::<Account>()?;
            (account.account_id == **id).then_some((resource, account))
        });
        // Whoever was answered in full is believed; several may have been asked.
        let reaches = listed.map(|(resource, account)| self.shown(resource, account));
        match reaches.min_by_key(|reach| reach.gaps.len()) {
            Some(reach) => reach,
            None => Reach {
                policies: Vec::new(),
                gaps: self.unlisted(id),
            },
        }
    }

    /// The policies on an account that its organisation lists.
    fn shown(&self, listing: &Resource, account: &Account) -> Reach {
        let manages = Arn::parse(&listing.arn).is_some_and(|arn| arn.account == account.account_id);
        if manages {
            return Reach::default();
        }
        let global = Region::global();
        let asked = &listing.account;
        let hiding = self
            .inventory
            .hiding(Kind::OrganizationsPolicy, asked, &global);
        let mut gaps: BTreeSet<GapKey> = hiding.into_iter().collect();
        let mut policies = Vec::new();
        for at in self.of_kind(Kind::OrganizationsPolicy) {
            let resource = self.resource(at);
            let Some(policy) = resource
                .of::<Policy>()
                .filter(|_| resource.account == *asked)
            else {
                continue;
            };
            let open = ["targets", "in_force"].map(|property| resource.unread(property));
            let on =
                |target: &String| *target == account.account_id || account.path.contains(target);
            let reaches = policy.targets.iter().any(on);
            if (open[0].is_some() || reaches) && open.iter().any(Option::is_some) {
                gaps.extend(open.into_iter().flatten().cloned());
            } else if reaches && policy.in_force {
                policies.push(at);
            }
        }
        let gaps = gaps.into_iter().collect();
        Reach { policies, gaps }
    }

    /// Why an account that no organisation lists may have policies on it.
    fn unlisted(&self, id: &AccountId) -> Vec<GapKey> {
        let own = match self.account(id) {
            Found::Resource(at) => self.resource(at),
            Found::Unknown(gaps) => return gaps,
            Found::Absent => return Vec::new(),
        };
        if let Some(gap) = own.unread("organization") {
            return vec![gap.clone()];
        }
        let organization = own
            .of::<account::Account>()
            .and_then(|it| it.organization.as_ref());
        let Some(organization) = organization.filter(|it| it.management_account != **id) else {
            return Vec::new();
        };
        let kind = Kind::OrganizationsAccount;
        match self.inventory.hiding(kind, id, &Region::global()) {
            none if none.is_empty() => {
                let management = organization.management_account.as_str().into();
                self.hiding_or_nobody(kind, &management)
            }
            gaps => gaps,
        }
    }

    /// The statements of a policy that deny by Region and whatever the resource.
    pub fn denials(&self, policy: u32) -> impl Iterator<Item = Denial<'a>> + use<'a> {
        let read = self.resource(policy).of::<Policy>();
        let statements = read.into_iter().flat_map(|it| &it.statements);
        let denies = |it: &&Statement| {
            it.effect == "Deny"
                && !it.regions.is_empty()
                && it.not_resources.is_empty()
                && it.resources.iter().any(|pattern| pattern == "*")
        };
        statements
            .filter(denies)
            .map(move |statement| Denial { policy, statement })
    }
}

impl Denial<'_> {
    /// Whether it holds for requests to a Region.
    pub fn holds_in(&self, region: &str) -> bool {
        self.statement.regions.iter().all(|it| it.holds(region))
    }

    /// Whether it denies a service but for single actions.
    pub fn denies(&self, service: &str) -> bool {
        let whole = |patterns: &[String]| patterns.iter().any(|it| is_whole(it, service));
        whole(&self.statement.actions)
            || (!self.statement.not_actions.is_empty() && !whole(&self.statement.not_actions))
    }
}

/// Whether a pattern stands for every action of a service.
fn is_whole(pattern: &str, service: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    match pattern.split_once(':') {
        Some((of, "*")) => like(of, service),
        Some(_) => false,
        None => pattern == "*",
    }
}

impl RegionCondition {
    fn holds(&self, region: &str) -> bool {
        let equal = |value: &String| value == region;
        let fits = |value: &String| like(value, region);
        match self.operator.as_str() {
            "StringEquals" => self.values.iter().any(equal),
            "StringNotEquals" => !self.values.iter().any(equal),
            "StringLike" => self.values.iter().any(fits),
            "StringNotLike" => !self.values.iter().any(fits),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(actions: &[&str], not_actions: &[&str], regions: &[(&str, &str)]) -> Statement {
        let own = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect();
        let region = |(operator, value): &(&str, &str)| RegionCondition {
            operator: (*operator).to_owned(),
            values: vec![(*value).to_owned()],
        };
        Statement {
            effect: "Deny".to_owned(),
            actions: own(actions),
            not_actions: own(not_actions),
            regions: regions.iter().map(region).collect(),
            ..Statement::default()
        }
    }

    fn denial(statement: &Statement) -> Denial<'_> {
        Denial {
            policy: 0,
            statement,
        }
    }

    #[test]
    fn every_condition_on_the_region_has_to_hold() {
        let only = statement(&["*"], &[], &[("StringNotEquals", "eu-west-1")]);
        assert!(denial(&only).holds_in("us-east-1") && !denial(&only).holds_in("eu-west-1"));
        let both = [("StringNotLike", "eu-*"), ("StringNotEquals", "us-east-1")];
        let both = statement(&["*"], &[], &both);
        let holds = |region| denial(&both).holds_in(region);
        assert_eq!(
            [holds("eu-west-1"), holds("us-east-1"), holds("us-west-2")],
            [false, false, true]
        );
        // Without Like a star is a star.
        let literal = statement(&["*"], &[], &[("StringNotEquals", "eu-*")]);
        assert!(denial(&literal).holds_in("eu-west-1"));
    }

    #[test]
    fn single_actions_neither_make_a_denial_nor_an_exemption() {
        let denies = |actions: &[&str], not_actions: &[&str], service| {
            denial(&statement(actions, not_actions, &[])).denies(service)
        };
        assert!(denies(&["*"], &[], "s3"));
        assert!(denies(&["S3:*"], &[], "s3") && !denies(&["s3:*"], &[], "ec2"));
        assert!(!denies(&["s3:PutObject"], &[], "s3"));
        let exempt = ["iam:*", "s3:ListAllMyBuckets", "dynamo*:*"];
        assert!(denies(&[], &exempt, "s3"));
        assert!(!denies(&[], &exempt, "dynamodb"));
    }
}
