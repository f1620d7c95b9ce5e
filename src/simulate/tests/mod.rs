//! Losses worked out by hand, and what holds for all of them.

mod build;
mod data;
mod databases;
mod doors;
mod laws;
mod names;
mod needs;
mod stores;
mod trees;
