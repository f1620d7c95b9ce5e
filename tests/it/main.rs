//! The one integration binary: linking the SDK is the slow part.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking, in its helpers too"
)]

#[cfg(feature = "live")]
mod accounts;
mod cli;
mod conventions;
#[cfg(feature = "live")]
mod faults;
mod intent;
mod lab;
mod mends;
#[cfg(feature = "live")]
mod permissions;
#[cfg(feature = "live")]
mod regions;
#[cfg(feature = "live")]
mod scan;
mod support;
#[cfg(feature = "live")]
mod witness;
