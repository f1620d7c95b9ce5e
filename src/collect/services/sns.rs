//! Topics and their subscriptions. Addresses of people and devices, URLs and policies are dropped
//! with the answer that holds them: no struct or message of ours does.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::list_subscriptions::ListSubscriptionsOutput;
use aws_sdk_sns::operation::list_topics::ListTopicsOutput;
use aws_sdk_sns::types as sdk;

use super::plain::{some_text, text};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::{Calls, Held, Times, pages};
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::sns::{Subscription, Topic};
use crate::inventory::{Arn, GapKey, Kind};

const LIST_TOPICS: Operation = Operation {
    name: "sns:ListTopics",
    action: "sns:ListTopics",
    times: Times(|it| it.pages(&[Kind::SnsTopic], PAGE)),
};
const GET_ATTRIBUTES: Operation = Operation {
    name: "sns:GetTopicAttributes",
    action: "sns:GetTopicAttributes",
    times: Times(|it| it.each(Kind::SnsTopic)),
};
const LIST_SUBSCRIPTIONS: Operation = Operation {
    name: "sns:ListSubscriptions",
    action: "sns:ListSubscriptions",
    times: Times(subscription_pages),
};

/// Properties that the attributes of a topic tell.
const ATTRIBUTES: [&str; 3] = [
    "content_based_deduplication",
    "kms_key",
    "confirmed_subscriptions",
];
/// Protocols whose endpoint is the ARN of a component.
const COMPONENTS: [&str; 3] = ["firehose", "lambda", "sqs"];
/// What SNS says of a topic that is gone since it was listed.
const GONE: [&str; 2] = ["NotFound", "NotFoundException"];

/// What SNS answers at once, topics and subscriptions; nobody can ask for more.
const PAGE: u64 = 100;

pub(super) const TOPICS: Collector = Collector {
    name: "sns",
    kinds: &[Kind::SnsTopic],
    scope: Scope::Regional,
    operations: &[
        LIST_TOPICS,
        GET_ATTRIBUTES,
        LIST_SUBSCRIPTIONS,
        GET_RESOURCES,
    ],
    run,
};

/// Subscriptions by the ARN of their topic; equal ones are counted.
type ByTopic = BTreeMap<String, BTreeMap<Subscription, i64>>;

/// One list for all topics of a Region; those of other accounts' topics are in it too.
fn subscription_pages(it: &Held<'_>) -> Calls {
    let any = it.if_any(&[Kind::SnsTopic]);
    if any.least == 0 {
        return any;
    }
    let all = it.of::<Topic>().flat_map(|it| &it.subscriptions);
    let all = all.map(|it| u64::try_from(it.count).unwrap_or_default());
    Calls::exactly(pages(all.sum(), PAGE)).or_more()
}

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let sns = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_TOPICS,
            &[Kind::SnsTopic],
            |page: &ListTopicsOutput| page.next_token().map(str::to_owned),
            |token| sns.list_topics().set_next_token(token).send(),
        );
        let pages = pages.await.into_iter();
        let found = pages.flat_map(|page| page.topics.unwrap_or_default());
        let arns: Vec<String> = found.filter_map(|it| it.topic_arn).collect();
        if arns.is_empty() {
            return;
        }
        let subscribed = subscriptions(ctx, &sns).await;
        ctx.each(&arns, |arn| add(ctx, &sns, arn, &subscribed))
            .await;
    })
}

/// All subscriptions of the Region. A page that fails leaves those of every topic open.
async fn subscriptions(ctx: &Context, sns: &Client) -> Result<ByTopic, GapKey> {
    let mut pages = Vec::new();
    let send = |token: Option<String>| {
        let request = sns.list_subscriptions().set_next_token(token);
        async { request.send().await.map(|answer| Page::of(&answer)) }
    };
    let next = |page: &Page| page.next.clone();
    ctx.pages_into(&mut pages, &LIST_SUBSCRIPTIONS, &[], next, send)
        .await?;
    let mut by_topic = ByTopic::new();
    for (topic, it) in pages.into_iter().flat_map(|page| page.subscriptions) {
        *by_topic.entry(topic).or_default().entry(it).or_default() += 1;
    }
    Ok(by_topic)
}

/// What is kept of an answer: addresses do not outlive it.
#[derive(Debug)]
struct Page {
    next: Option<String>,
    subscriptions: Vec<(String, Subscription)>,
}

