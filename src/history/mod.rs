//! What changed between runs, and the runs that are kept to tell it.
//!
//! A [`Record`] is as much of a report as a comparison needs. Two of them make a [`diff::Diff`]; a
//! [`store::Store`] keeps those of many runs. Nothing here reads a clock: a record knows its time.

pub mod diff;
mod movement;
mod pairs;
pub mod record;
mod sight;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
mod trend;

pub use diff::{Class, Diff};
pub use record::Record;
pub use store::Store;
pub use trend::trend;
