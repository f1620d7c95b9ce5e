//! Settings of an estate that can be played with, by one name each; the simulation's own constants
//! are among them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::draft::{Done, Draft};
use super::site::Site;
use super::{Model, chosen};
use crate::estate::Estate;
use crate::inventory::Kind;
use crate::inventory::kinds::globalaccelerator::EndpointGroup;
use crate::inventory::kinds::route53::{HealthCheck, RecordSet};
use crate::located::nearest;
use crate::simulate::constants::Constants;
use crate::simulate::time::Span;

/// What is set, and to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// One of [`Self::names`].
    name: &'static str,
    value: u32,
}

/// A setting of resources.
struct Known {
    name: &'static str,
    kind: Kind,
    /// What AWS takes, in words and in numbers.
    takes: &'static str,
    valid: fn(u32) -> bool,
    set: fn(&mut Site<'_, '_>, u32, i64),
}

const KNOWN: &[Known] = &[
    Known {
        name: "accelerator-interval",
        kind: Kind::GlobalAcceleratorEndpointGroup,
        takes: "10 or 30 seconds",
        valid: |it| matches!(it, 10 | 30),
        set: |site, at, value| {
            let what = format!("asks its endpoints every {value} s");
            site.draft
                .edit::<EndpointGroup>(at, what, |it| it.health_check_interval_seconds = value);
        },
    },
    Known {
        name: "health-check-interval",
        kind: Kind::Route53HealthCheck,
        takes: "10 or 30 seconds",
        valid: |it| matches!(it, 10 | 30),
        set: |site, at, value| {
            let what = format!("probes every {value} s");
            site.draft.edit::<HealthCheck>(at, what, |it| {
                it.request_interval = it.request_interval.map(|_| value);
            });
        },
    },
    Known {
        name: "health-check-threshold",
        kind: Kind::Route53HealthCheck,
        takes: "1 to 10 failures",
        valid: |it| (1..=10).contains(&it),
        set: |site, at, value| {
            let what = format!("needs {value} failures");
            site.draft.edit::<HealthCheck>(at, what, |it| {
                it.failure_threshold = it.failure_threshold.map(|_| value);
            });
        },
    },
    Known {
        name: "record-ttl",
        kind: Kind::Route53RecordSet,
        takes: "0 to 2147483647 seconds",
        valid: |it| i32::try_from(it).is_ok(),
        set: |site, at, value| {
            let routed = site
                .of::<RecordSet>(at)
                .is_some_and(|it| matches!(&*it.record_type, "A" | "AAAA" | "CNAME"));
            site.draft
                .edit::<RecordSet>(at, format!("is kept for {value} s"), |it| {
                    it.ttl = it.ttl.map(|ttl| if routed { value } else { ttl });
                });
        },
    },
];

impl Setting {
    /// Names of all settings: those of resources, then the constants of the simulation.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|it| it.name).chain(Constants::names())
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` is no KEY=VALUE"))?;
        let number: u32 = value
            .parse()
            .map_err(|_| format!("`{value}` is no whole number"))?;
        if let Some(known) = KNOWN.iter().find(|it| it.name == name) {
            return if (known.valid)(number) {
                Ok(Self {
                    name: known.name,
                    value: number,
                })
            } else {
                Err(format!("{name} takes {}, not {number}", known.takes))
            };
        }
        if let Some(constant) = Constants::names().find(|it| *it == name) {
            return Ok(Self {
                name: constant,
                value: number,
            });
        }
        Err(match nearest(name, Self::names()) {
            Some(near) => format!("no setting `{name}`; did you mean `{near}`?"),
            None => format!(
                "no setting `{name}`; settings are {}",
                Self::names().collect::<Vec<_>>().join(", ")
            ),
        })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.name, self.value)
    }
}

impl Model {
    pub(super) fn set(
        &self,
        setting: &Setting,
        only: Option<&str>,
    ) -> (Self, Vec<Done>, BTreeSet<String>) {
        let mut model = self.clone();
        let Some(known) = KNOWN.iter().find(|it| it.name == setting.name) else {
            let span = Span::exactly(u64::from(setting.value));
            model.options.constants.set(setting.name, span);
            let done = Done {
                resource: "the simulation".to_owned(),
                what: format!("takes {} to be {span}", setting.name),
            };
            return (model, vec![done], BTreeSet::new());
        };
        let estate = Estate::new(&self.inventory);
        let all = self.workloads(&estate);
        let mut draft = Draft::new(&self.inventory);
        let mut met = false;
        for workload in all.workloads.iter().filter(|it| chosen(it, only)) {
            let mut site = Site {
                estate: &estate,
                workload,
                draft: &mut draft,
                options: &[],
            };
            for at in site.members(known.kind) {
                met = true;
                (known.set)(&mut site, at, i64::from(setting.value));
            }
        }
        if !met {
            draft.leave(format!(
                "there is nothing that {} is a setting of",
                known.name
            ));
        }
        let header = self.inventory.header().clone();
        let (inventory, done, left) = draft.finish(&self.inventory, header, Vec::new());
        model.inventory = inventory;
        (model, done, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_are_written() {
        let read = |text: &str| text.parse::<Setting>().map(|it| it.to_string());
        assert_eq!(read("record-ttl=30").unwrap(), "record-ttl to 30");
        assert_eq!(read("operator-step=60").unwrap(), "operator-step to 60");
        for (text, says) in [
            ("record-ttl", "no KEY=VALUE"),
            ("record-tll=3", "did you mean `record-ttl`?"),
            ("health-check-interval=11", "10 or 30 seconds"),
            ("health-check-threshold=-1", "no whole number"),
        ] {
            assert!(read(text).unwrap_err().contains(says), "{text}");
        }
    }
}
