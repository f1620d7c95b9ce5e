//! The one integration binary: linking the SDK is the slow part.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking, in its helpers too"
)]

#[cfg(feature = "live")]
mod accounts;
#[cfg(feature = "live")]
mod aggregator;
mod cli;
mod conventions;
#[cfg(feature = "live")]
mod doctor;
#[cfg(feature = "live")]
mod faults;
mod formats;
mod hidden;
mod history;
mod hostile_files;
mod hostile_inventory;
#[cfg(feature = "live")]
mod hostile_live;
mod iac;
mod intent;
mod lab;
#[cfg(feature = "live")]
mod load;
#[cfg(feature = "live")]
mod load_faults;
#[cfg(feature = "live")]
mod load_pace;
#[cfg(feature = "live")]
mod load_resume;
mod mends;
#[cfg(feature = "live")]
mod nights;
#[cfg(feature = "live")]
mod organization;
#[cfg(feature = "live")]
mod outages;
#[cfg(feature = "live")]
mod permissions;
#[cfg(feature = "live")]
mod plan;
#[cfg(feature = "live")]
mod progress;
#[cfg(feature = "live")]
mod regions;
#[cfg(feature = "live")]
mod scan;
mod simulate;
mod support;
#[path = "../../benches/synthetic/mod.rs"]
mod synthetic;
mod table;
mod threads;
mod what_if;
#[cfg(feature = "live")]
mod witness;
