//! What a recorder proves, from what AWS answers about it.

use super::*;

const DAY: i64 = 86_400;
/// Of when the records are.
const GATHERED: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn group() -> sdk::builders::RecordingGroupBuilder {
    sdk::RecordingGroup::builder()
}

fn all() -> sdk::RecordingGroup {
    group().all_supported(true).build()
}

fn by(strategy: &str) -> sdk::builders::RecordingGroupBuilder {
    let strategy = sdk::RecordingStrategy::builder().use_only(strategy.into());
    group().recording_strategy(strategy.build())
}

fn status() -> sdk::builders::ConfigurationRecorderStatusBuilder {
    let since = DateTime::from_secs(GATHERED - 10 * DAY);
    let status = sdk::ConfigurationRecorderStatus::builder();
    let status = status.recording(true).last_start_time(since);
    status.last_status("SUCCESS".into())
}

fn proves(
    recorder: sdk::builders::ConfigurationRecorderBuilder,
    status: sdk::builders::ConfigurationRecorderStatusBuilder,
    kinds: &[Kind],
) -> Result<i64, Why> {
    let recorder = Recorder::of(&recorder.build(), &status.build()).expect("one for everybody");
    let proof = recorder.proves(kinds, at(GATHERED));
    proof.map(Timestamp::as_second)
}

fn recorder(group: sdk::RecordingGroup) -> sdk::builders::ConfigurationRecorderBuilder {
    sdk::ConfigurationRecorder::builder().recording_group(group)
}

/// What a recorder with that group proves of queues.
fn of_queues(group: sdk::RecordingGroup) -> Result<i64, Why> {
    proves(recorder(group), status(), &[Kind::SqsQueue])
}

#[test]
fn what_is_recorded_is_what_the_group_says() {
    assert_eq!(of_queues(all()), Ok(GATHERED));
    assert_eq!(of_queues(group().build()), Err(Why::NotRecorded));
    let table = group().resource_types("AWS::DynamoDB::Table".into());
    assert_eq!(of_queues(table.build()), Err(Why::NotRecorded));
    let queue = group().resource_types("AWS::SQS::Queue".into());
    assert_eq!(of_queues(queue.build()), Ok(GATHERED));

    let only = by("INCLUSION_BY_RESOURCE_TYPES").resource_types("AWS::SQS::Queue".into());
    assert_eq!(of_queues(only.clone().build()), Ok(GATHERED));
    let both = [Kind::SqsQueue, Kind::SnsTopic];
    assert_eq!(
        proves(recorder(only.build()), status(), &both),
        Err(Why::NotRecorded)
    );

    let but = |kind: &str| {
        let excluded = sdk::ExclusionByResourceTypes::builder().resource_types(kind.into());
        let group = by("EXCLUSION_BY_RESOURCE_TYPES");
        of_queues(group.exclusion_by_resource_types(excluded.build()).build())
    };
    assert_eq!(but("AWS::SQS::Queue"), Err(Why::NotRecorded));
    assert_eq!(but("AWS::SNS::Topic"), Ok(GATHERED));
    let whole = by("ALL_SUPPORTED_RESOURCE_TYPES").all_supported(true);
    assert_eq!(of_queues(whole.build()), Ok(GATHERED));
    let newer = by("SOMETHING_NEWER").all_supported(true);
    assert_eq!(of_queues(newer.build()), Err(Why::NotRecorded));
    let nothing = by("EXCLUSION_BY_RESOURCE_TYPES").build();
    assert_eq!(of_queues(nothing), Err(Why::NotRecorded));
}

#[test]
fn a_recorder_has_to_be_on_and_to_have_been_for_a_day() {
    let with = |status| proves(recorder(all()), status, &[Kind::SqsQueue]);
    assert_eq!(with(status().recording(false)), Err(Why::RecorderOff));
    for last in ["FAILURE", "PENDING", "NOT_APPLICABLE", "SOMETHING_NEWER"] {
        assert_eq!(
            with(status().last_status(last.into())),
            Err(Why::RecorderFails)
        );
    }
    assert_eq!(
        with(status().set_last_status(None)),
        Err(Why::RecorderFails)
    );
    assert_eq!(
        with(status().set_last_start_time(None)),
        Err(Why::RecorderFails)
    );
    let since = |seconds| with(status().last_start_time(DateTime::from_secs(seconds)));
    assert_eq!(since(GATHERED - DAY), Ok(GATHERED));
    assert_eq!(since(GATHERED - DAY + 1), Err(Why::RecorderNew));
    assert_eq!(since(i64::MAX), Err(Why::RecorderFails));
    assert_eq!(since(253_402_207_200), Err(Why::RecorderNew));
}

#[test]
fn what_is_recorded_daily_is_known_a_day_later() {
    let mode =
        |frequency: &str| sdk::RecordingMode::builder().recording_frequency(frequency.into());
    let with = |mode: sdk::builders::RecordingModeBuilder, kinds: &[Kind]| {
        let mode = mode.build().unwrap();
        proves(recorder(all()).recording_mode(mode), status(), kinds)
    };
    let queues = &[Kind::SqsQueue];
    assert_eq!(with(mode("CONTINUOUS"), queues), Ok(GATHERED));
    assert_eq!(with(mode("DAILY"), queues), Ok(GATHERED - DAY));
    assert_eq!(with(mode("WEEKLY"), queues), Err(Why::NotRecorded));
    let topics_daily = sdk::RecordingModeOverride::builder()
        .resource_types("AWS::SNS::Topic".into())
        .recording_frequency("DAILY".into())
        .build()
        .unwrap();
    let mixed = mode("CONTINUOUS").recording_mode_overrides(topics_daily);
    assert_eq!(with(mixed.clone(), queues), Ok(GATHERED));
    let both = &[Kind::SnsTopic, Kind::SqsQueue];
    assert_eq!(with(mixed, both), Ok(GATHERED - DAY));
}

#[test]
fn a_recorder_of_a_service_is_for_that_service() {
    let of = |recorder: sdk::builders::ConfigurationRecorderBuilder| {
        Recorder::of(&recorder.build(), &status().build())
    };
    assert!(of(recorder(all())).is_some());
    let service = recorder(all()).service_principal("securityhub.amazonaws.com");
    assert_eq!(of(service), None);
    assert_eq!(of(recorder(all()).recording_scope("INTERNAL".into())), None);
    assert!(of(recorder(all()).recording_scope("PAID".into())).is_some());
    assert_eq!(of(recorder(all()).connector_arn("arn:aws:other")), None);
}

/// One that records everything at once, for as long as anybody could want.
pub(in crate::collect) fn whole() -> Recorder {
    Recorder::of(&recorder(all()).build(), &status().build()).expect("one for everybody")
}

/// One that is off.
pub(in crate::collect) fn off() -> Recorder {
    let status = status().recording(false).build();
    Recorder::of(&recorder(all()).build(), &status).expect("one for everybody")
}

/// When [`whole`] is at its best.
pub(in crate::collect) fn gathered() -> Timestamp {
    at(GATHERED)
}
