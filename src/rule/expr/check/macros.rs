//! Types of the calls that are no plain functions: `has`, the loops, and `matches`.

use regex::RegexBuilder;

use super::calls::Call;
use super::types::not_null;
use super::{Checked, Checker, node};
use crate::rule::expr::ast::{Expr, ExprKind};
use crate::rule::expr::error::ExprError;
use crate::rule::expr::node::{Kind, Loop, LoopKind, Node};
use crate::rule::expr::schema::Type;

/// Compiled size of one pattern, in bytes.
const REGEX_LIMIT: usize = 256 * 1024;

impl Checker<'_> {
    pub(super) fn has(&mut self, call: &Call) -> Checked {
        let [
            arg @ Expr {
                kind: ExprKind::Select { .. },
                ..
            },
        ] = call.args
        else {
            let error = ExprError::new(call.expr.span, "has() takes one field: `has(x.y)`");
            return Err(error);
        };
        let (of, ty) = self.check_unguarded(arg)?;
        if !ty.can_be_null() {
            let found = self.scope.schema.display(&ty);
            let error = ExprError::new(arg.span, format!("this is always there: it is {found}"));
            return Err(error.help("compare it, or ask for its `.size()`"));
        }
        Ok((node(call.expr, Kind::Present(Box::new(of))), Type::Bool))
    }

    /// `exists`, `exists_one`, `all`, `filter` and `map`.
    pub(super) fn repeat(&mut self, call: &Call, kind: LoopKind, list: &Expr) -> Checked {
        let (list_node, list_ty) = self.check(list)?;
        not_null(&list_ty, list, call.name)?;
        let item = match &list_ty {
            Type::List(item) => (**item).clone(),
            Type::Map(_) => Type::STRING,
            Type::Any => Type::Any,
            other => return Err(self.mismatch(list, "list or map", other)),
        };
        let (variable, condition, result) = match (kind, call.args) {
            (LoopKind::Map, [variable, result]) => (variable, None, Some(result)),
            (LoopKind::Map, [variable, condition, result]) => {
                (variable, Some(condition), Some(result))
            }
            (_, [variable, condition]) if kind != LoopKind::Map => {
                (variable, Some(condition), None)
            }
            _ => {
                let message = format!("{}() takes a variable and an expression", call.name);
                let error = ExprError::new(call.expr.span, message);
                return Err(error.help(format!("write `.{}(x, …)`", call.name)));
            }
        };
        let ExprKind::Ident(name) = &variable.kind else {
            let message = format!("the first argument of {}() names the item", call.name);
            return Err(ExprError::new(variable.span, message));
        };
        let taken = self
            .locals
            .iter()
            .chain(&self.scope.variables)
            .any(|(other, _)| other == name);
        if taken {
            let message = format!("`{name}` is already a variable here");
            return Err(ExprError::new(variable.span, message).help("choose another name"));
        }
        self.locals.push((name.clone(), item.clone()));
        let body = self.body(condition, result);
        self.locals.pop();
        let (condition, result) = body?;
        let ty = match (kind, &result) {
            (LoopKind::Filter, _) => Type::list(item),
            (LoopKind::Map, Some((_, ty))) => Type::list(ty.clone()),
            _ => Type::Bool,
        };
        let result = result.map(|(node, _)| node);
        let body = Loop {
            kind,
            list: list_node,
            condition,
            result,
        };
        Ok((node(call.expr, Kind::Loop(Box::new(body))), ty))
    }

    #[expect(
        clippy::type_complexity,
        reason = "a pair of optional parts, taken apart at once"
    )]
    fn body(
        &mut self,
        condition: Option<&Expr>,
        result: Option<&Expr>,
    ) -> Result<(Option<Node>, Option<(Node, Type)>), ExprError> {
        let test = condition
            .map(|condition| self.condition(condition))
            .transpose()?;
        let result = match (condition, result) {
            (Some(condition), Some(result)) => {
                Some(self.given(condition, true, |c| c.check(result))?)
            }
            (None, Some(result)) => Some(self.check(result)?),
            (_, None) => None,
        };
        Ok((test, result))
    }

    pub(super) fn matches(&mut self, call: &Call) -> Checked {
        let (Some(text), [pattern]) = (call.receiver, call.args) else {
            return Err(ExprError::new(
                call.expr.span,
                "matches() takes one pattern",
            ));
        };
        let (text_node, ty) = self.check(text)?;
        not_null(&ty, text, "matches")?;
        if !ty.is_string() {
            return Err(self.mismatch(text, "string", &ty));
        }
        let ExprKind::String(source) = &pattern.kind else {
            let error = ExprError::new(pattern.span, "the pattern must be written out as a string");
            return Err(error.help("use contains(), startsWith() or endsWith() for computed text"));
        };
        let limited = RegexBuilder::new(source)
            .size_limit(REGEX_LIMIT)
            .nest_limit(64)
            .build();
        let regex = limited.map_err(|error| {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let cause = last.strip_prefix("error: ").unwrap_or(last);
            ExprError::new(
                pattern.span,
                format!("this is no regular expression: {cause}"),
            )
        })?;
        let kind = Kind::Matches(Box::new(text_node), Box::new(regex));
        Ok((node(call.expr, kind), Type::Bool))
    }
}
