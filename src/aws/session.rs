//! Who we are in AWS: one session per account, from profiles or roles, by the SDK's own chain.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::service_config::ServiceConfigKey;

use super::attempt::attempt;
use super::error::Failure;
use super::lanes::Lanes;
use super::pace::Pace;
use super::role::{OfRole, Role, RoleArn};
use crate::inventory::{AccountId, Arn, Region};

/// The longest a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// How long before credentials expire that the SDK's own chain found, new ones are looked for.
const BEFORE: Duration = Duration::from_mins(1);

pub use super::error::ASSUME_ROLE;

/// What tells who we are; its IAM action has the same name.
pub const GET_CALLER_IDENTITY: &str = "sts:GetCallerIdentity";

/// An account that can be asked.
#[derive(Debug, Clone)]
pub struct Session {
    pub account: AccountId,
    pub partition: String,
    /// Who is asking, as AWS names it.
    pub arn: String,
    /// The role that was taken on, if one was.
    role: Option<Arc<Role>>,
    /// The limits on its calls.
    pub lanes: Arc<Lanes>,
    /// Without a Region of its own kind: [`Session::in_region`] gives one that has.
    config: SdkConfig,
}

/// Whoever signs in: a profile of the AWS configuration, or the default credentials. Loaded once,
/// however many roles are taken on with it.
#[derive(Debug, Clone)]
pub struct Caller {
    profile: Option<String>,
    /// The limits on calls in its own name: taking on roles too, whosever they are.
    lanes: Arc<Lanes>,
    /// The Region of the profile or the environment.
    region: Option<Region>,
    config: SdkConfig,
}

impl Caller {
    pub async fn load(profile: Option<&str>, pace: &Pace) -> Self {
        let config = config(profile, pace.answer()).await;
        // A variable that is set to nothing is taken for a Region by the SDK.
        let region = config.region().map(AsRef::as_ref);
        let region = region.filter(|it| !it.is_empty()).map(Region::from);
        // STS must be asked somewhere; every default account has this one.
        let config = if region.is_some() {
            config
        } else {
            let region = aws_config::Region::new("us-east-1");
            config.to_builder().region(region).build()
        };
        Self {
            profile: profile.map(str::to_owned),
            lanes: pace.lanes(),
            region,
            config,
        }
    }

    /// The settings for calls in its own name.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// The Region of the profile or the environment.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// How messages call it.
    pub fn name(&self) -> String {
        match &self.profile {
            Some(profile) => format!("profile {profile}"),
            None => "the default credentials".to_owned(),
        }
    }

    /// Asks AWS who that is.
    pub async fn open(&self, pace: &Pace) -> Result<Session, (&'static str, Failure)> {
        let sts = aws_sdk_sts::Client::new(&self.config);
        let place = (&*self.lanes, &Region::global(), GET_CALLER_IDENTITY);
        let answer = attempt(pace, place, || sts.get_caller_identity().send()).await;
        let answer = answer.map_err(|failure| {
            let operation = failure.operation.unwrap_or(GET_CALLER_IDENTITY);
            (operation, failure)
        })?;
        let text = answer.arn().unwrap_or_default();
        Ok(Session {
            account: answer.account().unwrap_or_default().into(),
            partition: Arn::parse(text)
                .map_or("aws", |arn| arn.partition)
                .to_owned(),
            arn: text.to_owned(),
            role: None,
            lanes: Arc::clone(&self.lanes),
            config: self.config.clone(),
        })
    }

    /// Takes a role on. Nobody is asked whose account that is: the ARN says so.
    pub async fn take_on(
        &self,
        role: RoleArn,
        external_id: Option<&str>,
        pace: &Arc<Pace>,
    ) -> Result<Session, (&'static str, Failure)> {
        let (account, partition) = (role.account.clone(), role.partition.clone());
        let external_id = external_id.map(str::to_owned);
        let caller = (Arc::clone(&self.lanes), &self.config);
        let role = Arc::new(Role::new(role, external_id, caller, Arc::clone(pace)));
        let arn = role
            .sign_in()
            .await
            .map_err(|failure| (ASSUME_ROLE, failure))?;
        let credentials = SharedCredentialsProvider::new(OfRole(Arc::clone(&role)));
        // The role keeps its credentials itself.
        let config = self.config.to_builder().credentials_provider(credentials);
        Ok(Session {
            account,
            partition,
            arn,
            role: Some(role),
            lanes: pace.lanes(),
            config: config.identity_cache(IdentityCache::no_cache()).build(),
        })
    }
}

impl Session {
    /// When the credentials of its role expire, if it has one. They are renewed before.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.role.as_ref().and_then(|role| role.expiry())
    }

    /// An account of `aws`, for tests: nobody was asked who it is.
    #[cfg(test)]
    pub(crate) fn with(config: SdkConfig) -> Self {
        Self {
            account: "111111111111".into(),
            partition: "aws".to_owned(),
            arn: "arn:aws:iam::111111111111:user/tester".to_owned(),
            role: None,
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
async fn config(profile: Option<&str>, answer: Duration) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT.min(answer))
        .operation_attempt_timeout(answer)
        .operation_timeout(answer)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .identity_cache(IdentityCache::lazy().buffer_time(BEFORE).build());
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await
}

/// What the SDK makes for each client of a service, made once: connections are shared, and
/// certificates and proxies are looked at once.
pub(crate) fn http() -> SharedHttpClient {
    Builder::new()
        .build_with_connector_fn(|settings, components| connector(settings.cloned(), components))
}

/// The same for a request of our own.
pub(crate) fn connector(
    settings: Option<HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> Connector {
    let mut connector =
        ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    connector.set_connector_settings(settings);
    if let Some(components) = components {
        connector.set_sleep_impl(components.sleep_impl());
    }
    connector.set_proxy_config(Some(ProxyConfig::from_env()));
    connector.build()
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
