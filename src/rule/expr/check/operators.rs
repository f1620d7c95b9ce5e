//! Types of the binary operators.

use super::types::{known, not_null};
use super::{Checked, Checker, node};
use crate::rule::expr::ast::{Expr, ExprKind, Op};
use crate::rule::expr::error::ExprError;
use crate::rule::expr::node::{Arithmetic, Comparison, Kind, Node};
use crate::rule::expr::schema::Type;
use crate::rule::expr::value::Value;

impl Checker<'_> {
    pub(super) fn binary(&mut self, expr: &Expr, op: Op, left: &Expr, right: &Expr) -> Checked {
        match op {
            Op::And | Op::Or => {
                let a = self.condition(left)?;
                let b = self.given(left, op == Op::And, |c| c.condition(right))?;
                let two = Box::new([a, b]);
                let kind = if op == Op::And {
                    Kind::And(two)
                } else {
                    Kind::Or(two)
                };
                Ok((node(expr, kind), Type::Bool))
            }
            Op::Equal => self.equality(expr, Comparison::Equal, left, right),
            Op::NotEqual => self.equality(expr, Comparison::NotEqual, left, right),
            Op::Less => self.ordering(expr, op, Comparison::Less, left, right),
            Op::LessEqual => self.ordering(expr, op, Comparison::LessEqual, left, right),
            Op::Greater => self.ordering(expr, op, Comparison::Greater, left, right),
            Op::GreaterEqual => self.ordering(expr, op, Comparison::GreaterEqual, left, right),
            Op::In => self.membership(expr, left, right),
            Op::Add => self.arithmetic(expr, op, Arithmetic::Add, left, right),
            Op::Subtract => self.arithmetic(expr, op, Arithmetic::Subtract, left, right),
            Op::Multiply => self.arithmetic(expr, op, Arithmetic::Multiply, left, right),
            Op::Divide => self.arithmetic(expr, op, Arithmetic::Divide, left, right),
            Op::Remainder => self.arithmetic(expr, op, Arithmetic::Remainder, left, right),
        }
    }

    fn equality(&mut self, expr: &Expr, op: Comparison, left: &Expr, right: &Expr) -> Checked {
        // A second guard of the same value is not wrong, only idle.
        let (a, a_ty) = self.check_unguarded(left)?;
        let (b, b_ty) = self.check_unguarded(right)?;
        for (ty, other, side) in [(&a_ty, &b_ty, left), (&b_ty, &a_ty, right)] {
            if *other == Type::Null && !ty.can_be_null() {
                let found = self.scope.schema.display(ty);
                let error = ExprError::new(side.span, format!("this is never null: it is {found}"));
                return Err(error.help("compare with what it can be, or with `.size()`"));
            }
        }
        let numbers = is_number(a_ty.non_null()) && is_number(b_ty.non_null());
        if !numbers && self.unify(&a_ty, &b_ty).is_none() {
            let expected = self.scope.schema.display(a_ty.non_null()).to_string();
            return Err(self.mismatch(right, &expected, &b_ty));
        }
        known(&a_ty, right)?;
        known(&b_ty, left)?;
        Ok((node(expr, Kind::Compare(op, Box::new([a, b]))), Type::Bool))
    }

    fn ordering(
        &mut self,
        expr: &Expr,
        op: Op,
        kind: Comparison,
        left: &Expr,
        right: &Expr,
    ) -> Checked {
        let (two, a_ty, b_ty) = self.two(op, left, right)?;
        let numbers = is_number(&a_ty) && is_number(&b_ty);
        let strings = a_ty.is_string() && b_ty.is_string();
        if !(numbers || strings) {
            if !is_number(&a_ty) && !a_ty.is_string() {
                return Err(self.mismatch(left, "number or string", &a_ty));
            }
            let expected = self.scope.schema.display(&a_ty).to_string();
            return Err(self.mismatch(right, &expected, &b_ty));
        }
        Ok((node(expr, Kind::Compare(kind, two)), Type::Bool))
    }

    fn membership(&mut self, expr: &Expr, left: &Expr, right: &Expr) -> Checked {
        let (a, a_ty) = self.check(left)?;
        let (b, b_ty) = self.check(right)?;
        not_null(&b_ty, right, "in")?;
        match &b_ty {
            Type::Any => {}
            Type::Map(_) if a_ty.non_null().is_string() => {}
            Type::Map(_) => return Err(self.mismatch(left, "string", &a_ty)),
            Type::List(item) => {
                if self.unify(&a_ty, item).is_none() {
                    let expected = self.scope.schema.display(item).to_string();
                    return Err(self.mismatch(left, &expected, &a_ty));
                }
                known(item, left)?;
                if let ExprKind::List(literals) = &right.kind {
                    literals
                        .iter()
                        .try_for_each(|literal| known(&a_ty, literal))?;
                }
            }
            other => return Err(self.mismatch(right, "list or map", other)),
        }
        Ok((node(expr, Kind::In(Box::new([a, b]))), Type::Bool))
    }

    fn arithmetic(
        &mut self,
        expr: &Expr,
        op: Op,
        kind: Arithmetic,
        left: &Expr,
        right: &Expr,
    ) -> Checked {
        let (two, a_ty, b_ty) = self.two(op, left, right)?;
        let ty = match (&a_ty, &b_ty) {
            (Type::Int, Type::Int) => match op {
                // A division by zero is null, so unless the divisor is written out the
                // quotient needs a guard like any other value that may not be there.
                Op::Divide | Op::Remainder if !is_nonzero(&two[1]) => Type::Int.nullable(),
                _ => Type::Int,
            },
            (Type::Double, Type::Double) if op != Op::Remainder => Type::Double,
            (Type::String { .. }, Type::String { .. }) if op == Op::Add => Type::STRING,
            (Type::List(_), Type::List(_)) if op == Op::Add => match self.unify(&a_ty, &b_ty) {
                Some(ty) => ty,
                None => return Err(self.operands(expr, op, &a_ty, &b_ty)),
            },
            (Type::Any, other) | (other, Type::Any) => other.clone(),
            _ => return Err(self.operands(expr, op, &a_ty, &b_ty)),
        };
        Ok((node(expr, Kind::Arithmetic(kind, two)), ty))
    }

    fn operands(&self, expr: &Expr, op: Op, a: &Type, b: &Type) -> ExprError {
        let schema = self.scope.schema;
        let (a, b) = (schema.display(a), schema.display(b));
        let error = ExprError::new(expr.span, format!("no `{}` for {a} and {b}", op.symbol()));
        error.help("convert one side with string(), int() or double()")
    }

    /// Both operands of an operator that takes no null.
    fn two(
        &mut self,
        op: Op,
        left: &Expr,
        right: &Expr,
    ) -> Result<(Box<[Node; 2]>, Type, Type), ExprError> {
        let (a, a_ty) = self.check(left)?;
        not_null(&a_ty, left, op.symbol())?;
        let (b, b_ty) = self.check(right)?;
        not_null(&b_ty, right, op.symbol())?;
        Ok((Box::new([a, b]), a_ty, b_ty))
    }
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Double | Type::Any)
}

fn is_nonzero(node: &Node) -> bool {
    matches!(node.kind, Kind::Const(Value::Int(i)) if i != 0)
}
