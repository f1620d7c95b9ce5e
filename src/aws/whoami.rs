//! Who the caller is, and what costs an operator hours when it is wrong: credentials that nobody
//! finds, a clock that is off, an endpoint or proxy that the environment names.
//!
//! No secret leaves this file, and of a key's name only the last four letters.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef as Answered;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

use super::attempt::attempt;
use super::error::Failure;
use super::pace::Pace;
use super::session::{Caller, GET_CALLER_IDENTITY};
use crate::inventory::Region;

/// What is known of a caller.
#[derive(Debug)]
pub struct Whoami {
    /// How messages call it.
    pub name: String,
    /// The Region of the profile or the environment, where one is set.
    pub region: Option<String>,
    /// What was found of its credentials, where any were.
    pub credentials: Option<Found>,
    /// How far this machine's clock is ahead of AWS's, in seconds, where AWS answered.
    pub ahead: Option<i64>,
    /// Account and ARN, or why nobody says.
    pub identity: Result<(String, String), Failure>,
}

/// What may be told of credentials.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Where they were found.
    pub source: &'static str,
    /// The last letters of the name of the key.
    pub key: String,
    pub expires: Option<SystemTime>,
}

/// Asks who the caller is, with one call.
pub async fn whoami(caller: &Caller, pace: &Pace) -> Whoami {
    let config = caller.config();
    let found = match config.credentials_provider() {
        Some(provider) => provider.provide_credentials().await.ok(),
        None => None,
    };
    let date = Date::default();
    let sts = aws_sdk_sts::Client::new(config);
    let place = (caller.lanes(), &Region::global(), GET_CALLER_IDENTITY);
    let send = || {
        let request = sts.get_caller_identity().customize();
        request.interceptor(date.clone()).send()
    };
    let identity = attempt(pace, place, send).await.map(|it| {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        (text(it.account()), text(it.arn()))
    });
    Whoami {
        name: caller.name(),
        region: caller.region().map(ToString::to_string),
        credentials: found.as_ref().map(described),
        ahead: date.ahead(),
        identity,
    }
}

fn described(found: &Credentials) -> Found {
    let id = found.access_key_id();
    let start = id.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    let features = found.get_property::<Vec<Feature>>();
    Found {
        source: source(features.map(Vec::as_slice).unwrap_or_default()),
        key: id.get(start..).unwrap_or_default().to_owned(),
        expires: found.expiry(),
    }
}

/// The way by which the SDK's chain came to them, the last step of it.
fn source(features: &[Feature]) -> &'static str {
    let way = |feature: &Feature| match feature {
        Feature::CredentialsEnvVars => Some("the environment"),
        Feature::CredentialsEnvVarsStsWebIdToken
        | Feature::CredentialsProfileStsWebIdToken
        | Feature::CredentialsStsAssumeRoleWebId => Some("a web identity token"),
        Feature::CredentialsStsAssumeRole | Feature::CredentialsProfileSourceProfile => {
            Some("a role that a profile takes on")
        }
        Feature::CredentialsProfile => Some("a profile"),
        Feature::CredentialsProfileSso | Feature::CredentialsSso => Some("IAM Identity Center"),
        Feature::CredentialsProfileProcess | Feature::CredentialsProcess => {
            Some("a credential process")
        }
        Feature::CredentialsHttp => Some("the container"),
        Feature::CredentialsImds => Some("the instance's metadata"),
        _ => None,
    };
    features
        .iter()
        .rev()
        .find_map(way)
        .unwrap_or("the chain of the SDK")
}

/// Reads what time AWS says that it is.
#[derive(Debug, Clone, Default)]
struct Date(Arc<Mutex<Option<i64>>>);

impl Date {
    fn ahead(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Date {
    fn name(&self) -> &'static str {
        "date"
    }

    fn read_before_deserialization(
        &self,
        answered: &Answered<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let now = DateTime::from(SystemTime::now()).secs();
        let date = answered.response().headers().get("date");
        let mut ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead = date.and_then(|date| seconds_ahead(now, date));
        Ok(())
    }
}

/// How far `now` is ahead of what a `Date` header says.
fn seconds_ahead(now: i64, date: &str) -> Option<i64> {
    let date = DateTime::from_str(date, Format::HttpDate).ok()?;
    Some(now.saturating_sub(date.secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_compared_with_the_answer() {
        let date = "Tue, 24 Nov 2026 00:00:00 GMT";
        let then = DateTime::from_str("2026-11-24T00:00:00Z", Format::DateTime).unwrap();
        assert_eq!(seconds_ahead(then.secs() + 360, date), Some(360));
        assert_eq!(seconds_ahead(then.secs() - 360, date), Some(-360));
        assert_eq!(seconds_ahead(0, "now"), None);
    }

    #[test]
    fn of_a_key_four_letters_are_told() {
        let of = |id: &str| Credentials::new(id, "secret", None, None, "test");
        assert_eq!(described(&of("AKIAMAIN000000001234")).key, "1234");
        assert_eq!(described(&of("abc")).key, "abc");
        let mut from = of("AKIAMAIN000000001234");
        from.set_property(vec![Feature::CredentialsEnvVars]);
        let told = format!("{:?}", described(&from));
        assert!(
            told.contains("the environment") && !told.contains("secret"),
            "{told}"
        );
        assert!(!told.contains("AKIA"), "{told}");
    }
}
