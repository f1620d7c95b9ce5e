//! Losses worked out by hand, and what holds for all of them.

mod build;
mod data;
mod databases;
mod doors;
mod laws;
mod losses;
mod names;
mod needs;
mod outages;
mod plan;
mod plans;
mod residency;
mod stores;
mod trees;
mod work;
