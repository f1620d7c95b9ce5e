//! What the evaluator asks of its surroundings. The evaluator itself knows no AWS.

use super::schema::{FieldIx, FunctionIx};
use super::value::{ObjectRef, Value};

/// Answers for objects and for the functions that a schema adds.
///
/// Values must be of the declared types. What is not known is [`Value::Unknown`], or an
/// incomplete list; never a default.
pub trait Host {
    /// The value of an object's field. `field` may be a field of a type that the
    /// object's type extends: positions agree.
    fn field(&self, object: ObjectRef, field: FieldIx) -> Value;

    /// Calls a function; a method's receiver is `args[0]`. Not called when an argument
    /// as a whole is unknown: the result is unknown then. Incomplete lists are passed
    /// on, and the answer must hold for every completion of them.
    fn call(&self, function: FunctionIx, args: &[Value]) -> Value;
}

/// A host without objects and functions.
#[derive(Debug, Clone, Copy)]
pub struct NoHost;

impl Host for NoHost {
    fn field(&self, _: ObjectRef, _: FieldIx) -> Value {
        Value::Unknown(super::Gaps::NONE)
    }

    fn call(&self, _: FunctionIx, _: &[Value]) -> Value {
        Value::Unknown(super::Gaps::NONE)
    }
}

/// What one evaluation sees.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    pub host: &'a dyn Host,
    /// The values of the scope's variables, by position.
    pub variables: &'a [Value],
}

impl std::fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Env")
            .field("variables", &self.variables)
            .finish_non_exhaustive()
    }
}
