//! Rule expressions: CEL, type-checked when loaded, evaluated in three values.
//!
//! Generic over a [`Host`]: nothing here knows AWS or the inventory. The syntax is the
//! `cel` crate's; types, evaluation and evidence are ours, because an unread property
//! must make a result unknown, and a result must say what decided it.

mod gaps;
mod host;
mod schema;
mod value;

pub use gaps::Gaps;
pub use host::{Env, Host, NoHost};
pub use schema::{
    Field, FieldIx, Function, FunctionIx, ObjectType, ObjectTypeId, Schema, Scope, StructType,
    Type, TypeId,
};
pub use value::{List, ObjectRef, Record, Value};
