//! Examples of what rule expressions mean and how they fail.

mod checks;
mod conversions;
mod evaluation;
mod evidence;
mod world;
