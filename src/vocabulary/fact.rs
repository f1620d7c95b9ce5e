//! A fact: one declaration, from which type, documentation and value come.

use super::{Types, World};
use crate::inventory::Kind;
use crate::rule::expr::{Type, Value};

/// What every resource has, whatever its kind.
#[derive(Debug)]
pub struct Common {
    pub name: &'static str,
    pub doc: &'static str,
    /// The type of its value; given the type of edges.
    pub ty: fn(&Type) -> Type,
    /// The value for the resource at that index.
    pub get: fn(&World<'_>, u32) -> Value,
}

/// Something that is worked out of the estate for a resource.
#[derive(Debug)]
pub struct Fact {
    pub name: &'static str,
    pub doc: &'static str,
    /// The type of its value, on that kind.
    pub ty: fn(&Types, Kind) -> Type,
    /// The value for the resource at that index. Never a default for what is not known.
    pub get: fn(&World<'_>, u32) -> Value,
}
