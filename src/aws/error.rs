//! What an error of the SDK means: the one place that reads codes and messages.

use std::error::Error;
use std::sync::LazyLock;

use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use regex::Regex;

use super::role::NotAssumed;
use crate::inventory::Cause;

/// What the SDK calls on its own to take on a role; its IAM action has the same name.
pub const ASSUME_ROLE: &str = "sts:AssumeRole";

/// A failed call, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub cause: Cause,
    /// The operation that failed, where it is not the one that was called.
    pub operation: Option<&'static str>,
    /// AWS's error code.
    pub code: Option<String>,
    /// What AWS said, without what differs from call to call.
    pub message: Option<String>,
    /// Whether the same call may succeed a moment later.
    pub transient: bool,
}

const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];
/// AWS gave up waiting for the request, which S3 says with status 400.
const TIMED_OUT: &[&str] = &["RequestTimeout", "RequestTimeoutException"];
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "UnauthorizedOperation",
];
const CREDENTIALS: &[&str] = &[
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
];
const UNSUPPORTED: &[&str] = &[
    "InvalidAction",
    "NotImplemented",
    "UnknownOperation",
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
];

/// What AWS says of good credentials in a Region that does not know the account, and of bad ones
/// everywhere.
const NOT_KNOWN_HERE: &[&str] = &[
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
];

impl Failure {
    /// An answer that AWS gave and that makes no sense.
    pub fn unreadable(message: &str) -> Self {
        failure(Cause::Other, message, false)
    }

    /// The failure in a Region that nobody said is enabled, of credentials that work elsewhere.
    #[must_use]
    pub fn where_it_may_be_disabled(mut self) -> Self {
        let refused = |code: &str| NOT_KNOWN_HERE.contains(&code);
        if self.code.as_deref().is_some_and(refused) {
            self.cause = Cause::RegionDisabled;
        }
        self
    }
}

/// Understands an error.
pub fn classify<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Failure {
    match error {
        SdkError::ServiceError(service) => {
            let meta = service.err().meta();
            of_answer(meta.code(), meta.message(), service.raw().status().as_u16())
        }
        SdkError::ResponseError(answer) => {
            let status = answer.raw().status().as_u16();
            let message = "the answer could not be read";
            Failure {
                transient: true,
                ..of_answer(None, Some(message), status)
            }
        }
        SdkError::TimeoutError(_) => timed_out(),
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => timed_out(),
        SdkError::DispatchFailure(dispatch) => {
            let error = dispatch.as_connector_error();
            if let Some(NotAssumed(role)) = error.and_then(source_of) {
                let operation = Some(ASSUME_ROLE);
                return Failure {
                    operation,
                    ..role.clone()
                };
            }
            let role = error.and_then(source_of::<SdkError<AssumeRoleError, HttpResponse>>);
            if let Some(role) = role {
                let operation = Some(ASSUME_ROLE);
                return Failure {
                    operation,
                    ..classify(role)
                };
            }
            // The text differs with the system, so it is only looked into, never kept.
            of_dispatch(&format!("{dispatch:?}"))
        }
        SdkError::ConstructionFailure(failure) => of_dispatch(&format!("{failure:?}")),
        _ => failure(Cause::Other, "the call failed", false),
    }
}

/// The error of that type that led to another one, if any did.
fn source_of<T: Error + 'static>(error: &ConnectorError) -> Option<&T> {
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(found) = source.downcast_ref() {
            return Some(found);
        }
        next = source.source();
    }
    None
}

/// A call that was not made, because those before it came to nothing.
pub fn given_up(cause: Cause) -> Failure {
    let message = match cause {
        Cause::Timeout => "not called: the service gave no answer before",
        _ => "not called: every call before was throttled",
    };
    failure(cause, message, false)
}

/// An attempt that was given up.
pub fn timed_out() -> Failure {
    failure(Cause::Timeout, "no answer in time", true)
}

fn failure(cause: Cause, message: &str, transient: bool) -> Failure {
    Failure {
        cause,
        operation: None,
        code: None,
        message: Some(message.to_owned()),
        transient,
    }
}

fn of_dispatch(text: &str) -> Failure {
    let lower = text.to_ascii_lowercase();
    if lower.contains("credential") || lower.contains("tokenprovider") {
        let denied = lower.contains("accessdenied");
        let cause = if denied {
            Cause::Denied
        } else {
            Cause::Credentials
        };
        let message = if denied {
            "getting credentials was denied"
        } else {
            "no usable credentials"
        };
        failure(cause, message, false)
    } else if lower.contains("temporary failure in name resolution") {
        // The resolver says nothing about the name.
        failure(Cause::Other, "the host name could not be resolved", true)
    } else if lower.contains("dns error") || lower.contains("failed to lookup address") {
        failure(
            Cause::UnsupportedInRegion,
            "the service has no endpoint here",
            false,
        )
    } else {
        failure(Cause::Other, "the connection failed", true)
    }
}

