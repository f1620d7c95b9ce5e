//! Roles that are taken on: which one, and its credentials, renewed before they expire.
//!
//! Whoever calls never waits for a renewal while the credentials before it still hold. Assuming is
//! paced apart from reading: a call that holds a place must not wait for another place.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::Client;
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;

use super::attempt::attempt;
use super::error::{ASSUME_ROLE, Failure};
use super::lanes::Lanes;
use super::pace::Pace;
use crate::inventory::{AccountId, Arn, Region};

/// Name of the session of an assumed role, as CloudTrail shows it.
const SESSION_NAME: &str = "mrlint";

/// How long to leave a renewal that failed alone, while the credentials still hold.
const REST: Duration = Duration::from_secs(30);

/// ARN of a role, with its account and partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleArn {
    text: String,
    pub account: AccountId,
    pub partition: String,
}

impl RoleArn {
    /// `None` when the text is not the ARN of a role.
    pub fn parse(text: &str) -> Option<Self> {
        let arn = Arn::parse(text)?;
        let role = arn.service == "iam" && arn.resource.starts_with("role/");
        (role && is_account(arn.account)).then(|| Self {
            text: text.to_owned(),
            account: arn.account.into(),
            partition: arn.partition.to_owned(),
        })
    }

    /// The role of that name (with its path, if it has one) in an account.
    pub fn of(partition: &str, account: &AccountId, name: &str) -> Self {
        Self {
            text: format!("arn:{partition}:iam::{account}:role/{name}"),
            account: account.clone(),
            partition: partition.to_owned(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the ARN of a session says that it is one of this role.
    pub fn is_of(&self, session: &str) -> bool {
        let (Some(role), Some(session)) = (Arn::parse(&self.text), Arn::parse(session)) else {
            return false;
        };
        let assumed = session.resource.strip_prefix("assumed-role/");
        let name = assumed.and_then(|it| it.split('/').next());
        session.account == role.account && name == Some(role.name())
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether it looks like the id of an account.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A role that was taken on, or is about to be: the provider of its credentials.
pub struct Role {
    arn: RoleArn,
    external_id: Option<String>,
    /// Speaks for whoever takes the role on.
    sts: Client,
    /// The caller's: all its roles share the limits on its calls to STS.
    lanes: Arc<Lanes>,
    region: Region,
    pace: Arc<Pace>,
    kept: Mutex<Option<Kept>>,
    /// Held by whoever asks STS.
    asking: tokio::sync::Mutex<()>,
}

/// Credentials, and when to get new ones.
#[derive(Clone)]
struct Kept {
    credentials: Credentials,
    /// ARN of the session.
    arn: String,
    /// From then on, new ones are wanted.
    renew: SystemTime,
    expiry: SystemTime,
    /// Not before then, where a renewal has failed.
    again: Option<Instant>,
}

impl Kept {
    fn holds(&self, now: SystemTime) -> bool {
        now < self.expiry
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        now < self.renew || (self.holds(now) && self.again.is_some_and(|it| Instant::now() < it))
    }
}

// The credentials are nobody's business.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Role({})", self.arn)
    }
}

/// A failed sign-in, as the SDK hands it on: found again by [`super::error::classify`].
#[derive(Debug, thiserror::Error)]
#[error("{ASSUME_ROLE} failed")]
pub struct NotAssumed(pub Failure);

impl Role {
    /// `config` has the credentials of the caller, and the Region whose STS is asked.
    pub fn new(
        arn: RoleArn,
        external_id: Option<String>,
        (lanes, config): (Arc<Lanes>, &SdkConfig),
        pace: Arc<Pace>,
    ) -> Self {
        let region = config
            .region()
            .map_or_else(Region::global, |it| it.as_ref().into());
        Self {
            arn,
            external_id,
            sts: Client::new(config),
            lanes,
            region,
            pace,
            kept: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// Takes the role on, unless it is: the ARN of its session.
    pub async fn sign_in(&self) -> Result<String, Failure> {
        self.fresh().await.map(|kept| kept.arn)
    }

    /// When the credentials expire that are in use.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.kept().map(|kept| kept.expiry)
    }

    /// Credentials that hold. One caller gets new ones when it is time; the others go on with those
    /// that they have, and wait only where those hold no longer.
    async fn fresh(&self) -> Result<Kept, Failure> {
        if let Some(kept) = self.kept().filter(|it| it.is_fresh(SystemTime::now())) {
            return Ok(kept);
        }
        let holding = self.kept().filter(|it| it.holds(SystemTime::now()));
        let _asking = match (self.asking.try_lock(), holding) {
            (Ok(guard), _) => guard,
            (Err(_), Some(kept)) => return Ok(kept),
            (Err(_), None) => self.asking.lock().await,
        };
        // Whoever asked before may have got them.
        if let Some(kept) = self.kept().filter(|it| it.is_fresh(SystemTime::now())) {
            return Ok(kept);
        }
        match self.assume().await {
            Ok(kept) => {
                self.keep(kept.clone());
                Ok(kept)
            }
            Err(failure) => {
                let holding = self.kept().filter(|it| it.holds(SystemTime::now()));
                let mut kept = holding.ok_or(failure)?;
                kept.again = Some(Instant::now() + REST);
                self.keep(kept.clone());
                Ok(kept)
            }
        }
    }

    async fn assume(&self) -> Result<Kept, Failure> {
        let send = || {
            let request = self.sts.assume_role().role_arn(self.arn.as_str());
            let request = request.set_external_id(self.external_id.clone());
            request.role_session_name(SESSION_NAME).send()
        };
        let answer = attempt(&self.pace, (&self.lanes, &self.region, ASSUME_ROLE), send).await?;
        kept(answer, &self.arn, SystemTime::now())
    }

    fn kept(&self) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(new);
    }
}

/// Renewed when three quarters of their life are over: a quarter of an hour before the end of the
/// usual hour, which is also the longest that a chained role can have.
fn kept(answer: AssumeRoleOutput, role: &RoleArn, now: SystemTime) -> Result<Kept, Failure> {
    let unreadable = || Failure::unreadable("the answer holds no credentials");
    let given = answer.credentials.ok_or_else(unreadable)?;
    let expiry = SystemTime::try_from(given.expiration).map_err(|_| unreadable())?;
    let life = expiry.duration_since(now).unwrap_or_default();
    let user = answer.assumed_role_user;
    let credentials = Credentials::builder()
        .access_key_id(given.access_key_id)
        .secret_access_key(given.secret_access_key)
        .session_token(given.session_token)
        .expiry(expiry)
        .account_id(role.account.to_string())
        .provider_name("mrlint role")
        .build();
    Ok(Kept {
        credentials,
        arn: user.map_or_else(|| role.to_string(), |user| user.arn),
        renew: now + life * 3 / 4,
        expiry,
        again: None,
    })
}

/// Credentials of a role that is shared.
#[derive(Debug, Clone)]
pub struct OfRole(pub Arc<Role>);

impl ProvideCredentials for OfRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let fresh = self.0.fresh().await;
            fresh
                .map(|kept| kept.credentials)
                .map_err(|failure| CredentialsError::provider_error(NotAssumed(failure)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_tells_its_account_and_its_sessions() {
        let text = "arn:aws-cn:iam::111111111111:role/ops/mrlint-reader";
        let role = RoleArn::parse(text).unwrap();
        assert_eq!(
            (&*role.account, &*role.partition),
            ("111111111111", "aws-cn")
        );
        assert!(role.is_of("arn:aws-cn:sts::111111111111:assumed-role/mrlint-reader/me"));
        assert!(!role.is_of("arn:aws-cn:sts::222222222222:assumed-role/mrlint-reader/me"));
        assert!(!role.is_of("arn:aws-cn:iam::111111111111:user/mrlint-reader"));
        let made = RoleArn::of("aws-cn", &"111111111111".into(), "ops/mrlint-reader");
        assert_eq!(made, role);
        for other in [
            "mrlint-reader",
            "arn:aws:iam::111111111111:user/me",
            "arn:aws:iam::1111:role/me",
            "arn:aws:sts::111111111111:assumed-role/me/me",
        ] {
            assert_eq!(RoleArn::parse(other), None, "{other}");
        }
    }
}
