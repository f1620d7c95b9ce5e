//! Whose accounts a request means, before anybody is asked.
//!
//! What contradicts itself ends here, as a mistake of usage.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

use super::permissions::ROLE_NAME;
use super::request::{CollectError, Request};
use crate::aws::role::{RoleArn, is_account};
use crate::inventory::AccountId;

/// Whose accounts.
#[derive(Debug)]
pub(super) enum Who {
    /// One for each identity.
    Each(Vec<Identity>),
    /// Those of the list, each through a role.
    Members(Members),
}

/// Who to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) profile: Option<String>,
    pub(super) role: Option<RoleArn>,
    pub(super) external_id: Option<String>,
}

/// Accounts that are read through a role of the same name.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) profile: Option<String>,
    pub(super) role_name: String,
    pub(super) external_id: Option<String>,
    /// Named one by one.
    pub(super) accounts: Vec<AccountId>,
    /// Looked up in the organisation.
    pub(super) listed: Option<Listed>,
    pub(super) tags: Vec<Tag>,
    pub(super) exclude: Vec<Pattern>,
}

/// Which accounts of the organisation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Listed {
    All,
    /// Those of the units, and of all below.
    Units(Vec<String>),
}

/// A tag that an account has to have.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: GlobMatcher,
}

/// An id, or a glob of ids and names.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    pub(super) fn fits(&self, account: &AccountId, name: Option<&str>) -> bool {
        let fits = |text: &str| self.matcher.is_match(text);
        fits(account) || name.is_some_and(fits)
    }
}

impl Who {
    pub(super) fn new(request: &Request) -> Result<Self, CollectError> {
        let members = request.org || !request.units.is_empty() || !request.accounts.is_empty();
        let roles = !request.role_arns.is_empty();
        if members && roles {
            return Err(CollectError::usage(
                "a role for one account and accounts to be read through --role-name, together",
                "name every role with --role-arn, or every account with --account, --org or --ou; \
                 to list them with a role, name a --profile that takes it on",
            ));
        }
        if request.profiles.len() > 1 && (members || roles) {
            return Err(CollectError::usage(
                "several profiles and roles together",
                "roles are assumed with the credentials of one profile: name one profile, or no \
                 roles",
            ));
        }
        if request.external_id.is_some() && !members && !roles {
            return Err(CollectError::usage(
                "an external id is for roles",
                "name them with --role-arn, --account, --org or --ou",
            ));
        }
        if members {
            return Members::new(request).map(Self::Members);
        }
        let of_members = [
            (request.role_name.is_some(), "--role-name"),
            (!request.exclude_accounts.is_empty(), "--exclude-accounts"),
            (!request.account_tags.is_empty(), "--account-tag"),
        ];
        if let Some((_, option)) = of_members.into_iter().find(|(given, _)| *given) {
            return Err(CollectError::usage(
                format!("{option} says something about accounts that nothing chooses"),
                "choose them with --org, --ou or --account",
            ));
        }
        identities(request).map(Self::Each)
    }

    /// The profiles that sign in, each once; `None` is the default credentials.
    pub(super) fn profiles(&self) -> BTreeSet<Option<&str>> {
        match self {
            Self::Each(identities) => identities.iter().map(|it| it.profile.as_deref()).collect(),
            Self::Members(members) => [members.profile.as_deref()].into(),
        }
    }
}

fn identities(request: &Request) -> Result<Vec<Identity>, CollectError> {
    let Request {
        profiles,
        role_arns,
        external_id,
        ..
    } = request;
    let of_profile = |profile: Option<&String>| Identity {
        profile: profile.cloned(),
        role: None,
        external_id: None,
    };
    if role_arns.is_empty() && profiles.is_empty() {
        return Ok(vec![of_profile(None)]);
    }
    if role_arns.is_empty() {
        return Ok(profiles.iter().map(|it| of_profile(Some(it))).collect());
    }
    let of_role = |text: &String| {
        let role = RoleArn::parse(text).ok_or_else(|| {
            CollectError::usage(
                format!("`{text}` is not the ARN of a role"),
                "one looks like arn:aws:iam::111111111111:role/mrlint-reader",
            )
        })?;
        Ok(Identity {
            profile: profiles.first().cloned(),
            role: Some(role),
            external_id: external_id.clone(),
        })
    };
    role_arns.iter().map(of_role).collect()
}

impl Members {
    fn new(request: &Request) -> Result<Self, CollectError> {
        let listed = match (request.org, request.units.is_empty()) {
            (true, false) => {
                return Err(CollectError::usage(
                    "the whole organisation and some of its units, together",
                    "--org is all accounts; --ou alone is those of a unit and of all below",
                ));
            }
            (true, true) => Some(Listed::All),
            (false, false) => Some(Listed::Units(units(&request.units)?)),
            (false, true) => None,
        };
        if listed.is_none() && !request.account_tags.is_empty() {
            return Err(CollectError::usage(
                "--account-tag narrows what is listed, and nothing is",
                "list accounts with --org or --ou",
            ));
        }
        let exclude = request.exclude_accounts.iter();
        let exclude = exclude
            .map(|text| pattern(text))
            .collect::<Result<_, _>>()?;
        let tags = request.account_tags.iter().map(|text| tag(text));
        Ok(Self {
            profile: request.profiles.first().cloned(),
            role_name: role_name(request.role_name.as_deref().unwrap_or(ROLE_NAME))?,
            external_id: request.external_id.clone(),
            accounts: accounts(&request.accounts)?,
            listed,
            tags: tags.collect::<Result<_, _>>()?,
            exclude,
        })
    }

