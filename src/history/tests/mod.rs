//! Comparisons worked out by hand, laws that hold for all of them, and the database.

pub(crate) mod build;
mod classes;
mod laws;
mod store;
