//! Rule expressions: CEL, type-checked when loaded, evaluated in three values.
//!
//! Generic over a [`Host`]: nothing here knows AWS or the inventory. The syntax is the
//! `cel` crate's; types, evaluation and evidence are ours, because an unread property
//! must make a result unknown, and a result must say what decided it.

mod ast;
mod check;
mod error;
mod eval;
mod explain;
mod gaps;
mod guard;
mod host;
mod json_schema;
mod node;
mod parse;
mod program;
mod scan;
mod schema;
mod template;
mod to_value;
mod value;

pub use check::Reads;
pub use error::ExprError;
pub use explain::Decided;

pub use gaps::Gaps;
pub use host::{Env, Host, NoHost};
pub use json_schema::JsonSchemaError;
pub use program::Program;
pub use schema::{
    Field, FieldIx, Function, FunctionIx, ObjectType, ObjectTypeId, Schema, Scope, StructType,
    Type, TypeId,
};
pub use template::{Template, render};
pub use to_value::{ToValueError, to_value};
pub use value::{List, ObjectRef, Record, Value};

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
