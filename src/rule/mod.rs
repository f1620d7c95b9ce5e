//! Rules: what is wrong, why, and how to see it. Never reads AWS, never renders.

pub mod expr;