impl Page {
    fn of(answer: &ListSubscriptionsOutput) -> Self {
        let kept = answer.subscriptions().iter();
        Self {
            next: some_text(answer.next_token()),
            subscriptions: kept
                .filter_map(|it| Some((it.topic_arn()?.to_owned(), subscription(it))))
                .collect(),
        }
    }
}

/// An unconfirmed subscription has a word in place of its ARN.
fn subscription(it: &sdk::Subscription) -> Subscription {
    let component = it
        .protocol()
        .is_some_and(|protocol| COMPONENTS.contains(&protocol));
    let endpoint = it
        .endpoint()
        .filter(|it| component && Arn::parse(it).is_some());
    Subscription {
        protocol: text(it.protocol()),
        endpoint: some_text(endpoint),
        confirmed: it
            .subscription_arn()
            .is_some_and(|arn| Arn::parse(arn).is_some()),
        count: 0,
    }
}

/// One topic. Nothing where it is gone since it was listed.
async fn add(ctx: &Context, sns: &Client, arn: &str, subscribed: &Result<ByTopic, GapKey>) {
    let Some(name) = Arn::parse(arn).map(|arn| arn.resource) else {
        return;
    };
    let mut unread = BTreeMap::new();
    let request = || sns.get_topic_attributes().topic_arn(arn).send();
    let mut properties = match ctx
        .call_or_absent(&GET_ATTRIBUTES, &GONE, &[], request)
        .await
    {
        Ok(Some(answer)) => topic(&answer.attributes.unwrap_or_default()),
        Ok(None) => return,
        Err(gap) => {
            unread.extend(ATTRIBUTES.map(|property| (property.to_owned(), gap.clone())));
            Topic::default()
        }
    };
    properties.fifo = name.strip_suffix(".fifo").is_some();
    match subscribed {
        Ok(by_topic) => {
            let own = by_topic.get(arn).into_iter().flatten();
            let counted = own.map(|(it, count)| Subscription {
                count: *count,
                ..it.clone()
            });
            properties.subscriptions = counted.collect();
        }
        Err(gap) => {
            unread.insert("subscriptions".to_owned(), gap.clone());
        }
    }
    push_tagged(ctx, (arn, name), properties, unread).await;
}

/// The topic, without its subscriptions. Its policies are passed over.
fn topic(read: &HashMap<String, String>) -> Topic {
    let of = |name: &str| read.get(name).map(String::as_str);
    let confirmed = of("SubscriptionsConfirmed").and_then(|it| it.parse().ok());
    Topic {
        fifo: false,
        content_based_deduplication: of("ContentBasedDeduplication") == Some("true"),
        kms_key: some_text(of("KmsMasterKeyId")),
        confirmed_subscriptions: confirmed.unwrap_or_default(),
        subscriptions: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: &str = "arn:aws:sns:eu-west-1:111111111111:orders";

    fn listed(protocol: &str, endpoint: &str, arn: &str) -> sdk::Subscription {
        sdk::Subscription::builder()
            .topic_arn(TOPIC)
            .protocol(protocol)
            .endpoint(endpoint)
            .subscription_arn(arn)
            .build()
    }

    #[test]
    fn addresses_do_not_outlive_the_answer() {
        let device = "arn:aws:sns:eu-west-1:111111111111:endpoint/GCM/app/5e3e9847";
        let queue = "arn:aws:sqs:eu-west-1:111111111111:orders";
        let one = format!("{TOPIC}:6b1c7a1e");
        let answer = ListSubscriptionsOutput::builder()
            .subscriptions(listed("email", "jo@example.com", "PendingConfirmation"))
            .subscriptions(listed("sms", "+15550100", &one))
            .subscriptions(listed("https", "https://x.example.com/?token=1", &one))
            .subscriptions(listed("application", device, &one))
            .subscriptions(listed("sqs", queue, &one));
        let page = Page::of(&answer.build());
        let told = format!("{page:?}");
        for kept_from_us in ["example.com", "+1555", "5e3e9847"] {
            assert!(!told.contains(kept_from_us), "{told}");
        }
        let read: Vec<_> = page.subscriptions.into_iter().map(|(_, it)| it).collect();
        assert!(!read[0].confirmed && read[1].confirmed);
        assert_eq!(read[4].endpoint.as_deref(), Some(queue));
    }

    #[test]
    fn policies_are_passed_over() {
        let read = topic(&HashMap::from([
            ("Policy".to_owned(), "hunter2".to_owned()),
            ("SubscriptionsConfirmed".to_owned(), "3".to_owned()),
        ]));
        assert_eq!(read.confirmed_subscriptions, 3);
        assert!(!format!("{read:?}").contains("hunter2"));
    }
}
