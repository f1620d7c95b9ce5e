//! Queues, with the attributes that are named here. Messages are never received, and the policy is
//! not asked for.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::operation::list_queues::ListQueuesOutput;
use aws_sdk_sqs::types::QueueAttributeName as Name;

use super::plain::{some_text, time};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::Kind;
use crate::inventory::kinds::Place;
use crate::inventory::kinds::sqs::Queue;

const LIST_QUEUES: Operation = Operation {
    name: "sqs:ListQueues",
    action: "sqs:ListQueues",
    times: Times(|it| it.pages(&[Kind::SqsQueue], PAGE)),
};
const GET_ATTRIBUTES: Operation = Operation {
    name: "sqs:GetQueueAttributes",
    action: "sqs:GetQueueAttributes",
    times: Times(|it| it.each(Kind::SqsQueue)),
};

const PAGE: i32 = 1000;
/// What SQS says of a queue that is gone since it was listed.
const GONE: [&str; 2] = [
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
];

/// All that is asked for.
const ASKED: [Name; 13] = [
    Name::ContentBasedDeduplication,
    Name::CreatedTimestamp,
    Name::DeduplicationScope,
    Name::DelaySeconds,
    Name::FifoQueue,
    Name::FifoThroughputLimit,
    Name::KmsMasterKeyId,
    Name::MaximumMessageSize,
    Name::MessageRetentionPeriod,
    Name::ReceiveMessageWaitTimeSeconds,
    Name::RedrivePolicy,
    Name::SqsManagedSseEnabled,
    Name::VisibilityTimeout,
];

pub(super) const QUEUES: Collector = Collector {
    name: "sqs",
    kinds: &[Kind::SqsQueue],
    scope: Scope::Regional,
    operations: &[LIST_QUEUES, GET_ATTRIBUTES, GET_RESOURCES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let sqs = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_QUEUES,
            &[Kind::SqsQueue],
            |page: &ListQueuesOutput| page.next_token().map(str::to_owned),
            |token| {
                let request = sqs.list_queues().max_results(PAGE);
                request.set_next_token(token).send()
            },
        );
        let pages = pages.await.into_iter();
        let urls = pages.flat_map(|page| page.queue_urls.unwrap_or_default());
        ctx.each(urls, |url| add(ctx, &sqs, url)).await;
    })
}

/// One queue. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, sqs: &Client, url: String) {
    let name = url.rsplit('/').next().unwrap_or_default();
    let place = Place {
        partition: ctx.partition(),
        region: ctx.region(),
        account: ctx.account(),
    };
    let arn = Kind::SqsQueue.arn(place, name);
    let request = || {
        let request = sqs.get_queue_attributes().queue_url(&url);
        request.set_attribute_names(Some(ASKED.to_vec())).send()
    };
    let mut unread = BTreeMap::new();
    let properties = match ctx
        .call_or_absent(&GET_ATTRIBUTES, &GONE, &[], request)
        .await
    {
        Ok(Some(answer)) => queue(&answer.attributes.unwrap_or_default()),
        Ok(None) => return,
        Err(gap) => {
            let left_open = Kind::SqsQueue.properties().iter();
            unread.extend(left_open.map(|property| (property.clone(), gap.clone())));
            Queue::default()
        }
    };
    push_tagged(ctx, (&arn, name), properties, unread).await;
}

fn queue(read: &HashMap<Name, String>) -> Queue {
    let of = |name: Name| read.get(&name).map(String::as_str);
    let number = |name: Name| of(name).and_then(|it| it.parse().ok()).unwrap_or_default();
    let is = |name: Name| of(name) == Some("true");
    let created = of(Name::CreatedTimestamp).and_then(|it| it.parse().ok());
    let (dead_letter, max_receive_count) = of(Name::RedrivePolicy).map(redrive).unwrap_or_default();
    Queue {
        created: time(created.map(aws_smithy_types::DateTime::from_secs).as_ref()),
        fifo: is(Name::FifoQueue),
        content_based_deduplication: is(Name::ContentBasedDeduplication),
        deduplication_scope: some_text(of(Name::DeduplicationScope)),
        fifo_throughput_limit: some_text(of(Name::FifoThroughputLimit)),
        visibility_timeout_seconds: number(Name::VisibilityTimeout),
        message_retention_seconds: number(Name::MessageRetentionPeriod),
        delay_seconds: number(Name::DelaySeconds),
        receive_wait_seconds: number(Name::ReceiveMessageWaitTimeSeconds),
        max_message_bytes: number(Name::MaximumMessageSize),
        dead_letter,
        max_receive_count,
        kms_key: some_text(of(Name::KmsMasterKeyId)),
        sqs_managed_encryption: is(Name::SqsManagedSseEnabled),
    }
}

/// Target and count of a redrive policy: JSON, whose count is a number or a text.
fn redrive(policy: &str) -> (Option<String>, Option<i64>) {
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap_or_default();
    let count = &policy["maxReceiveCount"];
    let written = count.as_str().and_then(|it| it.parse().ok());
    (
        some_text(policy["deadLetterTargetArn"].as_str()),
        count.as_i64().or(written),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_not_asked_for() {
        assert!(!ASKED.contains(&Name::Policy) && !ASKED.contains(&Name::All));
    }

    #[test]
    fn attributes_are_texts() {
        let read = queue(&HashMap::from([
            (Name::CreatedTimestamp, "0".to_owned()),
            (Name::FifoQueue, "true".to_owned()),
            (Name::VisibilityTimeout, "30".to_owned()),
            (Name::SqsManagedSseEnabled, "false".to_owned()),
        ]));
        assert_eq!(read.created.as_deref(), Some("1970-01-01T00:00:00Z"));
        assert!(read.fifo && !read.sqs_managed_encryption);
        assert_eq!(read.visibility_timeout_seconds, 30);
        assert_eq!((read.dead_letter, read.max_receive_count), (None, None));
    }

    #[test]
    fn the_count_of_a_redrive_policy_is_a_number_or_a_text() {
        let arn = "arn:aws:sqs:eu-west-1:111111111111:dead";
        for count in ["5", "\"5\""] {
            let policy =
                format!("{{\"deadLetterTargetArn\":\"{arn}\",\"maxReceiveCount\":{count}}}");
            assert_eq!(redrive(&policy), (Some(arn.to_owned()), Some(5)));
        }
        assert_eq!(redrive("no JSON"), (None, None));
    }
}
