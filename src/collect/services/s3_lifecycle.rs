//! Lifecycle rules of buckets: both schemas of the API read the same here.

use aws_sdk_s3::types as sdk;

use super::plain::{set, text, time};
use crate::inventory::kinds::s3::{LifecycleRule, Transition};

pub(super) fn lifecycle(it: &sdk::LifecycleRule) -> LifecycleRule {
    let expires = it.expiration();
    let older = it.noncurrent_version_expiration();
    let filter = it.filter();
    let and = filter.and_then(|it| it.and());
    LifecycleRule {
        id: text(it.id()),
        status: it.status().as_str().to_owned(),
        prefix: prefix(it).to_owned(),
        tag_keys: tag_keys(it),
        size_above:
            filter
                .and_then(aws_sdk_s3::types::LifecycleRuleFilter::object_size_greater_than)
                .or(and.and_then(
                    aws_sdk_s3::types::LifecycleRuleAndOperator::object_size_greater_than,
                )),
        size_below: filter
            .and_then(aws_sdk_s3::types::LifecycleRuleFilter::object_size_less_than)
            .or(and.and_then(aws_sdk_s3::types::LifecycleRuleAndOperator::object_size_less_than)),
        expiration_days: expires
            .and_then(aws_sdk_s3::types::LifecycleExpiration::days)
            .map(i64::from),
        expiration_date: time(expires.and_then(|it| it.date())),
        expired_delete_markers: expires
            .and_then(aws_sdk_s3::types::LifecycleExpiration::expired_object_delete_marker)
            .unwrap_or_default(),
        transitions: it.transitions().iter().map(transition).collect(),
        noncurrent_expiration_days: older
            .and_then(aws_sdk_s3::types::NoncurrentVersionExpiration::noncurrent_days)
            .map(i64::from),
        noncurrent_versions_kept: older
            .and_then(aws_sdk_s3::types::NoncurrentVersionExpiration::newer_noncurrent_versions)
            .map(i64::from),
        noncurrent_transitions: it
            .noncurrent_version_transitions()
            .iter()
            .map(|it| Transition {
                storage_class: class(it.storage_class()),
                days: it.noncurrent_days().map(i64::from),
                date: None,
            })
            .collect(),
    }
}

/// Without days and date, objects move at once.
fn transition(it: &sdk::Transition) -> Transition {
    let date = time(it.date());
    let at_once = date.is_none().then_some(0);
    Transition {
        storage_class: class(it.storage_class()),
        days: it.days().map(i64::from).or(at_once),
        date,
    }
}

fn class(it: Option<&sdk::TransitionStorageClass>) -> String {
    text(it.map(sdk::TransitionStorageClass::as_str))
}

fn prefix(it: &sdk::LifecycleRule) -> &str {
    let filter = it.filter();
    let and = filter.and_then(|it| it.and());
    let in_filter = filter
        .and_then(|it| it.prefix())
        .or(and.and_then(|it| it.prefix()));
    #[expect(deprecated, reason = "rules of the older schema have it here")]
    let at_rule = it.prefix();
    in_filter.or(at_rule).unwrap_or_default()
}

fn tag_keys(it: &sdk::LifecycleRule) -> Vec<String> {
    let filter = it.filter();
    let one = filter.and_then(|it| it.tag()).into_iter();
    let and = filter
        .and_then(|it| it.and())
        .map(sdk::LifecycleRuleAndOperator::tags);
    set(one.chain(and.unwrap_or_default()).map(sdk::Tag::key))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Builder = sdk::builders::LifecycleRuleBuilder;

    fn read(configure: impl FnOnce(Builder) -> Builder) -> LifecycleRule {
        let builder = sdk::LifecycleRule::builder().status(sdk::ExpirationStatus::Enabled);
        lifecycle(&configure(builder).build().unwrap())
    }

    #[test]
    fn both_schemas_read_the_same() {
        let days = sdk::LifecycleExpiration::builder().days(30).build();
        #[expect(deprecated, reason = "rules of the older schema have it here")]
        let older = read(|it| it.prefix("tmp/").expiration(days.clone()));
        let filter = sdk::LifecycleRuleFilter::builder().prefix("tmp/").build();
        let newer = read(|it| it.filter(filter).expiration(days));
        assert_eq!(older, newer);
        assert_eq!((&*newer.prefix, newer.expiration_days), ("tmp/", Some(30)));
    }

    #[test]
    fn limits_stand_alone_or_together() {
        let tag = |key: &str| sdk::Tag::builder().key(key).value("x").build().unwrap();
        let and = sdk::LifecycleRuleAndOperator::builder()
            .prefix("p/")
            .tags(tag("b"))
            .tags(tag("a"))
            .object_size_greater_than(1000);
        let filter = sdk::LifecycleRuleFilter::builder().and(and.build());
        let both = read(|it| it.filter(filter.build()));
        assert_eq!(both.tag_keys, ["a", "b"]);
        assert_eq!((&*both.prefix, both.size_above), ("p/", Some(1000)));
        let filter = sdk::LifecycleRuleFilter::builder().object_size_less_than(9);
        assert_eq!(read(|it| it.filter(filter.build())).size_below, Some(9));
    }

    #[test]
    fn a_move_without_a_time_is_at_once() {
        let class = sdk::TransitionStorageClass::Glacier;
        let it = sdk::Transition::builder().storage_class(class).build();
        assert_eq!(transition(&it).days, Some(0));
    }
}
