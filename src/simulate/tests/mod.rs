//! Losses worked out by hand, and what holds for all of them.

mod build;
mod stores;
