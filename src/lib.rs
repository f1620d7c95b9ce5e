//! mrlint: an architecture linter for multi-Region active-active systems on AWS.
//!
//! Data flows one way: `collect` (the only part that talks to AWS) fills an [`inventory`], the
//! estate works out how its resources hang together, rules are checked against it, and a report
//! is rendered. Everything after the inventory is pure, synchronous and needs no network.

pub mod atomic;
#[cfg(feature = "live")]
pub mod aws;
pub mod change;
pub mod check;
pub mod cli;
#[cfg(feature = "live")]
pub mod collect;
#[cfg(test)]
mod committed;
pub mod config;
pub mod estate;
pub mod history;
pub mod iac;
pub mod inventory;
pub mod located;
pub mod notify;
pub mod report;
pub mod rule;
pub mod simulate;
pub mod vocabulary;
pub mod workload;
