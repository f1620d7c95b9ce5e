//! What talks to AWS: who we are, which Regions there are, what an error means, how fast to go.
//!
//! Knows no resources; those are [`crate::collect`]'s. Nothing here changes anything in AWS.

pub mod attempt;
mod bucket;
pub mod budget;
pub mod environment;
pub mod error;
pub mod lanes;
pub mod pace;
pub mod regions;
pub mod role;
pub mod session;
pub mod whoami;
