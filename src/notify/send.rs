//! Sends a message: the one part of mrlint that writes anywhere, and only to where mrlint.yaml says.
//!
//! Each message is tried twice under one id. Errors name the host, never the address.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_types::region::Region;

use super::address::Address;
use super::text::{self, text};
use super::{Channel, Message};
use crate::aws::session::connector;
use crate::inventory::Arn;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(20);
/// Before the second try.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends it; to whom it went.
pub async fn send(channel: &Channel, message: &Message) -> Result<String, String> {
    match channel {
        Channel::Slack { url } => post(&url.address()?, &[], channel, message).await,
        Channel::Webhook { url, headers } => {
            let read = |(name, value): &(String, super::Secret)| {
                Ok::<_, String>((name.clone(), value.read()?))
            };
            let headers = headers.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            post(&url.address()?, &headers, channel, message).await
        }
        Channel::Sns { topic_arn } => publish(topic_arn, message).await,
    }
}

/// Whether trying again may help.
enum Failure {
    ForGood(String),
    ForNow(String),
}

async fn post(
    address: &Address,
    headers: &[(String, String)],
    channel: &Channel,
    message: &Message,
) -> Result<String, String> {
    let body = channel.body(message).map_err(|error| error.to_string())?;
    let host = address.host().to_owned();
    let mut tried = once(address, headers, &body, &message.id).await;
    if let Err(Failure::ForNow(_)) = tried {
        tokio::time::sleep(PAUSE).await;
        tried = once(address, headers, &body, &message.id).await;
    }
    match tried {
        Ok(()) => Ok(host),
        Err(Failure::ForGood(problem) | Failure::ForNow(problem)) => {
            Err(format!("{host}: {problem}"))
        }
    }
}

async fn once(
    address: &Address,
    headers: &[(String, String)],
    body: &str,
    id: &str,
) -> Result<(), Failure> {
    let good = |problem: &str| Failure::ForGood(problem.to_owned());
    let mut request = HttpRequest::new(SdkBody::from(body));
    request
        .set_method("POST")
        .map_err(|_| good("cannot be asked"))?;
    request
        .set_uri(address.url())
        .map_err(|_| good("not an address"))?;
    let own = [
        ("content-type", "application/json; charset=utf-8"),
        ("user-agent", concat!("mrlint/", env!("CARGO_PKG_VERSION"))),
        ("idempotency-key", id),
    ];
    let own = own
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    for (name, value) in own.chain(headers.iter().cloned()) {
        let name = name.to_ascii_lowercase();
        request
            .headers_mut()
            .try_insert(name, value)
            .map_err(|_| good("a header is not one that can be sent"))?;
    }
    let answer = tokio::time::timeout(ANSWER, connector(None, None).call(request)).await;
    let response = match answer {
        Err(_) => {
            return Err(Failure::ForNow(format!(
                "no answer within {} s",
                ANSWER.as_secs()
            )));
        }
        // The error's own words may hold the address.
        Ok(Err(error)) if error.is_timeout() => {
            return Err(Failure::ForNow("timed out".to_owned()));
        }
        Ok(Err(_)) => return Err(Failure::ForNow("cannot be reached".to_owned())),
        Ok(Ok(response)) => response,
    };
    let status = response.status();
    let told = format!("answered with status {}", status.as_u16());
    match status.as_u16() {
        200..=299 => Ok(()),
        429 | 500..=599 => Err(Failure::ForNow(told)),
        _ => Err(Failure::ForGood(told)),
    }
}

/// By the user's own credentials, in the topic's own Region.
async fn publish(topic_arn: &str, message: &Message) -> Result<String, String> {
    let topic = Arn::parse(topic_arn).ok_or("not an ARN of a topic")?;
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(topic.region.to_owned()))
        .http_client(crate::aws::session::http())
        .load()
        .await;
    let client = aws_sdk_sns::Client::new(&config);
    let mut body = text(message);
    body.truncate(body.floor_char_boundary(text::SNS));
    let mut call = client
        .publish()
        .topic_arn(topic_arn)
        .subject(text::subject(message))
        .message(body);
    if topic_arn.strip_suffix(".fifo").is_some() {
        call = call
            .message_group_id("mrlint")
            .message_deduplication_id(&message.id);
    }
    let sent = tokio::time::timeout(ANSWER, call.send()).await;
    match sent {
        Err(_) => Err(format!(
            "{topic_arn}: no answer within {} s",
            ANSWER.as_secs()
        )),
        Ok(Err(error)) => Err(format!("{topic_arn}: {}", DisplayErrorContext(&error))),
        Ok(Ok(_)) => Ok(topic_arn.to_owned()),
    }
}
