//! The recorders of AWS Config in a Region of an account: what they record, how soon, and since when.
//!
//! Asked of the account itself: whoever says that there is nothing proves nothing where nobody looks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_config::Client;
use aws_sdk_config::types as sdk;
use aws_smithy_types::DateTime;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;

use super::times::Times;
use super::word::Why;
use super::{Context, Operation};
use crate::aws::error::Failure;
use crate::inventory::{Kind, Region};

pub(super) const DESCRIBE_RECORDERS: Operation = Operation {
    name: "config:DescribeConfigurationRecorders",
    action: "config:DescribeConfigurationRecorders",
    times: Times::UNTOLD,
};
pub(super) const DESCRIBE_STATUS: Operation = Operation {
    name: "config:DescribeConfigurationRecorderStatus",
    action: "config:DescribeConfigurationRecorderStatus",
    times: Times::UNTOLD,
};

/// How many calls it takes to know the recorders of a Region.
pub(super) const CALLS: usize = 2;

/// What is recorded once a day is known a day later than the rest.
const DAILY: SignedDuration = SignedDuration::from_hours(24);
/// How long a recorder may take to find all that is there when it starts.
const SETTLING: SignedDuration = SignedDuration::from_hours(24);

/// The recorders of a Region; why nobody knows them.
pub(super) type Known = Result<Vec<Recorder>, Why>;

/// The recorders of an account, by Region, each asked for once.
#[derive(Debug, Default)]
pub(super) struct Recorders {
    regions: Mutex<BTreeMap<Region, Arc<OnceCell<Known>>>>,
}

impl Recorders {
    /// Those of the Region of the context.
    pub(super) async fn of(&self, ctx: &Context) -> Known {
        let asked = {
            let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(regions.entry(ctx.region().clone()).or_default())
        };
        asked.get_or_init(|| ask(ctx)).await.clone()
    }
}

/// A failure is no gap: what nobody proves is read.
async fn ask(ctx: &Context) -> Known {
    let client = Client::new(ctx.sdk());
    let recorders = ctx.attempt(&DESCRIBE_RECORDERS, || {
        client.describe_configuration_recorders().send()
    });
    let status = ctx.attempt(&DESCRIBE_STATUS, || {
        client.describe_configuration_recorder_status().send()
    });
    let (recorders, status) = tokio::join!(recorders, status);
    let unknown = |_: Failure| Why::RecorderUnknown;
    let (recorders, status) = (recorders.map_err(unknown)?, status.map_err(unknown)?);
    let of = |it: &sdk::ConfigurationRecorder| {
        let mut all = status.configuration_recorders_status().iter();
        let status = all.find(|status| status.name() == it.name())?;
        Recorder::of(it, status)
    };
    let all = recorders.configuration_recorders().iter();
    Ok(all.filter_map(of).collect())
}

/// A recorder whose records everybody in the account can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recorder {
    state: State,
    scope: Scope,
    /// How often, but for the kinds below.
    frequency: Frequency,
    overrides: BTreeMap<String, Frequency>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Off,
    Failing,
    /// Since when, where that is known.
    On(Option<Timestamp>),
}

/// Which types it records.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    All,
    Only(BTreeSet<String>),
    AllBut(BTreeSet<String>),
    /// In a way that came up after this was written.
    Strange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Continuous,
    Daily,
    Strange,
}

impl Recorder {
    /// `None` for one of a service's own: its records are for that service alone.
    fn of(
        it: &sdk::ConfigurationRecorder,
        status: &sdk::ConfigurationRecorderStatus,
    ) -> Option<Self> {
        let is_internal = it.recording_scope() == Some(&sdk::RecordingScope::Internal);
        if is_internal || it.service_principal().is_some() || it.connector_arn().is_some() {
            return None;
        }
        let mode = it.recording_mode();
        let overrides = mode.map(sdk::RecordingMode::recording_mode_overrides);
        let overrides = overrides.unwrap_or_default().iter().flat_map(|it| {
            let frequency = Frequency::of(it.recording_frequency());
            let types = it.resource_types().iter();
            types.map(move |kind| (kind.as_str().to_owned(), frequency))
        });
        Some(Self {
            state: State::of(status),
            scope: it.recording_group().map_or(Scope::Strange, Scope::of),
            frequency: mode.map_or(Frequency::Continuous, |it| {
                Frequency::of(it.recording_frequency())
            }),
            overrides: overrides.collect(),
        })
    }

    /// Of when its records of the kinds are, of those that were gathered at that time; or why that
    /// there are none of them proves nothing.
    pub(super) fn proves(&self, kinds: &[Kind], gathered: Timestamp) -> Result<Timestamp, Why> {
        let since = match self.state {
            State::Off => return Err(Why::RecorderOff),
            State::Failing | State::On(None) => return Err(Why::RecorderFails),
            State::On(Some(since)) => since,
        };
        let mut at = gathered;
        for kind in kinds {
            if !self.scope.has(*kind) {
                return Err(Why::NotRecorded);
            }
            let own = self.overrides.get(kind.name());
            match own.copied().unwrap_or(self.frequency) {
                Frequency::Continuous => {}
                Frequency::Daily => {
                    let earlier = gathered.checked_sub(DAILY).map_err(|_| Why::Old)?;
                    at = at.min(earlier);
                }
                Frequency::Strange => return Err(Why::NotRecorded),
            }
        }
        if at.duration_since(since) < SETTLING {
            return Err(Why::RecorderNew);
        }
        Ok(at)
    }
}

impl State {
    fn of(status: &sdk::ConfigurationRecorderStatus) -> Self {
        // The model writes `Success`, the API `SUCCESS`.
        let last = status.last_status().map(sdk::RecorderStatus::as_str);
        let is_good = last.is_some_and(|it| it.eq_ignore_ascii_case("success"));
        let since = status.last_start_time().map(DateTime::secs);
        match (status.recording(), is_good) {
            (false, _) => Self::Off,
            (true, false) => Self::Failing,
            (true, true) => Self::On(since.and_then(|it| Timestamp::from_second(it).ok())),
        }
    }
}

impl Scope {
    fn of(group: &sdk::RecordingGroup) -> Self {
        let names = |types: &[sdk::ResourceType]| -> BTreeSet<String> {
            types.iter().map(|it| it.as_str().to_owned()).collect()
        };
        let strategy = group.recording_strategy().and_then(|it| it.use_only());
        match strategy {
            Some(sdk::RecordingStrategyType::AllSupportedResourceTypes) => Self::All,
            Some(sdk::RecordingStrategyType::ExclusionByResourceTypes) => {
                let excluded = group.exclusion_by_resource_types();
                let excluded = excluded.map(|it| names(it.resource_types()));
                excluded.map_or(Self::Strange, Self::AllBut)
            }
            Some(sdk::RecordingStrategyType::InclusionByResourceTypes) => {
                Self::Only(names(group.resource_types()))
            }
            Some(_) => Self::Strange,
            // From before there were strategies.
            None if group.all_supported() => Self::All,
            None => Self::Only(names(group.resource_types())),
        }
    }

    fn has(&self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Only(types) => types.contains(kind.name()),
            Self::AllBut(types) => !types.contains(kind.name()),
            Self::Strange => false,
        }
    }
}

impl Frequency {
    fn of(it: &sdk::RecordingFrequency) -> Self {
        match it {
            sdk::RecordingFrequency::Continuous => Self::Continuous,
            sdk::RecordingFrequency::Daily => Self::Daily,
            _ => Self::Strange,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
