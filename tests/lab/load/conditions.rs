//! The conditions under which a recording is served; set anew, everything begins from zero.

use std::time::Duration;

use serde::Deserialize;

use super::faults::{Faults, Order};
use super::limits::{Buckets, Limits};
use super::stats::Stats;

/// What is sent to `/__control`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Control {
    /// How long every answer takes.
    latency_ms: u64,
    /// The recorded Region that stands for those without a recording of their own.
    template: Option<String>,
    /// Accounts of the organisation; none: whatever was recorded of one.
    accounts: u64,
    /// How long the keys of an assumed role are good for.
    session_seconds: Option<i64>,
    limits: Option<Limits>,
    faults: Vec<Order>,
    seed: u64,
}

#[derive(Debug)]
pub(crate) struct Conditions {
    pub(crate) latency: Duration,
    pub(crate) template: Option<String>,
    pub(crate) accounts: u64,
    pub(crate) session_seconds: i64,
    pub(crate) buckets: Buckets,
    pub(crate) faults: Faults,
    pub(crate) stats: Stats,
}

impl Conditions {
    pub(crate) fn new(control: Control) -> Result<Self, globset::Error> {
        Ok(Self {
            latency: Duration::from_millis(control.latency_ms),
            template: control.template,
            accounts: control.accounts,
            session_seconds: control.session_seconds.unwrap_or(3600),
            buckets: Buckets::new(control.limits)?,
            faults: Faults::new(control.seed, control.faults)?,
            stats: Stats::default(),
        })
    }
}