    /// Whether an account has all the tags that are wanted.
    pub(super) fn has_tags(&self, tags: &BTreeMap<String, String>) -> bool {
        let has = |it: &Tag| {
            tags.get(&it.key)
                .is_some_and(|value| it.value.is_match(value))
        };
        self.tags.iter().all(has)
    }

    /// The patterns that leave an account out.
    pub(super) fn excluding(
        &self,
        account: &AccountId,
        name: Option<&str>,
    ) -> impl Iterator<Item = &Pattern> {
        self.exclude.iter().filter(move |it| it.fits(account, name))
    }
}

fn accounts(texts: &[String]) -> Result<Vec<AccountId>, CollectError> {
    let mut accounts = Vec::new();
    for text in texts {
        if !is_account(text) {
            return Err(CollectError::usage(
                format!("`{text}` is not the id of an account"),
                "an id is twelve digits; --org with --exclude-accounts knows names",
            ));
        }
        accounts.push(text.as_str().into());
    }
    Ok(accounts)
}

fn units(texts: &[String]) -> Result<Vec<String>, CollectError> {
    let is_unit = |text: &&String| text.starts_with("ou-") || text.starts_with("r-");
    match texts.iter().find(|text| !is_unit(text)) {
        Some(text) => Err(CollectError::usage(
            format!("`{text}` is not the id of an organisational unit"),
            "one looks like ou-ab12-c3d4e5f6; the id of a root, r-ab12, is one too",
        )),
        None => Ok(texts.to_vec()),
    }
}

/// Whatever IAM takes as the name of a role, with or without its path.
fn role_name(text: &str) -> Result<String, CollectError> {
    let text = text.trim_start_matches('/');
    let is_named = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte);
    if text.is_empty() || !text.bytes().all(is_named) {
        return Err(CollectError::usage(
            format!("`{text}` is not the name of a role"),
            "--role-name is the name in each account, with its path where it has one; --role-arn \
             takes an ARN",
        ));
    }
    Ok(text.to_owned())
}

fn tag(text: &str) -> Result<Tag, CollectError> {
    let help = "--account-tag is KEY=VALUE; the value may be a glob such as prod-*";
    let (key, value) = text
        .split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| CollectError::usage(format!("`{text}` is not a tag"), help))?;
    Ok(Tag {
        key: key.to_owned(),
        value: glob(value)?,
    })
}

fn pattern(text: &str) -> Result<Pattern, CollectError> {
    Ok(Pattern {
        text: text.to_owned(),
        matcher: glob(text)?,
    })
}

fn glob(text: &str) -> Result<GlobMatcher, CollectError> {
    let glob = Glob::new(text).map_err(|error| {
        let help = "a glob takes * and ?, [abc] and {one,two}";
        CollectError::usage(format!("pattern `{text}`: {}", error.kind()), help)
    })?;
    Ok(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(request: &Request) -> String {
        let error = Who::new(request).expect_err("a contradiction");
        assert!(error.is_usage() && error.help().is_some(), "{error}");
        error.to_string()
    }

    fn of(change: impl FnOnce(&mut Request)) -> Request {
        let mut request = Request::default();
        change(&mut request);
        request
    }

    fn own(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn what_contradicts_itself_is_a_mistake_of_usage() {
        let role = "arn:aws:iam::111111111111:role/reader";
        let with_role = |org| {
            of(|it| {
                it.org = org;
                it.role_arns = own(&[role]);
                it.profiles = own(&["a", "b"]);
            })
        };
        assert!(problem(&with_role(true)).contains("--role-name"));
        assert!(problem(&with_role(false)).contains("several profiles"));
        for (request, part) in [
            (of(|it| it.external_id = Some("x".into())), "external id"),
            (of(|it| it.role_name = Some("x".into())), "--role-name"),
            (of(|it| it.account_tags = own(&["a=b"])), "--account-tag"),
            (
                of(|it| it.exclude_accounts = own(&["*"])),
                "--exclude-accounts",
            ),
            (
                of(|it| it.role_arns = own(&["reader"])),
                "not the ARN of a role",
            ),
            (
                of(|it| it.accounts = own(&["prod"])),
                "not the id of an account",
            ),
            (
                of(|it| it.units = own(&["prod"])),
                "not the id of an organisational unit",
            ),
        ] {
            let problem = problem(&request);
            assert!(problem.contains(part), "{problem}");
        }
        let org = |change: fn(&mut Request)| {
            let mut request = of(|it| it.org = true);
            change(&mut request);
            problem(&request)
        };
        assert!(org(|it| it.units = own(&["ou-ab12-11111111"])).contains("together"));
        assert!(org(|it| it.account_tags = own(&["prod"])).contains("not a tag"));
        assert!(org(|it| it.exclude_accounts = own(&["[a"])).contains("pattern"));
        assert!(org(|it| it.role_name = Some("arn:aws:x".into())).contains("name of a role"));
        let alone = of(|it| {
            it.accounts = own(&["111111111111"]);
            it.account_tags = own(&["env=prod"]);
        });
        assert!(problem(&alone).contains("--account-tag"));
    }

    #[test]
    fn accounts_are_left_out_by_id_and_by_name() {
        let request = of(|it| {
            it.org = true;
            it.exclude_accounts = own(&["111111111111", "sandbox-*"]);
        });
        let Ok(Who::Members(members)) = Who::new(&request) else {
            panic!("members");
        };
        let out = |id: &str, name| {
            let account = id.into();
            let mut fits = members.excluding(&account, name);
            fits.next().map(|it| it.text.clone())
        };
        assert_eq!(out("111111111111", None), Some("111111111111".to_owned()));
        assert_eq!(
            out("222222222222", Some("sandbox-7")),
            Some("sandbox-*".to_owned())
        );
        assert_eq!(out("222222222222", Some("prod")), None);
        assert_eq!(members.role_name, "mrlint-reader");
    }
}
