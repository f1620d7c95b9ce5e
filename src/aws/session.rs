//! Who we are in AWS: one session per account, from profiles or roles, by the SDK's own chain.

use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::service_config::ServiceConfigKey;

use super::attempt::attempt;
use super::error::Failure;
use super::lanes::Lanes;
use super::pace::Pace;
use crate::inventory::{AccountId, Arn, Region};

/// The longest a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// Name of the session of an assumed role, as CloudTrail shows it.
const SESSION_NAME: &str = "mrlint";

pub use super::error::ASSUME_ROLE;

/// What tells who we are; its IAM action has the same name.
pub const GET_CALLER_IDENTITY: &str = "sts:GetCallerIdentity";

/// An account that can be asked.
#[derive(Debug, Clone)]
pub struct Session {
    pub account: AccountId,
    pub partition: String,
    /// The limits on its calls.
    pub lanes: Arc<Lanes>,
    /// Without a Region of its own kind: [`Session::in_region`] gives one that has.
    config: SdkConfig,
}

/// Who to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub profile: Option<String>,
    pub role_arn: Option<String>,
    pub external_id: Option<String>,
}

impl Identity {
    /// How messages call it.
    pub fn name(&self) -> String {
        match (&self.role_arn, &self.profile) {
            (Some(role), _) => role.clone(),
            (None, Some(profile)) => format!("profile {profile}"),
            (None, None) => "the default credentials".to_owned(),
        }
    }

    /// The account that its ARN names, else its name: gaps need an account before one is known.
    pub fn account(&self) -> AccountId {
        let arn = self.role_arn.as_deref().and_then(Arn::parse);
        match arn {
            Some(arn) if !arn.account.is_empty() => arn.account.into(),
            _ => self.name().into(),
        }
    }
}

impl Session {
    /// Becomes the identity and asks AWS which account that is.
    pub async fn open(identity: &Identity, pace: &Pace) -> Result<Self, (&'static str, Failure)> {
        let config = config(identity, pace.answer()).await;
        let sts = aws_sdk_sts::Client::new(&config);
        let lanes = pace.lanes();
        let place = (&*lanes, &Region::global(), GET_CALLER_IDENTITY);
        let answer = attempt(pace, place, || sts.get_caller_identity().send()).await;
        let answer = answer.map_err(|failure| {
            let operation = failure.operation.unwrap_or(GET_CALLER_IDENTITY);
            (operation, failure)
        })?;
        let arn = answer.arn().and_then(Arn::parse);
        Ok(Self {
            account: answer.account().unwrap_or_default().into(),
            partition: arn.map_or("aws", |arn| arn.partition).to_owned(),
            lanes,
            config,
        })
    }

    /// An account of `aws`, for tests: nobody was asked who it is.
    #[cfg(test)]
    pub(crate) fn with(config: SdkConfig) -> Self {
        Self {
            account: "111111111111".into(),
            partition: "aws".to_owned(),
            lanes: Pace::default().lanes(),
            config,
        }
    }

    /// The settings for calls to a Region.
    pub fn in_region(&self, region: &Region) -> SdkConfig {
        let region = aws_config::Region::new(region.to_string());
        self.config.to_builder().region(region).build()
    }

    /// The Region that is asked which Regions there are, and for services without Regions.
    pub fn home(&self) -> Region {
        match (self.partition.as_str(), self.config.region()) {
            ("aws-cn", _) => "cn-north-1".into(),
            ("aws-us-gov", _) => "us-gov-west-1".into(),
            ("aws", _) | (_, None) => "us-east-1".into(),
            (_, Some(region)) => region.as_ref().into(),
        }
    }

    /// The Region of the profile or the environment, else the home Region.
    pub fn own_region(&self) -> Region {
        self.config
            .region()
            .map_or_else(|| self.home(), |region| region.as_ref().into())
    }

    /// Whether calls to S3 go to an endpoint that the user named, for it alone or for all services.
    pub fn custom_s3_endpoint(&self) -> bool {
        let key = ServiceConfigKey::builder()
            .service_id("S3")
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let of_s3 = self.config.service_config().zip(key.ok());
        self.config.endpoint_url().is_some()
            || of_s3.is_some_and(|(config, key)| config.load_config(key).is_some())
    }
}

/// `answer` is the longest that a call may take to be answered whole.
async fn config(identity: &Identity, answer: Duration) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT.min(answer))
        .operation_attempt_timeout(answer)
        .operation_timeout(answer)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    if let Some(profile) = &identity.profile {
        loader = loader.profile_name(profile);
    }
    let mut config = loader.load().await;
    if config.region().is_none() {
        // STS must be asked somewhere; every default account has this one.
        config = config
            .to_builder()
            .region(aws_config::Region::new("us-east-1"))
            .build();
    }
    let Some(role) = &identity.role_arn else {
        return config;
    };
    let mut provider = AssumeRoleProvider::builder(role)
        .session_name(SESSION_NAME)
        .configure(&config);
    if let Some(external_id) = &identity.external_id {
        provider = provider.external_id(external_id);
    }
    let credentials = SharedCredentialsProvider::new(provider.build().await);
    config
        .to_builder()
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().build())
        .build()
}

#[cfg(test)]
mod tests {
    use aws_types::service_config::LoadServiceConfig;

    use super::*;

    /// Settings of a profile or environment that has one for this service and no other.
    #[derive(Debug)]
    struct Only(&'static str);

    impl LoadServiceConfig for Only {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            let named = key.service_id() == self.0
                && key.env() == "AWS_ENDPOINT_URL"
                && key.profile() == "endpoint_url";
            named.then(|| "http://s3.acme.test".to_owned())
        }
    }

    fn session(config: aws_types::sdk_config::Builder) -> Session {
        Session::with(config.build())
    }

    #[test]
    fn an_endpoint_for_all_services_or_for_s3_alone_is_one_for_s3() {
        let with = |service| session(SdkConfig::builder().service_config(Only(service)));
        assert!(with("S3").custom_s3_endpoint());
        assert!(!with("DynamoDB").custom_s3_endpoint());
        assert!(!session(SdkConfig::builder()).custom_s3_endpoint());
        let all = SdkConfig::builder().endpoint_url("http://acme.test");
        assert!(session(all).custom_s3_endpoint());
    }
}
