//! Which types fit together, and the errors for those that do not.

use super::Checker;
use crate::rule::expr::ast::{Expr, ExprKind};
use crate::rule::expr::error::ExprError;
use crate::rule::expr::schema::Type;

impl Checker<'_> {
    /// The type that holds values of both, if there is one.
    pub(super) fn unify(&self, a: &Type, b: &Type) -> Option<Type> {
        Some(match (a, b) {
            (Type::Any, other) | (other, Type::Any) => other.clone(),
            (Type::Null, other) | (other, Type::Null) => other.clone().nullable(),
            (Type::Nullable(inner), other) | (other, Type::Nullable(inner)) => {
                self.unify(inner, other.non_null())?.nullable()
            }
            (Type::String { known: a }, Type::String { known: b }) => Type::String {
                known: if a == b { a.clone() } else { None },
            },
            (Type::List(a), Type::List(b)) => Type::list(self.unify(a, b)?),
            (Type::Map(a), Type::Map(b)) => Type::map(self.unify(a, b)?),
            (Type::Object(a), Type::Object(b)) => {
                let schema = self.scope.schema;
                let base = if schema.extends(*a, *b) { *b } else { *a };
                let related = schema.extends(*a, base) && schema.extends(*b, base);
                return related.then_some(Type::Object(base));
            }
            _ => return (a == b).then(|| a.clone()),
        })
    }

    /// Whether a value of type `found` can be passed where `wanted` is declared.
    pub(super) fn fits(&self, found: &Type, wanted: &Type) -> bool {
        match (found, wanted) {
            (Type::Any, _)
            | (_, Type::Any)
            | (Type::Null, Type::Nullable(_))
            | (Type::String { .. }, Type::String { .. }) => true,
            (Type::Nullable(found), Type::Nullable(wanted)) => self.fits(found, wanted),
            (Type::Nullable(_), _) => false,
            (found, Type::Nullable(wanted)) => self.fits(found, wanted),
            (Type::List(found), Type::List(wanted)) | (Type::Map(found), Type::Map(wanted)) => {
                self.fits(found, wanted)
            }
            (Type::Object(found), Type::Object(wanted)) => {
                self.scope.schema.extends(*found, *wanted)
            }
            _ => found == wanted,
        }
    }

    pub(super) fn mismatch(&self, expr: &Expr, expected: &str, found: &Type) -> ExprError {
        let found = self.scope.schema.display(found);
        ExprError::new(expr.span, format!("expected {expected}, found {found}"))
    }
}

/// An error when a value that may be null is used where it must be there.
pub(super) fn not_null(ty: &Type, expr: &Expr, what: &str) -> Result<(), ExprError> {
    if matches!(ty, Type::Any) || !ty.can_be_null() {
        return Ok(());
    }
    let error = ExprError::new(
        expr.span,
        format!("this may be null, and `{what}` needs a value"),
    );
    Err(error.help("add a guard before it: `x != null && …`, with x as written here"))
}

/// An error when a string literal is compared with values that it is none of.
pub(super) fn known(ty: &Type, literal: &Expr) -> Result<(), ExprError> {
    let (Type::String { known: Some(known) }, ExprKind::String(text)) =
        (ty.non_null(), &literal.kind)
    else {
        return Ok(());
    };
    if known.iter().any(|value| value == text) {
        return Ok(());
    }
    let error = ExprError::new(literal.span, format!("this is never '{text}'"));
    let near = error.clone().near(text, known.iter().map(String::as_str));
    if near == error {
        return Err(error.help(format!("it is one of: {}", known.join(", "))));
    }
    Err(near)
}
