//! Rules: one file says what is wrong, why, and how to see it.

pub mod expr;
pub mod meta;
