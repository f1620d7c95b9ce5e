//! The words that classify a rule: severity, evidence, posture, pillar.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad it is when the rule fails. Ordered: critical is the greatest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never scored.
    Info,
    /// Hygiene.
    Low,
    /// Drift, or a weakness that does not show yet.
    Medium,
    /// Failover works only partly or late.
    High,
    /// Losing a Region means an outage or lost data; or data leaves its boundary.
    Critical,
}

impl Severity {
    /// From worst to least.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Info,
    ];

    pub fn text(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

/// What a verdict rests on; caps its confidence.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Read straight from an API.
    Fact,
    /// Follows from pairing or from the graph.
    Derived,
    /// History of a metric.
    Metric,
    /// A pattern in names or tags.
    Heuristic,
}

impl Evidence {
    /// The confidence that this evidence alone allows, in hundredths.
    pub fn confidence_percent(self) -> u8 {
        match self {
            Self::Fact => 100,
            Self::Metric => 90,
            Self::Derived => 80,
            Self::Heuristic => 50,
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Derived => "derived",
            Self::Metric => "metric",
            Self::Heuristic => "heuristic",
        }
    }
}

/// How a workload means to survive the loss of a Region. Names follow AWS Resilience Hub.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Posture {
    ActiveActive,
    HotStandby,
    WarmStandby,
    PilotLight,
    BackupAndRestore,
    /// One Region, no plan for its loss.
    SingleRegion,
}

impl Posture {
    pub fn text(self) -> &'static str {
        match self {
            Self::ActiveActive => "active-active",
            Self::HotStandby => "hot-standby",
            Self::WarmStandby => "warm-standby",
            Self::PilotLight => "pilot-light",
            Self::BackupAndRestore => "backup-and-restore",
            Self::SingleRegion => "single-region",
        }
    }
}

impl fmt::Display for Posture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

/// Which workloads a rule is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// Active-active workloads alone.
    ActiveActive,
    /// Every posture that keeps something running or ready in a second Region.
    MultiRegion,
    /// Every workload.
    Any,
}

impl Applies {
    pub fn text(self) -> &'static str {
        match self {
            Self::ActiveActive => "active-active",
            Self::MultiRegion => "every posture with a second Region ready",
            Self::Any => "every posture",
        }
    }

    pub fn to(self, posture: Posture) -> bool {
        match self {
            Self::ActiveActive => posture == Posture::ActiveActive,
            Self::MultiRegion => {
                !matches!(posture, Posture::BackupAndRestore | Posture::SingleRegion)
            }
            Self::Any => true,
        }
    }
}

/// The part of the architecture that a rule is about: the first part of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pillar {
    /// First part of the ids of its rules, and in lower case its folder.
    pub code: &'static str,
    pub title: &'static str,
    /// Weight in a workload's score; 0 for what is judged apart.
    pub weight: u32,
}

impl Pillar {
    pub const ALL: &'static [Self] = &[
        Self {
            code: "DATA",
            title: "Data replication and consistency",
            weight: 20,
        },
        Self {
            code: "ROUTE",
            title: "Traffic routing, health checks, entry points",
            weight: 15,
        },
        Self {
            code: "ISO",
            title: "Regional isolation, control planes, static stability",
            weight: 15,
        },
        Self {
            code: "COMP",
            title: "Stateless compute and twins",
            weight: 10,
        },
        Self {
            code: "CAP",
            title: "Capacity without a Region, and quotas",
            weight: 8,
        },
        Self {
            code: "SEC",
            title: "Keys, secrets, identity, certificates",
            weight: 7,
        },
        Self {
            code: "PAR",
            title: "Code and configuration parity",
            weight: 7,
        },
        Self {
            code: "OPS",
            title: "Observability, recovery, testing",
            weight: 6,
        },
        Self {
            code: "NET",
            title: "Global network",
            weight: 5,
        },
        Self {
            code: "MSG",
            title: "Messaging, events, schedules",
            weight: 4,
        },
        Self {
            code: "BKP",
            title: "Backup and point-in-time recovery",
            weight: 3,
        },
        Self {
            code: "HA",
            title: "Strength of each Region on its own",
            weight: 5,
        },
        Self {
            code: "RES",
            title: "Data residency",
            weight: 0,
        },
        Self {
            code: "GOV",
            title: "Organisation and inventory",
            weight: 0,
        },
    ];

    /// The pillar of a rule's id.
    pub fn of(id: &str) -> Option<&'static Self> {
        let code = id.split('-').next()?;
        Self::ALL.iter().find(|pillar| pillar.code == code)
    }
}
