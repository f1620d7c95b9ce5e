//! A compiled expression: made once when a rule is loaded, evaluated for each resource.

use std::sync::Arc;

use super::check::{Checker, Reads};
use super::error::{ExprError, Span};
use super::eval::{Machine, Tri};
use super::explain::{Decided, explain};
use super::host::Env;
use super::node::Node;
use super::parse::parse;
use super::schema::{Scope, Type};
use super::value::Value;

/// A parsed, checked and resolved expression. Cheap to clone; `Send` and `Sync`.
#[derive(Debug, Clone)]
pub struct Program {
    source: Arc<str>,
    root: Arc<Node>,
    ty: Type,
    reads: Arc<Reads>,
}

impl Program {
    /// Compiles an expression of any type.
    pub fn compile(source: &str, scope: &Scope<'_>) -> Result<Self, ExprError> {
        let tree = parse(source)?;
        let mut checker = Checker::new(scope);
        let (root, ty) = checker.check(&tree)?;
        Ok(Self::made(source, root, ty, checker))
    }

    /// Compiles an expression that must be true or false.
    pub fn condition(source: &str, scope: &Scope<'_>) -> Result<Self, ExprError> {
        let tree = parse(source)?;
        let mut checker = Checker::new(scope);
        let root = checker.condition(&tree)?;
        Ok(Self::made(source, root, Type::Bool, checker))
    }

    fn made(source: &str, root: Node, ty: Type, checker: Checker<'_>) -> Self {
        let reads = Arc::new(checker.reads);
        Self {
            source: Arc::from(source),
            root: Arc::new(root),
            ty,
            reads,
        }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// The type of the result.
    pub fn result(&self) -> &Type {
        &self.ty
    }

    /// What the expression reads, whether or not an evaluation gets there.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Evaluates. The only error is an expression that costs too much.
    pub fn eval(&self, env: Env<'_>) -> Result<Value, ExprError> {
        let mut machine = Machine::new(env);
        let value = machine.eval(&self.root);
        finish(value, machine.exhausted)
    }

    /// Evaluates a condition: `Some(true)`, `Some(false)`, or the value that says why it
    /// is unknown.
    pub fn decide(&self, env: Env<'_>) -> Result<Result<bool, super::Gaps>, ExprError> {
        let mut machine = Machine::new(env);
        let truth = machine.truth(&self.root);
        finish(truth, machine.exhausted).map(|truth| match truth {
            Tri::True => Ok(true),
            Tri::False => Ok(false),
            Tri::Unknown(gaps) => Err(gaps),
        })
    }

    /// The values that decided a condition, or that left it unknown, in source order.
    pub fn explain(&self, env: Env<'_>) -> Vec<Decided> {
        explain(&self.source, &self.root, &mut Machine::new(env))
    }
}

fn finish<T>(value: T, exhausted: Option<Span>) -> Result<T, ExprError> {
    match exhausted {
        None => Ok(value),
        Some(span) => {
            let error = ExprError::new(span, "evaluating this costs too much");
            Err(error.help("loop over fewer items, or build shorter text"))
        }
    }
}