/// What the code, the message and the HTTP status of an answer mean.
fn of_answer(code: Option<&str>, message: Option<&str>, status: u16) -> Failure {
    let is = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
    let says =
        |words: &str| message.is_some_and(|message| message.to_ascii_lowercase().contains(words));
    let cause = if is(THROTTLED) || status == 429 {
        Cause::Throttled
    } else if is(TIMED_OUT) {
        Cause::Timeout
    } else if is(&["OptInRequired"]) {
        Cause::RegionDisabled
    } else if is(CREDENTIALS) {
        Cause::Credentials
    } else if is(UNSUPPORTED) || says("access denied to api version") || status == 501 {
        Cause::UnsupportedInRegion
    } else if is(DENIED) || (status == 403 && code.is_none()) {
        if says("service control policy") {
            Cause::DeniedByScp
        } else {
            Cause::Denied
        }
    } else if status == 404 && code.is_none() {
        Cause::UnsupportedInRegion
    } else {
        Cause::Other
    };
    let transient = matches!(cause, Cause::Throttled | Cause::Timeout)
        || (cause == Cause::Other && status >= 500);
    let said = match (code, message) {
        (Some(code), Some(message)) => Some(format!("{code}: {}", steady(message))),
        (None, Some(message)) => Some(steady(message)),
        (code, None) => code
            .map(str::to_owned)
            .or_else(|| Some(format!("HTTP status {status}"))),
    };
    Failure {
        cause,
        operation: None,
        code: code.map(str::to_owned),
        message: said,
        transient,
    }
}

#[expect(clippy::expect_used, reason = "constant pattern, compiled by a test")]
static CHANGING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?is)\s*encoded authorization failure message:.*",
        // What was signed holds the session token.
        r"|\s*the canonical string for this request.*",
        r"|\b\d{8}T\d{6}Z\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*Z?",
        r"|[(]?\b(?:request|host|trace)[ -]?id:?\s*[\w=/+-]+[)]?",
        r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    ))
    .expect("constant pattern")
});

/// Without request ids, times and what was signed, in one line, at most 300 characters.
fn steady(message: &str) -> String {
    let message = CHANGING.replace_all(message, "");
    let words: Vec<&str> = message.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(code: &str, message: &str, status: u16) -> Cause {
        of_answer(Some(code), Some(message), status).cause
    }

    #[test]
    fn tells_the_causes_apart() {
        assert_eq!(
            cause("UnauthorizedOperation", "You are not authorized", 403),
            Cause::Denied
        );
        let scp = "not authorized to perform: ec2:DescribeVpcs with an explicit deny in a service control policy";
        assert_eq!(cause("UnauthorizedOperation", scp, 403), Cause::DeniedByScp);
        assert_eq!(
            cause("RequestLimitExceeded", "Request limit exceeded.", 503),
            Cause::Throttled
        );
        assert_eq!(
            cause("SlowDown", "Please reduce your request rate.", 503),
            Cause::Throttled
        );
        assert_eq!(
            cause("OptInRequired", "not subscribed", 403),
            Cause::RegionDisabled
        );
        assert_eq!(cause("ExpiredToken", "expired", 400), Cause::Credentials);
        let rds = "Access Denied to API Version: APIGlobalDatabases";
        assert_eq!(
            cause("InvalidParameterValue", rds, 400),
            Cause::UnsupportedInRegion
        );
        assert_eq!(cause("ValidationException", "bad", 400), Cause::Other);
    }

    #[test]
    fn an_answer_without_code_is_judged_by_its_status() {
        assert_eq!(of_answer(None, None, 404).cause, Cause::UnsupportedInRegion);
        assert_eq!(of_answer(None, None, 403).cause, Cause::Denied);
        let broken = of_answer(None, None, 500);
        assert!(broken.transient && broken.cause == Cause::Other);
        assert_eq!(broken.message.as_deref(), Some("HTTP status 500"));
    }

    #[test]
    fn messages_are_steady() {
        let message = "not allowed.\n Encoded authorization failure message: AbC123_xyz";
        assert_eq!(steady(message), "not allowed.");
        assert_eq!(steady("gone (RequestId: 1b2c-33) now"), "gone now");
        assert_eq!(
            steady("id 123e4567-e89b-12d3-a456-426614174000 gone"),
            "id gone"
        );
    }

    #[test]
    fn no_message_holds_what_was_signed_or_when() {
        let mismatch = "The request signature we calculated does not match the signature you provided.\n\n\
                        The Canonical String for this request should have been\n'POST\n/\n\n\
                        x-amz-date:20261124T000000Z\nx-amz-security-token:FwoGZXIvYXdz\n'";
        let kept = "The request signature we calculated does not match the signature you provided.";
        assert_eq!(steady(mismatch), kept);
        let at = |now: &str| {
            let text = "Signature expired: NOW is now earlier than NOW (NOW - 5 min.)";
            steady(&text.replace("NOW", now))
        };
        assert_eq!(at("20261124T000000Z"), at("20261124T000107Z"));
        assert_eq!(at("2026-11-24T00:00:00Z"), at("2026-11-24T00:01:07.250Z"));
    }

    #[test]
    fn a_resolver_that_is_busy_is_not_a_service_that_is_absent() {
        let unknown = of_dispatch(
            "dns error: failed to lookup address information: Name or service not known",
        );
        assert_eq!(
            (unknown.cause, unknown.transient),
            (Cause::UnsupportedInRegion, false)
        );
        let busy = of_dispatch(
            "dns error: failed to lookup address information: Temporary failure in name resolution",
        );
        assert_eq!((busy.cause, busy.transient), (Cause::Other, true));
    }

    #[test]
    fn what_s3_waited_for_in_vain_may_be_sent_again() {
        let slow = of_answer(
            Some("RequestTimeout"),
            Some("Your socket connection was not read"),
            400,
        );
        assert_eq!((slow.cause, slow.transient), (Cause::Timeout, true));
    }

    #[test]
    fn what_the_sdk_takes_for_a_throttle_is_one() {
        for code in ["LimitExceededException", "TransactionInProgressException"] {
            assert_eq!(cause(code, "slower", 400), Cause::Throttled, "{code}");
        }
    }
}
