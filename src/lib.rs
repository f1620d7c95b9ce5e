//! mrlint: an architecture linter for multi-Region active-active systems on AWS.

pub mod rule;
